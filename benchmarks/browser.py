"""How smoothly a page is filmed, how exactly, and whether a deterministic one is the same on every run.

    python benchmarks/browser.py [--minutes 1] [--runs 3] [--width 1504 --height 900]

Filmed in real time are an animation with a canvas and a clock, a page of 2,000 elements that is scrolled, a canvas that is
painted all over, and a video that plays (frames lost at 30 a second); a still page is held against a screenshot of
Chromium's own, and the first is filmed `runs` times frame by frame with typing and scrolling.
"""

import argparse
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from lectern.pipeline.base.files import digest, file_digest
from lectern.pipeline.base.theme import Theme
from lectern.pipeline.capture.browser.session import open_browser_session
from lectern.pipeline.capture.pictures import PICTURES, picture_of_png, read_pictures
from lectern.pipeline.capture.recipes import CAPTURE
from lectern.pipeline.capture.request import CaptureRequest, capture_request
from lectern.pipeline.capture.take import CaptureTake
from lectern.pipeline.episode.capture_block import Capture
from lectern.pipeline.episode.model import Episode
from lectern.pipeline.episode.steps import Step
from lectern.pipeline.episode.targets import Target, Wait
from lectern.pipeline.jobs.recipe import JobContext

ROOT = Path(__file__).parents[1]
MOVING = """<!doctype html><title>Moving</title><style>body { font: 19px sans-serif } #b { width: 80px; height: 80px;
background: tomato; animation: m 2s infinite alternate } @keyframes m { to { transform: translateX(400px) rotate(180deg) } }
</style><h1>Moving</h1><div id=b></div><p id=t></p><label>Name <input></label><canvas id=c width=400 height=120></canvas>
<script>setInterval(() => t.textContent = new Date().toISOString(), 250); let x = c.getContext("2d"), k = 0;
(function f(n) { x.fillStyle = `hsl(${n / 10} 80% 60%)`; x.fillRect((k++ * 3) % 400, Math.random() * 120, 6, 6);
requestAnimationFrame(f) })(0)</script><div style="height: 1500px"></div><p>The end</p>"""
LARGE = (
    "<body style='font: 17px sans-serif'><h1>Large</h1>"
    + "".join(f"<div><span>{n}</span> <b>Row {n}</b> <button>Keep</button></div>" for n in range(500))
    + "<p>The end</p>"
)
PAINTED = """<!doctype html><title>Painted</title><canvas id=c width=1200 height=700></canvas><script>
let x = c.getContext("2d"); (function f(n) { for (let i = 0; i < 60; i++) { x.fillStyle = `hsl(${(n / 8 + i * 6) % 360} 70% 55%)`;
x.fillRect((i % 10) * 120, (i / 10 | 0) * 117, 118, 115) } requestAnimationFrame(f) })(0)</script>"""
PLAYING = "<!doctype html><title>Playing</title><video src=film.webm autoplay muted loop width=640></video>"
OVER = "<script>setTimeout(() => document.body.append('It is over'), 28000)</script>"
STILL = (
    "<body style='font: 19px sans-serif'><h1 style='color:#d60'>Still</h1>"
    + "<p>Words in <i style='color:#07c'>colour</i></p>" * 12
)


def main() -> None:
    """Print a line for each question."""
    given = argparse.ArgumentParser()
    for name, default in (("--minutes", 1.0), ("--runs", 3), ("--width", 1504), ("--height", 900)):
        given.add_argument(name, type=type(default), default=default)
    asked = given.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        episode = Path(scratch) / "episode"
        episode.mkdir()
        for name, page in (
            ("moving", MOVING),
            ("large", LARGE),
            ("painted", PAINTED),
            ("playing", PLAYING),
            ("still", STILL),
        ):
            (episode / f"{name}.html").write_text(page + OVER, encoding="utf-8")
        _film(episode / "film.webm")
        size = (asked.width, asked.height)
        down = (Step(action="scroll"),) * 6
        for name, steps in (("moving", ()), ("large", down), ("painted", ()), ("playing", ())):
            _smooth(episode, Path(scratch), size, name, steps or (Step(action="wait", wait=Wait(text="It is over")),))
        _exact(episode, size)
        _same(episode, Path(scratch), size, asked.minutes * 60, asked.runs)


def _film(file: Path) -> None:
    """Six seconds of a bar that goes to and fro, 30 pictures a second."""
    with av.open(str(file), "w") as container:
        stream = container.add_stream("libvpx", rate=30, options={"deadline": "realtime", "cpu-used": "8"})
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for n in range(180):
            picture = np.full((360, 640, 3), 40, np.uint8)
            picture[:, abs(n * 8 % 1120 - 560) :][:, :80] = (240, 120, 40)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = n, Fraction(1, 30)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def _smooth(episode: Path, scratch: Path, size: tuple[int, int], name: str, steps: tuple[Step, ...]) -> None:
    take, seconds, _ = _filmed(episode, scratch / name, _request(episode, size, f"{name}.html", steps))
    rate = f"{len(take.times) / take.duration:.1f} pictures a second, {take.dropped:.2%} missing at 30"
    print(f"{name}: {take.duration:.1f} s in real time, {rate}; {seconds:.1f} s wall")  # noqa: T201


def _exact(episode: Path, size: tuple[int, int]) -> None:
    with open_browser_session(_request(episode, size, "still.html"), episode) as scene:
        scene.film.visit(scene.page, scene.site.address("still.html"))
        scene.film.start()
        filmed = scene.film.frames[-1].picture(size)
        shot = picture_of_png(scene.page.screenshot(), size)
        scene.film.stop()
    error = float(((filmed.astype(int) - shot) ** 2).mean())
    print(f"filmed and photographed: PSNR {'infinite' if error == 0 else round(10 * np.log10(255**2 / error), 1)}")  # noqa: T201


def _same(episode: Path, scratch: Path, size: tuple[int, int], least: float, runs: int) -> None:
    found = []
    for run in range(runs):
        round_ = (
            Step(action="type", value="Hello, world. ", target=Target(label="Name"), enter=False),
            Step(action="scroll", target=Target(text="The end")),
            Step(action="scroll", value="top"),
        )
        request = _request(episode, size, "moving.html", round_ * max(1, round(least / 8)), deterministic=True)
        take, seconds, content = _filmed(episode, scratch / f"run{run}", request)
        found.append((content, digest(take.model_dump_json())))
        print(
            f"run {run + 1}: {take.duration:.1f} s of film in {seconds:.1f} s, {len(take.times)} pictures, {content[:12]}"
        )  # noqa: T201
    print(f"the same bytes in {runs} runs: {len(set(found)) == 1}")  # noqa: T201


def _request(
    episode: Path, size: tuple[int, int], page: str, steps: tuple[Step, ...] = (), **more: bool
) -> CaptureRequest:
    theme = Theme.model_validate_json((ROOT / "assets/themes/night.json").read_text(encoding="utf-8"))
    capture = Capture(id="c", kind="browser", steps=(Step(action="open", value=page), *steps), **more)
    story = Episode(folder=episode, title="t", narrator="ada", scenes=(), characters=())
    return capture_request(story, capture, theme, size)


def _filmed(episode: Path, folder: Path, request: CaptureRequest) -> tuple[CaptureTake, float, str]:
    folder.mkdir()
    begun = time.monotonic()
    take = CAPTURE.make(request, folder, JobContext.scratch(episode))
    assert sum(1 for _ in read_pictures(folder / PICTURES)) == len(take.times)
    return take, time.monotonic() - begun, file_digest(folder / PICTURES, 64)


if __name__ == "__main__":
    main()
