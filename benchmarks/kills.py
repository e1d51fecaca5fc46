"""What is left of builds that are disturbed: killed, stopped, or with the clock set under them.

    python benchmarks/kills.py [--count 10] [--how kill|stop|clock] [--seed 1]

Builds a small film once undisturbed, and then `--count` times in a fresh folder, each time disturbed at a random moment
between a second after its start and nine tenths of what the undisturbed one took. The targets take turns: the build itself, a worker, Blender, and whatever else
the build has started. `kill` ends one with SIGKILL, `stop` stops one with SIGSTOP, `clock` moves all times that the
build has written down so far (in its queue, on drafts and temporary files) a day forward or back, as a clock that is set does. Then the build is started again if it has ended
without a film.

Prints a line for each round and how long processes outlived the build. Ends with 1 if a process is left after 15 seconds,
if TMPDIR holds anything after the next build, if a finished take was lost or made twice, if a build has ended with a traceback
or without a word, or if the film is another one than the undisturbed.

A round takes 20 seconds of two idle processors, 200 rounds take 70 minutes.
"""

import argparse
import os
import random
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from e2e.small_episode import DISTURBED  # noqa: E402

SETTINGS = "[film]\nwidth = 640\nheight = 360\nfps = 10\n"
SORTS = {"kill": ("parent", "worker", "blender", "other"), "stop": ("worker", "blender"), "clock": ("clock",)}
NAMES = {"headless.py": "blender", "\0worker\0": "worker"}
LONGEST = 15.0
"""Seconds after which no process of a build that has ended may be left."""
TIRED = 600.0
DAY = 86400.0


@dataclass
class Disturbed:
    """A build that is disturbed, in a `place` of its own, with what there is to say about it."""

    place: Path
    how: str
    sort: str
    moment: float
    made: dict[str, tuple[int, int]] = field(default_factory=dict)
    outlived: float = 0.0
    left: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def episode(self) -> Path:
        return self.place / "episode"

    @property
    def temporary(self) -> Path:
        return self.place / "tmp"

    def start(self) -> subprocess.Popen[bytes]:
        """Start a build, in a group of its own."""
        environment = {**os.environ, "LECTERN_CONFIG_HOME": str(self.place / "profile"), "TMPDIR": str(self.temporary)}
        with (self.place / "said.txt").open("wb") as said:
            command = [sys.executable, "-m", "lectern", "--trust", "build", str(self.episode)]
            return subprocess.Popen(command, stdout=said, stderr=said, env=environment, start_new_session=True)

    @property
    def said(self) -> str:
        return (self.place / "said.txt").read_text(errors="replace")

    def processes(self) -> list[int]:
        """The living processes that have this place in what they inherited."""
        everything = (int(entry.name) for entry in Path("/proc").glob("[0-9]*"))
        return [pid for pid in everything if str(self.place) in read(pid, "environ")]

    def takes(self) -> dict[str, tuple[int, int]]:
        """Every finished take, with the file and the moment of its card."""
        cards = self.episode.glob("media/*/[0-9a-f]*/take.json")
        return {str(c.parent): (c.stat().st_ino, c.stat().st_mtime_ns) for c in cards}


def main() -> int:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--count", type=int, default=10)
    wanted.add_argument("--how", choices=tuple(SORTS), default="kill")
    wanted.add_argument("--seed", type=int, default=1)
    asked = wanted.parse_args()
    rng, rounds = random.Random(asked.seed), []
    with tempfile.TemporaryDirectory(prefix="k-", dir="/tmp") as folder:  # a short path, because sockets are in it
        film, seconds = undisturbed(Path(folder))
        for number in range(asked.count):
            sort = SORTS[asked.how][number % len(SORTS[asked.how])]
            disturbed = Disturbed(new_place(Path(folder), number), asked.how, sort, rng.uniform(1, 0.9 * seconds))
            rounds.append(disturbed)
            disturb(disturbed, film, rng)
            print(row(number, disturbed), flush=True)
            shutil.rmtree(disturbed.place)
    times = sorted(disturbed.outlived for disturbed in rounds)
    faults = sum(bool(disturbed.faults) for disturbed in rounds)
    print(f"processes left for: median {statistics.median(times):.1f} s, longest {times[-1]:.1f} s, ", end="")
    print(f"over 5 s {sum(t > 5 for t in times)} times; rounds with a fault: {faults} of {len(rounds)}")
    return 1 if faults else 0


def row(number: int, disturbed: Disturbed) -> str:
    about = f"{disturbed.sort} at {disturbed.moment:.1f} s, {len(disturbed.made)} takes finished, "
    about += f"processes left for {disturbed.outlived:.1f} s, {disturbed.left} entries in TMPDIR"
    return f"{number:3} {about}: {'; '.join(disturbed.faults) or 'ok'}"


def new_place(folder: Path, number: int) -> Path:
    place = folder / f"{number}"
    for name in ("episode", "tmp"):
        (place / name).mkdir(parents=True)
    (place / "episode/script.md").write_text(DISTURBED)
    (place / "episode/lectern.toml").write_text(SETTINGS)
    return place


def undisturbed(folder: Path) -> tuple[str, float]:
    """Build the film without disturbing it; return its hash, and how many seconds it took."""
    start, build = time.monotonic(), Disturbed(new_place(folder, -1), "", "", 0)
    if build.start().wait(TIRED):
        sys.exit(f"the undisturbed build failed:\n{build.said}")
    return film_of(build), time.monotonic() - start


def disturb(build: Disturbed, film: str, rng: random.Random) -> None:
    """Build with a disturbance and, if that ended it, again; note all that is wrong in the end."""
    process = build.start()
    with suppress(subprocess.TimeoutExpired):
        process.wait(build.moment)
    struck = strike(build, process, rng)
    build.made = build.takes()
    code = end_of(process)
    build.outlived = until(lambda: not build.processes())
    build.left = len([*build.temporary.iterdir(), *build.temporary.glob("lectern-of-*/*")])
    if left := build.processes():
        build.faults.append(f"left after {LONGEST:.0f} s: {[read(pid, 'cmdline')[:90] for pid in left]}")
    if code and not (struck and build.sort == "parent"):
        judge_words(build, code)
    if not struck:
        build.sort += " (too late)"
    elif build.how == "stop" and not any(word in build.said for word in ("stopped", "hung")):
        build.faults.append(f"the {build.sort} that was stopped was never told of")
    judge(build, film)


def strike(build: Disturbed, process: subprocess.Popen[bytes], rng: random.Random) -> bool:
    """Disturb the build as soon as what is to be disturbed is there; return whether that came before the build's end."""
    while process.poll() is None:
        if build.how == "clock":
            if move_times(build.place, rng.choice((DAY, -DAY))):
                return True
        elif found := [pid for pid in build.processes() if sort_of(pid, process) == build.sort]:
            with suppress(ProcessLookupError):
                os.kill(rng.choice(found), signal.SIGKILL if build.how == "kill" else signal.SIGSTOP)
                return True
        time.sleep(0.02)
    return False


def move_times(place: Path, seconds: float) -> bool:
    """Move the times that a build has written down, except on what is finished; return whether there was a queue already."""
    databases = list(place.glob("profile/state/episodes/*/lectern.sqlite"))
    for database in databases:
        with closing(sqlite3.connect(database, timeout=30)) as db, db:
            db.execute("UPDATE jobs SET added_at = added_at + ?, touched_at = touched_at + ?", (seconds, seconds))
    for file in [*place.glob("tmp/**/*"), *place.glob("episode/**/.*~*")]:
        with suppress(OSError):
            os.utime(file, (file.stat().st_atime + seconds, file.stat().st_mtime + seconds))
    return bool(databases)


def judge_words(build: Disturbed, code: int) -> None:
    """Note it if a build that ended by itself without a film did not say why."""
    if code not in (1, 2) or "Traceback" in build.said or not build.said.strip():
        build.faults.append(f"ended with {code}: {build.said[-300:]}")


def judge(build: Disturbed, film: str) -> None:
    """Build once more, and note what of takes, film and temporary files is not as it has to be then."""
    if code := end_of(build.start()):
        build.faults.append(f"the build afterwards ended with {code}: {build.said[-300:]}")
        return
    after, names = build.takes(), {take: take.removeprefix(f"{build.episode}/") for take in build.made}
    build.faults += [f"lost: {names[take]}" for take in build.made if take not in after]
    build.faults += [
        f"made twice: {names[take]}" for take in build.made if after.get(take, 0) not in (0, build.made[take])
    ]
    if film_of(build) != film:
        build.faults.append("the film is another one")
    rest = [*build.temporary.glob("lectern-of-*/*"), *build.temporary.glob("*")]
    if kept := [entry.name for entry in rest if not entry.name.startswith("lectern-of-")]:
        build.faults.append(f"in TMPDIR after the next build: {kept}")


def end_of(process: subprocess.Popen[bytes]) -> int:
    """Wait for a build; return its exit code, 999 if it had to be ended because it hung."""
    try:
        return process.wait(TIRED)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return 999


def film_of(build: Disturbed) -> str:
    film = build.episode / "renders/film.mp4"
    return sha256(film.read_bytes()).hexdigest() if film.exists() else ""


def sort_of(pid: int, build: subprocess.Popen[bytes]) -> str:
    if pid == build.pid:
        return "parent"
    command = read(pid, "cmdline")
    return next((sort for name, sort in NAMES.items() if name in command), "other")


def until(condition: Callable[[], bool]) -> float:
    """Wait for a condition, but no longer than `LONGEST`; return for how many seconds."""
    start = time.monotonic()
    while not condition() and time.monotonic() - start < LONGEST:
        time.sleep(0.05)
    return time.monotonic() - start


def read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text(errors="replace")
    except OSError:  # it has ended
        return ""


if __name__ == "__main__":
    sys.exit(main())
