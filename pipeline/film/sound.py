"""Make the sound of a film: mix it, master it, write it exactly as long as the picture.

It is mastered to a loudness and a true peak (ITU-R BS.1770-4, EBU R128).
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from ..base import audio
from ..base.arrays import MonoSamples, Samples
from ..base.clock import seconds_at
from ..base.files import content_digest
from ..base.frozen import Frozen
from ..episode.settings import Settings
from ..jobs.recipe import JobContext, Recipe
from ..sounds.beds import room_tone
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

SILENT_ROOM = -120.0
"""dBFS from which on a room has no tone."""


class HandSound(Frozen):
    """A sound that a person added in Blender, or one of Lectern's (`strip` is its id) whose volume they change over time.

    `source` is the path of its file, from the episode's folder if it is in there; `content` is a digest of the file.
    `start` and `end` are frames of the film, `source_start` seconds of the file. `gains` and `pans` have a value for
    each frame, or none if they are `volume` and `pan` throughout; a pan is -1 (left) to 1 (right).
    """

    strip: str = ""
    name: str
    source: str
    start: int
    end: int
    source_start: float = 0.0
    volume: float = 1.0
    pan: float = 0.0
    gains: tuple[float, ...] = ()
    pans: tuple[float, ...] = ()
    content: str = ""


class SoundRequest(Frozen):
    """All that a film's sound depends on; `loudness` in LUFS and `true_peak` in dBTP are the targets.

    `room` is the level of the room's tone in dBFS.
    """

    strips: tuple[SoundStrip, ...]
    by_hand: tuple[HandSound, ...] = ()
    frames: int
    fps: int
    loudness: float = -14.0
    true_peak: float = -1.0
    room: float = SILENT_ROOM


class SoundTake(Frozen):
    """`audio` is the file in the take's folder (WAV, stereo, 48 kHz, 24 bit).

    `loudness` (LUFS; -70: silence) and `true_peak` (dBTP) are measured.
    """

    audio: str
    loudness: float
    true_peak: float


def sound_request(
    timeline: Timeline, settings: Settings, root: Path, by_hand: Iterable[HandSound] = ()
) -> SoundRequest:
    """Return what to mix for `timeline` and for what a person did to the sound in Blender; `root` is the episode's folder."""
    heard = (_known(sound, root) for sound in by_hand if sound.end > 0 and sound.start < timeline.frames)
    return SoundRequest(
        strips=sound_strips(timeline),
        by_hand=tuple(heard),
        frames=timeline.frames,
        fps=timeline.fps,
        loudness=settings.film.loudness,
        true_peak=settings.film.true_peak,
        room=settings.sound.room,
    )


def _make_sound(request: SoundRequest, folder: Path, context: JobContext) -> SoundTake:
    raw = mix_sounds(request.strips, request.frames, request.fps, context.episode, request.by_hand)
    context.report(0.2)
    sound = master(raw, request.loudness, request.true_peak)
    if request.room > SILENT_ROOM:
        sound = sound + room_tone(len(sound), request.room)
    audio.write(folder / RECORDING, sound, bits=24)
    found = audio.measure(sound)
    return SoundTake(audio=RECORDING, loudness=found.integrated, true_peak=found.true_peak)


SOUND: Recipe[SoundRequest, SoundTake] = Recipe(
    kind="sound", version=3, request=SoundRequest, result=SoundTake, make=_make_sound
)


# Mixing


def sound_strips(timeline: Timeline) -> tuple[SoundStrip, ...]:
    """Return the sound strips of a timeline; what a person moved out of the film is cut off."""
    strips = (_within(strip, timeline) for strip in timeline.strips if isinstance(strip, SoundStrip))
    return tuple(strip for strip in strips if strip.end > strip.start)


def mix_sounds(
    strips: Iterable[SoundStrip], frames: int, fps: int, root: Path, by_hand: Sequence[HandSound] = ()
) -> Samples:
    """Return the sum of `strips`, all within `frames`, and of the person's sounds, in stereo.

    A strip is silent where its file has no sound. Raises LecternError for a file of the person's that can't be read.
    """
    film = np.zeros((_sample(frames, fps), 2), np.float32)
    source = lru_cache(maxsize=8)(lambda path: audio.read(path))
    changed = {sound.strip: sound for sound in by_hand if sound.strip}
    for strip in strips:
        start = _sample(strip.start, fps)
        clip = _clip(source(root / strip.source), strip, _sample(strip.end, fps) - start)[: len(film) - start]
        sound = changed.get(strip.id)
        if strip.level and not (sound and sound.gains) and not any(c.property == "volume" for c in strip.by_hand):
            clip = clip * _keyed(strip, len(clip), fps)[:, None]
        if sound:
            level = np.float32(strip.volume) if sound.gains else np.float32(1.0)
            clip = _levelled(clip / level if level else clip, sound, strip.start - sound.start, fps)
        film[start : start + len(clip)] += clip
    for sound in (sound for sound in by_hand if not sound.strip):
        cut = max(0, -sound.start)
        strip = _as_strip(sound, cut, min(sound.end, frames), fps)
        start = _sample(strip.start, fps)
        clip = _clip(source(root / sound.source), strip, _sample(strip.end, fps) - start)[: len(film) - start]
        film[start : start + len(clip)] += _levelled(clip, sound, cut, fps)
    return film


def _known(sound: HandSound, root: Path) -> HandSound:
    """Return the sound with the digest of its file."""
    return sound if sound.strip else sound.model_copy(update={"content": content_digest(root / sound.source)})


def _as_strip(sound: HandSound, cut: int, end: int, fps: int) -> SoundStrip:
    """Return the part of a person's sound that is within the film; `cut` frames are before it."""
    volume = 1.0 if sound.gains else sound.volume
    return SoundStrip(
        id=sound.name, scene="", name=sound.name, track="", start=sound.start + cut, end=end, source=sound.source,
        source_start=sound.source_start + seconds_at(cut, fps), volume=volume,
    )  # fmt: skip


def _levelled(clip: Samples, sound: HandSound, first: int, fps: int) -> Samples:
    """Return stereo `clip`, which begins with frame `first` of the sound, with its volume over time, and panned."""
    result = np.array(clip, np.float32)
    if sound.gains:
        result *= _per_sample(sound.gains, first, len(clip), fps)[:, None]
    if sound.pan or sound.pans:
        pan = _per_sample(sound.pans or (sound.pan,), first, len(clip), fps).clip(-1, 1)
        result[:, 0] *= np.minimum(1.0, 1.0 - pan)
        result[:, 1] *= np.minimum(1.0, 1.0 + pan)
    return result


def _keyed(strip: SoundStrip, length: int, fps: int) -> MonoSamples:
    """Return the strip's `level` for each of its samples."""
    frames = np.arange(length, dtype=np.float64) * fps / audio.RATE + strip.start
    keys = strip.level
    return np.interp(frames, [key.frame for key in keys], [key.value for key in keys]).astype(np.float32)


def _per_sample(values: tuple[float, ...], first: int, length: int, fps: int) -> MonoSamples:
    """Return values that are given frame by frame for each of `length` samples, from frame `first` on; linear between."""
    frames = np.arange(length, dtype=np.float64) * fps / audio.RATE + first
    return np.interp(frames, np.arange(len(values)), values).astype(np.float32)


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
