"""Places in an episode's files as a terminal links them: with the folder, so that a click opens the line."""

import os
import re
from pathlib import Path

_PLACE = re.compile(r"(?<![\w./~-])(?P<file>[\w-][\w./-]*\.\w+)(?=:\d+(?::\d+)?(?![\d.]))")
_folder: list[Path] = []


def name_files_from(folder: Path | None) -> None:
    """Let the places that are printed from now on be those of files in an episode's `folder`; None: they stay as they are."""
    _folder[:] = [folder] if folder else []


def with_folder(text: str) -> str:
    """Return a message with the folder in front of every file of the episode that is named with a line.

    The path is relative to the folder that one is in, or absolute if it leads out of it.
    """
    return _PLACE.sub(lambda place: str(_clickable(place["file"])), text) if _folder else text


def _clickable(name: str) -> Path:
    file = Path(os.path.abspath(_folder[0])) / name
    if not file.is_file():
        return Path(name)
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file
