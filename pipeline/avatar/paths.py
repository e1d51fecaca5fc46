"""SVG path data in one way of writing, so that shapes drawn in any editor can be blended number by number."""

import re
from collections.abc import Callable, Iterator

TOKEN = re.compile(r"[A-Za-z]|[-+]?(?:\d*\.\d+|\d+\.?)(?:[eE][-+]?\d+)?")
DATA = re.compile(r'(?<= d=")[^"]*')
ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "Z": 0}

Step = tuple[str, tuple[float, ...]]
"""A command and its numbers, absolute."""


def absolute(data: str) -> str:
    """Path `data` with absolute commands, each written out, lines as L; data with arcs or faults stays as it is."""
    try:
        return " ".join(_written(step) for step in _steps(TOKEN.findall(data)))
    except (KeyError, ValueError, IndexError):
        return data


def bent(svg: str, rise: float) -> str:
    """SVG text with its paths bent as one: left and right ends `rise` units higher, the middle where it was.

    For paths as `absolute` writes them; if one has arcs or faults, all stay as they are.
    """
    try:
        drawn = [step for data in DATA.findall(svg) for step in _steps(TOKEN.findall(data))]
    except (KeyError, ValueError, IndexError):
        return svg
    across = [x for _, numbers in drawn for x in numbers[::2]]
    if not rise or not across or min(across) == max(across):
        return svg
    middle, half = (min(across) + max(across)) / 2, (max(across) - min(across)) / 2
    return DATA.sub(lambda found: _bent(found[0], lambda x: rise * ((x - middle) / half) ** 2), svg)


def _bent(data: str, rise: Callable[[float], float]) -> str:
    return " ".join(
        _written((name, tuple(n - rise(numbers[i - 1]) if i % 2 else n for i, n in enumerate(numbers))))
        for name, numbers in _steps(TOKEN.findall(data))
    )


def _steps(tokens: list[str]) -> Iterator[Step]:
    at, start, here, command = 0, (0.0, 0.0), (0.0, 0.0), ""
    while at < len(tokens):
        if tokens[at].isalpha():
            command, at = tokens[at], at + 1
        size = ARGUMENTS[command.upper()]
        numbers = [float(token) for token in tokens[at : at + size]]
        if len(numbers) < size or (not size and at < len(tokens) and not tokens[at].isalpha()):
            raise ValueError("numbers are missing, or there are too many")
        at += size
        name, numbers = _placed(command, numbers, here)
        here = start if name == "Z" else (numbers[-2], numbers[-1])
        start = here if name == "M" else start
        yield name, tuple(numbers)
        command = {"M": "L", "m": "l"}.get(command, command)  # more numbers after a move are lines


def _placed(command: str, numbers: list[float], here: tuple[float, float]) -> tuple[str, list[float]]:
    """The command with absolute numbers; H and V as L."""
    name, relative = command.upper(), command.islower()
    if name in "HV":
        axis = "HV".index(name)
        point = list(here)
        point[axis] = numbers[0] + (here[axis] if relative else 0)
        return "L", point
    return name, [n + here[i % 2] for i, n in enumerate(numbers)] if relative else numbers


def _written(step: Step) -> str:
    name, numbers = step
    return " ".join([name, *(f"{n:.3f}".rstrip("0").rstrip(".") for n in numbers)])
