"""A build asks each Blender that has the episode open to save, and says so where one does not answer."""

from pathlib import Path

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.jobs import editors
from lectern.pipeline.jobs.database import open_database
from lectern.pipeline.jobs.editors import EditorEntry, ask_editors


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "lectern.sqlite"


def _opened(database: Path) -> EditorEntry:
    """A Blender that has the episode open, as if it were another process."""
    entry = EditorEntry(database)
    editors._open_here.discard(database)
    return entry


def test_a_blender_that_has_the_episode_open_asks_nobody_when_it_writes(database: Path) -> None:
    entry = EditorEntry(database)
    other = open_database(database)
    other.execute("INSERT INTO editors (process, unsaved) VALUES (?, 1)", (editors.identity(1),))
    ask_editors(database, sleep=pytest.fail)
    entry.close()
    other.close()
    with pytest.raises(LecternError, match="did not answer"):
        ask_editors(database, patience=0.0)


def test_a_build_goes_on_when_all_is_saved(database: Path) -> None:
    saved: list[str] = []

    def answer(_seconds: float) -> None:
        if question := entry.question(True):
            saved.append(question)
            entry.answer(question)

    ask_editors(database)  # nobody has ever opened it
    entry = _opened(database)
    ask_editors(database, sleep=answer)
    ask_editors(database, sleep=answer)
    assert len(set(saved)) == 2
    assert entry.question(False) == ""
    entry.close()
    ask_editors(database, sleep=pytest.fail)


def test_one_that_has_something_unsaved_and_is_silent_stops_the_build(database: Path) -> None:
    entry = _opened(database)
    entry.question(unsaved=True)
    with pytest.raises(LecternError, match=r"changes that are not saved.*Its \.blend is left as it is"):
        ask_editors(database, patience=0.0, sleep=lambda _: None)
    entry.question(unsaved=False)
    ask_editors(database, patience=0.0, sleep=lambda _: None)


def test_why_something_could_not_be_saved_is_said(database: Path) -> None:
    entry = _opened(database)
    with pytest.raises(LecternError, match="could not save what was changed there: the disk is full"):
        ask_editors(database, sleep=lambda _: entry.answer(entry.question(True), "the disk is full"))


def test_a_blender_that_has_ended_is_not_waited_for(database: Path) -> None:
    with open_database(database) as db:
        db.execute("INSERT INTO editors (process, unsaved) VALUES (?, 1)", (editors.identity(2**22 - 3),))
    ask_editors(database, sleep=pytest.fail)


def test_the_blender_that_has_started_the_build_is_not_asked(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = _opened(database)
    entry.question(unsaved=True)
    monkeypatch.setattr(editors.os, "getppid", editors.os.getpid)
    ask_editors(database, sleep=pytest.fail)
