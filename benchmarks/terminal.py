"""A terminal's minute: is it the same bytes on every run, and how fast is it recorded, drawn and made into footage?

    python benchmarks/terminal.py [--runs 3] [--parallel]

A session of more than a minute, with typing, a spinner, a progress bar, scrolling, vim and less, is recorded once; then its
cast is drawn and made into footage of 1080p30 `runs` times, each by a browser of its own. Prints the digests of cast and videos,
and how many seconds of film a second makes, by the wall and by the CPU seconds of all processes (two cores have two of them a
second). `--parallel` records, draws and encodes two such scenes at once instead.
"""

import argparse
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from capture import FPS, FRAME, ROOT
from costs import timed

from lectern.pipeline.base.clock import frame_at
from lectern.pipeline.base.files import file_digest
from lectern.pipeline.base.theme import Theme
from lectern.pipeline.capture.chromium import chromium
from lectern.pipeline.capture.recipes import CAPTURE
from lectern.pipeline.capture.request import CaptureRequest, capture_request, with_film_fields
from lectern.pipeline.capture.take import CaptureTake
from lectern.pipeline.capture.terminal.asciicast import read_cast
from lectern.pipeline.capture.terminal.footage import CAST, draw_cast
from lectern.pipeline.capture.window import CONTENT, window_boxes
from lectern.pipeline.drawing.footage import FOOTAGE, footage_request
from lectern.pipeline.episode.capture_block import Capture
from lectern.pipeline.episode.model import Episode
from lectern.pipeline.episode.steps import Step
from lectern.pipeline.episode.targets import Target, Wait
from lectern.pipeline.jobs.recipe import JobContext
from lectern.pipeline.jobs.take_file import read_take, write_card
from lectern.pipeline.timing.fit import fit

THEME = Theme.model_validate_json((ROOT / "assets/themes/night.json").read_text(encoding="utf-8"))
SPINNER = r'for i in $(seq 90); do printf "\r\e[33m%s\e[0m resolving $i" "${S:i%8:1}"; sleep 0.08; done; echo'
PROGRESS = r'for i in $(seq 60); do printf "\r[%-60s] $i/60" "$(printf "█%.0s" $(seq $i))"; sleep 0.1; done; echo'


def main() -> None:
    """Record, draw and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--parallel", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        (_two if options.parallel else _again)(Path(scratch), options.runs)


def _again(scratch: Path, runs: int) -> None:
    """One scene: made once, then drawn from its cast."""
    (film, digests), wall, cpu = timed(lambda: _scene(scratch, 1))
    _say("recorded, drawn and encoded", digests, film, wall, cpu)
    for number in range(runs):
        (film, digests), wall, cpu = timed(lambda: _drawn(scratch, scratch / "capture" / f"again-{number}"))  # noqa: B023
        _say(f"drawn and encoded again, {number + 1}", digests, film, wall, cpu)


def _two(scratch: Path, _: int) -> None:
    """Two scenes at once, by two processes."""
    made, wall, cpu = timed(lambda: _at_once([scratch / "one", scratch / "two"]))
    _say("two at once", " | ".join(digests for _, digests in made), sum(film for film, _ in made), wall, cpu)


def _at_once(folders: list[Path]) -> list[tuple[float, str]]:
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        return list(pool.map(_scene, folders, (1, 2)))


def _scene(scratch: Path, seed: int) -> tuple[float, str]:
    """Record a scene into `scratch`; return the seconds of its footage, and digests."""
    folder = scratch / "capture" / "take"
    folder.mkdir(parents=True)
    take = CAPTURE.make(_request(scratch, seed), folder, JobContext(scratch, scratch))
    return _footage(take, folder, scratch)


def _drawn(scratch: Path, folder: Path) -> tuple[float, str]:
    """The cast of `scratch` drawn again into `folder`."""
    folder.mkdir()
    raw = scratch / "capture" / "take"
    take = read_take(raw, CaptureTake)
    with chromium() as browser:
        shown = draw_cast(read_cast(raw / CAST), _request(scratch, 1), browser, folder)
    assert shown.times == take.times
    (folder / CAST).write_bytes((raw / CAST).read_bytes())
    return _footage(take, folder, scratch)


def _footage(take: CaptureTake, folder: Path, scratch: Path) -> tuple[float, str]:
    write_card(folder, folder.parent.name, folder.name, {"result": take.model_dump(mode="json")})
    marks = {step.at: 4.0 * number for number, step in enumerate(_steps()) if step.at}
    plan = fit(with_film_fields(take, _capture()), marks, 0.0, take.duration, FPS)
    box, frames = window_boxes(CONTENT, FRAME)["left"], (0, frame_at(plan.pieces[-1].end, FPS))
    request = footage_request(folder.name, take, plan, FPS, frames, box, FRAME, THEME)
    clip = FOOTAGE.make(request, folder, JobContext(scratch, scratch))
    digests = (_digest(folder / name) for name in (CAST, take.pictures, clip.video))
    return clip.frames / FPS, " ".join(digests)


def _request(folder: Path, seed: int) -> CaptureRequest:
    episode = Episode(folder=folder, title="t", narrator="ada", scenes=(), characters=())
    return capture_request(episode, _capture(), THEME, CONTENT).model_copy(update={"seed": seed})


def _capture() -> Capture:
    return Capture(
        id="t", kind="terminal", hidden=(Step(action="run", value="S=⣾⣽⣻⢿⡿⣟⣯⣷; seq 300 > n.txt"),), steps=_steps()
    )


def _steps() -> tuple[Step, ...]:
    return (
        Step(action="run", value=SPINNER, at="m0"),
        Step(action="run", value="ls -la --color /usr | head -12", at="m1"),
        Step(action="run", value=PROGRESS, at="m2"),
        Step(action="run", value="seq 200 | sed 's/.*/\\x1b[36m&\\x1b[0m: a line of many/'", at="m3"),
        Step(action="scroll", value="-4000", at="m4"),
        Step(action="scroll", target=Target(text="190: a line"), at="m5"),
        Step(action="type", value="vim -N -u NONE notes.md", enter=True, at="m6"),
        Step(action="wait", wait=Wait(text="[New")),
        Step(action="press", value="i"),
        Step(
            action="type",
            value="# Notes\nWhat is typed here is typed as a person does it,\nword by word, never evenly.\n" * 4,
        ),
        Step(action="press", value="Escape"),
        Step(action="type", value=":wq", enter=True),
        Step(action="wait", wait=Wait(exit=0)),
        Step(action="type", value="less n.txt", enter=True, at="m7"),
        Step(action="scroll", value="1500"),
        Step(action="press", value="q"),
        Step(action="run", value="python3 -c 'print(2**64)'", expect="18446744073709551616", at="m8"),
    )


def _digest(file: Path) -> str:
    return file_digest(file, 12)


def _say(what: str, digests: str, film: float, wall: float, cpu: float) -> None:
    print(  # noqa: T201
        f"{what}: {film:.1f} s of film, {digests}; {film / wall:.2f} x real time by the wall, "
        f"{2 * film / cpu:.2f} x by the CPU of two cores ({cpu / film:.2f} CPU s a second)"
    )


if __name__ == "__main__":
    main()
