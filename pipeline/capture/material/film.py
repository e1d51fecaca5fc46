"""A video or a picture of the episode, decoded: upright, opaque, as large as it is shown, each picture with its time."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from ...errors import LecternError
from ...geometry import Size
from ..picture.backdrop import over, rgb

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".gif")
"""What is opened as a picture (of a moving one, the first is shown)."""
FASTEST = 60.0
"""Pictures a second that are kept at most: a film shows no more."""
_HD = 720
"""Height in px from which video that doesn't say so is of Rec. 709, below Rec. 601 (as players assume)."""


_SAME = 0.008
"""Seconds within which two pictures are seen at once."""


@dataclass(frozen=True)
class Fit:
    """Where a picture lies in the content: `size` px at `left`, `top`; `colour` around it."""

    size: Size
    left: int
    top: int
    content: Size
    colour: tuple[int, int, int]


def is_still(file: Path) -> bool:
    """Whether `file` is a picture by its name."""
    return file.suffix.lower() in PICTURES


def still(file: Path, content: Size, colour: str) -> np.ndarray:
    """The picture in `file` as large as fits into `content`, on `colour` (RGB)."""
    try:
        with Image.open(file) as image:
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise LecternError(f"{file.name} can't be read as a picture: {error}; save it again as PNG or JPEG") from error
    fit = fitted(upright.size, Fraction(1), content, colour)
    # Premultiplied, so that the colours of what can't be seen don't bleed into the edges.
    small = np.asarray(upright.convert("RGBa").resize(fit.size, Image.Resampling.LANCZOS).convert("RGBA"))
    return _placed(small, fit)


def moving(file: Path, content: Size, colour: str, start: float, end: float | None) -> Iterator[tuple[float, np.ndarray]]:
    """The pictures of the video `file` from `start` to `end` (seconds of it) with their seconds from `start`.

    The first is the one that is seen at `start`. LecternError where it can't be read, or is over before `start`.
    """
    try:
        with av.open(str(file)) as container:
            yield from _trimmed(_shown(container, file, content, colour, start), file, start, end)
    except av.FFmpegError as error:
        raise _unreadable(file, error) from error


def length(file: Path) -> float:
    """How many seconds a video lasts, by its last picture (not by what its header says)."""
    try:
        with av.open(str(file)) as container:
            packets = [p for p in container.demux(_stream(container, file)) if p.pts is not None]
            base = _origin(packets[0].stream)
            return max((float((p.pts + (p.duration or 0)) * p.time_base) - base for p in packets), default=0.0)
    except av.FFmpegError as error:
        raise _unreadable(file, error) from error
    except IndexError:
        raise LecternError(f"{file.name} has no pictures in it") from None


def _unreadable(file: Path, error: av.FFmpegError) -> LecternError:
    return LecternError(f"{file.name} can't be read as a video: {error.strerror}; convert it (H.264 in MP4 is safe)")


def fitted(size: Size, aspect: Fraction, content: Size, colour: str) -> Fit:
    """`size` px, each `aspect` times as wide as high, as large as goes into `content`, in its middle."""
    wide, high = float(size[0] * aspect), float(size[1])
    scale = min(content[0] / wide, content[1] / high)
    width, height = (max(1, min(round(side * scale), whole)) for side, whole in zip((wide, high), content, strict=True))
    return Fit((width, height), (content[0] - width) // 2, (content[1] - height) // 2, content, rgb(colour))


def _shown(
    container: av.container.InputContainer, file: Path, content: Size, colour: str, start: float
) -> Iterator[tuple[float, np.ndarray]]:
    stream = _stream(container, file)
    stream.thread_type = "AUTO"
    base, fit, latest = _origin(stream), None, -1.0
    if start > 0:
        container.seek(int((start + base) / stream.time_base), stream=stream, backward=True)
    for frame in container.decode(stream):
        time = (float(frame.pts * frame.time_base) if frame.pts is not None else latest + 1 / 30) - base
        if time - latest < 0.9 / FASTEST:
            continue
        fit, latest = fit or _fit_of(frame, stream.sample_aspect_ratio or Fraction(1), content, colour), time
        yield time, _placed(_upright(frame, fit), fit)


def _trimmed(
    shown: Iterator[tuple[float, np.ndarray]], file: Path, start: float, end: float | None
) -> Iterator[tuple[float, np.ndarray]]:
    """From the picture that is seen at `start`, which takes its time, to the last before `end`."""
    before: tuple[float, np.ndarray] | None = None
    begun = False
    for time, picture in shown:
        if end is not None and time >= end:
            break
        if not begun and time > start:
            begun = True
            yield 0.0, (before or (0.0, picture))[1]
        if begun and time - start > _SAME:
            yield time - start, picture
        before = time, picture
    if not begun:
        if before is None or start > before[0] + 1.0:
            raise LecternError(f"{file.name} is over before start: {start:g}")
        yield 0.0, before[1]


def _stream(container: av.container.InputContainer, file: Path) -> av.VideoStream:
    if not container.streams.video:
        raise LecternError(f"{file.name} has no pictures in it")
    return container.streams.video[0]


def _origin(stream: av.VideoStream) -> float:
    """The file's own time of its first picture."""
    return float(stream.start_time * stream.time_base) if stream.start_time else 0.0


def _fit_of(frame: av.VideoFrame, aspect: Fraction, content: Size, colour: str) -> Fit:
    if _turns(frame) % 2:
        return fitted((frame.height, frame.width), 1 / aspect, content, colour)
    return fitted((frame.width, frame.height), aspect, content, colour)


def _turns(frame: av.VideoFrame) -> int:
    """Quarter turns (against the clock) that put it upright."""
    return round(frame.rotation / 90) % 4


def _upright(frame: av.VideoFrame, fit: Fit) -> np.ndarray:
    """The frame at its size, upright; RGB, or RGBA (straight) where it has alpha."""
    turns = _turns(frame)
    width, height = fit.size[::-1] if turns % 2 else fit.size
    alpha = any(component.is_alpha for component in frame.format.components)
    unsaid = frame.colorspace not in (1, 5, 6, 7, 9)
    scaled = frame.reformat(
        width=width, height=height, format="rgba" if alpha else "rgb24", interpolation="LANCZOS",
        src_colorspace=("ITU709" if frame.height >= _HD else "ITU601") if unsaid and not frame.format.is_rgb else None,
    )  # fmt: skip
    return np.rot90(scaled.to_ndarray(), turns)


def _placed(picture: np.ndarray, fit: Fit) -> np.ndarray:
    canvas = np.empty((fit.content[1], fit.content[0], 3), dtype=np.uint8)
    canvas[:] = fit.colour
    here = canvas[fit.top : fit.top + fit.size[1], fit.left : fit.left + fit.size[0]]
    here[:] = over(here, picture) if picture.shape[2] == 4 else picture
    return canvas
