"""Measure how the film sounds, from its own track, decoded."""

from collections.abc import Iterable, Sequence

import numpy as np

from ..base import audio
from ..base.arrays import Samples
from ..base.clock import Span
from ..base.errors import FilmFinding
from ..base.frozen import Frozen
from .lips import AUDIBLE, SpeechSpan, audible
from .noise import SteadySound, measure_noise, noise_findings
from .voices import STEP, VoiceTrack

NO_VOICES = VoiceTrack()
TOLERANCE = 0.5
"""LU by which the film may miss its loudness."""
FULL = 0.999
"""The sample value from which on RUN in a row count as clipped."""
RUN = 3
LONGEST_SILENCE = 8.0
"""Seconds of silence after which a viewer thinks that the sound is broken."""


class SoundMeasures(Frozen):
    """The film's sound: LUFS, dBTP, clipped runs of samples, the longest silence (s), unheard lines, steady noises."""

    seconds: float
    loudness: float
    true_peak: float
    clipped: int
    longest_silence: float
    unheard: tuple[SpeechSpan, ...] = ()
    noises: tuple[SteadySound, ...] = ()


def measure_sound(sound: Samples, speeches: Sequence[SpeechSpan], planned: VoiceTrack = NO_VOICES) -> SoundMeasures:
    """Measure `sound`, the film's track, in which `speeches` should be heard, as loud as `planned`."""
    found, seconds = audio.measure(sound), len(sound) / audio.RATE
    loud = audible(sound) if found.integrated > audio.SILENCE else ()
    return SoundMeasures(
        seconds=seconds,
        loudness=round(found.integrated, 2),
        true_peak=round(found.true_peak, 2),
        clipped=_clipped_runs(sound),
        longest_silence=round(_longest_gap(loud, seconds), 2),
        unheard=tuple(s for s in speeches if not any(a < s.end and b > s.start for a, b in loud)),
        noises=_noises(sound, found.integrated, planned),
    )


def _noises(sound: Samples, loudness: float, planned: VoiceTrack) -> tuple[SteadySound, ...]:
    """Return what sounds steadily beside the planned voices; without any, a steady sound may be what the film is about."""
    if not planned.levels:
        return ()
    return measure_noise(audio.to_mono(sound), loudness, planned.silent, STEP, planned.steady)


def sound_findings(sound: SoundMeasures, loudness: float, true_peak: float) -> tuple[FilmFinding, ...]:
    """Return what a viewer would notice; `loudness` (LUFS) and `true_peak` (dBTP) are what the film should have."""
    throughout = (
        *_loudness(sound, loudness, true_peak),
        *([f"the sound is clipped in {sound.clipped} places"] if sound.clipped else []),
        *([f"nothing is heard for {sound.longest_silence} s"] if sound.longest_silence > LONGEST_SILENCE else []),
    )
    unheard = (
        FilmFinding(f"{s.character} can't be heard from {s.start:.1f} to {s.end:.1f} s", at=s.start)
        for s in sound.unheard
    )
    return (*map(FilmFinding, throughout), *noise_findings(sound.noises), *unheard)


def _loudness(sound: SoundMeasures, loudness: float, true_peak: float) -> Iterable[str]:
    if sound.loudness <= loudness - AUDIBLE:
        return ("the film has no sound",)
    wrong = abs(sound.loudness - loudness) > TOLERANCE
    loud = [f"the film's loudness is {sound.loudness} LUFS, {loudness} are wanted"] if wrong else []
    over = sound.true_peak > true_peak
    return (*loud, *([f"the film's true peak is {sound.true_peak} dBTP, {true_peak} are allowed"] if over else []))


def _clipped_runs(sound: Samples) -> int:
    """Return how often RUN or more samples in a row are at full scale."""
    full = np.abs(sound) >= FULL
    together = full[: len(full) - RUN + 1].copy()
    for offset in range(1, RUN):
        together &= full[offset : len(full) - RUN + 1 + offset]
    begins = together & ~np.concatenate([np.zeros((1, sound.shape[1]), bool), together[:-1]])
    return int(begins.sum())


def _longest_gap(loud: Sequence[Span], seconds: float) -> float:
    edges = [0.0, *(edge for span in loud for edge in span), seconds]
    return max(b - a for a, b in zip(edges[::2], edges[1::2], strict=True))
