"""The parts of a face that a pose moves: what each one's picture depends on, and its SVG."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import partial
from xml.etree.ElementTree import Element

from .artwork import LIDS, SHAPES, Artwork, between, looking, markup, moved
from .grid import extent
from .paths import bent
from .pose import Pose

JAW = {"X": 0.0, "A": 0.0, "B": 0.15, "C": 0.5, "D": 1.0, "E": 0.45, "F": 0.1, "G": 0.0, "H": 0.45}
"""How far the jaw is down with each mouth."""

JAW_STEPS = 4
JAW_TRAVEL, GAZE_X, GAZE_Y, BROW = 2.4, 6.0, 3.6, 5.0
"""How far the mouth, the irises and the brows go at 1, in canvas units."""

SLANT = 15.0
"""How far brows turn at most, in degrees."""

SMILE = 6.0
"""How far the mouth's corners go up or down at most, in canvas units."""


@dataclass(frozen=True)
class Feature:
    """`state(pose)` is all that the picture depends on; `svg(state)` draws it; `reach` is SVG of all it may cover."""

    state: Callable[[Pose], Hashable]
    svg: Callable[[Hashable], str]
    reach: str


def features(artwork: Artwork) -> Iterator[Feature]:
    """The features in the order in which they are drawn: those that move, and what else the group holds."""
    for element in artwork.groups["features"]:
        name = element.get("id", "")
        if name == "eyes_0":
            yield _eyes(artwork)
        elif name in ("brow_n", "brow_f"):
            yield _brow(artwork, element)
        elif name == "mouths":
            yield _mouth(artwork)
        elif not name.startswith("eyes_"):
            yield _still(element)


def jaw(pose: Pose) -> int:
    """How far the jaw is down, in `JAW_STEPS`."""
    return round(JAW_STEPS * (JAW[pose.mouth_from] * (1 - pose.opening) + JAW[pose.mouth_to] * pose.opening))


def face(artwork: Artwork, step: int) -> str:
    """The SVG of the face with the jaw `step` of `JAW_STEPS` down."""
    groups = artwork.groups
    still = (e for e in groups["face"] if e.get("id") not in ("face_0", "face_1"))
    return between(groups["face_0"], groups["face_1"], step / JAW_STEPS) + markup(*still)


def mouth(artwork: Artwork, shape: str, smile: float = 0.0) -> str:
    """The SVG of a mouth in its place, its corners `smile` canvas units higher."""
    return _mouth_svg(artwork, (shape, shape, 1.0, round(JAW[shape] * JAW_STEPS), smile))


def _still(element: Element) -> Feature:
    text = markup(element)
    return Feature(state=lambda pose: None, svg=lambda state: text, reach=text)


def _eyes(artwork: Artwork) -> Feature:
    return Feature(
        state=lambda pose: (pose.lid, pose.gaze_x, pose.gaze_y),
        svg=partial(_eyes_svg, artwork),
        reach=markup(*(artwork.groups[f"eyes_{lid}"] for lid in range(LIDS))),
    )


def _eyes_svg(artwork: Artwork, state: tuple[int, float, float]) -> str:
    lid, x, y = state
    return looking(artwork.groups[f"eyes_{lid}"], x * GAZE_X, y * GAZE_Y)


def _brow(artwork: Artwork, element: Element) -> Feature:
    """A brow goes up and down, and its inner end, the one towards the other brow, down and up."""
    text, centre = markup(element), _centre(artwork, element)
    left = centre[0] < sum(_centre(artwork, artwork.groups[name])[0] for name in ("brow_n", "brow_f")) / 2
    inwards = 1 if left else -1

    def svg(state: tuple[float, float]) -> str:
        up, slant = state
        turn = f"rotate({inwards * slant:.2f} {centre[0]:.1f} {centre[1]:.1f})"
        return moved(0, -up * BROW, f'<g transform="{turn}">{text}</g>' if slant else text)

    reach = "".join(svg((up, slant)) for up in (-1, 1) for slant in (-SLANT, 0, SLANT))
    return Feature(state=lambda pose: (pose.brow, pose.slant), svg=svg, reach=reach)


def _centre(artwork: Artwork, element: Element) -> tuple[float, float]:
    left, top, right, bottom = extent(artwork, markup(element))
    return (left + right) / 2, (top + bottom) / 2


def _mouth(artwork: Artwork) -> Feature:
    return Feature(
        state=lambda pose: (pose.mouth_from, pose.mouth_to, pose.opening, jaw(pose), pose.smile),
        svg=partial(_mouth_svg, artwork),
        reach="".join(mouth(artwork, shape, smile) for shape in SHAPES for smile in (-SMILE, SMILE)),
    )


def _mouth_svg(artwork: Artwork, state: tuple[str, str, float, int, float]) -> str:
    a, b, opening, step, smile = state
    groups = artwork.groups
    shape = bent(between(groups[f"mouth_{a}"], groups[f"mouth_{b}"], opening), smile)
    lowered = moved(0, JAW_TRAVEL * step / JAW_STEPS, shape)
    return f'<g transform="{groups["mouths"].get("transform", "")}">{lowered}</g>'
