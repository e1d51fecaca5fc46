"""Pictures in pages and clips that the film would show in part, or not at all: a browser draws what it can, and says nothing."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ..base.errors import FaultDetails, LecternError, SourceError
from ..base.picture import require_whole
from ..capture.html.request import clip_files
from ..capture.request import page_files
from ..episode.model import Episode, Scene
from ..episode.source import SCRIPT

_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".avif")
"""What browsers show, and Lectern can decode as they do. An SVG of a page may be more than a picture."""


def damaged_pictures(episode: Episode) -> Iterator[SourceError]:
    """Yield what is said of the pictures of clips and of the episode's own pages that can't be decoded as a whole."""
    for scene in (scene for scene in episode.scenes if scene.enabled):
        for file, line in _used(episode.folder, scene).items():
            if file.suffix.lower() not in _PICTURES or file.is_symlink() or not file.is_file():
                continue
            name = file.resolve().relative_to(episode.folder.resolve()).as_posix()
            try:
                require_whole(file, name)
            except LecternError as error:
                yield SourceError(SCRIPT, line, str(error), FaultDetails(found=name))


def _used(folder: Path, scene: Scene) -> dict[Path, int]:
    """Return the files that the clips and pages of a scene may show, each with the line of its block or step."""
    used: dict[Path, int] = {}
    for clip in scene.clips:
        with suppress(OSError):  # a build says which file can't be read
            used |= {folder / name: clip.line for name in clip_files(folder, clip)}
    for capture in scene.captures:
        used |= page_files(folder, capture)
    return used
