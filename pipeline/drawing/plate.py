"""The plain backdrop of title cards and of scenes in which only a narrator is seen."""

from pathlib import Path

from ..base.arrays import RgbImage
from ..base.backdrop import alpha_over, lit_gradient
from ..base.frozen import Frozen
from ..base.geometry import Size
from ..base.svg import render_svg
from ..base.theme import Motif, Theme
from ..base.video import write_clip
from ..jobs.recipe import JobContext, Recipe
from .drawn_clip import DrawnClip
from .motifs import motif_drawing, motif_lights


class PlateRequest(Frozen):
    """The ground of the backdrop, what is drawn on it, and the frame's size in px."""

    background: tuple[str, str]
    motif: Motif
    frame: Size
    fps: int


def plate_request(theme: Theme, frame: Size, fps: int) -> PlateRequest:
    """Return the request for the backdrop of `theme`; a theme without a motif has rings in its corner."""
    rings = Motif(kind="rings", colours=(theme.terminal["blue"], theme.accent), opacities=(0.13, 0.07))
    return PlateRequest(background=theme.background, motif=theme.motif or rings, frame=frame, fps=fps)


def make_plate(request: PlateRequest, folder: Path, context: JobContext) -> DrawnClip:
    """Write a clip of one frame."""
    write_clip(folder / "plate.mov", [draw_plate(request)], request.frame, request.fps)
    return DrawnClip(video="plate.mov")


PLATE: Recipe[PlateRequest, DrawnClip] = Recipe(
    kind="plate", version=3, request=PlateRequest, result=DrawnClip, make=make_plate
)


def draw_plate(request: PlateRequest) -> RgbImage:
    """Draw the backdrop: the gradient with its lights, and the motif on it."""
    motif = request.motif
    ground = lit_gradient(request.background, motif_lights(motif), request.frame)
    return alpha_over(ground, render_svg(motif_drawing(motif, request.frame)))
