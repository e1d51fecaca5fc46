"""What a build tells of its takes while they are made."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lectern.pipeline.base.episode_paths import EpisodePaths
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.frozen import Frozen
from lectern.pipeline.build import take_scheduler
from lectern.pipeline.build.take_scheduler import TakeScheduler
from lectern.pipeline.jobs.queue import Queue
from lectern.pipeline.jobs.recipe import Recipe
from lectern.pipeline.jobs.summary import QueueSummary


class Wish(Frozen):
    """A take by its name."""

    name: str


RECIPE = Recipe(kind="capture", version=1, request=Wish, result=Wish, make=lambda request, folder, context: request)


@pytest.fixture
def scheduler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TakeScheduler:
    """A scheduler without workers, whose summaries are in `heard`."""
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    monkeypatch.setattr(TakeScheduler, "_start", lambda scheduler: None)
    (tmp_path / "film").mkdir()
    heard: list[QueueSummary] = []
    scheduler = TakeScheduler(EpisodePaths(folder=tmp_path / "film"), None, 1, heard.append)
    scheduler.heard = heard
    return scheduler


def test_what_fails_is_told_at_once_stops_what_needs_it_and_nothing_else(
    scheduler: TakeScheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drained(queue: Queue, workers: object, listen: Callable[[QueueSummary], None]) -> None:
        """Stand for workers: the first take fails, the others are made afterwards."""
        first = queue.claim("me")
        listen(queue.summary())
        queue.fail(first.id, "me", "there is no Save")
        listen(queue.summary())
        listen(queue.summary())
        while job := queue.claim("me"):
            queue.finish(job.id, "me")
        listen(queue.summary())

    monkeypatch.setattr(take_scheduler, "drain", drained)
    scheduler._workers = object()
    shown = scheduler.want(RECIPE, Wish(name="shop"), "shop", locate=lambda job: f"script.md:9: {job.error}")
    scheduler.want(RECIPE, Wish(name="over it"), "over it", after=[shown])
    scheduler.want(RECIPE, Wish(name="other"), "other")
    with pytest.raises(LecternError) as told:
        scheduler.make()
    assert [summary.faults for summary in scheduler.heard] == [(), ("script.md:9: there is no Save",), (), ()]
    assert [(job.label, job.state) for job in scheduler._queue.jobs()] == [
        ("shop", "failed"), ("over it", "failed"), ("other", "done"),
    ]  # fmt: skip
    assert str(told.value).splitlines() == [
        "script.md:9: there is no Save",
        'over it: it needs "shop", which failed',
    ]


def test_each_take_that_is_missing_starts_a_worker_up_to_what_the_build_may_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    idle = [sys.executable, "-I", "-S", "-c", "import sys; sys.stdin.read(1)"]
    monkeypatch.setattr(take_scheduler, "child_command", lambda *_: idle)
    (tmp_path / "film").mkdir()
    counts = []
    with TakeScheduler(EpisodePaths(folder=tmp_path / "film"), None, 2, lambda summary: None) as scheduler:
        for name in ("one", "two", "three"):
            scheduler.want(RECIPE, Wish(name=name), name)
            counts.append(len(set(scheduler._workers.pids)))
    assert counts == [1, 2, 2]
