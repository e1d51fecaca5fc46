"""A terminal capture: real commands in a real shell, written down as a cast and then drawn by xterm.js."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Error

from ...episode.screen import Step
from ...errors import LecternError
from ...jobs.recipe import Bench
from ..chromium import BrowserDied, chromium
from ..fault import StepFault, described, keep_picture, looked
from ..pictures import PICTURES
from ..request import CaptureRequest
from ..take import CaptureTake, KeyPress
from .acts import Doing, check, do
from .cast import Cast, write_cast
from .imported import read_import, spans_of
from .place import place_of
from .replay import POINTING, SHARP, Replay, Span, events_of, last_picture, replay
from .screen import Cells, Screen, cells_of
from .session import Session, session_in

CAST = "session.cast"


def record(request: CaptureRequest, folder: Path, bench: Bench) -> CaptureTake:
    """Runs the steps in a shell of its own folder; writes the cast and the pictures; StepFault where a step fails.

    A cast that is there already is drawn, and its steps are found in it.
    """
    if request.cast:
        return _imported(request, folder, bench)
    for phase, steps in _phases(request):
        for index, step in enumerate(steps):
            check(phase, index, step)
    made = _Recording()
    try:
        with chromium(request.chromium) as browser:
            _perform(made, request, browser, bench)
            write_cast(folder / CAST, made.cast)
            bench.report(0.6)
            shown = _drawn(made, request, browser, folder)
    except BrowserDied as died:
        kept = _kept_by_another(made, request, bench)
        raise BrowserDied(f"{made.where}the browser that draws the terminal has died: {died}{looked(kept)}", kept) from died
    return _take(request, made, shown)


def _drawn(made: "_Recording", request: CaptureRequest, browser: Browser, folder: Path) -> Replay:
    """The pictures; where they can't be had, neither they nor the cast stay: it might be for a secret in them."""
    try:
        return replay(made.cast, request, browser, folder, sought=_sought(request), secrets=made.secrets)
    except LecternError:
        for name in (CAST, PICTURES, SHARP):
            (folder / name).unlink(missing_ok=True)
        raise


def act(session: Session, request: CaptureRequest, phase: str, index: int, step: Step) -> None:
    """Does one step at once in an open session; StepFault where it fails."""
    check(phase, index, step)
    do(Doing(phase, index, step, session, _screen_of(session), request, hurry=True))


@contextmanager
def open_session(request: CaptureRequest, episode: Path, browser: Browser) -> Iterator[Session]:
    """A shell at its prompt in a folder of its own, as the request wants it; gone with all it started at the end."""
    screen = Screen(browser, request)
    try:
        with place_of(request, episode) as place, session_in(place, request, screen) as session:
            yield session
    finally:
        with suppress(Error):  # where the browser has died, that is told already
            screen.close()


@dataclass
class _Recording:
    """What has been recorded so far, and the step that is under way."""

    cast: Cast = field(default_factory=lambda: Cast(columns=1, rows=1, duration=0.0, outputs=()))
    spans: list[Span] = field(default_factory=list)
    keys: tuple[KeyPress, ...] = ()
    secrets: tuple[str, ...] = ()
    session: Session | None = None
    where: str = ""

    def at(self, phase: str, index: int, step: Step) -> None:
        self.where = f"{phase}[{index + 1}] ({described(step)}): "

    def note(self, session: Session) -> None:
        """Keeps what the session has come to."""
        self.cast, self.keys, self.secrets = session.cast(), tuple(session.keys), session.secrets


def _phases(request: CaptureRequest) -> tuple[tuple[str, tuple[Step, ...]], ...]:
    return ("hidden", request.hidden), ("steps", request.steps), ("finally", request.finally_)


def _perform(made: _Recording, request: CaptureRequest, browser: Browser, bench: Bench) -> None:
    with open_session(request, bench.episode, browser) as session:
        made.session = session
        try:
            _run_all(made, "hidden", request.hidden, session, request)
            _record_all(made, session, request, bench)
        except LecternError as error:
            made.note(session)
            told = _told(error, made, request, browser, bench)
            with suppress(LecternError):  # what failed first is what the author has to know
                _leave(made, session, request)
            raise told from error
        made.note(session)
        _leave(made, session, request)
        made.where = ""


def _record_all(made: _Recording, session: Session, request: CaptureRequest, bench: Bench) -> None:
    session.begin()
    session.rest(0.3)
    for index, step in enumerate(request.steps):
        made.at("steps", index, step)
        made.spans.append(_recorded(index, step, session, request))
        bench.report(0.6 * (index + 1) / len(request.steps))
    session.rest(0.3)


def _leave(made: _Recording, session: Session, request: CaptureRequest) -> None:
    """Gets back to the prompt, whatever still runs, and does the last steps."""
    if request.finally_:
        session.interrupt()
    _run_all(made, "finally", request.finally_, session, request)


def _run_all(made: _Recording, phase: str, steps: tuple[Step, ...], session: Session, request: CaptureRequest) -> None:
    for index, step in enumerate(steps):
        made.at(phase, index, step)
        do(Doing(phase, index, step, session, _screen_of(session), request, hurry=True))


def _recorded(index: int, step: Step, session: Session, request: CaptureRequest) -> Span:
    start = session.now
    do(Doing("steps", index, step, session, _screen_of(session), request, hurry=False))
    met = session.now
    session.rest(0.15)
    sought = (step.target.text or "") if step.target and step.action == "highlight" else ""
    nth = (step.target.nth or 1) - 1 if step.target else 0
    return Span(index, step.action, start, met, session.now, sought, nth)


def _screen_of(session: Session) -> Screen:
    assert isinstance(session.screen, Screen)
    return session.screen


def _told(error: LecternError, made: _Recording, request: CaptureRequest, browser: Browser, bench: Bench) -> LecternError:
    """The error with the picture of its moment."""
    if not isinstance(error, StepFault):
        return error
    kept = _kept(made, request, browser, bench, error.phase, error.index)
    return StepFault(error.phase, error.index, error.step, error.detail, kept)


def _kept(
    made: _Recording, request: CaptureRequest, browser: Browser, bench: Bench, phase: str, index: int, grid: Cells | None = None
) -> Path | None:
    """Keeps a picture of what has been recorded; nothing where there is no room for it, or a secret could be read."""
    picture = last_picture(made.cast, request, browser, grid, made.secrets)
    return keep_picture(picture, bench.episode, request, phase, index) if picture else None


def _kept_by_another(made: _Recording, request: CaptureRequest, bench: Bench) -> Path | None:
    """Keeps the picture that a dead browser can't draw any more."""
    if made.session is None or not made.where:
        return None
    made.note(made.session)
    phase, _, rest = made.where.partition("[")
    with suppress(LecternError), chromium(request.chromium) as browser:
        return _kept(made, request, browser, bench, phase, int(rest.split("]")[0]) - 1)
    return None


def _sought(request: CaptureRequest) -> tuple[str, ...]:
    """The texts whose places the take tells."""
    pointed = [step.target for step in request.steps if step.action in POINTING]
    return tuple(dict.fromkeys(target.text for target in (*pointed, *request.blur) if target and target.text))


def _take(request: CaptureRequest, made: _Recording, shown: Replay) -> CaptureTake:
    return CaptureTake(
        kind="terminal",
        size=request.size,
        pictures=shown.pictures,
        times=shown.times,
        duration=max(made.cast.duration, shown.times[-1] + 0.1),
        events=events_of(made.spans, shown),
        keys=made.keys,
        text=shown.text,
        blurred=shown.regions(tuple(target.text for target in request.blur if target.text)),
        sharp=shown.sharp,
        sharp_of=tuple(range(len(shown.times))) if shown.sharp else (),
        sharpness=request.sharpness if shown.sharp else 1.0,
    )


def _imported(request: CaptureRequest, folder: Path, bench: Bench) -> CaptureTake:
    """Draws a session that was recorded elsewhere, and finds in it what the steps name."""
    cast = read_import(bench.episode / request.cast, request)
    grid = cells_of(cast.columns, cast.rows, request.size)
    with chromium(request.chromium) as browser:
        write_cast(folder / CAST, cast)
        shown = replay(cast, request, browser, folder, grid, _sought(request))
        bench.report(0.9)
        try:
            spans, keys = spans_of(request.steps, cast, shown)
        except StepFault as fault:
            kept = _kept(_Recording(cast=cast), request, browser, bench, "steps", fault.index, grid)
            raise StepFault("steps", fault.index, fault.step, fault.detail, kept) from fault
    return _take(request, _Recording(cast=cast, spans=spans, keys=keys), shown)
