"""`lectern themes`: what a film can look like."""

import io
from pathlib import Path

from ..base.colour import contrast
from ..base.errors import LecternError
from ..base.files import inside_of, write_atomic
from ..base.frozen import Frozen
from ..base.theme import Theme
from ..drawing.theme_card import draw_theme_card
from ..episode.folder import settings_in
from ..episode.themes import own_themes, read_theme


class ThemeCard(Frozen):
    """A theme that comes with Lectern, as a person chooses it.

    `fonts` are those of headings, text and code; `contrast` is that of text with its ground (1..21, WCAG 2.2); `used`: the film
    in this folder looks like that; `picture` is a PNG that was written.
    """

    name: str
    mood: str
    light: bool
    fonts: tuple[str, str, str]
    contrast: float
    used: bool = False
    picture: Path | None = None


def themes(folder: Path, *, pictures: Path | None = None, config: Path | None = None) -> tuple[ThemeCard, ...]:
    """Return Lectern's themes, dark ones first; with `pictures`, write a PNG of each into that folder.

    Raises LecternError if a picture can't be written.
    """
    used = _used(folder, config)
    return tuple(
        ThemeCard(
            name=theme.name,
            mood=theme.mood,
            light=theme.is_light,
            fonts=(_family(theme.display), _family(theme.sans), _family(theme.mono)),
            contrast=round(min(contrast(theme.text, ground) for ground in theme.background), 1),
            used=theme == used,
            picture=_picture(theme, pictures.absolute(), folder.resolve()) if pictures else None,
        )
        for theme in own_themes()
    )


def _used(folder: Path, config: Path | None) -> Theme | None:
    """Return the theme of the film in a folder; None where that can't be read, which is not what is asked here."""
    try:
        return read_theme(settings_in(folder, config).film.theme, folder)
    except LecternError:
        return None


def _family(font: str) -> str:
    return font.partition("-")[0]


def _picture(theme: Theme, into: Path, folder: Path) -> Path:
    png, file = io.BytesIO(), into / f"{theme.name}.png"
    draw_theme_card(theme).save(png, "PNG")
    write_atomic(file, png.getvalue(), inside=inside_of(file, folder))
    return file
