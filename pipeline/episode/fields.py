"""Typed fields of a block: tables of readers, each checking one value, each fault naming its line."""

import math
import re
from collections.abc import Callable, Iterator, Mapping as Table, Sequence as Several
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import SourceError
from .errors import did_you_mean, listed
from .ids import IDENTIFIER
from .model import Character
from .nodes import Mapping, Node, Scalar, Sequence, found


@dataclass
class Desk:
    """What a value is checked against, and where faults are put.

    `marks` are the (line, word) places of the marks of the scene being read; `scene` is its id, None outside a scene.
    """

    file: str
    folder: Path
    characters: Several[Character] = ()
    scene: str | None = None
    marks: Table[str, tuple[int, int]] = field(default_factory=dict)
    narrated: bool = True
    problems: list[SourceError] = field(default_factory=list)

    def report(self, line: int, message: str) -> None:
        self.problems.append(SourceError(self.file, line, message))


Reader = Callable[[Node, Desk], Any]
Fields = Table[str, Reader]


def read_fields(
    node: Node | None, what: str, fields: Fields, desk: Desk, required: Several[str] = ()
) -> dict[str, Any]:
    """The values of a mapping's keys; everything wrong with them goes to `desk`. `what` is "an overlay block" or so."""
    if not isinstance(node, Mapping):
        line = node.line if node else 1
        raise SourceError(desk.file, line, f'{what} is made of "key: value" lines, not of {found(node)}')
    values: dict[str, Any] = {}
    for key, value in distinct(node, desk):
        if key.text not in fields:
            desk.problems.append(key.fault(unknown(key.text, what, fields)))
        else:
            _read_one(key.text, value, fields, desk, values)
    for name in required:
        if name not in node.keys():
            desk.report(node.line, f'{what} needs "{name}"')
    return values


def distinct(node: Mapping, desk: Desk) -> Iterator[tuple[Scalar, Node]]:
    """The entries of a mapping; a key that is there twice is reported and given once."""
    first: dict[str, int] = {}
    for key, value in node.entries:
        if key.text in first:
            desk.problems.append(key.fault(f'the key "{key.text}" is there twice (first on line {first[key.text]})'))
        else:
            first[key.text] = key.line
            yield key, value


def unknown(key: str, what: str, allowed: Fields | Several[str]) -> str:
    """The message about a key that does not exist."""
    return f'{what} has no "{key}"{did_you_mean(key, allowed)}; its keys are: {listed(allowed)}'


def _read_one(key: str, value: Node, fields: Fields, desk: Desk, values: dict[str, Any]) -> None:
    try:
        values[key] = fields[key](value, desk)
    except SourceError as error:
        named = SourceError(error.file, error.line, f'"{key}": {error.message}') if error.line == value.line else error
        desk.problems.append(named)


def text(node: Node, desk: Desk) -> str:
    if not isinstance(node, Scalar) or not node.text.strip():
        raise node.fault(f"a text is wanted, not {found(node)}")
    return node.text.removesuffix("\n")


def flag(node: Node, desk: Desk) -> bool:
    value = _FLAGS.get(node.text.lower()) if isinstance(node, Scalar) else None
    if value is None:
        raise node.fault(f"true or false is wanted, not {found(node)}")
    return value


_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def choice(*allowed: str) -> Reader:
    def read(node: Node, desk: Desk) -> str:
        if isinstance(node, Scalar) and node.text in allowed:
            return node.text
        near = did_you_mean(node.text, allowed) if isinstance(node, Scalar) else ""
        raise node.fault(f"{found(node)} is not one of: {listed(allowed)}{near}")

    return read


def number(least: float, most: float, unit: str = "") -> Reader:
    """A number from `least` to `most`."""
    wanted = f"a number{' of ' + unit if unit else ''} from {least:g} to {most:g}"

    def read(node: Node, desk: Desk) -> float:
        value = as_number(node)
        if value is None or not least <= value <= most:
            raise node.fault(f"{wanted} is wanted, not {found(node)}")
        return value

    return read


def whole(least: int, most: int) -> Reader:
    """A whole number from `least` to `most`."""

    def read(node: Node, desk: Desk) -> int:
        value = as_number(node)
        if value is None or value != int(value) or not least <= value <= most:
            raise node.fault(f"a whole number from {least} to {most} is wanted, not {found(node)}")
        return int(value)

    return read


def check_span(values: dict[str, Any], line: int, desk: Desk) -> None:
    """`until` has to be said after `at`."""
    at, until = values.get("at"), values.get("until")
    if at in desk.marks and until in desk.marks and desk.marks[until] <= desk.marks[at]:
        desk.report(line, f'"until: {until}" is not said after "at: {at}"')


def as_number(node: Node) -> float | None:
    """The number a scalar is, or None."""
    if not isinstance(node, Scalar) or not re.fullmatch(r"[-+]?(\d+(\.\d*)?|\.\d+)", node.text, re.ASCII):
        return None
    value = float(node.text)
    return value if math.isfinite(value) else None


def identifier(node: Node, desk: Desk) -> str:
    if not isinstance(node, Scalar) or not IDENTIFIER.fullmatch(node.text):
        raise node.fault(f"an id is made of letters, digits, hyphens, dots and underscores, not {found(node)}")
    return node.text


def mark(node: Node, desk: Desk) -> str:
    """The name of a mark of the scene."""
    name = text(node, desk).strip("{}")
    if not desk.narrated:
        raise node.fault(
            f'scene "{desk.scene}" says nothing, so it has no mark "{name}"; marks stand in the prose: {{{name}}}'
        )
    if name not in desk.marks:
        near = did_you_mean(name, desk.marks)
        marks = listed(desk.marks)
        raise node.fault(f'there is no mark "{name}" in scene "{desk.scene}"{near}; its marks are: {marks}')
    return name


def point(node: Node, desk: Desk) -> tuple[float, float]:
    """Two fractions, from the left and from the top."""
    values = [as_number(item) for item in node.items] if isinstance(node, Sequence) else []
    if len(values) != 2 or not all(v is not None and 0 <= v <= 1 for v in values):
        raise node.fault(f"a place is two fractions from 0 to 1, like [0.5, 0.25], not {_point_found(node)}")
    return values[0] or 0.0, values[1] or 0.0


def _point_found(node: Node) -> str:
    if not isinstance(node, Sequence):
        return found(node)
    return "[" + ", ".join(i.text if isinstance(i, Scalar) else found(i) for i in node.items) + "]"


def existing_file(node: Node, desk: Desk) -> str:
    """A path relative to the episode, of a file that is there and in it: what a link leads to elsewhere is not shown."""
    name = text(node, desk)
    if "\0" in name or Path(name).is_absolute():
        raise node.fault(f'"{name}" is no path within the episode; name files relative to its folder')
    if not (desk.folder / name).is_file():
        near = did_you_mean(name, _neighbours(desk.folder / name, desk))
        raise node.fault(f'there is no file "{name}" in {desk.folder.name}{near}')
    if not (desk.folder / name).resolve().is_relative_to(desk.folder.resolve()):
        raise node.fault(f'"{name}" lies outside the episode; copy it into {desk.folder.name}/')
    return name


def _neighbours(path: Path, desk: Desk) -> list[str]:
    """The files beside a path, named like it."""
    if not path.parent.is_dir():
        return []
    prefix = path.parent.relative_to(desk.folder) if path.parent.is_relative_to(desk.folder) else path.parent
    return [(prefix / other.name).as_posix() for other in path.parent.iterdir() if other.is_file()]


def character(node: Node, desk: Desk) -> str:
    """The id of a character, who may be called by name."""
    name = text(node, desk)
    for known in desk.characters:
        if name.casefold() in (known.id.casefold(), known.name.casefold()):
            return known.id
    ids = [known.id for known in desk.characters]
    raise node.fault(f'there is no character "{name}"{did_you_mean(name, ids)}; the characters are: {listed(ids)}')


def entries(reader: Reader, what: str) -> Reader:
    """A list with something in it; its bad entries are reported one by one."""

    def read(node: Node, desk: Desk) -> tuple[Any, ...]:
        if not isinstance(node, Sequence) or not node.items:
            instead = "an empty one" if isinstance(node, Sequence) else found(node)
            raise node.fault(f"a list of {what} is wanted, not {instead}")
        return tuple(value for item in node.items for value in _entry(reader, item, desk))

    return read


def _entry(reader: Reader, item: Node, desk: Desk) -> tuple[Any, ...]:
    try:
        return (reader(item, desk),)
    except SourceError as error:
        desk.problems.append(error)
        return ()
