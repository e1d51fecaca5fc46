"""What the camera sees close up: footage drawn at the size at which a zoom shows it.

A strip that Blender enlarges costs it almost three times as much as one that lies still, and is as blurred as any
enlarged picture. A close-up is drawn once: window and backdrop as vectors, the recording from its sharp pictures.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter
from pydantic import AliasChoices, Field

from ..base.arrays import Mask, RgbImage
from ..base.box_track import CameraPath, path_cameras
from ..base.clock import seconds_at
from ..base.frozen import Frozen
from ..base.geometry import Camera, Size
from ..base.video import write_clip
from ..capture.pictures import differing_blocks, read_pictures, shows_same
from ..capture.take import CaptureTake
from ..jobs.recipe import JobContext, Recipe
from ..timing.retime import picture_at
from .drawn_clip import DrawnClip
from .footage import FootageRequest, bar_at, draw_surroundings

SCALE = 2
"""The canvas from which a close-up is cut is larger than the film's frame by this factor."""
CHANGED = 2
"""Pixels around what changed since the last sharp picture that are shown enlarged, too."""


class CloseUpRequest(Frozen):
    """`footage` over just the frames that are seen close up, and what the camera sees of it.

    The camera path is part of the take's key under its former name, so that finished takes stay valid.
    """

    footage: FootageRequest
    cameras: CameraPath = Field(validation_alias=AliasChoices("cameras", "views"), serialization_alias="views")


def make_close_up(request: CloseUpRequest, folder: Path, context: JobContext) -> DrawnClip:
    """Write an opaque clip of the whole frame; a frame in which nothing changes is not drawn again."""
    footage = request.footage
    frames = write_clip(folder / "close-up.mov", _frames(request, context), footage.frame, footage.fps)
    return DrawnClip(video="close-up.mov", frames=frames)


CLOSE_UP: Recipe[CloseUpRequest, DrawnClip] = Recipe(
    kind="close-up", version=3, request=CloseUpRequest, result=DrawnClip, make=make_close_up
)


def _frames(request: CloseUpRequest, context: JobContext) -> Iterator[RgbImage]:
    footage = request.footage
    folder, take = context.open_take("capture", footage.capture, CaptureTake)
    left, top, right, bottom = (SCALE * edge for edge in footage.content.pixels(footage.frame))
    canvas = draw_surroundings(footage, take, SCALE, footage.start)
    pictures = _SharpPictures(take, folder, (right - left, bottom - top))
    shown: tuple[int, Camera] | None = None
    picture = canvas
    bar, count = bar_at(footage, take, footage.start), footage.end - footage.start
    for index, camera in enumerate(path_cameras(request.cameras, count)):
        frame = footage.start + index
        number = picture_at(take, footage.plan, seconds_at(frame, footage.fps))
        if (new_bar := bar_at(footage, take, frame)) != bar:
            bar, shown, canvas = new_bar, None, draw_surroundings(footage, take, SCALE, frame)
        if shown is None or shown[0] != number:
            canvas[top:bottom, left:right] = pictures.picture(number)
        if (number, camera) != shown:
            shown, picture = (number, camera), crop_to_camera(canvas, camera, footage.frame)
        if index % 10 == 0:
            context.report(index / count)
        yield picture


def crop_to_camera(canvas: RgbImage, camera: Camera, frame: Size) -> RgbImage:
    """Return what `camera` sees of a canvas (of any size) at the film's size `frame`."""
    height, width = canvas.shape[:2]
    half = 0.5 / camera.scale
    edges = [
        (camera.x - half) * width,
        (camera.y - half) * height,
        (camera.x + half) * width,
        (camera.y + half) * height,
    ]
    inside = [min(max(e, 0.0), most) for e, most in zip(edges, (width, height, width, height), strict=True)]
    return np.asarray(Image.fromarray(canvas).resize(frame, Image.Resampling.LANCZOS, box=tuple(inside)))


class _SharpPictures:
    """The recording's pictures at `size` px: sharp wherever they look like the last picture with a sharp version."""

    def __init__(self, take: CaptureTake, folder: Path, size: Size) -> None:
        self._pictures = enumerate(read_pictures(folder / take.pictures))
        self._sharp_of = iter(take.sharp_of)
        self._sharp = read_pictures(folder / take.sharp) if take.sharp else iter(())
        self._next = next(self._sharp_of, None)
        self._size = size
        self._shown: tuple[int, RgbImage] | None = None
        self._last: tuple[RgbImage, RgbImage, Mask] | None = None

    def picture(self, index: int) -> RgbImage:
        """Return picture `index`, to be called with rising indices."""
        if self._shown is None or self._shown[0] != index:
            self._shown = index, self._read_to(index)
        return self._shown[1]

    def _read_to(self, index: int) -> RgbImage:
        for number, picture in self._pictures:
            if number == self._next:
                self._use_sharp(picture, next(self._sharp))
                self._next = next(self._sharp_of, None)
            if number == index:
                return self._enlarged(picture)
        raise IndexError(index)

    def _use_sharp(self, picture: RgbImage, sharp: RgbImage) -> None:
        if shows_same(picture, sharp):
            self._last = picture, _resized(sharp, self._size), differing_blocks(picture, sharp)

    def _enlarged(self, picture: RgbImage) -> RgbImage:
        if self._last is None:
            return _resized(picture, self._size)
        changed = (picture != self._last[0]).any(axis=2) | self._last[2]
        if not changed.any():
            return self._last[1]
        mask = Image.fromarray(np.where(changed, 255, 0).astype(np.uint8)).filter(
            ImageFilter.MaxFilter(2 * CHANGED + 1)
        )
        enlarged = np.asarray(mask.resize(self._size, Image.Resampling.NEAREST))[..., None] > 0
        return np.where(enlarged, _resized(picture, self._size), self._last[1])


def _resized(picture: RgbImage, size: Size) -> RgbImage:
    if picture.shape[1::-1] == tuple(size):
        return picture
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS))
