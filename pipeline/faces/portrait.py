"""First step: a portrait, from a file or generated, as a square picture with the bust on its lower edge."""

from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from ..base.arrays import AnyImage
from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..base.picture import open_picture, seen
from ..jobs.recipe import JobContext, Recipe
from ..services.face import ImageProvider
from ..services.registry import Registry
from ..services.usage import Usage
from .plate import is_plain
from .provider_call import UNKEYED, ProviderChoice, prediction_context, resolve_provider
from .video_io import Colour

PICTURE = "portrait.png"
LARGEST = 720
"""Pixels a side: more than any narrator is shown with, and enough for services."""
SMALLEST = 128
ROOM = 0.03
"""Transparent margin beside and above a cut-out figure, as a fraction of the picture: the figure will move."""
BACKINGS: tuple[Colour, ...] = ((0, 190, 60), (20, 60, 220), (220, 0, 200))
"""Colours to put behind a cut-out figure for services without alpha."""


class PortraitRequest(Frozen):
    """A `file` (relative to the episode, with the hash of its content), or the provider that generates `prompt`."""

    file: str = ""
    digest: str = ""
    generate: ProviderChoice | None = None
    prompt: str = ""


class PortraitTake(Frozen):
    """A square PNG of `side` pixels, with alpha or opaque.

    `backing` is the colour that differs most from the figure; services see it behind a cut-out one. `plain` says that the
    background of an opaque picture can be keyed, `lossy` that the file was compressed with loss.
    """

    picture: str = PICTURE
    side: int
    alpha: bool
    plain: bool
    backing: Colour
    lossy: bool = False
    usage: Usage | None = None
    synthetic: bool = False


def portrait_recipe(registry: Registry) -> Recipe[PortraitRequest, PortraitTake]:
    """Return the recipe of kind "portrait" with the image providers of `registry`."""
    make = partial(make_portrait, registry)
    return Recipe(kind="portrait", version=2, request=PortraitRequest, result=PortraitTake, make=make, unkeyed=UNKEYED)


def make_portrait(registry: Registry, request: PortraitRequest, folder: Path, context: JobContext) -> PortraitTake:
    """Read or generate the picture, and make it square."""
    source, usage = _source(registry, request, folder, context)
    whole, lossy = read_portrait(source)
    picture = square_portrait(whole)
    picture.save(folder / PICTURE)
    if request.generate and source.name != PICTURE:
        source.unlink()
    pixels = np.asarray(picture)
    alpha = picture.mode == "RGBA"
    return PortraitTake(
        side=picture.width, alpha=alpha, plain=not alpha and is_plain(pixels), backing=backing_for(pixels),
        lossy=lossy, usage=usage, synthetic=request.generate is not None,
    )  # fmt: skip


def square_portrait(picture: Image.Image) -> Image.Image:
    """Return a square of at most LARGEST pixels: a cut-out figure on its lower edge, or an opaque picture widened or cropped."""
    if picture.mode == "RGBA":
        return _limit_size(_stand_figure(picture))
    pixels = np.asarray(picture)
    return _limit_size(_widened(picture) if is_plain(pixels) else _crop_square(picture))


def backing_for(pixels: AnyImage) -> Colour:
    """Return the backing that differs most from the colours in the figure."""
    figure = pixels[pixels[..., 3] > 128][:, :3] if pixels.shape[2] == 4 else pixels.reshape(-1, 3)
    some = figure[:: max(1, len(figure) // 5000)].astype(np.float32)
    return max(BACKINGS, key=lambda colour: float(np.percentile(np.linalg.norm(some - np.array(colour), axis=1), 1)))


def _source(
    registry: Registry, request: PortraitRequest, folder: Path, context: JobContext
) -> tuple[Path, Usage | None]:
    if request.generate is None:
        return context.episode / request.file, None
    provider, settings = resolve_provider(registry, ImageProvider, request.generate)
    drawn = provider.draw(
        prediction_context(context, "portrait", request, registry.tools), settings, request.prompt, folder
    )
    return folder / drawn.file, drawn.usage


def read_portrait(file: Path) -> tuple[Image.Image, bool]:
    """Return the picture, RGBA if it has transparent pixels and else RGB, and whether it was compressed with loss.

    Raises LecternError where it can't be read as a whole, or is too small.
    """
    with open_picture(file) as image:
        picture, lossy = seen(image), image.format in ("JPEG", "WEBP", "MPO")
    if min(picture.size) < SMALLEST:
        raise LecternError(
            f"{file.name} has {picture.width}x{picture.height} pixels; a portrait needs at least {SMALLEST} on each side"
        )
    opaque = np.asarray(picture)[..., 3].min() >= 250
    return (picture.convert("RGB") if opaque else picture), lossy


def _stand_figure(picture: Image.Image) -> Image.Image:
    left, top, right, bottom = picture.getchannel("A").point(lambda a: 255 if a > 8 else 0).getbbox() or (
        0,
        0,
        *picture.size,
    )
    figure = picture.crop((left, top, right, bottom))
    side = round(max(figure.width / (1 - 2 * ROOM), figure.height / (1 - ROOM)))
    square = Image.new("RGBA", (side, side))
    square.paste(figure, ((side - figure.width) // 2, side - figure.height))
    return square


def _widened(picture: Image.Image) -> Image.Image:
    """Return the picture with more of its plain background, so that nothing is cropped."""
    side = max(picture.size)
    wide, high = side - picture.width, side - picture.height
    room = ((high, 0), (wide // 2, wide - wide // 2), (0, 0))
    return Image.fromarray(np.pad(np.asarray(picture), room, mode="edge"), "RGB")


def _crop_square(picture: Image.Image) -> Image.Image:
    side = min(picture.size)
    left = (picture.width - side) // 2
    return picture.crop((left, 0, left + side, side))


def _limit_size(picture: Image.Image) -> Image.Image:
    side = min(picture.width, LARGEST) & ~1
    return picture if picture.width == side else picture.resize((side, side), Image.Resampling.HAMMING)
