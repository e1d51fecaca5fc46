"""First step: a portrait, from a file or generated, as a square picture in which the bust stands on the lower edge."""

from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from ...errors import LecternError
from ...jobs.recipe import Bench, Recipe
from ...model import Frozen
from ...services.registry import Registry
from ...services.usage import Usage
from .film import Colour
from .plate import is_plain
from .work import UNKEYED, Choice, chosen, service_bench

PICTURE = "portrait.png"
LARGEST = 720
"""Pixels a side: more than any narrator is shown with, and what services work with."""
SMALLEST = 128
ROOM = 0.03
"""Clear room beside and above a cut-out figure, as a fraction of the picture: it will move."""
BACKINGS: tuple[Colour, ...] = ((0, 190, 60), (20, 60, 220), (220, 0, 200))
"""Colours that a cut-out figure may stand before where a service knows no alpha."""


class PortraitRequest(Frozen):
    """A `file` (relative to the episode, with the hash of its content), or what to generate of `prompt`."""

    file: str = ""
    digest: str = ""
    generate: Choice | None = None
    prompt: str = ""


class PortraitTake(Frozen):
    """A square PNG of `side` pixels, with alpha or opaque.

    `backing` is the colour that differs most from the figure: services see it behind one that is cut out. `plain`: an
    opaque picture's background can be keyed. `lossy`: it was compressed, as JPEG is.
    """

    picture: str = PICTURE
    side: int
    alpha: bool
    plain: bool
    backing: Colour
    lossy: bool = False
    usage: Usage | None = None
    synthetic: bool = False


def portrait_recipe(registry: Registry) -> Recipe:
    """The recipe of kind "portrait" with the image providers of `registry`."""
    make = partial(make_portrait, registry)
    return Recipe(kind="portrait", version=1, request=PortraitRequest, result=PortraitTake, make=make, unkeyed=UNKEYED)


def make_portrait(registry: Registry, request: PortraitRequest, folder: Path, bench: Bench) -> PortraitTake:
    """Reads or generates the picture, and brings it into shape."""
    source, usage = _source(registry, request, folder, bench)
    whole, lossy = _opened(source)
    picture = shaped(whole)
    picture.save(folder / PICTURE)
    if request.generate and source.name != PICTURE:
        source.unlink()
    pixels = np.asarray(picture)
    alpha = picture.mode == "RGBA"
    return PortraitTake(
        side=picture.width, alpha=alpha, plain=not alpha and is_plain(pixels), backing=backing_for(pixels),
        lossy=lossy, usage=usage, synthetic=request.generate is not None,
    )  # fmt: skip


def shaped(picture: Image.Image) -> Image.Image:
    """A square of at most LARGEST pixels: a cut-out figure on its lower edge; an opaque picture widened or cut."""
    if picture.mode == "RGBA":
        return _fitted(_standing(picture))
    pixels = np.asarray(picture)
    return _fitted(_widened(picture) if is_plain(pixels) else _cut(picture))


def backing_for(pixels: np.ndarray) -> Colour:
    """The backing whose nearest colours in the figure are farthest away."""
    figure = pixels[pixels[..., 3] > 128][:, :3] if pixels.shape[2] == 4 else pixels.reshape(-1, 3)
    some = figure[:: max(1, len(figure) // 5000)].astype(np.float32)
    return max(BACKINGS, key=lambda colour: float(np.percentile(np.linalg.norm(some - np.array(colour), axis=1), 1)))


def _source(registry: Registry, request: PortraitRequest, folder: Path, bench: Bench) -> tuple[Path, Usage | None]:
    if request.generate is None:
        return bench.episode / request.file, None
    provider, settings = chosen(registry, "image", request.generate)
    drawn = provider.draw(service_bench(bench, "portrait", request), settings, request.prompt, folder)
    return folder / drawn.file, drawn.usage


def _opened(file: Path) -> tuple[Image.Image, bool]:
    """RGBA where something shines through, else RGB; and whether it was compressed with loss."""
    try:
        with Image.open(file) as image:
            picture, lossy = image.convert("RGBA"), image.format in ("JPEG", "WEBP", "MPO")
    except (UnidentifiedImageError, OSError) as error:
        raise LecternError(f"{file.name} is no picture that can be read ({error}); a portrait is a PNG or a JPEG") from error
    if min(picture.size) < SMALLEST:
        raise LecternError(f"{file.name} has {picture.width}x{picture.height} pixels; a portrait has at least {SMALLEST} a side")
    low, _ = picture.getchannel("A").getextrema()
    return (picture if low < 250 else picture.convert("RGB")), lossy


def _standing(picture: Image.Image) -> Image.Image:
    left, top, right, bottom = picture.getchannel("A").point(lambda a: 255 if a > 8 else 0).getbbox() or (0, 0, *picture.size)
    figure = picture.crop((left, top, right, bottom))
    side = round(max(figure.width / (1 - 2 * ROOM), figure.height / (1 - ROOM)))
    square = Image.new("RGBA", (side, side))
    square.paste(figure, ((side - figure.width) // 2, side - figure.height))
    return square


def _widened(picture: Image.Image) -> Image.Image:
    """With more of its plain background, so that nothing is cut off."""
    side = max(picture.size)
    wide, high = side - picture.width, side - picture.height
    room = ((high, 0), (wide // 2, wide - wide // 2), (0, 0))
    return Image.fromarray(np.pad(np.asarray(picture), room, mode="edge"), "RGB")


def _cut(picture: Image.Image) -> Image.Image:
    side = min(picture.size)
    left = (picture.width - side) // 2
    return picture.crop((left, 0, left + side, side))


def _fitted(picture: Image.Image) -> Image.Image:
    side = min(picture.width, LARGEST) & ~1
    return picture if picture.width == side else picture.resize((side, side), Image.Resampling.HAMMING)
