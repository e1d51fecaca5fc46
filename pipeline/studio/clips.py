"""Clips of a build: drawn once the narration's times are known, before anything is laid out around them."""

from collections.abc import Mapping

from ..capture.html.record import CLIP
from ..capture.html.request import ClipFault, ClipTake, clip_request
from ..clock import frame_at
from ..episode.clip import cant_be_shown
from ..episode.model import Clip, Episode, Scene
from ..layout.clips import ClipCue, clip_cues, clip_size
from ..layout.theme import Theme
from ..model import Frozen
from ..timeline.schedule import SceneSchedule
from .workshop import Wanted, Workshop


class DrawnClips(Frozen):
    """`takes` by clip id, and their videos relative to the episode."""

    takes: Mapping[str, ClipTake] = {}
    sources: Mapping[str, str] = {}


def draw_clips(
    shop: Workshop, episode: Episode, scenes: tuple[Scene, ...], schedules: tuple[SceneSchedule, ...], theme: Theme
) -> DrawnClips:
    """Draws every clip of `scenes` for the frames in which it shows; `schedules` are those of the scenes."""
    wanted: dict[str, Wanted] = {}
    for scene, times in zip(scenes, schedules, strict=True):
        cues = clip_cues(scene, times.marks, times.duration, times.fps)
        for clip, cue in zip(scene.clips, cues, strict=True):
            wanted[clip.id] = _want(shop, episode, scene, clip, cue, times, theme)
    shop.make()
    takes = {id: shop.result(want) for id, want in wanted.items()}
    return DrawnClips(takes=takes, sources={id: f"{wanted[id].source}/{take.video}" for id, take in takes.items()})


def clip_faults(scenes: tuple[Scene, ...], clips: Mapping[str, ClipTake]) -> tuple[str, ...]:
    """Every clip that stands in the film as a card, with its scene, its line and what is wrong."""
    pairs = ((scene, clip) for scene in scenes for clip in scene.clips)
    return tuple(
        _said(scene, clip, fault) for scene, clip in pairs if clip.id in clips and (fault := clips[clip.id].fault)
    )


def _want(
    shop: Workshop, episode: Episode, scene: Scene, clip: Clip, cue: ClipCue, times: SceneSchedule, theme: Theme
) -> Wanted:
    film = episode.settings.film
    frames = frame_at(cue.end, times.fps) - frame_at(cue.start, times.fps)
    marks = {name: time - cue.start for name, time in times.marks.items()}
    size = clip_size(scene, clip, (film.width, film.height))
    request = clip_request(episode, scene, clip, theme, size, frames, marks)
    return shop.want(CLIP, request, f'scene "{scene.id}": clip (script.md:{clip.line})')


def _said(scene: Scene, clip: Clip, fault: ClipFault) -> str:
    """At the line of the script where the fault is, where it is in the block's own HTML; else at the block's."""
    inside = clip.html and fault.line and not fault.file
    line = clip.html_line + fault.line - 1 if inside else clip.line
    where = f" ({fault.file}:{fault.line})" if fault.file and fault.line else ""
    return cant_be_shown(scene.id, line, f"{fault.message}{where}")
