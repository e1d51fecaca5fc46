"""What went wrong at a step, told so that the author finds the line, and a picture of the moment."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from ..episode.model import Scene
from ..episode.screen import Capture, Step, Target, Wait
from ..errors import LecternError
from .died import BrowserDied
from .request import CaptureRequest


class StepFault(LecternError):
    """Step `index` (from 0) of `phase` ("steps", "hidden" or "finally") failed; `detail` says how.

    `picture` is the file that shows the moment, if one could be kept; `told` is the message without it.
    """

    def __init__(self, phase: str, index: int, step: Step, detail: str, picture: Path | None = None) -> None:
        self.phase, self.index, self.step, self.detail, self.picture = phase, index, step, detail, picture
        self.told = f"{phase}[{index + 1}] ({described(step)}): {detail}"
        super().__init__(f"{self.told}{looked(picture, detail)}")


class CaptureFault(LecternError):
    """A capture of a script failed: told with file, line and scene; `picture` as of `StepFault`."""

    def __init__(self, error: LecternError, file: str, scene: Scene, capture: Capture) -> None:
        self.picture = error.picture if isinstance(error, StepFault | BrowserDied) else None
        super().__init__(located(str(error), file, scene, capture))


def readable(request: CaptureRequest, phase: str, index: int) -> StepFault:
    """What is said where the secret that a step typed stands on the screen."""
    said = "what was typed can be read on the screen; type it into a field that hides it"
    return StepFault(phase, index, request.phase(phase)[index], said)


def looked(picture: Path | None, detail: str = "") -> str:
    """What a message says behind `detail` of the picture that was kept."""
    gap = "\n" if "\n" in detail else " "
    return f"{gap}(as it looked: {picture})" if picture else ""


def keep_picture(png: bytes, episode: Path, request: CaptureRequest, phase: str, index: int) -> Path | None:
    """Keeps the picture of a step's failure, apart from those of other captures; None where there is no room for it."""
    of_this = hashlib.sha256(request.model_dump_json().encode()).hexdigest()[:6]
    file = episode / ".lectern" / "faults" / f"{request.kind}-{of_this}-{phase}-{index + 1}.png"
    sibling = file.with_suffix(".part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        sibling.write_bytes(png)
        os.replace(sibling, file)
    except OSError:
        with suppress(OSError):
            sibling.unlink(missing_ok=True)
        return None
    return file


def described(step: Step) -> str:
    """A step as a person would say it: ``click "Save"``."""
    target = step.target and next((v for v in (step.target.name, step.target.label, step.target.text) if v), "")
    return f"{step.action} {step.value or target or ''}".strip()


def written(said: Target | Wait) -> str:
    """A target or a condition as its author wrote it: ``role: button, name: Save``."""
    return ", ".join(f"{key}: {value}" for key, value in said.model_dump(exclude_none=True).items())


def located(message: str, file: str, scene: Scene, capture: Capture) -> str:
    """The message of a failed capture with file, line and scene in front; a raw recording knows none of them."""
    for phase, steps in (("steps", capture.steps), ("hidden", capture.hidden), ("finally", capture.finally_)):
        for index, step in enumerate(steps):
            if message.startswith(f"{phase}[{index + 1}] "):
                return f'{file}:{step.line}: scene "{scene.id}": {message}'
    return f'{file}:{capture.line}: scene "{scene.id}": {message}'
