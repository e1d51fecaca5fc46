"""A cast becomes pictures, always the same ones: what was written by a frame's time is shown at that frame."""

import math
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Error

from ...geometry import FULL, Box, union
from ..pictures import PICTURES
from ..request import CaptureRequest
from ..secrets import refuse_revealed, reveals
from ..take import Regions, StepEvent, VisibleText
from .cast import Cast, Output, Resize, Scroll
from .reel import Reel, reel
from .screen import Cells, Look, Screen

type Item = Output | Scroll | Resize

FPS = 30
SHARP = "sharp.mkv"
POINTING = ("highlight", "moment")
"""Steps that do nothing at the screen: they say what, or when, to look at."""


@dataclass(frozen=True)
class Span:
    """When a step was done (seconds of the session); `met`: what it waited for was there.

    `sought` is a text on the screen that the step points at, the `nth` of it (from 0).
    """

    index: int
    action: str
    start: float
    met: float
    end: float
    sought: str = ""
    nth: int = 0


@dataclass(frozen=True)
class Replay:
    """The pictures of a cast: i-th picture from `times[i]`, showing `looks[i]`; `sharp`: a video of larger ones."""

    pictures: str
    times: tuple[float, ...]
    looks: tuple[Look, ...]
    sharp: str = ""

    @property
    def text(self) -> tuple[VisibleText, ...]:
        """The text through time, an entry for each change."""
        seen = [(look.text, look.caret) for look in self.looks]
        new = (i for i, now in enumerate(seen) if i == 0 or now != seen[i - 1])
        return tuple(VisibleText(time=self.times[i], boxes=seen[i][0], caret=seen[i][1]) for i in new)

    def regions(self, texts: tuple[str, ...]) -> tuple[Regions, ...]:
        """Where any of `texts` is, through time, an entry for each change."""
        found = [tuple(box for text in texts for group in look.where(text) for box in group) for look in self.looks]
        kept = [i for i, boxes in enumerate(found) if boxes != (found[i - 1] if i else ())]
        return tuple(Regions(time=self.times[i], boxes=found[i]) for i in kept)

    def at(self, seconds: float) -> Look:
        """What is seen at `seconds`."""
        return self.looks[self.index(seconds)]

    def index(self, seconds: float) -> int:
        """Which picture is seen at `seconds`."""
        return max(bisect_right(self.times, seconds + 1e-6) - 1, 0)


def replay(
    cast: Cast, request: CaptureRequest, browser: Browser, folder: Path, grid: Cells | None = None,
    sought: tuple[str, ...] = (), secrets: tuple[str, ...] = (),
) -> Replay:  # fmt: skip
    """Draws `cast` on a 30 fps grid into `folder`, one picture for every moment that looks different.

    `sought` are texts whose places the looks tell. LecternError where one of the `secrets` could be read after all.
    """
    sharp = SHARP if request.sharpness > 1 else ""
    with ExitStack() as stack:
        screen = _opened(stack, Screen(browser, request, grid, sought))
        plain = stack.enter_context(reel(folder / PICTURES, request.size))
        large = stack.enter_context(reel(folder / SHARP, _larger(request))) if sharp else None
        shown = list(_draw(cast, screen, plain, large, request.sharpness, secrets))
    return Replay(PICTURES, tuple(time for time, _ in shown), tuple(look for _, look in shown), sharp)


def last_picture(
    cast: Cast, request: CaptureRequest, browser: Browser, grid: Cells | None = None, secrets: tuple[str, ...] = ()
) -> bytes | None:
    """A PNG of what `cast` shows in the end; None where one of the `secrets` could be read in it."""
    with ExitStack() as stack:
        screen = _opened(stack, Screen(browser, request, grid))
        for item in (item for _, items in _ticks(cast) for item in items):
            _ = screen.write(item.text.encode()) if isinstance(item, Output) else _fed(item, screen)
        return None if reveals(_apply([], screen).written, secrets) else screen.png()


def events_of(spans: list[Span], shown: Replay) -> tuple[StepEvent, ...]:
    """What became of the steps, by the pictures."""
    return tuple(
        StepEvent(
            index=span.index,
            action=span.action,
            start=span.start,
            effect=_effect(span, shown.times),
            end=span.end,
            target=_target(span, shown),
        )
        for span in spans
    )


def _opened(stack: ExitStack, screen: Screen) -> Screen:
    stack.callback(_closed, screen)
    return screen


def _closed(screen: Screen) -> None:
    with suppress(Error):  # where the browser has died, that is told already
        screen.close()


def _larger(request: CaptureRequest) -> tuple[int, int]:
    return round(request.size[0] * request.sharpness), round(request.size[1] * request.sharpness)


def _draw(
    cast: Cast, screen: Screen, plain: Reel, large: Reel | None, sharpness: float, secrets: tuple[str, ...]
) -> Iterator[tuple[float, Look]]:
    before = b""
    for tick, items in _ticks(cast):
        look = _apply(items, screen)
        refuse_revealed(look.written, secrets)
        png = screen.png()
        if png == before:  # on a busy machine a browser may give the frame that came before
            png = screen.png_of_next_frame()
        if png != before:
            before = png
            plain.add(png)
            if large:
                large.add(screen.png(sharpness))
            yield tick / FPS, look


def _apply(items: list[Item], screen: Screen) -> Look:
    """Feeds the screen what happens in one frame; at least nothing."""
    looks = [_fed(item, screen) for item in items or [Output(time=0.0, text="")]]
    return looks[-1]


def _fed(item: Item, screen: Screen) -> Look:
    if isinstance(item, Output):
        return screen.show(item.text.encode())
    return screen.scroll(item.lines) if isinstance(item, Scroll) else screen.resize(item.columns, item.rows)


def _ticks(cast: Cast) -> Iterator[tuple[int, list[Item]]]:
    """What happens in each frame in which something does (the first frame always), by the frame's number."""
    due: dict[int, list[Item]] = {0: []}
    for item in sorted((*cast.resizes, *cast.outputs, *cast.scrolls), key=lambda item: item.time):
        items = due.setdefault(math.ceil(item.time * FPS - 1e-6), [])
        if isinstance(item, Output) and items and isinstance(items[-1], Output):
            item = Output(time=item.time, text=items.pop().text + item.text)
        items.append(item)
    yield from sorted(due.items())


def _effect(span: Span, times: tuple[float, ...]) -> float:
    """For a wait, the picture that met it; for what only points, when it does; else the first picture after the start."""
    until = span.end + 1 / FPS
    if span.action in POINTING:
        return span.start
    if span.action == "wait":
        return max((time for time in times if time <= span.met + 1 / FPS), default=span.start)
    return next((time for time in times if span.start - 1e-6 <= time <= until), span.start)


def _target(span: Span, shown: Replay) -> Box | None:
    """The text that was pointed at; else the line that was typed into and what was written below it, as far as it is seen."""
    before, after = shown.at(span.start), shown.at(span.end)
    if span.sought:
        groups = after.where(span.sought)
        return union(groups[span.nth]) if span.nth < len(groups) else None
    if after.full or before.cursor > after.cursor:
        return FULL if after.full else None
    last = after.cursor if after.cursor == before.cursor else after.cursor - 1
    boxes = [t.box for t, line in zip(after.text, after.lines, strict=True) if before.cursor <= line <= last]
    return union(boxes) if boxes else None
