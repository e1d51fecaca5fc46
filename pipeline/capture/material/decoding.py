"""Decodes a video or a picture of the episode: upright, opaque, at the size in which it is shown, each picture with its time."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from pathlib import Path

import av
import numpy as np
from av.filter.context import FilterContext
from av.stream import Disposition
from av.video.reformatter import ColorPrimaries, Colorspace, ColorTrc, VideoReformatter
from PIL import Image

from ...base.backdrop import alpha_over
from ...base.colour import rgb_of
from ...base.errors import LecternError
from ...base.geometry import Size
from ...base.picture import is_animation, open_picture, require_few_pixels, seen
from ...base.video import ALPHA_IS_LOST, loses_alpha, video_frames

PICTURES = (
    ".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".svg", ".avif", ".heic", ".heif", ".jxl",
)  # fmt: skip
"""Suffixes of files that are opened as a picture, or as an animation of pictures; of HEIC, FFmpeg would show one tile."""
FASTEST = 60.0
"""Pictures per second that are kept at most: a film shows no more."""
_FLASH, _UNSAID = 0.011, 0.1
"""Seconds up to which a picture of an animation gives no time of its own to be shown for, and how long it is shown then."""
_BACK = (0.0, 2.0, 12.0)
"""Seconds before the wanted one at which a video is entered: some files lead to a place after it."""
_EARLY = 0.5
"""Seconds by which a header may say more than there is."""
_HDR = (ColorTrc.SMPTE2084, ColorTrc.ARIB_STD_B67)
"""Transfer functions with light beyond white: PQ and HLG, in which phones film. What is brighter than white becomes white."""
_HD = 720
"""Height in px from which a video that names no colour space is taken for Rec. 709, and below it for Rec. 601, as in players."""
_SAME_SECONDS = 0.008
"""Seconds within which two pictures count as one."""


@dataclass(frozen=True)
class Letterbox:
    """Where a picture is in the content: `size` px at `left`, `top`, with `colour` around it."""

    size: Size
    left: int
    top: int
    content: Size
    colour: tuple[int, int, int]


def is_still(file: Path) -> bool:
    """Return whether `file` is a picture, by its name, and no animation. Raises LecternError if it can't be read."""
    if file.suffix.lower() not in PICTURES:
        return False
    with open_picture(file) as image:
        return not is_animation(image)


def read_still(file: Path, content: Size, colour: str) -> np.ndarray:
    """Return the picture in `file`, as large as fits into `content`, on `colour` (RGB uint8, height x width x 3).

    Raises LecternError if it can't be read.
    """
    with open_picture(file) as image:
        return _read_picture(image, content, colour)


def _read_picture(image: Image.Image, content: Size, colour: str) -> np.ndarray:
    upright = seen(image)
    fit = letterbox(upright.size, Fraction(1), content, colour)
    return _letterboxed(_resized(np.asarray(upright), fit.size), fit)


def read_video(
    file: Path, content: Size, colour: str, start: float, end: float | None
) -> Iterator[tuple[float, np.ndarray]]:
    """Yield the pictures of the video or animation `file` from `start` to `end` (its seconds), with their seconds from `start`.

    The first is the one that is seen at `start`. Raises LecternError if the video can't be read or ends before `start`.
    """
    if file.suffix.lower() in PICTURES:
        shown = ((time, picture) for time, _, picture in _animation(file, content, colour))
        yield from _trim_pictures(shown, file, start, end)
        return
    try:
        with av.open(str(file)) as container:
            yield from _trim_pictures(_decoded_pictures(container, file, content, colour, start), file, start, end)
    except av.FFmpegError as error:
        raise _unreadable(file, error) from error


def video_seconds(file: Path) -> float:
    """Return how many seconds a video lasts, by its last picture and not by its header. Raises LecternError if it can't be read."""
    if file.suffix.lower() in PICTURES:
        return max(end for _, end, _ in _animation(file, (1, 1), "#000000"))
    try:
        with av.open(str(file)) as container:
            stream = _stream(container, file)
            ends = [p.pts + (p.duration or 0) for p in container.demux(stream) if p.pts is not None]
            if not ends:
                raise LecternError(f"{file.name} has no pictures in it")
            return float(max(ends) * stream.time_base) - _origin(stream)
    except av.FFmpegError as error:
        raise _unreadable(file, error) from error


def cut_off_at(file: Path) -> float | None:
    """Return at which second a video ends too early, by what its header says of its length; None where it is whole."""
    if file.suffix.lower() in PICTURES:
        return None
    try:
        with av.open(str(file)) as container:
            said = (container.duration or 0) / av.time_base
            ends = (
                float((p.pts + (p.duration or 0)) * p.time_base)
                for p in container.demux()
                if p.pts is not None and p.time_base
            )
            last = max(ends, default=0.0)
            last -= (container.start_time or 0) / av.time_base
    except av.FFmpegError as error:
        raise _unreadable(file, error) from error
    return last if said - last > max(_EARLY, 0.02 * said) else None


def _animation(file: Path, content: Size, colour: str) -> Iterator[tuple[float, float, np.ndarray]]:
    """Yield the pictures of a GIF, PNG or WebP with the seconds from which and until which they are seen.

    Of an animation that begins again and again, they come once.
    """
    with open_picture(file) as image:
        start = 0.0
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            picture = _read_picture(image, content, colour)
            seconds = float(image.info.get("duration", 0)) / 1000
            end = start + (seconds if seconds > _FLASH else _UNSAID)
            yield start, end, picture
            start = end


def _unreadable(file: Path, error: av.FFmpegError) -> LecternError:
    way = "if a player shows all of it, convert it (H.264 in MP4 is safe); if not, it was cut off or damaged: copy it again"
    return LecternError(f"{file.name} can't be read as a video: {error.strerror}; {way}")


def letterbox(size: Size, aspect: Fraction, content: Size, colour: str) -> Letterbox:
    """Return the place of a picture of `size` px in the middle of `content`, as large as fits.

    `aspect` is the width of its pixels divided by their height.
    """
    wide, high = float(size[0] * aspect), float(size[1])
    scale = min(content[0] / wide, content[1] / high)
    width, height = (max(1, min(round(side * scale), whole)) for side, whole in zip((wide, high), content, strict=True))
    return Letterbox((width, height), (content[0] - width) // 2, (content[1] - height) // 2, content, rgb_of(colour))


def _decoded_pictures(
    container: av.container.InputContainer, file: Path, content: Size, colour: str, start: float
) -> Iterator[tuple[float, np.ndarray]]:
    stream = _stream(container, file)
    stream.thread_type = "AUTO"
    base, fit, latest, scaler = _origin(stream), None, -1.0, VideoReformatter()
    ratio = stream.sample_aspect_ratio
    aspect = Fraction(ratio.numerator, ratio.denominator) if ratio else Fraction(1)
    _enter(container, stream, start)
    for frame in _progressive(_timed(video_frames(container, stream), stream, start), stream):
        time = frame.time - base
        if time - latest < 0.9 / FASTEST:
            continue
        fit, latest = fit or _frame_letterbox(frame, aspect, content, colour), time
        yield time, _letterboxed(_upright_picture(frame, fit, scaler), fit)


def _enter(container: av.container.InputContainer, stream: av.VideoStream, start: float) -> None:
    """Go to the place of a container from where the picture that is seen at `start` can be decoded.

    Transport streams have no index: FFmpeg goes to the time that it looks for, and the next picture that can be decoded is later.
    """
    if start <= 0:
        return
    target = start + _origin(stream)
    for back in (*_BACK, start + 10):
        place = int((target - back) / stream.time_base)
        container.seek(place, stream=stream, backward=True)
        first = next((frame.time for frame in video_frames(container, stream) if frame.pts is not None), inf)
        if first <= target:
            break
    container.seek(place, stream=stream, backward=True)


def _timed(frames: Iterator[av.VideoFrame], stream: av.VideoStream, start: float) -> Iterator[av.VideoFrame]:
    """Yield the frames with a time each: program streams say it of some only, and of the others that they follow."""
    due = None if start > 0 else stream.start_time or 0
    for frame in frames:
        frame.pts = due if frame.pts is None else frame.pts
        if frame.pts is not None:
            due = frame.pts + round(1 / ((stream.average_rate or 30) * frame.time_base))
            yield frame


def _progressive(frames: Iterator[av.VideoFrame], stream: av.VideoStream) -> Iterator[av.VideoFrame]:
    """Yield the frames without the combs of two half pictures in one: from the first on that is said to have them."""
    ends: tuple[FilterContext, FilterContext] | None = None
    for frame in frames:
        ends = ends or (_deinterlacer(stream) if frame.interlaced_frame else None)
        if ends is None:
            yield frame
            continue
        ends[0].push(frame)
        yield from _filtered(ends[1])
    if ends:
        ends[0].push(None)
        yield from _filtered(ends[1])


def _deinterlacer(stream: av.VideoStream) -> tuple[FilterContext, FilterContext]:
    """Return the ends of a filter that makes one whole picture of each that is interlaced."""
    graph = av.filter.Graph()
    source, filter, sink = (
        graph.add_buffer(template=stream),
        graph.add("bwdif", "mode=send_frame"),
        graph.add("buffersink"),
    )
    source.link_to(filter)
    filter.link_to(sink)
    graph.configure()
    return source, sink


def _filtered(sink: FilterContext) -> Iterator[av.VideoFrame]:
    while True:
        try:
            frame = sink.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
        assert isinstance(frame, av.VideoFrame)
        yield frame


def _trim_pictures(
    shown: Iterator[tuple[float, np.ndarray]], file: Path, start: float, end: float | None
) -> Iterator[tuple[float, np.ndarray]]:
    """Yield the pictures from the one that is seen at `start`, whose time becomes 0, to the last before `end`."""
    before: tuple[float, np.ndarray] | None = None
    begun = False
    for time, picture in shown:
        if end is not None and time >= end:
            break
        if not begun and time > start:
            begun = True
            yield 0.0, (before or (0.0, picture))[1]
        if begun and time - start > _SAME_SECONDS:
            yield time - start, picture
        before = time, picture
    if not begun:
        if before is None or start > before[0] + 1.0:
            raise LecternError(f"{file.name} is over before start: {start:g}")
        yield 0.0, before[1]


def _stream(container: av.container.InputContainer, file: Path) -> av.VideoStream:
    moving = (each for each in container.streams.video if not each.disposition & Disposition.attached_pic)
    stream = next(moving, None)  # a cover is a stream, too, and may be the first
    if stream is None:
        raise LecternError(f"{file.name} has no pictures in it")
    require_few_pixels(stream.width, stream.height, file.name)
    if loses_alpha(stream):
        raise LecternError(f"{file.name} {ALPHA_IS_LOST}")
    return stream


def _origin(stream: av.VideoStream) -> float:
    """Return the time of the first picture in the file's own seconds."""
    return float(stream.start_time * stream.time_base) if stream.start_time else 0.0


def _frame_letterbox(frame: av.VideoFrame, aspect: Fraction, content: Size, colour: str) -> Letterbox:
    if _quarter_turns(frame) % 2:
        return letterbox((frame.height, frame.width), 1 / aspect, content, colour)
    return letterbox((frame.width, frame.height), aspect, content, colour)


def _quarter_turns(frame: av.VideoFrame) -> int:
    """Return how many quarter turns, anticlockwise, put the frame upright."""
    return round(frame.rotation / 90) % 4


def _upright_picture(frame: av.VideoFrame, fit: Letterbox, scaler: VideoReformatter) -> np.ndarray:
    """Return the frame upright at its size: RGB, or RGBA (straight) if it has alpha. The scaler keeps its tables of colours."""
    turns = _quarter_turns(frame)
    width, height = fit.size[::-1] if turns % 2 else fit.size
    alpha = any(component.is_alpha for component in frame.format.components)
    unsaid = frame.colorspace not in (1, 5, 6, 7, 9)
    own, bright = (frame.width, frame.height), frame.color_trc in _HDR
    scaled = scaler.reformat(
        frame, *(own if alpha else (width, height)), format="rgba" if alpha else "rgb24", interpolation="LANCZOS",
        src_colorspace=(Colorspace.ITU709 if frame.height >= _HD else Colorspace.ITU601) if unsaid and not frame.format.is_rgb else None,
        dst_color_trc=ColorTrc.IEC61966_2_1 if bright else None,  # these two convert the light, too
        dst_color_primaries=ColorPrimaries.BT709 if bright else None,
    )  # fmt: skip
    picture = scaled.to_ndarray()
    return np.rot90(_resized(picture, (width, height)) if alpha else picture, turns)


def _resized(picture: np.ndarray, size: Size) -> np.ndarray:
    """Return a picture with straight alpha at `size`; premultiplied, so that what can't be seen doesn't bleed into the edges."""
    image = Image.fromarray(picture).convert("RGBa").resize(size, Image.Resampling.LANCZOS)
    return np.asarray(image.convert("RGBA"))


def _letterboxed(picture: np.ndarray, fit: Letterbox) -> np.ndarray:
    canvas = np.empty((fit.content[1], fit.content[0], 3), dtype=np.uint8)
    canvas[:] = fit.colour
    here = canvas[fit.top : fit.top + fit.size[1], fit.left : fit.left + fit.size[0]]
    here[:] = alpha_over(here, picture) if picture.shape[2] == 4 else picture
    return canvas
