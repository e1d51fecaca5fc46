"""Small pictures of the characters, drawn once and kept in the episode's `.lectern/thumbnails/`."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from ..avatar.artwork import read_artwork
from ..avatar.drawing import Figure
from ..avatar.pose import REST
from ..errors import LecternError
from .characters import CharacterCard
from .places import Places

PIXELS = 128
VERSION = 1
"""Raised when they are drawn differently."""

FACE = (0.14, 0.08, 0.86, 0.80)
"""What is seen of a drawing, in fractions of its canvas: the head, large enough to be known at a row's height."""


def draw_thumbnails(folder: Path, cards: Sequence[CharacterCard]) -> dict[str, Path]:
    """Draws what is missing of the thumbnails of `cards` (square PNGs); the file of each, by the character's id.

    A character without a portrait, or whose portrait can't be read, is left out. Pictures of former looks are deleted.
    """
    wanted = {card.id: file for card in cards if (file := thumbnail_file(folder, card))}
    for card in (card for card in cards if card.id in wanted and not wanted[card.id].exists()):
        if picture := _picture(card):
            _write(picture, wanted[card.id])
    for file in set(_home(folder).glob("*.png")) - set(wanted.values()):
        file.unlink(missing_ok=True)
    return {id: file for id, file in wanted.items() if file.exists()}


def thumbnail_file(folder: Path, card: CharacterCard) -> Path | None:
    """Where the thumbnail of a character lies, drawn or not: another file when its looks change. None: no portrait."""
    portrait = Path(card.portrait)
    if not card.portrait or not portrait.is_file():
        return None
    state = portrait.stat()
    looks = [VERSION, card.portrait, state.st_mtime_ns, state.st_size, sorted(card.palette.items())]
    digest = hashlib.sha256(json.dumps(looks).encode()).hexdigest()
    return _home(folder) / f"{card.id}-{digest[:16]}.png"


def _home(folder: Path) -> Path:
    return Places(folder=folder.resolve()).database.with_name("thumbnails")


def _picture(card: CharacterCard) -> Image.Image | None:
    try:
        return _drawn(card) if card.drawn else _photographed(card)
    except (LecternError, UnidentifiedImageError, OSError):  # `lectern character test` names the fault
        return None


def _drawn(card: CharacterCard) -> Image.Image:
    left, top, right, bottom = FACE
    whole = round(PIXELS / (right - left))
    figure = Figure(read_artwork(card.portrait, card.palette.items()), whole)
    place = (round(left * whole), round(top * whole))
    return figure.draw(REST).crop((*place, place[0] + PIXELS, place[1] + PIXELS))


def _photographed(card: CharacterCard) -> Image.Image:
    with Image.open(card.portrait) as photograph:
        return ImageOps.fit(photograph.convert("RGBA"), (PIXELS, PIXELS), centering=(0.5, 0.2))


def _write(picture: Image.Image, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".new")
    picture.save(draft, "PNG")
    draft.replace(file)
