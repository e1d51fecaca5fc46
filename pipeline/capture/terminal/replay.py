"""A cast becomes pictures, always the same ones: what was written by a frame's time is shown at that frame."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser

from ...geometry import FULL, Box, Size, union
from .cast import Cast
from ..pictures import PICTURES, picture_of_png, write_pictures
from ..request import CaptureRequest
from .screen import Look, Screen
from ..take import StepEvent, VisibleText

FPS = 30


@dataclass(frozen=True)
class Span:
    """When a step was done (seconds of the session); `met`: what it waited for was there."""

    index: int
    action: str
    start: float
    met: float
    end: float


@dataclass(frozen=True)
class Replay:
    """The pictures of a cast: i-th picture from `times[i]`, showing `looks[i]`."""

    pictures: str
    times: tuple[float, ...]
    looks: tuple[Look, ...]

    @property
    def text(self) -> tuple[VisibleText, ...]:
        """The text through time, an entry for each change."""
        entries = [VisibleText(time=t, boxes=look.text) for t, look in zip(self.times, self.looks, strict=True)]
        return tuple(e for i, e in enumerate(entries) if i == 0 or e.boxes != entries[i - 1].boxes)

    def at(self, seconds: float) -> Look:
        """What is seen at `seconds`."""
        index = max(i for i, time in enumerate(self.times) if i == 0 or time <= seconds + 1e-6)
        return self.looks[index]


def replay(cast: Cast, request: CaptureRequest, browser: Browser, folder: Path) -> Replay:
    """Draws `cast` on a 30 fps grid into `folder`, one picture for every moment that looks different."""
    screen = Screen(browser, request)
    times: list[float] = []
    looks: list[Look] = []
    try:
        write_pictures(folder / PICTURES, _pictures(cast, screen, times, looks))
    finally:
        screen.close()
    return Replay(PICTURES, tuple(times), tuple(looks))


def events_of(spans: list[Span], shown: Replay, size: Size) -> tuple[StepEvent, ...]:
    """What became of the steps, by the pictures."""
    return tuple(
        StepEvent(
            index=span.index,
            action=span.action,
            start=span.start,
            effect=_effect(span, shown.times),
            end=span.end,
            target=_target(shown.at(span.start), shown.at(span.end)),
        )
        for span in spans
    )


def _pictures(cast: Cast, screen: Screen, times: list[float], looks: list[Look]) -> Iterator[np.ndarray]:
    before = b""
    for tick, output in _ticks(cast):
        look = screen.show(output.encode())
        png = screen.png()
        if png != before:
            before = png
            times.append(tick / FPS)
            looks.append(look)
            yield picture_of_png(png, screen.cells.size)


def _ticks(cast: Cast) -> Iterator[tuple[int, str]]:
    """The output of each frame at which there is some (the first frame always), by the frame's number."""
    due: dict[int, str] = {0: ""}
    for output in cast.outputs:
        tick = math.ceil(output.time * FPS - 1e-6)
        due[tick] = due.get(tick, "") + output.text
    yield from sorted(due.items())


def _effect(span: Span, times: tuple[float, ...]) -> float:
    """For a wait, the picture that met it; else the first picture that came after the step's start."""
    until = span.end + 1 / FPS
    if span.action == "wait":
        return max((time for time in times if time <= span.met + 1 / FPS), default=span.start)
    return next((time for time in times if span.start < time <= until), span.start)


def _target(before: Look, after: Look) -> Box | None:
    """The line that was typed into and what was written below it, as far as it is still on the screen."""
    if after.full or before.cursor > after.cursor:
        return FULL if after.full else None
    last = after.cursor if after.cursor == before.cursor else after.cursor - 1
    boxes = [t.box for t, line in zip(after.text, after.lines, strict=True) if before.cursor <= line <= last]
    return union(boxes) if boxes else None
