"""YouTube chapters: at least three, the first at 0:00, each at least ten seconds long."""

from ..clock import seconds_at
from ..model import Frozen
from ..timeline.model import SceneSpan, Timeline

LEAST, SHORTEST = 3, 10


class Chapter(Frozen):
    """From `start` to `end`, in whole seconds of the film, named after a scene of `longest` frames."""

    start: int
    end: int
    title: str
    longest: int


def chapters(timeline: Timeline) -> str:
    """One line a chapter (``0:00 Title``); "" where the film can't have any (`why_no_chapters`)."""
    if why_no_chapters(timeline):
        return ""
    return "\n".join(f"{_clock(chapter.start)} {chapter.title}" for chapter in merged(timeline))


def why_no_chapters(timeline: Timeline) -> str:
    """The reason why YouTube would not show chapters; "" if it would."""
    count = len(merged(timeline))
    if count >= LEAST:
        return ""
    return (
        f"YouTube wants at least {LEAST} chapters of {SHORTEST} seconds or more; this film's {len(timeline.scenes)} "
        f"scenes make {count}"
    )


def merged(timeline: Timeline) -> tuple[Chapter, ...]:
    """The scenes as chapters; short ones join the next (the last: the one before) under the longest scene's title."""
    done: list[Chapter] = []
    for span in timeline.scenes:
        chapter = _chapter(span, timeline.fps)
        if done and _seconds(done[-1]) < SHORTEST:
            chapter = _joined(done.pop(), chapter)
        done.append(chapter)
    if len(done) > 1 and _seconds(done[-1]) < SHORTEST:
        last = done.pop()
        done.append(_joined(done.pop(), last))
    return tuple(done)


def _chapter(span: SceneSpan, fps: int) -> Chapter:
    start, end = (int(seconds_at(frame, fps)) for frame in (span.start, span.end))
    return Chapter(start=start, end=end, title=" ".join(span.title.split()) or span.id, longest=span.end - span.start)


def _joined(first: Chapter, second: Chapter) -> Chapter:
    named = max(first, second, key=lambda chapter: chapter.longest)
    return Chapter(start=first.start, end=second.end, title=named.title, longest=named.longest)


def _seconds(chapter: Chapter) -> int:
    return chapter.end - chapter.start


def _clock(seconds: int) -> str:
    minutes, hours = seconds // 60, seconds // 3600
    return f"{hours}:{minutes % 60:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"
