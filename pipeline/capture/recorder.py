"""The recorder: films the steps of a capture at its screen, whichever that is."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Error

from ..base.errors import LecternError
from ..base.renderer import ReportProgress
from ..episode.capture_kinds import CaptureKind
from ..jobs.recipe import JobContext
from .browser.screen import open_browser
from .browser.smoothness import MAX_DROPPED
from .chromium import playwright_reason
from .desktop.screen import open_desktop
from .editor.screen import open_editor
from .fault import BrowserDied, StepFault, keep_picture
from .request import CaptureRequest, PhaseStep
from .sandbox.network import network_hint
from .screen import Footage, Screen, StepOutcome, StepSpan
from .secrets import mask_secrets
from .take import CaptureTake
from .terminal.screen import open_terminal

FILMING = 0.6
"""The share of a recording's work after which its last step is filmed."""

_SCREENS: dict[CaptureKind, Callable[[CaptureRequest, Path], AbstractContextManager[Screen[Any]]]] = {
    "browser": open_browser, "desktop": open_desktop, "editor": open_editor, "ide": open_browser, "terminal": open_terminal,
}  # fmt: skip


def record_screen(request: CaptureRequest, folder: Path, context: JobContext) -> CaptureTake:
    """Do the steps at the request's screen, write its pictures into `folder` and return the take.

    A recording that lacks more frames of what moved than it may is made once more, and the better one is kept. Raises
    StepFault (with a picture kept) where a step fails.
    """
    take = _record_once(request, folder, context)
    if take.dropped <= MAX_DROPPED or not _can_be_repeated(request, take):
        return take
    return retake(take, folder, lambda beside: _record_once(request, beside, context))


def open_screen(request: CaptureRequest, episode: Path) -> AbstractContextManager[Screen[Any]]:
    """Return the screen of the request's kind, which is open in the context."""
    return _SCREENS[request.kind](request, episode)


def do_unfilmed[P](
    current: PhaseStep, screen: Screen[P], request: CaptureRequest, context: JobContext
) -> StepOutcome[P]:
    """Do a step that is not filmed, and return what it did. Raises StepFault, with a picture kept, where it fails."""
    with _step_faults(current, screen, request, context):
        return screen.do(current)


def do_hidden(screen: Screen[Any], request: CaptureRequest, context: JobContext) -> None:
    """Do what comes before the recording. Raises StepFault, with a picture kept, where a step fails."""
    for current in (*request.phase("url"), *request.phase("hidden")):
        do_unfilmed(current, screen, request, context)
    if request.earlier:
        screen.begin()  # what is seen of an earlier recording begins here
    for current in request.phase("earlier"):
        do_unfilmed(current, screen, request, context)


def retake(take: CaptureTake, folder: Path, record: Callable[[Path], CaptureTake]) -> CaptureTake:
    """Return the better of `take`, whose files are in `folder`, and one that `record` makes; its files are there then.

    Where the second fails, nothing is lost: what the first did to a server may be the reason.
    """
    with tempfile.TemporaryDirectory(dir=folder, prefix=".again-") as beside:
        try:
            again = record(Path(beside))
        except (StepFault, BrowserDied):
            return take
        if again.dropped >= take.dropped:
            return take
        for file in Path(beside).iterdir():
            shutil.move(file, folder / file.name)
    return again


def _can_be_repeated(request: CaptureRequest, take: CaptureTake) -> bool:
    """Return whether another recording may be better: a desktop that is somewhere else is no longer as it was."""
    return request.kind != "desktop" or bool(take.gaps) and not request.url


def _record_once(request: CaptureRequest, folder: Path, context: JobContext) -> CaptureTake:
    with open_screen(request, context.episode) as screen:
        try:
            spans, footage = _film(screen, request, context)
        except (LecternError, Error) as error:
            with suppress(LecternError, Error):  # what failed first is what the author has to know
                _finish(screen, request, context)
            if isinstance(error, LecternError):
                raise
            raise LecternError(playwright_reason(error)) from error
        _finish(screen, request, context)
        screen.close()
        return footage.write(spans, folder, _rest_of(context.report))


def _film[P](screen: Screen[P], request: CaptureRequest, context: JobContext) -> tuple[list[StepSpan[P]], Footage[P]]:
    """Do the hidden steps, then film the others; a page or a file that is opened first is there from the beginning."""
    do_hidden(screen, request, context)
    steps = request.phase("steps")
    there = [do_unfilmed(current, screen, request, context) for current in steps[:1] if current.step.action == "open"]
    begun = screen.start()
    spans = [StepSpan(i, "open", begun, begun, begun, outcome.place) for i, outcome in enumerate(there)]
    for current in steps[len(there) :]:
        with _step_faults(current, screen, request, context):
            spans.append(_film_step(current, screen))
        context.report(FILMING * (current.index + 1) / len(steps))
    return spans, screen.stop()


def _film_step[P](current: PhaseStep, screen: Screen[P]) -> StepSpan[P]:
    start = screen.now()
    outcome = screen.do(current)
    effect = screen.settle(current, outcome.moment)
    return StepSpan(current.index, current.step.action, start, max(effect, start), screen.now(), outcome.place)


def _finish(screen: Screen[Any], request: CaptureRequest, context: JobContext) -> None:
    screen.interrupt()
    for current in request.phase("finally"):
        do_unfilmed(current, screen, request, context)


@contextmanager
def _step_faults(
    current: PhaseStep, screen: Screen[Any], request: CaptureRequest, context: JobContext
) -> Iterator[None]:
    """Make a StepFault of what goes wrong in the block, with a picture of the moment, and without anybody's secrets."""
    try:
        yield
    except (LecternError, Error, OSError) as error:
        reason = playwright_reason(error) if isinstance(error, Error) else str(error)
        detail = mask_secrets(reason, screen.secrets)
        detail += network_hint(f"{detail}\n{_written_text(screen, request)}", request.environment)
        picture = _keep_picture(current, screen, request, context)
        raise StepFault(current.phase, current.index, current.step, detail, picture) from error


def _written_text(screen: Screen[Any], request: CaptureRequest) -> str:
    """Return what a terminal or an editor shows; "" for other screens, whose text would have to be recognised."""
    with suppress(LecternError, Error):
        return screen.text() if request.kind in ("terminal", "editor") else ""
    return ""


def _keep_picture(current: PhaseStep, screen: Screen[Any], request: CaptureRequest, context: JobContext) -> Path | None:
    try:
        png = screen.picture()
    except (LecternError, Error):  # the browser may be what failed
        return None
    return keep_picture(png, context.episode, request, current.phase, current.index) if png else None


def _rest_of(report: ReportProgress) -> ReportProgress:
    """Return a report of what is left to do after filming."""
    return lambda done: report(FILMING + (1 - FILMING) * done)
