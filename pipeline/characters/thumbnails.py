"""Small pictures of the characters, drawn once and kept with the episode's state."""

import json
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageOps

from ..avatar.artwork import read_artwork
from ..avatar.drawing import Figure
from ..avatar.pose import REST
from ..avatar.rig import Rig
from ..base.episode_paths import EpisodePaths
from ..base.errors import LecternError
from ..base.files import digest, replacing
from ..base.picture import open_picture, seen
from .cards import CharacterCard

PIXELS = 128
VERSION = 2
"""Raised when they are drawn differently."""

FACE = (0.14, 0.08, 0.86, 0.80)
"""What is seen of a bust, in fractions of its canvas: the head, large enough to be known at a row's height."""


def draw_thumbnails(folder: Path, cards: Sequence[CharacterCard]) -> dict[str, Path]:
    """Draw what is missing of the thumbnails of `cards` (square PNGs); return the file of each, by the character's id.

    A character without a portrait, or whose portrait can't be read, is left out. Pictures of former looks are deleted.
    """
    wanted = {card.id: file for card in cards if (file := thumbnail_file(folder, card))}
    for card in (card for card in cards if card.id in wanted and not wanted[card.id].exists()):
        if picture := _picture(card):
            with replacing(wanted[card.id], inside=None) as draft:
                picture.save(draft, "PNG")
    for file in set(_cache_folder(folder).glob("*.png")) - set(wanted.values()):
        file.unlink(missing_ok=True)
    return {id: file for id, file in wanted.items() if file.exists()}


def thumbnail_file(folder: Path, card: CharacterCard) -> Path | None:
    """Return the file of a character's thumbnail, drawn or not: another when its looks change. None without a portrait."""
    portrait = Path(card.portrait)
    if not card.portrait or not portrait.is_file():
        return None
    state = portrait.stat()
    looks = [VERSION, card.portrait, state.st_mtime_ns, state.st_size, sorted(card.palette.items())]
    return _cache_folder(folder) / f"{card.id}-{digest(json.dumps(looks), 16)}.png"


def _cache_folder(folder: Path) -> Path:
    return EpisodePaths(folder=folder).state / "thumbnails"


def _picture(card: CharacterCard) -> Image.Image | None:
    try:
        return _draw_card(card) if card.drawn else _crop_photograph(card)
    except LecternError:  # `lectern character test` names the fault
        return None


def _draw_card(card: CharacterCard) -> Image.Image:
    artwork = read_artwork(card.portrait, card.palette.items())
    left, top, right, _ = _face_of(artwork.rig, artwork.canvas) if artwork.rig else FACE
    whole = round(PIXELS / (right - left))
    figure = Figure(artwork, whole)
    place = (round(left * whole), round(top * whole))
    return figure.draw(REST).crop((*place, place[0] + PIXELS, place[1] + PIXELS))


def _face_of(rig: Rig, canvas: int) -> tuple[float, float, float, float]:
    """Return the box around the round picture of a figure with arms, in fractions of its canvas."""
    x, y, radius = (n / canvas for n in rig.bubble)
    return x - radius, y - radius, x + radius, y + radius


def _crop_photograph(card: CharacterCard) -> Image.Image:
    with open_picture(Path(card.portrait)) as photograph:
        return ImageOps.fit(seen(photograph), (PIXELS, PIXELS), centering=(0.5, 0.2))
