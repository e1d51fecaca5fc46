"""`lectern avatar`: a scene's narrators alone, as transparent clips."""

from pathlib import Path
from typing import Unpack

from ..base.frozen import Frozen
from ..build.build import BuildOptions
from ..build.layout_scenes import layout_scenes
from ..build.pipeline import open_build
from ..build.record_takes import record_takes
from ..build.render_takes import render_narrators


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
    folder: Path,
    *,
    scene: str | None = None,
    **options: Unpack[BuildOptions],
) -> tuple[NarratorClip, ...]:
    """Make the narrators of one scene, or of all, at the size and side that they have in the film.

    They make room for what is captured, so the scene's captures are made, too; the film is not. Raises as `build` does.
    """
    with open_build(folder, **options, scene=scene) as build:
        recordings = record_takes(build)
        scenes = layout_scenes(build, recordings)
        files = render_narrators(build, recordings, scenes)
    places = {(s.scene.id, p.character): (p, s.schedule.duration) for s in scenes for p in s.layout.narrators}
    return tuple(
        NarratorClip(
            scene=id,
            character=character,
            side="left" if place.box.centre[0] < 0.5 else "right",
            mirrored=place.mirrored,
            pixels=place.pixels,
            seconds=seconds,
            file=files[id, character],
        )
        for (id, character), (place, seconds) in places.items()
    )
