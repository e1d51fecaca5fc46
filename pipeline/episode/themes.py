"""The look an episode asks for."""

from pydantic import ValidationError

from ..base.assets import OWN, themes_folder
from ..base.errors import LecternError
from ..base.theme import Theme
from .model import Episode


def theme_of(episode: Episode) -> Theme:
    """Return the theme named in lectern.toml: `lectern:NAME`, or a JSON file of the episode."""
    name = episode.settings.film.theme
    file = themes_folder() / f"{name.removeprefix(OWN)}.json" if name.startswith(OWN) else episode.folder / name
    if not file.is_file():
        own = ", ".join(f"{OWN}{f.stem}" for f in sorted(themes_folder().glob("*.json")))
        raise LecternError(f'there is no theme "{name}"; name a JSON file of the episode or one of Lectern\'s: {own}')
    try:
        return Theme.model_validate_json(file.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        raise LecternError(f"{file}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
