"""When known words may be heard, by nothing but where there is speech and where silence: the last resort."""

from collections.abc import Sequence

import numpy as np

from .. import audio
from .features import HOP, Sounding, sounding
from .transcribed import between
from .words import Span

REST = 0.18
"""Seconds of silence from which it counts as a rest and not as a sound within a word."""



def by_loudness(sound: np.ndarray, words: Sequence[str]) -> tuple[Span, ...]:
    """Words spread by their letters over the speech in `sound` (samples,), mono, 48 kHz; none of them in a rest."""
    heard = sounding(sound.astype(np.float32, copy=False), audio.RATE)
    spoken = _speech(heard)
    if not spoken.any():
        return between(words, {}, len(sound) / audio.RATE)
    passed = np.cumsum(spoken) * HOP
    even = between(words, {}, float(passed[-1]))
    return tuple((_when(start, passed, "right"), _when(end, passed, "left")) for start, end in even)


def _speech(heard: Sounding) -> np.ndarray:
    """Frames of speech, the short silences within it included."""
    spoken = heard.speech.copy()
    edges = np.flatnonzero(np.diff(np.concatenate([[1], spoken.astype(np.int8), [1]])))
    for start, end in edges.reshape(-1, 2):
        inside = start > 0 and end < len(spoken)
        spoken[start:end] = inside and (end - start) * HOP < REST
    return spoken


def _when(seconds: float, passed: np.ndarray, side: str) -> float:
    """When so many seconds of speech have passed; at a rest, its beginning ("left") or its end ("right")."""
    reached = int(np.searchsorted(passed, seconds + (1e-9 if side == "right" else -1e-9), side="right" if side == "right" else "left"))
    frame = min(reached, len(passed) - 1)
    return max(0.0, (frame + 0.5) * HOP - (passed[frame] - seconds))
