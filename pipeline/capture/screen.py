"""What all screens have in common: steps are done at them, by a recorder that films it or by an agent that rehearses it."""

from collections.abc import Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..base.renderer import ReportProgress
from ..episode.steps import Step
from .request import CaptureRequest, PhaseStep
from .take import CaptureTake


class StepInProgress:
    """A step that is being done at a screen, which is `placed` in its phase."""

    placed: PhaseStep

    @property
    def step(self) -> Step:
        """What the script says."""
        return self.placed.step

    def patience(self, usual: float) -> float:
        """Return for how many seconds the step may take: as the script says, else `usual`."""
        return self.step.timeout or usual


@dataclass(frozen=True)
class StepOutcome[P]:
    """What a step did: `moment` is when it acted (seconds of the screen's clock), `place` where (None: nowhere in particular)."""

    moment: float
    place: P | None = None


@dataclass(frozen=True)
class StepSpan[P]:
    """A filmed step, in seconds of the screen's clock.

    `effect` is when what it did was seen, or (at a screen that is drawn afterwards) when it acted.
    """

    index: int
    action: str
    start: float
    effect: float
    end: float
    place: P | None = None


class Footage[P](Protocol):
    """What a screen showed from its start to its stop: filmed frames, or a log that is yet to be drawn."""

    def write(self, spans: Sequence[StepSpan[P]], folder: Path, report: ReportProgress) -> CaptureTake:
        """Write the pictures into `folder` and return the take. Raises LecternError where a secret can be read in them."""
        ...


class LoggedSession(Protocol):
    """What is done at a screen that logs what happens."""

    @property
    def secrets(self) -> Collection[str]:
        """All that was typed and nobody may read."""
        ...

    @property
    def now(self) -> float:
        """The seconds since filming started."""
        ...

    def begin(self) -> None:
        """Get ready for the first step."""
        ...

    def go_on(self) -> None:
        """Get ready for the first step, where an earlier recording goes on."""
        ...

    def text(self) -> str:
        """Return what can be read, with bullets for secrets."""
        ...


class LoggedScreen[S: LoggedSession]:
    """What a terminal and an editor have in common as screens: `place` is all that was opened for them."""

    def __init__(self, request: CaptureRequest, session: S, place: ExitStack) -> None:
        self.session = session
        self._request, self._place, self._begun = request, place, False

    @property
    def secrets(self) -> Collection[str]:
        """All that was typed and nobody may read."""
        return self.session.secrets

    def now(self) -> float:
        """Return the seconds since filming started."""
        return self.session.now

    def begin(self) -> None:
        """Start afresh, or from where the earlier recording left things that goes on."""
        if self._request.earlier and self._begun:
            self.session.go_on()
        else:
            self.session.begin()
        self._begun = True

    def text(self) -> str:
        """Return what can be read, with bullets for secrets."""
        return self.session.text()

    def close(self) -> None:
        """End the shell with all it started."""
        self._place.close()


class Screen[P](Protocol):
    """A browser, a terminal, an editor or a desktop. `P` is how it says where a step did something.

    Its methods raise LecternError, Playwright's Error or OSError for what goes wrong.
    """

    @property
    def secrets(self) -> Collection[str]:
        """All that steps have typed here and nobody may read."""
        ...

    def now(self) -> float:
        """Return the time on the screen's clock (seconds)."""
        ...

    def begin(self) -> None:
        """Get ready for the first step after the hidden ones: a terminal is cleared."""
        ...

    def start(self) -> float:
        """Begin, start filming, and return when that was."""
        ...

    def do(self, current: PhaseStep) -> StepOutcome[P]:
        """Do a step, and wait for what it expects to be on the screen."""
        ...

    def settle(self, current: PhaseStep, moment: float) -> float:
        """Wait until nothing more comes of a filmed step that acted at `moment`, and return when its effect was seen."""
        ...

    def text(self) -> str:
        """Return all that can be read on the screen, with bullets for secrets."""
        ...

    def picture(self) -> bytes | None:
        """Return the screen as a PNG; None where there is none, or a secret could be read in it."""
        ...

    def stop(self) -> Footage[P]:
        """Stop filming, and return what was filmed."""
        ...

    def interrupt(self) -> None:
        """Get back to where the last steps can be done, whatever still runs. Nothing is filmed any more."""
        ...

    def close(self) -> None:
        """End what still runs on the screen. What was filmed can be written afterwards."""
        ...
