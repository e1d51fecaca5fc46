"""The take store: whole or not at all, found by what it was made of."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from dummy_takes import FIRST, SECOND, Thing, Wish
from support.contexts import context_in

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.files import content_digest
from lectern.pipeline.base.process import alive, identity
from lectern.pipeline.jobs.recipe import take_key
from lectern.pipeline.jobs.take_file import TakeFile
from lectern.pipeline.jobs.takes import TakeStore
from lectern.pipeline.studio.adopt import AdoptResult, adopt


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
    made = store.put(FIRST, Wish(number=3), context_in(tmp_path))
    key = take_key(FIRST, Wish(number=3))
    card = json.loads((store.folder("first", key) / "take.json").read_text())
    assert made == store.load(FIRST, key) == Thing(files=("part-0", "part-1", "part-2", "part-3"), total=3)
    assert (card["made_at"], card["request"]["number"], card["files"]["part-0"]["size"]) == (1234.5, 3, 1000)


def test_a_take_that_is_there_is_not_made_again(tmp_path: Path) -> None:
    store, key = TakeStore(tmp_path), take_key(FIRST, Wish(number=3))
    store.put(FIRST, Wish(number=3), context_in(tmp_path))
    before = (store.folder("first", key) / "take.json").stat().st_mtime_ns
    store.put(FIRST, Wish(number=3), context_in(tmp_path))
    assert (store.folder("first", key) / "take.json").stat().st_mtime_ns == before


def test_a_maker_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(LecternError, match="no voice"):
        TakeStore(tmp_path).put(FIRST, Wish(number=3, fault="no voice"), context_in(tmp_path))
    assert list((tmp_path / "first").iterdir()) == []


@pytest.mark.parametrize("harm", ["delete", "shorten", "card"])
def test_a_take_of_which_a_file_is_missing_or_cut_is_made_again(tmp_path: Path, harm: str) -> None:
    store, key = TakeStore(tmp_path), take_key(FIRST, Wish(number=3))
    store.put(FIRST, Wish(number=3), context_in(tmp_path))
    folder = store.folder("first", key)
    {
        "delete": lambda: (folder / "part-2").unlink(),
        "shorten": lambda: os.truncate(folder / "part-2", 10),
        "card": lambda: (folder / "take.json").write_text('{"files": {'),
    }[harm]()
    assert not store.has("first", key)
    store.put(FIRST, Wish(number=3), context_in(tmp_path))
    assert store.has("first", key)
    assert [f.name for f in (tmp_path / "first").iterdir()] == [key]


def test_of_many_makers_of_one_take_one_wins_and_the_others_drop_theirs(tmp_path: Path) -> None:
    store, key, results = TakeStore(tmp_path), take_key(FIRST, Wish(number=3, seconds=0.1)), []
    makers = [
        threading.Thread(
            target=lambda: results.append(store.put(FIRST, Wish(number=3, seconds=0.1), context_in(tmp_path)))
        )
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


@pytest.mark.skipif(
    not psutil.LINUX, reason="elsewhere, psutil has no start that keeps to itself when the clock is set"
)
def test_a_process_keeps_its_name_when_the_clock_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    before, boot = identity(), psutil.boot_time()
    monkeypatch.setattr("psutil._pslinux.boot_time", lambda: boot + 3600)
    assert psutil.Process().create_time() > time.time() and identity() == before


def test_a_take_that_is_not_there_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(LecternError, match="Build again"):
        TakeStore(tmp_path).load(FIRST, "0" * 20)
    shutil.rmtree(tmp_path)
    assert TakeStore(tmp_path).sweep() == 0


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(LecternError, match=f"the disk is full: there is no room in {tmp_path}/first; free some"):
        TakeStore(tmp_path).put(FIRST, Wish(number=1, fault="full"), context_in(tmp_path))
    assert not list((tmp_path / "first").iterdir())


def test_a_takes_file_is_written_as_a_path_and_read_back() -> None:
    file = TakeFile(kind="voice", key="3f4be0e620439a311225", name="parts/voice.wav")
    assert str(file) == "media/voice/3f4be0e620439a311225/parts/voice.wav"
    assert TakeFile.parse(str(file)) == file
    with pytest.raises(LecternError, match="not a file of a take"):
        TakeFile.parse("pictures/logo.png")


def made_here(folder: Path) -> tuple[TakeStore, str, Path]:
    """A store below `folder` with one take of this person's: the store, its key, its folder."""
    store, key = TakeStore(folder / "media"), take_key(FIRST, Wish(number=3))
    store.put(FIRST, Wish(number=3), context_in(folder))
    return store, key, store.folder("first", key)


def damage(file: Path) -> None:
    """Another content of the same size and the same time of change."""
    before = file.stat()
    file.write_bytes(b"x" * before.st_size)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_take_whose_content_has_changed_at_the_same_size_is_made_again(tmp_path: Path) -> None:
    store, key, folder = made_here(tmp_path)
    damage(folder / "part-1")
    assert (store.state("first", key), store.has("first", key)) == ("damaged", False)
    store.put(FIRST, Wish(number=3), context_in(tmp_path))
    assert store.has("first", key) and (folder / "part-1").read_text() == "3" * 1000


def test_files_are_compared_once_and_again_only_when_one_was_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, key, folder = made_here(tmp_path)
    read: list[Path] = []
    monkeypatch.setattr("lectern.pipeline.jobs.take_file.content_digest", lambda f: read.append(f) or content_digest(f))
    assert store.has("first", key) and TakeStore(tmp_path / "media").has("first", key) and read == []
    os.utime(folder / "part-1")
    assert store.has("first", key) and len(read) == 4
    assert store.has("first", key) and len(read) == 4


@pytest.mark.parametrize(
    "forge",
    [
        lambda folder, other: (folder / "take.sig").unlink(),
        lambda folder, other: (folder / "take.sig").write_text("0" * 64),
        lambda folder, other: (folder / "take.sig").write_text("é"),
        lambda folder, other: (folder / "take.json").write_text('{"files": {}, "result": {}}'),
        lambda folder, other: (folder / "take.json").write_text('{"files": [], "result": []}'),
        lambda folder, other: (folder / "take.json").write_text("[" * 100_000),
        lambda folder, other: [
            shutil.copy(other / name, folder / name) for name in ("take.json", "take.sig", "part-0")
        ],
        lambda folder, other: ((folder / "take.json").unlink(), os.mkfifo(folder / "take.json")),
    ],
)
def test_a_take_that_nobody_here_made_or_that_stands_for_another_is_made_again(tmp_path: Path, forge: Any) -> None:
    store, key, folder = made_here(tmp_path)
    other = take_key(FIRST, Wish(number=4))
    store.put(FIRST, Wish(number=4), context_in(tmp_path))
    forge(folder, store.folder("first", other))
    assert store.state("first", key) == "foreign"
    assert store.put(FIRST, Wish(number=3), context_in(tmp_path)).total == 3
    assert store.has("first", key)


def test_a_take_made_here_is_used_in_a_copy_of_the_episode_too(tmp_path: Path) -> None:
    _, key, _ = made_here(tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    assert TakeStore(tmp_path / "two" / "media").has("first", key)


def test_takes_of_another_computer_are_used_once_the_person_adopts_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "there"))
    store, key, folder = made_here(tmp_path)
    other = take_key(FIRST, Wish(number=4))
    store.put(FIRST, Wish(number=4), context_in(tmp_path))
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "here"))
    damage(store.folder("first", other) / "part-0")
    assert not store.has("first", key)
    assert adopt(tmp_path) == AdoptResult(adopted=1, damaged=(f"first/{other}",))
    assert (store.has("first", key), store.state("first", other)) == (True, "foreign")
    assert adopt(tmp_path) == AdoptResult(adopted=0, damaged=(f"first/{other}",))


def test_the_signing_key_is_the_persons_alone_and_a_damaged_one_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    made_here(tmp_path)
    key = tmp_path / "profile" / "signing.key"
    assert key.stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "broken"))
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "signing.key").write_text("ab")
    with pytest.raises(LecternError, match="signing.key is damaged. Delete it"):
        TakeStore(tmp_path / "media").put(FIRST, Wish(number=5), context_in(tmp_path))
