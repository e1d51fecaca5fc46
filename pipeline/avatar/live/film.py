"""Clips of faces on the way to a narrator's: read at the film's rate, written without loss or as services want them."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path

import av
import numpy as np

from ...errors import LecternError
from ...geometry import Size
from ...model import Frozen

ALPHA = frozenset({"rgba", "bgra", "argb", "abgr", "yuva420p", "yuva444p", "gbrap"})
LOSSLESS = frozenset({"ffv1", "qtrle", "png"})
WELL = "14"
"""The constant rate factor of clips that go to services: what they get is what they give back."""

Colour = tuple[int, int, int]
"""Red, green, blue; 0..255."""


class ClipFacts(Frozen):
    """A clip's size in pixels, its length in seconds, whether it has alpha, and whether it was compressed with loss."""

    size: Size
    seconds: float
    alpha: bool
    lossy: bool


def facts_of(file: Path, who: str) -> ClipFacts:
    """What is known of a clip, all of which is decoded; LecternError, naming `who` made it, where it is none."""
    try:
        with av.open(str(file)) as container:
            stream = container.streams.video[0]
            step = 1 / float(stream.average_rate or 25)
            last = max(frame.time or 0.0 for frame in container.decode(stream))
            size, alpha = (stream.width, stream.height), stream.pix_fmt in ALPHA
            lossy = stream.codec_context.name not in LOSSLESS
    except (av.error.FFmpegError, IndexError, ValueError) as error:
        raise LecternError(f"{who} sent something that is no video, or breaks off ({_named(error)})") from error
    return ClipFacts(size=size, seconds=last + step, alpha=alpha, lossy=lossy)


def pictures(file: Path, fps: int) -> Iterator[np.ndarray]:
    """The clip's pictures at `fps`, RGB or RGBA (straight alpha): frame k is the one seen at the middle of its time.

    A picture that is seen longer is the same object again.
    """
    shown, due = None, 0
    with av.open(str(file)) as container:
        stream = container.streams.video[0]
        step = 1 / float(stream.average_rate or fps)
        wanted = "rgba" if stream.pix_fmt in ALPHA else "rgb24"
        for frame in container.decode(stream):
            while shown is not None and (due + 0.5) / fps < frame.time:
                yield shown
                due += 1
            shown, end = frame.to_ndarray(format=wanted), frame.time + step
        while shown is not None and (due + 0.5) / fps < end:
            yield shown
            due += 1


def changed[T](images: Iterable[np.ndarray], change: Callable[[np.ndarray], T]) -> Iterator[T]:
    """What `change` makes of every picture; of one that is seen longer it is made once."""
    before = after = None
    for image in images:
        if image is not before:
            before, after = image, change(image)
        yield after


def write_lossless(file: Path, images: Iterable[np.ndarray], fps: int) -> int:
    """Writes FFV1 (RGB, or RGBA with straight alpha); returns the number of frames."""
    images = iter(images)
    first = next(images)
    alpha = first.shape[2] == 4
    return _written(file, chain([first], images), fps, "ffv1", "bgra" if alpha else "bgr0", "rgba" if alpha else "rgb24", {})


def write_mp4(file: Path, images: Iterable[np.ndarray], fps: int) -> int:
    """Writes H.264 in 4:2:0, which every service reads; a last odd row or column is left out."""
    even = (image[: image.shape[0] & ~1, : image.shape[1] & ~1, :3] for image in images)
    return _written(file, even, fps, "libx264", "yuv420p", "rgb24", {"crf": WELL, "preset": "veryfast"})


def flattened(image: np.ndarray, backing: Colour) -> np.ndarray:
    """RGB: an image with straight alpha laid upon a colour; one without alpha as it is."""
    if image.shape[2] == 3:
        return image
    alpha = image[..., 3:].astype(np.float32) / 255
    return (image[..., :3] * alpha + np.array(backing, np.float32) * (1 - alpha) + 0.5).astype(np.uint8)


def _written(
    file: Path, images: Iterable[np.ndarray], fps: int, codec: str, kept: str, given: str, options: dict[str, str]
) -> int:
    count, stream = 0, None
    with av.open(str(file), "w") as container:
        for image in images:
            if stream is None:
                stream = container.add_stream(codec, rate=fps, options=options)
                stream.height, stream.width, stream.pix_fmt = image.shape[0], image.shape[1], kept
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format=given)
            frame.pts, count = count, count + 1
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None) if stream else ())
    return count


def _named(error: Exception) -> str:
    return getattr(error, "strerror", "") or str(error) or type(error).__name__
