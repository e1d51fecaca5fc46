"""Contact sheets: every mouth and a few looks of the characters, to be judged by eye."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from .artwork import SHAPES, read_artwork
from .drawing import Figure, Plates
from .performance import MOODS as MANNERS
from .pose import Pose

GROUNDS = ("#16213f", "#eceff6")
"""Dark and light, in turns."""

LOOKS = (
    Pose(lid=2),
    Pose(gaze_x=1, turn=0.8, brow=0.4),
    Pose("C", "C", tilt=2.5, dx=2, brow=1),
)


MOODS = tuple(Pose(brow=m.brow, slant=m.slant) for name, m in MANNERS.items() if name != "neutral")
LIDS = tuple(Pose(lid=lid) for lid in (1, 2, 3))
SIDES = tuple(Pose(gaze_x=x, turn=x, tilt=2.5 * x) for x in (-1.0, 1.0))
ALL = (*(Pose(shape, shape) for shape in SHAPES), *LIDS, *SIDES, *MOODS)
"""Everything that a drawing is made of."""

Drawing = tuple[Path, Sequence[tuple[str, str]]]
"""A drawing and its palette."""


def character_sheet(drawings: Sequence[Drawing], pixels: int = 240, columns: int = 6) -> Image.Image:
    """`ALL` poses of each drawing, to be judged before it is filmed; a drawing starts on a row of its own."""
    rows = -(-len(ALL) // columns)
    sheet = Image.new("RGB", (columns * pixels, rows * len(drawings) * pixels), GROUNDS[0])
    for number, (file, palette) in enumerate(drawings):
        figure = Figure(read_artwork(file, palette), pixels)
        for i, pose in enumerate(ALL):
            row, column = divmod(i, columns)
            place = (column * pixels, (number * rows + row) * pixels)
            sheet.paste(_on_ground(figure.draw(pose), GROUNDS[(row + column) % 2]), place)
    return sheet


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
        sheet.paste(_on_ground(picture, GROUNDS[(row + column) % 2]), (column * pixels, row * pixels))
    return sheet


def _on_ground(picture: Image.Image, ground: str) -> Image.Image:
    cell = Image.new("RGB", picture.size, ground)
    cell.paste(picture, (0, 0), picture)
    return cell
