"""Trying what a script wants to be recorded, before anybody has allowed it: in the sandbox, without a network, and for nothing."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from ..base.errors import LecternError
from ..build.record_takes import request_of_capture
from ..capture.fault import CaptureFault
from ..capture.recipes import record
from ..capture.sandbox.bubblewrap import sandbox_missing
from ..episode.capture_block import Capture
from ..episode.model import Episode, Scene
from ..episode.source import SCRIPT
from ..episode.themes import theme_of
from ..jobs.recipe import JobContext
from ..trust.allowed import in_sandbox
from ..trust.captures import capture_permissions

FAST = 1000.0
"""Letters a second: nobody watches."""


def require_sandbox_here() -> None:
    """Raise LecternError if this computer has no sandbox."""
    if problem := sandbox_missing():
        raise LecternError(f"{problem}. What a model writes is tried nowhere else")


def failing_captures(episode: Episode) -> Iterator[str]:
    """Do the steps of all captures in the sandbox, keep nothing, and yield what fails, with file and line.

    What no sandbox holds, what needs a network, and what has a goal in place of steps isn't tried.
    """
    boxed = in_sandbox(episode)
    for scene in boxed.scenes:
        for capture in scene.captures:
            if scene.enabled and capture.steps and _is_harmless(boxed, capture):
                try:
                    _try(boxed, scene, capture)
                except CaptureFault as fault:
                    yield str(fault)


def _is_harmless(episode: Episode, capture: Capture) -> bool:
    """Return whether a capture touches nothing of the person's and no other computer."""
    requests = tuple(capture_permissions(episode.folder, (capture,)))
    return not any(one.personal or one.host or one.reaches_out for one in requests)


def _try(episode: Episode, scene: Scene, capture: Capture) -> None:
    request = request_of_capture(episode, scene, capture, theme_of(episode))
    fast = request.model_copy(update={"typing_speed": FAST, "sharpness": 1.0})
    with tempfile.TemporaryDirectory(prefix="lectern-try-", ignore_cleanup_errors=True) as scratch:
        try:
            record(fast, Path(scratch), JobContext.scratch(episode.folder))
        except CaptureFault:
            raise
        except LecternError as error:
            raise CaptureFault(error, SCRIPT, scene, capture) from error
