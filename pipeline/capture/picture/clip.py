"""Clips for Blender's sequencer: QuickTime RLE, constant rate, cheap to decode, without loss."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from ...geometry import Size

GOP = 30
"""Frames from one whole picture to the next: what a seek costs at most."""


def write_clip(file: Path, pictures: Iterable[np.ndarray], size: Size, fps: int) -> int:
    """Writes `pictures` (uint8, RGB or RGBA with straight alpha), returns their number.

    A picture that is the same object as the one before costs almost nothing.
    """
    return write_frames(file, _frames(pictures), size, fps)


def write_frames(file: Path, frames: Iterable[av.VideoFrame], size: Size, fps: int) -> int:
    """The same with frames that are rgb24 or argb already."""
    count = 0
    with av.open(str(file), "w", format="mov") as container:
        stream = None
        for frame in frames:
            stream = stream or _stream(container, size, fps, alpha=frame.format.name == "argb")
            frame.pts, frame.time_base = count, Fraction(1, fps)
            container.mux(stream.encode(frame))
            count += 1
        container.mux(stream.encode() if stream else ())
    return count


def _frames(pictures: Iterable[np.ndarray]) -> Iterator[av.VideoFrame]:
    before, frame = None, None
    for picture in pictures:
        frame = frame if picture is before and frame else _frame(picture)
        before = picture
        yield frame


def _stream(container: av.container.OutputContainer, size: Size, fps: int, alpha: bool) -> av.VideoStream:
    stream = container.add_stream("qtrle", rate=fps, options={"g": str(GOP)})
    stream.width, stream.height, stream.pix_fmt = size[0], size[1], "argb" if alpha else "rgb24"
    return stream


def _frame(picture: np.ndarray) -> av.VideoFrame:
    if picture.shape[2] == 4:
        return _argb(picture)
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")


def _argb(picture: np.ndarray) -> av.VideoFrame:
    """The picture's pixels turned by a byte, as whole words: several times as fast as byte by byte."""
    height, width = picture.shape[:2]
    words = np.ascontiguousarray(picture).view("<u4")[..., 0]
    frame = av.VideoFrame(width, height, "argb")
    rows = np.frombuffer(frame.planes[0], "<u4").reshape(height, frame.planes[0].line_size // 4)
    np.bitwise_or(words << 8, words >> 24, out=rows[:, :width])
    return frame
