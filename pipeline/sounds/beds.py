"""Synthesise loops without a seam: beds, which are soft music that a voice stays clear of, and the tone of a room; and stings.

Every partial has a whole number of periods in the loop, notes that ring past its end go on at its beginning, and the filters
work on the circle. What a bed is made of is said in `_BEDS`; nothing else is needed to make it again, to the sample.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..base.arrays import Samples
from ..base.audio import RATE, factor
from ..episode.sound_names import BedName
from .filters import band_pass, filtered, frequencies, high_pass, low_pass

_COARSE = RATE // 4
"""Samples a second at which notes are made: nothing in them is above 5 kHz."""
_PARTIALS = 8
_ATTACK, _RELEASE = 1.6, 2.2
"""Seconds in which a note of a chord comes and goes."""
_CENTRED = 300.0
"""Hz below which both channels are alike, so that nothing is lost in mono."""
_ROOM = 20
"""Seconds after which the tone begins again; it has no seam."""
_ROOM_FADE = 0.5
"""Seconds in which it comes at the film's beginning, and goes at its end."""


@dataclass(frozen=True)
class _Bed:
    """`chords` are MIDI notes, the root first, each for `bars` bars of four beats; `plucks` are notes over them.

    `chance` is the share of the half bars (of the eighths, if `eighths`) that have one. `kick` and `shaker` beat the time.
    """

    bpm: float
    bars: int
    chords: tuple[tuple[int, ...], ...]
    plucks: tuple[int, ...] = ()
    chance: float = 0.0
    eighths: bool = False
    kick: bool = False
    shaker: bool = False

    @property
    def seconds(self) -> float:
        return len(self.chords) * self.bars * 4 * 60 / self.bpm


_BEDS: dict[BedName, _Bed] = {
    # Dm9, B flat maj7(9), Fmaj9, Cmaj7(9), with a sparse pentatonic of D minor
    "night": _Bed(
        72, 2, ((38, 53, 57, 60, 64), (34, 53, 57, 60, 62), (41, 57, 60, 64, 67), (36, 52, 55, 59, 62)),
        plucks=(74, 77, 79, 81, 84), chance=0.55,
    ),
    # Fmaj7, Am7, Dm9, B flat maj7
    "day": _Bed(
        92, 2, ((41, 57, 60, 64), (45, 55, 60, 64), (38, 53, 57, 60, 64), (34, 53, 57, 62)),
        plucks=(72, 74, 77, 79, 81), chance=0.6, eighths=True, kick=True,
    ),
    # Am9, Fmaj9, four bars each
    "focus": _Bed(60, 4, ((45, 55, 59, 60, 64), (41, 55, 57, 60, 64))),
    # C, G, Am, F, all with the ninth
    "lift": _Bed(
        104, 2, ((36, 52, 55, 60, 62), (43, 55, 57, 59, 62), (45, 55, 59, 60, 64), (41, 55, 57, 60, 65)),
        plucks=(72, 74, 76, 79, 81), chance=0.4, eighths=True, shaker=True,
    ),
}  # fmt: skip

type _Wave = NDArray[np.float64]


def bed(name: BedName) -> Samples:
    """Return a bed: stereo, 48 kHz, peak 1; its end joins its beginning."""
    recipe, random = _BEDS[name], np.random.default_rng(sorted(_BEDS).index(name))
    coarse = round(recipe.seconds * _COARSE)
    left, right = np.zeros(coarse), np.zeros(coarse)
    _add_chords(recipe, left, right)
    _add_plucks(recipe, random, left, right)
    if recipe.kick:
        _add_kick(recipe, left, right)
    sound = np.stack([_finer(channel) for channel in _centred(left, right)], axis=1)
    if recipe.shaker:
        sound += _shaker(recipe, random, len(sound))[:, None]
    return (sound / np.abs(sound).max()).astype(np.float32)


def sting(name: BedName) -> Samples:
    """Return a sting in the key of a bed: its first chord, and a fifth that rises; stereo, 48 kHz, peak 1, 1.8 s."""
    time = np.arange(round(1.8 * RATE)) / RATE
    root, *chord = _BEDS[name].chords[0]
    rising = ((root + 24, 0.0), (root + 31, 0.12))
    notes = [(note, 0.0, 0.5) for note in (root, *chord)] + [(note, at, 0.7) for note, at in rising]
    sound = np.zeros(len(time))
    for note, at, strength in notes:
        local = np.maximum(time - at, 0)
        envelope = np.minimum(local / 0.03, 1) * np.exp(-local / 0.47)
        tone = sum(np.sin(2 * np.pi * _hertz(note) * h * local) / h**1.8 for h in (1, 2, 3))
        sound += strength * envelope * tone
    sound *= np.clip((time[-1] - time) / 0.2, 0, 1)
    return np.repeat((sound / np.abs(sound).max()).astype(np.float32)[:, None], 2, axis=1)


def _add_chords(recipe: _Bed, left: _Wave, right: _Wave) -> None:
    """Add every note of the chords: two voices of eight partials, a little out of tune, one to each side."""
    length = recipe.bars * 4 * 60 / recipe.bpm
    for number, chord in enumerate(recipe.chords):
        for note in chord:
            strength = 0.8 if note == chord[0] else 0.5
            for cents, channel, other in ((-4, left, right), (3, right, left)):
                tone = strength * _pad(_hertz(note) * 2 ** (cents / 1200), length, len(left))
                _wrap(channel, tone, number * length)
                _wrap(other, 0.45 * tone, number * length)


def _pad(hertz: float, seconds: float, loop: int) -> _Wave:
    """Return a note that swells and dies away, through a low pass of 900 Hz."""
    time = np.arange(round((seconds + _RELEASE) * _COARSE)) / _COARSE
    rise = np.sin(np.pi / 2 * np.clip(time / _ATTACK, 0, 1)) ** 2
    fall = np.cos(np.pi / 2 * np.clip((time - seconds) / _RELEASE, 0, 1)) ** 2
    tone = np.zeros(len(time))
    for partial in range(1, _PARTIALS + 1):
        pitch = _whole(hertz * partial, loop)
        strength = partial**-1.6 / np.sqrt(1 + (pitch / 900) ** 4)
        if pitch < 4000 and strength > 1e-3:
            tone += strength * np.sin(2 * np.pi * pitch * time)
    return tone * rise * fall


def _add_plucks(recipe: _Bed, random: np.random.Generator, left: _Wave, right: _Wave) -> None:
    step = 60 / recipe.bpm * (0.5 if recipe.eighths else 2)
    for place in range(round(recipe.seconds / step)):
        note, is_there = int(random.choice(recipe.plucks or (0,))), random.random() < recipe.chance
        if not is_there:
            continue
        time = np.arange(round(2.5 * _COARSE)) / _COARSE
        tone = np.sin(2 * np.pi * _whole(_hertz(note), len(left)) * time) * np.exp(-time / 0.5)
        tone *= 0.16 * np.minimum(time / 0.004, 1) * np.clip((2.5 - time) / 0.2, 0, 1)
        side = 0.5 + 0.3 * (-1) ** place
        _wrap(left, (1 - side) * tone, place * step)
        _wrap(right, side * tone, place * step)


def _add_kick(recipe: _Bed, left: _Wave, right: _Wave) -> None:
    """Add a soft beat on one and three: a tone that falls from 110 to 45 Hz."""
    time = np.arange(round(0.25 * _COARSE)) / _COARSE
    pitch = 45 + 65 * np.exp(-time / 0.02)
    tone = 0.5 * np.sin(2 * np.pi * np.cumsum(pitch) / _COARSE) * np.exp(-time / 0.06)
    tone *= np.minimum(time / 0.003, 1)
    for beat in range(0, round(recipe.seconds * recipe.bpm / 60), 2):
        for channel in (left, right):
            _wrap(channel, tone, beat * 60 / recipe.bpm)


def _shaker(recipe: _Bed, random: np.random.Generator, loop: int) -> _Wave:
    """Return soft noise above 6 kHz on every eighth, those off the beat a little louder."""
    result, length = np.zeros(loop), round(0.04 * RATE)
    envelope = np.sin(np.linspace(0, np.pi, length)) ** 2
    for eighth in range(round(recipe.seconds * recipe.bpm / 30)):
        strength = 0.05 if eighth % 2 else 0.03
        _wrap(result, strength * random.standard_normal(length) * envelope, eighth * 30 / recipe.bpm, RATE)
    return np.asarray(filtered(result.astype(np.float32), high_pass(frequencies(loop, RATE), 6000)), np.float64)


def _centred(left: _Wave, right: _Wave) -> tuple[_Wave, _Wave]:
    """Return both channels, alike in the bass."""
    bass = low_pass(np.fft.rfftfreq(len(left), 1 / _COARSE), _CENTRED)
    middle = np.fft.irfft(np.fft.rfft((left + right) / 2) * bass, len(left))
    sides = [np.fft.irfft(np.fft.rfft(channel) * (1 - bass), len(left)) for channel in (left, right)]
    return middle + sides[0], middle + sides[1]


def _finer(coarse: _Wave) -> _Wave:
    """Return a channel at 48 kHz, filtered so that consonants stay clear."""
    hertz = np.fft.rfftfreq(len(coarse), 1 / _COARSE)
    shape = low_pass(hertz, 3200) * high_pass(hertz, 40) * (1 - 0.35 * band_pass(hertz, 1800, 500))
    spectrum = np.fft.rfft(coarse) * shape
    spectrum[-1] = 0
    ratio = RATE // _COARSE
    return np.fft.irfft(spectrum, ratio * len(coarse)) * ratio


def _wrap(channel: _Wave, tone: _Wave, at: float, rate: int = _COARSE) -> None:
    """Add a tone at `at` seconds; what is past the loop's end is heard at its beginning."""
    places = (np.arange(len(tone)) + round(at * rate)) % len(channel)
    np.add.at(channel, places, tone)


def _hertz(note: int) -> float:
    return 440.0 * 2 ** ((note - 69) / 12)


def _whole(hertz: float, loop: int) -> float:
    """Return the nearest frequency that has a whole number of periods in a loop of so many samples."""
    return round(hertz * loop / _COARSE) * _COARSE / loop


def room_tone(samples: int, level: float) -> Samples:
    """Return so many samples of a quiet room, stereo, whose mean level (RMS) is `level` dBFS."""
    tone = np.resize(_room(), (samples, 2)) * np.float32(factor(level))
    fade = min(samples // 2, round(_ROOM_FADE * RATE))
    ramp = np.linspace(0, 1, fade, dtype=np.float32)[:, None]
    tone[:fade] *= ramp
    tone[samples - fade :] *= ramp[::-1]
    return tone


@lru_cache(maxsize=1)
def _room() -> Samples:
    """Return noise that falls off from 50 Hz to 5 kHz, half of it the same on both sides; RMS 1."""
    random, length = np.random.default_rng(62), _ROOM * RATE
    hertz = frequencies(length, RATE)
    shape = np.maximum(hertz, 1) ** -0.85 * high_pass(hertz, 50) * low_pass(hertz, 5000)
    both, left, right = (np.fft.irfft(shape * np.exp(2j * np.pi * random.random(len(hertz))), length) for _ in range(3))
    sound = np.stack([both + left, both + right], axis=1)
    return (sound / np.sqrt((sound**2).mean())).astype(np.float32)
