"""Second stage of a build: when everything happens, what clips show of it, and where everybody stands."""

from collections.abc import Mapping
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from ..capture.html.request import ClipTake
from ..episode.model import Episode, Scene
from ..errors import SourceError
from ..geometry import Size
from ..layout.model import SceneLayout
from ..layout.solve import lay_out
from ..layout.theme import Theme
from ..model import Frozen
from ..timeline.schedule import SceneSchedule, schedule
from .clips import draw_clips
from .recording import Recordings
from .workshop import Workshop


class Arranged(Frozen):
    """A scene of the film with its times and places; `clips` and their videos (relative to the episode) by clip id."""

    scene: Scene
    schedule: SceneSchedule
    layout: SceneLayout
    clips: Mapping[str, ClipTake] = {}
    clip_sources: Mapping[str, str] = {}


def arrange(
    shop: Workshop, episode: Episode, scenes: tuple[Scene, ...], recordings: Recordings, theme: Theme
) -> tuple[Arranged, ...]:
    """Every scene scheduled, its clips drawn, and laid out so that nothing hides what they say."""
    images, fps = _image_sizes(episode.folder, scenes), episode.settings.film.fps
    schedules = tuple(schedule(scene, recordings.voices, recordings.captures, fps) for scene in scenes)
    drawn = draw_clips(shop, episode, scenes, schedules, theme)
    return tuple(
        Arranged(
            scene=scene,
            schedule=times,
            layout=lay_out(scene, times, recordings.captures, episode, theme, images, drawn.takes),
            clips={clip.id: drawn.takes[clip.id] for clip in scene.clips},
            clip_sources={clip.id: drawn.sources[clip.id] for clip in scene.clips},
        )
        for scene, times in zip(scenes, schedules, strict=True)
    )


def _image_sizes(folder: Path, scenes: tuple[Scene, ...]) -> dict[str, Size]:
    overlays = [overlay for scene in scenes for overlay in scene.overlays if overlay.file]
    return {overlay.file: _image_size(folder / overlay.file, overlay.line) for overlay in overlays}


def _image_size(file: Path, line: int) -> Size:
    try:
        with Image.open(file) as image:
            return image.size
    except (OSError, UnidentifiedImageError) as error:
        raise SourceError("script.md", line, f"{file.name} is no picture that can be read ({error})") from error
