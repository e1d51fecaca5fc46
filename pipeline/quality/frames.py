"""The finished film's own pictures, which every measurement here looks at, read in one pass."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from ..geometry import Box

NEAR = 4.0
"""Seconds between two wanted frames from which seeking is cheaper than decoding what lies between."""


class Picture:
    """A decoded frame of a film (8 bit 4:2:0, BT.709, limited range). Only what is asked for is converted."""

    def __init__(self, frame: av.VideoFrame) -> None:
        self.size = frame.width, frame.height
        self._planes = [_plane(plane) for plane in frame.planes[:3]]

    @property
    def luma(self) -> np.ndarray:
        """Y as it is stored: uint8, shape (height, width), black 16, white 235."""
        return self._planes[0]

    def rgb(self, box: Box) -> np.ndarray:
        """The pixels of `box`, cut at the frame's edges: uint8, shape (height, width, 3)."""
        left, top, right, bottom = box.pixels(self.size)
        left, top = max(left, 0), max(top, 0)
        y = self._planes[0][top:bottom, left:right].astype(np.float32)
        rows, columns = np.arange(top, top + y.shape[0]) // 2, np.arange(left, left + y.shape[1]) // 2
        blue, red = (plane[np.ix_(rows, columns)].astype(np.float32) - 128 for plane in self._planes[1:])
        return _rgb(1.164383 * (y - 16), blue, red)


@dataclass(frozen=True)
class Look[T]:
    """What a measurement wants of the film: `see(number, picture)` for each of `frames` (0-based)."""

    frames: frozenset[int]
    see: Callable[[int, Picture], T]


def look(film: Path, looks: Sequence[Look]) -> tuple[dict[int, object], ...]:
    """For each of `looks`, what it saw by frame; the film is decoded once, and only where it has to be."""
    seen: tuple[dict[int, object], ...] = tuple({} for _ in looks)
    for number, picture in pictures(film, sorted(frozenset().union(*(one.frames for one in looks)))):
        for one, found in zip(looks, seen, strict=True):
            if number in one.frames:
                found[number] = one.see(number, picture)
    return seen


def pictures(film: Path, numbers: Sequence[int]) -> Iterator[tuple[int, Picture]]:
    """(number, picture) of each wanted frame that the film has; `numbers` ascend."""
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        rate, base, origin = stream.average_rate, stream.time_base, stream.start_time or 0
        for run in _runs(numbers, near=int(rate * NEAR)):
            container.seek(origin + int(run[0] / rate / base), stream=stream)
            missing = set(run)
            for frame in container.decode(stream):
                number = round((frame.pts - origin) * base * rate)
                if number in missing:
                    yield number, Picture(frame)
                if number >= run[-1]:
                    break


def _runs(numbers: Sequence[int], near: int) -> Iterator[list[int]]:
    """Groups of numbers with at most `near` between neighbours."""
    run: list[int] = []
    for number in numbers:
        if run and number - run[-1] > near:
            yield run
            run = []
        run.append(number)
    if run:
        yield run


def _plane(plane: av.video.plane.VideoPlane) -> np.ndarray:
    stored = np.frombuffer(plane, np.uint8)[: plane.line_size * plane.height]
    return stored.reshape(plane.height, plane.line_size)[:, : plane.width]


def _rgb(y: np.ndarray, blue: np.ndarray, red: np.ndarray) -> np.ndarray:
    """BT.709 (ITU-R BT.709-6, limited range) to full-range RGB."""
    channels = y + 1.792741 * red, y - 0.213249 * blue - 0.532909 * red, y + 2.112402 * blue
    return np.clip(np.stack(channels, axis=-1) + 0.5, 0, 255).astype(np.uint8)
