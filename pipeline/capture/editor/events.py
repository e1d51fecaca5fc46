"""What became of the steps, by the pictures, and what on them nobody may read."""

from dataclasses import dataclass

from ...episode.screen import Target
from ...geometry import FULL, Box, union
from ..take import Regions, StepEvent, TextBox
from .doing import Place
from .page import Look
from .replay import FPS, Replay
from .sheet import columns


@dataclass(frozen=True)
class Span:
    """When a step was done (seconds of the session); `acted`: when it did what it is about, `place`: where."""

    index: int
    action: str
    start: float
    acted: float
    end: float
    place: Place | None


def events_of(spans: list[Span], shown: Replay) -> tuple[StepEvent, ...]:
    """An event for each step; its target is where the step did something, as it is seen at its end."""
    return tuple(
        StepEvent(
            index=span.index,
            action=span.action,
            start=span.start,
            effect=_effect(span, shown.times),
            end=span.end,
            target=_target(span.place, shown.at(span.start), shown.at(span.end)),
        )
        for span in spans
    )


def blurred(targets: tuple[Target, ...], shown: Replay) -> tuple[Regions, ...]:
    """Where the texts and the lines that `targets` name are on each picture, an entry for each change."""
    regions = [
        Regions(time=time, boxes=tuple(box for target in targets for box in _found(target, look)))
        for time, look in zip(shown.times, shown.looks, strict=True)
    ]
    return tuple(r for i, r in enumerate(regions) if (r.boxes if i == 0 else r.boxes != regions[i - 1].boxes))


def _effect(span: Span, times: list[float]) -> float:
    """For a wait, the picture that met it; else the first picture since it acted, or when it did if there is none."""
    if span.action == "wait":
        return max(span.start, *(time for time in times if time <= span.acted + 1 / FPS))
    shown = () if span.action == "highlight" else (time for time in times if span.acted - 1e-3 <= time <= span.end)
    return next(iter(shown), span.acted)


def _target(place: Place | None, before: Look, after: Look) -> Box | None:
    if place is None:
        return None
    if place.what == "tab":
        return after.shown
    if place.what == "terminal":
        said = [box for row in after.rows for box in _parts(row, place.text)]
        return said[-1] if said else _in_terminal(before, after)
    lines = [(text, band) for n, text, band in zip(after.lines, after.text, after.bands, strict=True)
             if place.first <= n <= place.last]  # fmt: skip
    said = [box for text, _ in lines for box in _parts(text, place.text)]
    inside = said[:1] or [_whole(text, band) for text, band in lines]
    return union(inside) if inside else None


def _whole(text: TextBox, band: Box) -> Box:
    """A line's text; where it is empty, the place where it would begin."""
    return text.box if text.text else Box(x=text.box.x, y=band.y, w=0.05, h=band.h)


def _in_terminal(before: Look, after: Look) -> Box | None:
    """The line that was typed into and what was written below it, as far as it is still on the screen."""
    if after.full or after.panel is None:
        return after.panel
    first = before.cursor if before.panel else 0
    last = after.cursor if after.cursor == first else after.cursor - 1
    boxes = [row.box for row, line in zip(after.rows, after.row_lines, strict=True) if first <= line <= last]
    return union(boxes) if boxes else after.panel


def _found(target: Target, look: Look) -> list[Box]:
    if target.position:
        return [FULL]
    boxes = [] if target.text else [b for n, b in zip(look.lines, look.bands, strict=True) if _is_of(target, n)]
    for number, line in (*zip(look.lines, look.text, strict=True), *((0, row) for row in (*look.rows, *look.tabs))):
        if target.text and (not target.lines or _is_of(target, number)):
            boxes += _parts(line, target.text)
    return boxes


def _is_of(target: Target, line: int) -> bool:
    return target.lines is not None and target.lines[0] <= line <= target.lines[1]


def _parts(line: TextBox, text: str) -> list[Box]:
    """The boxes of `text` in a line of letters that are all as wide."""
    width, places, start = line.box.w / max(columns(line.text), 1), [], line.text.find(text) if text else -1
    while start >= 0:
        left, right = columns(line.text[:start]), columns(line.text[: start + len(text)])
        places.append(Box(x=line.box.x + left * width, y=line.box.y, w=(right - left) * width, h=line.box.h))
        start = line.text.find(text, start + 1)
    return places
