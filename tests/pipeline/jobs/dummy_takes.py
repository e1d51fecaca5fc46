"""Recipes that make next to nothing, and a build and a worker of them: what the queue's tests run and kill.

`python dummy_takes.py build FOLDER` asks for 40 takes in chains of two and drains the queue with two workers.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.files import HeldFolder
from lectern.pipeline.base.frozen import Frozen
from lectern.pipeline.jobs.queue import Job, Queue
from lectern.pipeline.jobs.recipe import JobContext, Recipe, take_key
from lectern.pipeline.jobs.summary import QueueSummary as QueueSummary
from lectern.pipeline.jobs.takes import TakeStore
from lectern.pipeline.jobs.worker import serve
from lectern.pipeline.jobs.workers import Workers, drain

PAIRS = 20
PARTS = 4


class Wish(Frozen):
    """What a dummy take depends on: its number, the take it builds on, and how long it takes (seconds)."""

    number: int
    base: str = ""
    seconds: float = 0.0
    fault: str = ""


class Thing(Frozen):
    """What a dummy take is: its files, and the sum that the number gives."""

    files: tuple[str, ...]
    total: int


def make(request: Wish, folder: Path, context: JobContext) -> Thing:
    """Writes PARTS files in little steps, and a line into made.txt when it is through."""
    _stumble(request)
    base = len(list(context.take_folder("first", request.base).glob("part-*"))) if request.base else 0
    for part in range(PARTS):
        (folder / f"part-{part}").write_text(str(request.number) * 1000)
        time.sleep(request.seconds / PARTS)
        context.report(part / PARTS)
    return Thing(files=tuple(f"part-{p}" for p in range(PARTS)), total=request.number + base)


def _stumble(request: Wish) -> None:
    if request.fault == "child":
        subprocess.Popen(["sleep", "300"])
        time.sleep(300)
    if request.fault == "die":
        os._exit(9)
    if request.fault == "full":
        Path("/dev/full").write_text("no room", encoding="utf-8")
    if request.fault == "bug":
        raise ZeroDivisionError("one by nothing")
    if request.fault:
        raise LecternError(request.fault)


FIRST = Recipe(kind="first", version=1, request=Wish, result=Thing, make=make)
SECOND = Recipe(kind="second", version=1, request=Wish, result=Thing, make=make)
RECIPES = {r.kind: r for r in (FIRST, SECOND)}


class CountingStore(TakeStore):
    """A store that notes every take that becomes whole in made.txt, by one appended line."""

    def _publish(self, place: HeldFolder, draft: str, kind: str, key: str) -> None:
        super()._publish(place, draft, kind, key)
        with (self.root.parent / "made.txt").open("a") as made:
            made.write(f"{kind} {key}\n")


def store_of(folder: Path) -> TakeStore:
    """The store of a build in `folder`."""
    (folder / "media").mkdir(parents=True, exist_ok=True)
    return CountingStore(folder / "media")


def queue_of(folder: Path, run: str = "") -> Queue:
    """The queue of a build in `folder`: of a run of its own, or as a worker of `run`."""
    return Queue(folder / "jobs.sqlite", has=store_of(folder).has, run=run)


def ask(queue: Queue, seconds: float, pairs: int = PAIRS) -> list[Job]:
    """Asks for `pairs` takes, and for as many that build on them."""
    firsts = [Wish(number=n, seconds=seconds) for n in range(pairs)]
    before = [queue.add(FIRST, wish, label=f"first {wish.number}") for wish in firsts]
    seconds_ = [Wish(number=n, base=take_key(FIRST, w), seconds=seconds) for n, w in enumerate(firsts)]
    return before + [queue.add(SECOND, w, after=[b], label=f"second {w.number}") for w, b in zip(seconds_, before)]


def worker_argv(folder: Path, run: str) -> list[str]:
    """The command line of a worker of `run` in `folder`."""
    return [sys.executable, __file__, "work", run, str(folder)]


def build(folder: Path) -> None:
    """A whole build: exits with 1 if a job failed."""
    with queue_of(folder) as queue, Workers(worker_argv(folder, queue.run), 2, folder / "worker.log") as workers:
        ask(queue, seconds=0.3)
        sys.exit(drain(queue, workers, lambda summary: None).number("failed", "cancelled") > 0)


if __name__ == "__main__":
    if sys.argv[1] == "build":
        build(Path(sys.argv[2]))
    else:
        place = Path(sys.argv[3])
        serve(queue_of(place, sys.argv[2]), store_of(place), RECIPES, place)
