"""The narrators' soft shadow and rim light, baked by Blender's compositor once for each character and size.

There are three plates: the shadow behind the whole figure, and the light on the body and on the head. Frames are composited
from them and the moving parts, so that the compositor costs nothing for each frame.
"""

from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from ..base.frozen import Frozen
from ..base.renderer import Renderer
from ..jobs.recipe import JobContext, Recipe
from .artwork import read_artwork
from .drawing import Figure, Plates
from .sources import drawing_file, treatment_file

SHADOW = "Narrator Shadow"
RIM = "Narrator Rim"
GROUPS = {"behind": SHADOW, "on_body": RIM, "on_head": RIM}
"""The node group of the asset that makes each plate."""

PAD = 0.125
"""The margin around a picture during treatment, as a fraction of its size; below, the figure continues into it."""


class TreatmentRequest(Frozen):
    """Everything that a character's plates depend on: the drawing at a size, and the file of the node groups.

    `drawing` and `asset` are names (sources.py); the hashes are those of their files.
    """

    drawing: str
    drawing_hash: str
    palette: tuple[tuple[str, str], ...] = ()
    pixels: int
    mirrored: bool
    asset: str
    asset_hash: str


class TreatmentTake(Frozen):
    """The plates' files in the take's folder: PNG with straight alpha, mirrored if the narrator is."""

    behind: str = "behind.png"
    on_body: str = "on_body.png"
    on_head: str = "on_head.png"


def treatment_recipe(renderer: Renderer) -> Recipe[TreatmentRequest, TreatmentTake]:
    """Return the recipe of kind "treatment"; `renderer` runs the node groups."""
    make = partial(make_treatment, renderer)
    return Recipe(kind="treatment", version=1, request=TreatmentRequest, result=TreatmentTake, make=make)


def make_treatment(renderer: Renderer, request: TreatmentRequest, folder: Path, context: JobContext) -> TreatmentTake:
    """Draw the figure at rest, have Blender process it, and write the plates into `folder`."""
    drawing, asset = drawing_file(request.drawing, context.episode), treatment_file(request.asset, context.episode)
    figure = Figure(read_artwork(drawing, request.palette), request.pixels)
    items = []
    for name, picture in figure.silhouettes().items():
        source, destination = str(folder / f"{name}.source.png"), str(folder / f"{name}.treated.png")
        pad_picture(_mirror_picture(picture, request.mirrored)).save(source)
        items.append({"source": source, "destination": destination, "group": GROUPS[name], "asset": str(asset)})
    renderer.run("bake", {"items": items})
    for name, item in zip(GROUPS, items, strict=True):
        crop_padding(Image.open(item["destination"])).save(folder / f"{name}.png")
        Path(item["source"]).unlink()
        Path(item["destination"]).unlink()
    return TreatmentTake()


def read_plates(folder: Path, mirrored: bool) -> Plates:
    """Return the plates of a treatment take, in the drawing's own direction."""
    take = TreatmentTake()
    return Plates(
        *(_mirror_picture(_picture(folder / name), mirrored) for name in (take.behind, take.on_body, take.on_head))
    )


def pad_picture(picture: Image.Image) -> Image.Image:
    """Return `picture` with a transparent margin around it, and its last row repeated below."""
    room = _room(picture.width)
    pixels = np.pad(np.asarray(picture), ((0, room), (0, 0), (0, 0)), mode="edge")
    return Image.fromarray(np.pad(pixels, ((room, 0), (room, room), (0, 0))), "RGBA")


def crop_padding(picture: Image.Image) -> Image.Image:
    """Return a picture without the margin that `pad_picture` added."""
    room = round(picture.width * PAD / (1 + 2 * PAD))
    return picture.convert("RGBA").crop((room, room, picture.width - room, picture.height - room))


def _room(size: int) -> int:
    return round(size * PAD)


def _mirror_picture(picture: Image.Image, mirrored: bool) -> Image.Image:
    return picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else picture


def _picture(file: Path) -> Image.Image:
    with Image.open(file) as picture:
        return picture.convert("RGBA")
