"""Finds the file that is the recording of a line.

In the folder `recordings`, a file named after the line's id contains the line; one named after the scene's id contains all
recorded lines of the scene, in order. Several takes are numbered (`intro.wav`, `intro.2.wav`, `intro.3.wav`): the last one
is used, unless the name of another one says so (`intro.2.chosen.wav`).
"""

import re
from collections.abc import Collection, Sequence
from pathlib import Path

from ..base.errors import LecternError, SourceError
from ..base.files import composed, digest, read_bounded
from ..episode.model import Line, Scene
from ..episode.source import SCRIPT
from ..services.voice import RecordedSource

SUFFIXES = (".wav", ".mp3", ".m4a", ".flac", ".ogg", ".opus", ".aac")
LARGEST = 1_000_000_000
"""Bytes of a recording: an hour of stereo in 24 bits."""
_LINE = re.compile(r"line-\w+")
_TAKE = re.compile(r"(?:\.(\d+))?(\.chosen)?")


def recording_of(
    episode: Path, folder: str, scene: Scene, line: Line, together: Sequence[Line], written: Collection[str] = ()
) -> RecordedSource:
    """Return the recording of a line.

    Args:
        episode: The episode's folder.
        folder: The folder of recordings in it.
        scene: The line's scene.
        line: The line.
        together: The lines that a recording of the whole scene contains.
        written: The ids of all lines of the episode.

    Raises SourceError, with the names it may have, if there is no recording, or if it is outside or no file that can be read.
    """
    place = episode / folder
    if file := chosen_take(place, line.id):
        return _source(file, episode, line)
    if file := chosen_take(place, scene.id):
        at = [other.id for other in together].index(line.id)
        before, after = _spoken_texts(together[:at]), _spoken_texts(together[at + 1 :])
        return _source(file, episode, line).model_copy(update={"before": before, "after": after})
    beginning = " ".join(word.written for word in line.words[:5])
    raise SourceError(
        SCRIPT,
        line.line,
        f'there is no recording of "{beginning} …"; record it as {folder}/{line.id}.wav, '
        f"or all of the scene as {folder}/{scene.id}.wav (MP3 and M4A work, too){_orphan_advice(place, written)}",
    )


def _orphan_advice(folder: Path, written: Collection[str]) -> str:
    """Return what to do with recordings whose line was changed and has another id now; "" if there are none."""
    names = [file.name for file in _files(folder) if (id := _LINE.match(file.name)) and id[0] not in written]
    return (
        f"; a changed line has a new name: if its recording still fits, rename it ({', '.join(names)})" if names else ""
    )


def takes_of(folder: Path, name: str) -> tuple[Path, ...]:
    """Return all takes of `name` in order; a file without a number is the first."""
    found = [(_take_number(file, name), file) for file in _files(folder) if _take_number(file, name) is not None]
    return tuple(file for _, file in sorted(found))


def chosen_take(folder: Path, name: str) -> Path | None:
    """Return the take that is used: the one called chosen, or else the last; None if there is none.

    Raises LecternError if two takes are called chosen.
    """
    takes = takes_of(folder, name)
    chosen = [file for file in takes if file.stem.endswith(".chosen")]
    if len(chosen) > 1:
        both = f"{chosen[0].name} and {chosen[1].name}"
        raise LecternError(f"{folder}: two takes are called chosen, {both}; rename one of them")
    return next(reversed(chosen or takes), None)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(file for file in folder.iterdir() if file.suffix.lower() in SUFFIXES)


def _take_number(file: Path, name: str) -> int | None:
    """Return which take of `name` a file is; None if it is a recording of something else."""
    stem, name = composed(file.stem), composed(name)
    if not stem.startswith(name):
        return None
    found = _TAKE.fullmatch(stem[len(name) :])
    return int(found[1] or 1) if found else None


def recording_digest(file: Path) -> str:
    """Return the hash of a recording. Raises LecternError for what is no ordinary file, or too large."""
    return digest(read_bounded(file, LARGEST))


def _source(file: Path, episode: Path, line: Line) -> RecordedSource:
    """Return where a recording is in the episode, with its hash."""
    if not file.resolve().is_relative_to(episode.resolve()):
        raise SourceError(SCRIPT, line.line, f"{file.name} is outside of the episode; put the recording itself into it")
    try:
        return RecordedSource(file=file.relative_to(episode).as_posix(), digest=recording_digest(file))
    except (OSError, LecternError) as error:
        raise SourceError(SCRIPT, line.line, f"{error}; a recording has to be a sound file") from error


def _spoken_texts(lines: Sequence[Line]) -> tuple[str, ...]:
    return tuple(word.spoken for line in lines for word in line.words)
