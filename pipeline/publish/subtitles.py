"""Subtitles from word times: cues that can be read, as SRT and WebVTT.

The numbers are those of broadcasters' guides (BBC, Netflix): two lines of 42 characters, 17 characters a second.
"""

import html
import re
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from math import inf

from ..clock import seconds_at
from ..episode.model import Line
from ..model import Frozen
from ..services.voice import VoiceTake
from ..timeline.model import SoundStrip

LINE, LINES = 42, 2
READING_SPEED = 17.0
SHORTEST, LONGEST = 1.0, 7.0
GAP_FRAMES = 2
REST = 0.5
"""Seconds of silence at which a cue had better end."""

HASTE = 20.0
"""What it costs to be read at twice the reading speed; a cue more costs 2."""

MOST_WORDS = 30
WEAK = frozenset("a an the to of and in on or for with at by is are".split())
"""Words that lean on the next one."""


class CaptionWord(Frozen):
    """A word as captions write it, in seconds of the film."""

    written: str
    start: float
    end: float
    speaker: str
    scene: str


class Cue(Frozen):
    """What stands on the screen from `start` to `end`, in seconds of the film."""

    start: float
    end: float
    lines: tuple[str, ...]


def timed_words(line: Line, take: VoiceTake, strips: Iterable[SoundStrip], fps: int) -> tuple[CaptionWord, ...]:
    """The words of a line where the strips of its recording put them; what was trimmed away is not among them."""
    return tuple(
        CaptionWord(
            written=line.words[word.index].written,
            start=word.start + shift,
            end=min(word.end + shift, seconds_at(strip.end, fps)),
            speaker=line.speaker,
            scene=strip.scene,
        )
        for strip in sorted(strips, key=lambda strip: strip.start)
        for shift in [seconds_at(strip.start, fps) - strip.source_start]
        for word in take.words
        if seconds_at(strip.start, fps) <= word.start + shift < seconds_at(strip.end, fps)
    )


def cues(words: Sequence[CaptionWord], fps: int = 30) -> tuple[Cue, ...]:
    """The best cues for `words` (in order): whole sentences and clauses, readable, never of two speakers or scenes."""
    runs = [list(run) for _, run in groupby(words, key=lambda word: (word.speaker, word.scene))]
    ends = [*(run[0].start for run in runs), inf][1:]
    gap = seconds_at(GAP_FRAMES, fps)
    return tuple(cue for run, end in zip(runs, ends, strict=True) for cue in _run_cues(run, end, gap))


def srt(cues: Iterable[Cue]) -> str:
    """SubRip. What players take for tags is broken up by a blank of no width, as the format knows no escape."""
    return "\n".join(
        f"{number}\n{_time(cue.start, ',')} --> {_time(cue.end, ',')}\n{_srt_text(cue)}\n"
        for number, cue in enumerate(cues, 1)
    )


def vtt(cues: Iterable[Cue]) -> str:
    """WebVTT (W3C), with ``&``, ``<`` and ``>`` escaped."""
    blocks = [f"{_time(cue.start, '.')} --> {_time(cue.end, '.')}\n{_vtt_text(cue)}\n" for cue in cues]
    return "\n".join(["WEBVTT\n", *blocks])


def _run_cues(words: list[CaptionWord], following: float, gap: float) -> list[Cue]:
    """The cheapest way to cut one speaker's words into cues (dynamic programming over the cuts)."""
    starts = [word.start for word in words] + [following]
    best: list[tuple[float, int, Cue | None]] = [(0.0, 0, None)]
    for end in range(1, len(words) + 1):
        options = []
        for first in range(end - 1, max(-1, end - 1 - MOST_WORDS), -1):
            lines = _lines([word.written for word in words[first:end]])
            if lines is None or (first < end - 1 and words[end - 1].end - words[first].start > LONGEST):
                break
            cue = _cue(words[first], words[end - 1], lines, starts[end] - gap)
            options.append((best[first][0] + _cost(words[first:end], cue), first, cue))
        best.append(min(options, key=lambda option: option[:2]))
    return _traced(best)


def _traced(best: list[tuple[float, int, Cue | None]]) -> list[Cue]:
    found, place = [], len(best) - 1
    while place:
        _, place, cue = best[place]
        found.append(cue)
    return found[::-1]


def _cue(first: CaptionWord, last: CaptionWord, lines: tuple[str, ...], latest: float) -> Cue:
    """Stands as long as it takes to read, but not into the next cue."""
    wanted = max(last.end, first.start + SHORTEST, first.start + _letters(lines) / READING_SPEED)
    end = min(wanted, latest, max(last.end, first.start + LONGEST))
    return Cue(start=first.start, end=max(end, first.start + 0.1), lines=lines)


def _cost(words: list[CaptionWord], cue: Cue) -> float:
    """How unpleasant a cue is: each cue costs, so does haste, and so does an end in the middle of a thought."""
    seconds = cue.end - cue.start
    haste = max(0.0, _letters(cue.lines) / seconds / READING_SPEED - 1)
    return 2 + HASTE * haste + 3 * max(0.0, SHORTEST - seconds) + _cost_of_end(words[-1].written) + _cost_inside(words)


def _cost_of_end(word: str) -> float:
    if _ends_sentence(word):
        return 0.0
    if _ends_clause(word):
        return 1.2
    return 6.0 if word.lower() in WEAK else 4.0


def _cost_inside(words: list[CaptionWord]) -> float:
    """A sentence's end or a rest in the middle had better be a cue's end."""
    sentences = sum(_ends_sentence(word.written) for word in words[:-1])
    rests = sum(after.start - before.end > REST for before, after in pairwise(words))
    return 2.5 * sentences + 4 * rests


def _lines(words: list[str]) -> tuple[str, ...] | None:
    """`words` in one line or the best two; None where they don't fit. A single word always does."""
    text = " ".join(words)
    if len(text) <= LINE or len(words) == 1:
        return (text,)
    breaks = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    fitting = [lines for lines in breaks if max(map(len, lines)) <= LINE]
    return min(fitting, key=_cost_of_break, default=None)


def _cost_of_break(lines: tuple[str, str]) -> float:
    last = lines[0].rsplit(" ", 1)[-1]
    joint = 0 if _ends_clause(last) else 14 if last.lower() in WEAK else 6
    return abs(len(lines[0]) - len(lines[1])) + joint


def _ends_sentence(word: str) -> bool:
    return word.rstrip("\"'”’)]")[-1:] in tuple(".!?…")


def _ends_clause(word: str) -> bool:
    return word.rstrip("\"'”’)]")[-1:] in tuple(".!?…,;:–—")


def _letters(lines: tuple[str, ...]) -> int:
    return sum(map(len, lines))


def _time(seconds: float, point: str) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}{point}{rest % 1000:03}"


def _srt_text(cue: Cue) -> str:
    text = re.sub(r"<|\{(?=\\)", lambda found: found[0] + "\u200b", "\n".join(cue.lines))
    return text.replace("-->", "--\u200b>")


def _vtt_text(cue: Cue) -> str:
    return html.escape("\n".join(cue.lines), quote=False)
