"""The pictures of a capture as a lossless video: one frame for every picture that differs from the one before."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from queue import Full, Queue

import av
import numpy as np
from PIL import Image

from ..base.geometry import Size

PICTURES = "pictures.mkv"
SHARP = "sharp.mkv"
"""Larger pictures, for zooms."""
BLOCK = 8
"""Side in px of the squares in which a sharp picture is compared with the one it is of."""
TOLERANCE = 20
"""Levels (of 256) by which the means of two squares may differ: larger letters are drawn a little differently."""
MAX_DIFFERING = 0.01
"""A sharp picture that differs in more than this share shows something else, and is not used."""
_MAX_QUEUED = 8
"""Pictures that may wait for the encoder."""


def write_pictures(file: Path, pictures: Iterable[np.ndarray]) -> None:
    """Write RGB `pictures` (uint8, height x width x 3, all of one size) without loss. Their times are kept elsewhere."""
    with av.open(str(file), "w", options={"fflags": "+bitexact"}) as container:  # else a file has a random name inside
        stream = None
        for index, picture in enumerate(pictures):
            stream = stream or _stream(container, picture.shape)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, 30)
            container.mux(stream.encode(frame))
        container.mux(stream.encode() if stream else ())


@contextmanager
def open_video(file: Path, size: Size) -> Iterator[Callable[[bytes], None]]:
    """Open a lossless video of `size`, and yield what adds a PNG to it: encoded beside the browser that draws the next one.

    Raises OSError or FFmpegError where it can't be written.
    """
    waiting: Queue[bytes | None] = Queue(_MAX_QUEUED)
    with ThreadPoolExecutor(1) as writer:
        written = writer.submit(write_pictures, file, (picture_of_png(png, size) for png in iter(waiting.get, None)))
        try:
            yield lambda png: _queue_picture(png, waiting, written)
        finally:
            _queue_picture(None, waiting, written)
        written.result()


def read_pictures(file: Path) -> Iterator[np.ndarray]:
    """Yield the pictures in their order, RGB uint8 (height x width x 3)."""
    with av.open(str(file)) as container:
        for frame in container.decode(video=0):
            yield frame.to_ndarray(format="rgb24")


def picture_of_png(png: bytes, size: tuple[int, int]) -> np.ndarray:
    """Return the RGB picture in a PNG, cut to `size` (width, height) from its top left."""
    picture = np.asarray(Image.open(BytesIO(png)).convert("RGB"))
    return np.ascontiguousarray(picture[: size[1], : size[0]])


def differing_blocks(picture: np.ndarray, sharp: np.ndarray) -> np.ndarray:
    """Return where a sharp picture shows something else than the picture it is of: a page may have moved meanwhile."""
    height, width = picture.shape[:2]
    blocks = -(-width // BLOCK), -(-height // BLOCK)
    one, other = (
        np.asarray(Image.fromarray(p).resize(blocks, Image.Resampling.BOX), np.int16) for p in (picture, sharp)
    )
    differs = np.abs(one - other).max(axis=2) > TOLERANCE
    return np.repeat(np.repeat(differs, BLOCK, axis=0), BLOCK, axis=1)[:height, :width]


def shows_same(picture: np.ndarray, sharp: np.ndarray) -> bool:
    """Return whether a sharp picture shows what the picture does that it is of."""
    return bool(differing_blocks(picture, sharp).mean() <= MAX_DIFFERING)


def _stream(container: av.container.OutputContainer, shape: tuple[int, ...]) -> av.VideoStream:
    stream = container.add_stream("libx264rgb", rate=30, options={"qp": "0", "preset": "ultrafast", "g": "250"})
    stream.height, stream.width, stream.pix_fmt = shape[0], shape[1], "rgb24"
    return stream


def _queue_picture(png: bytes | None, waiting: Queue[bytes | None], written: Future[None]) -> None:
    """Hand a picture on; where the writing has failed, raise that."""
    while not written.done():
        with suppress(Full):
            return waiting.put(png, timeout=0.5)
    written.result()
