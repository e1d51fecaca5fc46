"""Third step: a clip becomes as long as the narration, without a visible jump."""

from pathlib import Path

from ..base.frozen import Frozen
from ..jobs.recipe import JobContext, Recipe
from .frame_mapping import frame_mapping, largest_jump
from .motion import motion_frames
from .portrait import PortraitTake
from .provider_call import with_progress
from .video_io import flatten_alpha, write_mp4

STRETCHED_VIDEO = "stretched.mp4"


class StretchRequest(Frozen):
    """The motion take `motion` as `frames` frames at `fps`; a clip with alpha gets the backing of the take `portrait`."""

    motion: str
    portrait: str
    frames: int
    fps: int


class StretchTake(Frozen):
    """H.264 in MP4. `jump` is the largest change between two frames, as a multiple of the largest in the clip itself."""

    video: str = STRETCHED_VIDEO
    frames: int
    jump: float


def make_stretch(request: StretchRequest, folder: Path, context: JobContext) -> StretchTake:
    """Write the clip whose lips a lip-sync provider will move."""
    portrait = context.open_take("portrait", request.portrait, PortraitTake)[1]
    source = list(motion_frames(context, request.motion, request.fps))
    order = frame_mapping(len(source), request.frames)
    shown = (flatten_alpha(source[i], portrait.backing) for i in order)
    write_mp4(folder / STRETCHED_VIDEO, with_progress(shown, len(order), context), request.fps)
    return StretchTake(frames=request.frames, jump=largest_jump(source, order))


STRETCH: Recipe[StretchRequest, StretchTake] = Recipe(
    kind="stretch", version=1, request=StretchRequest, result=StretchTake, make=make_stretch
)
