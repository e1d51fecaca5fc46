"""An image of the author's at the size at which the film shows it."""

from pathlib import Path

import numpy as np
from PIL import Image

from ..base.files import file_digest
from ..base.frozen import Frozen
from ..base.geometry import Size
from ..base.picture import open_picture, seen
from ..base.video import write_clip
from ..jobs.recipe import JobContext, Recipe
from .drawn_clip import DrawnClip

VIDEO = "picture.mov"


class PictureRequest(Frozen):
    """The image `file` (relative to the episode), whose content has `hash`, at `size` px."""

    file: str
    hash: str
    size: Size
    fps: int


def picture_request(episode: Path, file: str, size: Size, fps: int) -> PictureRequest:
    """Return the request for the image `file` of the episode at `size` px."""
    return PictureRequest(file=file, hash=file_digest(episode / file, 32), size=size, fps=fps)


def make_picture(request: PictureRequest, folder: Path, context: JobContext) -> DrawnClip:
    """Reduce the image in premultiplied alpha, so that its edges keep their colours, and write one frame."""
    with open_picture(context.episode / request.file) as image:
        small = seen(image).resize(request.size, Image.Resampling.LANCZOS)
    write_clip(folder / VIDEO, [np.asarray(small)], request.size, request.fps)
    return DrawnClip(video=VIDEO)


PICTURE: Recipe[PictureRequest, DrawnClip] = Recipe(
    kind="picture", version=2, request=PictureRequest, result=DrawnClip, make=make_picture
)
