"""Make the sound of a film: mix it, master it, write it exactly as long as the picture.

It is mastered to a loudness and a true peak (ITU-R BS.1770-4, EBU R128).
"""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np

from ..base import audio
from ..base.arrays import Samples
from ..base.clock import seconds_at
from ..base.frozen import Frozen
from ..episode.settings import FilmSettings
from ..jobs.recipe import JobContext, Recipe
from ..timeline.model import SoundStrip, Timeline

RECORDING = "sound.wav"
FADE = 0.005
"""Seconds of fade where a strip cuts into sound, so that nothing clicks."""
NOTHING = -50.0
"""LUFS. A quieter film has no sound worth the name: to bring it up would only bring up its noise."""

NEAR_ENOUGH = 0.1
"""LU from the target at which mastering stops."""

PASSES = 6

MARGIN = 0.3
"""dB below the ceiling at which the limiter starts, because AAC moves peaks by about as much."""

OVERSAMPLED = 4 * audio.RATE


class SoundRequest(Frozen):
    """All that a film's sound depends on; `loudness` in LUFS and `true_peak` in dBTP are the targets."""

    strips: tuple[SoundStrip, ...]
    frames: int
    fps: int
    loudness: float = -14.0
    true_peak: float = -1.0


class SoundTake(Frozen):
    """`audio` is the file in the take's folder (WAV, stereo, 48 kHz, 24 bit).

    `loudness` (LUFS; -70: silence) and `true_peak` (dBTP) are measured.
    """

    audio: str
    loudness: float
    true_peak: float


def sound_request(timeline: Timeline, settings: FilmSettings) -> SoundRequest:
    """Return what to mix for `timeline`."""
    return SoundRequest(
        strips=sound_strips(timeline),
        frames=timeline.frames,
        fps=timeline.fps,
        loudness=settings.loudness,
        true_peak=settings.true_peak,
    )


def _make_sound(request: SoundRequest, folder: Path, context: JobContext) -> SoundTake:
    raw = mix_sounds(request.strips, request.frames, request.fps, context.episode)
    context.report(0.2)
    sound = master(raw, request.loudness, request.true_peak)
    audio.write(folder / RECORDING, sound, bits=24)
    found = audio.measure(sound)
    return SoundTake(audio=RECORDING, loudness=found.integrated, true_peak=found.true_peak)


SOUND: Recipe[SoundRequest, SoundTake] = Recipe(
    kind="sound", version=1, request=SoundRequest, result=SoundTake, make=_make_sound
)


# Mixing


def sound_strips(timeline: Timeline) -> tuple[SoundStrip, ...]:
    """Return the sound strips of a timeline; what a person moved out of the film is cut off."""
    strips = (_within(strip, timeline) for strip in timeline.strips if isinstance(strip, SoundStrip))
    return tuple(strip for strip in strips if strip.end > strip.start)


def mix_sounds(strips: Iterable[SoundStrip], frames: int, fps: int, root: Path) -> Samples:
    """Return the sum of `strips`, all within `frames`, in stereo. A strip is silent where its file has no sound."""
    film = np.zeros((_sample(frames, fps), 2), np.float32)
    source = lru_cache(maxsize=8)(lambda name: audio.read(root / name))
    for strip in strips:
        start = _sample(strip.start, fps)
        clip = _clip(source(strip.source), strip, _sample(strip.end, fps) - start)[: len(film) - start]
        film[start : start + len(clip)] += clip
    return film


def _within(strip: SoundStrip, timeline: Timeline) -> SoundStrip:
    start, end = max(strip.start, 0), min(strip.end, timeline.frames)
    into = strip.source_start + seconds_at(start - strip.start, timeline.fps)
    return strip.model_copy(update={"start": start, "end": end, "source_start": into})


def _sample(frame: int, fps: int) -> int:
    return round(seconds_at(frame, fps) * audio.RATE)


def _clip(source: Samples, strip: SoundStrip, length: int) -> Samples:
    """Return the strip's part of its source, at its volume, in stereo."""
    start = round(strip.source_start * audio.RATE)
    before = min(max(0, -start), length)  # a strip may be drawn out to before its file begins
    clip = np.pad(source[max(0, start) : max(0, start + length)], ((before, 0), (0, 0))) * np.float32(strip.volume)
    ramp = np.linspace(0, 1, min(len(clip), round(FADE * audio.RATE)), dtype=np.float32)[:, None]
    if start > 0:
        clip[: len(ramp)] *= ramp
    if start + length < len(source):
        clip[len(clip) - len(ramp) :] *= ramp[::-1]
    return np.broadcast_to(clip, (len(clip), 2))


# Mastering


def master(sound: Samples, target: float = -14.0, ceiling: float = -1.0) -> Samples:
    """Bring `sound` (stereo) to `target` LUFS with no true peak over `ceiling` dBTP, not even after AAC at 192 kb/s.

    What is quieter than -50 LUFS is returned as it is. Sound so dynamic that the limiter can't reach the target stays
    quieter: the ceiling goes first.
    """
    found = audio.measure(sound)
    if found.integrated < NOTHING:
        return sound
    gain, limit = target - found.integrated, ceiling - MARGIN
    for _ in range(PASSES):
        result = _limited(sound, gain, limit)
        missing = target - audio.measure(result).integrated
        over = _peak_after_aac(result) - ceiling if abs(missing) <= NEAR_ENOUGH else 0.0
        if abs(missing) <= NEAR_ENOUGH and over <= 0:
            break
        gain, limit = gain + missing, limit - max(0.0, over)
    return result


def _peak_after_aac(sound: Samples) -> float:
    return max(audio.measure(sound).true_peak, audio.measure(audio.through_aac(sound)).true_peak)


def _limited(sound: Samples, gain: float, limit: float) -> Samples:
    """Amplify by `gain` dB, then limit at four times the rate, where the true peaks show."""
    limiter = f"limit={audio.factor(limit):.5f}:attack=5:release=60:level=disabled:asc=1:latency=1"
    chain = (("aresample", str(OVERSAMPLED)), ("alimiter", limiter))
    return audio.apply_filter(sound * np.float32(audio.factor(gain)), chain)[: len(sound)]
