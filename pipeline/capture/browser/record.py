"""A browser capture: a page in the system's Chromium, used as a person uses it, filmed as it is painted."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Error

from ...episode.screen import Step
from ...errors import LecternError
from ...jobs.recipe import Bench
from ..claims import holds, instead
from ..fault import StepFault, keep_picture, readable
from ..pictures import PICTURES, picture_of_png, write_pictures
from ..request import CaptureRequest, local_page
from ..retake import retaken
from ..secrets import masked, reveals
from ..take import Bar, CaptureTake, KeyPress, PointerPoint, Regions, StepEvent, VisibleText
from .acts import open_page, perform
from .doing import Doing, reason, until
from .screen import Screen
from .screencast import Shown
from .smoothness import MAY_DROP, dropped
from .stage import Stage, first_address, stage

EXPECTED = 10.0
"""Seconds within which what a step expects must be on the page: it may have to be loaded first."""
PAINTED = 0.05
"""Seconds by which the word that there is another page may come after its first picture."""
SHARP = "sharp.mkv"


def record(request: CaptureRequest, folder: Path, bench: Bench) -> CaptureTake:
    """Does the steps in a browser; writes the pictures it painted; StepFault (with a picture kept) where one fails.

    A recording that lacks more frames of what moved than it may is made once more, and the better one is kept.
    """
    take = _recorded(request, folder, bench)
    return take if take.dropped <= MAY_DROP else retaken(take, folder, lambda beside: _recorded(request, beside, bench))


def _recorded(request: CaptureRequest, folder: Path, bench: Bench) -> CaptureTake:
    with stage(request, bench.episode) as scene:
        try:
            events, ended = _perform(request, scene, bench)
        except (LecternError, Error) as error:
            with suppress(LecternError, Error):  # what failed first is what the author has to know
                _run_all("finally", request.finally_, scene, bench)
            raise error if isinstance(error, LecternError) else LecternError(reason(error)) from error
        _run_all("finally", request.finally_, scene, bench)
        return _take(request, folder, scene, events, ended)


# Steps


def _perform(request: CaptureRequest, scene: Stage, bench: Bench) -> tuple[list[StepEvent], float]:
    """The filmed steps, and when filming ended."""
    first = prepare(request, scene, bench)
    scene.film.start()
    scene.note(scene.film.frames[0].time)
    scene.note_pointer()
    scene.note_sharp()
    events = _events(request, scene, bench, first)
    scene.film.settle(0.3, 2.0)
    ended = scene.film.now()
    scene.film.stop()
    return events, ended


def prepare(request: CaptureRequest, scene: Stage, bench: Bench) -> int:
    """Does what comes before the recording: the hidden steps, and the first page. Returns the first step to film."""
    if request.url and not any(step.action == "open" for step in (*request.hidden, *request.steps[:1])):
        opening = Step(action="open", value=request.url)
        _guarded(_doing("hidden", 0, opening, scene, bench), bench, lambda doing: open_page(doing, request.url))
    _run_all("hidden", request.hidden, scene, bench)
    if request.steps and request.steps[0].action == "open":
        _do(_doing("steps", 0, request.steps[0], scene, bench), bench)
        return 1
    return 0


def _doing(phase: str, index: int, step: Step, scene: Stage, bench: Bench) -> Doing:
    return Doing(phase, index, step, scene, bench.episode)


def _events(request: CaptureRequest, scene: Stage, bench: Bench, first: int) -> list[StepEvent]:
    begun = scene.film.frames[0].time
    events = [StepEvent(index=i, action="open", start=begun, effect=begun, end=begun) for i in range(first)]
    for index in range(first, len(request.steps)):
        events.append(_filmed(_doing("steps", index, request.steps[index], scene, bench), bench))
        bench.report(0.8 * (index + 1) / len(request.steps))
    return events


def _filmed(doing: Doing, bench: Bench) -> StepEvent:
    scene, start = doing.stage, doing.now()
    _do(doing, bench)
    _guarded(doing, bench, _come_to_rest)
    frames = scene.film.frames
    met = doing.step.action == "wait"
    changed = scene.film.changed_after(_from(doing)) or scene.film.changed_after(doing.moment) or doing.moment
    effect = max(start, frames[-1].time) if met else changed
    _guarded(doing, bench, lambda done: _noted(done, max(effect, start)))
    return StepEvent(
        index=doing.index, action=doing.step.action, start=start, effect=effect, end=doing.now(), target=doing.target
    )


def _noted(doing: Doing, moment: float) -> None:
    doing.stage.note(moment)
    doing.stage.note_sharp()


def _from(doing: Doing) -> float:
    """From when on what changes is the step's doing: where it led to another page, that, and not how a link looks pressed."""
    return max(doing.moment, doing.stage.screen.went - PAINTED)


def act(scene: Stage, phase: str, index: int, step: Step, bench: Bench) -> None:
    """Does a step that is not filmed; StepFault, with a picture kept, where it fails."""
    _do(_doing(phase, index, step, scene, bench), bench)


def _come_to_rest(doing: Doing) -> None:
    """Waits until the page stands still, and so does a tab that the step opened."""
    screen, shown = doing.stage.screen, None
    while shown is not screen.page:
        shown = screen.page
        screen.film.settle(0.25, 2.5)
        screen.film.wait(0.1)
        screen.attend()


def _run_all(phase: str, steps: tuple[Step, ...], scene: Stage, bench: Bench) -> None:
    for index, step in enumerate(steps):
        act(scene, phase, index, step, bench)


def _do(doing: Doing, bench: Bench) -> None:
    _guarded(doing, bench, _done)


def _done(doing: Doing) -> None:
    doing.stage.screen.attend()
    perform(doing)
    doing.stage.screen.attend()
    expected, said = doing.step.expect or "", doing.stage.page_text
    if expected and not until(doing, lambda: holds(expected, said()), EXPECTED):
        raise LecternError(f'"{expected}" should be on the page, and is not; there is {instead(expected, said())}')


def _guarded(doing: Doing, bench: Bench, work: Callable[[Doing], None]) -> None:
    """Does `work`; what goes wrong is told with the step and a picture of the moment."""
    try:
        work(doing)
    except (LecternError, Error) as error:
        said = masked(_said(doing, error), doing.stage.secrets.values())
        raise StepFault(doing.phase, doing.index, doing.step, said, _kept(doing, bench)) from error


def _said(doing: Doing, error: LecternError | Error) -> str:
    """What went wrong; what the page itself did goes before what came of it."""
    if isinstance(error, LecternError):
        return str(error)
    try:
        doing.stage.screen.complain()
    except LecternError as first:
        return str(first)
    return reason(error)


def _kept(doing: Doing, bench: Bench) -> Path | None:
    """Keeps a picture of the moment: what the page shows, or (where it shows nothing any more) what was filmed last.

    None where there is none, or a secret could be read in it.
    """
    png = b"" if _may_reveal(doing.stage) else _photographed(doing.stage.screen)
    return keep_picture(png, bench.episode, doing.stage.request, doing.phase, doing.index) if png else None


def _may_reveal(scene: Stage) -> bool:
    """Whether a secret that was typed may be on the page now; so it is where the page doesn't answer any more."""
    if not scene.secrets:
        return False
    try:
        return reveals(scene.page_text(), scene.secrets.values())
    except Error:
        return True


def _photographed(screen: Screen) -> bytes:
    """A PNG of what is shown; nothing where nothing was ever shown."""
    if screen.asked is None:
        with suppress(Error):
            return screen.page.screenshot(timeout=3000)
    frames, png = screen.film.frames, BytesIO()
    if frames:
        Image.fromarray(frames[-1].picture(screen.window.size)).save(png, "PNG")
    return png.getvalue()


# The take


@dataclass(frozen=True)
class _Clock:
    """Seconds of the capture for those of the film's clock."""

    begun: float

    def __call__(self, time: float) -> float:
        return max(0.0, time - self.begun)


def _take(request: CaptureRequest, folder: Path, scene: Stage, events: list[StepEvent], ended: float) -> CaptureTake:
    _refuse_seen_secrets(scene)
    frames, opened = scene.film.frames, scene.screen.window
    since = _Clock(frames[0].time)
    write_pictures(folder / PICTURES, (frame.picture(opened.size) for frame in frames))
    times = tuple(since(frame.time) for frame in frames)
    gaps, share = _missing(scene, times, since)
    sharp_of = _sharpened(request, folder, scene, frames)
    return CaptureTake(
        kind=request.kind,
        size=opened.size,
        pictures=PICTURES,
        times=times,
        duration=max(since(ended), times[-1] + 0.1),
        events=tuple(_since(event, since) for event in events),
        pointer=tuple(_moved(PointerPoint, point, since) for point in scene.pointer),
        keys=tuple(_moved(KeyPress, key, since) for key in scene.keys),
        text=_text(scene, since),
        blurred=tuple(_ordered(_moved(Regions, regions, since) for regions in scene.blurred)),
        title=_title(scene, request),
        bars=tuple(_ordered(_moved(Bar, bar, since) for bar in scene.bars)),
        shape=opened.device.shape if opened.device else "",
        gaps=gaps,
        dropped=share,
        sharp=SHARP if sharp_of else "",
        sharp_of=tuple(sharp_of),
        sharpness=request.sharpness if sharp_of else 1.0,
    )


def _refuse_seen_secrets(scene: Stage) -> None:
    for (phase, index), value in scene.secrets.items():
        if any(reveals(" ".join(box.text for box in entry.boxes), [value]) for entry in scene.text):
            raise readable(scene.request, phase, index)


def _missing(scene: Stage, times: tuple[float, ...], since: _Clock) -> tuple[tuple[tuple[float, float], ...], float]:
    """The gaps, and the share of frames that are missing; none where time waits for every frame."""
    if scene.request.deterministic:
        return (), 0.0
    moving, stirred = ([(since(a), since(b)) for a, b in spans] for spans in (scene.moving, scene.film.stirred))
    return dropped(times, moving, stirred)


def _sharpened(request: CaptureRequest, folder: Path, scene: Stage, frames: list[Shown]) -> list[int]:
    """Writes the pictures for zooms; the indices of those they belong to."""
    chosen: dict[int, bytes] = {}
    for moment, png in scene.sharp:
        chosen[max((i for i, frame in enumerate(frames) if frame.time <= moment), default=0)] = png
    size = tuple(round(side * request.sharpness) for side in scene.screen.window.size)
    if chosen:
        write_pictures(folder / SHARP, (picture_of_png(chosen[i], size) for i in sorted(chosen)))  # type: ignore[arg-type]
    return sorted(chosen)


def _since(event: StepEvent, since: _Clock) -> StepEvent:
    return event.model_copy(update={name: since(getattr(event, name)) for name in ("start", "effect", "end")})


def _moved[T: (PointerPoint, KeyPress, Regions, Bar)](kind: type[T], entry: T, since: _Clock) -> T:
    return entry.model_copy(update={"time": since(entry.time)})


def _ordered[T: (Regions, Bar)](entries: Iterator[T]) -> list[T]:
    """In the order of their times; of two at the same time the later one."""
    return [*{round(entry.time, 4): entry for entry in sorted(entries, key=lambda e: e.time)}.values()]


def _text(scene: Stage, since: _Clock) -> tuple[VisibleText, ...]:
    """What was seen, without anybody's secrets in whatever form a page writes them."""
    entries = {round(since(entry.time), 4): entry.boxes for entry in sorted(scene.text, key=lambda e: e.time)}
    found = tuple(VisibleText(time=time, boxes=boxes) for time, boxes in entries.items())
    return tuple(_without(entry, scene.secrets.values()) for entry in found) if scene.secrets else found


def _without(entry: VisibleText, secrets: Iterable[str]) -> VisibleText:
    boxes = (box.model_copy(update={"text": masked(box.text, secrets)}) for box in entry.boxes)
    return entry.model_copy(update={"boxes": tuple(boxes)})


def _title(scene: Stage, request: CaptureRequest) -> str:
    """What the window's bar shows: the first page's address as a person would say it."""
    first = first_address(request) or ""
    if scene.bars and request.kind == "ide":
        return scene.bars[0].tabs[scene.bars[0].shown]
    return scene.bars[0].address if scene.bars else first if local_page(first) else first.split("://", 1)[-1]
