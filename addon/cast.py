"""The panel's characters: their rows and thumbnails, and how one of them sounds."""

from pathlib import Path
from typing import Any

import bpy
import bpy.utils.previews

from ..pipeline.episode.model import Character, Episode
from ..pipeline.errors import LecternError
from ..pipeline.studio.characters import CharacterCard, cards_of, cast_of
from ..pipeline.studio.thumbnails import thumbnail_file
from ..pipeline.voice.reach import Reach, reach_of
from .properties import LecternCharacter, LecternPanel

_previews: list[Any] = []
"""The pictures that Blender holds while Lectern is switched on: one collection, keyed by file."""

_asked: set[str] = set()
"""The thumbnails that were asked for; one that can't be drawn isn't asked for twice."""

_playing: list[Any] = []
"""The sample that is heard."""


def fill(panel: LecternPanel, episode: Episode) -> None:
    """Lists who can speak in `episode`, and chooses whom the person had chosen, else the narrator."""
    chosen = panel.cast[panel.member].name if panel.member < len(panel.cast) else ""
    panel.cast.clear()
    for card in cards_of(episode):
        _fill_row(panel.cast.add(), card, episode)
    panel.member = max(0, panel.cast.find(chosen if chosen in panel.cast else episode.narrator))


def to_draw(panel: LecternPanel) -> bool:
    """Whether thumbnails are missing that nobody was asked for; says so once."""
    missing = {row.thumbnail for row in panel.cast if row.thumbnail and not row.pictured} - _asked
    _asked.update(missing)
    return bool(missing)


def play(file: Path) -> None:
    """Plays a sound file, in place of the one that is heard; LecternError where Blender has no sound."""
    import aud

    hush()
    try:
        _playing.append(aud.Device().play(aud.Sound(str(file)).cache()))
    except aud.error as error:
        raise LecternError(f"Blender can't play sound here: {error}") from error


def hush() -> None:
    """Ends the sample that is heard."""
    while _playing:
        _playing.pop().stop()


def _fill_row(row: LecternCharacter, card: CharacterCard, episode: Episode) -> None:
    file = thumbnail_file(episode.folder, card)
    row.name, row.title, row.home, row.file = card.id, card.name, card.home, card.file
    row.narrates, row.needed = card.id == episode.narrator, card.id in cast_of(episode)
    row.lines = sum(line.speaker == card.id for scene in episode.scenes if scene.enabled for line in scene.lines)
    row.voice = f"{card.provider} {card.voice}"
    row.outside = _reaches_out(episode, episode.character(card.id))
    row.thumbnail, row.pictured = str(file or ""), bool(file and file.exists())
    row.icon = _icon(file) if row.pictured else 0


def _reaches_out(episode: Episode, character: Character) -> bool:
    try:
        return reach_of(episode, character) != Reach()
    except LecternError:  # a voice that is set wrongly: hearing it says how
        return False


def _icon(file: Path) -> int:
    """Blender's number of a picture, which it reads when it is first drawn; 0 without a window."""
    if not _previews:
        return 0
    (held,) = _previews
    return (held.get(str(file)) or held.load(str(file), str(file), "IMAGE")).icon_id


def register() -> None:
    _previews.append(bpy.utils.previews.new())


def unregister() -> None:
    hush()
    _asked.clear()
    bpy.utils.previews.remove(_previews.pop())
