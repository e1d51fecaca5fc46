"""The characters that an episode can use: who there is, where each comes from, and how each looks."""

from pathlib import Path
from typing import Any, Literal

from ..avatar.sources import drawing_file, name_of
from ..base.assets import OWN
from ..base.episode_paths import EpisodePaths
from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..episode.characters import BUILT_IN, Character
from ..episode.folder import characters_in
from ..episode.model import Episode
from ..episode.values import find_character
from ..jobs.take_file import CARD, is_whole, read_card
from ..services.policy import split_settings


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


def characters(folder: Path, *, config: Path | None = None) -> tuple[CharacterCard, ...]:
    """Return the characters of the episode (or the studio) in `folder`, of the studios above it, and Lectern's own."""
    folder = folder.resolve()
    return tuple(card_of(c, folder) for c in characters_in(folder, config))


def character_cards(episode: Episode) -> tuple[CharacterCard, ...]:
    """Return the characters of an episode that was read."""
    return tuple(card_of(c, episode.folder) for c in episode.characters)


def character(folder: Path, id: str, *, config: Path | None = None) -> CharacterCard:
    """Return the character called `id` (or by its name) in `folder`. Raises LecternError if there is none."""
    return card_of(character_called(id, folder.resolve(), config), folder.resolve())


def character_called(id: str, folder: Path, config: Path | None) -> Character:
    """Return the character called `id` (or by its name) in `folder`. Raises LecternError, with those there are, if none is."""
    known = characters_in(folder, config)
    found = find_character(known, id)
    if found is None:
        raise LecternError(f'There is no character "{id}"; there are: {", ".join(c.id for c in known)}')
    return found


def used_character_ids(episode: Episode) -> frozenset[str]:
    """Return the ids of those whom the script names: who narrates, who speaks, who is placed."""
    speak = {line.speaker for scene in episode.scenes for line in scene.lines}
    placed = {avatar.character for scene in episode.scenes for avatar in scene.avatars if avatar.character}
    return frozenset({episode.narrator, *speak, *placed})


def portrait_of(character: Character, episode: Path) -> Path | None:
    """Return the file of a character's drawing or photograph, None if it is generated."""
    if not character.portrait:
        return None
    return drawing_file(name_of(character.portrait, Path(character.file), episode), episode).resolve()


def is_drawn(character: Character) -> bool:
    """Return whether a character is a layered SVG."""
    return character.portrait.startswith(OWN) or character.portrait.lower().endswith(".svg")


def card_of(character: Character, folder: Path) -> CharacterCard:
    """Return a character as it is seen from the episode (or studio) in `folder`."""
    file = Path(character.file)
    own = file.resolve().is_relative_to(folder)
    shared = CharacterCard.model_fields.keys() - {"file", "portrait", "settings", "palette", "voice"}
    return CharacterCard(
        **character.model_dump(include=shared),
        home="lectern" if file.parent == BUILT_IN else "episode" if own else "studio",
        file=str(file),
        portrait=str(portrait_of(character, folder) or _generated(character, folder) or ""),
        drawn=is_drawn(character),
        voice=character.clone.name if character.clone else character.voice,
        settings=dict(character.settings),
        palette=dict(character.palette),
    )


def _generated(character: Character, episode: Path) -> Path | None:
    """Return the picture that was last generated for a character as its file describes it; None before that."""
    if not character.generate:
        return None
    cards = sorted(
        EpisodePaths(folder=episode).media.glob(f"portrait/*/{CARD}"), key=lambda card: -card.stat().st_mtime
    )
    settings = [list(pair) for pair in split_settings(character.generate.settings)[0]]
    wanted = (character.generate.provider, settings, character.prompt)
    takes = ((card, read_card(card.parent)) for card in cards if is_whole(card.parent))
    return next(
        (
            card.with_name(take["result"]["picture"])
            for card, take in takes
            if take and _generation_inputs(take["request"]) == wanted
        ),
        None,
    )


def _generation_inputs(request: dict[str, Any]) -> tuple[str, list[list[str]], str]:
    """Return by whom, with what settings and by what words a portrait was generated."""
    by = request["generate"] or {"provider": "", "settings": []}
    return by["provider"], by["settings"], request["prompt"]
