"""Draws contact sheets of characters: every mouth, looks, and what the arms do, to be judged by eye."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from .arm_moves import (
    BEAT,
    BEAT_OPEN,
    LEVEL,
    RAISED,
    SMALL,
    WAVE,
    WEIGH_DOWN,
    WEIGH_UP,
    aimed_arm,
    arm_on_side,
    on_canvas,
)
from .artwork import SHAPES, Artwork, read_artwork
from .drawing import Figure
from .performance import MANNERS, WEIGHT
from .pose import Pose
from .rig import Rig

GROUNDS = ("#16213f", "#eceff6")
"""Dark and light backgrounds, which alternate."""

MOODS = tuple(Pose(brow=m.brow, slant=m.slant, smile=m.smile) for name, m in MANNERS.items() if name != "neutral")
LIDS = tuple(Pose(lid=lid) for lid in (1, 2, 3))
SIDES = tuple(Pose(gaze_x=x, turn=x, tilt=2.5 * x) for x in (-1.0, 1.0))
ARM_MOVES = (
    *(
        Pose(near=near, far=far)
        for near, far in ((LEVEL, LEVEL), (BEAT.prepared, None), (BEAT.apex, None), (None, BEAT_OPEN.apex))
    ),
    *(Pose(near=stroke.apex) for stroke in (SMALL, *RAISED.values())),
    Pose(near=WEIGH_UP.apex, far=WEIGH_DOWN.apex, lean=WEIGHT),
    *(Pose(near=pose, smile=4, lean=-WEIGHT) for pose in WAVE),
)
"""What the arms do, besides pointing."""
POINTED = ((2.0, 0.0), (2.0, 0.35), (2.0, 0.6), (2.0, 1.0), (-1.0, 0.4))
"""Places that are pointed at, in sides of the clip: four on the side to which a character looks that faces right."""
FACES = (*(Pose(shape, shape) for shape in SHAPES), *LIDS, *SIDES, *MOODS)
"""Poses that show everything in a drawing without arms."""

type PaintedDrawing = tuple[Path, Sequence[tuple[str, str]]]
"""A drawing and its palette."""


def character_sheet(drawings: Sequence[PaintedDrawing], pixels: int = 240, columns: int = 6) -> Image.Image:
    """Return a sheet with all that is in each drawing; each drawing starts on a row of its own."""
    figures = [Figure(read_artwork(file, palette), pixels) for file, palette in drawings]
    poses = [poses_of(figure.artwork) for figure in figures]
    rows = [-(-len(own) // columns) for own in poses]
    sheet = Image.new("RGB", (columns * pixels, sum(rows) * pixels), GROUNDS[0])
    for number, (figure, own) in enumerate(zip(figures, poses, strict=True)):
        for i, pose in enumerate(own):
            row, column = divmod(i, columns)
            place = (column * pixels, (sum(rows[:number]) + row) * pixels)
            sheet.paste(_on_ground(figure.draw(pose), GROUNDS[(row + column) % 2]), place)
    return sheet


def poses_of(artwork: Artwork) -> tuple[Pose, ...]:
    """Return the poses that show everything in a drawing: its face, and what its arms can do."""
    rig, canvas = artwork.rig, artwork.canvas
    if not rig:
        return FACES
    moves = (
        pose._replace(
            near=pose.near and on_canvas(rig.near, pose.near, canvas),
            far=pose.far and on_canvas(rig.far, pose.far, canvas),
        )
        for pose in ARM_MOVES
    )
    return (*FACES, *moves, *_pointing(rig, canvas))


def _pointing(rig: Rig, canvas: int) -> list[Pose]:
    ahead = rig.far.outwards
    found = []
    for x, y in POINTED:
        target = (canvas / 2 + ahead * (x - 0.5) * canvas, y * canvas)
        name = arm_on_side(rig, target[0])
        aimed = aimed_arm(rig.arm(name), target, canvas)
        look = Pose(gaze_x=ahead * (0.8 if x > 0 else -0.8), turn=ahead * (0.8 if x > 0 else -0.8))
        found.append(look._replace(near=aimed) if name == "near" else look._replace(far=aimed))
    return found


def _on_ground(picture: Image.Image, ground: str) -> Image.Image:
    cell = Image.new("RGB", picture.size, ground)
    cell.paste(picture, (0, 0), picture)
    return cell
