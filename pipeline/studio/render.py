"""render(): the film, or one scene of it, as a video."""

import os
import shutil
import time
from pathlib import Path

from ..errors import LecternError
from ..timeline.model import Timeline
from .build import BuildResult, build
from .costs import Agree, refuse
from .delivering import collect, compile_blend, want_parts
from .production import blender_of, opened, produce, workshop
from .workshop import Listener


def render(
    folder: Path, *, config: Path | None, trust: bool, scene: str | None, listen: Listener, agree: Agree = refuse
) -> BuildResult:
    """Renders the film, or scene `scene` alone (picture without sound, in renders/SCENE.mp4) for a quick look."""
    if scene is None:
        return build(folder, config=config, trust=trust, listen=listen, agree=agree)
    started = time.monotonic()
    episode = opened(folder, config, trust)
    with workshop(episode, config, listen, agree) as shop:
        production = produce(shop, episode)
        renderer, _, segment = blender_of(episode)
        timeline = production.timeline(collect(shop.places, renderer))
        _check_scene(timeline, scene)
        blocked = compile_blend(shop.places, timeline, renderer)
        wanted = want_parts(shop, episode, timeline, segment, only=scene).segments[scene]
        shop.make()
        film = _copy(shop.folder(wanted) / shop.result(wanted).video, shop.places.renders / f"{scene}.mp4")
        return BuildResult(
            film=film, made=shop.made, reused=shop.reused, findings=(*production.findings, *blocked),
            seconds=time.monotonic() - started, up_to_date=not shop.made,
        )  # fmt: skip


def _check_scene(timeline: Timeline, scene: str) -> None:
    scenes = [span.id for span in timeline.scenes]
    if scene not in scenes:
        raise LecternError(f'there is no scene "{scene}" in the film; its scenes are: {", ".join(scenes)}')


def _copy(source: Path, target: Path) -> Path:
    sibling = target.with_name(f".{target.name}.new")
    shutil.copyfile(source, sibling)
    os.replace(sibling, target)
    return target
