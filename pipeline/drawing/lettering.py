"""Text that Blender's text strips can't show, as a picture in the same place: other scripts, emoji, marks that stack."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from ..base.arrays import RgbaImage
from ..base.assets import font_file
from ..base.colour import alpha_of, rgb_of
from ..base.frozen import Frozen
from ..base.geometry import Size
from ..base.lettering import draw_text, fallback_fonts
from ..base.text_block import TextBlock
from ..base.video import write_clip
from ..jobs.recipe import JobContext, Recipe
from .drawn_clip import DrawnClip

VIDEO = "lettering.mov"


class LetteringRequest(Frozen):
    """Everything that a picture of text depends on: the text with its lines broken, its look, and the picture's size in px.

    `fallbacks` are the fonts beside `font` that it is drawn with, by name and digest. `language` chooses between the
    forms that Chinese, Japanese and Korean give a letter.
    """

    text: str
    font: str
    size: int
    colour: str
    plate: str | None
    roundness: float
    padding: float
    align: str
    pixels: Size
    language: str
    fallbacks: tuple[str, ...]
    fps: int


def lettering_request(block: TextBlock, frame: Size, language: str, fps: int) -> LetteringRequest:
    """Return the request for the picture of `block` in a film of `frame` px and of `language`."""
    left, top, right, bottom = block.box.pixels(frame)
    look = block.model_dump(exclude={"box"}, include=set(TextBlock.model_fields))
    fallbacks = fallback_fonts(font_file(block.font), block.text)
    return LetteringRequest(
        **look, pixels=(right - left, bottom - top), language=language, fallbacks=fallbacks, fps=fps
    )


def make_lettering(request: LetteringRequest, folder: Path, context: JobContext) -> DrawnClip:
    """Write a clip of one frame, transparent but for the letters and their plate."""
    write_clip(folder / VIDEO, [draw_lettering(request)], request.pixels, request.fps)
    return DrawnClip(video=VIDEO)


LETTERING: Recipe[LetteringRequest, DrawnClip] = Recipe(
    kind="lettering", version=1, request=LetteringRequest, result=DrawnClip, make=make_lettering
)


def draw_lettering(request: LetteringRequest) -> RgbaImage:
    """Draw the text on its plate, with straight alpha."""
    letters = draw_text(
        request.text, font_file(request.font), request.size, request.colour, request.align, request.pixels,
        request.padding, request.language,
    )  # fmt: skip
    if not request.plate:
        return letters
    plate = Image.fromarray(_plate(request.plate, request.roundness, request.pixels))
    plate.alpha_composite(Image.fromarray(letters))
    return np.asarray(plate)


def _plate(colour: str, roundness: float, size: Size) -> RgbaImage:
    """Draw a box with round corners as Blender draws those of its text strips; `roundness` 1 makes its ends half circles."""
    width, height = size
    mask = Image.new("L", (4 * width, 4 * height))
    radius = min(roundness * height, width) * 2
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, 4 * width - 1, 4 * height - 1), radius, fill=255)
    picture = np.empty((height, width, 4), dtype=np.uint8)
    picture[..., :3] = rgb_of(colour)
    alpha = np.asarray(mask.resize(size, Image.Resampling.BOX)).astype(np.uint16)
    picture[..., 3] = alpha * alpha_of(colour) // 255
    return picture
