"""Whether files that somebody proposes could be read: they are checked before they are offered, and written nowhere."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from ..base.errors import LecternError
from ..episode.errors import EpisodeErrors
from ..episode.folder import characters_in, pronunciation, read_episode
from ..episode.model import Episode
from ..episode.script import parse_script
from ..episode.settings import SETTINGS_FILE, read_settings
from ..episode.source import SCRIPT, plain_text
from .check import Diagnostic, diagnostic


def readable_episode(folder: Path) -> Episode | None:
    """Return the episode in `folder`, None if it can't be read."""
    try:
        return read_episode(folder)
    except LecternError:
        return None


def faults_of(folder: Path, files: Mapping[str, str | None]) -> tuple[Diagnostic, ...]:
    """Return what would be wrong with the script and the settings if `files` of the episode read so."""
    found: list[Diagnostic] = []
    for name, text in files.items():
        try:
            _read(folder, name, text)
        except EpisodeErrors as errors:
            found += map(diagnostic, errors.problems)
        except LecternError as error:
            found.append(Diagnostic(file=name, message=str(error)))
    return tuple(found)


def _read(folder: Path, name: str, text: str | None) -> None:
    if name == SCRIPT:
        if text is None:
            raise LecternError(f"an episode without {SCRIPT} is none")
        parse_script(plain_text(text), folder, characters_in(folder), pronunciation(folder, None))
    elif name == SETTINGS_FILE and text is not None:
        with tempfile.TemporaryDirectory(prefix="lectern-check-") as place:
            draft = Path(place) / SETTINGS_FILE
            draft.write_text(text, encoding="utf-8")
            read_settings(draft, SETTINGS_FILE)
