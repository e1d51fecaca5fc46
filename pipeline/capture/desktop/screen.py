"""A desktop at which steps are done: any program, used as a person uses it, filmed through a web view."""

import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from PIL import Image

from ...base.errors import LecternError
from ...base.geometry import Box
from ..fault import target_text
from ..filmed import FilmedFootage, start_painted
from ..pictures import read_pictures
from ..pixels.edges import busy_timeline
from ..request import CaptureRequest, PhaseStep
from ..screen import StepOutcome
from ..secrets import mask_secrets, shows_secret
from ..take import BlurredRegions, StepEvent, VisibleText
from .actions import DesktopStepContext, do_step
from .remote_desktop import RemoteDesktop, open_remote_desktop

AT_ONCE = 2
"""Pictures that are read at a time."""


class DesktopScreen:
    """A desktop of Lectern's own, or one that is somewhere else."""

    def __init__(self, session: RemoteDesktop, place: ExitStack) -> None:
        self.session = session
        self._place = place

    @property
    def secrets(self) -> Collection[str]:
        """All that was typed and may not be seen."""
        return self.session.typed_secrets.values()

    def now(self) -> float:
        """Return the epoch seconds."""
        return time.time()

    def begin(self) -> None:
        """Do nothing: the hidden steps leave the desktop as the first step needs it."""

    def start(self) -> float:
        """Start filming, and return the time of the first frame."""
        session = self.session
        start_painted(session.film, session.request.size)
        session.filming = True
        session.pointer.clear()
        session.keys.clear()
        session.note_pointer()
        return session.film.frames[0].time

    def do(self, current: PhaseStep) -> StepOutcome[Box]:
        """Do a step, and wait for what it expects; its moment is when it acted."""
        self.session.check(wanted=current.step.action != "run")
        step = DesktopStepContext(current, self.session)
        do_step(step)
        if not self.session.filming:
            self.session.wait(0.3)
        return StepOutcome(step.moment, step.target)

    def settle(self, current: PhaseStep, moment: float) -> float:
        """Wait for what comes of a step; a program that it has brought down is its fault, even if no other step follows."""
        film = self.session.film
        film.settle(0.25, 2.5)
        self.session.wait(0.1)
        self.session.check(wanted=False)
        if current.step.action == "highlight":
            return moment
        if current.step.action == "wait":
            return film.frames[-1].time
        return film.changed_after(moment) or moment

    def text(self) -> str:
        """Return what can be read, with bullets for secrets."""
        session, picture = self.session, self.session.picture()
        return mask_secrets(session.meanwhile(lambda: session.sight.text(picture)), self.secrets)

    def picture(self) -> bytes | None:
        """Return what is seen as a PNG; None where a secret could be read in it."""
        picture, png = self.session.picture(), BytesIO()
        if self.secrets and shows_secret(self.session.sight.text(picture), self.secrets):
            return None
        Image.fromarray(picture).save(png, "PNG")
        return png.getvalue()

    def stop(self) -> "DesktopFootage":
        """Stop filming."""
        self.session.film.settle(0.3, 2.0)
        ended = time.time()
        self._stop_filming()
        return DesktopFootage(self.session, ended)

    def interrupt(self) -> None:
        """Film no more: a desktop is always ready for the last steps."""
        if self.session.filming:
            self._stop_filming()

    def close(self) -> None:
        """End the programs and the desktop."""
        self._place.close()

    def _stop_filming(self) -> None:
        self.session.film.stop()
        self.session.filming = False


class DesktopFootage(FilmedFootage):
    """The frames of a desktop; what was on it is read from what was seen at first, and after each step."""

    def __init__(self, session: RemoteDesktop, ended: float) -> None:
        super().__init__(session.request, session.request.size, session.film.frames, ended, session)
        self.title = _title(session.request)
        self._sight = session.sight

    def words(self, events: Sequence[StepEvent]) -> Iterable[str]:
        """Yield what could be read at the end of each step, and at the end of all: a busy program answers late."""
        return map(self._sight.text, (*self._seen(events), self.frames[-1].picture(self.size)))

    def text(self, events: Sequence[StepEvent], times: Sequence[float], pictures: Path) -> tuple[VisibleText, ...]:
        """Return the text from each step's effect on; where nobody reads, the busy places of all pictures."""
        if not self._sight.reads:
            return busy_timeline(zip(times, read_pictures(pictures), strict=True))
        seen = self._seen(events)
        moments = [0.0, *(event.effect for event in events)]
        new = [i for i in range(len(seen)) if i == 0 or not np.array_equal(seen[i - 1], seen[i])]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            boxes = list(pool.map(self._sight.text_boxes, (seen[i] for i in new)))
        entries = {moments[i]: VisibleText(time=moments[i], boxes=read) for i, read in zip(new, boxes, strict=True)}
        return tuple(entries[moment] for moment in sorted(entries))

    def blurred(self, events: Sequence[StepEvent]) -> tuple[BlurredRegions, ...]:
        """Return what is covered: while a step is done both places, that before it and that after it.

        Raises LecternError for a target that is never there: what was to be hidden may then be seen.
        """
        if not self.request.blur:
            return ()
        seen = self._seen(events)
        found = [[self._sight.covered(picture, target) for picture in seen] for target in self.request.blur]
        for target, places in zip(self.request.blur, found, strict=True):
            if not any(places):
                raise LecternError(f"blur: {target_text(target)} is never on the screen; correct it, or remove it")
        at = [tuple(box for places in found for box in places[i]) for i in range(len(seen))]
        between = [tuple(dict.fromkeys((*a, *b))) for a, b in pairwise(at)]
        pairs = zip(_moments(events), [*between, at[-1]], strict=True)
        return tuple(BlurredRegions(time=time, boxes=boxes) for time, boxes in pairs)

    def _seen(self, events: Sequence[StepEvent]) -> list[np.ndarray]:
        """Return the first picture, then each step's last (RGB)."""
        begun = self.frames[0].time
        return [self.frames[self.index_at(begun + moment)].picture(self.size) for moment in _moments(events)]


@contextmanager
def open_desktop(request: CaptureRequest, episode: Path) -> Iterator[DesktopScreen]:
    """Open the desktop that `request` asks for, with its program in sight."""
    with ExitStack() as place:
        yield DesktopScreen(place.enter_context(open_remote_desktop(request, episode)), place)


def _moments(events: Sequence[StepEvent]) -> list[float]:
    return [0.0, *(event.end for event in events)]


def _title(request: CaptureRequest) -> str:
    """Return what the window's bar shows: the program, or where the desktop is."""
    if request.app:
        return Path(request.app.split()[0]).name.replace("-", " ").capitalize()
    return urlsplit(request.url).netloc.rpartition("@")[2]
