"""A character is deleted, unless somebody still speaks with it."""

import shlex
from pathlib import Path

from ..base.errors import LecternError
from ..base.files import inside_of, remove_file
from ..episode.characters import Character
from ..episode.folder import characters_in, read_episode
from ..episode.source import SCRIPT, shown_path
from .cards import CharacterCard, card_of, character_called, portrait_of, used_character_ids


def remove_character(folder: Path, id: str, *, config: Path | None = None) -> tuple[Path, ...]:
    """Delete a character of the episode (or, where `folder` is a studio, of the studio); return the deleted files.

    Its drawing goes with it unless somebody else looks like that. Raises LecternError, and deletes nothing, while an
    episode in `folder` needs the character.
    """
    folder = folder.resolve()
    found = character_called(id, folder, config)
    _refuse_removal(card_of(found, folder), folder, config)
    files = (Path(found.file), *_drawing_of_its_own(found, folder, config))
    for file in files:
        remove_file(file, inside=inside_of(file, folder))
    return files


def _refuse_removal(card: CharacterCard, folder: Path, config: Path | None) -> None:
    if card.home == "lectern":
        raise LecternError(f"{card.name} is Lectern's own and can't be removed")
    if card.home == "studio":
        home = Path(card.file).parents[1]
        way_out = f"lectern character remove {card.id} {shlex.quote(str(home))}"
        raise LecternError(f"{card.name} is the studio's, for all its episodes. To remove it from there: {way_out}")
    for script in sorted(folder.rglob(SCRIPT)):
        episode = read_episode(script.parent, config)
        same = any(c.id == card.id and Path(c.file) == Path(card.file) for c in episode.characters)
        if same and card.id in used_character_ids(episode):
            way_out = f"lectern character replace WHO {shlex.quote(str(script.parent))} --for {card.id}"
            where = shown_path(script, folder)
            raise LecternError(f"{where} needs {card.name}. Let somebody else speak first: {way_out}")


def _drawing_of_its_own(character: Character, folder: Path, config: Path | None) -> tuple[Path, ...]:
    """Return the portrait beside its file, if no other character has it."""
    drawing = portrait_of(character, folder)
    if drawing is None or drawing.parent != Path(character.file).resolve().parent:
        return ()
    others = [c for c in characters_in(folder, config) if c.id != character.id]
    return () if drawing in [portrait_of(c, folder) for c in others] else (drawing,)
