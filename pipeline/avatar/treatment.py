"""The narrators' shadow and rim light: baked by Blender's compositor once a character and size, for every frame.

Three plates hold it: what lies behind the whole figure, and the light upon the body and upon the head. A frame puts
them together with the moving parts, so that the compositor's work costs a film nothing a frame.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from ..jobs.recipe import Bench, Recipe
from ..model import Frozen
from .artwork import read_artwork
from .drawing import Figure, Plates
from .sources import drawing_on, treatment_on

SHADOW = "Narrator Shadow"
RIM = "Narrator Rim"
GROUPS = {"behind": SHADOW, "on_body": RIM, "on_head": RIM}
"""Which node group of the asset makes which plate."""

PAD = 0.125
"""Room around a picture while it is treated, as a fraction of its size; the figure goes on below the bottom edge."""


class TreatmentRequest(Frozen):
    """All that a character's plates depend on: the drawing at a size, and the file of the node groups.

    `drawing` and `asset` are names (sources.py), the hashes what is in their files.
    """

    drawing: str
    drawing_hash: str
    palette: tuple[tuple[str, str], ...] = ()
    pixels: int
    mirrored: bool
    asset: str
    asset_hash: str


class TreatmentTake(Frozen):
    """The plates' files in the take's folder: PNG, straight alpha, as seen on the screen (mirrored if asked)."""

    behind: str = "behind.png"
    on_body: str = "on_body.png"
    on_head: str = "on_head.png"


class Plate(Frozen):
    """A picture to send through a node group: files, and the group's name."""

    source: str
    destination: str
    group: str


class BakeRequest(Frozen):
    """Plates to bake with the node groups of the file `asset`, all in one Blender."""

    asset: str
    plates: tuple[Plate, ...]

    def items(self) -> list[dict[str, str]]:
        """What the renderer's task "bake" takes."""
        return [{**plate.model_dump(), "asset": self.asset} for plate in self.plates]


Bake = Callable[[BakeRequest], None]


def treatment_recipe(bake: Bake) -> Recipe:
    """The recipe of kind "treatment"; `bake` is how Blender is reached."""
    make = partial(make_treatment, bake)
    return Recipe(kind="treatment", version=1, request=TreatmentRequest, result=TreatmentTake, make=make)


def make_treatment(bake: Bake, request: TreatmentRequest, folder: Path, bench: Bench) -> TreatmentTake:
    """Draws the figure at rest, has it treated, and keeps the plates in `folder`."""
    figure = Figure(read_artwork(drawing_on(bench, request.drawing), request.palette), request.pixels)
    plates = []
    for name, picture in figure.silhouettes().items():
        source, treated = folder / f"{name}.source.png", folder / f"{name}.treated.png"
        padded(_seen(picture, request.mirrored)).save(source)
        plates.append(Plate(source=str(source), destination=str(treated), group=GROUPS[name]))
    bake(BakeRequest(asset=str(treatment_on(bench, request.asset)), plates=tuple(plates)))
    for name, plate in zip(GROUPS, plates, strict=True):
        cropped(Image.open(plate.destination)).save(folder / f"{name}.png")
        Path(plate.source).unlink()
        Path(plate.destination).unlink()
    return TreatmentTake()


def read_plates(folder: Path, mirrored: bool) -> Plates:
    """The plates of a treatment take, in the drawing's own direction."""
    take = TreatmentTake()
    return Plates(*(_seen(_picture(folder / name), mirrored) for name in (take.behind, take.on_body, take.on_head)))


def padded(picture: Image.Image) -> Image.Image:
    """`picture` with clear room around it, and its last row repeated below."""
    room = _room(picture.width)
    pixels = np.pad(np.asarray(picture), ((0, room), (0, 0), (0, 0)), mode="edge")
    return Image.fromarray(np.pad(pixels, ((room, 0), (room, room), (0, 0))), "RGBA")


def cropped(picture: Image.Image) -> Image.Image:
    """What `padded` was made of."""
    room = round(picture.width * PAD / (1 + 2 * PAD))
    return picture.convert("RGBA").crop((room, room, picture.width - room, picture.height - room))


def _room(size: int) -> int:
    return round(size * PAD)


def _seen(picture: Image.Image, mirrored: bool) -> Image.Image:
    return picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else picture


def _picture(file: Path) -> Image.Image:
    with Image.open(file) as picture:
        return picture.convert("RGBA")
