"""The features of a face that a pose moves: what the picture of each one depends on, and its SVG."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from xml.etree.ElementTree import Element

from .artwork import LIDS, SHAPES, Artwork, interpolate_svg, markup, shift_irises, translate_svg
from .grid import extent
from .pose import Pose
from .svg_path import bend_path

JAW = {"X": 0.0, "A": 0.0, "B": 0.15, "C": 0.5, "D": 1.0, "E": 0.45, "F": 0.1, "G": 0.0, "H": 0.45}
"""How far the jaw is down with each mouth shape."""

JAW_STEPS = 4
JAW_TRAVEL, GAZE_X, GAZE_Y, BROW = 2.4, 6.0, 3.6, 5.0
"""How far the mouth, the irises and the brows move at 1, in canvas units."""

SLANT = 15.0
"""How far the brows turn at most, in degrees."""

SMILE = 6.0
"""How far the corners of the mouth move up or down at most, in canvas units."""


@dataclass(frozen=True)
class Feature[S: Hashable]:
    """A part of the face.

    `state(pose)` is all that its picture depends on; `svg(state)` returns its SVG text; `reach` is that of all it may cover.
    """

    state: Callable[[Pose], S]
    svg: Callable[[S], str]
    reach: str


def features(artwork: Artwork) -> Iterator[Feature[Any]]:
    """Yield the features in drawing order: those that move, and what else is in the group."""
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
    """Return how far the jaw is down, in `JAW_STEPS`."""
    return round(JAW_STEPS * (JAW[pose.mouth_from] * (1 - pose.opening) + JAW[pose.mouth_to] * pose.opening))


def face(artwork: Artwork, step: int) -> str:
    """Return the SVG text of the face with the jaw `step` of `JAW_STEPS` down."""
    groups = artwork.groups
    still = (e for e in groups["face"] if e.get("id") not in ("face_0", "face_1"))
    return interpolate_svg(groups["face_0"], groups["face_1"], step / JAW_STEPS) + markup(*still)


def mouth(artwork: Artwork, shape: str, smile: float = 0.0) -> str:
    """Return the SVG text of a mouth in its place, with its corners raised by `smile` canvas units."""
    return _mouth_svg(artwork, (shape, shape, 1.0, round(JAW[shape] * JAW_STEPS), smile))


def _still(element: Element) -> Feature[None]:
    text = markup(element)
    return Feature(state=lambda pose: None, svg=lambda state: text, reach=text)


def _eyes(artwork: Artwork) -> Feature[tuple[int, float, float]]:
    return Feature(
        state=lambda pose: (pose.lid, pose.gaze_x, pose.gaze_y),
        svg=partial(_eyes_svg, artwork),
        reach=markup(*(artwork.groups[f"eyes_{lid}"] for lid in range(LIDS))),
    )


def _eyes_svg(artwork: Artwork, state: tuple[int, float, float]) -> str:
    lid, x, y = state
    return shift_irises(artwork.groups[f"eyes_{lid}"], x * GAZE_X, y * GAZE_Y)


def _brow(artwork: Artwork, element: Element) -> Feature[tuple[float, float]]:
    """Return a brow, which moves up and down, and turns its inner end down and up."""
    text, centre = markup(element), _centre(artwork, element)
    left = centre[0] < sum(_centre(artwork, artwork.groups[name])[0] for name in ("brow_n", "brow_f")) / 2
    inwards = 1 if left else -1

    def svg(state: tuple[float, float]) -> str:
        up, slant = state
        turn = f"rotate({inwards * slant:.2f} {centre[0]:.1f} {centre[1]:.1f})"
        return translate_svg(0, -up * BROW, f'<g transform="{turn}">{text}</g>' if slant else text)

    reach = "".join(svg((up, slant)) for up in (-1, 1) for slant in (-SLANT, 0, SLANT))
    return Feature(state=lambda pose: (pose.brow, pose.slant), svg=svg, reach=reach)


def _centre(artwork: Artwork, element: Element) -> tuple[float, float]:
    left, top, right, bottom = extent(artwork, markup(element))
    return (left + right) / 2, (top + bottom) / 2


def _mouth(artwork: Artwork) -> Feature[tuple[str, str, float, int, float]]:
    return Feature(
        state=lambda pose: (pose.mouth_from, pose.mouth_to, pose.opening, jaw(pose), pose.smile),
        svg=partial(_mouth_svg, artwork),
        reach="".join(mouth(artwork, shape, smile) for shape in SHAPES for smile in (-SMILE, SMILE)),
    )


def _mouth_svg(artwork: Artwork, state: tuple[str, str, float, int, float]) -> str:
    a, b, opening, step, smile = state
    groups = artwork.groups
    shape = bend_path(interpolate_svg(groups[f"mouth_{a}"], groups[f"mouth_{b}"], opening), smile)
    lowered = translate_svg(0, JAW_TRAVEL * step / JAW_STEPS, shape)
    return f'<g transform="{groups["mouths"].get("transform", "")}">{lowered}</g>'
