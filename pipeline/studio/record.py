"""`lectern record`: a person's own voice for a line, from a microphone or a file, as the newest take of that line."""

import tempfile
from pathlib import Path
from typing import NamedTuple

from ..base import audio
from ..base.arrays import MonoSamples
from ..base.errors import LecternError
from ..episode.folder import read_episode
from ..episode.model import Line
from .element_changes import add_recording
from .elements import RECORDING


class LineToRecord(NamedTuple):
    """A line that a person speaks: its `id`, what it says, and who says it."""

    id: str
    text: str
    speaker: str


def line_to_record(folder: Path, line: str, *, config: Path | None = None) -> LineToRecord:
    """Return a line of the episode, given by its id or by the number of the line of script.md at which its paragraph begins.

    Raises LecternError if there is no such line, or if it is spoken by a voice that is no recording.
    """
    episode = read_episode(folder, config)
    lines = [each for scene in episode.scenes for each in scene.lines]
    found = next((each for each in lines if line in (each.id, str(each.line))), None)
    if found is None:
        near = "; ".join(f'{each.line}: "{_begin(_written(each))}"' for each in lines[:3])
        raise LecternError(
            f'there is no line "{line}" to record; it is given by its id, or by its number in script.md ({near} …)'
        )
    character = episode.character(found.speaker)
    if character.provider != RECORDING:
        raise LecternError(
            f'script.md:{found.line}: {character.id} speaks with the voice "{character.voice or character.provider}": '
            f'let somebody whose "provider" is "{RECORDING}" speak this line first'
        )
    return LineToRecord(found.id, _written(found), found.speaker)


def keep_recording(folder: Path, line: str, sound: MonoSamples) -> Path:
    """Write what a microphone has recorded into the episode as the newest take of a line; return the file."""
    with tempfile.TemporaryDirectory(prefix="lectern-record-") as scratch:
        file = Path(scratch) / "recorded.wav"
        audio.write(file, sound[:, None])
        return add_recording(folder, line, file)


def _written(line: Line) -> str:
    return " ".join(word.written for word in line.words)


def _begin(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:29]}…"
