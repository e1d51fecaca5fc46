"""The recording of a line that is under way: one at a time, until it is kept or dropped."""

import time
from pathlib import Path
from typing import NamedTuple

import bpy

from ..pipeline.base.errors import LecternError
from ..pipeline.studio.record import keep_recording
from ..pipeline.voice.microphone import Microphone
from . import snapshot

_DRAWN_SECONDS = 0.1
"""Time between two looks at the level."""


class RunningRecording(NamedTuple):
    """A recording of `line` in the episode in `folder`, for `seconds` (0: as long as a person likes)."""

    folder: Path
    line: str
    seconds: float
    microphone: Microphone


_running: list[RunningRecording] = []


def running() -> RunningRecording | None:
    """Return the recording that is under way."""
    return _running[0] if _running else None


def start(folder: Path, line: str, seconds: float = 0.0) -> None:
    """Begin to record a line. Raises LecternError where nothing records, or nobody could stop it."""
    if bpy.app.background and not seconds:
        raise LecternError("nobody can press Keep here: say how many seconds to record")
    drop()
    _running.append(RunningRecording(folder, line, seconds, Microphone()))
    if not bpy.app.background:
        bpy.app.timers.register(_draw, first_interval=_DRAWN_SECONDS)


def keep(*, wait: bool = False) -> Path:
    """Stop, and write the take; with `wait`, once its time is over. Raises LecternError if there is nothing to hear in it."""
    recording = _running.pop()
    while wait and recording.microphone.goes_on and recording.microphone.seconds < recording.seconds:
        time.sleep(0.02)
    return keep_recording(recording.folder, recording.line, recording.microphone.stop())


def drop() -> None:
    """Stop, and keep nothing."""
    while _running:
        _running.pop().microphone.close()


def unregister() -> None:
    """Stop with the extension."""
    drop()


def _draw() -> float | None:
    snapshot.redraw()
    return _DRAWN_SECONDS if _running else None
