"""Is a recording good enough to clone a voice from? Measures it, says what to do better, and cuts it to what is used."""

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from ..base import audio
from ..base.arrays import MonoSamples
from ..base.errors import LecternError
from ..base.frozen import Frozen
from .sound import normalize_level, read_mono, recorded_bounds
from .timing_tiers import time_words

SHORTEST, LONGEST = 10.0, 60.0
"""Seconds of speech that a recording has at least, and that are used at most."""

FRAME = 0.02
"""Seconds of sound whose strength is compared with the room's."""

NOISY, NOISE = 12.0, 22.0
"""dB that speech is above its room: below the first, a voice can't be told from it; below the second, it is cloned along."""

CLIPPED, DISTORTED = 0.0015, 0.03
"""The fraction of loud samples at the very top from which on a recording is a bit, and much too loud."""

TOP = 0.97
"""The fraction of the peak from which on a sample is at the very top."""

QUIET = -45.0
"""LUFS below which a recording was made too softly: what is amplified is noise."""

NARROW = 55.0
"""dB that what is above 4.5 kHz is below the voice in a recording of a telephone."""

PAUSE, GAP = 0.25, 0.12
"""Seconds of a pause between phrases, and of the shortest one at which a recording is cut."""

SPOKEN = 0.5
"""The fraction of a recording that is speech; with less, most of it are pauses."""

APART = 0.42
"""Octaves between the pitch of two phrases that one person seldom has."""

PITCHES = (65.0, 400.0)
"""Hz of voices."""


class SampleCheck(Frozen):
    """What a recording is like: `seconds` from the first word to the last, `rate` in Hz, `loudness` in LUFS.

    `noise` is by how many dB speech is above its room, and `clipped` the fraction of loud samples at the very top. `faults` say why no
    voice can be cloned from it, `findings` what would make the voice better.
    """

    seconds: float
    rate: int
    loudness: float
    noise: float
    clipped: float
    faults: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckedSample:
    """A recording (mono, 48 kHz) without what is before and after the speech, at the level of all lines; and what it is like."""

    sound: MonoSamples
    check: SampleCheck


def check_sample(file: Path) -> CheckedSample:
    """Return the recording in `file`, at most `LONGEST` seconds of it, and what was found in it.

    Raises LecternError if it can't be read as sound, or has none.
    """
    sound, rate = read_mono(file, file.name), _rate(file)
    if not np.abs(sound).max(initial=0.0) > 0:
        raise LecternError(f"{file.name} is silent: record it again, with the right microphone")
    start, end = recorded_bounds(sound)
    speech = sound[start:end]
    levels, spoken = _levels(speech)
    check = SampleCheck(
        seconds=round(len(speech) / audio.RATE, 2),
        rate=rate,
        loudness=round(audio.measure(speech[:, None]).integrated, 1),
        noise=round(_noise(levels, spoken), 1),
        clipped=round(_clipped(speech), 5),
    )
    faults, findings = _faults(check), _findings(check, speech, levels, spoken)
    used = normalize_level(cut_at_pause(speech, LONGEST)[:, None])[:, 0]
    return CheckedSample(used, check.model_copy(update={"faults": faults, "findings": findings}))


def cut_at_pause(sound: MonoSamples, longest: float) -> MonoSamples:
    """Return at most `longest` seconds of a recording, which end in its last pause before that, if there is one in the last third."""
    if len(sound) <= longest * audio.RATE:
        return sound
    _, spoken = _levels(sound[: round(longest * audio.RATE)])
    least = round(GAP / FRAME)
    quiet = np.flatnonzero(np.convolve(~spoken, np.ones(least), "valid") > least - 0.5)
    last = quiet[-1] if len(quiet) else 0
    if last * FRAME < longest * 2 / 3:
        return sound[: round(longest * audio.RATE)]
    return sound[: round((last + least / 2) * FRAME * audio.RATE)]


def cut_with_text(sound: MonoSamples, text: str, language: str, longest: float) -> tuple[MonoSamples, str]:
    """Return at most `longest` seconds of a recording in which `text` is said, and what is said in those.

    Raises LecternError if `text` doesn't seem to be what is said.
    """
    words = text.split()
    found = time_words(sound, words, language)
    if found.tier == "loudness":
        raise LecternError(
            "the text doesn't seem to be what is said in the recording: write every word as it is spoken"
        )
    if len(sound) <= longest * audio.RATE:
        return sound, text
    ends = [end for _, end in found.spans]
    starts = [start for start, _ in found.spans[1:]] + [len(sound) / audio.RATE]
    within = [i for i, end in enumerate(ends) if end < longest and ends[0] < longest]
    if not within:
        raise LecternError(f"the first word of the recording ends after {longest:g} s; cut off what is before it")
    late = [i for i in within if ends[i] > longest * 2 / 3] or within
    last = max(late, key=lambda i: (starts[i] - ends[i], i))
    cut = min((starts[last] + ends[last]) / 2, longest)
    return sound[: round(cut * audio.RATE)], " ".join(words[: last + 1])


def _rate(file: Path) -> int:
    with av.open(str(file)) as opened:
        return int(opened.streams.audio[0].rate or 0)


def _levels(sound: MonoSamples) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the strength of every frame in dB, and which frames are speech: nearer to the loud ones than to the room."""
    size = round(FRAME * audio.RATE)
    frames = sound[: len(sound) // size * size].reshape(-1, size).astype(np.float64)
    levels = 10 * np.log10((frames**2).mean(axis=1) + 1e-10)
    if not len(levels):
        return levels, np.zeros(0, bool)
    floor, loud = np.percentile(levels, 5), np.percentile(levels, 95)
    return levels, levels > max(loud - 30, floor + 0.35 * (loud - floor))


def _noise(levels: NDArray[np.float64], spoken: NDArray[np.bool_]) -> float:
    """Return how far speech is above its room, in dB. What is at full strength throughout (music, no pause) is not above it."""
    if not spoken.any():
        return 0.0
    return float(np.percentile(levels[spoken], 75) - np.percentile(levels, 4))


def _clipped(sound: MonoSamples) -> float:
    """Return which fraction of the loud samples are at the very top: few, where nothing was cut off."""
    strength = np.abs(sound)
    peak = strength.max(initial=0.0)
    loud = int((strength > 0.25 * peak).sum())
    return float((strength > TOP * peak).sum() / max(1, loud))


def _faults(check: SampleCheck) -> tuple[str, ...]:
    found = []
    if check.seconds < SHORTEST:
        found.append(
            f"there are only {check.seconds:.1f} s of speech, and {SHORTEST:.0f} s are needed (20 to 40 are best): read a paragraph aloud, "
            "as you would in a film"
        )
    if check.noise < NOISY:
        found.append(
            f"the voice is only {check.noise:.0f} dB above what else is heard (noise, music, echo): record it in a quiet room, near the "
            "microphone"
        )
    if check.clipped > DISTORTED:
        found.append("it is distorted, because it was recorded too loud: turn the microphone down, and record it again")
    return tuple(found)


def _findings(
    check: SampleCheck, sound: MonoSamples, levels: NDArray[np.float64], spoken: NDArray[np.bool_]
) -> tuple[str, ...]:
    found = []
    if check.seconds > LONGEST:
        found.append(
            f"it is {check.seconds:.0f} s long: the first {LONGEST:.0f} s are used, up to a pause; cut it yourself to use another part"
        )
    if NOISY <= check.noise < NOISE:
        found.append(
            f"the voice is only {check.noise:.0f} dB above its room: a quieter room would make a clearer voice"
        )
    if CLIPPED < check.clipped <= DISTORTED:
        found.append("its loudest moments are cut off: turn the microphone down a little")
    if check.loudness < QUIET:
        found.append(f"it is very soft ({check.loudness:.0f} LUFS): go nearer to the microphone")
    if check.rate < 16000 or _narrow(sound):
        found.append(
            "it sounds like a telephone (nothing above 4 kHz), and so will the voice: record it in better quality"
        )
    if len(spoken) and spoken.mean() < SPOKEN:
        found.append(f"only {spoken.mean():.0%} of it is speech: shorter pauses leave more of it to learn from")
    if check.noise >= NOISY and _two_speakers(sound, spoken):
        found.append(
            "it may have two speakers (their pitch is far apart): one voice is made of it, so let only one speak"
        )
    return tuple(found)


def _narrow(sound: MonoSamples) -> bool:
    """Return whether nothing is heard above 4.5 kHz, as after a telephone or a low sampling rate."""
    size = 4096
    frames = sound[: len(sound) // size * size].reshape(-1, size)
    if not len(frames):
        return False
    power = (np.abs(np.fft.rfft(frames * np.hanning(size).astype(np.float32), axis=1)) ** 2).mean(axis=0)
    hertz = np.fft.rfftfreq(size, 1 / audio.RATE)
    voice = power[(hertz > 300) & (hertz < 3400)].mean()
    bright = power[(hertz > 4500) & (hertz < 7000)].mean()
    return bool(10 * np.log10((bright + 1e-20) / (voice + 1e-20)) < -NARROW)


def _two_speakers(sound: MonoSamples, spoken: NDArray[np.bool_]) -> bool:
    """Return whether phrases are of two pitches that are further apart than one person's usually are. A hint, no proof."""
    phrases = [pitch for pitch in map(_pitch, _phrases(sound, spoken)) if pitch is not None]
    octaves = np.sort(np.log2(np.array(phrases))) if phrases else np.zeros(0)
    if len(octaves) < 3:
        return False
    gaps = np.diff(octaves)
    at = int(gaps.argmax())
    low, high = octaves[: at + 1], octaves[at + 1 :]
    return bool(gaps[at] > APART / 2 and high.mean() - low.mean() > APART and max(low.std(), high.std()) < APART / 2)


def _phrases(sound: MonoSamples, spoken: NDArray[np.bool_]) -> list[MonoSamples]:
    """Return what is said between pauses."""
    size, heard = round(FRAME * audio.RATE), np.flatnonzero(spoken)
    if not len(heard):
        return []
    cuts = np.flatnonzero(np.diff(heard) > PAUSE / FRAME)
    starts, ends = heard[np.append(0, cuts + 1)], heard[np.append(cuts, len(heard) - 1)]
    return [sound[a * size : (b + 1) * size] for a, b in zip(starts, ends, strict=True)]


def _pitch(phrase: MonoSamples) -> float | None:
    """Return the median pitch of a phrase in Hz, by autocorrelation; None if too little of it is voiced."""
    rate, size, step = 8000, 400, 160
    low = audio.apply_filter(phrase[:, None], (("lowpass", "f=900"),))[:: audio.RATE // rate, 0]
    if len(low) < 4 * size:
        return None
    windows = np.lib.stride_tricks.sliding_window_view(low, size)[::step]
    spectrum = np.fft.rfft(windows - windows.mean(axis=1, keepdims=True), 2 * size, axis=1)
    lags = np.fft.irfft(np.abs(spectrum) ** 2, axis=1)[:, :size]
    first, last = round(rate / PITCHES[1]), round(rate / PITCHES[0])
    shape = lags[:, first:last] / (lags[:, :1] + 1e-9) / (1 - np.arange(first, last) / size)
    best = shape.argmax(axis=1)
    voiced = shape[np.arange(len(best)), best] > 0.6
    return float(np.median(rate / (first + best[voiced]))) if voiced.sum() >= 12 else None
