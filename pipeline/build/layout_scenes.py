"""Third stage of a build: when everything happens, what clips show of it, and where everybody and everything is.

Clips are drawn between the two: their frames depend on the narration's times, and the layout on the text in them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..base.clock import frame_at
from ..base.errors import FilmFinding, LecternError, SourceError
from ..base.geometry import Size
from ..base.picture import open_picture, seen_size
from ..capture.html.record import CLIP
from ..capture.html.request import ClipFault, ClipTake, clip_request
from ..episode.blocks import Clip
from ..episode.clip import clip_fault_finding
from ..episode.model import Scene
from ..episode.source import SCRIPT
from ..layout.clip_places import clip_size
from ..layout.model import SceneLayout
from ..layout.solve import lay_out
from ..timing.clip_cues import ClipCue, clip_cues
from ..timing.schedule import SceneSchedule, schedule
from .build import Build
from .record_takes import Recordings
from .take_scheduler import TakeHandle


@dataclass(frozen=True)
class ArrangedScene:
    """A scene of the film with its times and places, and its clips by clip id."""

    scene: Scene
    schedule: SceneSchedule
    layout: SceneLayout
    clips: Mapping[str, TakeHandle[ClipTake]]

    @property
    def clip_takes(self) -> dict[str, ClipTake]:
        """The finished clips by clip id."""
        return {id: handle.take for id, handle in self.clips.items()}


def layout_scenes(build: Build, recordings: Recordings) -> tuple[ArrangedScene, ...]:
    """Schedule every scene, draw its clips, and lay it out so that nothing hides what it shows."""
    images = _image_sizes(build)
    schedules = tuple(schedule(scene, recordings.voices, recordings.captures, build.fps) for scene in build.scenes)
    clips = draw_clips(build, schedules)
    takes = {id: handle.take for id, handle in clips.items()}
    return tuple(
        ArrangedScene(
            scene=scene,
            schedule=times,
            layout=lay_out(scene, times, recordings.captures, build.episode, build.theme, images, takes),
            clips={clip.id: clips[clip.id] for clip in scene.clips},
        )
        for scene, times in zip(build.scenes, schedules, strict=True)
    )


def _image_sizes(build: Build) -> dict[str, Size]:
    pictures = [overlay for scene in build.scenes for overlay in scene.overlays if overlay.kind == "image"]
    shown = [(overlay.file, overlay.line) for overlay in pictures]
    return {file: _image_size(build.episode.folder / file, line) for file, line in shown if file}


def _image_size(file: Path, line: int) -> Size:
    try:
        with open_picture(file) as image:
            return seen_size(image)
    except LecternError as error:
        raise SourceError(SCRIPT, line, str(error)) from error


# Clips


def draw_clips(build: Build, schedules: tuple[SceneSchedule, ...]) -> dict[str, TakeHandle[ClipTake]]:
    """Draw every clip for the frames in which it shows; by clip id. `schedules` are those of the build's scenes."""
    handles: dict[str, TakeHandle[ClipTake]] = {}
    for scene, times in zip(build.scenes, schedules, strict=True):
        cues = clip_cues(scene, times.marks, times.duration, times.fps)
        for clip, cue in zip(scene.clips, cues, strict=True):
            handles[clip.id] = _schedule_clip(build, scene, clip, cue, times)
    build.scheduler.make()
    return handles


def clip_faults(scenes: Iterable[Scene], clips: Mapping[str, ClipTake]) -> tuple[FilmFinding, ...]:
    """Return what is wrong with every clip that is replaced by a card in the film, with its scene and line."""
    pairs = ((scene, clip) for scene in scenes for clip in scene.clips)
    return tuple(
        _fault_finding(scene, clip, fault)
        for scene, clip in pairs
        if clip.id in clips and (fault := clips[clip.id].fault)
    )


def _schedule_clip(build: Build, scene: Scene, clip: Clip, cue: ClipCue, times: SceneSchedule) -> TakeHandle[ClipTake]:
    frames = frame_at(cue.end, times.fps) - frame_at(cue.start, times.fps)
    marks = {name: time - cue.start for name, time in times.marks.items()}
    size = clip_size(scene, clip, build.size)
    request = clip_request(build.episode, scene, clip, build.theme, size, frames, marks)
    return build.scheduler.want(CLIP, request, f'scene "{scene.id}": clip ({SCRIPT}:{clip.line})')


def _fault_finding(scene: Scene, clip: Clip, fault: ClipFault) -> FilmFinding:
    """Return the fault at its line of the script if it is in the block's own HTML, else at the block's first line."""
    inside = clip.html and fault.line and not fault.file
    line = clip.html_line + fault.line - 1 if inside else clip.line
    where = f" ({fault.file}:{fault.line})" if fault.file and fault.line else ""
    return clip_fault_finding(scene.id, line, f"{fault.message}{where}")
