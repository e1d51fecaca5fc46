"""Finding what a step names on the screen: exactly one thing, or an error that says what is there instead."""

import time

from ...episode.model import Target
from ...errors import LecternError
from ...geometry import Box
from .view import View

PATIENCE = 5.0
"""Seconds within which a target has to appear."""


def find(scene: View, target: Target, patience: float = PATIENCE) -> Box:
    """The one box that `target` names; a position is a box without extent. LecternError tells how many there are."""
    if target.position:
        return Box(x=target.position[0], y=target.position[1], w=0, h=0)
    end = time.monotonic() + patience
    while True:
        picture = scene.picture()
        boxes, said = scene.meanwhile(lambda: scene.sight.find(picture, target))
        wanted = 1 if target.nth is None else target.nth
        if len(boxes) >= wanted and (target.nth or len(boxes) == 1):
            return boxes[wanted - 1]
        if (boxes and target.nth is None) or time.monotonic() > end:
            raise LecternError(_complaint(target, boxes, said))
        scene.check()
        scene.wait(0.1)


def named(target: Target) -> str:
    """A target as its author wrote it."""
    return ", ".join(f"{key}: {value}" for key, value in target.model_dump(exclude_none=True).items())


def _complaint(target: Target, boxes: list[Box], said: str) -> str:
    if not boxes:
        return f"nothing on the screen is {named(target)}. {said}"
    places = ", ".join(f"[{box.centre[0]:.2f}, {box.centre[1]:.2f}]" for box in boxes)
    times = f"{len(boxes)} times" if len(boxes) > 1 else "once"
    return f"{named(target)} is on the screen {times}, at {places}; choose one with nth:, or say more. {said}".rstrip()
