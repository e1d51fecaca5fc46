"""How a narrator's clip is made: performed, drawn, treated and packed."""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from ..jobs.recipe import Bench, Recipe
from .artwork import Artwork, read_artwork
from .clip import write_clip
from .drawing import Figure, Plates
from .performance import performance
from .pose import Pose
from .sources import drawing_on
from .take import NarratorRequest, NarratorTake
from .treatment import read_plates
from .visemes import visemes

VIDEO = "narrator.mov"
INSIDE = ("cavity", "teeth")


def make_narrator(request: NarratorRequest, folder: Path, bench: Bench) -> NarratorTake:
    """Writes the clip of `request` into `folder`."""
    artwork = read_artwork(drawing_on(bench, request.drawing), request.palette)
    figure = Figure(artwork, request.pixels, _plates(request, bench))
    poses = performance(request, artwork.facing)
    write_clip(folder / VIDEO, _drawn(figure, poses, bench), request.pixels, request.fps, request.mirrored)
    return NarratorTake(
        video=VIDEO,
        pixels=request.pixels,
        frames=request.frames,
        visemes="".join(visemes(request.phonemes, request.frames, request.fps)),
        mouth=_seen(figure.mouth_box(), request.mirrored),
        inside=_inside(artwork),
    )


NARRATOR = Recipe(kind="narrator", version=4, request=NarratorRequest, result=NarratorTake, make=make_narrator)


def _plates(request: NarratorRequest, bench: Bench) -> Plates | None:
    return read_plates(bench.take("treatment", request.treatment), request.mirrored) if request.treatment else None


def _drawn(figure: Figure, poses: list[Pose], bench: Bench) -> Iterator[Image.Image]:
    for index, pose in enumerate(poses):
        if index % 30 == 0:
            bench.report(index / len(poses))
        yield figure.draw(pose)


def _seen(box: tuple[float, float, float, float], mirrored: bool) -> tuple[float, float, float, float]:
    left, top, width, height = box
    return (1 - left - width if mirrored else left), top, width, height


def _inside(artwork: Artwork) -> tuple[str, ...]:
    return tuple(artwork.colours[name] for name in INSIDE if name in artwork.colours)
