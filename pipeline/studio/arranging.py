"""Second stage of a build: when everything happens and where everybody stands. Pure, given the recordings."""

from collections.abc import Mapping
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from ..episode.model import Episode, Scene
from ..errors import SourceError
from ..geometry import Size
from ..layout.model import SceneLayout
from ..layout.solve import lay_out
from ..layout.theme import Theme
from ..model import Frozen
from ..timeline.schedule import SceneSchedule, schedule
from .recording import Recordings


class Arranged(Frozen):
    """A scene of the film with its times and places."""

    scene: Scene
    schedule: SceneSchedule
    layout: SceneLayout


def arrange(
    episode: Episode, scenes: tuple[Scene, ...], recordings: Recordings, theme: Theme
) -> tuple[Arranged, ...]:
    """Every scene scheduled and laid out."""
    images = _image_sizes(episode.folder, scenes)
    return tuple(_arranged(episode, scene, recordings, theme, images) for scene in scenes)


def _arranged(
    episode: Episode, scene: Scene, recordings: Recordings, theme: Theme, images: Mapping[str, Size]
) -> Arranged:
    times = schedule(scene, recordings.voices, recordings.captures, episode.settings.film.fps)
    places = lay_out(scene, times, recordings.captures, episode, theme, images)
    return Arranged(scene=scene, schedule=times, layout=places)


def _image_sizes(folder: Path, scenes: tuple[Scene, ...]) -> dict[str, Size]:
    overlays = [overlay for scene in scenes for overlay in scene.overlays if overlay.file]
    return {overlay.file: _image_size(folder / overlay.file, overlay.line) for overlay in overlays}


def _image_size(file: Path, line: int) -> Size:
    try:
        with Image.open(file) as image:
            return image.size
    except (OSError, UnidentifiedImageError) as error:
        raise SourceError("script.md", line, f"{file.name} is no picture that can be read ({error})") from error
