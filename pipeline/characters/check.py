"""Faults in drawings: those that keep one from speaking, and a sheet that shows the others."""

from pathlib import Path
from typing import NamedTuple

from ..avatar.artwork import DrawingError, read_artwork
from ..avatar.artwork_check import faults
from ..avatar.sheet import character_sheet
from ..base.errors import LecternError, SourceError, place_of
from ..base.files import replacing
from ..base.frozen import Frozen
from ..episode.characters import Character
from ..episode.folder import characters_in
from ..episode.model import Episode
from ..episode.source import shown_path
from ..faces.portrait import read_portrait
from ..providers.episode_voices import line_of
from .cards import is_drawn, portrait_of, used_character_ids

SHEET = "characters.png"


class CharacterCheck(Frozen):
    """What was found in the drawings (`file:line: …`), how many there are, and their contact sheet."""

    faults: tuple[str, ...]
    drawings: int
    sheet: str | None


class CheckedDrawing(NamedTuple):
    """A drawing in a character's colours, and what is wrong with it (`file:line: …`)."""

    file: Path
    palette: tuple[tuple[str, str], ...]
    faults: list[str]


def check_characters(target: Path, output: Path | None = None, *, config: Path | None = None) -> CharacterCheck:
    """Look for faults in a drawing, or in those of all characters of the episode in `target`; draw them as a sheet.

    The sheet is written to `output`; without it, beside the drawing or into the episode's `renders/`.
    """
    if not target.exists():
        raise LecternError(f"There is no {target}: name an episode's folder, or a layered SVG.")
    whole_episode = target.is_dir()
    checked = _of_episode(target.resolve(), config) if whole_episode else [_of_file(target)]
    sound = [(drawing.file, drawing.palette) for drawing in checked if not drawing.faults]
    sheet = output or (target / "renders" / SHEET if whole_episode else target.with_suffix(".sheet.png"))
    if sound:
        with replacing(sheet, inside=target if whole_episode and not output else None) as draft:
            character_sheet(sound).save(draft)
    found = dict.fromkeys(fault for drawing in checked for fault in drawing.faults)
    return CharacterCheck(faults=tuple(found), drawings=len(checked), sheet=str(sheet) if sound else None)


def drawing_faults(episode: Episode) -> tuple[SourceError, ...]:
    """Return what is wrong with the drawings, and their colours, and the photographs of those whom the script names."""
    cast = [c for c in episode.characters if c.id in used_character_ids(episode)]
    return tuple(fault for c in cast if (fault := _drawing_fault(c, episode.folder)))


def _drawing_fault(character: Character, folder: Path) -> SourceError | None:
    drawing = portrait_of(character, folder)
    if drawing is None:
        return None
    try:
        if is_drawn(character):
            read_artwork(drawing, character.palette)
        else:
            read_portrait(drawing)
    except LecternError as error:
        file = Path(character.file)
        return SourceError(shown_path(file, folder), line_of(file, "palette"), _fault_message(error, drawing))
    return None


def _fault_message(error: LecternError, drawing: Path) -> str:
    """Return what is wrong with a drawing, which is called by its name alone."""
    if isinstance(error, SourceError):
        return f"{place_of(drawing.name, error.line)}: {error.message}"
    return f"{drawing.name}: {error.message}" if isinstance(error, DrawingError) else str(error)


def _of_file(file: Path) -> CheckedDrawing:
    shown = shown_path(file, Path.cwd())
    return CheckedDrawing(file, (), [f"{shown}:{fault.line}: {fault.message}" for fault in faults(file)])


def _of_episode(folder: Path, config: Path | None) -> list[CheckedDrawing]:
    cast = [c for c in characters_in(folder, config) if is_drawn(c)]
    drawn = [(c, drawing) for c in cast if (drawing := portrait_of(c, folder))]
    by_file = {file: _of_file(file).faults for file in {drawing for _, drawing in drawn}}
    return [
        CheckedDrawing(drawing, c.palette, by_file[drawing] or _character_faults(c, drawing, folder))
        for c, drawing in drawn
    ]


def _character_faults(character: Character, drawing: Path, episode: Path) -> list[str]:
    """Return what the character's file says that does not fit its drawing."""
    file = shown_path(Path(character.file), episode)
    try:
        facing = read_artwork(drawing, character.palette).facing
    except DrawingError as error:
        return [f"{file}:1: {error.message}"]
    if facing != character.facing:
        return [f'{file}:1: "facing" is {character.facing}, but the drawing looks to the {facing}: write "{facing}"']
    return []
