"""What nobody may read: clips that lie over a region of the footage and follow it, the camera included."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from ...clock import seconds_at
from ...geometry import Box, Size
from ...jobs.recipe import Bench, Recipe
from ...model import Frozen
from ..pictures import read_pictures
from ..plan import FitPlan
from ..retime import picture_at
from ..take import CaptureTake
from .clip import write_clip
from .course import Course, Views, boxes, cameras, canvas_around
from .unreadable import AROUND, unreadable

RADIUS = 8


class BlurRequest(Frozen):
    """Region by region: where on the recording `capture` it is through the frames of the clip (`regions`, fractions of
    its picture), what the camera sees meanwhile, and which moment (`plan`; frame `start` to `end` of the scene)."""

    capture: str
    plan: FitPlan
    fps: int
    start: int
    end: int
    content: Box
    frame: Size
    regions: Course
    views: Views


class BlurTake(Frozen):
    """A clip, opaque where it hides something."""

    video: str
    frames: int


def blur_canvas(request: BlurRequest) -> tuple[int, int, int, int]:
    """Left, top, right, bottom (px of the frame) of the clip."""
    return canvas_around(_seen(request), AROUND, request.frame)


def make_blur(request: BlurRequest, folder: Path, bench: Bench) -> BlurTake:
    """Writes the clip."""
    left, top, right, bottom = blur_canvas(request)
    frames = write_clip(folder / "blur.mov", _pictures(request, bench), (right - left, bottom - top), request.fps)
    return BlurTake(video="blur.mov", frames=frames)


BLUR = Recipe(kind="blur", version=1, request=BlurRequest, result=BlurTake, make=make_blur)


def _seen(request: BlurRequest) -> list[Box]:
    """Where the region lies in the film's frame, frame by frame."""
    count = request.end - request.start
    moments = zip(boxes(request.regions, count), cameras(request.views, count), strict=True)
    return [camera.see(region.within(request.content)) for region, camera in moments]


def _pictures(request: BlurRequest, bench: Bench) -> Iterator[np.ndarray]:
    raw = bench.take("capture", request.capture)
    take = CaptureTake.model_validate(json.loads((raw / "take.json").read_text(encoding="utf-8"))["result"])
    pictures, at, recorded = enumerate(read_pictures(raw / take.pictures)), -1, np.zeros(0)
    shown: tuple[int, Box, Box] | None = None
    patch, count = np.zeros(0), request.end - request.start
    for number, (region, box) in enumerate(zip(boxes(request.regions, count), _seen(request), strict=True)):
        wanted = picture_at(take, request.plan, seconds_at(request.start + number, request.fps))
        while at < wanted:
            at, recorded = next(pictures)
        if (wanted, region, box) != shown:
            shown, patch = (wanted, region, box), _patch(request, unreadable(recorded, region), box)
        yield patch


def _patch(request: BlurRequest, coarse: Image.Image, box: Box) -> np.ndarray:
    """One frame of the clip: the coarse picture where the region lies, with rounded corners outside of it."""
    left, top, right, bottom = blur_canvas(request)
    x, y, to_x, to_y = box.pixels(request.frame)
    size = max(1, to_x - x + 2 * AROUND), max(1, to_y - y + 2 * AROUND)
    canvas = Image.new("RGBA", (right - left, bottom - top))
    alpha = Image.new("L", size, 0)
    ImageDraw.Draw(alpha).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), RADIUS, fill=255)
    smooth = coarse.resize(size, Image.Resampling.BICUBIC)
    canvas.paste(smooth, (x - AROUND - left, y - AROUND - top), alpha)
    canvas.putalpha(_placed(alpha, canvas.size, (x - AROUND - left, y - AROUND - top)))
    return np.asarray(canvas)


def _placed(alpha: Image.Image, size: Size, at: tuple[int, int]) -> Image.Image:
    whole = Image.new("L", size, 0)
    whole.paste(alpha, at)
    return whole
