"""The plain backdrop of title cards and of scenes in which only a narrator is seen."""

from pathlib import Path

from ..base.arrays import RgbImage
from ..base.backdrop import GradientLight, alpha_over, lit_gradient
from ..base.frozen import Frozen
from ..base.geometry import Size
from ..base.svg import render_svg
from ..base.theme import Theme
from ..base.video import write_clip
from ..jobs.recipe import JobContext, Recipe
from .drawn_clip import DrawnClip


class PlateRequest(Frozen):
    """The colours of the backdrop and the frame's size in px."""

    background: tuple[str, str]
    light: str
    accent: str
    frame: Size
    fps: int


def plate_request(theme: Theme, frame: Size, fps: int) -> PlateRequest:
    """Return the request for the backdrop of `theme`."""
    return PlateRequest(
        background=theme.background, light=theme.terminal["blue"], accent=theme.accent, frame=frame, fps=fps
    )


def make_plate(request: PlateRequest, folder: Path, context: JobContext) -> DrawnClip:
    """Write a clip of one frame."""
    write_clip(folder / "plate.mov", [draw_plate(request)], request.frame, request.fps)
    return DrawnClip(video="plate.mov")


PLATE: Recipe[PlateRequest, DrawnClip] = Recipe(
    kind="plate", version=2, request=PlateRequest, result=DrawnClip, make=make_plate
)


def draw_plate(request: PlateRequest) -> RgbImage:
    """Draw the backdrop: the gradient, a cool light from above, a hint of the accent, and rings like a watermark."""
    glows = (
        GradientLight(request.light, (0.30, 0.02), 0.95, 0.13),
        GradientLight(request.accent, (1.0, 1.04), 0.62, 0.07),
    )
    return alpha_over(lit_gradient(request.background, glows, request.frame), render_svg(_rings(request)))


def _rings(request: PlateRequest) -> str:
    w, h = request.frame
    rings = "".join(
        f'<circle cx="{w}" cy="{h}" r="{radius * h:.0f}" stroke-opacity="{0.085 - 0.011 * i:.3f}"/>'
        for i, radius in enumerate((0.22, 0.34, 0.47, 0.61, 0.76, 0.92))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}"><g fill="none" stroke="{request.light}" '
        f'stroke-width="1.5">{rings}</g></svg>'
    )
