"""The plain backdrop of title cards and of scenes in which only a narrator is seen."""

from pathlib import Path

from ..base.arrays import RgbImage
from ..base.frozen import Frozen
from ..base.geometry import Size
from ..base.theme import Motif, Theme
from ..base.video import write_clip
from ..jobs.recipe import JobContext, Recipe
from .drawn_clip import DrawnClip
from .motifs import draw_ground, motif_of


class PlateRequest(Frozen):
    """The ground of the backdrop, what is drawn on it, and the frame's size in px."""

    background: tuple[str, str]
    motif: Motif
    frame: Size
    fps: int


def plate_request(theme: Theme, frame: Size, fps: int) -> PlateRequest:
    """Return the request for the backdrop of `theme`."""
    return PlateRequest(background=theme.background, motif=motif_of(theme), frame=frame, fps=fps)


def make_plate(request: PlateRequest, folder: Path, context: JobContext) -> DrawnClip:
    """Write a clip of one frame."""
    write_clip(folder / "plate.mov", [draw_plate(request)], request.frame, request.fps)
    return DrawnClip(video="plate.mov")


PLATE: Recipe[PlateRequest, DrawnClip] = Recipe(
    kind="plate", version=3, request=PlateRequest, result=DrawnClip, make=make_plate
)


def draw_plate(request: PlateRequest) -> RgbImage:
    """Draw the backdrop: the gradient with its lights, and the motif on it."""
    return draw_ground(request.background, request.motif, request.frame)
