"""The queue: one state machine, one job a take, nothing claimed twice."""

import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from dummy_takes import FIRST, RECIPES, SECOND, Wish, ask, queue_of, store_of

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.process import identity
from lectern.pipeline.jobs.database import MIGRATIONS, DatabaseCorrupt, open_database
from lectern.pipeline.jobs.queue import Queue
from lectern.pipeline.jobs.recipe import take_key
from lectern.pipeline.jobs.worker import work

ME = identity()


class Clock:
    """A clock that stands until it is set."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(tmp_path: Path, clock: Clock) -> Queue:
    return Queue(tmp_path / "jobs.sqlite", clock)


def wish(number: int, **more: object) -> Wish:
    return Wish(number=number, **more)


def dead_worker() -> str:
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    name = identity(process.pid)
    process.wait()
    return name


def test_asking_twice_for_a_take_gives_one_job(queue: Queue) -> None:
    assert queue.add(FIRST, wish(1)) == queue.add(FIRST, wish(1))
    assert queue.add(SECOND, wish(1)).id != queue.add(FIRST, wish(1)).id


def test_a_job_waits_until_all_it_needs_is_done(queue: Queue) -> None:
    a, b = queue.add(FIRST, wish(1)), queue.add(FIRST, wish(2))
    last = queue.add(SECOND, wish(3), after=[a, b], priority=9)
    assert [queue.claim(ME).id, queue.claim(ME).id, queue.claim(ME)] == [a.id, b.id, None]
    queue.finish(a.id, ME)
    assert queue.claim(ME) is None
    queue.finish(b.id, ME)
    assert queue.claim(ME).id == last.id


def test_the_larger_priority_comes_first_then_the_older(queue: Queue) -> None:
    jobs = [queue.add(FIRST, wish(n), priority=p) for n, p in enumerate((0, 5, 0, 5))]
    assert [queue.claim(ME).id for _ in jobs] == [jobs[i].id for i in (1, 3, 0, 2)]


def test_of_a_lane_no_more_than_its_limit_run_at_once(queue: Queue) -> None:
    a, b = (queue.add(FIRST, wish(n), lane="screen") for n in (1, 2))
    free = queue.add(FIRST, wish(3))
    assert [queue.claim(ME).id, queue.claim(ME).id, queue.claim(ME)] == [a.id, free.id, None]
    queue.finish(a.id, ME)
    assert queue.claim(ME).id == b.id
    queue.limit("screen", 2)
    assert queue.claim(ME) is None


def test_what_failed_fails_all_that_needs_it_and_says_why(queue: Queue) -> None:
    a = queue.add(FIRST, wish(1), label="scene new: voice")
    b = queue.add(SECOND, wish(2), after=[a], label="scene new: narrator")
    c = queue.add(SECOND, wish(3), after=[b])
    queue.claim(ME)
    queue.fail(a.id, ME, "there is no voice Ada", detail="Traceback ...")
    assert [queue.job(j.id).state for j in (a, b, c)] == ["failed"] * 3
    assert queue.job(b.id).error == 'it needs "scene new: voice", which failed'
    assert queue.job(a.id).error == "there is no voice Ada"
    late = queue.add(SECOND, wish(4), after=[a])
    assert late.state == "failed"


def test_what_failed_can_be_asked_for_again(queue: Queue) -> None:
    first = queue.add(FIRST, wish(1))
    queue.claim(ME)
    queue.fail(first.id, ME, "the disk is full")
    again = queue.add(FIRST, wish(1))
    assert (again.id != first.id, again.state) == (True, "waiting")


def test_a_take_on_the_disk_is_done_at_once_and_one_gone_from_it_is_not(tmp_path: Path) -> None:
    there = {("first", take_key(FIRST, wish(1)))}
    queue = Queue(tmp_path / "jobs.sqlite", has=lambda kind, key: (kind, key) in there)
    assert queue.add(FIRST, wish(1)).state == "done"
    there.clear()
    assert queue.add(FIRST, wish(1)).state == "waiting"


def test_a_run_that_is_stopped_cancels_what_nobody_else_wants(queue: Queue, clock: Clock) -> None:
    other = Queue(queue.path, clock)
    running, shared = queue.add(FIRST, wish(1)), queue.add(FIRST, wish(2))
    needy, theirs = queue.add(SECOND, wish(3), after=[running]), other.add(FIRST, wish(4))
    other.add(FIRST, wish(2))
    assert queue.claim(ME).id == running.id
    queue.cancel_run()
    assert [queue.job(j.id).state for j in (running, needy, shared, theirs)] == [
        "cancelled",
        "cancelled",
        "waiting",
        "waiting",
    ]


def test_a_cancelled_job_is_not_the_workers_any_more(queue: Queue) -> None:
    job = queue.add(FIRST, wish(1))
    queue.claim(ME)
    assert queue.progress(job.id, ME, 0.5) is True
    assert queue.cancel(job.id) is True
    assert (queue.progress(job.id, ME, 0.6), queue.finish(job.id, ME), queue.cancel(job.id)) == (False, False, False)
    assert queue.job(job.id).state == "cancelled"


def test_the_job_of_a_dead_worker_goes_to_the_next_and_back_from_the_first_no_more(queue: Queue) -> None:
    job, dead = queue.add(FIRST, wish(1)), dead_worker()
    assert queue.claim(dead).id == job.id
    assert queue.claim(ME).attempts == 2
    assert queue.finish(job.id, dead) is False
    assert queue.finish(job.id, ME) is True


def test_a_worker_without_heartbeat_loses_its_job_after_ten_minutes(tmp_path: Path, clock: Clock) -> None:
    watch = Clock()
    queue = Queue(tmp_path / "jobs.sqlite", clock, stopwatch=watch)
    job = queue.add(FIRST, wish(1))
    assert (queue.claim(ME).id, queue.claim("1-2-elsewhere")) == (job.id, None)
    watch.now += 599
    assert queue.claim("1-2-elsewhere") is None
    clock.now += 1
    queue.touch(job.id, ME)
    assert queue.claim("1-2-elsewhere") is None
    watch.now += 601
    assert queue.claim("1-2-elsewhere").id == job.id


@pytest.mark.parametrize("days", [-1, 1])
def test_a_worker_keeps_its_job_when_the_clock_is_set(queue: Queue, clock: Clock, days: int) -> None:
    job = queue.add(FIRST, wish(1))
    assert (queue.claim(ME).id, queue.claim("1-2-elsewhere")) == (job.id, None)
    clock.now += days * 86_400
    assert queue.claim("1-2-elsewhere") is None
    assert queue.finish(job.id, ME) is True


def test_a_worker_gets_no_job_that_only_another_run_asked_for(queue: Queue, tmp_path: Path) -> None:
    """A job of whatever origin in the file: `drop_abandoned` has to keep those of other machines."""
    theirs = Queue(tmp_path / "jobs.sqlite").add(FIRST, wish(1), priority=100)
    with closing(sqlite3.connect(queue.path, isolation_level=None)) as db:
        db.execute("UPDATE asks SET process = '1-1-attackerhost'")
    ours = queue.add(FIRST, wish(2))
    worker = Queue(tmp_path / "jobs.sqlite", run=queue.run)
    assert [worker.claim(ME).id, worker.claim(ME)] == [ours.id, None]
    assert queue.job(theirs.id).state == "waiting"
    queue.add(FIRST, wish(1))
    assert worker.claim(ME).id == theirs.id


def test_a_job_that_kills_five_workers_fails(queue: Queue) -> None:
    job, dead = queue.add(FIRST, wish(1)), dead_worker()
    assert [queue.claim(dead) is not None for _ in range(6)] == [True] * 5 + [False]
    assert (queue.job(job.id).state, "died 5 times" in queue.job(job.id).error) == ("failed", True)


def test_that_its_builds_were_killed_again_and_again_is_not_a_jobs_fault(queue: Queue) -> None:
    dead = dead_worker()
    for number in range(7):
        job = queue.add(FIRST, wish(1))
        assert queue.claim(dead).attempts == 1
        with closing(sqlite3.connect(queue.path, isolation_level=None)) as db:
            db.execute("UPDATE asks SET run = ?, process = ?", (f"run {number}", dead))
        queue.drop_abandoned()
        assert queue.job(job.id).state == "cancelled"


def test_a_stopped_worker_gives_its_job_back_without_an_attempt(queue: Queue) -> None:
    job = queue.add(FIRST, wish(1))
    queue.claim(ME)
    queue.release(ME)
    assert (queue.job(job.id).state, queue.job(job.id).attempts) == ("waiting", 0)


def test_many_workers_never_claim_the_same_job(tmp_path: Path) -> None:
    Queue(tmp_path / "jobs.sqlite").close()
    claimed: list[int] = []
    asker = Queue(tmp_path / "jobs.sqlite")
    ids = {asker.add(FIRST, wish(n)).id for n in range(60)}
    threads = [threading.Thread(target=_claim_all, args=(asker.path, asker.run, claimed)) for _ in range(6)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert (len(claimed), set(claimed)) == (60, ids)


def _claim_all(path: Path, run: str, claimed: list[int]) -> None:
    with Queue(path, run=run) as queue:
        while job := queue.claim(ME):
            claimed.append(job.id)


def test_what_only_dead_runs_asked_for_is_dropped_by_the_next_run(tmp_path: Path) -> None:
    code = f"from dummy_takes import *; from pathlib import Path; ask(queue_of(Path({str(tmp_path)!r})), 0.0, 2)"
    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parent, check=True)
    queue = queue_of(tmp_path)
    kept = queue.add(FIRST, wish(0))
    assert sorted(j.state for j in queue.history()) == ["cancelled"] * 4 + ["waiting"]
    assert [j.id for j in queue.jobs()] == [kept.id]


def test_a_summary_counts_what_this_run_asked_for(queue: Queue, tmp_path: Path) -> None:
    jobs = [queue.add(FIRST, wish(n), label=f"scene {n}") for n in range(4)]
    Queue(tmp_path / "jobs.sqlite").add(SECOND, wish(9))
    queue.finish(queue.claim(ME).id, ME)
    queue.progress(queue.claim(ME).id, ME, 0.5)
    summary = queue.summary()
    assert (summary.number(), summary.number("done"), summary.number("waiting"), summary.settled) == (4, 1, 2, False)
    assert (summary.fraction, summary.running[0].label, summary.running[0].progress) == (1.5 / 4, "scene 1", 0.5)
    assert jobs[0].kind == summary.counts[0].kind


def test_a_move_outside_the_state_machine_is_refused_by_the_database(queue: Queue, tmp_path: Path) -> None:
    job = queue.add(FIRST, wish(1))
    queue.cancel(job.id)
    with pytest.raises(sqlite3.IntegrityError, match="can not make this move"):
        open_database(tmp_path / "jobs.sqlite").execute("UPDATE jobs SET state = 'running'")


def test_foreign_keys_wal_and_the_version_are_in_force(queue: Queue, tmp_path: Path) -> None:
    db = open_database(tmp_path / "jobs.sqlite")
    pragmas = [db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("foreign_keys", "journal_mode", "user_version")]
    assert pragmas == [1, "wal", 5]
    with pytest.raises(sqlite3.IntegrityError):
        queue.add(FIRST, wish(1), lane="no such lane")


def test_a_damaged_database_says_so_and_renamed_it_lets_the_build_go_on(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite"
    path.write_bytes(b"this is no database" * 400)
    with pytest.raises(DatabaseCorrupt, match="can't be made again: build again, and Lectern sets it aside"):
        Queue(path)
    path.rename(tmp_path / "jobs.sqlite.damaged")
    assert Queue(path).history() == []


def test_a_torn_page_is_found_when_the_database_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite"
    with Queue(path) as queue:
        ask(queue, 0.0, 50)
    content = bytearray(path.read_bytes())
    content[8192:16384] = b"\xff" * 8192
    path.write_bytes(content)
    with pytest.raises(DatabaseCorrupt):
        Queue(path)


@pytest.mark.parametrize(
    "harm",
    [
        "DROP TABLE needs",
        "DROP TRIGGER jobs_move",
        "PRAGMA ignore_check_constraints = ON; UPDATE jobs SET progress = 7",
        "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'STRICT', ''); PRAGMA writable_schema = OFF",
    ],
)
def test_a_database_with_other_tables_or_values_than_lecterns_is_damaged(tmp_path: Path, harm: str) -> None:
    path = tmp_path / "jobs.sqlite"
    with Queue(path) as queue:
        queue.add(FIRST, wish(1))
        queue.claim(ME)
    with closing(sqlite3.connect(path)) as db:
        db.executescript(harm)
    with pytest.raises(DatabaseCorrupt):
        Queue(path)


def test_garbage_in_a_running_builds_database_is_told_without_a_traceback(queue: Queue) -> None:
    job = queue.add(FIRST, wish(1))
    with closing(sqlite3.connect(queue.path, isolation_level=None)) as db:
        db.execute("UPDATE asks SET run = 'x', process = 'x'")
        db.execute("UPDATE jobs SET worker = '~', label = ''")
        assert queue.job(job.id).worker == "~"
        queue.drop_abandoned()
        db.execute("PRAGMA ignore_check_constraints = ON")
        db.execute("DROP TRIGGER jobs_move")
        db.execute("UPDATE jobs SET state = 'eaten'")
    with pytest.raises(DatabaseCorrupt, match="1 values can't be read"):
        queue.job(job.id)


def test_a_database_that_another_process_holds_is_said_to_be_locked(
    queue: Queue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lectern.pipeline.jobs.database.WAIT_SECONDS", 0.1)
    with closing(sqlite3.connect(queue.path, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        with Queue(tmp_path / "jobs.sqlite") as other, pytest.raises(LecternError, match="locked by another process"):
            other.add(FIRST, wish(1))


def test_a_full_disk_is_told_with_the_place_of_the_database(queue: Queue) -> None:
    queue._db.execute("PRAGMA max_page_count = 1")
    with pytest.raises(LecternError, match="the disk is full: there is no room in "):
        for number in range(100):
            queue.add(FIRST, wish(number, fault="x" * 10_000))
    assert queue.claim(ME) is not None or queue.jobs() == []


def test_a_request_that_can_not_be_read_fails_its_job_alone(tmp_path: Path) -> None:
    queue = queue_of(tmp_path)
    bad, good = queue.add(FIRST, wish(1)), queue.add(FIRST, wish(2))
    with closing(sqlite3.connect(queue.path, isolation_level=None)) as db:
        db.execute("UPDATE jobs SET request = 'no JSON' WHERE id = ?", (bad.id,))
    work(queue, store_of(tmp_path), RECIPES, tmp_path, stop=lambda: True)
    assert "build again" in queue.job(bad.id).error and "Traceback" not in queue.job(bad.id).error
    assert queue.job(good.id).state == "done"


def test_a_database_of_a_newer_lectern_is_left_alone(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "jobs.sqlite").execute("PRAGMA user_version = 99").connection.close()
    with pytest.raises(LecternError, match="newer Lectern"):
        Queue(tmp_path / "jobs.sqlite")


def test_a_database_of_an_older_lectern_keeps_its_jobs(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir()
    shutil.copy(MIGRATIONS / "0001_jobs.sql", old)
    with open_database(tmp_path / "jobs.sqlite", old) as db:
        db.execute(
            "INSERT INTO jobs (kind, key, request, label, priority, error, added_at, touched_at) "
            "VALUES ('first', 'a', '{}', 'one', 0, 'no room', 1, 1)"
        )
    db.close()
    with Queue(tmp_path / "jobs.sqlite") as queue:
        assert [(job.label, job.error, job.fault) for job in queue.history()] == [("one", "no room", "")]


def test_migrations_run_in_order_and_once(tmp_path: Path) -> None:
    migrations = tmp_path / "migrations"
    migrations.mkdir()
    (migrations / "0001_a.sql").write_text("CREATE TABLE a (x);\n-- a comment;\nINSERT INTO a VALUES (';');\n")
    open_database(tmp_path / "m.sqlite", migrations).close()
    (migrations / "0002_b.sql").write_text("ALTER TABLE a ADD COLUMN y DEFAULT 2;\n")
    db = open_database(tmp_path / "m.sqlite", migrations)
    assert [tuple(r) for r in db.execute("SELECT x, y FROM a")] == [(";", 2)]


def test_a_folder_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LecternError, match="file"):
        Queue(tmp_path / "file" / "jobs.sqlite")


def test_a_worker_makes_everything_and_returns_when_told(tmp_path: Path) -> None:
    queue = queue_of(tmp_path)
    jobs = ask(queue, 0.0, 3)
    work(queue, store_of(tmp_path), RECIPES, tmp_path, stop=lambda: True)
    assert [queue.job(j.id).state for j in jobs] == ["done"] * 6
    assert queue.summary().fraction == 1.0
    second = [queue_of(tmp_path).add(FIRST, wish(n)).state for n in range(3)]
    assert second == ["done"] * 3


def test_a_makers_error_is_the_jobs_and_a_fault_keeps_its_traceback(tmp_path: Path) -> None:
    queue = queue_of(tmp_path)
    mine, bug = queue.add(FIRST, wish(1, fault="no voice")), queue.add(FIRST, wish(2, fault="bug"))
    work(queue, store_of(tmp_path), RECIPES, tmp_path, stop=lambda: True)
    assert queue.job(mine.id).error == "no voice"
    assert "ZeroDivisionError" in queue.job(bug.id).error and "dummy_takes.py" in queue.job(bug.id).detail


def test_a_kind_without_recipe_fails_with_those_that_exist(tmp_path: Path) -> None:
    queue = queue_of(tmp_path)
    job = queue.add(FIRST, wish(1))
    work(queue, store_of(tmp_path), {"second": SECOND}, tmp_path, stop=lambda: True)
    assert queue.job(job.id).error == 'No recipe makes "first"; there are: second.'
