"""A small film (640x360) to compile, and a child process to compile it in, apart from the tests' own Blender."""

import json
import subprocess
import sys
import wave
from functools import cache
from pathlib import Path

import av
import numpy as np

from lectern.pipeline.base.geometry import box_of_pixels
from lectern.pipeline.timeline.model import (
    CameraKeyframe,
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
)  # fmt: skip

SIZE = (640, 360)
DONE = "that is all\n"
"""What the process with bpy says when it has run what it was given."""
NAMES = ("Picture A", "Picture B", "Transitions", "Cards", "Narrator", "Text", "Voice")
TRACKS = tuple(Track(name=name, channel=number) for number, name in enumerate(NAMES, start=1))


def write_movie(path: Path, frames: list[np.ndarray]) -> None:
    """Write RGB or RGBA frames, shape (height, width, 3 or 4), as QuickTime RLE."""
    path.parent.mkdir(parents=True, exist_ok=True)
    alpha = frames[0].shape[2] == 4
    with av.open(str(path), "w") as file:
        stream = file.add_stream("qtrle", 30)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "argb" if alpha else "rgb24"
        for frame in frames:
            file.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgba" if alpha else "rgb24")))
        file.mux(stream.encode(None))


def plain(colour: tuple[int, ...], size: tuple[int, int] = SIZE) -> np.ndarray:
    return np.full((size[1], size[0], len(colour)), colour, np.uint8)


def figure(size: tuple[int, int]) -> np.ndarray:
    """Return a picture whose left half is red and right half green, with a transparent border of 4 pixels."""
    picture = plain((200, 40, 30, 255), size)
    picture[:, size[0] // 2 :] = (20, 180, 60, 255)
    inner = np.zeros_like(picture)
    inner[4:-4, 4:-4] = picture[4:-4, 4:-4]
    return inner


def ramp() -> np.ndarray:
    """Return a picture in which red encodes x and green encodes y; blue keeps it from being black."""
    x, y = np.meshgrid(np.arange(SIZE[0]), np.arange(SIZE[1]))
    return np.stack([40 + x * 200 // SIZE[0], 40 + y * 200 // SIZE[1], np.full_like(x, 120)], axis=2).astype(np.uint8)


def write_media(root: Path) -> None:
    write_movie(root / "media/plate/1/plate.mov", [plain((18, 52, 86))])
    write_movie(root / "media/footage/1/footage.mov", [plain((10 + 3 * i, 100, 200)) for i in range(40)])
    write_movie(root / "media/footage/2/footage.mov", [plain((10 + 3 * i, 90, 60)) for i in range(60)])
    write_movie(root / "media/footage/3/ramp.mov", [ramp()])
    write_movie(root / "media/narrator/1/clip.mov", [figure((81, 60))] * 40)
    path = root / "media/voice/1/voice.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48000)
        file.writeframes(bytes(96000 * 2))


def movie(id: str, track: str, start: int, end: int, source: str, **more: object) -> MovieStrip:
    return MovieStrip(id=id, scene="a", name=id, track=track, start=start, end=end, source=f"media/{source}", **more)


def strips() -> tuple[Strip, ...]:
    pixels = lambda *box: box_of_pixels(*box, SIZE)  # noqa: E731
    return (
        movie("a/plate", "Picture A", 0, 36, "plate/1/plate.mov"),
        movie("a/footage", "Picture B", 30, 90, "footage/1/footage.mov", source_start=5),
        movie("a/ramp", "Picture A", 90, 150, "footage/3/ramp.mov", camera=(
            CameraKeyframe(frame=100), CameraKeyframe(frame=110, scale=2, x=0.75, y=0.25),
            CameraKeyframe(frame=130, scale=2, x=0.25, y=0.75),
        )),
        CrossStrip(id="a/cross", scene="a", name="cross", track="Transitions", start=30, end=36, first="a/plate", second="a/footage"),
        ColourStrip(id="a/bar", scene="a", name="bar", track="Cards", start=0, end=30, colour="#ab12ef", box=pixels(33, 20, 101, 51)),
        movie("a/ada", "Narrator", 0, 60, "narrator/1/clip.mov", box=pixels(501, 280, 81, 60),
              opacity=(Keyframe(frame=40, value=1), Keyframe(frame=60, value=0))),
        movie("a/pointer", "Cards", 60, 90, "narrator/1/clip.mov", box=pixels(0, 0, 81, 60), mirrored=True,
              position_x=(Keyframe(frame=60, value=0.25), Keyframe(frame=80, value=0.75)), position_y=(Keyframe(frame=60, value=0.5),)),
        TextStrip(id="a/text", scene="a", name="text", track="Text", start=5, end=25, text="Hxg", font="Inter-SemiBold.otf", size=40,
                  colour="#fedcba", plate="#102030", padding=10, box=pixels(40, 150, 97, 69)),
        SoundStrip(id="a/voice", scene="a", name="voice", track="Voice", start=10, end=50, source="media/voice/1/voice.wav",
                   source_start=0.5, volume=0.8, linked=("a/ada",)),
    )  # fmt: skip


def film(*changed: Strip, without: tuple[str, ...] = ()) -> Timeline:
    """Return the film with `changed` strips replaced or added, and those in `without` left out."""
    by_id = {strip.id: strip for strip in (*strips(), *changed)}
    return Timeline(
        title="Film", fps=30, size=SIZE, frames=150, tracks=TRACKS,
        scenes=(SceneSpan(id="a", title="A", start=0, end=150),),
        strips=tuple(strip for id, strip in by_id.items() if id not in without), markers=(Marker(name="a/init", frame=12),),
    )  # fmt: skip


def later(strip: Strip, frames: int) -> Strip:
    return strip.model_copy(update={"start": strip.start + frames, "end": strip.end + frames})


def in_blender(root: Path, code: str, **values: object) -> dict:
    """Run `code` in a Python with bpy and `values` as its globals, in an empty file; return what it puts into `out`."""
    given = "".join(f"{name} = {value!r}\n" for name, value in values.items())
    (root / "code.py").write_text(f"{given}out = {{}}\n{code}\n(root / 'out.json').write_text(json.dumps(out))\n")
    (root / "fault.txt").unlink(missing_ok=True)
    if _process().poll() is not None:
        _process.cache_clear()
    said, fault = _asked(_process(), root), root / "fault.txt"
    assert not fault.exists(), said[-2000:] + fault.read_text()
    assert said.endswith(DONE), said[-4000:]
    return json.loads((root / "out.json").read_text())


def _asked(process: subprocess.Popen[str], root: Path) -> str:
    """What `process` says while it runs the code in `root`; it ends with DONE, unless the process ended first."""
    process.stdin.write(f"{root}\n")
    process.stdin.flush()
    said = ""
    while not said.endswith(DONE) and (line := process.stdout.readline()):
        said += line
    return said


@cache
def _process() -> subprocess.Popen[str]:
    """One process for all tests, because it takes a second and a half to start. It ends with its input, so with the tests."""
    command = [sys.executable, str(Path(__file__).with_name("strips_in_blender.py"))]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
