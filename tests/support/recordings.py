"""Recordings of a pretended person: a burst of noise for each word, as strong and as uneven as speech."""

from pathlib import Path

import numpy as np

from lectern.pipeline.base import audio

WORD, GAP = 0.3, 0.1


def person(words: int = 40, seed: int = 3) -> np.ndarray:
    """The samples (mono, 48 kHz) of so many words, with a pause after every eighth; 40 words are 18 s."""
    rng, parts = np.random.default_rng(seed), [np.zeros(12000, np.float32)]
    for word in range(words):
        parts.append((0.05 * rng.standard_normal(round(WORD * audio.RATE))).astype(np.float32))
        parts.append(np.zeros(round((0.5 if word % 8 == 7 else GAP) * audio.RATE), np.float32))
    return np.concatenate(parts)


def record(file: Path, sound: np.ndarray) -> Path:
    """Write a recording, and return its file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    audio.write(file, sound[:, None])
    return file
