"""Clips in the frame: at which pixel size each is drawn, where it is, and what of it must stay visible."""

from collections.abc import Iterator, Mapping

from ..base.geometry import FULL, Box, Size, box_of_pixels
from ..capture.html.request import ClipTake
from ..episode.blocks import Clip
from ..episode.model import Scene
from ..timing.clip_cues import ClipCue
from ..timing.retime import presence_spans
from .capture_windows import scaled_size
from .model import ClipPlace
from .obstacles import ObstacleItem, Sight

STAGE = (1296, 904)
"""The size of a clip that leaves a column for the narrator (px at 1080 lines)."""
STAGE_FULL = (1728, 904)
"""The same where no narrator is beside it (`layout: full`)."""
EDGE = 0.05
"""Distance of a clip of the stage from the frame's edges, as a fraction of its width."""
FADE_SECONDS = 0.2
"""Seconds for which a clip's place is kept free before the clip comes."""


def clip_size(scene: Scene, clip: Clip, frame: Size) -> Size:
    """Return the pixels at which a clip is drawn in a film of size `frame`."""
    return frame if clip.place == "frame" else scaled_size(STAGE_FULL if scene.layout == "full" else STAGE, frame)


def clip_sides(scene: Scene, frame: Size) -> dict[str, Box]:
    """Return where the clips of the stage may be, by side; nothing where the scene has none."""
    stage = next((clip for clip in scene.clips if clip.place == "stage"), None)
    if stage is None:
        return {}
    w, h = clip_size(scene, stage, frame)
    edge, top = round(frame[0] * EDGE), (frame[1] - h) // 2
    lefts = {"centre": (frame[0] - w) // 2, "left": edge, "right": frame[0] - edge - w}
    return {side: box_of_pixels(x, top, w, h, frame) for side, x in lefts.items()}


def clip_places(scene: Scene, cues: tuple[ClipCue, ...], stage: Box | None, filmed: bool) -> tuple[ClipPlace, ...]:
    """Return every clip in its place: the whole frame, or `stage`, where it covers the footage if the scene is `filmed`."""
    clips = {clip.id: clip for clip in scene.clips}
    return tuple(
        ClipPlace(
            clip=cue.clip,
            box=FULL if clips[cue.clip].place == "frame" or stage is None else stage,
            start=cue.start,
            end=cue.end,
            covers=filmed and clips[cue.clip].place == "stage",
        )
        for cue in cues
    )


def clip_items(places: tuple[ClipPlace, ...], takes: Mapping[str, ClipTake]) -> list[ObstacleItem]:
    """Return what can be read on the clips, and what asks not to be covered, where it lies in the frame through time."""
    return [(box, start, end) for _, box, start, end in clip_sights(places, takes)]


def clip_sights(places: tuple[ClipPlace, ...], takes: Mapping[str, ClipTake]) -> Iterator[Sight]:
    """Yield the same with the words of each text."""
    for place in (place for place in places if place.clip in takes):
        moments = [
            (min(place.start + entry.time, place.end), [(piece.text.strip(), piece.box) for piece in entry.boxes])
            for entry in takes[place.clip].text
        ]
        for (text, box), start, end in presence_spans(moments, place.end):
            if end > start:
                yield text, box.within(place.box), start - FADE_SECONDS, end
