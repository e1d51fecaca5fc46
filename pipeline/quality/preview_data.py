"""What Blender's preview and timeline need to know of a film beyond its strips: what has to be seen, and the words that are said."""

from typing import NamedTuple

from pydantic import ValidationError

from ..base.episode_paths import EpisodePaths
from ..base.errors import LecternError
from ..base.files import read_own, write_changed
from ..base.frozen import Frozen
from .visibility import SightSpan

_LARGEST = 50_000_000
"""Bytes of the file."""


class SaidWord(NamedTuple):
    """A word as it is written, the seconds of its line's recording in which it is said, and which of the line's words it is."""

    written: str
    start: float
    end: float
    number: int = 0


class LineWords(NamedTuple):
    """Who speaks a line, and its words."""

    speaker: str
    words: tuple[SaidWord, ...]


class PreviewData(Frozen):
    """What has to be seen, by scene, and what is said, by line; `margin` is the theme's, as a fraction of the frame."""

    sights: dict[str, tuple[SightSpan, ...]] = {}
    lines: dict[str, LineWords] = {}
    margin: float = 0.05


def write_preview_data(paths: EpisodePaths, data: PreviewData) -> None:
    """Keep it with the build's state."""
    write_changed(paths.preview, data.model_dump_json(), inside=None)


def read_preview_data(paths: EpisodePaths) -> PreviewData | None:
    """Return what the last build has kept; None if there is none, or one of another version."""
    try:
        content = read_own(paths.preview, inside=None, most=_LARGEST)
        return PreviewData.model_validate_json(content) if content else None
    except (ValidationError, LecternError):
        return None
