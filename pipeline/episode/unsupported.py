"""Blocks that are read and checked now and made later (shot), and those that don't exist."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from ..base.audio import require_sound
from ..base.errors import FaultDetails, LecternError, SourceError
from ..base.picture import require_whole
from .capture_block import Capture
from .errors import list_names
from .model import Episode, Scene
from .source import BLOCKS, SCRIPT
from .synonyms import block_advice


def refuse_unsupported(episode: Episode) -> tuple[SourceError, ...]:
    """Return everything in the enabled scenes that is well written but can't be made: not yet, or its picture or sound can't be read."""
    scenes = [scene for scene in episode.scenes if scene.enabled]
    faults = (fault for scene in scenes for fault in _not_yet(scene))
    pictures = (fault for scene in scenes for fault in _unreadable_pictures(scene, episode.folder))
    sounds = (fault for scene in scenes for fault in _unreadable_sounds(scene, episode.folder))
    return (*(SourceError(SCRIPT, line, f"not yet: {what}") for line, what in sorted(faults)), *pictures, *sounds)


def _unreadable_sounds(scene: Scene, folder: Path) -> Iterator[SourceError]:
    for music in (music for music in scene.music if music.file):
        try:
            require_sound(folder / music.file)
        except LecternError as error:
            yield SourceError(SCRIPT, music.line, str(error), FaultDetails(found=music.file))


def _unreadable_pictures(scene: Scene, folder: Path) -> Iterator[SourceError]:
    for overlay in scene.overlays:
        if overlay.kind == "image" and overlay.file:
            try:
                require_whole(folder / overlay.file)
            except LecternError as error:
                moving = Path(overlay.file).suffix.lower() in (".mp4", ".mov", ".webm", ".mkv", ".avi", ".m4v")
                message = f"{overlay.file} is a video, and an image is a picture; a video is shown by a capture block with kind: footage"
                yield SourceError(
                    SCRIPT, overlay.line, message if moving else str(error), FaultDetails(found=overlay.file)
                )


def refuse_captures(scenes: Iterable[Scene]) -> tuple[SourceError, ...]:
    """Return what of the captures of `scenes` can't be recorded yet."""
    faults = (fault for scene in scenes for capture in scene.captures for fault in _not_yet_captured(capture))
    return tuple(SourceError(SCRIPT, line, f"not yet: {what}") for line, what in sorted(faults))


def _not_yet(scene: Scene) -> Iterator[tuple[int, str]]:
    for capture in scene.captures:
        yield from _not_yet_captured(capture)
    for shot in scene.shots:
        yield shot.line, 'a "shot" block can\'t be made; take it out, or make it a note block for now'


def _not_yet_captured(capture: Capture) -> Iterator[tuple[int, str]]:
    if capture.goal is not None and not capture.steps:
        yield capture.line, f'the steps to the goal "{capture.goal}" are not worked out; run: lectern rehearse'


def unknown_block(name: str, line: int) -> SourceError:
    """Return the fault of a fenced block with such a name."""
    allowed = FaultDetails(found=name, allowed=BLOCKS)
    exist = f"there are: {list_names(BLOCKS)}"
    if not name:
        code = 'code is shown by an overlay block of "kind: code"'
        return SourceError(SCRIPT, line, f"this fenced block does not say what it is; {exist} ({code})", allowed)
    first = name.split()[0]
    if first in BLOCKS:
        message = f'"{name}": write only "{first}" after the fence; the rest belongs in the block'
        return SourceError(SCRIPT, line, message, replace(allowed, instead=first))
    advice, instead = block_advice(first, BLOCKS)
    message = f'there is no "{name}" block{advice}{"" if advice.startswith(":") else f"; {exist}"}'
    return SourceError(SCRIPT, line, message, replace(allowed, instead=instead))
