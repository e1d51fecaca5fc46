"""Narrators' files go by names that stay the same wherever Lectern and the episode lie."""

from pathlib import Path

import pytest

from lectern.pipeline.avatar.sources import TREATMENT, drawing_file, name_of, treatment_file
from lectern.pipeline.base.errors import LecternError


def test_what_lectern_carries_is_found_by_its_name(tmp_path: Path) -> None:
    assert name_of("lectern:ada", Path("/anywhere/ada.json"), tmp_path) == "lectern:ada"
    assert drawing_file("lectern:ada", tmp_path).read_text("utf-8").startswith("<!-- Ada")
    assert treatment_file(TREATMENT, tmp_path).is_file()


def test_an_episodes_own_drawing_has_the_same_name_wherever_the_episode_lies(tmp_path: Path) -> None:
    for place in (tmp_path / "here", tmp_path / "there" / "deep"):
        own, shared = place / "film" / "characters" / "cleo.json", place / "characters" / "dan.json"
        assert name_of("cleo.svg", own, place / "film") == "characters/cleo.svg"
        assert name_of("art/dan.svg", shared, place / "film") == "../characters/art/dan.svg"
        assert drawing_file("characters/cleo.svg", place / "film") == own.with_suffix(".svg")


@pytest.mark.parametrize("name", ["lectern:nobody", "lectern:../themes/night"])
def test_a_name_that_lectern_does_not_carry_is_refused_with_those_there_are(name: str, tmp_path: Path) -> None:
    with pytest.raises(LecternError, match=f'no "{name}".*lectern:ada, lectern:ben, lectern:kai, lectern:ruth'):
        drawing_file(name, tmp_path)
