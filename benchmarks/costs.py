"""What the benchmarks share: what work costs, copies of an episode to build, and lines that are seen at once."""

import resource
import shutil
import time
from collections.abc import Callable
from pathlib import Path

MADE = ("media", "renders", ".lectern", "*.blend*")
"""What a build leaves in an episode's folder."""


def cpu_seconds() -> float:
    """Return the CPU seconds of this process and of all processes that it has waited for, user and system."""
    uses = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(use.ru_utime + use.ru_stime for use in uses)


def timed[T](work: Callable[[], T]) -> tuple[T, float, float]:
    """Return what `work` makes, and the seconds that it took, by the wall and of CPU."""
    wall, cpu = time.monotonic(), cpu_seconds()
    made = work()
    return made, time.monotonic() - wall, cpu_seconds() - cpu


def cpu_of(work: Callable[[], object]) -> float:
    """Return the CPU seconds of `work`."""
    return timed(work)[2]


def copy_unbuilt(episode: Path, folder: Path) -> Path:
    """Copy an episode to `folder` without what builds have made, and return that folder."""
    return Path(shutil.copytree(episode, folder, ignore=shutil.ignore_patterns(*MADE)))


def say(line: str) -> None:
    """Print a line at once, also into a file."""
    print(line, flush=True)  # noqa: T201
