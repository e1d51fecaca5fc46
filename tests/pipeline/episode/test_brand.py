"""A studio's brand over the themes: its colours where they can be read, its fonts, and what is said where they can't."""

import json
from pathlib import Path

import pytest

from lectern.pipeline.base.colour import contrast
from lectern.pipeline.cli.main import main
from lectern.pipeline.episode.brand import BrandSettings, brand_faults, branded, measured
from lectern.pipeline.episode.errors import EpisodeErrors
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.episode.themes import own_themes, read_theme, theme_of
from lectern.pipeline.studio.check import check

NIGHT = read_theme("night", Path())
SCRIPT = "---\ntitle: A film\n---\n\n# A scene {#a}\n\nA few words.\n"


def _episode(folder: Path, settings: str) -> Path:
    """An episode of a studio with these settings."""
    (folder / "lectern.toml").write_text(settings)
    (folder / "film").mkdir()
    (folder / "film/script.md").write_text(SCRIPT)
    return folder / "film"


def test_a_brand_replaces_what_it_names_and_nothing_else() -> None:
    seen = branded(NIGHT, BrandSettings(accent="#FF8A3D", display="Fraunces-SemiBold.ttf"))
    assert (seen.accent, seen.display) == ("#ff8a3d", "Fraunces-SemiBold.ttf")
    assert seen.model_copy(update={"accent": NIGHT.accent, "display": NIGHT.display}) == NIGHT
    assert branded(NIGHT, BrandSettings()) == NIGHT


@pytest.mark.parametrize("theme", own_themes(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("accent", ["#000000", "#ffffff", "#cc0000", "#003366", "#7f7f7f", "#ffee00"])
def test_over_every_theme_an_accent_and_text_on_it_can_be_read(theme, accent: str) -> None:
    seen = branded(theme, BrandSettings(accent=accent))
    assert all(contrast(seen.accent, ground) >= 4.5 for ground in (*theme.background, theme.plate))
    assert contrast(seen.accent_text, seen.accent) >= 4.5


def test_an_accent_changes_no_further_than_it_has_to() -> None:
    seen = branded(NIGHT, BrandSettings(accent="#cc0000")).accent
    assert seen == "#e27070"  # the first step on the way to white that reaches 4.5:1 on the plates
    assert min(contrast(seen, ground) for ground in (*NIGHT.background, NIGHT.plate)) < 4.8


def test_what_can_not_be_read_is_told_with_what_films_have_in_its_place() -> None:
    (said,) = brand_faults(NIGHT, BrandSettings(accent="#cc0000"))
    assert said == (
        '[brand] accent #cc0000 has a contrast of 2.4:1 on plates of the theme "night", 4.5:1 is needed; '
        "films have #e27070 in its place"
    )
    (said,) = brand_faults(NIGHT, BrandSettings(accent_text="#ffffff"))
    assert "accent_text #ffffff has a contrast of 1.8:1 on the accent #ffb454" in said and "films have #000000" in said
    assert [*brand_faults(NIGHT, BrandSettings(accent="#ff8a3d", mono="JetBrainsMono-Bold.ttf"))] == []
    assert [m.contrast for m in measured(NIGHT)] == [8.5, 8.0, 10.5]


def test_every_film_of_the_studio_has_the_brand_and_check_tells_what_can_not_be_read(tmp_path: Path) -> None:
    folder = _episode(tmp_path, '[brand]\naccent = "#cc0000"\n')
    assert theme_of(read_episode(folder)).accent == "#e27070"
    assert any("contrast of 2.4:1" in finding.message for finding in check(folder, film=False).findings)


def test_a_wrong_colour_and_an_unknown_font_are_refused_with_their_lines(tmp_path: Path) -> None:
    folder = _episode(tmp_path, '[brand]\naccent = "orange"\ndisplay = "Fraunces-Semibold.ttf"\ncolour = "#ffffff"\n')
    with pytest.raises(EpisodeErrors) as found:
        read_episode(folder)
    said = str(found.value)
    assert 'lectern.toml:2: "brand.accent": a colour is written as # and six digits' in said
    assert "lectern.toml:3" in said and 'did you mean "Fraunces-SemiBold.ttf"' in said
    assert "lectern.toml:4" in said and "colour" in said


def test_the_command_shows_what_films_have_and_from_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = _episode(tmp_path, '[brand]\naccent = "#cc0000"\nmono = "JetBrainsMono-Bold.ttf"\n')
    assert main(["brand", str(folder), "--json"]) == 1
    (card,) = json.loads(capsys.readouterr().out)
    sources = {value["key"]: (value["value"], value["source"]) for value in card["values"]}
    assert sources["accent"] == ("#e27070", "made to be read, for #cc0000")
    assert (sources["mono"][1], sources["sans"][1]) == ("brand", "theme")
    (tmp_path / "lectern.toml").write_text('[brand]\naccent = "#ff8a3d"\n')
    assert main(["brand", str(folder)]) == 0
    assert "#ff8a3d" in capsys.readouterr().out
