"""`lectern brand`: what a studio's brand makes of the theme, and how well that can be read."""

from pathlib import Path

from ..base.frozen import Frozen
from ..episode.brand import BrandSettings, brand_faults, branded, measured
from ..episode.folder import settings_file, settings_in
from ..episode.themes import read_theme


class BrandValue(Frozen):
    """A colour or a font that films have: its key and value, and who says so: the theme, the brand, or that it has to be read."""

    key: str
    value: str
    source: str


class LegibleColour(Frozen):
    """`what` is on `ground`, with which contrast (1..21, WCAG 2.2)."""

    what: str
    ground: str
    contrast: float


class BrandCard(Frozen):
    """The brand of a studio over the theme of an episode; `settings` is the lectern.toml that says it ("": there is none).

    `faults` say what can't be read, and what films have in its place.
    """

    settings: str
    theme: str
    values: tuple[BrandValue, ...]
    contrasts: tuple[LegibleColour, ...]
    faults: tuple[str, ...]


def brand(folder: Path, *, config: Path | None = None) -> BrandCard:
    """Return what the brand of the studio makes of the films in `folder`. Raises LecternError for settings that can't be read."""
    folder = folder.resolve()
    settings = settings_in(folder, config)
    theme = read_theme(settings.film.theme, folder)
    seen, file = branded(theme, settings.brand), config or settings_file(folder)
    return BrandCard(
        settings=str(file or ""),
        theme=theme.name,
        values=tuple(
            BrandValue(key=key, value=getattr(seen, key), source=_source(settings.brand, key, getattr(seen, key)))
            for key in BrandSettings.model_fields
        ),
        contrasts=tuple(LegibleColour(what=m.what, ground=m.ground, contrast=m.contrast) for m in measured(seen)),
        faults=tuple(brand_faults(theme, settings.brand)),
    )


def _source(brand: BrandSettings, key: str, value: str) -> str:
    wanted = getattr(brand, key)
    if not wanted:
        return (
            "made to be read" if value in ("#000000", "#ffffff") and brand.accent and key == "accent_text" else "theme"
        )
    return "brand" if wanted == value else f"made to be read, for {wanted}"
