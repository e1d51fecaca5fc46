"""A browser capture: a page in the system's Chromium, used as a person uses it, filmed as it is painted."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Error, Locator

from ...episode.model import Step, Target
from ...errors import LecternError
from ...geometry import Box
from ...jobs.recipe import Bench
from ..claims import holds, instead
from ..fault import StepFault
from ..keys import browser_keys
from ..pictures import PICTURES, picture_of_png, write_pictures
from ..pointer import Point
from ..request import CaptureRequest, local_page
from .screencast import Shown
from .stage import Stage, stage
from ..take import CaptureTake, PointerPoint, StepEvent, VisibleText
from .targets import described, find

PATIENCE = 30.0
"""Seconds after which a condition that was waited for has failed."""
EXPECTED = 5.0
"""Seconds within which what a step expects must be on the page."""
GAP = 0.1
"""Seconds between two frames of something that moves from which it is a gap."""


def record(request: CaptureRequest, folder: Path, bench: Bench) -> CaptureTake:
    """Does the steps in a browser; writes the pictures it painted; StepFault (with a picture kept) where one fails."""
    with stage(request, bench.episode) as scene:
        try:
            events, ended = _perform(request, scene, bench)
        except LecternError:
            with suppress(StepFault):  # what failed first is what the author has to know
                _run_all("finally", request.finally_, scene, bench)
            raise
        _run_all("finally", request.finally_, scene, bench)
    return _take(request, folder, scene, events, ended)


def act(scene: Stage, phase: str, index: int, step: Step, bench: Bench) -> None:
    """Does one step on the stage; StepFault (with a picture kept) where it fails."""
    _do(_Doing(phase, index, step, scene), bench)


def _perform(request: CaptureRequest, scene: Stage, bench: Bench) -> tuple[list[StepEvent], float]:
    """The filmed steps, and when filming ended."""
    first = _prepared(request, scene, bench)
    scene.cast.start()
    scene.note_text(scene.cast.frames[0].time)
    scene.note_pointer()
    events = _events(request, scene, bench, first)
    scene.cast.settle(0.3, 2.0)
    ended = time.time()
    scene.cast.stop()
    return events, ended


@dataclass
class _Doing:
    """One step under way. `moment` becomes the epoch seconds at which it acts, `target` what it acts on."""

    phase: str
    index: int
    step: Step
    scene: Stage
    moment: float = field(default_factory=time.time)
    target: Box | None = None

    @property
    def seed(self) -> str:
        return f"{self.scene.request.seed}:{self.phase}:{self.index}"

    def find(self, target: Target | None = None) -> Locator:
        wanted = target or self.step.target
        if wanted is None:
            raise LecternError("it has no target; name one as a person would (role and name, label, text)")
        return find(self.scene.page, wanted)

    def go_to(self, target: Target | None = None) -> Locator | None:
        """Moves the pointer onto a target, after bringing it into view; None for a mere position."""
        wanted = target or self.step.target
        if wanted and wanted.position:
            width, height = self.scene.window
            self.scene.move((wanted.position[0] * width, wanted.position[1] * height), self.seed)
            return None
        found = self.find(wanted)
        _bring_into_view(self.scene, found)
        self.target = self.scene.box_of(found)
        self.scene.move(_spot(found, wanted), self.seed)
        return found


def _prepared(request: CaptureRequest, scene: Stage, bench: Bench) -> int:
    """Does what comes before the recording: the hidden steps, and the first page. Returns the first step to film."""
    _run_all("hidden", request.hidden, scene, bench)
    if request.steps and request.steps[0].action == "open":
        _do(_Doing("steps", 0, request.steps[0], scene), bench)
        return 1
    return 0


def _events(request: CaptureRequest, scene: Stage, bench: Bench, first: int) -> list[StepEvent]:
    begun = scene.cast.frames[0].time
    events = [StepEvent(index=i, action="open", start=begun, effect=begun, end=begun) for i in range(first)]
    for index in range(first, len(request.steps)):
        events.append(_filmed(_Doing("steps", index, request.steps[index], scene), bench))
        bench.report(0.8 * (index + 1) / len(request.steps))
    return events


def _filmed(doing: _Doing, bench: Bench) -> StepEvent:
    scene, start = doing.scene, time.time()
    _do(doing, bench)
    scene.cast.settle(0.25, 2.5)
    scene.page.wait_for_timeout(100)
    met = doing.step.action == "wait"
    effect = scene.cast.frames[-1].time if met else scene.cast.changed_after(doing.moment) or doing.moment
    scene.note_text(effect)
    return StepEvent(
        index=doing.index, action=doing.step.action, start=start, effect=effect, end=time.time(), target=doing.target
    )


def _run_all(phase: str, steps: tuple[Step, ...], scene: Stage, bench: Bench) -> None:
    for index, step in enumerate(steps):
        act(scene, phase, index, step, bench)


def _do(doing: _Doing, bench: Bench) -> None:
    step, page = doing.step, doing.scene.page
    try:
        if step.action not in _ACTS:
            raise LecternError(f"a browser has no such step; it has {', '.join(sorted(_ACTS))}")
        page.evaluate("window.lecternPage?.highlight(null)")
        _ACTS[step.action](doing)
        if step.expect and not _until(doing, lambda: holds(step.expect or "", _page_text(doing)), EXPECTED):
            there = instead(step.expect, _page_text(doing))
            raise LecternError(f'"{step.expect}" should be on the page, and is not; there is {there}')
    except (LecternError, Error) as error:
        said = error.message.splitlines()[0] if isinstance(error, Error) else str(error)
        raise StepFault(doing.phase, doing.index, step, f"{said} (as it looked: {_kept(doing, bench)})") from error


def _kept(doing: _Doing, bench: Bench) -> Path:
    file = bench.episode / ".lectern" / "faults" / f"{doing.phase}-{doing.index + 1}.png"
    file.parent.mkdir(parents=True, exist_ok=True)
    doing.scene.page.screenshot(path=file)
    return file


def _open(doing: _Doing) -> None:
    page, address = doing.scene.page, doing.scene.addresses(doing.step.value)
    doing.moment = time.time()
    answer = page.goto(address, wait_until="load")
    if answer and not answer.ok:
        raise LecternError(f"{doing.step.value} answers {answer.status} {answer.status_text}")
    page.evaluate("document.fonts.ready.then(() => true)")


def _click(doing: _Doing) -> None:
    doing.go_to()
    doing.scene.cast.settle(0.12, 0.5)
    doing.moment = doing.scene.press(down=True)
    doing.scene.page.wait_for_timeout(70)
    doing.scene.press(down=False)
    doing.scene.page.wait_for_load_state("load")


def _type(doing: _Doing) -> None:
    page = doing.scene.page
    if doing.step.target:
        field_ = doing.find()
        if not field_.evaluate("e => e === document.activeElement"):
            _click(doing)
            page.keyboard.press("End")
            doing.scene.cast.settle(0.12, 0.5)
        doing.target = doing.scene.box_of(field_)
    doing.moment = doing.scene.write(doing.step.value, doing.seed)


def _press(doing: _Doing) -> None:
    doing.moment = time.time()
    for key in browser_keys(doing.step.value):
        doing.scene.page.keyboard.press(key)
        doing.scene.page.wait_for_timeout(160)
    doing.scene.page.wait_for_load_state("load")


def _select(doing: _Doing) -> None:
    found = doing.go_to()
    assert found is not None
    options = found.evaluate("e => [...(e.options || [])].map(o => o.label)")
    if doing.step.value not in options:
        raise LecternError(f'it has no option "{doing.step.value}"; its options are: {", ".join(options) or "none"}')
    doing.scene.cast.settle(0.12, 0.5)
    doing.moment = doing.scene.press(down=True)
    found.select_option(label=doing.step.value)
    doing.scene.press(down=False)


def _hover(doing: _Doing) -> None:
    begun = len(doing.scene.pointer)
    doing.go_to()
    inside = [p.time for p in doing.scene.pointer[begun:] if doing.target is None or _holds(doing.target, p)]
    doing.moment = inside[0] if inside else time.time()


def _drag(doing: _Doing) -> None:
    scene = doing.scene
    doing.go_to()
    scene.cast.settle(0.12, 0.5)
    doing.moment = scene.press(down=True)
    begun, target = time.time(), doing.target
    doing.go_to(doing.step.to)
    scene.moving.append((begun, time.time()))
    scene.press(down=False)
    doing.target = target


def _scroll(doing: _Doing) -> None:
    scene, value = doing.scene, doing.step.value.strip()
    found = doing.find() if doing.step.target else None
    doing.moment = time.time()
    if value in ("", "top", "bottom") or found is None:
        distance = _distance(doing, value, found)
    else:
        distance = _pixels(value)
    _scroll_by(scene, found if value and found else None, distance)
    doing.target = scene.box_of(found) if found and not value else None


def _distance(doing: _Doing, value: str, found: Locator | None) -> float:
    page, height = doing.scene.page, doing.scene.window[1]
    if value == "top":
        return -1e6
    if value == "bottom":
        return 1e6
    if not value and found:
        box = found.bounding_box()
        return (box["y"] + box["height"] / 2 - height / 2) if box else 0.0
    return _pixels(value) if value else 0.8 * page.evaluate("innerHeight")


def _pixels(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        ways = 'by pixels ("400", "-200"), to "top" or "bottom", or to a target'
        raise LecternError(f'it scrolls {ways}, not by "{value}"') from None


def _highlight(doing: _Doing) -> None:
    found = doing.find()
    _bring_into_view(doing.scene, found)
    doing.target = doing.scene.box_of(found)
    doing.moment = time.time()
    found.evaluate("(e, colour) => lecternPage.highlight(e, colour)", doing.scene.request.accent)


def _wait(doing: _Doing) -> None:
    wait, page = doing.step.wait, doing.scene.page
    if wait is None or wait.prompt:
        raise LecternError("a browser waits for text, a target, an url or idle")
    if wait.idle is not None:
        doing.scene.cast.settle(wait.idle, PATIENCE)
    elif wait.target is not None:
        doing.target = doing.scene.box_of(find(page, wait.target, PATIENCE))
    elif not _until(doing, lambda: wait.url in page.url if wait.url else _shows(doing, wait.text or ""), PATIENCE):
        raise LecternError(f'"{wait.url or wait.text}" did not come within {PATIENCE:g} s')


_ACTS: dict[str, Callable[[_Doing], None]] = {
    "open": _open, "click": _click, "type": _type, "press": _press, "select": _select, "hover": _hover, "drag": _drag,
    "scroll": _scroll, "highlight": _highlight, "wait": _wait,
}  # fmt: skip


def _until(doing: _Doing, condition: Callable[[], bool], seconds: float) -> bool:
    end = time.time() + seconds
    while not condition():
        if time.time() > end:
            return False
        doing.scene.page.wait_for_timeout(40)
    return True


def _shows(doing: _Doing, text: str) -> bool:
    return " ".join(text.split()) in " ".join(_page_text(doing).split())


def _page_text(doing: _Doing) -> str:
    return doing.scene.page.evaluate("lecternPage.pageText()")


def _bring_into_view(scene: Stage, found: Locator) -> None:
    """Scrolls, as a person would, until the element is well inside the window."""
    box, (_, height) = found.bounding_box(), scene.window
    if box and not (0 <= box["y"] and box["y"] + box["height"] <= height):
        _scroll_by(scene, None, box["y"] + box["height"] / 2 - height / 2)
        found.scroll_into_view_if_needed()
        scene.cast.settle(0.1, 0.6)


def _scroll_by(scene: Stage, inside: Locator | None, distance: float) -> None:
    begun = time.time()
    handle = inside.element_handle() if inside else None
    samples = scene.page.evaluate("([e, d]) => lecternPage.scrollSmoothly(e, d)", [handle, distance])
    scene.moving.append((begun, time.time()))
    scene.text.extend(scene.seen_text(moment / 1000, boxes) for moment, boxes in samples)


def _spot(found: Locator, target: Target | None) -> Point:
    """Where a person would click: near the middle, towards the start of something wide."""
    box = found.bounding_box()
    if box is None:
        raise LecternError(f"{described(target) if target else 'it'} has no place on the page")
    return box["x"] + min(box["width"] * 0.5, 120.0), box["y"] + box["height"] * 0.55


def _holds(box: Box, point: PointerPoint) -> bool:
    return box.x <= point.x <= box.right and box.y <= point.y <= box.bottom


def _take(request: CaptureRequest, folder: Path, scene: Stage, events: list[StepEvent], ended: float) -> CaptureTake:
    frames = scene.cast.frames
    begun = frames[0].time
    write_pictures(folder / PICTURES, (picture_of_png(frame.png, request.size) for frame in frames))
    times = tuple(max(0.0, frame.time - begun) for frame in frames)
    return CaptureTake(
        kind="browser",
        size=request.size,
        pictures=PICTURES,
        times=times,
        duration=max(ended - begun, times[-1] + 0.1),
        events=tuple(_since(event, begun) for event in events),
        pointer=tuple(point.model_copy(update={"time": max(0.0, point.time - begun)}) for point in scene.pointer),
        text=_text(scene.text, begun),
        title=_address(request),
        gaps=_gaps(frames, scene.moving, begun),
    )


def _since(event: StepEvent, begun: float) -> StepEvent:
    times = {name: max(0.0, getattr(event, name) - begun) for name in ("start", "effect", "end")}
    return event.model_copy(update=times)


def _text(seen: list[VisibleText], begun: float) -> tuple[VisibleText, ...]:
    entries = {round(max(0.0, entry.time - begun), 4): entry.boxes for entry in sorted(seen, key=lambda e: e.time)}
    return tuple(VisibleText(time=time, boxes=boxes) for time, boxes in entries.items())


def _gaps(frames: list[Shown], moving: list[tuple[float, float]], begun: float) -> tuple[tuple[float, float], ...]:
    """Where something moved and no frame came for longer than `GAP`."""
    pairs = [(a.time, b.time) for a, b in zip(frames, frames[1:], strict=False) if b.time - a.time > GAP]
    return tuple((a - begun, b - begun) for a, b in pairs if any(start <= a and b <= end for start, end in moving))


def _address(request: CaptureRequest) -> str:
    """What the window's bar shows: the first page's address as a person would say it."""
    opened = next((step.value for step in (*request.steps, *request.hidden) if step.action == "open"), "")
    short = opened if local_page(opened) else opened.split("://", 1)[-1]
    return short.removesuffix("index.html").rstrip("/")
