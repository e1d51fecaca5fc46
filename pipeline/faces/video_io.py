"""Reads clips at the film's rate, and writes them without loss, or as services want them."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import cast

import av
import numpy as np

from ..base.arrays import AnyImage, RgbImage
from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..base.geometry import Size
from ..base.video import ALPHA_IS_LOST, has_alpha, loses_alpha, video_frames

LOSSLESS = frozenset({"ffv1", "qtrle", "png"})
WELL = "14"
"""The constant rate factor of clips that go to services: what is lost here is lost in what they return, too."""

type Colour = tuple[int, int, int]
"""Red, green, blue; 0..255."""


class ClipFacts(Frozen):
    """A clip's size in pixels, its length in seconds, whether it has alpha, and whether it was compressed with loss."""

    size: Size
    seconds: float
    alpha: bool
    lossy: bool


def facts_of(file: Path, who: str) -> ClipFacts:
    """Decode a whole clip, and return its facts.

    Raises LecternError, which says that it is from `who`, if it is not a video, is incomplete, or has alpha that nobody can read.
    """
    try:
        with av.open(str(file)) as container:
            stream = container.streams.video[0]
            if loses_alpha(stream):
                raise LecternError(f"what {who} sent {ALPHA_IS_LOST}")
            step = 1 / float(stream.average_rate or 25)
            last = max(frame.time or 0.0 for frame in video_frames(container, stream))
            size, alpha = (stream.width, stream.height), has_alpha(stream)
            lossy = stream.codec_context.name not in LOSSLESS
    except (av.error.FFmpegError, IndexError, ValueError) as error:
        raise LecternError(f"{who} sent something that is not a complete video ({_named(error)})") from error
    return ClipFacts(size=size, seconds=last + step, alpha=alpha, lossy=lossy)


def read_frames(file: Path, fps: int) -> Iterator[AnyImage]:
    """Yield the clip's pictures at `fps`: frame k is the one that is visible in the middle of its time.

    A picture that is visible for several frames is the same object again.
    """
    shown, due = None, 0
    with av.open(str(file)) as container:
        stream = container.streams.video[0]
        step = 1 / float(stream.average_rate or fps)
        wanted = "rgba" if has_alpha(stream) else "rgb24"
        for frame in video_frames(container, stream):
            while shown is not None and (due + 0.5) / fps < frame.time:
                yield shown
                due += 1
            shown, end = np.asarray(frame.to_ndarray(format=wanted), np.uint8), frame.time + step
        while shown is not None and (due + 0.5) / fps < end:
            yield shown
            due += 1


def map_frames[T](images: Iterable[AnyImage], change: Callable[[AnyImage], T]) -> Iterator[T]:
    """Yield what `change` makes of every picture; it is called once for the same object several times in a row."""
    last: tuple[AnyImage, T] | None = None
    for image in images:
        if last is None or image is not last[0]:
            last = image, change(image)
        yield last[1]


def write_lossless(file: Path, images: Iterable[AnyImage], fps: int) -> int:
    """Write FFV1 (RGB, or RGBA with straight alpha); return the number of frames."""
    images = iter(images)
    first = next(images)
    alpha = first.shape[2] == 4
    return _encode(
        file, chain([first], images), fps, "ffv1", "bgra" if alpha else "bgr0", "rgba" if alpha else "rgb24", {}
    )


def write_mp4(file: Path, images: Iterable[AnyImage], fps: int) -> int:
    """Write H.264 in 4:2:0, which every service reads, without a last odd row or column; return the number of frames."""
    even = (image[: image.shape[0] & ~1, : image.shape[1] & ~1, :3] for image in images)
    return _encode(file, even, fps, "libx264", "yuv420p", "rgb24", {"crf": WELL, "preset": "veryfast"})


def flatten_alpha(image: AnyImage, backing: Colour) -> RgbImage:
    """Return the image over a colour; one without alpha as it is."""
    if image.shape[2] == 3:
        return image
    alpha = image[..., 3:].astype(np.float32) / 255
    return (image[..., :3] * alpha + np.array(backing, np.float32) * (1 - alpha) + 0.5).astype(np.uint8)


def _encode(
    file: Path, images: Iterable[AnyImage], fps: int, codec: str, kept: str, given: str, options: dict[str, str]
) -> int:
    count = 0
    stream: av.VideoStream | None = None
    with av.open(str(file), "w") as container:
        for image in images:
            if stream is None:
                stream = cast(av.VideoStream, container.add_stream(codec, rate=fps, options=options))
                stream.height, stream.width, stream.pix_fmt = image.shape[0], image.shape[1], kept
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format=given)
            frame.pts, count = count, count + 1
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None) if stream else ())
    return count


def _named(error: Exception) -> str:
    return getattr(error, "strerror", "") or str(error) or type(error).__name__
