"""`lectern avatar`: a scene's narrators alone, as transparent clips."""

from pathlib import Path

from ..model import Frozen
from .arranging import arrange
from .costs import Agree, refuse
from .production import blender_of, opened, workshop
from .recording import record
from .staging import stage_narrators
from .themes import theme_of
from .voice import scenes_called
from .workshop import Listener


class NarratorClip(Frozen):
    """A narrator's clip: `file` is relative to the episode, `pixels` its width and height."""

    scene: str
    character: str
    side: str
    mirrored: bool
    pixels: int
    seconds: float
    file: str


def avatar(
    folder: Path, *, scene: str | None = None, config: Path | None = None, trusted: bool = False,
    listen: Listener = lambda summary: None, agree: Agree = refuse,
) -> tuple[NarratorClip, ...]:  # fmt: skip
    """Makes the narrators of one scene, or of all, at the size and side where they stand in the film.

    They make room for what is captured, so the scene's captures are made, too; the film is not.
    """
    episode = opened(folder, config, trusted)
    scenes, theme = scenes_called(episode, scene), theme_of(episode)
    with workshop(episode, config, listen, agree) as shop:
        recordings = record(shop, episode, scenes, theme)
        arranged = arrange(shop, episode, scenes, recordings, theme)
        files = stage_narrators(shop, episode, theme, recordings, arranged, blender_of(episode)[1])
    places = {(a.scene.id, p.character): (p, a.schedule.duration) for a in arranged for p in a.layout.narrators}
    return tuple(
        NarratorClip(
            scene=id, character=who, side="left" if place.box.centre[0] < 0.5 else "right", mirrored=place.mirrored,
            pixels=place.pixels, seconds=seconds, file=files[id, who],
        )
        for (id, who), (place, seconds) in places.items()
    )  # fmt: skip
