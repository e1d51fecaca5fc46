"""kill -9 of any process of a real build, at any moment: the film comes, and no finished take is made twice."""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from small_episode import DISTURBED, environment, read, takes, write_episode

from lectern.pipeline.jobs.takes import TakeStore

pytestmark = [pytest.mark.film, pytest.mark.kill]

SORTS = ("blender", "parent", "worker", "chromium")
"""The last one is killed first: a build has its Chromium early and its Blender late, so that one film is enough for a kill of each."""
KILLS = int(os.environ.get("LECTERN_TEST_KILLS", "4"))
"""How many processes are killed, of all sorts equally. `make soak` kills many: each costs a part of a build."""
FPS = 10
SETTINGS = f"[film]\nwidth = 640\nheight = 360\nfps = {FPS}\n"


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for temporary files. Its path is short, because sockets are in it."""
    folder = Path(tempfile.mkdtemp(prefix="k-", dir="/tmp"))
    for name in ("TEMP", "TMP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TMPDIR", str(folder))
    yield folder
    shutil.rmtree(folder)


def test_a_build_killed_again_and_again_makes_its_film_and_no_finished_take_twice(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng, profile = random.Random(KILLS), tmp_path / "profile"
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(profile))
    targets = list(SORTS) * (KILLS // len(SORTS))
    if KILLS > len(SORTS):
        rng.shuffle(targets)
    films = 0
    while targets:
        folder = write_episode(tmp_path / f"film-{films}", DISTURBED.replace("three", f"number {films}"), SETTINGS)
        _finished_under_fire(folder, profile, rng, targets)
        films += 1
    assert films <= KILLS // 2  # builds were killed, not left alone
    assert [left for left in temporary.rglob("*") if not left.name.startswith("lectern-of-")] == []


def _finished_under_fire(folder: Path, profile: Path, rng: random.Random, targets: list[str]) -> None:
    """Builds until the film is there; on the way, kills a process of each sort in `targets`, and takes it off."""
    made: dict[str, tuple[int, int]] = {}
    builder = _start(folder, profile)
    while builder.poll() != 0:
        if targets and _killed(targets[-1], builder, rng):
            targets.pop()
            made |= takes(folder)
        elif not targets:
            builder.wait(timeout=120)
        if builder.poll() not in (None, 0):
            assert builder.returncode == -signal.SIGKILL, (folder / "said.txt").read_text()[-3000:]
            builder = _start(folder, profile)
    _assert_whole(folder, profile, made)


def _assert_whole(folder: Path, profile: Path, made: dict[str, tuple[int, int]]) -> None:
    """The film is there, what was ever finished is as it was, and nothing half made or alive is left."""
    assert (folder / "renders/film.mp4").stat().st_size > 10_000
    assert read(folder / "renders/report.json")["frames"] > 2 * FPS
    after, store = takes(folder), TakeStore(folder / "media")
    assert {take: after.get(take) for take in made} == made
    assert all(store.has(*take.split("/")) for take in after)
    assert len(list(folder.glob("media/*/*"))) == len(after)
    _until(lambda: _processes_of(profile) == [], seconds=15)


def _start(folder: Path, profile: Path) -> subprocess.Popen[bytes]:
    with (folder / "said.txt").open("ab") as said:
        command = [sys.executable, "-m", "lectern", "--trust", "--quiet", "build", str(folder)]
        return subprocess.Popen(command, stdout=said, stderr=said, env=environment(profile))


def _killed(sort: str, builder: subprocess.Popen[bytes], rng: random.Random) -> bool:
    """Kills a process of a sort some time after there is one; False where the build ended before."""
    while not _of_sort(sort, builder):
        if builder.poll() is not None:
            return False
        time.sleep(0.05)
    time.sleep(rng.uniform(0, 0.7))
    for pid in sorted(_of_sort(sort, builder), key=lambda pid: rng.random())[:1]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            if sort == "parent":
                builder.wait()
            return True
    return False


def _of_sort(sort: str, builder: subprocess.Popen[bytes]) -> list[int]:
    if sort == "parent":
        return [builder.pid] if builder.poll() is None else []
    return [pid for pid in _tree(builder.pid) if pid != builder.pid and _sort(pid) == sort]


def _sort(pid: int) -> str:
    """What a process is; "" for what an episode itself runs (a shell, or the fork that is about to become one)."""
    command = _read(pid, "cmdline")
    if command == _read(_parent(pid), "cmdline"):
        return ""
    names = {"headless.py": "blender", "chrom": "chromium", "run-driver": "chromium", "\0worker\0": "worker"}
    return next((sort for name, sort in names.items() if name in command), "")


def _parent(pid: int) -> int:
    return int((_read(pid, "stat").rpartition(")")[2].split() or "00")[1])


def _tree(pid: int) -> list[int]:
    """A process and all it started, those included whose own parent is gone from between."""
    threads = [thread.name for thread in Path(f"/proc/{pid}/task").glob("*")]
    children = [int(child) for thread in threads for child in _read(pid, f"task/{thread}/children").split()]
    return [pid, *(found for child in children for found in _tree(child))] if _read(pid, "cmdline") else []


def _processes_of(profile: Path) -> list[str]:
    """The living processes that were started with `profile` in their environment, which all inherit."""
    everything = (int(entry.name) for entry in Path("/proc").glob("[0-9]*"))
    return [_read(pid, "cmdline") for pid in everything if str(profile) in _read(pid, "environ")]


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text(errors="replace")
    except OSError:
        return ""  # it ended meanwhile


def _until(condition: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)
