"""Write clips for Blender's sequencer: QuickTime RLE, constant rate, cheap to decode, lossless."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.rational import AVRational

from .arrays import AnyImage, RgbaImage
from .geometry import Size

GOP = 30
"""Frames from one whole picture to the next: what a seek costs at most."""
_ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
"""What decodes videos whose alpha is a second picture beside each."""


def write_clip(file: Path, pictures: Iterable[AnyImage], size: Size, fps: int, gop: int = GOP) -> int:
    """Write `pictures` (all RGB or all RGBA) to `file`, a whole one every `gop` frames; return how many there were.

    A picture that is the same object as the one before costs almost nothing.
    """
    return write_frames(file, _frames(pictures), size, fps, gop)


def write_frames(file: Path, frames: Iterable[av.VideoFrame], size: Size, fps: int, gop: int = GOP) -> int:
    """Write `frames`, which are rgb24 or argb already, to `file`; return how many there were."""
    count = 0
    with av.open(str(file), "w", format="mov") as container:
        stream = None
        for frame in frames:
            stream = stream or _stream(container, size, fps, gop, alpha=frame.format.name == "argb")
            frame.pts, frame.time_base = count, Fraction(1, fps)
            container.mux(stream.encode(frame))
            count += 1
        container.mux(stream.encode() if stream else ())
    return count


def has_alpha(stream: av.VideoStream) -> bool:
    """Return whether a video says of itself that it has alpha: by its pixels, or in WebM by a second picture beside each."""
    format = stream.codec_context.format
    return _has_alpha_beside(stream) or (format is not None and any(part.is_alpha for part in format.components))


def loses_alpha(stream: av.VideoStream) -> bool:
    """Return whether a video says that it has alpha in a layer of its own (HEVC from Apple's programs), and FFmpeg shows none."""
    extra = bytes(stream.codec_context.extradata or b"")
    return stream.codec_context.name == "hevc" and not has_alpha(stream) and _says_alpha(extra)


ALPHA_IS_LOST = (
    "is HEVC with alpha, and Lectern can't read its alpha; export it as ProRes 4444 in MOV, or as VP9 in WebM"
)
"""What is said of a video that loses its alpha, after its name."""

_SEI, _ALPHA_INFO, _HEAD = 39, 165, 23
"""Of HEVC: the unit that tells about others, what it is called there that a layer is alpha, and the bytes before all units."""


def _says_alpha(extra: bytes) -> bool:
    """Return whether one of the units in an MP4's description of its HEVC tells of an alpha channel."""
    at = _HEAD
    while at + 3 <= len(extra):
        kind, count = extra[at] & 0x3F, int.from_bytes(extra[at + 1 : at + 3])
        at += 3
        for _ in range(count):
            size = int.from_bytes(extra[at : at + 2])
            unit = extra[at + 2 : at + 2 + size]
            if kind == _SEI and unit[2:3] == bytes([_ALPHA_INFO]):
                return True
            at += 2 + size
    return False


def video_frames(container: av.container.InputContainer, stream: av.VideoStream) -> Iterator[av.VideoFrame]:
    """Yield the frames of a video with their alpha, which FFmpeg's own decoders of VP8 and VP9 drop."""
    if not _has_alpha_beside(stream):
        yield from container.decode(stream)
        return
    decoder = av.CodecContext.create(_ALPHA_DECODERS[stream.codec_context.name], "r")
    assert isinstance(decoder, av.VideoCodecContext)
    for packet in container.demux(stream):
        for frame in decoder.decode(packet if packet.size else None):
            frame.time_base = stream.time_base
            yield frame


def _has_alpha_beside(stream: av.VideoStream) -> bool:
    return stream.metadata.get("alpha_mode") == "1" and stream.codec_context.name in _ALPHA_DECODERS


def clip_seconds(file: Path) -> float:
    """Return the length of a clip, 0.0 where its file doesn't say it."""
    with av.open(str(file)) as container:
        return (container.duration or 0) / av.time_base


def clip_picture(file: Path, number: int, fps: int) -> AnyImage:
    """Return picture `number` (from 0) of a clip as RGBA; past the clip's end, its last one."""
    with av.open(str(file)) as container:
        stream = container.streams.video[0]
        container.seek(int(max(0, number) / fps / fraction(stream.time_base)), stream=stream)
        for frame in container.decode(stream):
            if round(float(frame.time or 0.0) * fps) >= number:
                break
        return frame.to_ndarray(format="rgba").astype(np.uint8, copy=False)


def fraction(rational: AVRational) -> Fraction:
    """Return one of PyAV's rates or time bases as a fraction of Python's."""
    return Fraction(rational.numerator, rational.denominator)


def _frames(pictures: Iterable[AnyImage]) -> Iterator[av.VideoFrame]:
    before, frame = None, None
    for picture in pictures:
        frame = frame if picture is before and frame else _frame(picture)
        before = picture
        yield frame


def _stream(container: av.container.OutputContainer, size: Size, fps: int, gop: int, alpha: bool) -> av.VideoStream:
    stream = container.add_stream("qtrle", rate=fps, options={"g": str(gop)})
    stream.width, stream.height, stream.pix_fmt = size[0], size[1], "argb" if alpha else "rgb24"
    return stream


def _frame(picture: AnyImage) -> av.VideoFrame:
    if picture.shape[2] == 4:
        return _argb(picture)
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")


def _argb(picture: RgbaImage) -> av.VideoFrame:
    """Turn RGBA into ARGB in whole words, which is several times as fast as byte by byte."""
    height, width = picture.shape[:2]
    words = np.ascontiguousarray(picture).view("<u4")[..., 0]
    frame = av.VideoFrame(width, height, "argb")
    rows = np.frombuffer(frame.planes[0], "<u4").reshape(height, frame.planes[0].line_size // 4)
    np.bitwise_or(words << 8, words >> 24, out=rows[:, :width])
    return frame
