"""Compare the finished film with what it should be: all measurements, in one pass over its frames."""

from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np

from ..base import audio
from ..base.errors import FilmFinding
from ..base.frozen import Frozen
from ..base.geometry import Size
from ..film.card import SubtitleCue
from ..voice.whisper_process import WhisperProcess, ear_samples
from .captions import CaptionMeasures, caption_findings, measure_captions
from .contrast import TextArea, TextContrast, judge_texts, text_findings, text_probe
from .frames import probe_frames
from .heard import ExpectedLine, HeardLine, hearing_findings
from .hearing import hear_film
from .lips import LipSyncResult, MouthArea, SpeechSpan, judge_lips, lips_findings, lips_probe
from .presence import NarratorLook, NarratorPresence, judge_presence, presence_findings, presence_probe
from .sound import SoundMeasures, measure_sound, sound_findings
from .stream import StreamMeasures, measure_stream, stream_findings
from .sync import ExpectedStep, SyncResult, judge_sync, sync_findings, sync_probe
from .voices import VoiceMeasure, VoiceTrack, measure_voices, voice_findings


class ExpectedFilm(Frozen):
    """What a film should be (`loudness` in LUFS, `true_peak` in dBTP), and where its steps, mouths, texts and narrators are.

    `lines` are what is said in it, in `language`, and `voices` how that sounds without music; `captions` are its subtitles.
    """

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
    language: str = "en"
    lines: tuple[ExpectedLine, ...] = ()
    voices: VoiceTrack = VoiceTrack()
    captions: tuple[SubtitleCue, ...] = ()


class FilmMeasures(Frozen):
    """What a film is, measured on the file alone. `heard` is what an ear heard of its lines; None: nobody listened."""

    stream: StreamMeasures
    sound: SoundMeasures
    steps: tuple[SyncResult, ...]
    lips: tuple[LipSyncResult, ...]
    texts: tuple[TextContrast, ...]
    narrators: tuple[NarratorPresence, ...] = ()
    voices: tuple[VoiceMeasure, ...] = ()
    captions: tuple[CaptionMeasures, ...] = ()
    heard: tuple[HeardLine, ...] | None = None


def measure(film: Path, expected: ExpectedFilm, folder: Path | None = None) -> FilmMeasures:
    """Measure the film's sound, and its pictures where `expected` says that there is something to see.

    `folder` is that of its episode, if it has one.
    """
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
        voices=measure_voices(sound, expected.voices, expected.lines),
        captions=measure_captions(film, folder, expected.captions),
    )


def listen(film: Path, expected: ExpectedFilm, ear: WhisperProcess) -> tuple[HeardLine, ...]:
    """Listen to the film's sound with an ear. Raises LecternError where that fails."""
    return hear_film(ear, ear_samples(audio.to_mono(audio.read(film))), expected.lines, expected.language)


type Measured = Literal["file", "sound", "voices", "words", "steps", "lips", "narrators", "texts", "captions"]
"""What is measured of a film."""


def findings(found: FilmMeasures, expected: ExpectedFilm) -> tuple[FilmFinding, ...]:
    """Return what a viewer would notice."""
    return tuple(one for some in findings_by_measure(found, expected).values() for one in some)


def findings_by_measure(found: FilmMeasures, expected: ExpectedFilm) -> dict[Measured, tuple[FilmFinding, ...]]:
    """Return what a viewer would notice, by what was measured."""
    return {
        "file": stream_findings(found.stream, expected.size, expected.fps, expected.frames),
        "sound": sound_findings(found.sound, expected.loudness, expected.true_peak),
        "voices": voice_findings(found.voices),
        "words": hearing_findings(found.heard or ()),
        "steps": _steps(found, expected),
        "lips": lips_findings(found.lips),
        "narrators": presence_findings(found.narrators, expected.fps),
        "texts": text_findings(expected.texts, found.texts, expected.size, expected.fps),
        "captions": caption_findings(found.captions),
    }


def _steps(found: FilmMeasures, expected: ExpectedFilm) -> tuple[FilmFinding, ...]:
    at = {(step.scene, step.mark): step.frame / expected.fps for step in expected.steps}
    return tuple(
        replace(finding, at=at.get((step.scene, step.mark)))
        for step in found.steps
        for finding in sync_findings([step])
    )
