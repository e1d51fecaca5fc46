"""The take store: whole or not at all, found by what it was made of."""

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from dummy_takes import FIRST, SECOND, Thing, Wish

from lectern.pipeline.errors import LecternError
from lectern.pipeline.jobs.process import alive, identity
from lectern.pipeline.jobs.takes import TakeStore, take_key


class NoBench:
    """A bench for makers that build on nothing."""

    episode = Path()

    def take(self, kind: str, key: str) -> Path:
        raise AssertionError("nothing was promised")

    def report(self, done: float) -> None:
        pass


def test_the_key_depends_on_request_kind_and_version_and_nothing_else() -> None:
    key = take_key(FIRST, Wish(number=1))
    assert key == take_key(FIRST, Wish(number=1, seconds=0.0)) and len(key) == 20
    assert key != take_key(FIRST, Wish(number=2))
    assert key != take_key(SECOND, Wish(number=1))
    assert key != take_key(FIRST.model_copy(update={"version": 2}), Wish(number=1))


def test_a_key_is_the_same_in_another_process() -> None:
    code = "from dummy_takes import *; print(take_key(FIRST, Wish(number=1, fault='é')))"
    other = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parent, capture_output=True, text=True)
    assert other.stdout.strip() == take_key(FIRST, Wish(number=1, fault="é"))


def test_a_take_comes_back_as_it_was_put_with_its_request_beside_it(tmp_path: Path) -> None:
    store = TakeStore(tmp_path, clock=lambda: 1234.5)
    made = store.put(FIRST, Wish(number=3), NoBench())
    key = take_key(FIRST, Wish(number=3))
    card = json.loads((store.folder("first", key) / "take.json").read_text())
    assert made == store.load(FIRST, key) == Thing(files=("part-0", "part-1", "part-2", "part-3"), total=3)
    assert (card["made_at"], card["request"]["number"], card["files"]["part-0"]) == (1234.5, 3, 1000)


def test_a_take_that_is_there_is_not_made_again(tmp_path: Path) -> None:
    store, key = TakeStore(tmp_path), take_key(FIRST, Wish(number=3))
    store.put(FIRST, Wish(number=3), NoBench())
    before = (store.folder("first", key) / "take.json").stat().st_mtime_ns
    store.put(FIRST, Wish(number=3), NoBench())
    assert (store.folder("first", key) / "take.json").stat().st_mtime_ns == before


def test_a_maker_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(LecternError, match="no voice"):
        TakeStore(tmp_path).put(FIRST, Wish(number=3, fault="no voice"), NoBench())
    assert list((tmp_path / "first").iterdir()) == []


@pytest.mark.parametrize("harm", ["delete", "shorten", "card"])
def test_a_take_of_which_a_file_is_missing_or_cut_is_made_again(tmp_path: Path, harm: str) -> None:
    store, key = TakeStore(tmp_path), take_key(FIRST, Wish(number=3))
    store.put(FIRST, Wish(number=3), NoBench())
    folder = store.folder("first", key)
    {
        "delete": lambda: (folder / "part-2").unlink(),
        "shorten": lambda: os.truncate(folder / "part-2", 10),
        "card": lambda: (folder / "take.json").write_text('{"files": {'),
    }[harm]()
    assert not store.has("first", key)
    store.put(FIRST, Wish(number=3), NoBench())
    assert store.has("first", key)
    assert [f.name for f in (tmp_path / "first").iterdir()] == [key]


def test_of_many_makers_of_one_take_one_wins_and_the_others_drop_theirs(tmp_path: Path) -> None:
    store, key, results = TakeStore(tmp_path), take_key(FIRST, Wish(number=3, seconds=0.1)), []
    makers = [
        threading.Thread(target=lambda: results.append(store.put(FIRST, Wish(number=3, seconds=0.1), NoBench())))
        for _ in range(4)
    ]
    [m.start() for m in makers]
    [m.join() for m in makers]
    assert len(results) == 4 and len(set(results)) == 1
    assert [f.name for f in (tmp_path / "first").iterdir()] == [key]


def test_what_a_dead_maker_left_is_swept_and_what_a_living_one_makes_is_not(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", "pass"])
    name = identity(dead.pid)
    dead.wait()
    ours, theirs = (tmp_path / "first" / f".0123~{who}~0" for who in (identity(), name))
    ours.mkdir(parents=True), theirs.mkdir()
    assert (TakeStore(tmp_path).sweep(), ours.exists(), theirs.exists()) == (1, True, False)


def test_another_machines_unfinished_folder_is_swept_after_a_day(tmp_path: Path) -> None:
    folder = tmp_path / "first" / ".0123~17-99-another-host~0"
    folder.mkdir(parents=True)
    made = folder.stat().st_mtime
    assert TakeStore(tmp_path, clock=lambda: made + 3600).sweep() == 0
    assert TakeStore(tmp_path, clock=lambda: made + 90_000).sweep() == 1


def test_a_process_is_told_from_a_later_one_of_the_same_number() -> None:
    pid, start, host = identity().split("-", 2)
    assert alive(identity()) is True
    assert alive(f"{pid}-{int(start) - 1}-{host}") is False
    assert alive(f"{pid}-{start}-elsewhere") is None


def test_a_take_that_is_not_there_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(LecternError, match="build again"):
        TakeStore(tmp_path).load(FIRST, "0" * 20)
    shutil.rmtree(tmp_path)
    assert TakeStore(tmp_path).sweep() == 0


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(LecternError, match=f"the disk is full: there is no room in {tmp_path}/first; free some"):
        TakeStore(tmp_path).put(FIRST, Wish(number=1, fault="full"), NoBench())
    assert not list((tmp_path / "first").iterdir())
