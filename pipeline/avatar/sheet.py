"""Contact sheets: every mouth and a few looks of the characters, to be judged by eye."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from .artwork import SHAPES, read_artwork
from .drawing import Figure, Plates
from .pose import Pose

GROUNDS = ("#16213f", "#eceff6")
"""Dark and light, in turns."""

LOOKS = (
    Pose(lid=2),
    Pose(gaze_x=1, turn=0.8, brow=0.4),
    Pose("C", "C", tilt=2.5, dx=2, brow=1),
)


def narrator_sheet(
    drawings: Sequence[Path], pixels: int, plates: Sequence[Plates | None] = (), columns: int = 6
) -> Image.Image:
    """All mouths and `LOOKS` of each drawing, `columns` in a row, each picture `pixels` square."""
    poses = [Pose(shape, shape) for shape in SHAPES] + list(LOOKS)
    laid = [*plates, *[None] * (len(drawings) - len(plates))]
    figures = [Figure(read_artwork(file), pixels, plate) for file, plate in zip(drawings, laid, strict=True)]
    pictures = [figure.draw(pose) for figure in figures for pose in poses]
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * pixels, rows * pixels), GROUNDS[0])
    for i, picture in enumerate(pictures):
        row, column = divmod(i, columns)
        cell = Image.new("RGB", picture.size, GROUNDS[(row + column) % 2])
        cell.paste(picture, (0, 0), picture)
        sheet.paste(cell, (column * pixels, row * pixels))
    return sheet
