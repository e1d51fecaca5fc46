"""Compare the finished film with what it should be: all measurements, in one pass over its frames."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from ..base import audio
from ..base.clock import Span
from ..base.errors import FilmFinding
from ..base.frozen import Frozen
from ..base.geometry import Size
from ..film.card import SubtitleCue
from ..voice.whisper_process import WhisperProcess, ear_samples
from .captions import CaptionMeasures, caption_findings, measure_captions
from .contrast import TextArea, TextContrast, judge_texts, text_findings, text_probe
from .frames import probe_frames
from .heard import ExpectedLine, HeardLine, HeardProblem, hearing_findings
from .hearing import hear_film
from .lips import LipSyncResult, MouthArea, SpeechSpan, audible, judge_lips, lips_findings, lips_probe
from .presence import CellLuma, NarratorLook, NarratorPresence, judge_presence, presence_findings, presence_probe
from .sound import SoundMeasures, measure_sound, sound_findings
from .stream import StreamMeasures, measure_stream, stream_findings
from .sync import ExpectedStep, Squares, SyncResult, judge_sync, sync_findings, sync_probe
from .voices import VoiceMeasure, VoiceTrack, heard_speech, measure_voices, voice_findings


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


@dataclass(frozen=True)
class SeenPictures:
    """What the probes have seen in a film's frames, by the number of the frame."""

    steps: Mapping[int, Squares]
    mouths: Mapping[int, dict[int, float]]
    texts: Mapping[int, dict[int, float]]
    narrators: Mapping[int, dict[int, CellLuma]]


def look(film: Path, expected: ExpectedFilm) -> SeenPictures:
    """Look at the film's pictures where `expected` says that there is something to see; they are decoded once."""
    steps, mouths, texts = sync_probe(expected.steps), lips_probe(expected.mouths), text_probe(expected.texts)
    narrators = presence_probe(expected.narrators)
    probe_frames(film, (steps, mouths, texts, narrators))
    return SeenPictures(steps.seen, mouths.seen, texts.seen, narrators.seen)


def measure(
    film: Path, expected: ExpectedFilm, folder: Path | None = None, seen: SeenPictures | None = None
) -> FilmMeasures:
    """Measure the film's sound, and its pictures, which were `seen` already if they are given.

    `folder` is that of its episode, if it has one.
    """
    pictures = seen or look(film, expected)
    stream = measure_stream(film)
    sound = audio.read(film) if stream.sound_codec else np.zeros((0, 2), np.float32)
    voices = measure_voices(sound, expected.voices, expected.lines)
    speeches, loud = heard_speech(expected.voices, expected.speeches, voices, expected.lines)
    if not loud and audio.measure(sound).integrated > audio.SILENCE:
        loud = audible(sound)  # nothing is known of the voices alone, in the report of a film that was made before
    lips = judge_lips(expected.mouths, speeches, pictures.mouths, loud, expected.fps)
    return FilmMeasures(
        stream=stream,
        sound=measure_sound(sound, expected.speeches, expected.voices),
        steps=judge_sync(expected.steps, pictures.steps, _picture_lag(lips, voices, expected.fps)),
        lips=lips,
        texts=judge_texts(expected.texts, pictures.texts),
        narrators=judge_presence(expected.narrators, pictures.narrators),
        voices=voices,
        captions=measure_captions(film, folder, expected.captions),
    )


def _picture_lag(lips: Sequence[LipSyncResult], voices: Sequence[VoiceMeasure], fps: int) -> int:
    """Return by how many frames the picture is late, by the mouths; 0 where none of them says so."""
    lag = next((one.lag for one in lips), 0)
    late = [one.late for one in voices if one.late is not None]
    return lag + round(float(np.median(late)) * fps) if lag and late else 0


def listen(film: Path, expected: ExpectedFilm, ear: WhisperProcess) -> tuple[HeardLine, ...]:
    """Listen to the film's sound with an ear. Raises LecternError where that fails."""
    return hear_film(ear, ear_samples(audio.to_mono(audio.read(film))), expected.lines, expected.language)


def believed(
    heard: Sequence[HeardLine], lines: Sequence[ExpectedLine], voices: Sequence[VoiceMeasure]
) -> tuple[HeardLine, ...]:
    """Return what was heard without doubts about words that an exact voice says and that are in the film as recorded.

    An ear of this size mistakes some sounds of a voice by rules for others, each time it hears them.
    """
    exact = {line.id for line in lines if line.exact}
    altered = {one.id: one.altered for one in voices}
    return tuple(
        one.model_copy(update={"problems": tuple(p for p in one.problems if not _as_recorded(p, altered[one.id]))})
        if one.id in exact and one.id in altered
        else one
        for one in heard
    )


def _as_recorded(problem: HeardProblem, altered: Sequence[Span]) -> bool:
    misheard = problem.kind in ("garbled", "missing")
    return misheard and not any(start < problem.end and problem.start < end for start, end in altered)


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
