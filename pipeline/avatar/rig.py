"""Where a drawing with arms has its joints, and how its arms are posed (docs/narrators.md has the convention)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import atan2, cos, degrees, radians, sin
from typing import Literal, NamedTuple
from xml.etree.ElementTree import Element

type ArmName = Literal["near", "far"]
type Point = tuple[float, float]

ARMS: tuple[ArmName, ...] = ("far", "near")
"""The arms, back to front."""
HANDS = ("rest", "flat", "open", "point", "one", "two", "three", "pinch")
"""The shapes of a hand; one is shown."""
JOINTS = ("shoulder", "elbow", "wrist")


class ArmPose(NamedTuple):
    """How an arm is held: degrees outwards from straight down (90 is level) for its two bones, and for the hand from the forearm."""

    upper: float
    fore: float
    hand: float = 0.0
    shape: str = "rest"


@dataclass(frozen=True)
class Arm:
    """The joints of an arm at rest, in canvas units; `outwards` is 1 for an arm on the right, and -1 for one on the left."""

    shoulder: Point
    elbow: Point
    wrist: Point
    outwards: int

    @property
    def rest(self) -> ArmPose:
        """How the arm is held in the drawing."""
        return ArmPose(self._angle(self.shoulder, self.elbow), self._angle(self.elbow, self.wrist))

    def joints(self, pose: ArmPose) -> tuple[Point, Point, Point]:
        """Return where shoulder, elbow and wrist are in `pose`, in canvas units."""
        elbow = self._beyond(self.shoulder, self.elbow, self.shoulder, pose.upper)
        return self.shoulder, elbow, self._beyond(self.elbow, self.wrist, elbow, pose.fore)

    def towards(self, start: Point, end: Point) -> float:
        """Return the direction from `start` to `end`, in degrees as in `ArmPose`."""
        return self._angle(start, end)

    def _angle(self, start: Point, end: Point) -> float:
        return degrees(atan2(self.outwards * (end[0] - start[0]), end[1] - start[1]))

    def _beyond(self, start: Point, end: Point, at: Point, angle: float) -> Point:
        length = ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5
        return at[0] + self.outwards * length * sin(radians(angle)), at[1] + length * cos(radians(angle))


@dataclass(frozen=True)
class Rig:
    """Both arms; the upper body leans about `waist`, and `bubble` (centre x, y, radius) is its round picture: canvas units."""

    near: Arm
    far: Arm
    waist: Point
    bubble: tuple[float, float, float]

    def arm(self, name: ArmName) -> Arm:
        """Return the arm called `name`."""
        return self.near if name == "near" else self.far


def has_arms(groups: Iterable[str]) -> bool:
    """Return whether a drawing with these groups has arms."""
    return any(f"arm_{name}" in groups for name in ARMS)


def parts_of_arm(arm: ArmName) -> tuple[str, ...]:
    """Return the ids of the groups in an arm's own group."""
    return f"upper_{arm}", f"fore_{arm}", *(hand_group(arm, shape) for shape in HANDS)


def hand_group(arm: ArmName, shape: str) -> str:
    """Return the id of the group that holds a hand in one shape."""
    return f"hand_{shape}_{arm}"


def missing_of_arms(groups: Mapping[str, Element]) -> list[str]:
    """Return the ids of the groups that are missing of a drawing's arms; none of one without arms."""
    wanted = (group for arm in ARMS for group in (f"arm_{arm}", *parts_of_arm(arm)))
    return [group for group in wanted if group not in groups] if has_arms(groups) else []


def read_rig(root: Element) -> Rig:
    """Return the joints that the attributes of `<svg>` name. Raises ValueError, with the way out, for one that is missing."""
    waist, bubble = _numbers(root, "data-waist", 2), _numbers(root, "data-bubble", 3)
    arms = []
    for name in ("near", "far"):
        shoulder, elbow, wrist = (_numbers(root, f"data-{joint}-{name}", 2) for joint in JOINTS)
        outwards = 1 if shoulder[0] > waist[0] else -1
        arms.append(Arm(_point(shoulder), _point(elbow), _point(wrist), outwards))
    return Rig(arms[0], arms[1], _point(waist), (bubble[0], bubble[1], bubble[2]))


def _numbers(root: Element, name: str, count: int) -> list[float]:
    written = root.get(name, "")
    try:
        numbers = [float(n) for n in written.split()]
    except ValueError:
        numbers = []
    if len(numbers) != count:
        like = " ".join("100" for _ in range(count))
        raise ValueError(f'<svg> needs {name} with {count} numbers, like {name}="{like}", and has "{written}"')
    return numbers


def _point(numbers: list[float]) -> Point:
    return numbers[0], numbers[1]
