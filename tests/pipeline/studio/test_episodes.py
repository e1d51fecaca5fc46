"""`lectern episodes`: a studio's episodes are listed, renamed, copied, deleted and taken back."""

import json
from pathlib import Path

import pytest

from lectern.pipeline.base.episode_paths import EpisodePaths
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.lock import locked
from lectern.pipeline.cli.main import main
from lectern.pipeline.studio.episodes import (
    delete_episode,
    duplicate_episode,
    episodes,
    new_episode,
    note_recent,
    recent_episodes,
    rename_episode,
    restore_episode,
    studio_of,
)
from lectern.pipeline.trust.grants import is_own, note_own


@pytest.fixture(autouse=True)
def _profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))


@pytest.fixture
def studio(tmp_path: Path) -> Path:
    for name in ("one", "season/two", "one/media", ".deleted/three", "renders/four"):
        (tmp_path / "studio" / name).mkdir(parents=True)
    for name in ("one", "season/two", ".deleted/three"):
        (tmp_path / "studio" / name / "script.md").write_text(f"---\ntitle: {name}\n---\n\n# A\n\nWords.\n")
    (tmp_path / "studio" / "lectern.toml").write_text("")
    (tmp_path / "studio" / "one" / "one.blend").write_text("blend")
    return tmp_path / "studio"


def test_the_episodes_of_a_studio_are_found_from_each_of_them(studio):
    assert [card.title for card in episodes(studio)] == ["one", "season/two"]
    assert studio_of(studio / "season" / "two") == studio and len(episodes(studio / "one")) == 2


def test_the_title_of_a_script_that_can_not_be_read_is_the_folders_name(studio):
    (studio / "one" / "script.md").write_text("---\ntitle: [\n---\n")
    assert episodes(studio)[0].title == "One"


def test_a_renamed_episode_keeps_what_is_known_of_it(studio):
    note_own(studio / "one")
    note_recent(studio / "one")
    renamed = rename_episode(studio / "one", "first film")
    assert renamed == studio / "first film" and not (studio / "one").exists()
    assert (renamed / "first film.blend").read_text() == "blend" and is_own(renamed)
    assert [card.folder for card in recent_episodes()] == [renamed]


@pytest.mark.parametrize("name", ["", "../out", "a/b", ".hidden", "a\nb", "con:", "n" * 300])
def test_a_name_that_is_no_folders_name_is_refused(studio, name):
    with pytest.raises(LecternError, match="can't be the name of a folder"):
        rename_episode(studio / "one", name)


def test_nothing_is_overwritten(studio):
    (studio / "taken").mkdir()
    (studio / "taken" / "notes.txt").write_text("mine")
    (studio / "link").symlink_to(studio / "nowhere")
    for name in ("taken", "link"):
        with pytest.raises(LecternError, match="there already"):
            rename_episode(studio / "one", name)
    with pytest.raises(LecternError, match="not empty"):
        duplicate_episode(studio / "one", "taken")


def test_an_episode_that_is_being_built_stays_where_it_is(studio):
    lock = EpisodePaths(folder=studio / "one").state / "lock"
    with locked(lock, "a build", "busy"), pytest.raises(LecternError, match="is being worked on"):
        rename_episode(studio / "one", "other")
    assert (studio / "one" / "script.md").exists()


def test_a_copy_has_everything_but_the_trust_in_a_strangers_episode(studio, tmp_path):
    (studio / "one" / "link").symlink_to(tmp_path / "secret")
    copy = duplicate_episode(studio / "one", "copy")
    assert (copy / "copy.blend").exists() and not (copy / "one.blend").exists()
    assert (copy / "link").is_symlink() and (studio / "one" / "one.blend").exists() and not is_own(copy)
    note_own(copy)
    assert is_own(duplicate_episode(copy, "copy 2"))
    assert sorted(p.name for p in studio.iterdir() if p.name.endswith("~copy")) == []


def test_a_deleted_episode_can_be_taken_back(studio):
    first = delete_episode(studio / "one")
    assert first == studio / ".deleted" / "one" and len(episodes(studio)) == 1
    assert restore_episode(first) == studio / "one"
    with pytest.raises(LecternError, match="is not deleted"):
        restore_episode(studio / "one")
    delete_episode(studio / "one")
    new_episode(studio / "one")
    assert delete_episode(studio / "one").name == "one-2"


def test_recent_episodes_are_those_that_are_still_there_latest_first(studio):
    for name in ("one", "season/two", "one"):
        note_recent(studio / name)
    assert [card.title for card in recent_episodes()] == ["one", "season/two"]
    (studio / "one" / "script.md").unlink()
    assert [card.title for card in recent_episodes()] == ["season/two"]


def test_the_command_lists_and_renames_as_json(studio, capsys):
    assert main(["episodes", "rename", str(studio / "one"), "uno", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"folder": str(studio / "uno")}
    assert main(["episodes", "list", str(studio), "--json"]) == 0
    assert [card["title"] for card in json.loads(capsys.readouterr().out)] == ["season/two", "one"]
    assert main(["episodes", "copy", str(studio / "uno")]) == 2
    assert "what is it called then?" in capsys.readouterr().err
