"""Pretended speech: a burst of a tone for each word, so that a test knows when each is heard."""

import base64
import io
import json
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import av
import numpy as np

from lectern.pipeline.services.voice import Phoneme, SpokenWord, VoiceRequest

RATE, QUIET, WORD, GAP = 24000, 0.4, 0.3, 0.1
"""Samples a second, and seconds: the silence at both ends, a word, and the gap between words."""

Spans = list[tuple[float, float]]


def ask(
    text: str, provider: str, pauses: Sequence[tuple[int, float]] = (), voice: str = "nova", **more: Any
) -> VoiceRequest:
    settings = tuple(more.pop("settings", {}).items())
    words = tuple(text.split())
    return VoiceRequest(
        provider=provider, voice=voice, words=words, pauses=tuple(pauses), settings=settings, language="en", **more
    )


def spans_of(text: str, scale: float = 1.0) -> Spans:
    """When each word of `text` is heard in `tones(text)`."""
    starts = [QUIET + i * (WORD + GAP) for i in range(len(text.split()))]
    return [(start, start + WORD) for start in starts]


def tones(text: str, rate: int = RATE, strength: float = 0.3) -> np.ndarray:
    """The samples of a pretended voice that says `text`."""
    spans = spans_of(text)
    time = np.arange(round((spans[-1][1] + QUIET) * rate)) / rate
    on = sum((time >= start) & (time < end) for start, end in spans)
    return (strength * np.sin(2 * np.pi * 220 * time) * on).astype(np.float32)


def wav(text: str, rate: int = RATE, strength: float = 0.3) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((tones(text, rate, strength) * 32767).astype("<i2").tobytes())
    return out.getvalue()


def coded(text: str, container: str, codec: str, rate: int = 48000) -> bytes:
    """The same as an MP3 or M4A."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(tones(text, rate)[None], format="fltp", layout="mono")
        frame.rate = rate
        resampler = av.AudioResampler(format=stream.format or "fltp", layout="mono", rate=rate)
        for part in [*resampler.resample(frame), None]:
            file.mux(stream.encode(part))
    return out.getvalue()


def base64_of(content: bytes) -> str:
    return base64.b64encode(content).decode()


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


@dataclass(frozen=True)
class Found:
    words: tuple[SpokenWord, ...]
    phonemes: tuple[Phoneme, ...]
    confidence: float


def align_by_bursts(sound: np.ndarray, words: Sequence[str], language: str) -> Found:
    """An alignment that knows the pretended voice: a word is where a tone is."""
    heard = np.convolve(np.abs(sound) > 0.01, np.ones(480), "same") > 0
    edges = np.flatnonzero(np.diff(np.concatenate([[False], heard, [False]]).astype(int))).reshape(-1, 2) / 48000
    assert len(edges) == len(words), f"{len(edges)} tones for {len(words)} words"
    spans = [(float(a) + 0.005, float(b) - 0.005) for a, b in edges]
    return Found(
        tuple(SpokenWord(index=i, start=a, end=b) for i, (a, b) in enumerate(spans)),
        tuple(Phoneme(symbol="a", start=a, end=b) for a, b in spans),
        0.8,
    )


def bursts(sound: np.ndarray) -> Spans:
    """When each tone of a finished recording is heard."""
    return [(word.start, word.end) for word in align_by_bursts(sound, [""] * _count(sound), "").words]


def _count(sound: np.ndarray) -> int:
    heard = np.convolve(np.abs(sound) > 0.01, np.ones(480), "same") > 0
    return int((np.diff(np.concatenate([[False], heard]).astype(int)) == 1).sum())
