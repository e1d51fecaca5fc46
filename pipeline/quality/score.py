"""How good a film is, in one number that only a faultless one gets in full, and what the number is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor
from typing import Literal

from ..base.errors import FilmFinding
from ..base.frozen import Frozen
from .contrast import sampled_frames
from .film import ExpectedFilm, FilmMeasures, Measured, findings_by_measure

State = Literal["passed", "failed", "unmeasured", "absent"]
"""`unmeasured`: it could have been measured and was not. `absent`: the film has nothing of the kind."""

LEAST_LOSS = 2.0
"""Points that anything wrong costs, however small its share is."""
REMARKS = 5.0
"""Points for a build without remarks; each remark costs one."""

RULE = (
    "Every measure has the points in its row. It gets the share of them that its checks have passed, and loses at least "
    f"{LEAST_LOSS:.0f} if one has failed. What was not measured gets none. What a film doesn't have (no captions, no narrator) "
    "doesn't count. The score is the share of all points that count, in percent, rounded down: 100 only if everything was "
    "measured and nothing was found."
)
"""How the score is computed, in words."""


class MeasureScore(Frozen):
    """One measure: how many of its `checks` have `failed`, its `points` of `most`, and the figures that it is about.

    `asks` says what is measured, `figures` what was found.
    """

    id: str
    title: str
    asks: str
    state: State
    checks: int
    failed: int
    points: float
    most: float
    figures: str
    findings: tuple[FilmFinding, ...] = ()


class FilmScore(Frozen):
    """The film's score in percent, and its measures; `whole` says that nothing was left unmeasured."""

    percent: int
    whole: bool
    measures: tuple[MeasureScore, ...]


@dataclass(frozen=True)
class _Row:
    """How a measure is shown: its checks and figures as functions of what was found."""

    id: Measured
    title: str
    asks: str
    most: float
    checks: Callable[[FilmMeasures, ExpectedFilm], int]
    figures: Callable[[FilmMeasures, ExpectedFilm], str]


def score_of(
    found: FilmMeasures,
    expected: ExpectedFilm,
    noticed: Sequence[FilmFinding] = (),
    *,
    unmeasured: Sequence[Measured] = (),
) -> FilmScore:
    """Return a film's score; `noticed` are the remarks of its build, `unmeasured` what could not be measured here."""
    by_measure = findings_by_measure(found, expected)
    missed = {*unmeasured, *(("words",) if found.heard is None else ())}
    rows = [*(_scored(row, found, expected, by_measure[row.id], row.id in missed) for row in _ROWS), _remarks(noticed)]
    counted = [row for row in rows if row.state != "absent"]
    share = sum(row.points for row in counted) / sum(row.most for row in counted)
    return FilmScore(
        percent=floor(100 * share + 1e-9), whole=all(row.state != "unmeasured" for row in rows), measures=tuple(rows)
    )


def _scored(
    row: _Row, found: FilmMeasures, expected: ExpectedFilm, findings: tuple[FilmFinding, ...], unmeasured: bool
) -> MeasureScore:
    checks = row.checks(found, expected)
    failed = min(len(findings), max(checks, 1))
    state: State = "failed" if findings else "unmeasured" if unmeasured and checks else "passed" if checks else "absent"
    whole = row.most * (1 - failed / max(checks, 1))
    points = {"passed": row.most, "failed": max(0.0, min(whole, row.most - LEAST_LOSS))}.get(state, 0.0)
    return MeasureScore(
        id=row.id,
        title=row.title,
        asks=row.asks,
        state=state,
        checks=checks,
        failed=failed,
        points=round(points, 1),
        most=row.most,
        figures="" if state in ("unmeasured", "absent") else row.figures(found, expected),
        findings=findings,
    )


def _remarks(noticed: Sequence[FilmFinding]) -> MeasureScore:
    return MeasureScore(
        id="build",
        title="The build's remarks",
        asks="Did the build have anything to say: something that covers text, words whose times are not sure, a long pause?",
        state="failed" if noticed else "passed",
        checks=1,
        failed=bool(noticed),
        points=max(0.0, REMARKS - max(len(noticed), LEAST_LOSS)) if noticed else REMARKS,
        most=REMARKS,
        figures=f"{len(noticed)} remarks" if len(noticed) != 1 else "1 remark",
        findings=tuple(noticed),
    )


# The rows


def _words(found: FilmMeasures, expected: ExpectedFilm) -> str:
    heard = found.heard or ()
    words = sum(len(line.words) for line in expected.lines)
    share = sum(one.share for one in heard) / max(1, len(heard))
    return f"{words} words in {len(expected.lines)} lines; {share:.1%} of their sounds were heard as written"


def _voices(found: FilmMeasures, expected: ExpectedFilm) -> str:
    clear = min((v.clear for v in found.voices if v.clear is not None), default=None)
    least = f"; at least {clear:.0f} dB over what else is heard" if clear is not None else ""
    spread = max((abs(v.gain) for v in found.voices), default=0.0)
    return f"levels within {spread:.1f} dB of the plan{least}"


def _steps(found: FilmMeasures, expected: ExpectedFilm) -> str:
    late = [abs(step.late) for step in found.steps if step.late is not None]
    return f"{len(found.steps)} steps; the worst is {_frames(max(late, default=0))} from its word"


def _lips(found: FilmMeasures, expected: ExpectedFilm) -> str:
    presses, open_ = sum(one.presses for one in found.lips), sum(len(one.unpressed) for one in found.lips)
    late = [abs(o.late) for one in found.lips for o in one.onsets if o.late is not None]
    return (
        f"{presses - open_} of {presses} sounds m, p, b with shut lips; {len(late)} onsets, the worst "
        f"{_frames(max(late, default=0))} off; open in silence in {_frames(sum(len(one.gaping) for one in found.lips))}"
    )


def _frames(count: int) -> str:
    return "1 frame" if count == 1 else f"{count} frames"


def _narrators(found: FilmMeasures, expected: ExpectedFilm) -> str:
    return f"seen in {sum(one.difference is not None for one in found.narrators)} of {len(found.narrators)} places"


def _texts(found: FilmMeasures, expected: ExpectedFilm) -> str:
    least = min((one.contrast for one in found.texts), default=0.0)
    return f"{len(found.texts)} texts; the least contrast is {least:g}:1"


def _captions(found: FilmMeasures, expected: ExpectedFilm) -> str:
    return "; ".join(f"{one.right} of {one.wanted} right in {one.place}" for one in found.captions)


def _sound(found: FilmMeasures, expected: ExpectedFilm) -> str:
    sound, noises = found.sound, len(found.sound.noises) or "no"
    loud = f"{sound.loudness:g} LUFS ({expected.loudness:g} wanted), true peak {sound.true_peak:g} dBTP"
    return f"{loud}, {sound.clipped} clipped places, {noises} steady noises"


def _file(found: FilmMeasures, expected: ExpectedFilm) -> str:
    stream = found.stream
    size = f"{stream.size[0]} × {stream.size[1]}"
    return (
        f"{size} at {stream.rate:g} fps, {stream.frames} frames, {stream.codec} and {stream.sound_codec or 'no sound'}"
    )


_ROWS = (
    _Row("words", "Words", "Is every word of the script heard, once, and in its place?", 25, lambda f, e: len(e.lines), _words),
    _Row("voices", "Voices", "Is every line as loud as planned, whole, in time, and clear of music and noise?", 15,
         lambda f, e: len(f.voices), _voices),
    _Row("steps", "Steps on their words", "Does the picture change on the word that speaks of it?", 15, lambda f, e: len(e.steps), _steps),
    _Row("lips", "Lips", "Do mouths move with their voices, and are they shut in silence?", 10, lambda f, e: len(f.lips), _lips),
    _Row("narrators", "Narrators", "Is every narrator seen where they should be?", 5, lambda f, e: len(e.narrators), _narrators),
    _Row("texts", "Texts", "Is every text there, large enough, inside the margins, with enough contrast?", 10,
         lambda f, e: sum(bool(sampled_frames(text)) for text in e.texts), _texts),
    _Row("captions", "Captions", "Is every caption there, in time?", 5, lambda f, e: sum(c.wanted for c in f.captions), _captions),
    _Row("sound", "Loudness", "Is the film as loud as others, without clipping, dead air, hum and noise?", 5, lambda f, e: 5, _sound),
    _Row("file", "The file", "Is it what players and YouTube expect: codec, size, rate, colours, length?", 5, lambda f, e: 9, _file),
)  # fmt: skip
