"""kill -9 at any moment: the build completes, nothing finished is made again, nothing torn or orphaned is left."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import dummy_takes
import pytest

from lectern.pipeline.base.process import identity
from lectern.pipeline.jobs.database import open_database

pytestmark = pytest.mark.kill

KILLS = int(os.environ.get("LECTERN_TEST_KILLS", "12"))
JOBS = int(os.environ.get("LECTERN_TEST_JOBS", "40"))
"""How many jobs are done while workers are killed. `make soak` does thousands."""
KILLED = min(6, JOBS // 20)
"""How many of the workers are killed meanwhile."""


def test_a_build_killed_again_and_again_completes_and_makes_no_finished_take_again(tmp_path: Path) -> None:
    rng, finished = random.Random(7), {}
    builder = _start(tmp_path)
    for _ in range(KILLS):
        time.sleep(rng.uniform(0.02, 0.4))
        assert len(_finished(tmp_path)) < 2 * dummy_takes.PAIRS, "the build was over before the last kill"
        _kill_one(builder, rng)
        finished |= _finished(tmp_path)
        builder = _start(tmp_path) if builder.poll() is not None else builder
    while builder.wait(timeout=60):
        builder = _start(tmp_path)
    _assert_whole_and_kept(tmp_path, finished)
    _until(lambda: _processes_of(tmp_path) == [])


@pytest.mark.soak
def test_many_jobs_with_killed_workers_lose_none_and_make_none_twice(tmp_path: Path) -> None:
    queue, rng, killed = dummy_takes.queue_of(tmp_path), random.Random(JOBS), list[int]()
    jobs = dummy_takes.ask(queue, 0.0, JOBS // 2)
    with dummy_takes.Workers(dummy_takes.worker_argv(tmp_path, queue.run), 2, tmp_path / "worker.log") as workers:

        def kill_some(summary: dummy_takes.QueueSummary) -> None:
            if len(killed) < KILLED and summary.number("done") > len(jobs) * (len(killed) + 1) // (KILLED + 2):
                killed.append(rng.choice(workers.pids))
                os.kill(killed[-1], signal.SIGKILL)

        summary = dummy_takes.drain(queue, workers, kill_some)
    store = dummy_takes.store_of(tmp_path)
    made = (tmp_path / "made.txt").read_text().splitlines()
    assert (len(killed), summary.number("done")) == (KILLED, len(jobs))
    assert len(made) == len(set(made))
    assert all(store.has(job.kind, job.key) for job in jobs)
    assert len(list(tmp_path.glob("media/*/*"))) == len(jobs)  # nothing unfinished is left beside them


def test_workers_end_with_their_children_when_their_parent_is_killed(tmp_path: Path) -> None:
    builder = _start(tmp_path)
    _until(lambda: len(_processes_of(tmp_path)) == 3)
    queue = dummy_takes.queue_of(tmp_path)
    queue.run = _until(lambda: _run_of(tmp_path, identity(builder.pid)))
    queue.add(dummy_takes.FIRST, dummy_takes.Wish(number=-1, fault="child"), priority=9)
    sleeper = _until(lambda: _children_named("sleep", _processes_of(tmp_path)))
    builder.kill()
    builder.wait()
    _until(lambda: _processes_of(tmp_path) == [])
    _until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in sleeper))


def test_a_job_whose_worker_dies_again_and_again_fails_with_that_reason(tmp_path: Path) -> None:
    queue = dummy_takes.queue_of(tmp_path)
    argv = dummy_takes.worker_argv(tmp_path, queue.run)
    job = queue.add(dummy_takes.FIRST, dummy_takes.Wish(number=1, fault="die"), label="the poison")
    with dummy_takes.Workers(argv, 2, tmp_path / "worker.log") as workers:
        summary = dummy_takes.drain(queue, workers, lambda summary: None)
    assert summary.number("failed") == 1 and "died 5 times" in queue.job(job.id).error
    assert queue.job(job.id).attempts == 5


def test_the_job_of_a_worker_that_is_stopped_is_taken_over_and_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lectern.pipeline.jobs.workers.STOPPED_SECONDS", 0.3)
    queue = dummy_takes.queue_of(tmp_path)
    job = queue.add(dummy_takes.FIRST, dummy_takes.Wish(number=1, seconds=1.0))
    with dummy_takes.Workers(dummy_takes.worker_argv(tmp_path, queue.run), 1, tmp_path / "worker.log") as workers:
        _until(lambda: queue.job(job.id).state == "running")
        os.kill(workers.pids[0], signal.SIGSTOP)
        told = f"worker {workers.pids[0]} was stopped for 0.3 seconds; it was ended, and another one does its work"
        heard: list[str] = []
        summary = dummy_takes.drain(queue, workers, lambda summary: heard.extend(summary.notes))
    assert (summary.number("done"), queue.job(job.id).attempts, heard) == (1, 2, [told])
    assert _processes_of(tmp_path) == []


def test_a_worker_that_is_stopped_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    builder = _start(tmp_path)
    _until(lambda: len(_processes_of(tmp_path)) == 3)
    _until(lambda: _finished(tmp_path))  # both have begun
    for pid in _processes_of(tmp_path):
        os.kill(pid, signal.SIGSTOP)
    builder.kill()
    builder.wait()
    _until(lambda: _processes_of(tmp_path) == [], seconds=5)


def test_an_interrupted_build_leaves_its_jobs_waiting_without_an_attempt(tmp_path: Path) -> None:
    queue = dummy_takes.queue_of(tmp_path)
    argv = dummy_takes.worker_argv(tmp_path, queue.run)
    job = queue.add(dummy_takes.FIRST, dummy_takes.Wish(number=1, seconds=60))
    with pytest.raises(KeyboardInterrupt), dummy_takes.Workers(argv, 1, tmp_path / "worker.log"):
        _until(lambda: queue.job(job.id).state == "running")
        raise KeyboardInterrupt
    assert (queue.job(job.id).state, queue.job(job.id).attempts) == ("waiting", 0)
    assert _processes_of(tmp_path) == []


def test_a_worker_that_has_finished_ends_well_while_its_parent_lives_on(tmp_path: Path) -> None:
    worker = subprocess.Popen(dummy_takes.worker_argv(tmp_path, "run"), stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    worker.stdin.write(b"finish\n")
    worker.stdin.flush()
    assert (worker.wait(timeout=60), worker.stderr.read()) == (0, b"")


def test_workers_that_can_not_start_are_reported_with_what_they_said(tmp_path: Path) -> None:
    queue, argv = dummy_takes.queue_of(tmp_path), [sys.executable, "-c", "raise SystemExit('no such module: film')"]
    queue.add(dummy_takes.FIRST, dummy_takes.Wish(number=1))
    with pytest.raises(dummy_takes.LecternError, match="no such module: film"):
        with dummy_takes.Workers(argv, 1, tmp_path / "worker.log") as workers:
            dummy_takes.drain(queue, workers, lambda summary: None)


def _start(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, dummy_takes.__file__, "build", str(folder)])


def _kill_one(builder: subprocess.Popen[bytes], rng: random.Random) -> None:
    pids = [p for p in _processes_of(builder.args[-1]) if _parent(p) in (os.getpid(), builder.pid)]
    if pids:
        os.kill(rng.choice(pids), signal.SIGKILL)
        time.sleep(0.02)


def _finished(folder: Path) -> dict[str, int]:
    """The takes that are whole, and when each was made (ns)."""
    return {str(card.parent): card.stat().st_mtime_ns for card in folder.glob("media/*/[0-9a-f]*/take.json")}


def _assert_whole_and_kept(folder: Path, finished: dict[str, int]) -> None:
    made = (folder / "made.txt").read_text().splitlines()
    assert len(made) == len(set(made))
    assert _finished(folder) == _finished(folder) | finished
    assert len(_finished(folder)) == 2 * dummy_takes.PAIRS
    store = dummy_takes.store_of(folder)
    for kind in dummy_takes.RECIPES:
        folders = [f.name for f in (folder / "media" / kind).iterdir()]
        assert len(folders) == dummy_takes.PAIRS  # nothing unfinished is left beside them
        assert all(store.has(kind, key) for key in folders)


def _processes_of(folder: Path | str) -> list[int]:
    """The living processes whose command line ends with `folder`."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if entry.read_bytes().rstrip(b"\0").endswith(str(folder).encode()):
                found.append(int(entry.parent.name))
        except OSError:
            continue  # it ended meanwhile
    return found


def _children_named(name: str, parents: list[int]) -> list[int]:
    return [p for parent in parents for p in _children(parent) if Path(f"/proc/{p}/comm").read_text().strip() == name]


def _children(pid: int) -> list[int]:
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return -1


def _run_of(folder: Path, process: str) -> str | None:
    """The run in which a process has asked for takes; None before it has."""
    sql = "SELECT run FROM asks WHERE process = ? LIMIT 1"
    row = open_database(folder / "jobs.sqlite").execute(sql, (process,)).fetchone()
    return row["run"] if row else None


def _until[T](condition: Callable[[], T], seconds: float = 20) -> T:
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)
    return value
