"""A film of two seconds with a picture, a moving strip, a colour and text, as a build would have left it."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from lectern.pipeline.base.geometry import Box
from lectern.pipeline.timeline.model import ColourStrip, Keyframe, MovieStrip, SceneSpan, TextStrip, Timeline, Track

SIZE, FPS, FRAMES = (960, 540), 30, 60
BAR, FIGURE = Box(x=0.1, y=0.1, w=0.2, h=0.05), Box(x=0.75, y=0.5, w=0.125, h=2 / 9)
WORDS = Box(x=0.2, y=0.7, w=0.4, h=0.15)
SCRIPT = "---\ntitle: A small film\n---\n\n# Start {#start}\n\nA few words.\n\n# End {#end}\n\nA few more.\n"


def small_film(folder: Path) -> Path:
    """Writes the episode to `folder` and returns it."""
    (folder / "media").mkdir(parents=True)
    (folder / "renders").mkdir()
    (folder / "script.md").write_text(SCRIPT)
    _write(folder / "media/screen.mov", "rgb24", [_screen(n) for n in range(FRAMES)])
    _write(folder / "media/figure.mov", "argb", [_figure(n) for n in range(FRAMES)])
    (folder / "renders/timeline.json").write_text(_timeline().model_dump_json())
    return folder


def _timeline() -> Timeline:
    everywhere = {"start": 0, "end": FRAMES, "scene": "start"}
    return Timeline(
        title="A small film", fps=FPS, size=SIZE, frames=FRAMES,
        tracks=tuple(Track(name=n, channel=c) for c, n in enumerate(("Screen", "Colour", "Figure", "Text"), start=1)),
        scenes=tuple(SceneSpan(id=t.lower(), title=t, start=s, end=s + 30) for t, s in (("Start", 0), ("End", 30))),
        strips=(
            MovieStrip(id="screen", name="screen", track="Screen", source="media/screen.mov", **everywhere),
            ColourStrip(id="bar", name="bar", track="Colour", colour="#ffb454", box=BAR, **everywhere),
            MovieStrip(id="figure", name="figure", track="Figure", source="media/figure.mov", box=FIGURE,
                       opacity=(Keyframe(frame=0, value=0.0), Keyframe(frame=20, value=1.0)), **everywhere),
            TextStrip(id="words", name="words", track="Text", text="One tool", font="InterDisplay-Bold.otf", size=48,
                      colour="#f4f7ff", plate="#0d1530f2", roundness=0.2, padding=12, box=WORDS, **everywhere),
        ),
    )  # fmt: skip


def _screen(n: int) -> np.ndarray:
    """A gradient with a white line that moves 4 px a frame."""
    y, x = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
    image = np.stack([x * 255 // SIZE[0], y * 255 // SIZE[1], np.full_like(x, 90)], axis=-1).astype(np.uint8)
    image[:, 4 * n : 4 * n + 4] = 255
    return image


def _figure(n: int) -> np.ndarray:
    """A round figure with a soft edge, 120x120, in the middle of transparency (straight alpha; A, R, G, B)."""
    y, x = np.mgrid[0:120, 0:120] - 59.5
    alpha = np.clip((50 + n % 3 - np.hypot(x, y)) * 32, 0, 255)
    return np.stack([alpha, *(np.full_like(alpha, v) for v in (40, 200, 120))], axis=-1).astype(np.uint8)


def _write(file: Path, pixels: str, frames: list[np.ndarray]) -> None:
    with av.open(str(file), "w") as out:
        stream = out.add_stream("qtrle", rate=Fraction(FPS))
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = pixels
        stream.gop_size = FPS
        for frame in frames:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format=pixels)))
        out.mux(stream.encode(None))
