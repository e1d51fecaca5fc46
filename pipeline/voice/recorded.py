"""Which file of an episode is the recording of a line.

In the folder `recordings`, a file named after the line's id holds the line, one named after the scene's id all recorded
lines of the scene, in their order. Several takes are numbered (`intro.wav`, `intro.2.wav`, `intro.3.wav`): the last one
is used, unless one is chosen by its name (`intro.2.chosen.wav`).
"""

import hashlib
import re
from collections.abc import Collection, Sequence
from pathlib import Path

from ..episode.model import Line, Scene
from ..errors import LecternError, SourceError
from ..services.voice import Recorded

SUFFIXES = (".wav", ".mp3", ".m4a", ".flac", ".ogg", ".opus", ".aac")
SCRIPT = "script.md"
_LINE = re.compile(r"line-\w+")
_TAKE = re.compile(r"(?:\.(\d+))?(\.chosen)?")


def recording_of(
    episode: Path, folder: str, scene: Scene, line: Line, together: Sequence[Line], written: Collection[str] = ()
) -> Recorded:
    """The recording of a line; SourceError, with the names it may have, where there is none.

    `together` are the lines of the scene that a recording of the whole scene holds, `written` the ids of all lines.
    """
    place = episode / folder
    if file := chosen_take(place, line.id):
        return Recorded(file=_relative(file, episode), digest=_digest(file))
    if file := chosen_take(place, scene.id):
        at = [other.id for other in together].index(line.id)
        before, after = _said(together[:at]), _said(together[at + 1 :])
        return Recorded(file=_relative(file, episode), digest=_digest(file), before=before, after=after)
    beginning = " ".join(word.written for word in line.words[:5])
    raise SourceError(
        SCRIPT,
        line.line,
        f'there is no recording of "{beginning} …"; record it as {folder}/{line.id}.wav, '
        f"or all of the scene as {folder}/{scene.id}.wav (MP3 and M4A will do){_left_over(place, written)}",
    )


def _left_over(folder: Path, written: Collection[str]) -> str:
    """What to do with recordings whose line was changed since, and has another id now; "" where there are none."""
    names = [file.name for file in _files(folder) if (id := _LINE.match(file.name)) and id[0] not in written]
    return f"; a line that was changed has another name: rename its recording, if it still fits ({', '.join(names)})" if names else ""


def takes_of(folder: Path, name: str) -> tuple[Path, ...]:
    """All takes of `name` in their order; a file without a number is the first."""
    found = [(_number(file, name), file) for file in _files(folder) if _number(file, name) is not None]
    return tuple(file for _, file in sorted(found))


def chosen_take(folder: Path, name: str) -> Path | None:
    """The take that is used: the one called chosen, else the last; None where there is none."""
    takes = takes_of(folder, name)
    chosen = [file for file in takes if file.stem.endswith(".chosen")]
    if len(chosen) > 1:
        both = f"{chosen[0].name} and {chosen[1].name}"
        raise LecternError(f"{folder}: two takes are called chosen, {both}; rename one of them")
    return (chosen or list(takes) or [None])[-1]


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(file for file in folder.iterdir() if file.suffix.lower() in SUFFIXES)


def _number(file: Path, name: str) -> int | None:
    """Which take of `name` a file is; None where it is of something else."""
    if not file.stem.startswith(name):
        return None
    found = _TAKE.fullmatch(file.stem[len(name) :])
    return int(found[1] or 1) if found else None


def _relative(file: Path, episode: Path) -> str:
    return file.relative_to(episode).as_posix()


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _said(lines: Sequence[Line]) -> tuple[str, ...]:
    return tuple(word.spoken for line in lines for word in line.words)
