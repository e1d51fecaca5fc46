"""A terminal capture: real commands in a real shell, written down as a cast and then drawn by xterm.js."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from playwright.sync_api import Browser

from ...episode.model import Step
from ...errors import LecternError
from ...jobs.recipe import Bench
from .cast import Cast, write_cast
from ..chromium import chromium
from ..claims import holds, instead
from ..fault import StepFault
from ..keys import terminal_keys
from .replay import Replay, Span, events_of, replay
from ..request import CaptureRequest
from .screen import Screen
from .session import Session
from .shell import Shell
from ..take import CaptureTake

CAST = "session.cast"
PATIENCE = 60.0
"""Seconds after which a condition that was waited for has failed."""
EXPECTED = 5.0
"""Seconds within which what a step expects must be on the screen."""


def record(request: CaptureRequest, folder: Path, bench: Bench) -> CaptureTake:
    """Runs the steps in a shell of its own folder; writes the cast and the pictures; StepFault where a step fails."""
    for phase, steps in _phases(request):
        for index, step in enumerate(steps):
            _check(phase, index, step)
    with chromium(request.chromium) as browser:
        cast, spans = _perform(request, browser, bench)
        write_cast(folder / CAST, cast)
        bench.report(0.6)
        shown = replay(cast, request, browser, folder)
    return _take(request, cast, spans, shown)


def act(session: Session, request: CaptureRequest, phase: str, index: int, step: Step) -> None:
    """Does one step at once in an open session; StepFault where it fails."""
    _check(phase, index, step)
    _do(_Doing(phase, index, step, session, request, hurry=True))


def _phases(request: CaptureRequest) -> tuple[tuple[str, tuple[Step, ...]], ...]:
    return ("hidden", request.hidden), ("steps", request.steps), ("finally", request.finally_)


def _check(phase: str, index: int, step: Step) -> None:
    if step.action not in _ACTS:
        raise StepFault(phase, index, step, f"a terminal has no such step; it has {', '.join(sorted(_ACTS))}")
    if step.action == "wait" and (step.wait is None or step.wait.target or step.wait.url):
        raise StepFault(phase, index, step, "a terminal waits for prompt, text or idle")


def _take(request: CaptureRequest, cast: Cast, spans: list[Span], shown: Replay) -> CaptureTake:
    return CaptureTake(
        kind="terminal",
        size=request.size,
        pictures=shown.pictures,
        times=shown.times,
        duration=max(cast.duration, shown.times[-1] + 0.1),
        events=events_of(spans, shown, request.size),
        text=shown.text,
    )


def _perform(request: CaptureRequest, browser: Browser, bench: Bench) -> tuple[Cast, list[Span]]:
    with open_session(request, bench.episode, browser) as session:
        try:
            _run_all("hidden", request.hidden, session, request)
            spans = list(_recorded_all(session, request, bench))
            cast = session.cast()
        except LecternError:
            with suppress(StepFault):  # what failed first is what the author has to know
                _leave(session, request)
            raise
        _leave(session, request)
        return cast, spans


def _recorded_all(session: Session, request: CaptureRequest, bench: Bench) -> Iterator[Span]:
    session.begin()
    session.rest(0.3)
    for index, step in enumerate(request.steps):
        yield _recorded(index, step, session, request)
        bench.report(0.6 * (index + 1) / len(request.steps))
    session.rest(0.3)


def _leave(session: Session, request: CaptureRequest) -> None:
    """Gets back to the prompt, whatever still runs, and does the last steps."""
    for key in ("\x03", "\x04") if request.finally_ else ():
        if not session.at_prompt:
            session.press(key)
            session.until(lambda: session.at_prompt, 1.5)
    _run_all("finally", request.finally_, session, request)


@contextmanager
def open_session(request: CaptureRequest, episode: Path, browser: Browser) -> Iterator[Session]:
    """A shell at its prompt in a folder of its own, as the request wants it; gone with all it started at the end."""
    with tempfile.TemporaryDirectory(prefix="lectern-", ignore_cleanup_errors=True) as scratch:
        home, work = _rooms(Path(scratch).resolve(), request.folder, episode)
        screen = Screen(browser, request)
        shell = Shell(request.shell, screen.cells.columns, screen.cells.rows, work, home)
        try:
            session = Session(shell, screen)
            if not session.until(lambda: session.at_prompt, 10.0):
                raise LecternError(f"the shell showed no prompt within 10 s; it shows:\n{_last_lines(session)}")
            yield session
        finally:
            shell.close()
            screen.close()


def _rooms(scratch: Path, folder: str, episode: Path) -> tuple[Path, Path]:
    home = scratch / "home"
    home.mkdir()
    work = home / Path(folder).name if folder else home
    if folder:
        shutil.copytree(episode / folder, work, ignore=shutil.ignore_patterns("media", "renders", ".lectern"))
    return home, work


def _run_all(phase: str, steps: tuple[Step, ...], session: Session, request: CaptureRequest) -> None:
    for index, step in enumerate(steps):
        _do(_Doing(phase, index, step, session, request, hurry=True))


def _recorded(index: int, step: Step, session: Session, request: CaptureRequest) -> Span:
    start = session.now
    _do(_Doing("steps", index, step, session, request, hurry=False))
    met = session.now
    session.rest(0.15)
    return Span(index, step.action, start, met, session.now)


@dataclass(frozen=True)
class _Doing:
    """One step under way; `hurry` types at once what nobody will see."""

    phase: str
    index: int
    step: Step
    session: Session
    request: CaptureRequest
    hurry: bool

    def write(self, text: str) -> None:
        speed = 1000.0 if self.hurry else self.request.typing_speed
        self.session.type(text, speed, f"{self.request.seed}:{self.phase}:{self.index}:{text}")

    def fail(self, what: str) -> StepFault:
        return StepFault(self.phase, self.index, self.step, f"{what}; the terminal shows:\n{_last_lines(self.session)}")


def _do(doing: _Doing) -> None:
    _ACTS[doing.step.action](doing)
    expected = doing.step.expect
    if expected and not doing.session.until(lambda: holds(expected, doing.session.text()), EXPECTED):
        raise doing.fail(f'"{expected}" should be on the screen, and is not; nearest is {instead(expected, doing.session.text())}')


def _type(doing: _Doing) -> None:
    doing.write(doing.step.value)
    if doing.step.enter:
        doing.session.enter()
        doing.session.until(lambda: doing.session.at_prompt or doing.session.quiet > 0.5, 3.0)


def _run(doing: _Doing) -> None:
    doing.write(doing.step.value)
    doing.session.enter()
    if not doing.session.until(lambda: doing.session.at_prompt, PATIENCE):
        raise doing.fail(f"it did not end within {PATIENCE:g} s")


def _press(doing: _Doing) -> None:
    random = Random(f"{doing.request.seed}:{doing.index}")
    for key in terminal_keys(doing.step.value):
        doing.session.press(key)
        doing.session.rest(0.05 if doing.hurry else random.uniform(0.14, 0.24))
    doing.session.until(lambda: doing.session.quiet > 0.25, 3.0)


def _wait(doing: _Doing) -> None:
    session, wait = doing.session, doing.step.wait
    assert wait is not None
    if wait.text is not None:
        what, met = f'"{wait.text}"', lambda: _shows(session, wait.text or "")
    elif wait.idle is not None:
        what, met = f"{wait.idle:g} s without output", lambda: session.quiet >= (wait.idle or 0.0)
    else:
        what, met = "the prompt", lambda: session.at_prompt
    if not session.until(met, PATIENCE):
        raise doing.fail(f"{what} did not come within {PATIENCE:g} s")


_ACTS = {"type": _type, "run": _run, "press": _press, "wait": _wait}


def _shows(session: Session, text: str) -> bool:
    return " ".join(text.split()) in " ".join(session.text().split())


def _last_lines(session: Session) -> str:
    lines = [line for line in session.text().splitlines() if line.strip()]
    return "\n".join(f"    {line}" for line in lines[-12:])
