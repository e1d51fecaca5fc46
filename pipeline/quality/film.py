"""The finished film against what it was meant to be: every measurement of this room in one pass over its frames."""

from pathlib import Path

import numpy as np

from .. import audio
from ..geometry import Size
from ..model import Frozen
from .contrast import Legibility, Text, judge_texts, text_findings, text_look
from .frames import look
from .lips import Lips, Mouth, Speech, judge_lips, lips_findings, lips_look
from .sound import Sounding, measure_sound, sound_findings
from .stream import Stream, measure_stream, stream_findings
from .sync import Expected, Met, judge_sync, sync_findings, sync_look


class Promise(Frozen):
    """What a film was meant to be (`loudness` in LUFS, `true_peak` in dBTP), and where its steps, mouths and texts are."""

    frames: int
    fps: int
    size: Size
    loudness: float
    true_peak: float
    steps: tuple[Expected, ...] = ()
    mouths: tuple[Mouth, ...] = ()
    speeches: tuple[Speech, ...] = ()
    texts: tuple[Text, ...] = ()


class FilmMeasures(Frozen):
    """What a film is, measured on the file alone."""

    stream: Stream
    sound: Sounding
    steps: tuple[Met, ...]
    lips: tuple[Lips, ...]
    texts: tuple[Legibility, ...]


def measure(film: Path, promise: Promise) -> FilmMeasures:
    """Looks at the film where `promise` says that something is to be seen, and listens to it."""
    looks = sync_look(promise.steps), lips_look(promise.mouths), text_look(promise.texts)
    steps, mouths, texts = look(film, looks)
    stream = measure_stream(film)
    sound = audio.read(film) if stream.sound_codec else np.zeros((0, 2), np.float32)
    return FilmMeasures(
        stream=stream,
        sound=measure_sound(sound, promise.speeches),
        steps=judge_sync(promise.steps, steps),
        lips=judge_lips(promise.mouths, promise.speeches, mouths, sound, promise.fps),
        texts=judge_texts(promise.texts, texts),
    )


def findings(found: FilmMeasures, promise: Promise) -> tuple[str, ...]:
    """What a viewer would notice, in sentences."""
    return (
        *stream_findings(found.stream, promise.size, promise.fps, promise.frames),
        *sound_findings(found.sound, promise.loudness, promise.true_peak),
        *sync_findings(found.steps),
        *lips_findings(found.lips),
        *text_findings(promise.texts, found.texts, promise.size, promise.fps),
    )
