"""What the camera sees close up: footage drawn at the size at which a zoom shows it, in place of an enlarged strip.

A strip that Blender enlarges costs it almost three times as much as one that lies still, and is as blurred as any
enlarged picture. A close-up is drawn once: window and backdrop as vectors, the recording from its sharp pictures.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from ...clock import seconds_at
from ...geometry import Camera, Size
from ...jobs.recipe import Bench, Recipe
from ...model import Frozen
from ..pictures import read_pictures
from ..retime import picture_at
from ..take import CaptureTake
from .clip import write_clip
from .course import Views, cameras
from .footage import FootageRequest, bar_at, furnishing

SCALE = 2
"""The canvas from which a close-up is cut is so many times as large as the film's frame."""
CHANGED = 2
"""So many px around what changed since the last sharp picture are shown enlarged."""
BLOCK = 8
"""Squares of so many px in which a sharp picture must be like the one it is of."""
LIKE = 20
"""By so many levels (of 256) their means may differ: letters are drawn a little otherwise when they are larger."""
MOST_UNLIKE = 0.01
"""A sharp picture of which a larger share looks otherwise shows something else, and is not used."""


class CloseUpRequest(Frozen):
    """`footage` over just the frames that are seen close up, and what the camera sees of it."""

    footage: FootageRequest
    views: Views


class CloseUpTake(Frozen):
    """An opaque clip of the whole frame."""

    video: str
    frames: int


def make_close_up(request: CloseUpRequest, folder: Path, bench: Bench) -> CloseUpTake:
    """Writes the clip; a frame in which nothing changes is not drawn again."""
    footage = request.footage
    frames = write_clip(folder / "close-up.mov", _frames(request, bench), footage.frame, footage.fps)
    return CloseUpTake(video="close-up.mov", frames=frames)


CLOSE_UP = Recipe(kind="close-up", version=2, request=CloseUpRequest, result=CloseUpTake, make=make_close_up)


def _frames(request: CloseUpRequest, bench: Bench) -> Iterator[np.ndarray]:
    footage = request.footage
    raw = bench.take("capture", footage.capture)
    take = CaptureTake.model_validate(json.loads((raw / "take.json").read_text(encoding="utf-8"))["result"])
    left, top, right, bottom = (SCALE * edge for edge in footage.content.pixels(footage.frame))
    canvas, large = furnishing(footage, take, SCALE, footage.start), _Large(take, raw, (right - left, bottom - top))
    shown: tuple[int, Camera] | None = None
    picture = np.zeros(0)
    bar, count = bar_at(footage, take, footage.start), footage.end - footage.start
    for number, camera in enumerate(cameras(request.views, count)):
        frame = footage.start + number
        wanted = picture_at(take, footage.plan, seconds_at(frame, footage.fps))
        if (here := bar_at(footage, take, frame)) != bar:
            bar, shown, canvas = here, None, furnishing(footage, take, SCALE, frame)
        if shown is None or shown[0] != wanted:
            canvas[top:bottom, left:right] = large.picture(wanted)
        if (wanted, camera) != shown:
            shown, picture = (wanted, camera), seen(canvas, camera, footage.frame)
        if number % 10 == 0:
            bench.report(number / count)
        yield picture


def seen(canvas: np.ndarray, camera: Camera, frame: Size) -> np.ndarray:
    """What `camera` sees of a canvas (RGB of any size) at the film's size."""
    height, width = canvas.shape[:2]
    half = 0.5 / camera.scale
    edges = [(camera.x - half) * width, (camera.y - half) * height, (camera.x + half) * width, (camera.y + half) * height]
    inside = [min(max(e, 0.0), most) for e, most in zip(edges, (width, height, width, height), strict=True)]
    return np.asarray(Image.fromarray(canvas).resize(frame, Image.Resampling.LANCZOS, box=tuple(inside)))


class _Large:
    """The recording's pictures at `size`: sharp wherever they look as in the last picture of which there is a sharp one."""

    def __init__(self, take: CaptureTake, raw: Path, size: Size) -> None:
        self._pictures = enumerate(read_pictures(raw / take.pictures))
        self._sharp_of = iter(take.sharp_of)
        self._sharp = read_pictures(raw / take.sharp) if take.sharp else iter(())
        self._next = next(self._sharp_of, None)
        self._size = size
        self._shown = -1, np.zeros(0)
        self._last: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None

    def picture(self, index: int) -> np.ndarray:
        """Picture `index`; ask in rising order."""
        if self._shown[0] != index:
            self._shown = index, self._found(index)
        return self._shown[1]

    def _found(self, index: int) -> np.ndarray:
        for number, picture in self._pictures:
            if number == self._next:
                self._take(picture, next(self._sharp))
                self._next = next(self._sharp_of, None)
            if number == index:
                return self._enlarged(picture)
        raise IndexError(index)

    def _take(self, picture: np.ndarray, sharp: np.ndarray) -> None:
        other = unlike(picture, sharp)
        if other.mean() <= MOST_UNLIKE:
            self._last = picture, _resized(sharp, self._size), other

    def _enlarged(self, picture: np.ndarray) -> np.ndarray:
        if self._last is None:
            return _resized(picture, self._size)
        changed = (picture != self._last[0]).any(axis=2) | self._last[2]
        if not changed.any():
            return self._last[1]
        mask = Image.fromarray(np.where(changed, 255, 0).astype(np.uint8)).filter(ImageFilter.MaxFilter(2 * CHANGED + 1))
        enlarged = np.asarray(mask.resize(self._size, Image.Resampling.NEAREST))[..., None] > 0
        return np.where(enlarged, _resized(picture, self._size), self._last[1])


def unlike(picture: np.ndarray, sharp: np.ndarray) -> np.ndarray:
    """Where a sharp picture shows something else than the picture it is said to be of: a page may have moved meanwhile."""
    height, width = picture.shape[:2]
    blocks = -(-width // BLOCK), -(-height // BLOCK)
    one, other = (np.asarray(Image.fromarray(p).resize(blocks, Image.Resampling.BOX), np.int16) for p in (picture, sharp))
    differs = np.abs(one - other).max(axis=2) > LIKE
    return np.repeat(np.repeat(differs, BLOCK, axis=0), BLOCK, axis=1)[:height, :width]


def _resized(picture: np.ndarray, size: Size) -> np.ndarray:
    if picture.shape[1::-1] == tuple(size):
        return picture
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS))
