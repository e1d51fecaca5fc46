"""Draws the arms in a pose: posed in SVG and baked, so that a frame only lays a finished picture over the figure.

Gestures begin on whole frames and move on the same curves, so that the same few poses come again and again.
"""

from functools import lru_cache
from math import cos, radians, sin

from PIL import Image

from .artwork import Artwork, markup
from .grid import PixelBox, on_grid, rasterize_svg
from .rig import Arm, ArmName, ArmPose, Point, Rig, hand_group

LIMB, HAND = 42.0, 104.0
"""How far a limb reaches around its joints, and a hand around the wrist, in canvas units."""

BAKED = 160
"""Pictures of each arm that are kept."""

NO_PIXELS = Image.new("RGBA", (1, 1))


class Arms:
    """The arms of a drawing at `scale` pixels a canvas unit."""

    def __init__(self, artwork: Artwork, rig: Rig, scale: float) -> None:
        self.artwork, self.rig, self.scale = artwork, rig, scale
        self.plate = lru_cache(maxsize=2 * BAKED)(self._draw)

    def _draw(self, name: ArmName, pose: ArmPose | None, lean: float) -> tuple[Image.Image, PixelBox]:
        """Return the picture of an arm (None: at rest), straight alpha, and its box, where the body leans so many degrees."""
        arm = self.rig.arm(name)
        posed = pose or arm.rest
        around = [lean_point(p, self.rig.waist, lean) for p in arm.joints(posed)]
        box = on_grid(_reach(around, self.artwork.canvas), self.scale)
        svg = leaning_svg(arm_svg(self.artwork, name, arm, posed), self.rig, lean)
        picture = rasterize_svg(self.artwork, svg, box, self.scale)
        tight = picture.getbbox()
        if tight is None:
            return NO_PIXELS, (box[0], box[1], box[0] + 1, box[1] + 1)
        left, top, right, bottom = tight
        return picture.crop(tight), (box[0] + left, box[1] + top, box[0] + right, box[1] + bottom)


def arm_svg(artwork: Artwork, name: ArmName, arm: Arm, pose: ArmPose) -> str:
    """Return the SVG text of an arm: the hand below the sleeve of the forearm, and that over the upper arm."""
    rest, groups = arm.rest, artwork.groups
    upper = arm.outwards * (rest.upper - pose.upper)
    fore = arm.outwards * (rest.fore - pose.fore) - upper
    hand = _turned(markup(groups[hand_group(name, pose.shape)]), -arm.outwards * pose.hand, arm.wrist)
    lower = _turned(hand + markup(groups[f"fore_{name}"]), fore, arm.elbow)
    return _turned(markup(groups[f"upper_{name}"]) + lower, upper, arm.shoulder)


def leaning_svg(svg: str, rig: Rig, lean: float) -> str:
    """Return SVG text turned about the waist by `lean` degrees clockwise."""
    return _turned(svg, lean, rig.waist)


def lean_point(point: Point, waist: Point, lean: float) -> Point:
    """Return where `point` is when the body leans by `lean` degrees clockwise."""
    c, s = cos(radians(lean)), sin(radians(lean))
    x, y = point[0] - waist[0], point[1] - waist[1]
    return waist[0] + c * x - s * y, waist[1] + s * x + c * y


def _turned(svg: str, angle: float, about: Point) -> str:
    return f'<g transform="rotate({angle:.3f} {about[0]} {about[1]})">{svg}</g>' if angle else svg


def _reach(joints: list[Point], canvas: int) -> tuple[float, float, float, float]:
    """Return the box of the canvas that an arm with these joints may cover."""
    rooms = (LIMB, LIMB, HAND)
    boxes = [(x - r, y - r, x + r, y + r) for (x, y), r in zip(joints, rooms, strict=True)]
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return max(0.0, min(lefts)), max(0.0, min(tops)), min(canvas, max(rights)), min(canvas, max(bottoms))
