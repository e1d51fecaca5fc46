"""What is left of builds that are disturbed: killed, stopped, or with the clock set under them.

    python benchmarks/kills.py [--count 12] [--how kill|stop|clock] [--seed 1]

Builds a small film once undisturbed, and then again and again, each time in a fresh folder, until builds were disturbed
`--count` times. Three kills come in one build, one after the other; of the others there is one. Each comes at a random moment: the
build and all it has started have used as much processor time as was drawn, so a busy machine shifts no moment. The targets take
turns: the build itself, a worker, Blender, and whatever else the build has started. `kill` ends one with SIGKILL, `stop` stops one
with SIGSTOP, `clock` moves all times that the build has written down so far (in its queue, on drafts and temporary files) a day
forward or back, as a clock that is set does. A build that has ended without a film is started again.

One film in five begins with nothing. The others have the narrators' shadow and light and what every film has in common, which
Blender needs half of the time for; no kill is aimed at that then.

Prints a line for each film and how long processes outlived a build. Ends with 1 if a process is left after 5 seconds as on a quiet
machine (without those in which it only waited for a processor that others used), if TMPDIR holds anything after the next build, if a finished take
was lost or made twice, if a build has ended with a traceback or without a word, or if the film is another one than the undisturbed.

An undisturbed film takes about 18 seconds of processor time.
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
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import cycle
from pathlib import Path

from lectern.pipeline.base.process_tree import end_all, process_tasks, process_tree, read_proc

SCRIPT = """---
title: Disturbed
---

# Counting {#count}

```capture
kind: terminal
steps:
  - run: seq 3
    at: numbers
```

```avatar
visible: false
```

Ask for {numbers}three.

# Words {#end}

Done.
"""
SETTINGS = "[film]\nwidth = 640\nheight = 360\nfps = 10\n"
COMMON = ("treatment", "sprite", "plate")
"""The kinds of takes that most of the films begin with."""
SORTS = {"kill": ("parent", "worker", "blender", "other"), "stop": ("worker", "blender"), "clock": ("clock",)}
NAMES = {"headless.py": "blender", "\0worker\0": "worker"}
IN_A_FILM = {"kill": 3, "stop": 1, "clock": 1}
LONGEST = 5.0
"""Seconds after which no process of a build that has ended may be left, without those in which it waited for a processor."""
TIRED = 1800.0
DAY = 86400.0
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Disturbed:
    """A film whose builds are disturbed, in a `place` of its own, with what there is to say about it.

    `outlived` are the seconds for which processes outlived builds, without those in which they waited for a processor.
    """

    place: Path
    how: str
    struck: list[str] = field(default_factory=list)
    made: dict[str, tuple[int, int]] = field(default_factory=dict)
    outlived: list[float] = field(default_factory=list)
    left: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def episode(self) -> Path:
        return self.place / "episode"

    @property
    def temporary(self) -> Path:
        return self.place / "tmp"

    def start(self) -> subprocess.Popen[bytes]:
        """Start a build, in a session of its own."""
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
        return [pid for pid in everything if str(self.place) in read_proc(Path(f"/proc/{pid}/environ"))]

    def takes(self) -> dict[str, tuple[int, int]]:
        """Every finished take, with the file and the moment of its card."""
        cards = self.episode.glob("media/*/[0-9a-f]*/take.json")
        return {str(c.parent): (c.stat().st_ino, c.stat().st_mtime_ns) for c in cards}

    def film(self) -> str:
        """The hash of the film; "" where there is none."""
        film = self.episode / "renders/film.mp4"
        return sha256(film.read_bytes()).hexdigest() if film.exists() else ""


def main() -> int:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--count", type=int, default=12)
    wanted.add_argument("--how", choices=tuple(SORTS), default="kill")
    wanted.add_argument("--seed", type=int, default=1)
    asked = wanted.parse_args()
    rng, sorts, films, count = random.Random(asked.seed), cycle(SORTS[asked.how]), [], 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("interrupted"))
    with place_for_all() as folder:
        pattern, work = undisturbed(folder)
        print(f"undisturbed: {work:.1f} s of processor time", flush=True)
        while count < asked.count:
            one = new_film(folder, len(films), asked.how, pattern)
            targets = [next(sorts) for _ in range(min(IN_A_FILM[asked.how], asked.count - count))]
            disturb(one, targets, work, rng)
            judge(one, pattern.film())
            films.append(one)
            count += len(one.struck)
            print(row(len(films), one), flush=True)
            shutil.rmtree(one.place)
    print(summary(films))
    return 1 if any(one.faults for one in films) else 0


@contextmanager
def place_for_all() -> Iterator[Path]:
    """Yield a folder with a short path, because sockets are in it; in the end, end all builds in it and remove it."""
    folder = Path(tempfile.mkdtemp(prefix="k-", dir="/tmp"))
    try:
        yield folder
    finally:
        end_all(Disturbed(folder, "").processes)
        shutil.rmtree(folder)


def row(number: int, one: Disturbed) -> str:
    outlived = ", ".join(f"{seconds:.1f}" for seconds in one.outlived)
    about = f"{', '.join(one.struck)}; {len(one.made)} takes finished before; "
    about += f"processes left for {outlived} s; {one.left} entries in TMPDIR"
    return f"{number:3} {about}: {'; '.join(one.faults) or 'ok'}"


def summary(films: list[Disturbed]) -> str:
    times = sorted(seconds for one in films for seconds in one.outlived)
    struck = Counter(sort for one in films for sort in one.struck)
    return "\n".join(
        (
            f"{struck.total()} in {len(films)} films: {', '.join(f'{n} {sort}' for sort, n in struck.items())}",
            f"processes left for: median {statistics.median(times):.1f} s, longest {times[-1]:.1f} s; "
            f"films with a fault: {sum(bool(o.faults) for o in films)}",
        )
    )


def new_film(folder: Path, number: int, how: str, pattern: Disturbed | None = None) -> Disturbed:
    """Lay out an episode in a place of its own; it begins with what `pattern` has in common with it, but every fifth."""
    one = Disturbed(folder / f"{number}", how)
    if pattern and number % 5:
        shutil.copytree(pattern.place / "profile", one.place / "profile", ignore=shutil.ignore_patterns("state"))
        for kind in COMMON:
            shutil.copytree(pattern.episode / "media" / kind, one.episode / "media" / kind)
    for place in (one.episode, one.temporary):
        place.mkdir(parents=True, exist_ok=True)
    (one.episode / "script.md").write_text(SCRIPT)
    (one.episode / "lectern.toml").write_text(SETTINGS)
    return one


def undisturbed(folder: Path) -> tuple[Disturbed, float]:
    """Build a film without disturbing it, and once more from what it has in common with the others.

    Returns it and the processor time of the second one, in seconds.
    """
    pattern = new_film(folder, -1, "")
    if pattern.start().wait(TIRED):
        sys.exit(f"the undisturbed build failed:\n{pattern.said}")
    again, before = new_film(folder, -2, "", pattern), os.times()
    if again.start().wait(TIRED) or again.film() != pattern.film():
        sys.exit(f"the same build failed, or made another film:\n{again.said}")
    after = os.times()
    shutil.rmtree(again.place)
    return pattern, after.children_user + after.children_system - before.children_user - before.children_system


def disturb(one: Disturbed, targets: list[str], work: float, rng: random.Random) -> None:
    """Build until the film is there or a build ends by itself, and disturb `targets` one after the other meanwhile."""
    process = one.start()
    for target in targets:
        until_worked(process, rng.uniform(0, 0.6 * work))
        if not strike(one, target, process, rng):
            break
        one.struck.append(target)
        one.made |= one.takes()
        if target == "parent":
            process.wait()
            watch_the_rest(one)
            process = one.start()
    code = end_of(process)
    watch_the_rest(one)
    if code and (code not in (1, 2) or "Traceback" in one.said or not one.said.strip()):
        one.faults.append(f"ended with {code}: {one.said[-300:]}")
    if one.how == "stop" and one.struck and not any(word in one.said for word in ("stopped", "hung")):
        one.faults.append(f"the {one.struck[0]} that was stopped was never told of")


def strike(one: Disturbed, target: str, process: subprocess.Popen[bytes], rng: random.Random) -> bool:
    """Disturb the build as soon as what is to be disturbed is there; return whether that came before the build's end."""
    while process.poll() is None:
        if one.how == "clock":
            if move_times(one.place, rng.choice((DAY, -DAY))):
                return True
        elif found := [pid for pid in process_tree(process.pid) if sort_of(pid, process) == target]:
            with suppress(ProcessLookupError):
                os.kill(rng.choice(found), signal.SIGKILL if one.how == "kill" else signal.SIGSTOP)
                return True
        time.sleep(0.02)
    return False


def move_times(place: Path, seconds: float) -> bool:
    """Move the times that a build has written down, except on what is finished; return whether there was a queue already."""
    databases = list(place.glob("profile/state/episodes/*/lectern.sqlite"))
    for database in databases:
        with closing(sqlite3.connect(database, timeout=30)) as db, db:
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'jobs'").fetchone():  # it is just being made
                return False
            db.execute("UPDATE jobs SET added_at = added_at + ?, touched_at = touched_at + ?", (seconds, seconds))
    for file in [*place.glob("tmp/**/*"), *place.glob("episode/**/.*~*")]:
        with suppress(OSError):
            os.utime(file, (file.stat().st_atime + seconds, file.stat().st_mtime + seconds))
    return bool(databases)


def judge(one: Disturbed, film: str) -> None:
    """Build once more if there is something left to do, and note what of takes, film and temporary files is wrong then."""
    one.left = len([*one.temporary.iterdir(), *one.temporary.glob("lectern-of-*/*")])
    if (one.left or not one.film()) and (code := end_of(one.start())):
        one.faults.append(f"the build afterwards ended with {code}: {one.said[-300:]}")
        return
    after, names = one.takes(), {take: take.removeprefix(f"{one.episode}/") for take in one.made}
    one.faults += [f"lost: {names[take]}" for take in one.made if take not in after]
    one.faults += [f"made twice: {names[take]}" for take in one.made if after.get(take, 0) not in (0, one.made[take])]
    if one.film() != film:
        one.faults.append("the film is another one")
    rest = [*one.temporary.glob("lectern-of-*/*"), *one.temporary.glob("*")]
    if kept := [entry.name for entry in rest if not entry.name.startswith("lectern-of-")]:
        one.faults.append(f"in TMPDIR after the next build: {kept}")


def end_of(process: subprocess.Popen[bytes]) -> int:
    """Wait for a build; return its exit code, 999 if it had to be ended because it hung."""
    try:
        return process.wait(TIRED)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return 999


def watch_the_rest(one: Disturbed) -> None:
    """Wait until no process of a build that has ended is left; note for how long there were any."""
    start, waits, longest = time.monotonic(), dict[Path, float](), 0.0
    while True:
        left, past = one.processes(), time.monotonic() - start
        for task, seconds in waiting((*left, os.getpid())):
            longest = max(longest, seconds - waits.setdefault(task, seconds))
        if not left or past - longest > LONGEST:
            break
        time.sleep(0.1)
    one.outlived.append(max(0.0, past - longest))
    if left:
        commands = [read_proc(Path(f"/proc/{pid}/cmdline"))[:90] for pid in left]
        one.faults.append(f"left after {LONGEST:.0f} s: {commands}")


def waiting(pids: Iterable[int]) -> Iterator[tuple[Path, float]]:
    """Yield for how many seconds each thread of processes has waited for a processor so far."""
    for task in (task for pid in pids for task in process_tasks(pid)):
        if spent := read_proc(task / "schedstat").split():
            yield task, int(spent[1]) / 1e9


def until_worked(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Wait until a build and all it has started have used `seconds` of processor time, or it has ended."""
    while process.poll() is None and sum(map(processor_time, process_tree(process.pid))) < seconds:
        time.sleep(0.05)


def processor_time(pid: int) -> float:
    """Return the processor time of a process and of those of its children that have ended, in seconds."""
    fields = read_proc(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def sort_of(pid: int, build: subprocess.Popen[bytes]) -> str:
    if pid == build.pid:
        return "parent"
    command = read_proc(Path(f"/proc/{pid}/cmdline"))
    return next((sort for name, sort in NAMES.items() if name in command), "other" if command else "")


if __name__ == "__main__":
    sys.exit(main())
