"""Transparent pictures become a QuickTime RLE clip with straight alpha, bit for bit."""

from collections.abc import Callable, Iterable
from pathlib import Path

import av
import numpy as np
from PIL import Image

SEEK = 2
"""Seconds between frames from which a player can start."""


def write_clip(file: Path, pictures: Iterable[Image.Image], pixels: int, fps: int, mirrored: bool = False) -> None:
    """Writes `pictures` (square, straight alpha) to `file`; the same object twice in a row costs next to nothing."""
    with av.open(str(file), "w", format="mov") as container:
        stream = container.add_stream("qtrle", rate=fps)
        stream.width = stream.height = pixels
        stream.pix_fmt = "argb"
        stream.codec_context.gop_size = SEEK * fps
        for picture in _packed(pictures, mirrored):
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))


def read_clip(file: Path, frames: Callable[[int], bool] = lambda index: True) -> Iterable[np.ndarray]:
    """The clip's pictures for which `frames(index)` holds: RGBA, straight alpha."""
    with av.open(str(file)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            if frames(index):
                yield frame.to_ndarray(format="rgba")


def _packed(pictures: Iterable[Image.Image], mirrored: bool) -> Iterable[av.VideoFrame]:
    last, words = None, None
    for index, picture in enumerate(pictures):
        if picture is not last:
            words, last = _argb(picture, mirrored), picture
        frame = av.VideoFrame(picture.width, picture.height, "argb")
        frame.pts = index
        plane = frame.planes[0]
        rows = np.frombuffer(plane, np.uint32).reshape(picture.height, plane.line_size // 4)
        rows[:, : picture.width] = words
        yield frame


def _argb(picture: Image.Image, mirrored: bool) -> np.ndarray:
    """The picture's pixels as words of memory order A, R, G, B."""
    rgba = np.frombuffer(picture.tobytes(), "<u4").reshape(picture.height, picture.width)
    argb = (rgba << 8) | (rgba >> 24)
    return argb[:, ::-1] if mirrored else argb
