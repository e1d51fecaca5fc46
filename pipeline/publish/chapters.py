"""YouTube chapters: at least three, the first at 0:00, each at least ten seconds long."""

import re

from ..base.clock import seconds_at, time_code
from ..film.card import Chapter
from ..timeline.model import SceneSpan, Timeline

_TIME = re.compile(r"(?<![\d.:/\w])\d{1,3}(:\d\d){1,2}(?![\d:])")

LEAST = 3
"""Chapters that a film has at least."""
SHORTEST = 10
"""Seconds that a chapter lasts at least."""


def chapters(timeline: Timeline) -> str:
    """Return one line a chapter (``0:00 Title``); "" where the film can't have any (`why_no_chapters`)."""
    if why_no_chapters(timeline):
        return ""
    parts = merge_short_chapters(timeline)
    return "\n".join(f"{time_code(part.start)} {without_times(part.title)}" for part in parts)


def without_times(text: str) -> str:
    """Return a text in which YouTube sees no times: with one too many it shows no chapters. The sign for ratios looks the same."""
    return re.sub(_TIME, lambda found: found[0].replace(":", "∶"), text)


def why_no_chapters(timeline: Timeline) -> str:
    """Return the reason why YouTube would not show chapters; "" if it would."""
    count = len(merge_short_chapters(timeline))
    if count >= LEAST:
        return ""
    return (
        f"YouTube wants at least {LEAST} chapters of {SHORTEST} seconds or more; this film's {len(timeline.scenes)} "
        f"scenes make {count}"
    )


def merge_short_chapters(timeline: Timeline) -> tuple[Chapter, ...]:
    """Return the scenes as chapters that start at whole seconds, each named by its first scene.

    A short scene joins the chapter before it; a short beginning goes on with the scene after it.
    """
    groups: list[list[SceneSpan]] = []
    for span in timeline.scenes:
        is_short = _seconds([span], timeline.fps) < SHORTEST
        if groups and (is_short or _seconds(groups[-1], timeline.fps) < SHORTEST):
            groups[-1].append(span)
        else:
            groups.append([span])
    return tuple(_chapter(group[0], timeline.fps) for group in groups)


def _chapter(first: SceneSpan, fps: int) -> Chapter:
    return Chapter(start=_whole_second(first.start, fps), title=" ".join(first.title.split()) or first.id)


def _seconds(group: list[SceneSpan], fps: int) -> int:
    return _whole_second(group[-1].end, fps) - _whole_second(group[0].start, fps)


def _whole_second(frame: int, fps: int) -> int:
    return int(seconds_at(frame, fps))
