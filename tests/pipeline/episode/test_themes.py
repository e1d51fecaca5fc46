"""The themes that come with Lectern: each can be read everywhere, has its fonts, and looks like none of the others."""

from itertools import combinations
from pathlib import Path

import pytest

from lectern.pipeline.base.assets import font_file
from lectern.pipeline.base.colour import contrast
from lectern.pipeline.base.theme import Theme
from lectern.pipeline.capture.colours import NAMES, terminal_colours
from lectern.pipeline.drawing.plate import draw_plate, plate_request
from lectern.pipeline.episode.themes import own_themes
from lectern.pipeline.studio.themes import themes

THEMES = own_themes()
CODE = [name for name in NAMES if name not in ("background", "cursor", "cursorAccent", "selectionBackground", "black", "brightBlack")]  # fmt: skip


def named(theme: Theme) -> str:
    return theme.name


def _grounds(theme: Theme) -> list[str]:
    """The colours of the backdrop, the lightest and the darkest that its motif makes among them."""
    pixels = draw_plate(plate_request(theme, (192, 108), 1)).reshape(-1, 3)
    order = pixels.astype(int).sum(1).argsort()
    return [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in pixels[order[[0, len(order) // 2, -5]]]]


@pytest.mark.parametrize("theme", THEMES, ids=named)
def test_all_text_of_a_theme_can_be_read(theme: Theme) -> None:
    pairs = [(theme.text, ground, 7.0) for ground in _grounds(theme)]
    pairs += [(colour, ground, 4.5) for colour in (theme.muted, theme.accent) for ground in _grounds(theme)]
    pairs += [(colour, theme.surface, 4.5) for colour in (theme.text, theme.muted, theme.accent)]
    pairs += [(theme.accent_text, theme.accent, 4.5), (theme.window_text, theme.window_bar, 4.5)]
    pairs += [(theme.terminal[name], theme.window, 4.5) for name in CODE]
    assert [
        (front, back, round(found, 1)) for front, back, least in pairs if (found := contrast(front, back)) < least
    ] == []


@pytest.mark.parametrize("theme", THEMES, ids=named)
def test_a_theme_is_a_terminals_too_and_has_its_fonts(theme: Theme, tmp_path: Path) -> None:
    assert terminal_colours(theme.name, THEMES[0], tmp_path) == {name: theme.terminal[name] for name in NAMES}
    for font in (theme.sans, theme.sans_bold, theme.display, theme.mono, theme.mono.replace("Regular", "Bold")):
        assert (
            font_file(font).is_file()
            and font_file(f"{font.partition('-')[0].removesuffix('Display')}-LICENCE.txt").is_file()
        )


def test_no_theme_is_another_in_other_colours() -> None:
    assert len(THEMES) >= 6 and {theme.is_light for theme in THEMES} == {True, False}
    for one, other in combinations(THEMES, 2):
        assert one.motif and other.motif and one.motif.kind != other.motif.kind
        assert one.display != other.display


def test_the_list_of_themes_tells_which_one_a_film_has_and_draws_each(tmp_path: Path) -> None:
    (tmp_path / "lectern.toml").write_text('[film]\ntheme = "paper"\n')
    found = themes(tmp_path, pictures=tmp_path / "cards")
    assert [card.name for card in found if card.used] == ["paper"]
    assert [card.light for card in found] == sorted(card.light for card in found)
    assert sorted(file.name for file in (tmp_path / "cards").iterdir()) == sorted(f"{card.name}.png" for card in found)
    assert len({card.picture.read_bytes() for card in found if card.picture}) == len(found)
