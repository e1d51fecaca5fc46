"""An editor capture: files are opened, written and run as a person would; written down as a log and then drawn."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from playwright.sync_api import Browser, Error

from ...episode.screen import Step
from ...errors import LecternError
from ...jobs.recipe import Bench
from ..chromium import chromium
from ..claims import holds, instead
from ..fault import StepFault, keep_picture
from ..pictures import PICTURES
from ..request import CaptureRequest
from ..secrets import masked, reveals
from ..take import CaptureTake
from ..terminal.place import place_of
from ..terminal.session import session_in
from .acts import do
from .doing import Doing, Place
from .events import Span, blurred, events_of
from .log import EditLog, write_log
from .page import EditorPage
from .replay import SHARP, Replay, replay
from .sheet import Sheet
from .workbench import FRAME, UNTITLED, Workbench

LOG = "session.edits"
EXPECTED = 5.0
"""Seconds within which what a step expects must be on the screen."""


def record(request: CaptureRequest, folder: Path, bench: Bench) -> CaptureTake:
    """Does the steps on a copy of the files; writes the log and the pictures; StepFault where a step fails."""
    sheet = Sheet(request.size, request.environment.scale, _digits(request, bench.episode))
    runs = any(step.action == "run" for step in (*request.hidden, *request.steps, *request.finally_))
    with chromium(request.chromium) as browser:
        with _workbench(request, bench.episode, browser, sheet, runs) as work:
            log, spans = _perform(request, work, bench)
            title = _title(request, work)
        write_log(folder / LOG, log)
        with _page(browser, request, sheet, runs) as page:
            shown = replay(log, page, folder, request.sharpness, work.secrets, lambda done: bench.report(0.4 + 0.6 * done))
    return _take(request, log, spans, shown, title).model_copy(update={"keys": tuple(work.keys)})


def _perform(request: CaptureRequest, work: Workbench, bench: Bench) -> tuple[EditLog, list[Span]]:
    try:
        _all("hidden", request.hidden, work, request, bench)
        spans = list(_filmed(request, work, bench))
    except LecternError:
        with suppress(LecternError):  # what failed first is what the author has to know
            _last(request, work, bench)
        raise
    log = work.log()
    _last(request, work, bench)
    return log, spans


def _filmed(request: CaptureRequest, work: Workbench, bench: Bench) -> Iterator[Span]:
    """The steps, each with its span; a file that is opened first is there from the beginning."""
    first = 1 if request.steps and request.steps[0].action == "open" else 0
    for index in range(first):
        _do("steps", index, request, work, bench)
    work.begin()
    yield from (Span(i, request.steps[i].action, 0.0, 0.0, 0.0, Place("tab")) for i in range(first))
    work.rest(0.3)
    for index in range(first, len(request.steps)):
        start = work.now
        work.rest(FRAME)  # what is seen at a step's start, and held until its time has come, is what was before
        doing = _do("steps", index, request, work, bench)
        met = work.now if doing.step.action == "wait" else doing.acted
        work.rest(0.2)
        yield Span(index, doing.step.action, start, met, work.now, doing.place)
        bench.report(0.4 * (index + 1) / len(request.steps))
    work.rest(0.3)


def _last(request: CaptureRequest, work: Workbench, bench: Bench) -> None:
    """Gets back to the prompt, whatever still runs, and does the last steps."""
    work.filmed = False
    if request.finally_ and work.session:
        work.session.interrupt()
    _all("finally", request.finally_, work, request, bench)


def _all(phase: str, steps: tuple[Step, ...], work: Workbench, request: CaptureRequest, bench: Bench) -> None:
    for index in range(len(steps)):
        _do(phase, index, request, work, bench)


def _do(phase: str, index: int, request: CaptureRequest, work: Workbench, bench: Bench) -> Doing:
    steps = request.phase(phase)
    return act(work, request, phase, index, steps[index], bench, steps[index + 1] if index + 1 < len(steps) else None)


def act(
    work: Workbench, request: CaptureRequest, phase: str, index: int, step: Step, bench: Bench, follower: Step | None = None
) -> Doing:
    """Does a step, of which `follower` is the next; StepFault, with a picture kept, where it fails."""
    doing = Doing(phase, index, step, work, request, follower)
    try:
        do(doing)
        _check(doing)
    except (LecternError, Error, OSError) as error:  # OSError: a file that can't be read or written
        said = error.message.splitlines()[0] if isinstance(error, Error) else str(error)
        raise StepFault(phase, index, doing.step, masked(said, work.secrets), _kept(doing, bench)) from error
    return doing


def _check(doing: Doing) -> None:
    """What the step expects is on the screen, or comes there soon."""
    claim, work = doing.step.expect, doing.bench
    if not claim or holds(claim, work.text()):
        return
    if work.session and work.panel:
        with work.at_terminal() as session:
            if session.until(lambda: holds(claim, work.text()), EXPECTED):
                return
    raise LecternError(f'"{claim}" should be on the screen, and is not; there is {instead(claim, work.text())}')


def _kept(doing: Doing, bench: Bench) -> Path | None:
    """Keeps the picture of the moment; nothing where the browser or the disk fails, or a secret could be read."""
    try:
        doing.bench.catch_up()
        doing.bench.text()
        if reveals(doing.bench.page.show([]).said, doing.bench.secrets):
            return None
        png = doing.bench.page.png()
    except Error:
        return None
    return keep_picture(png, bench.episode, doing.request, doing.phase, doing.index)


@contextmanager
def open_workbench(request: CaptureRequest, episode: Path, browser: Browser) -> Iterator[Workbench]:
    """A copy of the files in an editor over a shell, whether or not the steps run anything."""
    sheet = Sheet(request.size, request.environment.scale, _digits(request, episode))
    with _workbench(request, episode, browser, sheet, runs=True) as work:
        yield work


@contextmanager
def _workbench(
    request: CaptureRequest, episode: Path, browser: Browser, sheet: Sheet, runs: bool
) -> Iterator[Workbench]:
    with place_of(request, episode) as place, _page(browser, request, sheet, runs) as page:
        with session_in(place, request, page) if runs else nullcontext() as session:
            yield Workbench(place.work, sheet, page, session)


@contextmanager
def _page(browser: Browser, request: CaptureRequest, sheet: Sheet, runs: bool) -> Iterator[EditorPage]:
    page = EditorPage(browser, request, sheet, runs)
    try:
        yield page
    finally:
        with suppress(Error):
            page.close()


def _digits(request: CaptureRequest, episode: Path) -> int:
    """How many digits the line numbers of the files may have: three, unless one is longer."""
    named = {step.value for step in (*request.hidden, *request.steps) if step.action in ("open", "diff")}
    files = [file for name in named if (file := episode / request.folder / name).is_file()]
    return max([3, *(len(str(file.read_bytes().count(b"\n") + 1)) for file in files)])


def _title(request: CaptureRequest, work: Workbench) -> str:
    """What the window's bar shows: the file, or the folder where there are several."""
    names = [name for name in work.buffers if name != UNTITLED]
    folder = Path(request.folder).name
    if len(names) == 1:
        name = Path(names[0]).name
        return f"{name} — {folder}" if folder else name
    return folder or ", ".join(Path(name).name for name in names) or UNTITLED


def _take(request: CaptureRequest, log: EditLog, spans: list[Span], shown: Replay, title: str) -> CaptureTake:
    sharp = request.sharpness > 1
    return CaptureTake(
        kind="editor",
        size=request.size,
        pictures=PICTURES,
        times=tuple(shown.times),
        duration=max(log.duration, shown.times[-1] + 0.1),
        events=events_of(spans, shown),
        text=shown.text,
        blurred=blurred(request.blur, shown),
        title=title,
        sharp=SHARP if sharp else "",
        sharp_of=tuple(range(len(shown.times))) if sharp else (),
        sharpness=request.sharpness if sharp else 1.0,
    )
