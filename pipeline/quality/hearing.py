"""Listen to a finished film: is every word of the script heard, once, in its place?

The film's sound is transcribed in stretches of whole lines. Where a line seems wrong, it is listened to again by itself and
with more care, and what is still not heard has to be unlikely by the model's own measure, too: only then it is told.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from ..base.clock import Span
from ..voice.said import HEARD, Comparison, compare, likeness, sounding
from ..voice.whisper_process import RATE, EarSamples, HeardWord, WhisperProcess
from .heard import ExpectedLine, ExpectedWord, HeardLine, HeardProblem

LONGEST = 28.0
"""Seconds of a stretch that is listened to at once: Whisper hears 30."""
LONGEST_PART = 24.0
"""Seconds of a line that are listened to again at once."""
QUICK, CAREFUL = 1, 5
"""The width of the search: at first, and where something seems wrong."""
LEAST_SOUNDS = 3
"""Sounds of words in a row that have to be missing: short words without weight are often not written down."""
LEAST_EXTRA = 6
"""Sounds of words in a row that have to be heard without being written."""
UNLIKELY = 0.08
"""The likelihood of its letters (their geometric mean) below which a word that is not heard is missing."""
AGAIN = 0.7
"""How alike something is to what is written before or after it, to be the same once more."""
OTHER_LANGUAGE = 0.6
"""How sure it must be that a line is in another language."""
SURE = 0.35
"""The mean probability of words that are not in the script, below which they may be imagined: music sounds like words."""
AROUND = 0.25
"""Seconds around a line that are listened to with it."""


@dataclass(frozen=True)
class _Stretch:
    """Lines that are listened to at once, within `span` (seconds of the film)."""

    span: Span
    lines: tuple[ExpectedLine, ...]


def hear_film(
    ear: WhisperProcess, sound: EarSamples, lines: Sequence[ExpectedLine], language: str
) -> tuple[HeardLine, ...]:
    """Listen to the film's `sound` and compare it with its lines, each with its words in seconds of the film."""
    spoken = sorted((part for line in lines if line.words for part in _parts(line)), key=lambda line: line.start)
    if not spoken:
        return ()
    code = language.replace("_", "-").partition("-")[0].lower()
    stretches = _stretches(spoken, len(sound) / RATE)
    found = ear.transcribe(sound, code, beam=QUICK, cuts=[_samples(stretch.span) for stretch in stretches])
    heard: list[HeardLine] = []
    for stretch, words in zip(stretches, found.cuts, strict=True):
        heard += _judge(ear, sound, stretch, _moved(words, stretch.span[0]), code, language)
    return _whole_lines(heard, lines)


def _whole_lines(heard: Sequence[HeardLine], lines: Iterable[ExpectedLine]) -> tuple[HeardLine, ...]:
    """Return each line as one, however many parts it was heard in."""
    by_line = {line.id: [one for one in heard if one.id == line.id] for line in lines if line.words}
    return tuple(
        parts[0].model_copy(
            update={
                "heard": " ".join(one.heard for one in parts),
                "share": round(float(np.mean([one.share for one in parts])), 3),
                "problems": tuple(problem for one in parts for problem in one.problems),
            }
        )
        for parts in sorted(by_line.values(), key=lambda parts: parts[0].start)
    )


# What is listened to


def _parts(line: ExpectedLine) -> list[ExpectedLine]:
    """Return a line in parts that are short enough to be listened to at once, cut between sentences where it can be."""
    if line.end - line.start <= LONGEST_PART or len(line.words) < 2:
        return [line]
    middle = (line.start + line.end) / 2

    def cost(place: int) -> float:
        before = line.words[place - 1]
        far = abs(before.end - middle) / (line.end - line.start)
        return far - (1.0 if before.written.rstrip("\"')”’").endswith((".", "!", "?", "…", "。", "！", "？")) else 0.0)

    inner = range(len(line.words) // 4 + 1, max(len(line.words) // 4 + 2, 3 * len(line.words) // 4 + 1))
    cut = min((place for place in inner if 0 < place < len(line.words)), key=cost)
    pieces = (line.words[:cut], line.words[cut:])
    return [part for words in pieces for part in _parts(line.model_copy(update={"words": words}))]


def _stretches(lines: Sequence[ExpectedLine], seconds: float) -> list[_Stretch]:
    """Return stretches of whole lines, which cover the film's sound from its first to its last second."""
    groups: list[list[ExpectedLine]] = []
    for line in lines:
        if groups and line.end - groups[-1][0].start < LONGEST - 2 * AROUND:
            groups[-1].append(line)
        else:
            groups.append([line])
    edges = [0.0, *(_between(one[-1], other[0]) for one, other in zip(groups, groups[1:], strict=False)), seconds]
    return [
        _Stretch(
            (max(start, group[0].start - LONGEST), min(end, max(line.end for line in group) + LONGEST)), tuple(group)
        )
        for group, start, end in zip(groups, edges, edges[1:], strict=False)
    ]


def _between(before: ExpectedLine, after: ExpectedLine) -> float:
    return (before.end + max(after.start, before.end)) / 2


def _samples(span: Span) -> tuple[int, int]:
    return max(0, round(span[0] * RATE)), max(0, round(span[1] * RATE))


def _moved(words: Iterable[HeardWord], by: float) -> list[HeardWord]:
    return [word.model_copy(update={"start": word.start + by, "end": word.end + by}) for word in words]


# Judging


@dataclass(frozen=True)
class _Hearing:
    """What was heard for some lines: the words, and how the lines' words (`owners`: their lines) compare with them."""

    lines: tuple[ExpectedLine, ...]
    words: tuple[HeardWord, ...]
    found: Comparison

    @property
    def written(self) -> list[tuple[int, ExpectedWord]]:
        """All words of the lines, with their line's number."""
        return [(n, word) for n, line in enumerate(self.lines) for word in line.words]

    def shares(self, number: int) -> tuple[float, ...]:
        """Return how much was heard of each word of a line."""
        return tuple(share for share, (n, _) in zip(self.found.shares, self.written, strict=True) if n == number)


def _hearing(lines: Sequence[ExpectedLine], words: Sequence[HeardWord], language: str) -> _Hearing:
    written = [word for line in lines for word in line.spoken]
    return _Hearing(tuple(lines), tuple(words), compare(written, [word.word for word in words], language))


def _judge(
    ear: WhisperProcess, sound: EarSamples, stretch: _Stretch, words: Sequence[HeardWord], code: str, language: str
) -> Iterator[HeardLine]:
    """Yield the lines of a stretch; those that seem wrong are listened to again."""
    first = _hearing(stretch.lines, words, language)
    doubts = _doubts(first, language)
    for number, line in enumerate(stretch.lines):
        near = [w for w in words if line.start - AROUND <= (w.start + w.end) / 2 <= line.end + AROUND]
        seen = HeardLine(
            id=line.id,
            scene=line.scene,
            line=line.line,
            speaker=line.speaker,
            start=line.start,
            heard=_text(near),
            share=_share(first.shares(number), line),
        )
        doubt = doubts.get(number)
        yield _listened_again(ear, sound, stretch, number, seen, doubt, code, language) if doubt else seen


@dataclass(frozen=True)
class _LineDoubt:
    """What seems wrong with a line: words that are `missing` (runs of their numbers), and whether there are `extra` ones.

    `shares` is how much of each of its words was heard.
    """

    missing: tuple[tuple[int, ...], ...]
    extra: bool
    shares: tuple[float, ...]


def _doubts(hearing: _Hearing, language: str) -> dict[int, _LineDoubt]:
    """Return what seems wrong with lines (by their numbers): words are missing, or others are heard near them."""
    extra = {_nearest_line(hearing, run) for run in _extra_runs(hearing, language)}
    first: dict[int, int] = {}
    missing: dict[int, list[tuple[int, ...]]] = {}
    for i, (number, _) in enumerate(hearing.written):
        first.setdefault(number, i)
    for run in _missing_runs(hearing, language):
        number = hearing.written[run[0]][0]
        missing.setdefault(number, []).append(tuple(i - first[number] for i in run))
    return {
        number: _LineDoubt(tuple(missing.get(number, ())), number in extra, hearing.shares(number))
        for number in sorted({*missing, *extra})
    }


def _nearest_line(hearing: _Hearing, run: Sequence[int]) -> int:
    middle = (hearing.words[run[0]].start + hearing.words[run[-1]].end) / 2
    away = [max(line.start - middle, middle - line.end, 0.0) for line in hearing.lines]
    return int(np.argmin(away))


def _missing_runs(hearing: _Hearing, language: str) -> list[list[int]]:
    """Return runs of words (numbers in `written`) of one line that were not heard, and have weight."""
    said = sounding(tuple(word.spoken for _, word in hearing.written), language)
    low = [i for i, share in enumerate(hearing.found.shares) if share < HEARD and said.count(i)]
    runs = _runs(low, lambda i: hearing.written[i][0])
    return [run for run in runs if sum(map(said.count, run)) >= LEAST_SOUNDS]


def _extra_runs(hearing: _Hearing, language: str) -> list[list[int]]:
    """Return runs of heard words that nobody wrote, and that are no short noise."""
    said = sounding(tuple(word.word for word in hearing.words), language)
    runs = _runs(hearing.found.extra, lambda i: 0)
    return [
        run
        for run in runs
        if sum(map(said.count, run)) >= LEAST_EXTRA and np.mean([hearing.words[i].sure for i in run]) >= SURE
    ]


def _runs(numbers: Iterable[int], group: Callable[[int], int]) -> list[list[int]]:
    """Return neighbouring numbers of one group together."""
    keyed = enumerate(numbers)
    return [[i for _, i in run] for _, run in groupby(keyed, key=lambda pair: (group(pair[1]), pair[1] - pair[0]))]


# Listening again


def _listened_again(
    ear: WhisperProcess,
    sound: EarSamples,
    stretch: _Stretch,
    number: int,
    seen: HeardLine,
    doubt: _LineDoubt,
    code: str,
    language: str,
) -> HeardLine:
    """Return the line as it is heard by itself, with what is wrong with it."""
    line = stretch.lines[number]
    span = _own_span(stretch, number)
    piece = sound[slice(*_samples(span))]
    likely = _likelihoods(ear, piece, line, code) if doubt.missing else {}
    if not doubt.extra and not any(_unlikely(run, likely) for run in doubt.missing):
        shares = [max(share, likely.get(i, 0.0) >= UNLIKELY) for i, share in enumerate(doubt.shares)]
        return seen.model_copy(update={"share": max(seen.share, _share(shares, line))})
    careful = ear.transcribe(piece, code, beam=CAREFUL).cuts[0]
    hearing = _hearing([line], _moved(careful, span[0]), language)
    runs = _missing_runs(hearing, language)
    likely = likely or (_likelihoods(ear, piece, line, code) if runs else {})
    problems = (
        *(_missing_problem(hearing, run) for run in runs if _unlikely(run, likely)),
        *(_extra_problem(stretch, number, hearing, run, language) for run in _extra_runs(hearing, language)),
    )
    shares = [max(share, likely.get(i, 0.0) >= UNLIKELY) for i, share in enumerate(hearing.shares(0))]
    share = max(seen.share, _share(shares, line))
    better = seen.model_copy(update={"heard": _text(hearing.words), "share": share, "problems": problems})
    return _in_language(ear, piece, better, code)


def _own_span(stretch: _Stretch, number: int) -> Span:
    """Return where a line and what may be said beside it is heard: until the middle of the pauses around it."""
    line, lines = stretch.lines[number], stretch.lines
    start = _between(lines[number - 1], line) if number else max(stretch.span[0], line.start - 3.0)
    end = _between(line, lines[number + 1]) if number + 1 < len(lines) else min(stretch.span[1], line.end + 3.0)
    return start, max(end, start + 0.1)


def _likelihoods(ear: WhisperProcess, piece: EarSamples, line: ExpectedLine, code: str) -> dict[int, float]:
    """Return for each word of a line how likely its letters are (geometric mean), by the model's own measure."""
    tokens = ear.score(piece, code, " ".join(line.spoken))
    ends = np.cumsum([len(word) + 1 for word in line.spoken])
    logs: dict[int, list[float]] = {}
    place = 0
    for token, probability in tokens:
        middle = place + max(0, len(token) - 1) / 2
        logs.setdefault(int(np.searchsorted(ends, middle, side="right")), []).append(np.log(max(probability, 1e-9)))
        place += len(token)
    return {word: float(np.exp(np.mean(each))) for word, each in logs.items()}


def _unlikely(run: Sequence[int], likely: dict[int, float]) -> bool:
    return float(np.exp(np.mean([np.log(likely.get(i, 1.0)) for i in run]))) < UNLIKELY


def _missing_problem(hearing: _Hearing, run: Sequence[int]) -> HeardProblem:
    words = hearing.written
    before = max((w for i in range(run[0]) for w in hearing.found.partners[i]), default=-1)
    after = min(
        (w for i in range(run[-1] + 1, len(words)) for w in hearing.found.partners[i]), default=len(hearing.words)
    )
    instead = [w for i, w in enumerate(hearing.words) if before < i < after]
    return HeardProblem(
        kind="garbled" if instead else "missing",
        words=" ".join(words[i][1].written for i in run),
        heard=_text(instead),
        start=round(words[run[0]][1].start, 2),
        end=round(words[run[-1]][1].end, 2),
    )


def _extra_problem(
    stretch: _Stretch, number: int, hearing: _Hearing, run: Sequence[int], language: str
) -> HeardProblem:
    said = [hearing.words[i].word for i in run]
    around = [word for line in stretch.lines[max(0, number - 1) : number + 2] for word in line.spoken]
    return HeardProblem(
        kind="twice" if likeness(said, around, language) >= AGAIN else "extra",
        words="",
        heard=_text([hearing.words[i] for i in run]),
        start=round(hearing.words[run[0]].start, 2),
        end=round(hearing.words[run[-1]].end, 2),
    )


def _in_language(ear: WhisperProcess, piece: EarSamples, seen: HeardLine, code: str) -> HeardLine:
    """Return a line that is mostly not heard as one in another language, if that is what it is in."""
    if seen.share > 1 - HEARD:
        return seen
    other = ear.transcribe(piece, "", beam=QUICK)
    if other.language == code or other.sure < OTHER_LANGUAGE or not other.cuts[0]:
        return seen
    problem = HeardProblem(
        kind="language",
        words="",
        heard=other.language,
        start=round(seen.start, 2),
        end=round(seen.start + len(piece) / RATE, 2),
    )
    return seen.model_copy(update={"problems": (problem,)})


def _share(shares: Sequence[float], line: ExpectedLine) -> float:
    weights = [max(1, len(word.spoken)) for word in line.words]
    return round(float(np.average(np.clip(shares, 0, 1), weights=weights)), 3)


def _text(words: Iterable[HeardWord]) -> str:
    return "".join(word.word if word.word.startswith(" ") else f" {word.word}" for word in words).strip()
