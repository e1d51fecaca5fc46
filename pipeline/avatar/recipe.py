"""The recipe of a drawn narrator's clip: performance, drawing, treatment, video."""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from ..jobs.recipe import JobContext, Recipe
from .artwork import INSIDE, Artwork, read_artwork
from .clip import VIDEO, write_narrator
from .drawing import Figure, Plates
from .performance import performance
from .pose import Pose
from .sources import drawing_file
from .take import NarratorRequest, NarratorTake
from .treatment import read_plates
from .visemes import visemes


def make_narrator(request: NarratorRequest, folder: Path, context: JobContext) -> NarratorTake:
    """Write the clip of a drawn narrator into `folder`."""
    artwork = read_artwork(drawing_file(request.drawing, context.episode), request.palette)
    figure = Figure(artwork, request.pixels, _plates(request, context))
    poses = performance(request, artwork.facing, artwork.rig)
    write_narrator(folder / VIDEO, _draw_frames(figure, poses, context), request.pixels, request.fps, request.mirrored)
    return NarratorTake(
        video=VIDEO,
        pixels=request.pixels,
        frames=request.frames,
        visemes="".join(visemes(request.phonemes, request.frames, request.fps)),
        mouth=_mirror_box(figure.mouth_box(), request.mirrored),
        inside=_mouth_colours(artwork),
    )


NARRATOR: Recipe[NarratorRequest, NarratorTake] = Recipe(
    kind="narrator", version=5, request=NarratorRequest, result=NarratorTake, make=make_narrator
)


def _plates(request: NarratorRequest, context: JobContext) -> Plates | None:
    return (
        read_plates(context.take_folder("treatment", request.treatment), request.mirrored)
        if request.treatment
        else None
    )


def _draw_frames(figure: Figure, poses: list[Pose], context: JobContext) -> Iterator[Image.Image]:
    for index, pose in enumerate(poses):
        if index % 30 == 0:
            context.report(index / len(poses))
        yield figure.draw(pose)


def _mirror_box(box: tuple[float, float, float, float], mirrored: bool) -> tuple[float, float, float, float]:
    left, top, width, height = box
    return (1 - left - width if mirrored else left), top, width, height


def _mouth_colours(artwork: Artwork) -> tuple[str, ...]:
    return tuple(artwork.colours[name] for name in INSIDE if name in artwork.colours)
