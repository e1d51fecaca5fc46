"""`lectern transcribe`: a recording without a script becomes words with times, or an episode that is spoken by it."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import av
import numpy as np

from ..base import audio
from ..base.arrays import MonoSamples
from ..base.errors import LecternError
from ..base.files import make_folder, write_atomic
from ..base.frozen import Frozen
from ..episode.prose import escape_prose
from ..episode.source import SCRIPT
from ..services.transcription import TranscribedWord
from ..trust.grants import note_own
from ..voice.whisper_process import cuts_at_pauses, ear_samples, require_ear, whisper_process
from .new import require_empty

LINE_PAUSE, SCENE_PAUSE = 0.8, 2.5
"""Seconds of silence after which a new paragraph begins, and a new scene."""
LINE_WORDS, SCENE_SECONDS = 45, 60.0
"""How long a paragraph and a scene may get, before they end with the next sentence."""
TITLE_WORDS = 6
EDGE = 0.3
"""Seconds of a scene's recording before its first and after its last word."""
SPEAKER = "speaker"
_SENTENCE_END = tuple(".!?…。！？")


class TranscribedLine(Frozen):
    """A paragraph of the script that was written down: its scene (from 1), its words, in seconds of the recording."""

    scene: int
    words: tuple[TranscribedWord, ...]

    @property
    def text(self) -> str:
        """The paragraph as it is read."""
        return " ".join(word.word for word in self.words)


class TranscribedFile(Frozen):
    """A recording as it was written down, in the `language` that was heard (`sure`: 0..1); `script` is where it was written."""

    file: Path
    language: str
    sure: float
    seconds: float
    words: tuple[TranscribedWord, ...]
    lines: tuple[TranscribedLine, ...]
    script: Path | None = None


def transcribe(file: Path, *, output: Path | None = None, language: str = "") -> TranscribedFile:
    """Write down what is said in a sound or a film; `output` is a new folder for an episode that is spoken by it.

    Without `language` (a code like ``de``), the one that is heard holds. Raises LecternError if the file has no sound that can be
    read, if nothing is said in it, if Lectern's own ear is not installed, or if the folder is not empty.
    """
    require_ear()
    if output is not None:
        require_empty(output.absolute())
    sound = _read(file)
    heard = ear_samples(sound)
    cuts = cuts_at_pauses(heard)
    code = language.replace("_", "-").partition("-")[0].lower()
    found = whisper_process().transcribe(heard, code, cuts=cuts)
    said = (word for word in found.words(cuts) if any(map(str.isalnum, word.word)))
    words = tuple(
        TranscribedWord(word=word.word.strip(), start=round(word.start, 3), end=round(word.end, 3)) for word in said
    )
    lines = tuple(_lines(words))
    if output is not None:
        if not words:
            raise LecternError(f"{file}: no words were heard in it, so there is no script to write")
        _write_episode(output.absolute(), file, sound, language or found.language, lines)
    return TranscribedFile(
        file=file,
        language=language or found.language,
        sure=round(found.sure, 3),
        seconds=round(len(sound) / audio.RATE, 3),
        words=words,
        lines=lines,
        script=output / SCRIPT if output else None,
    )


def _read(file: Path) -> MonoSamples:
    try:
        return audio.to_mono(audio.read(file))
    except (av.error.FFmpegError, EOFError, ValueError) as error:
        raise LecternError(
            f"{file} can't be read as sound; name a recording or a film (WAV, MP3, M4A, MP4 …)"
        ) from error


def _lines(words: Sequence[TranscribedWord]) -> Iterable[TranscribedLine]:
    """Yield paragraphs: they end at a pause, and when they are long, with a sentence."""
    scene, begun, line = 1, words[0].start if words else 0.0, list[TranscribedWord]()
    for word in words:
        pause = word.start - line[-1].end if line else 0.0
        ended = bool(line) and line[-1].word.endswith(_SENTENCE_END)
        if line and (pause > SCENE_PAUSE or (ended and (pause > LINE_PAUSE or len(line) > LINE_WORDS))):
            yield TranscribedLine(scene=scene, words=tuple(line))
            if pause > SCENE_PAUSE or line[-1].end - begun > SCENE_SECONDS:
                scene, begun = scene + 1, word.start
            line = []
        line.append(word)
    if line:
        yield TranscribedLine(scene=scene, words=tuple(line))


# The episode


def _write_episode(
    folder: Path, file: Path, sound: MonoSamples, language: str, lines: Sequence[TranscribedLine]
) -> None:
    make_folder(folder, inside=None)
    scenes = [[line for line in lines if line.scene == number] for number in range(1, lines[-1].scene + 1)]
    title = file.stem.replace("_", " ").replace("-", " ").strip() or "A recording"
    front = f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\nnarrator: {SPEAKER}\nlanguage: {json.dumps(language)}\n---\n"
    script = "\n".join([front, *(_scene(number, said) for number, said in enumerate(scenes, 1))])
    write_atomic(folder / SCRIPT, script, inside=folder)
    character = {"name": "Speaker", "portrait": "lectern:ada", "provider": "recording"}
    write_atomic(folder / "characters" / f"{SPEAKER}.json", f"{json.dumps(character, indent=2)}\n", inside=folder)
    edges = [0.0, *((a[-1].words[-1].end + b[0].words[0].start) / 2 for a, b in zip(scenes, scenes[1:], strict=False))]
    for number, (said, start, end) in enumerate(zip(scenes, edges, [*edges[1:], np.inf], strict=True), 1):
        first, last = max(start, said[0].words[0].start - EDGE), min(end, said[-1].words[-1].end + EDGE)
        piece = sound[max(0, round(first * audio.RATE)) : round(last * audio.RATE)]
        audio.write(folder / "recordings" / f"part-{number}.wav", piece[:, None], inside=folder)
    note_own(folder)


def _scene(number: int, lines: Sequence[TranscribedLine]) -> str:
    """Return a scene as Markdown: each paragraph after the first has a mark, at which a lower third names what comes."""
    marks = [f"said{index}" if index else "" for index in range(len(lines))]
    thirds = (
        f"```overlay\nkind: lower-third\ntext: {json.dumps(_opening(line), ensure_ascii=False)}\nat: {mark}\n```\n"
        for line, mark in zip(lines, marks, strict=True)
        if mark
    )
    paragraphs = (
        f"{f'{{{mark}}}' if mark else ''}{escape_prose(line.text)}\n" for line, mark in zip(lines, marks, strict=True)
    )
    heading = f"# {escape_prose(_opening(lines[0]))} {{#part-{number}}}\n"
    return "\n".join([heading, "```scene\nlayout: narrator-only\n```\n", *thirds, *paragraphs])


def _opening(line: TranscribedLine) -> str:
    words = [word.word for word in line.words[:TITLE_WORDS]]
    return " ".join(words).rstrip(".,;:!?…") + (" …" if len(line.words) > TITLE_WORDS else "")
