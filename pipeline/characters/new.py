"""A new character: copied from another, or made of a layered SVG or a photograph."""

import json
from pathlib import Path

from ..avatar.artwork import read_artwork
from ..avatar.artwork_check import DrawingFault, faults
from ..base.errors import LecternError
from ..base.files import write_atomic, write_changed
from ..episode.characters import PHOTOGRAPHS
from ..episode.folder import settings_file
from ..episode.ids import IDENTIFIER
from .cards import character_called, portrait_of


def new_character(
    folder: Path,
    id: str,
    *,
    source: str = "ada",
    name: str | None = None,
    studio: bool = False,
    config: Path | None = None,
) -> tuple[Path, ...]:
    """Write a character into the episode's `characters/`, or with `studio` into the studio's; return its files.

    `source` is a character to copy, drawing and all, a layered SVG, or a photograph. Nothing that exists is overwritten.
    """
    place = _target_folder(folder.resolve(), studio, config)
    home = place / "characters"
    if not IDENTIFIER.fullmatch(id):
        raise LecternError(f'"{id}" is no id; use letters, digits and hyphens, as a script calls the character')
    fields, portrait = _copy_source(source, folder.resolve(), config)
    card, picture = home / f"{id}.json", home / f"{id}{portrait.suffix.lower() if portrait else ''}"
    for file in (card, picture):
        if file.exists():
            raise LecternError(f"{file} exists and is not overwritten. Choose another id, or delete it.")
    named = {"name": name or id.replace("-", " ").title(), **({"portrait": picture.name} if portrait else {})}
    if portrait:
        write_atomic(picture, portrait.read_bytes(), inside=place)
    write_changed(card, json.dumps(named | fields, ensure_ascii=False, indent=2) + "\n", inside=place)
    return (card, picture) if portrait else (card,)


def _target_folder(folder: Path, studio: bool, config: Path | None) -> Path:
    if not studio:
        return folder
    file = config or settings_file(folder)
    if file is None:
        raise LecternError(f"{folder} is in no studio: a studio is a folder above it with a lectern.toml")
    return file.resolve().parent


def _copy_source(source: str, folder: Path, config: Path | None) -> tuple[dict[str, object], Path | None]:
    """Return what a new character's file says besides its name and portrait, and the portrait to copy."""
    if source.lower().endswith(".svg"):
        return _fields_of_drawing(Path(source)), Path(source)
    if source.lower().endswith(PHOTOGRAPHS):
        return _fields_of_photograph(Path(source)), Path(source)
    character = character_called(source, folder, config)
    fields = json.loads(Path(character.file).read_text("utf-8"))
    copied = {key: value for key, value in fields.items() if key not in ("name", "portrait")}
    return copied, portrait_of(character, folder)


def _fields_of_drawing(file: Path) -> dict[str, object]:
    found = faults(file) if file.is_file() else [DrawingFault(1, "there is no such file")]
    if found:
        lines = "\n  ".join(f"{file}:{fault.line}: {fault.message}" for fault in found)
        raise LecternError(f"{file} can't be a narrator yet:\n  {lines}")
    return {"facing": read_artwork(file).facing}


def _fields_of_photograph(file: Path) -> dict[str, object]:
    """Return fields with which it can appear at once; its lips move when the author chooses who does that."""
    if not file.is_file():
        raise LecternError(f"{file}: there is no such file")
    return {"facing": "right", "lipsync": "still"}
