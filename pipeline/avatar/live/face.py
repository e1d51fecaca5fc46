"""Last step: the cut-out figure at its final size, as a narrator's clip."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image

from ...jobs.recipe import Bench, Recipe
from ...model import Frozen
from ..clip import write_clip
from ..take import NarratorTake
from .film import changed
from .matte import matted
from .pace import mapping

VIDEO = "narrator.mov"
FILTER = Image.Resampling.HAMMING


class FaceRequest(Frozen):
    """The matte take `matte` as `frames` frames of `pixels` a side. `in_step`: it goes with the voice, so it is not stretched."""

    matte: str
    in_step: bool
    pixels: int
    mirrored: bool
    fps: int
    frames: int


def make_face(request: FaceRequest, folder: Path, bench: Bench) -> NarratorTake:
    """Writes the clip; the mouth's place in it is not known."""
    images = _in_step(request, bench) if request.in_step else _stretched(request, bench)
    write_clip(folder / VIDEO, _counted(images, request.frames, bench), request.pixels, request.fps, request.mirrored)
    return NarratorTake(video=VIDEO, pixels=request.pixels, frames=request.frames, visemes="", mouth=None)


FACE = Recipe(kind="face", version=1, request=FaceRequest, result=NarratorTake, make=make_face)


def reduced(pixels: np.ndarray, side: int) -> Image.Image:
    """RGBA in a clear square of `side` pixels, standing in the middle of its lower edge.

    Resized in premultiplied alpha, by a filter without the ringing that would be a faint line around the figure.
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


def _in_step(request: FaceRequest, bench: Bench) -> Iterator[Image.Image]:
    """As they are; the last one is held to the end."""
    last = None
    for last in _small(request, bench):
        yield last
    while last is not None:
        yield last


def _stretched(request: FaceRequest, bench: Bench) -> Iterator[Image.Image]:
    source = list(_small(request, bench))
    return (source[i] for i in mapping(len(source), request.frames))


def _small(request: FaceRequest, bench: Bench) -> Iterator[Image.Image]:
    return changed(matted(bench, request.matte, request.fps), lambda pixels: reduced(pixels, request.pixels))


def _counted(images: Iterator[Image.Image], frames: int, bench: Bench) -> Iterator[Image.Image]:
    for index, image in enumerate(islice(images, frames)):
        if index % 30 == 0:
            bench.report(index / frames)
        yield image
