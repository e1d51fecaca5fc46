"""Check the voices in the film's own sound: is each line as loud as the others, whole, in time, clear of music and noise?

The film is compared with its plan: the level of all voices, without music, every STEP seconds, in the band of speech.
"""

import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from ..base import audio
from ..base.arrays import MonoSamples, Samples
from ..base.clock import Span
from ..base.errors import FilmFinding
from ..base.frozen import Frozen
from .heard import ExpectedLine
from .lips import SILENCE, SpeechSpan, audible
from .noise import Silences, steady_levels

STEP = 0.05
"""Seconds of a level."""
FINE = 5
"""How many times in a STEP the film's level is measured, so that it is known how late a line is."""
LOUDEST = 0.95
"""The share of the film's steps than which a voice is louder where it is loud."""
BAND = ("80", "6000")
"""Hz between which a voice is heard, and what disturbs it."""
LEVELS = string.ascii_letters + string.digits
"""A letter for each level: the first is LOWEST dBFS or less, each next one 1 dB more."""
LOWEST = -70
LOUD = 12
"""dB below a line's loudest step at which it is surely heard."""
FADED = 30
"""dB below a line's loudest step that are compared: what is quieter is the room's, or music."""
QUIET = 34
"""dB below a line's loudest step at which the voice is silent."""
SOFT = 6.0
"""dB by which a line may be quieter than the film's others."""
GONE = 20.0
"""dB by which a line that is as good as absent is quieter than the film's others."""
HOLE = 15.0
"""dB that are missing where the sound is cut."""
HOLES = 2
"""Steps in a row that are missing where a listener notices."""
CLEAR = 12.0
"""dB by which a voice has to be louder than what else is heard with it."""
REACH = 1.5
"""Seconds by which a line is looked for, before and after its place."""
SURE = 0.75
"""The correlation from which on a line is found in another place."""
ALIKE = 0.4
"""The correlation below which a line is not what was recorded."""
ALTERED = 3.0
"""dB by which a word's level may differ, in the mean of its steps, from what was recorded."""
LATE = 0.1
"""Seconds by which a line may be heard late or early."""
SLIGHTLY = 0.05
"""Seconds by which a line may be late without a press of the lips being looked for elsewhere."""
NEAR = 0.4
"""Seconds around a line in which music is still as quiet as under it."""
FEWEST = 6
"""Steps of which a level is known well."""
FLAT = 4.5
"""dB by which a voice's peaks may be lower, over its level, than those of the recording: flatter is distorted."""

type Levels = NDArray[np.float32]
"""dBFS in the band of speech: shape (steps,)."""


class VoiceTrack(Frozen):
    """The level of all voices of a film, without music (`levels`, a letter for each STEP), and the peak of each line.

    `peaks` is for each line's id how many dB its highest sample is over its level; `spans` are those in which a voice is
    audible (seconds of the film). `steady` is how loud other sounds are that are there on purpose and may sound steadily
    (`steady_levels`).
    """

    levels: str = ""
    peaks: dict[str, float] = {}
    spans: tuple[Span, ...] = ()
    steady: tuple[float, ...] = ()

    @property
    def planned(self) -> Levels:
        """The levels in dBFS."""
        return np.array([LEVELS.index(letter) + LOWEST for letter in self.levels], np.float32)

    @property
    def silent(self) -> Silences:
        """Whether no voice is planned, for each STEP."""
        planned = self.planned
        return planned < np.quantile(planned, LOUDEST) - QUIET if len(planned) else np.zeros(0, bool)


class VoiceMeasure(Frozen):
    """How a line sounds in the film.

    `gain` is its level over the plan's, less that of all lines (dB); `late` how much it is late (s; None: it isn't heard near its place);
    `clear` how much louder the voice is than what is heard with it (dB; None: the line has no pause); `holes` are spans
    (seconds of the film) in which it should be heard and isn't; `flat` is how much lower its peaks are than they were (dB);
    `altered` are spans of words whose level isn't as it was recorded.
    """

    id: str
    scene: str
    line: int
    speaker: str
    start: float
    gain: float
    late: float | None
    clear: float | None
    holes: tuple[Span, ...] = ()
    flat: float = 0.0
    altered: tuple[Span, ...] = ()


def voice_track(sound: Samples, lines: Sequence[ExpectedLine]) -> VoiceTrack:
    """Return what the voices of a film sound like; `sound` is their mix, without music."""
    mono = audio.to_mono(sound)
    levels = band_levels(mono)
    text = "".join(LEVELS[int(np.clip(round(float(level)) - LOWEST, 0, len(LEVELS) - 1))] for level in levels)
    return VoiceTrack(
        levels=text,
        peaks={line.id: round(_crest(mono, line), 1) for line in lines if line.words},
        spans=tuple(_joined(audible(sound))) if len(levels) else (),
    )


def _joined(spans: Iterable[Span]) -> Iterable[Span]:
    """Yield spans without the gaps in which no mouth has to shut."""
    last: Span | None = None
    for start, end in spans:
        if last and start - last[1] < SILENCE - STEP:
            last = last[0], round(end, 2)
            continue
        if last:
            yield last
        last = round(start, 2), round(end, 2)
    if last:
        yield last


def with_others(track: VoiceTrack, voices: Samples, others: Samples) -> VoiceTrack:
    """Return the track of a film that has sounds (music, a room's sound) on purpose beside its voices."""
    loudness = audio.measure(voices + others).integrated
    return track.model_copy(update={"steady": steady_levels(audio.to_mono(others), loudness, track.silent, STEP)})


def measure_voices(sound: Samples, track: VoiceTrack, lines: Sequence[ExpectedLine]) -> tuple[VoiceMeasure, ...]:
    """Compare every line in the film's `sound` with its plan."""
    planned = track.planned
    spoken = [line for line in lines if line.words and len(planned)]
    if not spoken or not len(sound):
        return ()
    mono = audio.to_mono(sound)
    heard = _fine_levels(mono)
    longest = max(len(planned), ceil(len(heard) / FINE))
    heard = np.pad(heard, (0, FINE * longest - len(heard)), constant_values=LOWEST)
    planned = np.pad(planned, (0, longest - len(planned)), constant_values=LOWEST)
    placed = [_place(line, planned, heard) for line in spoken]
    found = [each.gain for each in placed if each.late is not None] or [each.gain for each in placed]
    usual = float(np.median(found))
    return tuple(
        _measure_line(line, place, usual, mono, track.peaks.get(line.id))
        for line, place in zip(spoken, placed, strict=True)
    )


def voice_findings(voices: Iterable[VoiceMeasure]) -> tuple[FilmFinding, ...]:
    """Return what a listener would notice."""
    return tuple(FilmFinding(message, one.line, at=at) for one in voices for message, at in _messages(one))


def heard_speech(
    track: VoiceTrack, speeches: Sequence[SpeechSpan], voices: Iterable[VoiceMeasure], lines: Iterable[ExpectedLine]
) -> tuple[tuple[SpeechSpan, ...], tuple[Span, ...]]:
    """Return where in the film phrases and voices are heard: as planned, but as late as their lines are.

    What else sounds (music, noise) has no part in it.
    """
    late = {one.id: one.late or 0.0 for one in voices}
    places = [(line.start, line.end, late[line.id]) for line in lines if line.id in late]

    def moved(start: float, end: float) -> Span:
        near = min(places, key=lambda place: max(place[0] - end, start - place[1]), default=(0.0, 0.0, 0.0))
        return round(start + near[2], 3), round(end + near[2], 3)

    spoken = []
    for one in speeches:
        start, end = moved(one.start, one.end)
        by = start - one.start
        shut = by if abs(by) > SLIGHTLY else 0.0
        pressed = tuple((round(a + shut, 3), round(b + shut, 3)) for a, b in one.pressed)
        spoken.append(one.model_copy(update={"start": start, "end": end, "pressed": pressed}))
    return tuple(spoken), tuple(moved(*span) for span in track.spans)


def band_levels(mono: MonoSamples) -> Levels:
    """Return the level of every STEP of a sound in the band of speech."""
    return _fine_levels(mono)[::FINE]


def _fine_levels(mono: MonoSamples) -> Levels:
    """Return the level of every STEP, FINE times in each."""
    block = round(STEP / FINE * audio.RATE)
    if len(mono) < block * FINE:
        return np.zeros(0, np.float32)
    band = audio.apply_filter(mono[:, None], [("highpass", f"f={BAND[0]}"), ("lowpass", f"f={BAND[1]}")])[:, 0]
    blocks = band[: len(band) // block * block].reshape(-1, block)
    power = np.mean(np.square(blocks, dtype=np.float64), axis=1)
    power = np.convolve(power, np.full(FINE, 1 / FINE), "valid")
    return np.maximum(10 * np.log10(power + 1e-12), LOWEST).astype(np.float32)


# A line in its place


@dataclass(frozen=True)
class _PlacedLine:
    """A line's steps: what was planned, what is heard there (moved by `late` seconds), and around it."""

    planned: Levels
    heard: Levels
    near_planned: Levels
    near_heard: Levels
    late: float | None
    gain: float

    @property
    def loud(self) -> NDArray[np.bool_]:
        """The steps in which the line is surely heard."""
        return self.planned > self.planned.max() - LOUD


def _place(line: ExpectedLine, planned: Levels, heard: Levels) -> _PlacedLine:
    first, last = floor(line.start / STEP), ceil(line.end / STEP) + 1
    own = planned[first:last]
    shift, sure = _shift(own, heard, first)
    around = round(NEAR / STEP)
    begin, end = max(0, first - around), min(len(planned), last + around)
    found = _steps(heard, first, len(own), shift)
    loud = own > own.max() - LOUD
    return _PlacedLine(
        planned=own,
        heard=found,
        near_planned=planned[begin:end],
        near_heard=_steps(heard, begin, end - begin, shift),
        late=shift * STEP / FINE if sure else None,
        gain=float(np.median((found - own)[loud])),
    )


def _steps(heard: Levels, first: int, count: int, shift: int) -> Levels:
    """Return `count` levels from step `first` on, `shift` fine steps later; LOWEST beyond the film."""
    places = (first + np.arange(count)) * FINE + shift
    inside = (places >= 0) & (places < len(heard))
    return np.where(inside, heard[np.clip(places, 0, len(heard) - 1)], np.float32(LOWEST))


def _shift(own: Levels, heard: Levels, first: int) -> tuple[int, bool]:
    """Return by how many fine steps a line is late, and whether it is surely the line that is there."""
    scores: dict[int, float] = {}
    reach = round(REACH / STEP) * FINE
    if own.std() <= 1:
        return 0, True
    _score(scores, own, heard, first, range(-reach, reach + 1, FINE))
    here = scores.get(0, 0.0)
    best = max(scores, key=lambda shift: scores[shift], default=0)
    moved = scores.get(best, 0.0) >= SURE and scores[best] > here + 0.1
    if not moved and here < ALIKE:
        return 0, False
    near = best if moved else 0
    _score(scores, own, heard, first, range(near - FINE, near + FINE + 1))
    best = max(range(near - FINE, near + FINE + 1), key=lambda shift: (scores.get(shift, 0.0), -abs(shift - near)))
    return best, True


def _score(scores: dict[int, float], own: Levels, heard: Levels, first: int, shifts: Iterable[int]) -> None:
    """Add how alike the plan of a line (from its loudest to FADED dB less) and what is heard at some shifts are."""
    planned = np.maximum(own, own.max() - FADED)
    for shift in shifts:
        piece = _steps(heard, first, len(own), shift)
        inside = first * FINE + shift >= 0 and (first + len(own)) * FINE + shift <= len(heard) + FINE
        if shift not in scores and inside and piece.std() > 1:
            scores[shift] = float(np.corrcoef(planned, np.maximum(piece, piece.max() - FADED))[0, 1])


def _measure_line(
    line: ExpectedLine, place: _PlacedLine, usual: float, mono: MonoSamples, peak: float | None
) -> VoiceMeasure:
    gain = place.gain if place.gain > usual - GONE else usual
    late = place.late or 0.0
    crest = _crest(mono, line, late)
    return VoiceMeasure(
        id=line.id,
        scene=line.scene,
        line=line.line,
        speaker=line.speaker,
        start=round(line.start, 2),
        gain=round(place.gain - usual, 1),
        late=None if place.late is None else round(place.late, 2),
        clear=_clearness(place, float(np.median(place.heard[place.loud]))),
        holes=_with_gone_words(line, place, gain, tuple(_holes(place, gain, line.start + late))),
        altered=tuple(_altered(line, place, gain)),
        flat=0.0 if peak is None else round(min(peak, -1.0 - _wide_level(mono, line, late)) - crest, 1),
    )


def _clearness(place: _PlacedLine, level: float) -> float | None:
    """Return how many dB the voice is over what is heard in its pauses."""
    silent = place.near_planned < place.planned.max() - QUIET
    beside = silent & np.roll(silent, 1) & np.roll(silent, -1)  # the room's echo, and a film that is half a step late
    if beside.sum() < FEWEST:
        return None
    return round(level - float(np.median(place.near_heard[beside])), 1)


def _holes(place: _PlacedLine, gain: float, start: float) -> Iterable[Span]:
    """Yield where the voice should be heard and isn't."""
    near = np.maximum.reduce([place.heard, np.roll(place.heard, 1), np.roll(place.heard, -1)])
    near[0], near[-1] = place.heard[:2].max(), place.heard[-2:].max()
    gone = (place.planned > place.planned.max() - LOUD) & (near < place.planned + gain - HOLE)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], gone.astype(np.int8), [0]])))
    begin = floor(start / STEP) * STEP
    for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if b - a >= HOLES:
            yield round(begin + a * STEP, 2), round(begin + b * STEP, 2)


def _with_gone_words(line: ExpectedLine, place: _PlacedLine, gain: float, holes: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return the holes, and the words (seconds of the plan) that are silent and too quiet to leave one."""
    least, first = place.planned.max() - FADED, floor(line.start / STEP)
    gone = []
    for word in line.words if place.late is not None and gain == place.gain else ():
        steps = slice(ceil(word.start / STEP) - first, floor(word.end / STEP) - first)
        loudest, heard = (levels[steps].max(initial=LOWEST) for levels in (place.planned, place.heard))
        known = any(start < word.end and word.start < end for start, end in holes)
        if loudest > least and heard < loudest + gain - HOLE and not known:
            gone.append((round(word.start, 2), round(word.end, 2)))
    return tuple(sorted((*holes, *gone)))


def _altered(line: ExpectedLine, place: _PlacedLine, gain: float) -> Iterable[Span]:
    """Yield the words (seconds of the plan) whose level moves otherwise than it did when they were recorded."""
    least = place.planned.max() - FADED
    away = np.abs(np.maximum(place.heard - gain, least) - np.maximum(place.planned, least))
    first = floor(line.start / STEP)
    for word in line.words:
        steps = away[floor(word.start / STEP) - first : ceil(word.end / STEP) - first]
        if place.late is None or (len(steps) and float(steps.mean()) > ALTERED):
            yield word.start, word.end


def _crest(mono: MonoSamples, line: ExpectedLine, late: float = 0.0) -> float:
    """Return how many dB a line's highest samples are over its level."""
    piece = _piece(mono, line, late)
    high = float(np.quantile(np.abs(piece), 0.9995)) if len(piece) else 0.0
    return audio.decibels(max(high, 1e-6)) - _wide_level(mono, line, late)


def _wide_level(mono: MonoSamples, line: ExpectedLine, late: float) -> float:
    """Return the level of a line's louder half, in dBFS, over all frequencies."""
    block = round(STEP * audio.RATE)
    piece = _piece(mono, line, late)
    blocks = piece[: len(piece) // block * block].reshape(-1, block)
    power = np.mean(np.square(blocks, dtype=np.float64), axis=1) if len(blocks) else np.zeros(1)
    return float(10 * np.log10(np.mean(np.sort(power)[len(power) // 2 :]) + 1e-12))


def _piece(mono: MonoSamples, line: ExpectedLine, late: float) -> MonoSamples:
    return mono[max(0, round((line.start + late) * audio.RATE)) : max(0, round((line.end + late) * audio.RATE))]


# Sentences


def _messages(one: VoiceMeasure) -> Iterable[tuple[str, float]]:
    """Yield what is wrong with a line, and when that is heard."""
    where = f'scene "{one.scene}", {one.start:.1f} s: {one.speaker}'
    if one.gain < -GONE:
        yield f"{where} is not heard (the sound is {-one.gain:.0f} dB quieter than planned)", one.start
        return
    if one.late is None:
        yield f"{where} is not heard in this place as it was recorded", one.start
        return
    if abs(one.late) > LATE:
        yield f"{where} is heard {abs(one.late):.2f} s {'late' if one.late > 0 else 'early'}", one.start
    if abs(one.gain) > SOFT:
        more = "louder" if one.gain > 0 else "quieter"
        yield f"{where} is {abs(one.gain):.0f} dB {more} than planned, beside the rest of the film", one.start
    if one.clear is not None and one.clear < CLEAR:
        beside = f"only {one.clear:.0f} dB louder than the music or noise under the voice; {CLEAR:.0f} dB are needed"
        yield f"{where} is {beside}", one.start
    for start, end in one.holes:
        yield f'scene "{one.scene}": the voice of {one.speaker} is cut from {start:.2f} to {end:.2f} s', start
    if one.flat > FLAT:
        yield f"{where} is distorted (its peaks are {one.flat:.0f} dB lower than they were recorded)", one.start
