"""One process at a time works on an episode; who waits knows for whom, and a dead holder holds nothing."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from lectern.pipeline.base.episode_paths import EpisodePaths
from lectern.pipeline.base.lock import LockHeld, LockHolder, lock_holder, locked
from lectern.pipeline.build.build import only_writer

HOLDER = """
import sys, time
from pathlib import Path
from lectern.pipeline.base.lock import locked
with locked(Path(sys.argv[1]), "a build", "busy"):
    print("held", flush=True)
    time.sleep(600)
"""


def hold(file: Path) -> subprocess.Popen[str]:
    """A process that holds the lock until it is killed."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(file)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    process.stdout.close()


def test_who_will_not_wait_is_told_who_holds_the_lock_and_since_when(tmp_path: Path) -> None:
    holder = hold(tmp_path / "lock")
    try:
        told = rf"busy: a build \(process {holder.pid} on .+, since \d.+\) has it. Wait for its end, or end it."
        with pytest.raises(LockHeld, match=told), locked(tmp_path / "lock", "a build", "busy", wait=False):
            pass
    finally:
        end(holder)


def test_the_lock_of_a_process_that_was_killed_is_free_at_once(tmp_path: Path) -> None:
    end(hold(tmp_path / "lock"))
    with locked(tmp_path / "lock", "a build", "busy", wait=False):
        assert lock_holder(tmp_path / "lock").pid == os.getpid()
    assert lock_holder(tmp_path / "lock") is None


def test_a_stopped_holder_is_waited_for_and_told_once(tmp_path: Path) -> None:
    holder, told, got = hold(tmp_path / "lock"), [], threading.Event()
    os.kill(holder.pid, signal.SIGSTOP)

    def take() -> None:
        with locked(tmp_path / "lock", "another", "busy", listen=told.append):
            got.set()

    waiting = threading.Thread(target=take)
    waiting.start()
    assert not got.wait(0.5)
    end(holder)
    waiting.join()
    assert got.is_set() and [who.pid for who in told] == [holder.pid]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b'{"pid": "x"}'])
def test_a_lock_whose_holder_wrote_nothing_that_can_be_read_is_held_all_the_same(
    tmp_path: Path, content: bytes
) -> None:
    holder = hold(tmp_path / "lock")
    try:
        (tmp_path / "lock").write_bytes(content)
        with pytest.raises(LockHeld, match="another process"), locked(tmp_path / "lock", "a build", "busy", wait=False):
            pass
    finally:
        end(holder)


def test_a_build_that_waits_says_for_whom(tmp_path: Path) -> None:
    paths, notes = EpisodePaths(folder=tmp_path), []
    holder = hold(paths.state / "lock")
    threading.Timer(0.3, end, [holder]).start()
    with only_writer(paths, lambda summary: notes.extend(summary.notes)):
        pass
    assert len(notes) == 1 and f"waiting for a build (process {holder.pid} on " in notes[0]


def test_a_holder_is_a_part_of_a_sentence() -> None:
    holder = LockHolder(pid=7, host="desk", what="a build", since="12:00:01")
    assert str(holder) == "a build (process 7 on desk, since 12:00:01)"
