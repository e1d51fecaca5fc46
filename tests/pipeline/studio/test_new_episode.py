"""What `lectern new` writes is a good episode as it is."""

import re
import tomllib
from pathlib import Path

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.episode.settings import Settings
from lectern.pipeline.episode.unsupported import refuse_unsupported
from lectern.pipeline.studio.check import check
from lectern.pipeline.studio.new import ABOUT, TEMPLATES, new


def test_the_new_episode_is_read_without_a_fault_and_can_be_built_today(tmp_path: Path) -> None:
    files = new(tmp_path / "my-film")
    episode = read_episode(tmp_path / "my-film")
    assert {f.relative_to(tmp_path / "my-film").as_posix() for f in files} == {
        "script.md", "lectern.toml", ".gitignore", "characters/README.md", "pages/count/index.html",
    }  # fmt: skip
    assert [s.id for s in episode.scenes] == ["title", "how-many", "which", "picture", "remember"]
    assert refuse_unsupported(episode) == ()


def test_its_settings_show_every_key_with_its_default(tmp_path: Path) -> None:
    new(tmp_path)
    text = (tmp_path / "lectern.toml").read_text()
    shown = tomllib.loads(re.sub(r"^# (?=\w+ = )", "", text, flags=re.MULTILINE))
    assert shown == Settings().model_dump()
    assert tomllib.loads(text) == {"film": {}, "brand": {}, "sound": {}, "capture": {}, "blender": {}}


def test_git_leaves_out_what_lectern_makes(tmp_path: Path) -> None:
    new(tmp_path)
    assert {"media/", "renders/", ".lectern/"} <= set((tmp_path / ".gitignore").read_text().splitlines())


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "script.md").write_text("mine")
    with pytest.raises(LecternError, match="not empty"):
        new(tmp_path)
    with pytest.raises(LecternError, match="is a file"):
        new(tmp_path / "script.md")
    assert [(f.name, f.read_text()) for f in tmp_path.iterdir()] == [("script.md", "mine")]


@pytest.mark.parametrize("template", ABOUT)
def test_every_template_is_a_film_of_its_planned_length_without_a_finding(tmp_path: Path, template: str) -> None:
    new(tmp_path / "film", template)
    found = check(tmp_path / "film")
    assert not found.problems and not found.findings
    assert refuse_unsupported(read_episode(tmp_path / "film")) == ()
    assert (tmp_path / "film" / ".gitignore").exists() and (tmp_path / "film" / "characters" / "README.md").exists()


def test_a_template_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    assert {folder.name for folder in TEMPLATES.iterdir()} == set(ABOUT)
    with pytest.raises(LecternError, match="tutorial, talk, short"):
        new(tmp_path / "film", "lecture")
    assert not (tmp_path / "film").exists()
