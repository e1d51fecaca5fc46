"""Runs and their events: followed by several readers, found again after a restart, ended from elsewhere."""

import json
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.frozen import Frozen
from lectern.pipeline.jobs import runs as log
from lectern.pipeline.jobs.queue import Queue
from lectern.pipeline.jobs.recipe import Recipe
from lectern.pipeline.jobs.runs import RunCancelled, cancel_run, events_in, follow, running, runs_in


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lectern.sqlite"


def test_a_run_has_a_state_events_and_a_result(path: Path) -> None:
    with running(path, "plan", "an idea", {"model": "m"}) as run:
        run.tell("note", message="writing")
        (going,) = runs_in(path)
        run.note(prompt="brief")
        run.result(files=["script.md"])
    (done,) = runs_in(path)
    assert (going.state, done.state, done.about, done.result) == (
        "running", "done", {"model": "m", "prompt": "brief"}, {"files": ["script.md"]},
    )  # fmt: skip
    events = events_in(path)
    assert [event.kind for event in events] == ["begin", "note", "end"]
    assert [event.seq for event in events] == sorted({event.seq for event in events})


@pytest.mark.parametrize(
    ("error", "state"),
    [(LecternError("no model"), "failed"), (KeyboardInterrupt(), "cancelled"), (RunCancelled("x"), "cancelled")],
)
def test_how_a_run_ends_is_told(path: Path, error: BaseException, state: str) -> None:
    with pytest.raises(type(error)), running(path, "plan", "an idea"):
        raise error
    (run,) = runs_in(path)
    assert (run.state, run.error) == (state, str(error))


def test_several_readers_follow_a_run_and_each_sees_all_of_it_in_order(path: Path) -> None:
    seen: list[list[int]] = [[], [], []]
    ready = threading.Event()

    def read(into: list[int], id: str) -> None:
        for event in follow(path, run=id):
            into.append(event.data.get("number", -1))
            ready.set()

    with running(path, "build", "film") as run:
        readers = [threading.Thread(target=read, args=(into, run.id)) for into in seen]
        for reader in readers:
            reader.start()
        assert ready.wait(30)
        for number in range(200):
            run.tell("note", number=number)
    for reader in readers:
        reader.join(120)
    assert seen == [[-1, *range(200), -1]] * 3


def test_a_reader_that_was_ended_goes_on_where_it_was(path: Path) -> None:
    with running(path, "build", "film") as run:
        for number in range(10):
            run.tell("note", number=number)
    first = events_in(path, most=4)
    rest = list(follow(path, first[-1].seq, run.id))
    assert [event.seq for event in (*first, *rest)] == [event.seq for event in events_in(path)]


def test_a_run_is_cancelled_from_elsewhere(path: Path) -> None:
    with pytest.raises(RunCancelled), running(path, "plan", "an idea") as run:
        run.require_wanted()
        assert cancel_run(path, run.id)
        run.require_wanted()
    (ended,) = runs_in(path)
    assert ended.state == "cancelled" and not cancel_run(path, ended.id)


def test_a_run_whose_process_was_killed_is_lost_and_its_events_are_there(path: Path) -> None:
    root = Path(log.__file__).parents[3]
    code = (
        "import os, signal, sys; from pathlib import Path; from lectern.pipeline.jobs.runs import running\n"
        f"with running(Path({str(path)!r}), 'plan', 'an idea') as run:\n"
        "    run.tell('note', message='half'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=root).returncode == -9
    (run,) = runs_in(path)
    assert run.state == "lost" and [event.kind for event in follow(path, run=run.id)] == ["begin", "note"]
    with running(path, "plan", "again"):
        pass
    assert {run.title: run.state for run in runs_in(path)} == {"again": "done", "an idea": "lost"}


class Wanted(Frozen):
    name: str


def test_what_becomes_of_jobs_is_told_to_the_run_that_asked_for_them(path: Path) -> None:
    recipe = Recipe(
        kind="voice", version=1, request=Wanted, result=Wanted, make=lambda request, folder, context: request
    )
    with Queue(path, run="build-1") as queue, running(path, "build", "film", id="build-1"):
        job = queue.add(recipe, Wanted(name="a"), label="line 1")
        queue.claim("worker")
        queue.finish(job.id, "worker")
    told = [event.data for event in events_in(path, run="build-1") if event.kind == "job"]
    assert [(one["label"], one["state"]) for one in told] == [("line 1", "running"), ("line 1", "done")]


def test_old_runs_are_deleted_with_their_events(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "KEPT", 2)
    for number in range(5):
        with running(path, "plan", str(number)):
            pass
    assert len(runs_in(path)) == 3
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT count(*) FROM events").fetchone()[0] == 6


def test_a_damaged_database_is_set_aside_and_a_look_at_none_shows_nothing(path: Path) -> None:
    assert runs_in(path) == () and events_in(path) == ()
    path.write_bytes(b"no database at all, but long enough to be looked at" * 40)
    assert runs_in(path) == ()
    with running(path, "plan", "an idea"):
        pass
    assert len(runs_in(path)) == 1 and json.dumps([run.id for run in runs_in(path)])
