"""Characters: who there is, a new one, one less, and whether a drawing can speak."""

import json
import shlex
import shutil
from pathlib import Path
from typing import Any, Literal

from ..avatar.artwork import read_artwork
from ..avatar.checking import Fault, faults
from ..avatar.sheet import character_sheet
from ..avatar.sources import OWN, drawing_file, name_of
from ..episode.characters import BUILT_IN, read_characters
from ..episode.folder import character_folders, read_episode, settings_file
from ..episode.ids import IDENTIFIER
from ..episode.later import SCRIPT
from ..episode.model import PHOTOGRAPHS, Character, Episode
from ..episode.source import shown_path
from ..errors import LecternError, SourceError
from ..jobs.takes import CARD
from ..model import Frozen
from ..services.dealings import told_apart
from .files import write
from .places import Places
from .voices import line_of

SHEET = "characters.png"

Looked = tuple[Path, tuple[tuple[str, str], ...], list[str]]
"""A drawing, its palette, and what was found in it."""


class CharacterCard(Frozen):
    """A character as a person wants to see it: `home` is whose it is, `portrait` the file of its picture."""

    id: str
    name: str
    home: Literal["lectern", "studio", "episode"]
    file: str
    portrait: str
    drawn: bool
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
    """What was found in the drawings (`file:line: …`), how many there are, and their contact sheet."""

    faults: tuple[str, ...]
    drawings: int
    sheet: str | None


def characters(folder: Path, config: Path | None = None) -> tuple[CharacterCard, ...]:
    """The characters of the episode (or the studio) in `folder`, of the studios above it, and Lectern's own."""
    folder = folder.resolve()
    return tuple(_card(c, folder) for c in read_characters(character_folders(folder, config), folder))


def cards_of(episode: Episode) -> tuple[CharacterCard, ...]:
    """The characters of an episode that was read."""
    return tuple(_card(c, episode.folder) for c in episode.characters)


def character(id: str, folder: Path, config: Path | None = None) -> CharacterCard:
    """The character called `id` where `folder` is."""
    return _card(character_called(id, folder.resolve(), config), folder.resolve())


def character_called(id: str, folder: Path, config: Path | None) -> Character:
    """The character called `id` (or by its name) in `folder`; LecternError, with those there are, if there is none."""
    characters = read_characters(character_folders(folder, config), folder)
    found = next((c for c in characters if id.casefold() in (c.id.casefold(), c.name.casefold())), None)
    if found is None:
        raise LecternError(f'There is no character "{id}"; there are: {", ".join(c.id for c in characters)}')
    return found


def new_character(
    folder: Path, id: str, *, source: str = "ada", name: str | None = None, studio: bool = False,
    config: Path | None = None,
) -> tuple[Path, ...]:
    """Writes a character into the episode's `characters/`, or with `studio` into the studio's; returns its files.

    `source` is a character to copy, drawing and all, a layered SVG, or a photograph. Nothing that exists is overwritten.
    """
    home = _home(folder.resolve(), studio, config) / "characters"
    if not IDENTIFIER.fullmatch(id):
        raise LecternError(f'"{id}" is no id; use letters, digits and hyphens: a script calls the character so')
    values, portrait = _copied(source, folder.resolve(), config)
    card, picture = home / f"{id}.json", home / f"{id}{portrait.suffix.lower() if portrait else ''}"
    for file in (file for file in (card, picture) if file.exists()):
        raise LecternError(f"{file} exists; it is not overwritten. Take another id, or delete it")
    home.mkdir(parents=True, exist_ok=True)
    named = {"name": name or id.replace("-", " ").title(), **({"portrait": picture.name} if portrait else {})}
    if portrait:
        shutil.copyfile(portrait, picture)
    write(card, json.dumps(named | values, ensure_ascii=False, indent=2) + "\n")
    return (card, picture) if portrait else (card,)


def remove_character(folder: Path, id: str, config: Path | None = None) -> tuple[Path, ...]:
    """Deletes a character of the episode's (or, where `folder` is a studio, of the studio's) own; the files that went.

    Its drawing goes with it unless somebody else looks like that. LecternError, and nothing is deleted, while an
    episode in `folder` needs the character.
    """
    folder = folder.resolve()
    found = character_called(id, folder, config)
    _refuse_removal(_card(found, folder), folder, config)
    files = (Path(found.file), *_drawing_of_its_own(found, folder, config))
    for file in files:
        file.unlink()
    return files


def cast_of(episode: Episode) -> frozenset[str]:
    """The ids of those whom the script names: who narrates, who speaks, who is placed."""
    speak = {line.speaker for scene in episode.scenes for line in scene.lines}
    placed = {avatar.character for scene in episode.scenes for avatar in scene.avatars if avatar.character}
    return frozenset({episode.narrator, *speak, *placed})


def check_characters(target: Path, sheet: Path | None = None, config: Path | None = None) -> Tested:
    """Looks for faults in a drawing, or in those of all characters of the episode in `target`; draws them as a sheet.

    The sheet is written to `sheet`; without it, beside the drawing or into the episode's `renders/`.
    """
    if not target.exists():
        raise LecternError(f"There is no {target}: name an episode's folder, or a layered SVG.")
    looked = _of_episode(target.resolve(), config) if target.is_dir() else [(target, (), _of_drawing(target))]
    whole = [(file, palette) for file, palette, said in looked if not said]
    out = sheet or (target / "renders" / SHEET if target.is_dir() else target.with_suffix(".sheet.png"))
    if whole:
        out.parent.mkdir(parents=True, exist_ok=True)
        character_sheet(whole).save(out)
    said = dict.fromkeys(fault for *_, found in looked for fault in found)
    return Tested(faults=tuple(said), drawings=len(looked), sheet=str(out) if whole else None)


def refuse_drawings(episode: Episode) -> tuple[SourceError, ...]:
    """What is wrong with the drawings of those whom the script names, and with the colours that they are given."""
    cast = [c for c in episode.characters if c.id in cast_of(episode) and _is_drawn(c)]
    return tuple(fault for c in cast if (fault := _drawing_fault(c, episode.folder)))


def _drawing_fault(character: Character, folder: Path) -> SourceError | None:
    file, drawing = Path(character.file), portrait_of(character, folder)
    try:
        read_artwork(drawing, character.palette)
    except LecternError as error:
        return SourceError(shown_path(file, folder), line_of(file, "palette"), str(error).replace(str(drawing), drawing.name))
    return None


def portrait_of(character: Character, episode: Path) -> Path | None:
    """The file of a character's drawing or photograph, None where it is generated."""
    if not character.portrait:
        return None
    return drawing_file(name_of(character.portrait, Path(character.file), episode), episode).resolve()


def _generated(character: Character, episode: Path) -> Path | None:
    """The picture that was last generated for a character as its file describes it; None before that."""
    if not character.generate:
        return None
    cards = sorted(Places(folder=episode).media.glob(f"portrait/*/{CARD}"), key=lambda card: -card.stat().st_mtime)
    settings = [list(pair) for pair in told_apart(character.generate.settings)[0]]
    wanted = (character.generate.provider, settings, character.prompt)
    takes = ((card, json.loads(card.read_text("utf-8"))) for card in cards)
    return next((card.with_name(take["result"]["picture"]) for card, take in takes if _asked(take["request"]) == wanted), None)


def _asked(request: dict[str, Any]) -> tuple[str, list[list[str]], str]:
    """By whom, with what settings and by what words a portrait was generated."""
    by = request["generate"] or {"provider": "", "settings": []}
    return by["provider"], by["settings"], request["prompt"]


def _is_drawn(character: Character) -> bool:
    return character.portrait.startswith(OWN) or character.portrait.lower().endswith(".svg")


def _card(character: Character, folder: Path) -> CharacterCard:
    file = Path(character.file)
    own = file.resolve().is_relative_to(folder)
    shared = CharacterCard.model_fields.keys() - {"file", "portrait", "settings", "palette"}
    return CharacterCard(
        **character.model_dump(include=shared),
        home="lectern" if file.parent == BUILT_IN else "episode" if own else "studio",
        file=str(file),
        portrait=str(portrait_of(character, folder) or _generated(character, folder) or ""),
        drawn=_is_drawn(character),
        settings=dict(character.settings),
        palette=dict(character.palette),
    )


def _refuse_removal(card: CharacterCard, folder: Path, config: Path | None) -> None:
    if card.home == "lectern":
        raise LecternError(f"{card.name} is Lectern's own and can't be removed")
    if card.home == "studio":
        home = Path(card.file).parents[1]
        way_out = f"lectern character remove {card.id} {shlex.quote(str(home))}"
        raise LecternError(f"{card.name} is the studio's, for all its episodes. To remove it from there: {way_out}")
    for script in sorted(folder.rglob(SCRIPT)):
        episode = read_episode(script.parent, config)
        meant = any(c.id == card.id and Path(c.file) == Path(card.file) for c in episode.characters)
        if meant and card.id in cast_of(episode):
            way_out = f"lectern character replace WHO {shlex.quote(str(script.parent))} --for {card.id}"
            where = shown_path(script, folder)
            raise LecternError(f"{where} needs {card.name}. Let somebody else speak first: {way_out}")


def _drawing_of_its_own(character: Character, folder: Path, config: Path | None) -> tuple[Path, ...]:
    """The portrait beside its file, if no other character has it."""
    drawing = portrait_of(character, folder)
    if drawing is None or drawing.parent != Path(character.file).resolve().parent:
        return ()
    others = [c for c in read_characters(character_folders(folder, config), folder) if c.id != character.id]
    return () if drawing in [portrait_of(c, folder) for c in others] else (drawing,)


def _home(folder: Path, studio: bool, config: Path | None) -> Path:
    if not studio:
        return folder
    file = config or settings_file(folder)
    if file is None:
        raise LecternError(f"{folder} is in no studio: a studio is a folder above it with a lectern.toml")
    return file.resolve().parent


def _copied(source: str, folder: Path, config: Path | None) -> tuple[dict[str, object], Path | None]:
    """What a new character's file says besides its name and portrait, and the portrait to copy."""
    if source.lower().endswith(".svg"):
        return _of_svg(Path(source)), Path(source)
    if source.lower().endswith(PHOTOGRAPHS):
        return _of_photograph(Path(source)), Path(source)
    character = character_called(source, folder, config)
    values = json.loads(Path(character.file).read_text("utf-8"))
    kept = {key: value for key, value in values.items() if key not in ("name", "portrait")}
    return kept, portrait_of(character, folder)


def _of_svg(file: Path) -> dict[str, object]:
    found = faults(file) if file.is_file() else [Fault(1, "there is no such file")]
    said = [f"{file}:{fault.line}: {fault.message}" for fault in found]
    if said:
        raise LecternError(f"{file} can't be a narrator yet:\n  " + "\n  ".join(said))
    return {"facing": read_artwork(file).facing, "provider": "espeak", "voice": Character.model_fields["voice"].default}


def _of_photograph(file: Path) -> dict[str, object]:
    """Such a one can appear at once; the lips move when the author chooses who does that."""
    if not file.is_file():
        raise LecternError(f"{file}: there is no such file")
    return {"facing": "right", "lipsync": "still", "provider": "espeak", "voice": Character.model_fields["voice"].default}


def _of_episode(folder: Path, config: Path | None) -> list[Looked]:
    cast = [c for c in read_characters(character_folders(folder, config), folder) if _is_drawn(c)]
    drawings = {c.id: portrait_of(c, folder) for c in cast}
    said = {file: _of_drawing(file) for file in set(drawings.values())}
    return [(drawings[c.id], c.palette, said[drawings[c.id]] or _of_character(c, drawings[c.id], folder)) for c in cast]


def _of_drawing(file: Path) -> list[str]:
    return [f"{shown_path(file, Path.cwd())}:{fault.line}: {fault.message}" for fault in faults(file)]


def _of_character(character: Character, drawing: Path, episode: Path) -> list[str]:
    """What its file says that does not fit its drawing."""
    file = shown_path(Path(character.file), episode)
    try:
        facing = read_artwork(drawing, character.palette).facing
    except LecternError as error:
        return [f"{file}:1: {str(error).removeprefix(f'{drawing}: ')}"]
    if facing != character.facing:
        return [f'{file}:1: "facing" is {character.facing} here, and the drawing looks to the {facing}: write "{facing}"']
    return []
