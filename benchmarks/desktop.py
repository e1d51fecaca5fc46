"""How smoothly a desktop is filmed, and what that costs.

`python benchmarks/desktop.py [SECONDS]` (default 10) films a terminal that prints a coloured screen 30 times a second, on a
desktop of its own, through noVNC. It tells the frames a second that were filmed, the share of frames that a film of 30
frames a second lacks, and CPU seconds (of the X server, the program, the browser and this process) per filmed second.
Only on a machine that does nothing else do the first two say anything. The claims: at most 1 % lacking, 1 CPU s/s.
"""

import os
import sys
import tempfile
from pathlib import Path

from lectern.pipeline.capture.browser.smoothness import dropped_frames
from lectern.pipeline.capture.desktop.remote_desktop import RemoteDesktop, open_remote_desktop
from lectern.pipeline.capture.request import CaptureRequest
from lectern.pipeline.episode.capture_block import Environment, FixtureFile

PROGRAM = r"""
import itertools, time
begun = time.monotonic()
for i in itertools.count():
    rows = "\n".join(f"\033[48;5;{16 + (i + row) % 200}m {i:06d} {row * i:040d} \033[0m" for row in range(12))
    print("\033[H" + rows, end="", flush=True)
    time.sleep(max(0.0, begun + i / 30 - time.monotonic()))
"""
SIZE = (1504, 900)


def main(seconds: float) -> None:
    """Film, and print one line."""
    request = CaptureRequest(
        kind="desktop", size=SIZE, steps=(), app=f"xterm -fa Mono -fs 10 -e {sys.executable} moving.py",
        environment=Environment(files=(FixtureFile(path="moving.py", text=PROGRAM),)),
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder, open_remote_desktop(request, Path(folder)) as scene:
        times, cpu = _filmed(scene, seconds)
    _, lacking = dropped_frames(times, [(times[0], times[-1])])
    print(f"{len(times) / seconds:.1f} frames/s, {lacking:.1%} lacking at 30, {cpu / seconds:.2f} CPU s/s")


def _filmed(scene: RemoteDesktop, seconds: float) -> tuple[list[float], float]:
    """The times of the frames, and the CPU seconds that all processes took."""
    scene.film.start()
    begun, before = scene.film.now(), _spent()
    scene.wait(seconds)
    ended, after = scene.film.now(), _spent()
    scene.film.stop()
    return [frame.time for frame in scene.film.frames if begun <= frame.time <= ended], after - before


def _spent() -> float:
    """CPU seconds of this process and all below it (Linux)."""
    parents: dict[int, list[int]] = {}
    spent: dict[int, float] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        pid = int(stat.parent.name)
        parents.setdefault(int(fields[1]), []).append(pid)
        spent[pid] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    family = [os.getpid()]
    for pid in family:
        family += parents.get(pid, [])
    return sum(spent.get(pid, 0.0) for pid in family)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0)
