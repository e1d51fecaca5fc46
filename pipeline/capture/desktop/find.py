"""Waiting for what a step names to be on the screen, exactly once."""

import time

from ...episode.screen import Target
from ...geometry import Box
from ..pixels.sight import Unclear
from .view import View

PATIENCE = 5.0
"""Seconds within which a target has to appear."""


def find(scene: View, target: Target, patience: float = PATIENCE) -> Box:
    """The one box that `target` names; a position is a box without extent. `Unclear` tells how many there are."""
    end = time.monotonic() + patience
    while True:
        picture, begun = scene.picture(), time.monotonic()
        try:
            return scene.meanwhile(lambda: scene.sight.one(picture, target))
        except Unclear as error:
            if (error.count and target.nth is None) or begun > end:
                raise
        scene.check()
        scene.wait(0.1)
