"""The plain backdrop of title cards and of scenes in which only a narrator is seen."""

from pathlib import Path

from ...geometry import Size
from ...jobs.recipe import Bench, Recipe
from ...layout.theme import Theme
from ...model import Frozen
from .backdrop import Glow, Rgb, lit, over
from .clip import write_clip
from .drawing import drawn


class PlateRequest(Frozen):
    """The colours of the backdrop and the frame's size in px."""

    background: tuple[str, str]
    light: str
    accent: str
    frame: Size
    fps: int


class PlateTake(Frozen):
    """A clip of one frame, to be held."""

    video: str
    frames: int = 1


def plate_request(theme: Theme, frame: Size, fps: int) -> PlateRequest:
    """The backdrop of `theme`."""
    return PlateRequest(
        background=theme.background, light=theme.terminal["blue"], accent=theme.accent, frame=frame, fps=fps
    )


def make_plate(request: PlateRequest, folder: Path, bench: Bench) -> PlateTake:
    """Writes the one frame."""
    write_clip(folder / "plate.mov", [plate(request)], request.frame, request.fps)
    return PlateTake(video="plate.mov")


PLATE = Recipe(kind="plate", version=2, request=PlateRequest, result=PlateTake, make=make_plate)


def plate(request: PlateRequest) -> Rgb:
    """The backdrop: the gradient, a cool light from above, a breath of the accent, and rings like a watermark."""
    glows = (Glow(request.light, (0.30, 0.02), 0.95, 0.13), Glow(request.accent, (1.0, 1.04), 0.62, 0.07))
    return over(lit(request.background, glows, request.frame), drawn(_rings(request)))


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
