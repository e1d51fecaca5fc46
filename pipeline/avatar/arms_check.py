"""Finds joints of arms that gape: bends each in turn, and looks whether the two limbs still cover it."""

from collections.abc import Iterator
from math import cos, pi, radians, sin

import numpy as np
from numpy.typing import NDArray

from .arms import arm_svg
from .artwork import Artwork, markup
from .grid import COARSE, rasterize_svg
from .rig import ARMS, HANDS, Arm, ArmName, ArmPose, Point, Rig, hand_group

BENDS = (-60.0, -30.0, 0.0, 45.0, 90.0)
"""Degrees by which a joint is bent from its rest to look at it."""
WIDEST = 60
"""Units from a joint within which the edge of its limb is looked for."""
INNER = 0.6
"""Of a joint's half width, the part that has to stay covered."""
OPAQUE = 200

type Opacity = NDArray[np.uint8]
"""Alpha of the canvas at `COARSE` pixels a unit: shape (rows, columns)."""


def gaping_joints(artwork: Artwork, rig: Rig) -> Iterator[tuple[str, str]]:
    """Yield the group and a message, with the way out, for each joint that does not stay closed."""
    for name in ARMS:
        yield from _of_arm(artwork, name, rig.arm(name))


def _of_arm(artwork: Artwork, name: ArmName, arm: Arm) -> Iterator[tuple[str, str]]:
    rest = arm.rest
    body = markup(*(artwork.groups[part] for part in ("body", "neck", "collar")))
    bent = {
        "shoulder": [(body, rest._replace(upper=rest.upper + bend, fore=rest.fore + bend)) for bend in BENDS[2:]],
        "elbow": [("", rest._replace(fore=rest.fore + bend)) for bend in BENDS],
        "wrist": [("", rest._replace(hand=bend / 3, shape=shape)) for bend, shape in zip(BENDS, HANDS[:5], strict=True)]
        + [("", rest._replace(shape=shape)) for shape in HANDS[5:]],
    }
    for number, (joint, poses) in enumerate(bent.items()):
        reach = INNER * _half_width(_opacity(artwork, arm_svg(artwork, name, arm, rest)), arm, number)
        for behind, pose in poses:
            drawn = _opacity(artwork, behind + arm_svg(artwork, name, arm, pose))
            if not _is_covered(drawn, arm.joints(pose)[number], reach):
                yield _group(joint, name, pose), _message(joint, name, pose)
                break


def _group(joint: str, name: ArmName, pose: ArmPose) -> str:
    groups = {"shoulder": f"upper_{name}", "elbow": f"fore_{name}", "wrist": hand_group(name, pose.shape)}
    return groups[joint]


def _message(joint: str, name: ArmName, pose: ArmPose) -> str:
    where = f"data-{joint}-{name} is not in the middle of the limb, or its limbs end too early"
    shown = f' with the hand "{pose.shape}"' if joint == "wrist" else " when it is bent"
    return (
        f"the {joint} of the {name} arm gapes{shown}: {where}; let both end in a circle as wide as they are, around it"
    )


def _half_width(drawn: Opacity, arm: Arm, number: int) -> float:
    """Return the distance from a joint to the nearer edge of the arm, across the limb, in canvas units."""
    joints = (arm.shoulder, arm.elbow, arm.wrist)
    start, end = joints[max(number - 1, 0)], joints[max(number, 1)]
    length = max(float(np.hypot(end[0] - start[0], end[1] - start[1])), 1.0)
    across = (start[1] - end[1]) / length, (end[0] - start[0]) / length
    x, y = joints[number]
    widths = [
        next(
            (d for d in range(WIDEST) if not _is_opaque(drawn, (x + side * d * across[0], y + side * d * across[1]))),
            WIDEST,
        )
        for side in (-1, 1)
    ]
    return float(max(min(widths), 4))


def _is_covered(drawn: Opacity, at: Point, reach: float) -> bool:
    ring = (
        (at[0] + r * cos(a), at[1] + r * sin(a))
        for r in (0.0, reach / 2, reach)
        for a in np.arange(0, 2 * pi, radians(20))
    )
    return all(_is_opaque(drawn, point) for point in ring)


def _is_opaque(drawn: Opacity, point: Point) -> bool:
    column, row = (round(n * COARSE) for n in point)
    inside = 0 <= row < drawn.shape[0] and 0 <= column < drawn.shape[1]
    return bool(not inside or drawn[row, column] >= OPAQUE)


def _opacity(artwork: Artwork, svg: str) -> Opacity:
    size = int(artwork.canvas * COARSE)
    return np.asarray(rasterize_svg(artwork, svg, (0, 0, size, size), COARSE))[..., 3]
