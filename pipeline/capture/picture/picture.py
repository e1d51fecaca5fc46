"""A picture of the author's at the size at which the film shows it."""

import hashlib
from pathlib import Path

import numpy as np
from PIL import Image

from ...geometry import Size
from ...jobs.recipe import Bench, Recipe
from ...model import Frozen
from .clip import write_clip

VIDEO = "picture.mov"


class PictureRequest(Frozen):
    """The image `file` (relative to the episode), whose content has `hash`, at `size` px."""

    file: str
    hash: str
    size: Size
    fps: int


class PictureTake(Frozen):
    """A clip of one frame, to be held."""

    video: str
    frames: int = 1


def picture_request(episode: Path, file: str, size: Size, fps: int) -> PictureRequest:
    """What is to be made of the episode's image `file`."""
    return PictureRequest(file=file, hash=hashlib.sha256((episode / file).read_bytes()).hexdigest()[:32], size=size, fps=fps)


def make_picture(request: PictureRequest, folder: Path, bench: Bench) -> PictureTake:
    """Reduces the image in premultiplied alpha, so that its edges keep their colours, and writes one frame."""
    with Image.open(bench.episode / request.file) as image:
        small = image.convert("RGBA").resize(request.size, Image.Resampling.LANCZOS)
    write_clip(folder / VIDEO, [np.asarray(small)], request.size, request.fps)
    return PictureTake(video=VIDEO)


PICTURE = Recipe(kind="picture", version=1, request=PictureRequest, result=PictureTake, make=make_picture)
