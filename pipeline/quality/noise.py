"""Find what sounds steadily in a film: hum, hiss, a whistle. Voices and music come and go in every frequency; noise stays.

Levels are A-weighted (IEC 61672-1) and relative to the film's loudness. For each frequency, the level counts that the film is
below for a tenth of the time (or, where the plan is silent, for a fifth): for a tone that is its level, for noise 7 to 10 dB less
than its mean. ISO 1996-2 adds up to 6 dB for tones, since they annoy more.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..base import audio
from ..base.arrays import MonoSamples
from ..base.clock import Span
from ..base.errors import FilmFinding
from ..base.frozen import Frozen

WINDOW, HOP = 0.2, 0.1
"""Seconds of sound in a spectrum, and from one to the next."""
HIGHEST = 16000
"""Hz up to which is listened."""
HEARD = 42.0
"""dB under the film's loudness at which a steady sound is heard: 56 dB under full scale at -14 LUFS."""
HEARD_HERE = 36.0
"""The same for a stretch of the film, in which music may seem steady."""
UNEVEN = 4.0
"""dB by which noise is found earlier than a tone: its level is understated more than a tone annoys."""
STRETCH = 4.0
"""Seconds: two of these are listened to together."""
PLANNED = 6.0
"""dB by which a steady sound must be louder than a planned one (music, a room's sound)."""
FEWEST, FEWEST_HERE = 10, 5
"""Spectra of planned silence by which noise is known from speech, in the whole film and in a stretch."""
MOST = 4000
"""Spectra of a film that are kept."""
SELDOM, SELDOM_SILENT = 0.1, 0.2
"""The share of the time in which a steady sound may be quieter than it is said to be."""
MAINS = (50, 60)
"""Hz of the mains."""
TONAL = 0.5
"""The share of the power that has to be in single tones for what is heard to be no noise."""
PEAK, BESIDE = 8.0, 12
"""How many times as loud as the median of so many frequencies beside it a tone is."""
NOTHING = -120.0

type Spectra = NDArray[np.float32]
"""A-weighted power by time and frequency: shape (spectra, bins), each bin 1 / WINDOW Hz wide."""
type Silences = NDArray[np.bool_]
"""Whether no voice is planned: shape (steps,) or (spectra,)."""
type Kind = Literal["hum", "tone", "noise"]


class SteadySound(Frozen):
    """What sounds steadily from `start` to `end` (seconds; `whole`: throughout the film), `under` dB below the film's loudness.

    `hertz` is the mains' frequency of a hum, and a tone's own; 0 for noise.
    """

    kind: Kind
    start: float
    end: float
    whole: bool
    under: float
    hertz: int = 0


def measure_noise(
    mono: MonoSamples, loudness: float, silent: Silences, step: float, planned: Sequence[float] = ()
) -> tuple[SteadySound, ...]:
    """Return what sounds steadily in a film of `loudness` LUFS.

    `silent` says for each `step` seconds whether no voice is planned there; `planned` are the `steady_levels` of what is
    heard beside the voices on purpose.
    """
    here: list[SteadySound] = []
    kept: list[tuple[Spectra, Silences]] = []
    each = max(1, -(-_count(mono) // MOST))
    for number, (both, last) in enumerate(_overlapping(mono, silent, step)):
        span = max(0, number - 1) * STRETCH, min(len(mono) / audio.RATE, (number + 1) * STRETCH)
        if both[1].sum() >= FEWEST_HERE:
            level = planned[number + 1] if number + 1 < len(planned) else NOTHING
            here += _steady(both, loudness, level, span, whole=False)
        kept.append((last[0][::each], last[1][::each]))
    if not kept:
        return ()
    span = (0.0, len(mono) / audio.RATE)
    whole = _steady(_joined(kept), loudness, planned[0] if planned else NOTHING, span, whole=True)
    return tuple(whole) or tuple(_merged(here))


def steady_levels(mono: MonoSamples, loudness: float, silent: Silences, step: float) -> tuple[float, ...]:
    """Return how loud what sounds steadily is, in dB over a `loudness` (LUFS): in all, then in each two STRETCHes."""
    found = list(_overlapping(mono, silent, step))
    if not found:
        return ()
    parts = (_joined([last for _, last in found]), *(both for both, _ in found))
    return tuple(round(_decibels(float(_floor(*part).sum())) - loudness, 1) for part in parts)


def _overlapping(
    mono: MonoSamples, silent: Silences, step: float
) -> Iterator[tuple[tuple[Spectra, Silences], tuple[Spectra, Silences]]]:
    """Yield each STRETCH with the one before it, and by itself."""
    before: tuple[Spectra, Silences] | None = None
    for stretch in _stretches(mono, silent, step):
        yield (_joined([before, stretch]) if before else stretch), stretch
        before = stretch


def noise_findings(noises: Iterable[SteadySound]) -> tuple[FilmFinding, ...]:
    """Return what a listener would notice."""
    return tuple(FilmFinding(_message(one), at=None if one.whole else one.start) for one in noises)


def _message(one: SteadySound) -> str:
    what = {
        "hum": f"the mains hum ({one.hertz} Hz and its multiples)",
        "tone": f"a tone of {one.hertz} Hz sounds",
        "noise": "a steady noise is heard",
    }[one.kind]
    where = "throughout the film" if one.whole else f"from {one.start:.0f} to {one.end:.0f} s"
    return f"{what} {where}, {one.under:.0f} dB under the film's loudness"


# Spectra


def _count(mono: MonoSamples) -> int:
    return max(0, (len(mono) - round(WINDOW * audio.RATE)) // round(HOP * audio.RATE) + 1)


def _stretches(mono: MonoSamples, silent: Silences, step: float) -> Iterator[tuple[Spectra, Silences]]:
    """Yield the spectra of each STRETCH, with which of them are wholly in planned silence."""
    long, hop = round(WINDOW * audio.RATE), round(HOP * audio.RATE)
    bell, weights = np.hanning(long).astype(np.float32), _a_weights(long)
    steps, each = round(WINDOW / step), round(STRETCH / HOP)
    count = _count(mono)
    for first in range(0, count, each):
        starts = [n * hop for n in range(first, min(first + each, count))]
        waves = np.stack([mono[start : start + long] for start in starts]) * bell
        power = np.abs(np.fft.rfft(waves, axis=1)[:, : len(weights)]) ** 2
        at = [round(start / audio.RATE / step) for start in starts]
        quiet = [bool(len(piece := silent[n : n + steps]) == steps and piece.all()) for n in at]
        yield (power * weights / (np.sum(bell**2) * long / 2)).astype(np.float32), np.array(quiet, bool)


def _a_weights(long: int) -> NDArray[np.float32]:
    """Return the A-weighting of each bin, as a factor of its power."""
    f2 = (np.arange(round(HIGHEST * long / audio.RATE)) * audio.RATE / long) ** 2
    bottom = (f2 + 20.6**2) * np.sqrt((f2 + 107.7**2) * (f2 + 737.9**2)) * (f2 + 12194.0**2)
    return ((12194.0**2 * f2**2 / bottom) ** 2 * 10**0.2).astype(np.float32)


def _joined(parts: Sequence[tuple[Spectra, Silences]]) -> tuple[Spectra, Silences]:
    return np.concatenate([one for one, _ in parts]), np.concatenate([quiet for _, quiet in parts])


def _decibels(power: float) -> float:
    return max(NOTHING, 10 * float(np.log10(power + 1e-12)))


# What stays


def _steady(
    heard: tuple[Spectra, Silences], loudness: float, planned: float, span: Span, *, whole: bool
) -> Iterator[SteadySound]:
    """Yield what sounds steadily in spectra, if it is heard and louder than `planned` (dB over the loudness)."""
    spectra, quiet = heard
    floor = _floor(spectra, quiet)
    level = _decibels(float(floor.sum())) - loudness
    kind, hertz = _kind(floor)
    under = (HEARD if whole else HEARD_HERE) + (UNEVEN if kind == "noise" else 0.0)
    if level <= max(planned + PLANNED, -under):
        return
    if quiet.any():  # what is really heard there, for people
        level = _decibels(float(spectra[quiet].sum(axis=1).mean())) - loudness
    yield SteadySound(kind=kind, hertz=hertz, start=span[0], end=span[1], whole=whole, under=round(-level, 1))


def _floor(spectra: Spectra, quiet: Silences) -> NDArray[np.float32]:
    """Return the power in each frequency that is nearly always there: shape (bins,)."""
    low = np.quantile(spectra, SELDOM, axis=0)
    if quiet.sum() < (FEWEST_HERE if len(spectra) <= 2 * STRETCH / HOP else FEWEST):
        return low.astype(np.float32)
    other = np.quantile(spectra[quiet], SELDOM_SILENT, axis=0)
    return (other if other.sum() < low.sum() else low).astype(np.float32)


def _kind(floor: NDArray[np.float32]) -> tuple[Kind, int]:
    """Return what a steady sound is, and its frequency (Hz)."""
    around = np.lib.stride_tricks.sliding_window_view(np.pad(floor, BESIDE, mode="edge"), 2 * BESIDE + 1)
    tones = np.where(floor > PEAK * np.median(around, axis=1), floor, 0.0)
    if tones.sum() < TONAL * floor.sum():
        return "noise", 0
    multiples = {mains: _on_multiples(tones, mains) for mains in MAINS}
    best = max(multiples, key=lambda mains: multiples[mains].sum())
    if multiples[best].sum() > TONAL * tones.sum() and (multiples[best][:6] > 0).sum() > 1:
        return "hum", best
    return "tone", round(int(tones.argmax()) / WINDOW)


def _on_multiples(tones: NDArray[np.float64], mains: int) -> NDArray[np.float64]:
    """Return the power of tones on each of the first twenty multiples of the mains' frequency."""
    bins = [round(n * mains * WINDOW) for n in range(1, 21)]
    return np.array([tones[b - 1 : b + 2].sum() for b in bins])


def _merged(found: Iterable[SteadySound]) -> Iterator[SteadySound]:
    """Yield steady sounds of one kind that follow each other as one."""
    last: SteadySound | None = None
    for one in found:
        if last and one.start <= last.end and (one.kind, one.hertz) == (last.kind, last.hertz):
            last = last.model_copy(update={"end": one.end, "under": min(last.under, one.under)})
            continue
        if last:
            yield last
        last = one
    if last:
        yield last
