"""Read the finished film's own frames, in one pass for all measurements."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..base.arrays import GreyImage, RgbImage
from ..base.geometry import FULL, Box
from ..base.video import fraction

NEAR = 4.0
"""Seconds between two wanted frames from which on seeking is cheaper than decoding what is between them."""


class DecodedFrame:
    """A decoded frame of a film (8 bit 4:2:0, BT.709, limited range). Only the pixels that are asked for are converted."""

    def __init__(self, frame: av.VideoFrame) -> None:
        self.size = frame.width, frame.height
        self._planes = [_plane(plane) for plane in frame.planes[:3]]

    @property
    def luma(self) -> GreyImage:
        """Y as it is stored: black is 16, white 235."""
        return self._planes[0]

    def image(self) -> Image.Image:
        """Return the whole picture."""
        return Image.fromarray(self.rgb(FULL))

    def rgb(self, box: Box) -> RgbImage:
        """Return the pixels of `box`, cut at the frame's edges."""
        left, top, right, bottom = box.pixels(self.size)
        left, top = max(left, 0), max(top, 0)
        y = self._planes[0][top:bottom, left:right].astype(np.float32)
        rows, columns = np.arange(top, top + y.shape[0]) // 2, np.arange(left, left + y.shape[1]) // 2
        blue, red = (plane[np.ix_(rows, columns)].astype(np.float32) - 128 for plane in self._planes[1:])
        return _rgb(1.164383 * (y - 16), blue, red)


@dataclass
class FrameProbe[T]:
    """What a measurement wants of the film: `see(number, picture)` for each of `frames` (0-based).

    `seen` has the results by frame, for the frames that the film has, once `probe_frames` is done.
    """

    frames: frozenset[int]
    see: Callable[[int, DecodedFrame], T]
    seen: dict[int, T] = field(default_factory=dict)


def probe_each[T](frames: Sequence[Iterable[int]], see: Callable[[int, DecodedFrame], T]) -> FrameProbe[dict[int, T]]:
    """Return the probe that looks at several things: at number `i`, by `see(i, picture)`, in each of `frames[i]`.

    It has its results by frame, then by the thing's number.
    """
    by_frame: dict[int, list[int]] = {}
    for index, numbers in enumerate(frames):
        for number in numbers:
            by_frame.setdefault(number, []).append(index)
    return FrameProbe(
        frozenset(by_frame), lambda number, picture: {index: see(index, picture) for index in by_frame[number]}
    )


def probe_frames(film: Path, probes: Sequence[FrameProbe[Any]]) -> None:
    """Let every probe see its frames; the film is decoded once, and only where it has to be."""
    for number, picture in decoded_frames(film, sorted({n for probe in probes for n in probe.frames})):
        for probe in probes:
            if number in probe.frames:
                probe.seen[number] = probe.see(number, picture)


def decoded_frames(film: Path, numbers: Sequence[int]) -> Iterator[tuple[int, DecodedFrame]]:
    """Yield number and picture of each wanted frame that the film has; `numbers` ascend."""
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        rate, base, origin = fraction(stream.average_rate), fraction(stream.time_base), stream.start_time or 0
        for run in _runs(numbers, near=int(rate * NEAR)):
            container.seek(origin + int(run[0] / rate / base), stream=stream)
            missing = set(run)
            for frame in container.decode(stream):
                number = round(((frame.pts or 0) - origin) * base * rate)
                if number in missing:
                    yield number, DecodedFrame(frame)
                if number >= run[-1]:
                    break


def _runs(numbers: Sequence[int], near: int) -> Iterator[list[int]]:
    """Yield groups of numbers with at most `near` between neighbours."""
    run: list[int] = []
    for number in numbers:
        if run and number - run[-1] > near:
            yield run
            run = []
        run.append(number)
    if run:
        yield run


def _plane(plane: av.video.plane.VideoPlane) -> GreyImage:
    stored = np.frombuffer(plane, np.uint8)[: plane.line_size * plane.height]
    return stored.reshape(plane.height, plane.line_size)[:, : plane.width]


def _rgb(y: NDArray[np.float32], blue: NDArray[np.float32], red: NDArray[np.float32]) -> RgbImage:
    """Convert BT.709 (ITU-R BT.709-6, limited range) to full-range RGB."""
    channels = y + 1.792741 * red, y - 0.213249 * blue - 0.532909 * red, y + 2.112402 * blue
    return np.clip(np.stack(channels, axis=-1) + 0.5, 0, 255).astype(np.uint8)
