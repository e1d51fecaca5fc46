"""Synthesise the sounds of an interface: a key, a click, a new picture, success, an error. Each is a few lines of arithmetic.

Each has a recipe of its own in words; all are mono, 48 kHz, with a peak of 1.
"""

from collections.abc import Callable

import numpy as np

from ..base.arrays import MonoSamples
from ..base.audio import RATE
from ..episode.sound_names import EffectName
from .beds import sting
from .filters import band_pass, filtered, frequencies, low_pass

VARIANTS = 5
"""How many keys there are: the same sound over and over would be a machine gun."""
DETUNED = 0.06
"""The fraction by which the pitch of a key differs from that of the others, at most."""


def effect(name: EffectName, variant: int = 0) -> MonoSamples:
    """Return a sound; of a key there are VARIANTS. The same name and variant are the same samples."""
    sound = _RECIPES[name](np.random.default_rng([sorted(_RECIPES).index(name), variant % VARIANTS]), variant)
    fade = min(len(sound), round(0.004 * RATE))
    sound[len(sound) - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)
    return (sound / np.abs(sound).max()).astype(np.float32)


def _key(random: np.random.Generator, variant: int) -> MonoSamples:
    """50 ms: noise about 3.2 kHz that is over in 3 ms, and the thump of the board at 180 Hz."""
    pitch = 1 + DETUNED * (2 * (variant % VARIANTS) / (VARIANTS - 1) - 1)
    return _noise(random, 0.05, 0.003, 3200 * pitch, 1400) + 0.35 * _decay(0.05, 180 * pitch, 0.012)


def _click(random: np.random.Generator, variant: int) -> MonoSamples:
    """60 ms: noise about 4.5 kHz, once more as the button is released, and its case at 240 Hz."""
    press = _noise(random, 0.06, 0.0015, 4500, 2000)
    release = np.roll(press, round(0.011 * RATE))
    release[: round(0.011 * RATE)] = 0
    return press + 0.55 * release + 0.25 * _decay(0.06, 240, 0.010)


def _whoosh(random: np.random.Generator, variant: int) -> MonoSamples:
    """0.45 s: noise in a band that rises from 400 to 1,800 Hz and falls again, loudest a little past the middle."""
    length, window = round(0.45 * RATE), 1024
    noise = random.standard_normal(length + 2 * window).astype(np.float32)
    hertz, shape = frequencies(window, RATE), np.hanning(window).astype(np.float32)
    result = np.zeros(length + 2 * window, np.float32)
    for start in range(0, length + window, window // 2):
        centre = 400 + 1400 * np.sin(np.pi * min(start / length, 1.0))
        result[start : start + window] += shape * filtered(
            noise[start : start + window], band_pass(hertz, centre, 0.3 * centre)
        )
    time = np.linspace(0, 1, length)
    envelope = np.sin(np.pi * time ** (np.log(0.5) / np.log(0.55))) ** 2
    return (result[window // 2 : window // 2 + length] * envelope).astype(np.float32)


def _success(random: np.random.Generator, variant: int) -> MonoSamples:
    """E5, then B5 90 ms later, like two small bells."""
    return _notes((659.26, 987.77), 0.09, (1, 1 / 4, 1 / 12), 0.16)


def _error(random: np.random.Generator, variant: int) -> MonoSamples:
    """E flat 4, then B flat 3 110 ms later, dull."""
    sound = _notes((311.13, 233.08), 0.11, (1, 0.35, 0.18), 0.12)
    return filtered(sound, low_pass(frequencies(len(sound), RATE), 1800))


def _pop(random: np.random.Generator, variant: int) -> MonoSamples:
    """60 ms: a click behind a curtain, low-passed at 1.2 kHz."""
    sound = _click(random, variant)
    return filtered(sound, low_pass(frequencies(len(sound), RATE), 1200))


def _sting(random: np.random.Generator, variant: int) -> MonoSamples:
    return sting("night").mean(axis=1)


_RECIPES: dict[EffectName, Callable[[np.random.Generator, int], MonoSamples]] = {
    "key": _key, "click": _click, "whoosh": _whoosh, "success": _success, "error": _error, "pop": _pop, "sting": _sting,
}  # fmt: skip


def _time(seconds: float) -> MonoSamples:
    return (np.arange(round(seconds * RATE)) / RATE).astype(np.float32)


def _noise(random: np.random.Generator, seconds: float, decay: float, centre: float, width: float) -> MonoSamples:
    """Return noise of a band that dies away; `decay` is when it has fallen to a third."""
    time = _time(seconds)
    noise = random.standard_normal(len(time)).astype(np.float32) * np.exp(-time / decay)
    return filtered(noise, band_pass(frequencies(len(time), RATE), centre, width))


def _decay(seconds: float, hertz: float, decay: float) -> MonoSamples:
    time = _time(seconds)
    return np.sin(2 * np.pi * hertz * time) * np.exp(-time / decay)


def _notes(hertz: tuple[float, ...], apart: float, partials: tuple[float, ...], decay: float) -> MonoSamples:
    """Return notes one after the other, each with an attack of 4 ms."""
    time = _time(apart * (len(hertz) - 1) + 6 * decay)
    result = np.zeros_like(time)
    for number, pitch in enumerate(hertz):
        local = np.maximum(time - number * apart, 0)
        tone = sum(strength * np.sin(2 * np.pi * pitch * (h + 1) * local) for h, strength in enumerate(partials))
        result += tone * np.minimum(local / 0.004, 1) * np.exp(-local / decay)
    return result
