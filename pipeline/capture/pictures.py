"""The pictures of a capture as a lossless video: one frame for every picture that differs from the one before."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import numpy as np
from PIL import Image

PICTURES = "pictures.mkv"


def write_pictures(file: Path, pictures: Iterable[np.ndarray]) -> None:
    """Writes RGB `pictures` (uint8, height x width x 3, all of one size) without loss; times are kept elsewhere."""
    with av.open(str(file), "w", options={"fflags": "+bitexact"}) as container:  # else a file has a random name inside
        stream = None
        for index, picture in enumerate(pictures):
            stream = stream or _stream(container, picture.shape)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, 30)
            container.mux(stream.encode(frame))
        container.mux(stream.encode() if stream else ())


def read_pictures(file: Path) -> Iterator[np.ndarray]:
    """The pictures in their order, RGB uint8 (height x width x 3)."""
    with av.open(str(file)) as container:
        for frame in container.decode(video=0):
            yield frame.to_ndarray(format="rgb24")


def picture_of_png(png: bytes, size: tuple[int, int]) -> np.ndarray:
    """The RGB picture in a PNG, cut to `size` (width, height) from its top left."""
    picture = np.asarray(Image.open(BytesIO(png)).convert("RGB"))
    return np.ascontiguousarray(picture[: size[1], : size[0]])


def _stream(container: av.container.OutputContainer, shape: tuple[int, ...]) -> av.VideoStream:
    stream = container.add_stream("libx264rgb", rate=30, options={"qp": "0", "preset": "ultrafast", "g": "250"})
    stream.height, stream.width, stream.pix_fmt = shape[0], shape[1], "rgb24"
    return stream
