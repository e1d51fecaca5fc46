"""What nobody may read: clips that lie over a region of the footage and follow it as the camera shows it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from pydantic import AliasChoices, Field

from ..base.arrays import RgbaImage
from ..base.box_track import BoxTrack, CameraPath, clip_bounds, path_cameras, track_boxes
from ..base.clock import seconds_at
from ..base.geometry import Box, Size
from ..base.video import write_clip
from ..capture.take import CaptureTake
from ..jobs.recipe import JobContext, Recipe
from ..timing.retime import picture_at
from .drawn_clip import DrawnClip, FramedFootage, PictureReader, draw_changes
from .pixelate import CLEARANCE, pixelated_region

RADIUS = 8
"""Radius of the corners in px."""


class BlurRequest(FramedFootage):
    """A region of the recording that nobody may read.

    `regions` is where it is through the frames of the clip, as fractions of the recording's picture; `cameras` what the
    camera sees meanwhile (part of the take's key under its former name, so that finished takes stay valid).
    """

    regions: BoxTrack
    cameras: CameraPath = Field(validation_alias=AliasChoices("cameras", "views"), serialization_alias="views")


def blur_clip_bounds(request: BlurRequest) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom (px of the frame) of the clip."""
    return clip_bounds(_region_boxes(request), CLEARANCE, request.frame)


def make_blur(request: BlurRequest, folder: Path, context: JobContext) -> DrawnClip:
    """Write a clip that is opaque where it hides something."""
    left, top, right, bottom = blur_clip_bounds(request)
    frames = write_clip(folder / "blur.mov", _pictures(request, context), (right - left, bottom - top), request.fps)
    return DrawnClip(video="blur.mov", frames=frames)


BLUR: Recipe[BlurRequest, DrawnClip] = Recipe(
    kind="blur", version=1, request=BlurRequest, result=DrawnClip, make=make_blur
)


def _region_boxes(request: BlurRequest) -> list[Box]:
    """Return where the region lies in the film's frame, frame by frame."""
    count = request.end - request.start
    moments = zip(track_boxes(request.regions, count), path_cameras(request.cameras, count), strict=True)
    return [camera.see(region.within(request.content)) for region, camera in moments]


def _pictures(request: BlurRequest, context: JobContext) -> Iterator[RgbaImage]:
    folder, take = context.open_take("capture", request.capture, CaptureTake)
    pictures, bounds = PictureReader(folder / take.pictures), blur_clip_bounds(request)
    frames = range(request.start, request.end)
    numbers = (picture_at(take, request.plan, seconds_at(frame, request.fps)) for frame in frames)
    regions = track_boxes(request.regions, len(frames))

    def draw(state: tuple[int, Box, Box]) -> RgbaImage:
        number, region, box = state
        return _blur_frame(pixelated_region(pictures.picture(number), region), box, bounds, request.frame)

    return draw_changes(zip(numbers, regions, _region_boxes(request), strict=True), draw)


def _blur_frame(coarse: Image.Image, box: Box, bounds: tuple[int, int, int, int], frame: Size) -> RgbaImage:
    """Draw a frame of a clip with the given bounds: the coarse picture where the region lies, with rounded corners."""
    left, top, right, bottom = bounds
    x, y, to_x, to_y = box.pixels(frame)
    size = max(1, to_x - x + 2 * CLEARANCE), max(1, to_y - y + 2 * CLEARANCE)
    canvas = Image.new("RGBA", (right - left, bottom - top))
    alpha = Image.new("L", size, 0)
    ImageDraw.Draw(alpha).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), RADIUS, fill=255)
    smooth = coarse.resize(size, Image.Resampling.BICUBIC)
    corner = (x - CLEARANCE - left, y - CLEARANCE - top)
    canvas.paste(smooth, corner, alpha)
    whole = Image.new("L", canvas.size, 0)
    whole.paste(alpha, corner)
    canvas.putalpha(whole)
    return np.asarray(canvas)
