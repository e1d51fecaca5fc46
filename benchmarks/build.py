"""What building a film from nothing costs, beside another commit in the same run.

    python benchmarks/build.py --against COMMIT [--rounds 3] [--episode DIR]     (default: assets/examples/short)

Builds fresh copies of the episode, in turns with this checkout and with a git worktree of COMMIT (the same Python, the
same packages), and prints CPU and wall seconds of each build, and the ratio of the medians: below 1, this checkout is
cheaper. CPU seconds are those of all processes, also of browsers whose own parent ended before them.
"""

import argparse
import ctypes
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from costs import copy_unbuilt

ROOT = Path(__file__).resolve().parents[1]
PR_SET_CHILD_SUBREAPER = 36
"""Linux: who loses its parent becomes a child of this process, which then learns what it cost."""


class Cost(NamedTuple):
    cpu: float
    wall: float


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--against", metavar="COMMIT", required=True)
    wanted.add_argument("--rounds", type=int, default=3)
    wanted.add_argument("--episode", type=Path, default=ROOT / "assets/examples/short")
    asked = wanted.parse_args()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    with tempfile.TemporaryDirectory(prefix="lectern-benchmark-") as place, worktree(asked.against) as other:
        checkouts = {"this checkout": ROOT, asked.against: other}
        costs: dict[str, list[Cost]] = {name: [] for name in checkouts}
        for turn in range(asked.rounds):
            for name, checkout in checkouts.items():
                costs[name].append(
                    cost := build(checkout, asked.episode, Path(place) / f"{turn}-{checkout.parent.name}")
                )
                print(f"{name:16} {cost.cpu:7.1f} CPU s {cost.wall:7.1f} s wall", flush=True)
        for unit in Cost._fields:
            ours, theirs = (statistics.median(getattr(cost, unit) for cost in costs[name]) for name in checkouts)
            print(f"{unit}: {ours:.1f} s against {theirs:.1f} s, ratio {ours / theirs:.3f}")


@contextmanager
def worktree(commit: str) -> Iterator[Path]:
    """A checkout of a commit, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="lectern-worktree-") as place:
        folder = Path(place) / "lectern"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", folder, commit], cwd=ROOT, check=True)
        try:
            yield folder
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", folder], cwd=ROOT, check=True)


def build(checkout: Path, episode: Path, place: Path) -> Cost:
    """Build a copy of the episode in `place` with the checkout's Lectern."""
    place.mkdir()
    (place / "lectern").symlink_to(checkout)
    folder = copy_unbuilt(episode, place / "episode")
    environment = {**os.environ, "PYTHONPATH": str(place), "LECTERN_CONFIG_HOME": str(place / "profile")}
    command = [sys.executable, "-m", "lectern", "--trust", "--quiet", "build", str(folder)]
    wall, cpu = time.monotonic(), _cpu_of_children()
    subprocess.run(command, cwd=place, env=environment, check=True, stdout=subprocess.DEVNULL)
    wall = time.monotonic() - wall
    _wait_for_orphans()
    return Cost(_cpu_of_children() - cpu, wall)


def _wait_for_orphans() -> None:
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
