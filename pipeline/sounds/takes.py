"""The takes of a film's sounds: a piece of music as long as it is heard, and all effects of a scene in one recording."""

from pathlib import Path

import numpy as np

from ..base import audio
from ..base.arrays import Samples
from ..base.errors import LecternError
from ..base.files import file_digest
from ..base.frozen import Frozen
from ..episode.music import DUCK, Music
from ..episode.sound_names import BEDS, EFFECTS as EFFECT_NAMES, EffectName
from ..jobs.recipe import JobContext, Recipe
from .beds import bed
from .effects import effect

RECORDING = "sound.wav"
VOICES = -20.0
"""LUFS of the voices before the film is mastered."""
ALONE = 7.0
"""dB below the voices at which music is heard while nobody speaks."""
LOUDEST_EFFECT = 8.0
"""dB below the voices' loudness at which an effect of the author's has its peak, with a gain of 0."""
BLEND = 0.5
"""Seconds for which the end of a file and its beginning are heard together where it is repeated."""
CONSONANTS = ("equalizer", "f=2000:t=o:w=2:g=-4")
"""What takes 4 dB out of music between 1 and 4 kHz, where voices are understood."""


class MusicRequest(Frozen):
    """`seconds` of a sound (0: all of it): `file` (relative to the episode; its content has `hash`) or Lectern's `name`.

    `level` is how loud it is: in LUFS, of an effect its peak in dBFS. It fades in and out in `fade` seconds.
    """

    file: str = ""
    hash: str = ""
    name: str = ""
    seconds: float = 0.0
    level: float
    fade: float = 0.0
    is_effect: bool = False
    is_soft: bool = False
    loop: bool = False


class MusicTake(Frozen):
    """`audio` is the file in the take's folder (WAV, stereo, 48 kHz); `seconds` is how long it is."""

    audio: str
    seconds: float


class PlayedEffect(Frozen):
    """An effect at `time` (seconds of the scene), whose peak is `peak` dBFS; `variant` is which of its kind it is."""

    name: EffectName
    time: float
    peak: float
    variant: int = 0


class EffectsRequest(Frozen):
    """All effects of a scene of so many seconds."""

    effects: tuple[PlayedEffect, ...]
    seconds: float


def ducked_by(music: Music) -> float:
    """Return how many dB below the voices a music block is heard while somebody speaks."""
    return DUCK[music.sort] if music.duck is None else music.duck


def music_request(music: Music, seconds: float, fade: float, folder: Path) -> MusicRequest:
    """Return the request for a music block that is heard for so long; `folder` is the episode's."""
    sort = music.sort
    levels = {"music": VOICES - ALONE, "ambient": VOICES - ducked_by(music), "effect": VOICES - LOUDEST_EFFECT}
    return MusicRequest(
        file=music.file,
        hash=file_digest(folder / music.file, 32) if music.file else "",
        name=music.name,
        seconds=seconds,
        level=levels[sort] + music.gain,
        fade=fade,
        is_effect=sort == "effect",
        is_soft=sort == "music",
        loop=music.loop and sort != "effect",
    )


def make_music(request: MusicRequest, folder: Path, context: JobContext) -> MusicTake:
    """Read or synthesise the sound, bring it to its level and its length, and write it."""
    sound = _stereo(_source(request, context.episode))
    if request.is_soft:
        sound = audio.apply_filter(sound, (CONSONANTS,))[: len(sound)]
    context.report(0.5)
    sound = _levelled(sound, request)
    if request.seconds:
        length = round(request.seconds * audio.RATE)
        is_seamless = request.name in BEDS
        sound = _repeated(sound, length, is_seamless) if request.loop else sound[:length]
    audio.write(folder / RECORDING, _faded(sound, request.fade))
    return MusicTake(audio=RECORDING, seconds=len(sound) / audio.RATE)


def make_effects(request: EffectsRequest, folder: Path, context: JobContext) -> MusicTake:
    """Write one recording with all effects where they are heard; what rings past its end is cut off."""
    sound = np.zeros((round(request.seconds * audio.RATE), 1), np.float32)
    for played in request.effects:
        start = max(0, round(played.time * audio.RATE))
        clip = effect(played.name, played.variant)[: len(sound) - start] * np.float32(audio.factor(played.peak))
        sound[start : start + len(clip), 0] += clip
    audio.write(folder / RECORDING, _faded(sound, 0.01))
    return MusicTake(audio=RECORDING, seconds=request.seconds)


MUSIC: Recipe[MusicRequest, MusicTake] = Recipe(
    kind="music", version=1, request=MusicRequest, result=MusicTake, make=make_music
)
EFFECTS: Recipe[EffectsRequest, MusicTake] = Recipe(
    kind="effects", version=1, request=EffectsRequest, result=MusicTake, make=make_effects
)


def _source(request: MusicRequest, episode: Path) -> Samples:
    if request.file:
        return audio.read(episode / request.file)
    if request.name in BEDS:
        return bed(request.name)
    if request.name in EFFECT_NAMES:
        return effect(request.name)[:, None]
    raise LecternError(f'Lectern has no sound called "{request.name}"')


def _stereo(sound: Samples) -> Samples:
    return np.ascontiguousarray(np.broadcast_to(sound, (len(sound), 2)))


def _levelled(sound: Samples, request: MusicRequest) -> Samples:
    """Return the sound at its level; silence stays silence."""
    peak = float(np.abs(sound).max(initial=0))
    if request.is_effect:
        return sound * np.float32(audio.factor(request.level) / peak) if peak else sound
    loudness = audio.integrated(sound)
    return sound * np.float32(audio.factor(request.level - loudness)) if loudness > audio.SILENCE else sound


def _repeated(sound: Samples, length: int, is_seamless: bool) -> Samples:
    """Return so many samples of a sound that begins again where it ends; one with a seam is blended with itself there."""
    if len(sound) >= length or not len(sound):
        return sound[:length]
    blend = 0 if is_seamless else min(round(BLEND * audio.RATE), len(sound) // 4)
    if not blend:
        return np.resize(sound, (length, 2))
    ramp = np.sqrt(np.linspace(0, 1, blend, dtype=np.float32))[:, None]
    period = np.concatenate([sound[-blend:] * ramp[::-1] + sound[:blend] * ramp, sound[blend:-blend]])
    repeats = np.resize(period, (length, 2))
    repeats[:blend] = sound[:blend]
    return repeats


def _faded(sound: Samples, seconds: float) -> Samples:
    length = min(round(seconds * audio.RATE), len(sound) // 2)
    if not length:
        return sound
    result, ramp = sound.copy(), np.sin(np.linspace(0, np.pi / 2, length, dtype=np.float32))[:, None] ** 2
    result[:length] *= ramp
    result[len(result) - length :] *= ramp[::-1]
    return result
