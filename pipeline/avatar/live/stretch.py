"""Third step: a clip becomes as long as the narration, without a jump that anyone sees."""

from pathlib import Path

from ...jobs.recipe import Bench, Recipe
from ...model import Frozen
from .film import flattened, write_mp4
from .motion import moving
from .pace import jump, mapping
from .portrait import PortraitTake
from .work import reported, result_of

VIDEO = "stretched.mp4"


class StretchRequest(Frozen):
    """The motion take `motion` as `frames` frames at `fps`, laid upon the backing of the `portrait` take where it has alpha."""

    motion: str
    portrait: str
    frames: int
    fps: int


class StretchTake(Frozen):
    """H.264 in MP4. `jump` is the largest change between two frames, as a multiple of the largest in the clip itself."""

    video: str = VIDEO
    frames: int
    jump: float


def make_stretch(request: StretchRequest, folder: Path, bench: Bench) -> StretchTake:
    """Writes the clip that a lip-sync of videos starts from."""
    portrait = result_of(bench, "portrait", request.portrait, PortraitTake)[1]
    source = list(moving(bench, request.motion, request.fps))
    order = mapping(len(source), request.frames)
    shown = (flattened(source[i], portrait.backing) for i in order)
    write_mp4(folder / VIDEO, reported(shown, len(order), bench), request.fps)
    return StretchTake(frames=request.frames, jump=jump(source, order))


STRETCH = Recipe(kind="stretch", version=1, request=StretchRequest, result=StretchTake, make=make_stretch)
