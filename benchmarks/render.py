"""What Blender's part of a render costs, beside an ffmpeg overlay graph of the same inputs in the same run.

``python benchmarks/render.py [--frames 240] [--rounds 3] [--out DIR]`` prints CPU milliseconds a 1080p frame (user and system time of
the child processes, by wait4; what both spend on starting is measured with a one-frame render and taken off) and
their ratio. The film is a typical one: full-canvas footage, a narrator, a pointer for a third of the time, a lower
third with its plate for a third. ``zoomed`` is the same with the camera close all the time, ``close-up`` what a zoom really
costs (a clip that is drawn as the camera sees it lies over the strip); ``spotlight`` and ``keys`` have one of those throughout.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from lectern.pipeline.base.box_track import BoxKey
from lectern.pipeline.base.episode_paths import EpisodePaths
from lectern.pipeline.base.geometry import box_of_pixels
from lectern.pipeline.base.renderer import ALLOCATOR, find_renderer
from lectern.pipeline.base.theme import Theme
from lectern.pipeline.drawing.keycaps import Chord, badge_request, badge_size, make_badge
from lectern.pipeline.drawing.spotlight import make_spotlight, spotlight_request
from lectern.pipeline.film.segments import Encoding
from lectern.pipeline.layout.text import block_size
from lectern.pipeline.timeline.model import (
    CameraKeyframe,
    MovieStrip,
    SceneSpan,
    Strip,
    TextStrip,
    Timeline,
    Track,
)  # fmt: skip

SIZE = (1920, 1080)
FONTS = Path(__file__).parents[1] / "assets" / "fonts"
TEXT, FONT, TEXT_SIZE, PAD = "Step 2. A new project", "Inter-SemiBold.otf", 48, 24
ENCODING = Encoding()
THEME = Theme.model_validate_json((FONTS.parent / "themes/night.json").read_text())
CHORDS = (Chord(keys=("Control", "S"), presses=(0,)), Chord(keys=("Enter",), presses=(4,)))
FILMS = ("plain", "zoomed", "close-up", "spotlight", "keys")


def main() -> None:
    """Measure and print."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--frames", type=int, default=240)
    wanted.add_argument("--rounds", type=int, default=3)
    wanted.add_argument("--threads", type=int, default=1)
    wanted.add_argument("--out", type=Path)
    wanted.add_argument("--episode", type=Path)
    asked = wanted.parse_args()
    if asked.episode:
        measure_episode(asked.episode.resolve(), asked.frames, asked.threads)
        return
    with tempfile.TemporaryDirectory() as folder:
        root = asked.out or Path(folder)
        make_media(root, asked.frames)
        measure(root, asked.frames, asked.rounds, asked.threads)


class Stretch(NamedTuple):
    """Frames of a scene in which something zooms throughout, or nothing does."""

    scene: str
    start: int
    end: int
    zoomed: bool

    @property
    def frames(self) -> int:
        return self.end - self.start


def measure_episode(episode: Path, frames: int, threads: int) -> None:
    """Every stretch from a sample out of its middle; what starting costs is measured once."""
    places = EpisodePaths(folder=episode)
    timeline = Timeline.model_validate_json(places.timeline.read_bytes())
    parts = [part for scene in timeline.scenes for part in stretches(timeline, scene)]
    with tempfile.TemporaryDirectory() as folder:
        starting = statistics.median(render_cpu(places.blend, Path(folder), 0, 1, threads) for _ in range(3))
        costs = {
            part: told(part, stretch_cost(places.blend, Path(folder), part, frames, threads, starting))
            for part in parts
        }
    for name, zoomed in (("nothing zooms", False), ("zoomed", True)):
        total = sum(part.frames for part in parts if part.zoomed == zoomed)
        if total:
            mean = sum(costs[part] * part.frames for part in parts if part.zoomed == zoomed) / total
            sys.stdout.write(f"{name}: {mean:.1f} CPU ms/frame, {total / timeline.frames:.0%} of the film's frames\n")


def told(part: Stretch, spent: float) -> float:
    """The cost, after it has been said."""
    said = "zoomed" if part.zoomed else ""
    sys.stdout.write(f"{part.scene:12} {part.start:6}..{part.end:<6} {spent:6.1f} CPU ms/frame {said}\n")
    sys.stdout.flush()
    return spent


def stretches(timeline: Timeline, scene: SceneSpan) -> list[Stretch]:
    """The scene, cut where a zoom begins or ends."""
    zoomed = [any(zooms(strip, frame) for strip in timeline.strips) for frame in range(scene.start, scene.end)]
    cuts = [0, *(i for i in range(1, len(zoomed)) if zoomed[i] != zoomed[i - 1]), len(zoomed)]
    return [Stretch(scene.id, scene.start + a, scene.start + b, zoomed[a]) for a, b in pairwise(cuts)]


def zooms(strip: Strip, frame: int) -> bool:
    """Whether the strip is seen through a camera that is not the whole frame's at `frame`."""
    if not isinstance(strip, MovieStrip) or not strip.camera or not strip.start <= frame < strip.end:
        return False
    keys = strip.camera
    last = max((i for i, key in enumerate(keys) if key.frame <= frame), default=0)
    return any(key.scale != 1.0 for key in keys[last : last + (2 if frame > keys[last].frame else 1)])


def stretch_cost(blend: Path, folder: Path, part: Stretch, frames: int, threads: int, starting: float) -> float:
    """CPU ms a frame out of the stretch's middle."""
    count = min(frames or part.frames, part.frames)
    start = part.start + (part.frames - count) // 2
    spent = render_cpu(blend, folder, start, start + count, threads) - starting
    return 1000 * spent / max(1, count - 1)


def render_cpu(blend: Path, folder: Path, start: int, end: int, threads: int) -> float:
    """User and system seconds of rendering film frames `start` to `end` (exclusive)."""
    request = folder / "request.json"
    asked = {"blend": str(blend), "start": start, "end": end, "out": str(folder / "part.mp4"), "threads": threads}
    request.write_text(json.dumps(asked | ENCODING.model_dump()))
    return child_cpu([*find_renderer().command, "render", str(request)], os.environ | ALLOCATOR)


def measure(root: Path, frames: int, rounds: int, threads: int) -> None:
    """Rounds in turn, so that both see the same machine."""
    for name in FILMS:
        compiled(root, name, frames)
    costs: dict[str, list[float]] = {name: [] for name in (*FILMS, "ffmpeg")}
    for _ in range(rounds):
        for name in FILMS:
            costs[name].append(cost(lambda n, name=name: blender_cpu(root, name, n, threads), frames))
        costs["ffmpeg"].append(cost(lambda n: ffmpeg_cpu(root, n, threads), frames))
    peer = statistics.median(costs["ffmpeg"])
    for name, values in costs.items():
        middle = statistics.median(values)
        sys.stdout.write(
            f"{name:9} {middle:6.1f} CPU ms/frame ({min(values):.1f}..{max(values):.1f})  {middle / peer:.2f} x ffmpeg\n"
        )


def cost(cpu: Callable[[int], float], frames: int) -> float:
    """CPU ms a frame without what starting costs."""
    return 1000 * (cpu(frames) - cpu(1)) / (frames - 1)


def blender_cpu(root: Path, name: str, frames: int, threads: int) -> float:
    return render_cpu(root / f"{name}.blend", root, 0, frames, threads)


def ffmpeg_cpu(root: Path, frames: int, threads: int) -> float:
    third = frames_of_third(240)
    shown = f"enable='between(n,{third[0]},{third[1]})'"
    width, height = block_size(TEXT, FONT, TEXT_SIZE)
    graph = (
        f"[0][1]overlay=1520:680[a];[2]loop=-1:1[p];[a][p]overlay=600:400:shortest=0:{shown}[b];"
        f"[b]drawbox=96:880:{width + 2 * PAD}:{height + 2 * PAD}:0x0d1530@0.95:fill:{shown},"
        f"drawtext=fontfile={FONTS / FONT}:text='{TEXT}':fontsize={TEXT_SIZE}:fontcolor=white:x={96 + PAD}:y={880 + PAD}:{shown},"
        "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"
    )
    inputs = [
        part
        for name in ("footage", "narrator", "pointer")
        for part in ("-threads", str(threads), "-i", str(root / f"{name}.mov"))
    ]
    command = [
        "ffmpeg", "-v", "error", "-y", "-nostdin", *inputs, "-filter_complex_threads", str(threads), "-filter_complex", graph,
        "-frames:v", str(frames), "-c:v", "libx264", "-preset", "superfast", "-crf", str(ENCODING.crf), "-g", str(ENCODING.gop), "-bf", "0",
        "-threads", str(threads), str(root / "ffmpeg.mp4"),
    ]  # fmt: skip
    return child_cpu(command, dict(os.environ))


def child_cpu(command: list[str], environment: dict[str, str]) -> float:
    """User and system seconds of a process."""
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{command[0]} ended with {status}: {' '.join(command)}")
    return used.ru_utime + used.ru_stime


def frames_of_third(frames: int) -> tuple[int, int]:
    return frames // 3, 2 * frames // 3


def compiled(root: Path, name: str, frames: int) -> None:
    timeline = root / f"{name}.json"
    timeline.write_text(film(frames, name).model_dump_json())
    find_renderer().run("compile", {"timeline": timeline, "root": root, "blend": root / f"{name}.blend"})


def film(frames: int, name: str) -> Timeline:
    start, end = frames_of_third(frames)
    width, height = block_size(TEXT, FONT, TEXT_SIZE)
    close = (CameraKeyframe(frame=0, scale=1.6, x=0.4, y=0.4),) if name in ("zoomed", "close-up") else ()
    shared = {"scene": "a"}
    strips: tuple[Strip, ...] = (
        MovieStrip(id="footage", name="footage", track="Picture", start=0, end=frames, source="footage.mov", camera=close, **shared),
        MovieStrip(id="pointer", name="pointer", track="Pointer", start=start, end=end, source="pointer.mov",
                   box=box_of_pixels(600, 400, 64, 64, SIZE), **shared),
        MovieStrip(id="narrator", name="narrator", track="Narrator", start=0, end=frames, source="narrator.mov",
                   box=box_of_pixels(1520, 680, 380, 380, SIZE), **shared),
        TextStrip(id="text", name="text", track="Text", start=start, end=end, text=TEXT, font=FONT, size=TEXT_SIZE, colour="#f4f7ff",
                  plate="#0d1530f2", roundness=0.3, padding=PAD, box=box_of_pixels(96, 880, width + 2 * PAD, height + 2 * PAD, SIZE), **shared),
    )  # fmt: skip
    over = {
        "close-up": MovieStrip(id="over", name="close-up", track="Over", start=0, end=frames, source="footage.mov", **shared),
        "spotlight": MovieStrip(id="over", name="light", track="Over", start=0, end=frames, source="spotlight.mov", **shared),
        "keys": MovieStrip(id="over", name="keys", track="Over", start=0, end=frames, source="badge.mov",
                           box=box_of_pixels(640, 860, *badge_size(CHORDS, SIZE[1]), SIZE), **shared),
    }  # fmt: skip
    strips += (over[name],) if name in over else ()
    tracks = tuple(
        Track(name=name, channel=number)
        for number, name in enumerate(("Picture", "Over", "Pointer", "Narrator", "Text"), start=1)
    )
    return Timeline(title=f"Bench {name}", fps=30, size=SIZE, frames=frames, tracks=tracks,
                    scenes=(SceneSpan(id="a", title="A", start=0, end=frames),), strips=strips)  # fmt: skip


def make_media(root: Path, frames: int) -> None:
    """Footage of a terminal being typed in, a narrator who talks, a pointer: QuickTime RLE, as takes are."""
    root.mkdir(parents=True, exist_ok=True)
    if not (root / "pointer.mov").exists():
        write_movie(root / "footage.mov", footage(frames), "rgb24")
        write_movie(root / "narrator.mov", narrator(frames), "argb")
        pointer = np.zeros((64, 64, 4), np.uint8)
        pointer[8:50, 8:30] = 255
        write_movie(root / "pointer.mov", iter([pointer]), "argb")
    light = BoxKey(frame=0, box=box_of_pixels(300, 300, 600, 90, SIZE))
    make_spotlight(spotlight_request((light,), THEME, SIZE, 30), root, None)
    make_badge(badge_request(CHORDS, THEME, SIZE[1], 30), root, None)


def footage(frames: int) -> Iterator[np.ndarray]:
    fade = np.linspace(0, 1, SIZE[1])[:, None, None] * np.array([11, 17, 31]) + np.array([11, 16, 32])
    picture = Image.fromarray(np.broadcast_to(fade.round().astype(np.uint8), (SIZE[1], SIZE[0], 3)).copy())
    draw, font = ImageDraw.Draw(picture), ImageFont.truetype(FONTS / "JetBrainsMono-Regular.ttf", 30)
    draw.rounded_rectangle((96, 60, 1600, 1020), 16, fill=(18, 24, 41))
    for number in range(frames):
        if number % 3 == 0:
            row, column = divmod(number // 3, 70)
            draw.text((130 + 18 * column, 100 + 42 * row), chr(33 + number % 90), font=font, fill=(223, 230, 251))
        yield np.array(picture)


def narrator(frames: int) -> Iterator[np.ndarray]:
    for number in range(frames):
        picture = Image.new("RGBA", (380, 380))
        draw = ImageDraw.Draw(picture)
        draw.ellipse((50 + number % 7, 20, 330, 370), fill=(240, 200, 160, 255))
        draw.ellipse((150, 250, 230, 256 + number % 30), fill=(90, 20, 30, 255))
        yield np.array(picture)


def write_movie(path: Path, frames: Iterator[np.ndarray], pixels: str) -> None:
    with av.open(str(path), "w") as file:
        stream = file.add_stream("qtrle", 30, {"g": "30"})
        stream.pix_fmt = pixels
        for number, frame in enumerate(frames):
            if number == 0:
                stream.height, stream.width = frame.shape[:2]
            file.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgba" if pixels == "argb" else "rgb24")))
        file.mux(stream.encode(None))


if __name__ == "__main__":
    main()
