"""Rewrites SVG path data in one notation, so that shapes from any editor can be blended number by number."""

import re
from collections.abc import Callable, Iterator

from svgelements import Arc, Close, CubicBezier, Line, Move, Path, QuadraticBezier

_DATA = re.compile(r'(?<= d=")[^"]*')
_PATH = re.compile(r"\s*(?:[Mm][MmZzLlHhVvCcSsQqTtAaEe\d\s,.+-]*)?")
"""Data that begins with a move and contains only commands and numbers; svgelements stops in silence at other letters."""
_CURVES_OF_AN_ARC = 8
"""Each arc becomes this many, whatever its angle, so that two arcs can be blended. They miss it by 3e-5 of its radius."""

type PathStep = tuple[str, tuple[float, ...]]
"""A command (M, L, C, Q or Z) and its absolute numbers, x and y in turn."""


def absolute(data: str) -> str:
    """Return path `data` with absolute commands, each written out: lines as L, arcs as C; faulty data as it is."""
    try:
        return " ".join(map(_format_step, _steps(data)))
    except ValueError:
        return data


def bend_path(svg: str, rise: float) -> str:
    """Return `svg` with its paths bent as one: left and right ends `rise` units higher, the middle where it was.

    If the data of one path is faulty, all stay as they are.
    """
    try:
        drawn = [step for data in _DATA.findall(svg) for step in _steps(data)]
    except ValueError:
        return svg
    across = [x for _, numbers in drawn for x in numbers[::2]]
    if not rise or not across or min(across) == max(across):
        return svg
    middle, half = (min(across) + max(across)) / 2, (max(across) - min(across)) / 2
    return _DATA.sub(lambda found: _bent(found[0], lambda x: rise * ((x - middle) / half) ** 2), svg)


def _bent(data: str, rise: Callable[[float], float]) -> str:
    return " ".join(
        _format_step((name, tuple(n - rise(numbers[i - 1]) if i % 2 else n for i, n in enumerate(numbers))))
        for name, numbers in _steps(data)
    )


def _steps(data: str) -> Iterator[PathStep]:
    """Yield the steps of path `data`. Raises ValueError for data that begins without a move, or lacks numbers."""
    if not _PATH.fullmatch(data):
        raise ValueError("a path begins with a move, and consists of commands and numbers")
    for segment in Path(data):
        match segment:
            case Move():
                yield "M", (*segment.end,)
            case Close():
                yield "Z", ()
            case Line():
                yield "L", (*segment.end,)
            case QuadraticBezier():
                yield "Q", (*segment.control, *segment.end)
            case CubicBezier():
                yield _curve(segment)
            case Arc():
                yield from map(_curve, segment.as_cubic_curves(_CURVES_OF_AN_ARC))


def _curve(curve: CubicBezier) -> PathStep:
    return "C", (*curve.control1, *curve.control2, *curve.end)


def _format_step(step: PathStep) -> str:
    name, numbers = step
    return " ".join([name, *(f"{n:.3f}".rstrip("0").rstrip(".") for n in numbers)])
