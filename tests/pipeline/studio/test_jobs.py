"""`lectern jobs`: what a build is making, and changing the order of it."""

import json
from pathlib import Path

import pytest

from lectern.pipeline.base.episode_paths import EpisodePaths
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.frozen import Frozen
from lectern.pipeline.cli.main import main
from lectern.pipeline.jobs.queue import Queue
from lectern.pipeline.jobs.recipe import Recipe
from lectern.pipeline.studio.jobs import cancel_job, jobs, make_first


class Wish(Frozen):
    """What is asked for."""

    name: str


RECIPE = Recipe(kind="voice", version=1, request=Wish, result=Wish, make=lambda request, folder, context: request)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    (tmp_path / "ep").mkdir()
    return tmp_path / "ep"


@pytest.fixture
def queue(folder: Path) -> Queue:
    with Queue(EpisodePaths(folder=folder).database) as queue:
        for name in ("a", "b", "c"):
            queue.add(RECIPE, Wish(name=name), label=f'scene "{name}": Ada')
        yield queue


def test_an_episode_that_was_never_built_has_no_jobs(folder):
    assert jobs(folder) == ()
    with pytest.raises(LecternError, match="there are no jobs"):
        cancel_job(folder, 1)


def test_what_runs_comes_first_then_what_failed_then_what_waits(folder, queue):
    failed, running = queue.claim("1/x"), queue.claim("2/x")
    queue.fail(failed.id, "1/x", "the voice is not installed")
    queue.progress(running.id, "2/x", 0.5)
    assert [(job.scene, job.state, job.progress, job.error) for job in jobs(folder)] == [
        ("b", "running", 0.5, ""),
        ("a", "failed", 0, "the voice is not installed"),
        ("c", "waiting", 0, ""),
    ]


def test_only_the_last_build_is_shown(folder, queue):
    with Queue(EpisodePaths(folder=folder).database) as later:
        later.add(RECIPE, Wish(name="d"), label="d")
        assert [job.label for job in jobs(folder)] == ["d"]


def test_a_waiting_job_is_made_first_with_what_it_needs(folder, queue):
    last = queue.add(RECIPE, Wish(name="d"), label="d", after=[queue.job(3)])
    make_first(folder, last.id)
    assert [queue.claim(f"{number}/x").id for number in range(2)] == [3, 1]
    with pytest.raises(LecternError, match="doesn't wait"):
        make_first(folder, 3)


def test_a_cancelled_job_is_not_made_and_says_who_cancelled_it(folder, queue):
    cancel_job(folder, 2)
    assert [job.error for job in jobs(folder) if job.state == "cancelled"] == ["a person cancelled it"]
    with pytest.raises(LecternError, match="nothing to cancel"):
        cancel_job(folder, 2)


def test_a_damaged_queue_shows_nothing(folder, queue):
    queue.close()
    EpisodePaths(folder=folder).database.write_bytes(b"no database at all" * 100)
    assert jobs(folder) == ()


def test_the_command_lists_and_cancels(folder, queue, capsys):
    assert main(["jobs", str(folder), "cancel", "1", "--json"]) == 0
    assert [job["state"] for job in json.loads(capsys.readouterr().out)] == ["waiting", "waiting", "cancelled"]
    assert main(["jobs", str(folder)]) == 0 and 'scene "b": Ada' in capsys.readouterr().out
