"""Subtitles from word times: cues that can be read, as SRT and WebVTT.

The numbers are those of broadcasters' guides (BBC, Netflix): two lines of 42 characters, 17 characters a second.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from math import inf

from ..base.clock import seconds_at
from ..base.text_runs import is_wide, unbreakable_parts
from ..episode.model import Line
from ..film.card import SubtitleCue
from ..services.voice import SpokenWord, VoiceTake
from ..timeline.model import SoundStrip
from ..timing.narration import TimedWord

LINE, LINES = 42, 2
READING_SPEED = 17.0
SHORTEST, LONGEST = 1.0, 7.0
GAP_FRAMES = 2
REST = 0.5
"""Seconds of silence at which a cue had better end."""

HASTE = 20.0
"""What it costs to be read at twice the reading speed; a cue more costs 2."""

MOST_WORDS = 30
WIDE = 2.5
"""How many Latin letters a Chinese, Japanese or Korean character counts for: 16 of them fill a line."""

WORD_CUT, SOFT_CUT = 12.0, 4.0
"""What it costs to end a line or a cue in the middle of a word: anywhere, and behind a slash or a wide character."""

SHORTEST_FLASH = 0.1
"""Seconds that a cue shows at least, however fast the next one comes; the next one waits for it."""

_SRT_TAG = re.compile(r"<|\{(?=\\|[CcFfoPSsYy]:)|\\(?=[Nnh])")
"""Where players begin to take a text for HTML, for a tag of SubStation Alpha or MicroDVD, or for a line break or blank."""
_WIDE_BRACES = str.maketrans("{}", "｛｝")
"""Players with libass show nothing of what is in braces, whatever it is, and others show what would escape it."""

RIGHT_TO_LEFT = ("\u200f\u202b", "\u202c")
"""What a line from right to left is put between: a mark for players that go by its first letter, and an embedding for those
that take every line for one from left to right, and put its full stop on the wrong side."""

_BREAK_AFTER = "/\\._-?&=:,;#@+"
WEAK = frozenset("a an the to of and in on or for with at by is are".split())
"""Words that lean on the next one."""


def timed_words(line: Line, take: VoiceTake, strips: Iterable[SoundStrip], fps: int) -> tuple[TimedWord, ...]:
    """Return the words of a line in seconds of the film, where the strips of its recording put them.

    Words that were trimmed away are not among them.
    """
    return tuple(
        TimedWord(
            written=line.words[word.index].written, start=word.start, end=word.end, speaker=line.speaker, scene=scene
        )
        for word, scene in placed_words(take, strips, fps)
    )


def placed_words(take: VoiceTake, strips: Iterable[SoundStrip], fps: int) -> Iterator[tuple[SpokenWord, str]]:
    """Yield the words of a recording in seconds of the film, as its strips put them, each with its scene; none that is trimmed."""
    for strip in sorted(strips, key=lambda strip: strip.start):
        shift = seconds_at(strip.start, fps) - strip.source_start
        for word in take.words:
            start, end = word.start + shift, min(word.end + shift, seconds_at(strip.end, fps))
            if seconds_at(strip.start, fps) <= start < seconds_at(strip.end, fps):
                yield SpokenWord(index=word.index, start=start, end=end), strip.scene


def cues(words: Sequence[TimedWord], fps: int = 30) -> tuple[SubtitleCue, ...]:
    """Return the best cues for `words` (in order): whole sentences and clauses, readable, never of two speakers or scenes."""
    runs = [list(run) for _, run in groupby(words, key=lambda word: (word.speaker, word.scene))]
    ends = [*(run[0].start for run in runs), inf][1:]
    gap = seconds_at(GAP_FRAMES, fps)
    timed = _in_turn(cue for run, end in zip(runs, ends, strict=True) for cue in _run_cues(_pieces(run), end, gap))
    leftwards = _goes_left(" ".join(word.written for word in words))
    return tuple(_directed(cue, leftwards) for cue in timed)


def _goes_left(text: str) -> bool:
    """Return whether more letters of a text run from right to left than from left to right."""
    kinds = [unicodedata.bidirectional(letter) for letter in text]
    return kinds.count("R") + kinds.count("AL") > kinds.count("L")


def _directed(cue: SubtitleCue, leftwards: bool) -> SubtitleCue:
    """Return a cue with its direction, if it has letters from right to left and is (or the film is, `leftwards`) mostly of these."""
    text = " ".join(cue.lines)
    has = any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)
    if not has or not (leftwards or _goes_left(text)):
        return cue
    before, after = RIGHT_TO_LEFT
    return cue.model_copy(update={"lines": tuple(f"{before}{line}{after}" for line in cue.lines)})


def srt(cues: Iterable[SubtitleCue]) -> str:
    """Return the cues as SubRip, which has no escapes: zero-width spaces break up what players take for tags, braces are wide."""
    return "\n".join(
        f"{number}\n{_time(cue.start, ',')} --> {_time(cue.end, ',')}\n{_srt_text(cue)}\n"
        for number, cue in enumerate(cues, 1)
    )


def vtt(cues: Iterable[SubtitleCue]) -> str:
    """Return the cues as WebVTT (W3C), with ``&``, ``<`` and ``>`` escaped."""
    blocks = [f"{_time(cue.start, '.')} --> {_time(cue.end, '.')}\n{_vtt_text(cue)}\n" for cue in cues]
    return "\n".join(["WEBVTT\n", *blocks])


@dataclass(frozen=True)
class _Piece:
    """A word, or a part of one that no line holds; `glued`: it goes on from the piece before without a blank."""

    written: str
    start: float
    end: float
    glued: bool = False


def _pieces(words: Iterable[TimedWord]) -> list[_Piece]:
    """Return the words, those without a blank that are longer than a line in parts, which share their time by length."""
    return [piece for word in words for piece in _parts_of(word)]


def _parts_of(word: TimedWord) -> Iterator[_Piece]:
    texts = _split(word.written)
    shares = [0.0, *accumulate(map(_width, texts))]
    seconds = (word.end - word.start) / (shares[-1] or 1)
    for index, text in enumerate(texts):
        start, end = (word.start + seconds * share for share in shares[index : index + 2])
        yield _Piece(text, start, end, glued=index > 0)


def _split(text: str) -> list[str]:
    """Return where a word may be broken: an address behind its signs, a script without blanks between its characters."""
    if any(map(is_wide, text)):
        return [part[at : at + LINE] for part in unbreakable_parts(text) for at in range(0, len(part), LINE)]
    if len(text) <= LINE:
        return [text]
    signs = re.escape(_BREAK_AFTER)
    parts = re.findall(rf"[^{signs}]*[{signs}]+|[^{signs}]+", text)
    return [part[at : at + LINE] for part in parts for at in range(0, len(part), LINE)]


def _width(text: str) -> float:
    """Return the length of a text in Latin letters."""
    return sum(WIDE if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _text(pieces: Sequence[_Piece]) -> str:
    return "".join(f"{'' if piece.glued or not index else ' '}{piece.written}" for index, piece in enumerate(pieces))


def _in_turn(cues: Iterable[SubtitleCue]) -> Iterator[SubtitleCue]:
    """Yield the cues so that none begins before the one before has ended."""
    free = 0.0
    for cue in cues:
        start = max(cue.start, free)
        free = max(cue.end, start + SHORTEST_FLASH)
        yield cue.model_copy(update={"start": start, "end": free})


def _run_cues(words: list[_Piece], following: float, gap: float) -> list[SubtitleCue]:
    """Return the cheapest way to cut one speaker's words into cues (dynamic programming over the cuts)."""
    starts = [word.start for word in words] + [following]
    best: list[tuple[float, int, SubtitleCue | None]] = [(0.0, 0, None)]
    for end in range(1, len(words) + 1):
        options = []
        for first in range(end - 1, max(-1, end - 1 - MOST_WORDS), -1):
            lines = _lines(words[first:end])
            if lines is None or (first < end - 1 and words[end - 1].end - words[first].start > LONGEST):
                break
            cue = _cue(words[first], words[end - 1], lines, starts[end] - gap)
            cut = _cost_of_cut(words[end - 1], words[end]) if end < len(words) else 0.0
            options.append((best[first][0] + _cost(words[first:end], cue) + cut, first, cue))
        best.append(min(options, key=lambda option: option[:2]))
    return _traced(best)


def _traced(best: list[tuple[float, int, SubtitleCue | None]]) -> list[SubtitleCue]:
    found: list[SubtitleCue] = []
    place = len(best) - 1
    while place:
        _, place, cue = best[place]
        found += [cue] if cue else []
    return found[::-1]


def _cue(first: _Piece, last: _Piece, lines: tuple[str, ...], latest: float) -> SubtitleCue:
    """Return a cue that shows as long as it takes to read, but not into the next cue."""
    wanted = max(last.end, first.start + SHORTEST, first.start + _letters(lines) / READING_SPEED)
    end = min(wanted, latest, max(last.end, first.start + LONGEST))
    return SubtitleCue(start=first.start, end=max(end, first.start), lines=lines)


def _cost(words: list[_Piece], cue: SubtitleCue) -> float:
    """Return how unpleasant a cue is: each cue costs, so does haste, and so does an end in the middle of a thought."""
    seconds = max(cue.end - cue.start, SHORTEST_FLASH)
    haste = max(0.0, _letters(cue.lines) / seconds / READING_SPEED - 1)
    return 2 + HASTE * haste + 3 * max(0.0, SHORTEST - seconds) + _cost_of_end(words[-1].written) + _cost_inside(words)


def _cost_of_end(word: str) -> float:
    if _ends_sentence(word):
        return 0.0
    if _ends_clause(word):
        return 1.2
    return 6.0 if word.lower() in WEAK else 4.0


def _cost_inside(words: list[_Piece]) -> float:
    """Return the cost of a sentence's end or a rest in the middle: it had better be a cue's end."""
    sentences = sum(_ends_sentence(word.written) and not after.glued for word, after in pairwise(words))
    rests = sum(after.start - before.end > REST for before, after in pairwise(words))
    return 2.5 * sentences + 4 * rests


def _lines(words: Sequence[_Piece]) -> tuple[str, ...] | None:
    """Return `words` in one line or the best two; None where they don't fit. A single piece always does."""
    text = _text(words)
    if _width(text) <= LINE or len(words) == 1:
        return (text,)
    breaks = [
        ((_text(words[:at]), _text(words[at:])), _cost_of_cut(words[at - 1], words[at])) for at in range(1, len(words))
    ]
    fitting = [(_cost_of_break(lines) + cut, lines) for lines, cut in breaks if max(map(_width, lines)) <= LINE]
    return min(fitting)[1] if fitting else None


def _cost_of_cut(before: _Piece, after: _Piece) -> float:
    if not after.glued:
        return 0.0
    return SOFT_CUT if before.written[-1] in "/\\?&" or is_wide(before.written[-1]) else WORD_CUT


def _cost_of_break(lines: tuple[str, str]) -> float:
    last = lines[0].rsplit(" ", 1)[-1]
    joint = 0 if _ends_clause(last) else 14 if last.lower() in WEAK else 6
    return abs(_width(lines[0]) - _width(lines[1])) + joint


def _ends_sentence(word: str) -> bool:
    return word.rstrip("\"'”’)]")[-1:] in tuple(".!?…。！？")


def _ends_clause(word: str) -> bool:
    return word.rstrip("\"'”’)]")[-1:] in tuple(".!?…,;:–—。！？、，；：")


def _letters(lines: tuple[str, ...]) -> float:
    return sum(map(_width, lines))


def _time(seconds: float, point: str) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}{point}{rest % 1000:03}"


def _srt_text(cue: SubtitleCue) -> str:
    text = re.sub(_SRT_TAG, lambda found: found[0] + "\u200b", "\n".join(cue.lines)).replace("-->", "--\u200b>")
    return text.translate(_WIDE_BRACES) if re.search(r"\{.*\}", text, re.DOTALL) else text


def _vtt_text(cue: SubtitleCue) -> str:
    return html.escape("\n".join(cue.lines), quote=False)
