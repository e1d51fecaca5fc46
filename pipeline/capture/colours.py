"""The colours of a terminal or an editor: Lectern's by name, the film's, or a file of the episode."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from ..base.assets import themes_folder
from ..base.colour import contrast
from ..base.errors import LecternError
from ..base.files import read_bounded
from ..base.theme import LARGEST_THEME, Theme

NAMES = (
    "background", "foreground", "cursor", "cursorAccent", "selectionBackground", "black", "red", "green", "yellow",
    "blue", "magenta", "cyan", "white", "brightBlack", "brightRed", "brightGreen", "brightYellow", "brightBlue",
    "brightMagenta", "brightCyan", "brightWhite",
)  # fmt: skip
"""What a theme of a terminal names, as xterm.js calls it."""
LEAST_CONTRAST = 4.5
"""The least contrast of text with its background (WCAG 2.2, 1.4.3)."""


def terminal_colours(name: str, film: Theme, episode: Path) -> dict[str, str]:
    """Return the colours called `name`: empty is the film's own, else one of Lectern's or a JSON file of the episode.

    LecternError where there is no such theme, or nobody could read it.
    """
    if not name:
        return dict(film.terminal)
    file = _file(name, episode)
    try:
        colours = json.loads(read_bounded(file, LARGEST_THEME))
    except (ValueError, RecursionError) as error:
        raise LecternError(f"{name} is no JSON that can be read: {error}") from error
    colours = colours.get("terminal", colours) if isinstance(colours, dict) else {}
    _check_colours(colours, name)
    return {key: str(colours[key]) for key in NAMES}


def carried_themes() -> tuple[str, ...]:
    """Return the themes that Lectern carries."""
    return tuple(
        sorted(file.stem for file in (*themes_folder().glob("*.json"), *(themes_folder() / "terminal").glob("*.json")))
    )


def _file(name: str, episode: Path) -> Path:
    own = [
        file
        for file in (themes_folder() / "terminal" / f"{name}.json", themes_folder() / f"{name}.json")
        if file.is_file()
    ]
    if own:
        return own[0]
    file = (episode / name).resolve()
    if not file.is_relative_to(episode.resolve()) or not file.is_file():
        raise LecternError(
            f'there is no theme "{name}"; name a JSON file of the episode or one of: {", ".join(carried_themes())}'
        )
    return file


def _check_colours(colours: Mapping[str, object], name: str) -> None:
    wrong = [key for key in NAMES if not re.fullmatch(r"#[0-9a-fA-F]{6}", str(colours.get(key, "")))]
    if wrong:
        raise LecternError(f'the theme {name} needs colours like "#12ab9f" for: {", ".join(wrong)}')
    text = contrast(str(colours["foreground"]), str(colours["background"]))
    if text < LEAST_CONTRAST:
        raise LecternError(
            f"nobody can read the theme {name}: its text has a contrast of {text:.1f}; {LEAST_CONTRAST} is the least"
        )
