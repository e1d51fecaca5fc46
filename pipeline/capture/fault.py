"""What went wrong at a step, said so that the author finds the line, and a picture of the moment."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from ..base.errors import LecternError, RecordedError
from ..base.files import digest, write_atomic
from ..base.frozen import Frozen
from ..base.memory import scarce_memory
from ..episode.capture_block import Capture
from ..episode.model import Scene
from ..episode.steps import Step
from ..episode.targets import Target, Wait
from .request import CaptureRequest, Phase


class StepFault(RecordedError):
    """Step `index` (from 0) of `phase` failed; `detail` says how.

    `picture` is the file that shows the moment, if one could be kept; `summary` is the message without it.
    """

    def __init__(self, phase: Phase, index: int, step: Step, detail: str, picture: Path | None = None) -> None:
        self.phase, self.index, self.step, self.detail, self.picture = phase, index, step, detail, picture
        self.summary = f"{_step_name(phase, index)} ({step_text(step)}): {detail}"
        gap = "\n" if "\n" in detail else " "
        super().__init__(f"{self.summary}{gap}(as it looked: {picture})" if picture else self.summary)

    def with_picture(self, picture: Path | None) -> "StepFault":
        """Return the same fault with the picture of its moment."""
        return StepFault(self.phase, self.index, self.step, self.detail, picture)

    def with_detail(self, detail: str) -> "StepFault":
        """Return a fault of the same step and moment that says something else."""
        return StepFault(self.phase, self.index, self.step, detail, self.picture)

    def record(self) -> str:
        """Return the fault as JSON for `read_fault`."""
        return self._values().model_dump_json()

    def _values(self) -> "_StepFaultRecord":
        return _StepFaultRecord(
            phase=self.phase, index=self.index, step=self.step, detail=self.detail, picture=self.picture
        )


class BrowserDied(RecordedError):
    """The browser was ended while it was used: for want of memory, or by somebody. `fault`: at which step."""

    advice = "build again"

    def __init__(self, reason: str, fault: StepFault | None = None) -> None:
        self.reason, self.fault, self.picture = reason, fault, fault.picture if fault else None
        super().__init__(f"{reason} (the browser was ended while it was used; {self.advice}){scarce_memory()}")

    @classmethod
    def at(cls, fault: StepFault) -> "BrowserDied":
        """Return that the browser died at a step."""
        return cls(str(fault), fault)

    def record(self) -> str:
        """Return the error as JSON for `read_fault`."""
        fault = self.fault._values() if self.fault else None
        took_all = isinstance(self, BrowserTookAll)
        return _BrowserDeathRecord(reason=self.reason, fault=fault, took_all=took_all).model_dump_json()


class BrowserTookAll(BrowserDied):
    """The browser was ended because of what its pages took of this computer: they would take it again."""

    advice = "show a page that needs less"


class _StepFaultRecord(Frozen):
    kind: Literal["step"] = "step"
    phase: Phase
    index: int
    step: Step
    detail: str
    picture: Path | None

    def error(self) -> StepFault:
        return StepFault(self.phase, self.index, self.step, self.detail, self.picture)


class _BrowserDeathRecord(Frozen):
    kind: Literal["browser died"] = "browser died"
    reason: str
    fault: _StepFaultRecord | None
    took_all: bool = False

    def error(self) -> BrowserDied:
        kind = BrowserTookAll if self.took_all else BrowserDied
        return kind(self.reason, self.fault.error() if self.fault else None)


_RECORDS: TypeAdapter[_StepFaultRecord | _BrowserDeathRecord] = TypeAdapter(
    Annotated[_StepFaultRecord | _BrowserDeathRecord, Field(discriminator="kind")]
)


def read_fault(record: str, message: str) -> LecternError:
    """Return the error that another process kept as `record`; one that says `message` where nothing was recorded."""
    return _RECORDS.validate_json(record).error() if record else LecternError(message)


def retry_on_browser_death[T](make: Callable[[], T], attempts: int, tidy: Callable[[], None] = lambda: None) -> T:
    """Return what `make` makes. Where its browser dies, clear what is left with `tidy` and begin again, `attempts` times in all."""
    for _ in range(attempts - 1):
        try:
            return make()
        except BrowserTookAll:
            raise
        except BrowserDied:
            tidy()
    return make()


class CaptureFault(LecternError):
    """A capture of a script failed: `error`, with file, line and scene in front. `picture` is as of `StepFault`.

    A raw recording knows none of them: the line is that of the step in `capture`, or of the capture itself.
    """

    def __init__(self, error: LecternError, file: str, scene: Scene, capture: Capture) -> None:
        fault = error.fault if isinstance(error, BrowserDied) else error if isinstance(error, StepFault) else None
        self.picture = fault.picture if fault else None
        line = _steps_of(capture, fault.phase)[fault.index].line if fault and fault.phase != "url" else capture.line
        where = _scene_of(fault, capture) if fault else ""
        again = f'scene "{where}", done again for scene "{scene.id}" (continue:)' if where else f'scene "{scene.id}"'
        super().__init__(f"{file}:{line}: {again}: {error}")


def keep_picture(png: bytes, episode: Path, request: CaptureRequest, phase: Phase, index: int) -> Path | None:
    """Write the picture of a step's failure to a file, apart from those of other captures. Return None where there is no room for it."""
    of_this = digest(request.model_dump_json(), 6)
    file = episode / ".lectern" / "faults" / f"{request.kind}-{of_this}-{phase}-{index + 1}.png"
    try:
        write_atomic(file, png, inside=episode)
    except OSError:
        return None
    return file


def step_text(step: Step) -> str:
    """Return a step as a person would say it: ``click "Save"``."""
    target = step.target and next((v for v in (step.target.name, step.target.label, step.target.text) if v), "")
    return f"{step.action} {step.value or target or ''}".strip()


def target_text(target: Target | Wait) -> str:
    """Return a target or a condition as its author wrote it: ``role: button, name: Save``."""
    return ", ".join(f"{key}: {value}" for key, value in target.model_dump(exclude_none=True).items())


def _step_name(phase: Phase, index: int) -> str:
    return phase if phase == "url" else f"{phase}[{index + 1}]"


def _scene_of(fault: StepFault, capture: Capture) -> str:
    """Return the earlier scene of a step that was done again ("": it is the capture's own)."""
    if fault.phase == "hidden" and capture.earlier:
        return capture.earlier[0].scene
    scenes = [earlier.scene for earlier in capture.earlier for _ in earlier.steps]
    return scenes[fault.index] if fault.phase == "earlier" else ""


def _steps_of(capture: Capture, phase: Phase) -> tuple[Step, ...]:
    earlier = tuple(step for before in capture.earlier for step in before.steps)
    return {
        "url": (),
        "hidden": capture.hidden,
        "earlier": earlier,
        "steps": capture.steps,
        "finally": capture.finally_,
    }[phase]
