"""What laying a film on Blender's sequencer costs, and how that grows with the number of strips.

    python benchmarks/compile.py [--scenes 7 40 67 160] [--profile] [--calls]

Compiles made films of about eight strips a scene (footage, crossfade, narrator and voice that are connected, a text with
its plate, a moving pointer) in the bpy module, and prints CPU seconds (user and system): of the first compile, of one that
changes nothing, of one after a frame was put in at the beginning (all strips move), and of collecting. `--profile` shows
the functions in which the first, `--calls` what single calls of Blender cost among that many strips, which is the floor.
"""

import argparse
import cProfile
import pstats
import tempfile
import time
import wave
from collections.abc import Callable
from pathlib import Path

import av
import bpy
import numpy as np

from lectern.addon.sequencer.collect import collect
from lectern.addon.sequencer.compile import compile_timeline
from lectern.pipeline.base.geometry import box_of_pixels
from lectern.pipeline.timeline.edits import Edits
from lectern.pipeline.timeline.model import (
    ColourStrip,
    CrossStrip,
    Keyframe,
    Marker,
    MovieStrip,
    SceneSpan,
    SoundStrip,
    Strip,
    TextStrip,
    Timeline,
    Track,
)

SIZE = (1920, 1080)
FPS = 30
FRAMES = 150
"""Of a scene."""
NAMES = ("Picture A", "Picture B", "Transitions", "Narrator", "Cards", "Text", "Pointer", "Voice")


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--scenes", type=int, nargs="+", default=[7, 40, 67, 160])
    wanted.add_argument("--profile", action="store_true")
    wanted.add_argument("--calls", action="store_true")
    asked = wanted.parse_args()
    with tempfile.TemporaryDirectory(prefix="lectern-benchmark-") as place:
        root = Path(place)
        write_media(root, max(asked.scenes))
        print(f"{'strips':>6} {'first':>8} {'unchanged':>9} {'moved':>8} {'collect':>8}   CPU s")
        for scenes in asked.scenes:
            measure(root, scenes, profile=asked.profile)
            if asked.calls:
                calls()


def measure(root: Path, scenes: int, *, profile: bool) -> None:
    """Compile a film of `scenes` scenes into an empty file, and print what that costs."""
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    scene, film, later = bpy.context.scene, made_film(scenes), made_film(scenes, begin=1)
    if profile:
        watch = cProfile.Profile()
        watch.runcall(compile_timeline, film, scene, root, Edits())
        pstats.Stats(watch).sort_stats("tottime").print_stats(25)
        return
    costs = [
        cost(lambda: compile_timeline(film, scene, root, Edits())),
        cost(lambda: compile_timeline(film, scene, root, Edits())),
        cost(lambda: compile_timeline(later, scene, root, Edits())),
        cost(lambda: collect(scene)),
    ]
    print(f"{len(film.strips):6} {costs[0]:8.2f} {costs[1]:9.3f} {costs[2]:8.2f} {costs[3]:8.3f}", flush=True)


def cost(do: Callable[[], object]) -> float:
    """CPU seconds of a call."""
    before = time.process_time()
    do()
    return time.process_time() - before


def write_media(root: Path, scenes: int) -> None:
    """Write the films' files: footage and voice are others in every scene."""
    colour = np.full((SIZE[1], SIZE[0], 3), 90, np.uint8)
    clear = np.full((480, 480, 4), 128, np.uint8)
    for name, picture, frames in (("footage.mov", colour, FRAMES), ("clip.mov", clear, FRAMES)):
        with av.open(str(root / name), "w") as file:
            stream = file.add_stream("qtrle", FPS)
            stream.height, stream.width = picture.shape[:2]
            stream.pix_fmt = "argb" if picture.shape[2] == 4 else "rgb24"
            for _ in range(frames):
                frame = av.VideoFrame.from_ndarray(picture, format="rgba" if picture.shape[2] == 4 else "rgb24")
                file.mux(stream.encode(frame))
            file.mux(stream.encode(None))
    with wave.open(str(root / "voice.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48000)
        file.writeframes(bytes(2 * 48000 * FRAMES // FPS))
    for name in ("footage.mov", "clip.mov", "voice.wav"):
        for number in range(scenes):
            (root / f"{number}-{name}").hardlink_to(root / name)


def made_film(scenes: int, begin: int = 0) -> Timeline:
    """Return a film of `scenes` scenes, the first of which begins at frame `begin`."""
    starts = [begin + number * FRAMES for number in range(scenes)]
    strips = [strip for number, start in enumerate(starts) for strip in _scene(number, start)]
    crosses = [
        CrossStrip(id=f"s{n}/cross/0", scene=f"s{n}", name=f"cross {n}", track="Transitions", start=start, end=start + 10,
                   first=f"s{n - 1}/shell/0", second=f"s{n}/shell/0")
        for n, start in enumerate(starts) if n
    ]  # fmt: skip
    spans = tuple(SceneSpan(id=f"s{n}", title=str(n), start=s, end=s + FRAMES) for n, s in enumerate(starts))
    return Timeline(
        title="Film", fps=FPS, size=SIZE, frames=begin + scenes * FRAMES, scenes=spans, strips=(*strips, *crosses),
        tracks=tuple(Track(name=name, channel=number) for number, name in enumerate(NAMES, start=1)),
        markers=tuple(Marker(name=f"s{n}/mark", frame=start + 20) for n, start in enumerate(starts)),
    )  # fmt: skip


def _scene(number: int, start: int) -> list[Strip]:
    scene, end = f"s{number}", start + FRAMES
    box = box_of_pixels(1400, 580, 480, 480, SIZE)
    fade = (Keyframe(frame=start, value=0), Keyframe(frame=start + 6, value=1), Keyframe(frame=start + 90, value=1),
            Keyframe(frame=start + 96, value=0))  # fmt: skip
    return [
        MovieStrip(id=f"{scene}/shell/0", scene=scene, name=f"shell {number}", track=f"Picture {'AB'[number % 2]}",
                   start=start, end=end + 10, source=f"{number}-footage.mov"),
        MovieStrip(id=f"{scene}/ada/0", scene=scene, name=f"ada {number}", track="Narrator", start=start + 10, end=end,
                   source=f"{number}-clip.mov", box=box, opacity=fade),
        SoundStrip(id=f"{scene}/line/0", scene=scene, name=f"line {number}", track="Voice", start=start + 10, end=end,
                   source=f"{number}-voice.wav", linked=(f"{scene}/ada/0",)),
        ColourStrip(id=f"{scene}/title/bar", scene=scene, name=f"bar {number}", track="Cards", start=start, end=start + 96,
                    colour="#204060", box=box_of_pixels(100, 800, 8, 120, SIZE), opacity=fade),
        TextStrip(id=f"{scene}/title/text", scene=scene, name=f"title {number}", track="Text", start=start, end=start + 96,
                  text="A title", font="Inter-SemiBold.otf", size=48, colour="#ffffff", plate="#102030", padding=16,
                  box=box_of_pixels(120, 800, 400, 90, SIZE), opacity=fade),
        TextStrip(id=f"{scene}/note/text", scene=scene, name=f"note {number}", track="Text", start=start + 100, end=end,
                  text="A note", font="Inter-SemiBold.otf", size=40, colour="#ffffff",
                  box=box_of_pixels(120, 200, 400, 90, SIZE)),
        MovieStrip(id=f"{scene}/pointer/0", scene=scene, name=f"pointer {number}", track="Pointer", start=start + 20,
                   end=end, source=f"{number}-clip.mov", box=box,
                   position_x=(Keyframe(frame=start + 20, value=0.25), Keyframe(frame=start + 60, value=0.75)),
                   position_y=(Keyframe(frame=start + 20, value=0.5), Keyframe(frame=start + 60, value=0.4))),
    ]  # fmt: skip


def calls() -> None:
    """Print the microseconds that single calls of Blender cost among the strips that are there."""
    scene = bpy.context.scene
    strips = scene.sequence_editor.strips
    text = next(strip for strip in strips if strip.type == "TEXT")
    movie = next(strip for strip in strips if strip.type == "MOVIE")
    sound = next(strip for strip in strips if strip.type == "SOUND").sound.filepath

    def each(times: int, do: Callable[[int], object]) -> float:
        return cost(lambda: [do(number) for number in range(times)]) / times * 1e6

    made: list[bpy.types.Strip] = []
    rows = {
        "strips.new_effect": each(
            30, lambda n: made.append(strips.new_effect("x", "COLOR", 127, 900_000 + 20 * n, length=9))
        ),
        "strips.new_movie": each(
            30,
            lambda n: made.append(strips.new_movie("x", movie.filepath, 126, 900_000 + 500 * n, fit_method="ORIGINAL")),
        ),
        "strips.new_sound": each(10, lambda n: strips.new_sound("x", sound, 124, 900_000 + 500 * n)),
        "name": each(30, lambda n: setattr(made[n], "name", f"another {n}")),
        "content_start": each(30, lambda n: setattr(made[n], "content_start", made[n].content_start + 1)),
        "left_handle": each(30, lambda n: setattr(made[n], "left_handle", made[n].left_handle + 1)),
        "channel": each(30, lambda n: setattr(made[n], "channel", 125)),
        "transform.offset_x": each(30, lambda n: setattr(text.transform, "offset_x", n)),
        "blend_alpha": each(30, lambda n: setattr(text, "blend_alpha", n / 30)),
        "text": each(30, lambda n: setattr(text, "text", f"{n}")),
        "select": each(30, lambda n: setattr(text, "select", False)),
        "custom property": each(30, lambda n: text.__setitem__("lectern_benchmark", "x" * 2000)),
        "read of blend_alpha": each(1000, lambda _: text.blend_alpha),
        "strips_all, one pass": each(30, lambda _: list(scene.sequence_editor.strips_all)),
        "strips.remove": each(60, lambda n: strips.remove(made[n])),
    }
    for name, microseconds in rows.items():
        print(f"    {name:24} {microseconds:9.1f} µs")


if __name__ == "__main__":
    main()
