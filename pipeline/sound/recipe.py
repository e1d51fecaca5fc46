"""How the sound of a film is made: mixed, mastered, written exactly as long as the picture."""

from pathlib import Path

from .. import audio
from ..episode.model import FilmSettings
from ..jobs.recipe import Bench, Recipe
from ..model import Frozen
from ..timeline.model import SoundStrip, Timeline
from .loudness import master, measure
from .mix import mixed, sounds

RECORDING = "sound.wav"


class SoundRequest(Frozen):
    """All that a film's sound depends on; `loudness` in LUFS and `true_peak` in dBTP are what is wanted."""

    strips: tuple[SoundStrip, ...]
    frames: int
    fps: int
    loudness: float = -14.0
    true_peak: float = -1.0


class SoundTake(Frozen):
    """`audio` is the file in the take's folder (WAV, stereo, 48 kHz, 24 bit).

    `loudness` (LUFS; -70: silence) and `true_peak` (dBTP) are what was measured.
    """

    audio: str
    loudness: float
    true_peak: float


def sound_request(timeline: Timeline, settings: FilmSettings) -> SoundRequest:
    """What is to be mixed for `timeline`."""
    return SoundRequest(
        strips=sounds(timeline),
        frames=timeline.frames,
        fps=timeline.fps,
        loudness=settings.loudness,
        true_peak=settings.true_peak,
    )


def _make(request: SoundRequest, folder: Path, bench: Bench) -> SoundTake:
    raw = mixed(request.strips, request.frames, request.fps, bench.episode)
    bench.report(0.2)
    sound = master(raw, request.loudness, request.true_peak)
    audio.write(folder / RECORDING, sound, bits=24)
    found = measure(sound)
    return SoundTake(audio=RECORDING, loudness=found.integrated, true_peak=found.true_peak)


SOUND = Recipe(kind="sound", version=1, request=SoundRequest, result=SoundTake, make=_make)
