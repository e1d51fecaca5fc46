"""The look an episode asks for."""

from pathlib import Path

from pydantic import ValidationError

from ..base.assets import OWN, themes_folder
from ..base.errors import LecternError
from ..base.files import can_be_path, read_bounded
from ..base.theme import LARGEST_THEME, Theme
from .brand import brand_faults, branded
from .errors import did_you_mean, list_names
from .model import Episode

_ALSO = {
    "dark": "night",
    "default": "night",
    "light": "daylight",
    "day": "daylight",
    "white": "daylight",
    "bright": "daylight",
}
"""What else a theme of Lectern's is called."""
_OF_SCREENS = ("dusk", "lagoon")
"""What only screens can look like."""


def theme_of(episode: Episode) -> Theme:
    """Return the theme named in lectern.toml: `paper` or `lectern:paper`, or a JSON file of the episode; with the studio's brand."""
    return branded(read_theme(episode.settings.film.theme, episode.folder), episode.settings.brand)


def brand_findings(episode: Episode) -> tuple[str, ...]:
    """Return in sentences what of the studio's brand can't be read over the episode's theme."""
    return tuple(brand_faults(read_theme(episode.settings.film.theme, episode.folder), episode.settings.brand))


def read_theme(name: str, folder: Path) -> Theme:
    """Return a theme of Lectern's, or of a file of the episode in `folder`. Raises LecternError if it can't be read."""
    if not can_be_path(name):
        raise LecternError(_no_theme(name))
    known = _ALSO.get(name.removeprefix(OWN), name.removeprefix(OWN))
    own = next((file for file in _own_files() if file.stem == known), None)
    file = own if own and (name.startswith(OWN) or not (folder / name).is_file()) else folder / name
    if name.startswith(OWN) and not own or not file.is_file():
        raise LecternError(_no_theme(name))
    try:
        return Theme.model_validate_json(read_bounded(file, LARGEST_THEME))
    except ValidationError as error:
        first = error.errors()[0]
        raise LecternError(f"{file}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def own_themes() -> tuple[Theme, ...]:
    """Return the themes that come with Lectern, dark ones first."""
    found = [Theme.model_validate_json(file.read_bytes()) for file in _own_files()]
    return tuple(sorted(found, key=lambda theme: (theme.is_light, theme.name != "night", theme.name)))


def _own_files() -> list[Path]:
    return sorted(themes_folder().glob("*.json"))


def _no_theme(name: str) -> str:
    """Return what is said of a theme that doesn't exist, or that is a screen's."""
    own, plain = [file.stem for file in _own_files()], name.strip().removeprefix(OWN)
    others = "or name a JSON file of the episode with colours of your own"
    if plain.casefold() not in _OF_SCREENS:
        return f'there is no theme "{name.strip()}"{did_you_mean(plain, own)}; Lectern has: {list_names(own)}; {others}'
    return (
        f'there is no theme "{name.strip()}" of films; Lectern has: {list_names(own)}; {others}. A terminal or an editor can '
        f"look like that: environment: {{theme: {plain.casefold()}}} in its capture block"
    )
