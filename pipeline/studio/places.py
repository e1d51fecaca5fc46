"""Where something is in the film: word, mark, time, strip and pixel, each from each; and where there is room."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from ..base.clock import seconds_at
from ..base.episode_paths import EpisodePaths
from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..base.geometry import FULL, Box
from ..episode.folder import read_episode
from ..episode.source import SCRIPT, exact_text
from ..quality.heard import ExpectedLine
from ..timeline.model import SoundStrip, Strip, Timeline, is_transition
from .elements import ElementCard, Known, element_of
from .paging import piece_of
from .scenes import last_timeline

_MOST_SPOTS, _LONGEST = 20, 300


class StripSpot(Frozen):
    """A strip that is seen or heard at a moment, and its box in fractions of the frame (None: the whole frame, or a sound)."""

    id: str
    kind: str
    box: Box | None = None


class Spot(Frozen):
    """A place of the last build's film: its frames (`end` exclusive) and seconds, its scene and line of script.md, and what is there.

    `word` is what is said at its beginning, `marks` are those of the scene with their frames, `strips` what is seen and heard then.
    """

    scene: str
    start: int
    end: int
    seconds: float
    line: int = 0
    word: str = ""
    marks: dict[str, int] = {}
    strips: tuple[StripSpot, ...] = ()


class Located(Frozen):
    """The places that fit what was asked about, at most 20, in the film's order."""

    fps: int
    size: tuple[int, int]
    spots: tuple[Spot, ...]


class TimelineCode(Frozen):
    """Strips as code, one a line: kind(id, first frame, end frame, what is not the default); the rest with `next_cursor`."""

    frames: int
    fps: int
    code: str
    next_cursor: str = ""


class OpenPlace(Frozen):
    """A box that is free: `covered` is the share of it (0..1) in which something else is seen at some moment of the scene."""

    box: Box
    covered: float


class FreePlaces(Frozen):
    """Places for something new in a scene, the freest first, and the strips that are in the way in any of them."""

    scene: str
    places: tuple[OpenPlace, ...]
    occupied: tuple[StripSpot, ...]


def built_timeline(folder: Path) -> Timeline:
    """Return the timeline of the last build. Raises LecternError, with the way out, if there is none."""
    film = last_timeline(folder)
    if film is None:
        raise LecternError("The episode was not built yet, so nothing has a place in a film: build it first")
    return film


def locate(
    folder: Path, *, mark: str = "", words: str = "", line: int = 0, strip: str = "", frame: int = -1,
    seconds: float = -1.0, x: float = -1.0, y: float = -1.0,
) -> Located:  # fmt: skip
    """Return where something is in the last build's film.

    It is given by one of: a `mark` as SCENE/MARK, `words` that are said, a `line` of script.md, the id of a `strip`, a
    `frame`, or `seconds`; with `x` and `y` (0..1, from the top left) only strips at that point are told.
    """
    film = built_timeline(folder)
    given = [bool(mark), bool(words), line > 0, bool(strip), frame >= 0, seconds >= 0]
    if sum(given) != 1 or (x >= 0) != (y >= 0):
        raise LecternError(
            "give one of mark (SCENE/MARK), words, line, strip, frame and seconds; and x and y both or neither"
        )
    lines = _lines(folder)
    spans = [*_spans(film, lines, mark, words, line, strip, frame, seconds)][:_MOST_SPOTS]
    if not spans:
        raise LecternError(_nowhere(film, mark, words or strip))
    point = (x, y) if x >= 0 else None
    return Located(fps=film.fps, size=film.size, spots=tuple(_spot(film, lines, *span, point) for span in spans))


def _lines(folder: Path) -> tuple[ExpectedLine, ...]:
    from ..build.report import read_report  # loads all that makes films, which Blender's panels must do without

    report = read_report(EpisodePaths(folder=folder))
    return report.expected.lines if report else ()


def _spans(
    film: Timeline,
    lines: tuple[ExpectedLine, ...],
    mark: str,
    words: str,
    line: int,
    strip: str,
    frame: int,
    seconds: float,
) -> Iterator[tuple[int, int]]:
    if mark:
        yield from ((m.frame, m.frame + 1) for m in film.markers if m.name == mark)
    elif words:
        yield from (_frames(film, *span) for each in lines for span in _said_at(each, words.casefold().split()))
    elif line:
        last = max((each.line for each in lines if each.line <= line), default=0)
        yield from (_frames(film, each.start, each.end) for each in lines if each.line == last)
    elif strip:
        yield from ((s.start, s.end) for s in film.strips if s.id == strip)
    else:
        at = frame if frame >= 0 else round(seconds * film.fps)
        yield from [(at, at + 1)] if at < film.frames else []


def _frames(film: Timeline, start: float, end: float) -> tuple[int, int]:
    return round(start * film.fps), max(round(end * film.fps), round(start * film.fps) + 1)


def _said_at(line: ExpectedLine, wanted: list[str]) -> Iterator[tuple[float, float]]:
    written = [word.written.casefold().strip(".,;:!?…\"'“”‘’()") for word in line.words]
    for at in range(len(written) - len(wanted) + 1):
        if wanted and written[at : at + len(wanted)] == wanted:
            yield line.words[at].start, line.words[at + len(wanted) - 1].end


def _nowhere(film: Timeline, mark: str, what: str) -> str:
    if mark:
        return f'there is no mark "{mark}" in the last build; there are: {", ".join(m.name for m in film.markers)[:500] or "none"}'
    return f'"{what[:200]}" is nowhere in the last build' if what else f"the film ends at frame {film.frames}"


def _spot(
    film: Timeline, lines: tuple[ExpectedLine, ...], start: int, end: int, point: tuple[float, float] | None
) -> Spot:
    scene = next((span.id for span in film.scenes if span.start <= start < span.end), "")
    now = start / film.fps
    said = next((each for each in lines if each.start - 1e-3 <= now <= each.end), None)
    words = [word.written for word in said.words if word.start <= now + 0.5 / film.fps] if said else []
    marks = {m.name.partition("/")[2]: m.frame for m in film.markers if m.name.startswith(f"{scene}/")}
    shown = [strip for strip in film.strips if strip.start <= start < strip.end]
    at = [StripSpot(id=s.id, kind=s.kind, box=strip_box(s)) for s in shown if point is None or _is_at(s, *point)]
    return Spot(
        scene=scene, start=start, end=end, seconds=seconds_at(start, film.fps), line=said.line if said else 0,
        word=words[-1] if words else "", marks=marks, strips=tuple(at[:40]),
    )  # fmt: skip


def strip_box(strip: Strip) -> Box | None:
    """Return where a strip is in the frame; None for one that fills it, or is not seen."""
    return getattr(strip, "box", None)


def _is_at(strip: Strip, x: float, y: float) -> bool:
    return not isinstance(strip, SoundStrip) and not is_transition(strip) and (strip_box(strip) or FULL).contains(x, y)


# The timeline as code


def timeline_code(folder: Path, scene: str = "", first: int = 0, last: int = 0, cursor: str = "") -> TimelineCode:
    """Return the strips of the last build's film as code: those of a `scene`, or from frame `first` to `last` (0: its end)."""
    film = built_timeline(folder)
    if scene and scene not in {span.id for span in film.scenes}:
        raise LecternError(
            f'there is no scene "{scene}" in the last build; there are: {", ".join(s.id for s in film.scenes)}'
        )
    until = last or film.frames
    chosen = [s for s in film.strips if (not scene or s.scene == scene) and s.start < until and s.end > first]
    lines, rest = piece_of([_code(strip) for strip in sorted(chosen, key=lambda s: (s.start, s.id))], cursor)
    return TimelineCode(frames=film.frames, fps=film.fps, code="\n".join(lines), next_cursor=rest)


def _code(strip: Strip) -> str:
    values = strip.model_dump(
        mode="json", exclude_defaults=True, exclude={"id", "kind", "scene", "name", "start", "end"}
    )
    written = [f"{key}={_value(value)}" for key, value in values.items() if key not in ("script", "by_hand")]
    by_hand = [f"by_hand=[{', '.join(hand.property for hand in strip.by_hand)}]"] if strip.by_hand else []
    return f'{strip.kind}("{strip.id}", {", ".join([str(strip.start), str(strip.end), *written, *by_hand])})'


def _value(value: Any) -> str:
    if isinstance(value, dict) and set(value) == {"x", "y", "w", "h"}:
        return "({x:.3g}, {y:.3g}, {w:.3g}, {h:.3g})".format(**value)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return f"<{len(value)} keys>"
    text = f"{value:.4g}" if isinstance(value, float) else repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def explain(folder: Path, strip: str) -> ElementCard:
    """Return what a strip stands for in the script, and why it is when and where it is: script, solver or a hand."""
    film = built_timeline(folder)
    return element_of(Known(read_episode(folder), exact_text(folder / SCRIPT, SCRIPT), film), strip)


# Room


def free_places(folder: Path, scene: str, width: float, height: float) -> FreePlaces:
    """Return where a box of `width` x `height` (fractions of the frame) hides least of what a scene's strips show."""
    film = built_timeline(folder)
    shown = [s for s in film.strips if s.scene == scene and not isinstance(s, SoundStrip) and not is_transition(s)]
    if not shown:
        raise LecternError(
            f'there is no scene "{scene}" in the last build; there are: {", ".join(s.id for s in film.scenes)}'
        )
    boxes = [(s, box) for s in shown if (box := strip_box(s)) and box.w * box.h < 0.9 and not s.owner == "plate"]
    rows = (0.03, (1 - height) / 2, 0.97 - height)
    across = (0.03, (0.97 - width + 0.03) / 4, (1 - width) / 2, (0.97 - width) * 0.75, 0.97 - width)
    tried = [Box(x=round(max(x, 0), 4), y=round(max(y, 0), 4), w=width, h=height) for y in rows for x in across]
    places = [
        OpenPlace(box=box, covered=round(share_covered(box, [b for _, b in boxes]), 3)) for box in dict.fromkeys(tried)
    ]
    occupied = tuple(StripSpot(id=s.id, kind=s.kind, box=box) for s, box in boxes[:30])
    return FreePlaces(scene=scene, places=tuple(sorted(places, key=lambda p: p.covered)[:8]), occupied=occupied)


def share_covered(box: Box, others: list[Box]) -> float:
    """Return the share of `box` that one or more of the others cover."""
    common = [shared for other in others if (shared := box.common(other))]
    xs = sorted({box.x, box.right, *(edge for b in common for edge in (b.x, b.right))})
    ys = sorted({box.y, box.bottom, *(edge for b in common for edge in (b.y, b.bottom))})
    cells = [
        Box(x=left, y=top, w=right - left, h=low - top) for left, right in pairwise(xs) for top, low in pairwise(ys)
    ]
    return sum(c.w * c.h for c in cells if any(b.contains(*c.centre) for b in common)) / (box.w * box.h)
