"""Last step: the cut-out figure at its final size, as a narrator's clip. And the recipes of all steps."""

from collections.abc import Iterator
from itertools import islice, repeat
from pathlib import Path
from typing import Any

from PIL import Image

from ..avatar.clip import VIDEO, write_narrator
from ..avatar.take import NarratorTake
from ..base.arrays import RgbaImage
from ..base.frozen import Frozen
from ..jobs.recipe import JobContext, Recipe
from ..services.registry import Registry
from .frame_mapping import frame_mapping
from .lips import lips_recipe
from .matte import matte_frames, matte_recipe
from .motion import motion_recipe
from .portrait import portrait_recipe
from .stretch import STRETCH
from .video_io import map_frames

FILTER = Image.Resampling.HAMMING


class FaceRequest(Frozen):
    """The matte take `matte` as `frames` frames of `pixels` a side. `in_step` says that it is in sync with the voice."""

    matte: str
    in_step: bool
    pixels: int
    mirrored: bool
    fps: int
    frames: int


def make_face(request: FaceRequest, folder: Path, context: JobContext) -> NarratorTake:
    """Write the clip; it is not known where its mouth is."""
    images = _synced_frames(request, context) if request.in_step else _stretched_frames(request, context)
    write_narrator(
        folder / VIDEO, _take_frames(images, request.frames, context), request.pixels, request.fps, request.mirrored
    )
    return NarratorTake(video=VIDEO, pixels=request.pixels, frames=request.frames, visemes="", mouth=None)


FACE: Recipe[FaceRequest, NarratorTake] = Recipe(
    kind="face", version=1, request=FaceRequest, result=NarratorTake, make=make_face
)


def face_recipes(registry: Registry) -> tuple[Recipe[Any, Any], ...]:
    """Return the recipes of all steps, from the portrait to the narrator's clip, with the providers of `registry`."""
    return (
        portrait_recipe(registry),
        motion_recipe(registry),
        STRETCH,
        lips_recipe(registry),
        matte_recipe(registry),
        FACE,
    )


def fit_into_square(pixels: RgbaImage, side: int) -> Image.Image:
    """Return an RGBA picture in a transparent square of `side` pixels, at the middle of its lower edge.

    It is resized in premultiplied alpha, with a filter without ringing, which would draw a faint line around the figure.
    """
    picture = Image.fromarray(pixels, "RGBA")
    factor = side / max(picture.size)
    size = (round(picture.width * factor), round(picture.height * factor))
    small = picture.convert("RGBa").resize(size, FILTER).convert("RGBA")
    if small.size == (side, side):
        return small
    square = Image.new("RGBA", (side, side))
    square.paste(small, ((side - small.width) // 2, side - small.height))
    return square


def _synced_frames(request: FaceRequest, context: JobContext) -> Iterator[Image.Image]:
    """Yield the frames as they are, then the last one without end."""
    last = None
    for last in _small(request, context):
        yield last
    if last is not None:
        yield from repeat(last)


def _stretched_frames(request: FaceRequest, context: JobContext) -> Iterator[Image.Image]:
    source = list(_small(request, context))
    return (source[i] for i in frame_mapping(len(source), request.frames))


def _small(request: FaceRequest, context: JobContext) -> Iterator[Image.Image]:
    return map_frames(
        matte_frames(context, request.matte, request.fps), lambda pixels: fit_into_square(pixels, request.pixels)
    )


def _take_frames(images: Iterator[Image.Image], frames: int, context: JobContext) -> Iterator[Image.Image]:
    for index, image in enumerate(islice(images, frames)):
        if index % 30 == 0:
            context.report(index / frames)
        yield image
