"""What a film costs, from nothing: wall and CPU seconds for each second of film, and where the CPU goes.

    python benchmarks/film.py [EPISODE]     (default: assets/examples/short)

Builds a copy of the episode twice through the command line (from nothing, then again without a change), measures the
film as `lectern check` does, and builds another copy in one process, in which the CPU of every take can be told apart.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from costs import copy_unbuilt, cpu_seconds

ROOT = Path(__file__).parents[1]
STAGES = ("voice", "capture", "plate", "sprite", "picture", "treatment", "narrator", "footage", "segment", "sound")


def main(episode: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="lectern-benchmark-") as place:
        os.environ["LECTERN_CONFIG_HOME"] = f"{place}/profile"
        folder = copy_unbuilt(episode, Path(place) / "built")
        first = _command("--trust", "--quiet", "build", folder)
        again = _command("--quiet", "build", folder)
        checked = _command("--quiet", "check", folder)
        seconds = json.loads((folder / "renders/report.json").read_text())["duration"]
        print(f"the film lasts {seconds:.1f} s")
        _say("from nothing to the film", first, seconds)
        _say("the same again", again, seconds)
        _say("check", checked, seconds)
        _stages(copy_unbuilt(episode, Path(place) / "apart"), seconds)


def _stages(folder: Path, seconds: float) -> None:
    spent = _built_in_one_process(folder)
    whole = sum(spent.values())
    for name in sorted(spent, key=lambda name: -spent[name]):
        share, cost = spent[name] / whole, spent[name] / seconds
        print(f"  {name:26} {spent[name]:7.1f} CPU s  {cost:6.3f} for each second of film  {share:4.0%}")


def _built_in_one_process(folder: Path) -> dict[str, float]:
    """CPU seconds by kind of take, and of what is no take (planning, compiling strips, joining)."""
    from lectern.pipeline.build import build as building
    from lectern.pipeline.build.recipes import Providers, recipes, settings_in
    from lectern.pipeline.build.take_scheduler import TakeScheduler
    from lectern.pipeline.jobs.worker import work
    from lectern.pipeline.studio.build import build

    spent = dict.fromkeys((*STAGES, "planning, strips, joining"), 0.0)
    known = recipes(Providers(settings_in(folder, None), ()))
    counted = {k: r.model_copy(update={"make": _counted(r.make, k, spent)}) for k, r in known.items()}

    class Alone(TakeScheduler):
        """A scheduler that makes its takes itself."""

        def _start(self) -> None:
            """Start no workers."""

        def make(self) -> None:
            work(self._queue, self._store, counted, folder, stop=lambda: True)
            if lost := [job for job in self._queue.jobs() if job.state == "failed"]:
                raise SystemExit(f"{lost[0].label}: {lost[0].error}")

    building.TakeScheduler = Alone
    begun = cpu_seconds()
    build(folder, trust=True)
    spent["planning, strips, joining"] = cpu_seconds() - begun - sum(spent.values())
    return spent


def _counted(make: Callable[..., object], kind: str, spent: dict[str, float]) -> Callable[..., object]:
    def counted(*arguments: object) -> object:
        begun = cpu_seconds()
        try:
            return make(*arguments)
        finally:
            spent[kind] = spent.get(kind, 0.0) + cpu_seconds() - begun

    return counted


def _command(*arguments: object) -> tuple[float, float]:
    """Wall and CPU seconds of a command; it may have findings."""
    wall, cpu = time.monotonic(), cpu_seconds()
    done = subprocess.run([sys.executable, "-m", "lectern", *map(str, arguments)], stdout=subprocess.DEVNULL)
    if done.returncode not in (0, 1):
        raise SystemExit(f"lectern {arguments} ended with {done.returncode}")
    return time.monotonic() - wall, cpu_seconds() - cpu


def _say(what: str, spent: tuple[float, float], seconds: float) -> None:
    wall, cpu = spent
    print(f"{what:26} {wall:7.1f} s wall ({wall / seconds:5.2f} x the film)  {cpu:7.1f} CPU s ({cpu / seconds:5.2f} x)")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "assets/examples/short")
