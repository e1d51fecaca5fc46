"""What went wrong at a step, told so that the author finds the line."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..episode.model import Capture, Scene, Step
from ..errors import LecternError


class StepFault(LecternError):
    """Step `index` (from 0) of `phase` ("steps", "hidden" or "finally") failed; `detail` says how."""

    def __init__(self, phase: str, index: int, step: Step, detail: str) -> None:
        self.phase, self.index, self.detail = phase, index, detail
        super().__init__(f"{phase}[{index + 1}] ({described(step)}): {detail}")


def described(step: Step) -> str:
    """A step as a person would say it: ``click "Save"``."""
    target = step.target and next((v for v in (step.target.name, step.target.label, step.target.text) if v), "")
    return f"{step.action} {step.value or target or ''}".strip()


def located(message: str, file: str, scene: Scene, capture: Capture) -> str:
    """The message of a failed capture with file, line and scene in front; a raw recording knows none of them."""
    for phase, steps in (("steps", capture.steps), ("hidden", capture.hidden), ("finally", capture.finally_)):
        for index, step in enumerate(steps):
            if message.startswith(f"{phase}[{index + 1}] "):
                return f'{file}:{step.line}: scene "{scene.id}": {message}'
    return f'{file}:{capture.line}: scene "{scene.id}": {message}'


@contextmanager
def told_when_full(folder: Path) -> Iterator[None]:
    """A disk that is full becomes a LecternError that says which."""
    try:
        yield
    except OSError as error:  # FFmpeg's, too
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise LecternError(f"the disk is full: there is no room for the recording in {folder}; free some and build again") from error
