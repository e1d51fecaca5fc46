"""The pose of a narrator in one frame."""

from typing import NamedTuple

from .rig import ArmPose


class Pose(NamedTuple):
    """One frame of a performance, in the drawing's own direction (not mirrored).

    The mouth is `opening` (0..1) of the way from shape `mouth_from` to `mouth_to`; `lid` is 0 (open) to 3 (closed);
    `gaze_x`, `gaze_y`, `turn`, `pitch` are -1..1 (right and down positive); `brow` is -1..1 (up positive), `slant` the
    degrees by which the brows' inner ends turn down; `smile` the canvas units by which the corners of the mouth are raised;
    `tilt` is in degrees clockwise; `dx`, `dy`, `breath` are in canvas units (right, down; shoulders up);
    `lean` is how many degrees the upper body leans clockwise about the waist; `near` and `far` are the arms (None: as drawn).
    """

    mouth_from: str = "X"
    mouth_to: str = "X"
    opening: float = 1.0
    lid: int = 0
    gaze_x: float = 0.0
    gaze_y: float = 0.0
    brow: float = 0.0
    slant: float = 0.0
    smile: float = 0.0
    turn: float = 0.0
    pitch: float = 0.0
    tilt: float = 0.0
    dx: float = 0.0
    dy: float = 0.0
    breath: float = 0.0
    lean: float = 0.0
    near: ArmPose | None = None
    far: ArmPose | None = None


REST = Pose()
