"""Compare the finished film with what it should be: all measurements, in one pass over its frames."""

from pathlib import Path

import numpy as np

from ..base import audio
from ..base.errors import FilmFinding
from ..base.frozen import Frozen
from ..base.geometry import Size
from .contrast import TextArea, TextContrast, judge_texts, text_findings, text_probe
from .frames import probe_frames
from .lips import LipSyncResult, MouthArea, SpeechSpan, judge_lips, lips_findings, lips_probe
from .presence import NarratorLook, NarratorPresence, judge_presence, presence_findings, presence_probe
from .sound import SoundMeasures, measure_sound, sound_findings
from .stream import StreamMeasures, measure_stream, stream_findings
from .sync import ExpectedStep, SyncResult, judge_sync, sync_findings, sync_probe


class ExpectedFilm(Frozen):
    """What a film should be (`loudness` in LUFS, `true_peak` in dBTP), and where its steps, mouths, texts and narrators are."""

    frames: int
    fps: int
    size: Size
    loudness: float
    true_peak: float
    steps: tuple[ExpectedStep, ...] = ()
    mouths: tuple[MouthArea, ...] = ()
    speeches: tuple[SpeechSpan, ...] = ()
    texts: tuple[TextArea, ...] = ()
    narrators: tuple[NarratorLook, ...] = ()


class FilmMeasures(Frozen):
    """What a film is, measured on the file alone."""

    stream: StreamMeasures
    sound: SoundMeasures
    steps: tuple[SyncResult, ...]
    lips: tuple[LipSyncResult, ...]
    texts: tuple[TextContrast, ...]
    narrators: tuple[NarratorPresence, ...] = ()


def measure(film: Path, expected: ExpectedFilm) -> FilmMeasures:
    """Measure the film's sound, and its pictures where `expected` says that there is something to see."""
    steps, mouths, texts = sync_probe(expected.steps), lips_probe(expected.mouths), text_probe(expected.texts)
    narrators = presence_probe(expected.narrators)
    probe_frames(film, (steps, mouths, texts, narrators))
    stream = measure_stream(film)
    sound = audio.read(film) if stream.sound_codec else np.zeros((0, 2), np.float32)
    return FilmMeasures(
        stream=stream,
        sound=measure_sound(sound, expected.speeches),
        steps=judge_sync(expected.steps, steps.seen),
        lips=judge_lips(expected.mouths, expected.speeches, mouths.seen, sound, expected.fps),
        texts=judge_texts(expected.texts, texts.seen),
        narrators=judge_presence(expected.narrators, narrators.seen),
    )


def findings(found: FilmMeasures, expected: ExpectedFilm) -> tuple[FilmFinding, ...]:
    """Return what a viewer would notice."""
    before = (
        *stream_findings(found.stream, expected.size, expected.fps, expected.frames),
        *sound_findings(found.sound, expected.loudness, expected.true_peak),
    )
    after = (
        *lips_findings(found.lips),
        *presence_findings(found.narrators, expected.fps),
        *text_findings(expected.texts, found.texts, expected.size, expected.fps),
    )
    return (*map(FilmFinding, before), *sync_findings(found.steps), *map(FilmFinding, after))
