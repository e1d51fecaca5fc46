"""Characters: who there is, a new one, another narrator, and whether a drawing can speak."""

import json
import re
import shutil
from pathlib import Path
from typing import Literal

from ..avatar.artwork import read_artwork
from ..avatar.checking import faults
from ..avatar.sheet import character_sheet
from ..avatar.sources import drawing_file, name_of
from ..episode.characters import BUILT_IN, read_characters
from ..episode.folder import character_folders, settings_file
from ..episode.ids import IDENTIFIER
from ..episode.model import Character
from ..episode.source import shown_path
from ..errors import LecternError
from ..model import Frozen
from .delivering import write
from .say import character_called

SHEET = "characters.png"


class CharacterCard(Frozen):
    """A character as a person wants to see it: `home` is whose it is, `drawing` the SVG's file."""

    id: str
    name: str
    home: Literal["lectern", "studio", "episode"]
    file: str
    drawing: str
    facing: Literal["left", "right"]
    mirror: bool
    side: str
    size: float | None
    provider: str
    voice: str
    settings: dict[str, str]
    palette: dict[str, str]
    prompt: str


class Tested(Frozen):
    """What was found in the drawings (`file:line: …`, none if all is well), how many there are, and their contact sheet."""

    faults: tuple[str, ...]
    drawings: int
    sheet: str | None


def characters(folder: Path, config: Path | None = None) -> tuple[CharacterCard, ...]:
    """The characters of the episode (or the studio) in `folder`, of the studios above it, and Lectern's own."""
    folder = folder.resolve()
    return tuple(_card(c, folder) for c in read_characters(character_folders(folder, config), folder))


def character(id: str, folder: Path, config: Path | None = None) -> CharacterCard:
    """The character called `id` where `folder` is."""
    return _card(character_called(id, folder.resolve(), config), folder.resolve())


def new_character(
    folder: Path, id: str, *, source: str = "ada", name: str | None = None, studio: bool = False, config: Path | None = None
) -> tuple[Path, ...]:
    """Writes a character into the episode's `characters/`, or with `studio` into the studio's; returns its files.

    `source` is a character to copy, drawing and all, or a layered SVG. Nothing that exists is overwritten.
    """
    home = _home(folder.resolve(), studio, config) / "characters"
    if not IDENTIFIER.fullmatch(id):
        raise LecternError(f'"{id}" is no id; use letters, digits and hyphens: a script calls the character so')
    card, drawing = home / f"{id}.json", home / f"{id}.svg"
    for file in (file for file in (card, drawing) if file.exists()):
        raise LecternError(f"{file} exists; it is not overwritten. Take another id, or delete it")
    values, artwork = _copied(source, folder.resolve(), config)
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(artwork, drawing)
    values |= {"name": name or id.replace("-", " ").title(), "portrait": drawing.name}
    write(card, json.dumps(values, ensure_ascii=False, indent=2) + "\n")
    return card, drawing


def check_characters(target: Path, sheet: Path | None = None, config: Path | None = None) -> Tested:
    """Looks for faults in a drawing, or in the drawings of all characters of the episode in `target`; draws them as a sheet.

    The sheet is written to `sheet`; without it, beside the drawing or into the episode's `renders/`.
    """
    if not target.exists():
        raise LecternError(f"There is no {target}: name an episode's folder, or a layered SVG.")
    cast = read_characters(character_folders(target.resolve(), config), target.resolve()) if target.is_dir() else ()
    drawings = {drawing_of(c, target.resolve()): c for c in cast} if cast else {target: None}
    said = [f"{_shown(file)}:{fault.line}: {fault.message}" for file in drawings for fault in faults(file)]
    said += [fault for c in cast for fault in _of_character(c, target.resolve())]
    whole = [(file, c.palette if c else ()) for file, c in drawings.items() if not any(s.startswith(f"{_shown(file)}:") for s in said)]
    out = sheet or (target / "renders" / SHEET if target.is_dir() else target.with_suffix(".sheet.png"))
    if whole:
        out.parent.mkdir(parents=True, exist_ok=True)
        character_sheet(whole).save(out)
    return Tested(faults=tuple(said), drawings=len(drawings), sheet=str(out) if whole else None)


def drawing_of(character: Character, episode: Path) -> Path:
    """The SVG of a drawn character."""
    return drawing_file(name_of(character.portrait, Path(character.file), episode), episode).resolve()


def _card(character: Character, folder: Path) -> CharacterCard:
    file = Path(character.file)
    own = file.resolve().is_relative_to(folder)
    return CharacterCard(
        **character.model_dump(exclude={"file", "portrait", "settings", "palette"}),
        home="lectern" if file.parent == BUILT_IN else "episode" if own else "studio",
        file=str(file),
        drawing=str(drawing_of(character, folder)),
        settings=dict(character.settings),
        palette=dict(character.palette),
    )


def _home(folder: Path, studio: bool, config: Path | None) -> Path:
    if not studio:
        return folder
    file = config or settings_file(folder)
    if file is None:
        raise LecternError(f"{folder} is in no studio: a studio is a folder above it with a lectern.toml")
    return file.resolve().parent


def _copied(source: str, folder: Path, config: Path | None) -> tuple[dict[str, object], Path]:
    """What a new character's file says besides its name, and the drawing to copy."""
    if source.lower().endswith(".svg"):
        file = Path(source)
        said = faults(file) if file.is_file() else []
        if not file.is_file() or said:
            way = "".join(f"\n  {file}:{fault.line}: {fault.message}" for fault in said) or " there is no such file"
            raise LecternError(f"{source} can't be a narrator yet:{way}")
        return {"facing": read_artwork(file).facing, "provider": "espeak", "voice": Character.model_fields["voice"].default}, file
    character = character_called(source, folder, config)
    kept = character.model_dump(mode="json", exclude={"id", "file", "name", "portrait"}, exclude_defaults=True)
    kept |= {key: dict(getattr(character, key)) for key in ("settings", "palette") if key in kept}
    return {"facing": character.facing, "provider": character.provider, "voice": character.voice, **kept}, drawing_of(character, folder)


def _of_character(character: Character, episode: Path) -> list[str]:
    """What its file says that does not fit its drawing."""
    file, drawing = shown_path(Path(character.file), episode), drawing_of(character, episode)
    if faults(drawing):
        return []
    try:
        facing = read_artwork(drawing, character.palette).facing
    except LecternError as error:
        return [f"{file}:1: {re.sub(r'^.*?: the', 'the', str(error))}"]
    if facing != character.facing:
        return [f'{file}:1: "facing" is {character.facing} here, and the drawing looks to the {facing}: write "{facing}"']
    return []


def _shown(file: Path) -> str:
    return shown_path(file, Path.cwd())
