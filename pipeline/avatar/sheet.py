"""Draws contact sheets of characters: every mouth and some poses, to be judged by eye."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from .artwork import SHAPES, read_artwork
from .drawing import Figure
from .performance import MANNERS
from .pose import Pose

GROUNDS = ("#16213f", "#eceff6")
"""Dark and light backgrounds, which alternate."""

MOODS = tuple(Pose(brow=m.brow, slant=m.slant, smile=m.smile) for name, m in MANNERS.items() if name != "neutral")
LIDS = tuple(Pose(lid=lid) for lid in (1, 2, 3))
SIDES = tuple(Pose(gaze_x=x, turn=x, tilt=2.5 * x) for x in (-1.0, 1.0))
ALL = (*(Pose(shape, shape) for shape in SHAPES), *LIDS, *SIDES, *MOODS)
"""Poses that show everything in a drawing."""

type PaintedDrawing = tuple[Path, Sequence[tuple[str, str]]]
"""A drawing and its palette."""


def character_sheet(drawings: Sequence[PaintedDrawing], pixels: int = 240, columns: int = 6) -> Image.Image:
    """Return a sheet with `ALL` poses of each drawing; each drawing starts on a row of its own."""
    rows = -(-len(ALL) // columns)
    sheet = Image.new("RGB", (columns * pixels, rows * len(drawings) * pixels), GROUNDS[0])
    for number, (file, palette) in enumerate(drawings):
        figure = Figure(read_artwork(file, palette), pixels)
        for i, pose in enumerate(ALL):
            row, column = divmod(i, columns)
            place = (column * pixels, (number * rows + row) * pixels)
            sheet.paste(_on_ground(figure.draw(pose), GROUNDS[(row + column) % 2]), place)
    return sheet


def _on_ground(picture: Image.Image, ground: str) -> Image.Image:
    cell = Image.new("RGB", picture.size, ground)
    cell.paste(picture, (0, 0), picture)
    return cell
