"""The state of an episode's builds belongs to the person, and to one very folder."""

import json
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from lectern.pipeline.base.episode_paths import EpisodePaths
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.profile import asked_folder, state_folder
from lectern.pipeline.build.take_scheduler import TakeScheduler, ignore_summary


@pytest.fixture(autouse=True)
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    return tmp_path / "profile"


def episode(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_nothing_that_decides_lies_in_the_episodes_folder(tmp_path: Path, profile: Path) -> None:
    paths = EpisodePaths(folder=episode(tmp_path / "ep"))
    decide = (paths.database, paths.captures, paths.compiled, paths.film_note, asked_folder(paths.folder))
    assert all(file.is_relative_to(profile / "state") for file in decide)
    assert not list(paths.folder.iterdir())


def test_a_database_that_came_with_the_episode_is_not_opened(tmp_path: Path) -> None:
    folder = episode(tmp_path / "ep")
    planted = folder / ".lectern" / "lectern.sqlite"
    planted.parent.mkdir()
    planted.write_bytes(b"not even a database")
    with TakeScheduler(EpisodePaths(folder=folder), None, 1, ignore_summary) as scheduler:
        assert scheduler.notes == ()
    assert planted.read_bytes() == b"not even a database"


def test_the_state_says_whose_it_is_and_only_the_person_can_read_it(tmp_path: Path) -> None:
    paths = EpisodePaths(folder=episode(tmp_path / "ep"))
    assert json.loads((paths.state / "episode.json").read_text())["folder"] == str(paths.folder)
    assert paths.state.stat().st_mode & 0o777 == 0o700
    (tmp_path / "link").symlink_to(paths.folder)
    assert EpisodePaths(folder=tmp_path / "link").state == paths.state


def test_a_folder_that_is_copied_moved_or_replaced_gets_a_fresh_state(tmp_path: Path) -> None:
    folder = episode(tmp_path / "ep")
    first = EpisodePaths(folder=folder).state
    shutil.copytree(folder, tmp_path / "copy")
    assert EpisodePaths(folder=tmp_path / "copy").state != first
    folder.rename(tmp_path / "moved")
    assert EpisodePaths(folder=tmp_path / "moved").state != first
    assert EpisodePaths(folder=episode(folder)).state != first
    assert not first.exists()  # its folder is gone


def test_a_damaged_queue_is_set_aside_with_a_sentence_and_begun_anew(tmp_path: Path) -> None:
    paths, said = EpisodePaths(folder=episode(tmp_path / "ep")), []
    paths.database.write_bytes(b"no database")
    with TakeScheduler(paths, None, 1, said.append) as scheduler:
        assert "damaged" in scheduler.notes[0] and "lectern.sqlite.damaged-1" in scheduler.notes[0]
    with sqlite3.connect(paths.database) as db:
        db.execute("DROP TABLE asks")
    with TakeScheduler(paths, None, 1, said.append) as scheduler:
        assert "its tables are not those of Lectern" in scheduler.notes[0]
    assert len(said) == len(list(paths.state.glob("*.damaged-*"))) == 2


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX permissions")
def test_a_profile_that_can_not_be_written_is_told_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LECTERN_STATE_HOME", str(tmp_path / "file"))
    assert state_folder() == tmp_path / "file"
    with pytest.raises(LecternError, match="LECTERN_STATE_HOME"):
        EpisodePaths(folder=episode(tmp_path / "ep")).state  # noqa: B018
