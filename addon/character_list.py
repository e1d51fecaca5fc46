"""The list of characters in the panel: rows, thumbnails and the sample of a voice that is playing."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import bpy
import bpy.utils.previews

from ..pipeline.base.errors import LecternError
from ..pipeline.characters.cards import used_character_ids
from ..pipeline.episode.model import Episode
from .properties import LecternCharacter, LecternPanel
from .reading import CharacterReading

_previews: list[Any] = []
"""Blender's collection of loaded thumbnails, by file; empty while Lectern is disabled."""

_requested: set[str] = set()
"""The thumbnails that were requested. A thumbnail that can't be drawn is not requested again."""

_playing: list[Any] = []
"""The sample that is playing."""


def fill_characters(panel: LecternPanel, episode: Episode, characters: Iterable[CharacterReading]) -> None:
    """List the characters of `episode`. The selected character stays selected; at first it is the narrator."""
    index = panel.active_character
    selected = panel.characters[index].name if index < len(panel.characters) else ""
    panel.characters.clear()
    used = used_character_ids(episode)
    for character in characters:
        _fill_row(panel.characters.add(), character, episode, character.card.id in used)
    selected = selected if selected in panel.characters else episode.narrator
    panel.active_character = max(0, panel.characters.find(selected))


def needs_thumbnails(panel: LecternPanel) -> bool:
    """Return whether thumbnails are missing that were not requested yet, and count them as requested from now on."""
    missing = {row.thumbnail for row in panel.characters if row.thumbnail and not row.has_thumbnail} - _requested
    _requested.update(missing)
    return bool(missing)


def play(file: Path) -> None:
    """Play a sound file; a sample that is still playing stops. Raises LecternError if Blender has no sound output."""
    import aud

    stop_sample()
    try:
        _playing.append(aud.Device().play(aud.Sound(str(file)).cache()))
    except aud.error as error:
        raise LecternError(f"Blender can't play sound here: {error}") from error


def stop_sample() -> None:
    """Stop the sample that is playing."""
    while _playing:
        _playing.pop().stop()


def _fill_row(row: LecternCharacter, character: CharacterReading, episode: Episode, is_used: bool) -> None:
    card = character.card
    row.name, row.title, row.home, row.file = card.id, card.name, card.home, card.file
    row.is_narrator, row.is_used = card.id == episode.narrator, is_used
    row.line_count = sum(line.speaker == card.id for scene in episode.scenes if scene.enabled for line in scene.lines)
    row.voice = f"{card.provider} {card.voice}"
    row.reaches_out = character.reaches_out
    if character.thumbnail:
        row.thumbnail, row.has_thumbnail = str(character.thumbnail), character.has_thumbnail
        row.icon = icon_of(character.thumbnail) if row.has_thumbnail else 0


def icon_of(file: Path) -> int:
    """Return Blender's icon number of a picture, which is read when it is first drawn; 0 while Lectern is disabled."""
    if not _previews:
        return 0
    (collection,) = _previews
    return int((collection.get(str(file)) or collection.load(str(file), str(file), "IMAGE")).icon_id)


def register() -> None:
    """Create the collection of thumbnails."""
    _previews.append(bpy.utils.previews.new())


def unregister() -> None:
    """Free the thumbnails and stop the sample."""
    stop_sample()
    _requested.clear()
    bpy.utils.previews.remove(_previews.pop())
