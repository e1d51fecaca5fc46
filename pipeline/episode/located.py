"""Every fault with its whole place: what a reader could not tell of it is looked up in the file."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from markdown_it.token import Token

from ..base.errors import SourceError
from .canonical import block_name
from .frontmatter import split
from .markdown import line_of, tokens_of
from .nodes import Node, path_of, places_of, read_yaml
from .source import BLOCKS, MOST_LINES, SCRIPT, exact_text, plain_text, plural_of

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)+)"')
_TABLE = re.compile(r"\s*\[+([^\]]+)\]+")
_KEY = re.compile(r"\s*([\w.-]+)\s*=")


def located(faults: Iterable[SourceError], texts: Mapping[str, str]) -> tuple[SourceError, ...]:
    """Return the faults with column, path and what is written there, as far as these can be found in `texts` of the files."""
    outlines = {file: _outline(file, text) for file, text in texts.items()}
    lines = {file: text.split("\n") for file, text in texts.items()}
    return tuple(
        _located(fault, lines[fault.file], outlines[fault.file]) if fault.file in texts else fault for fault in faults
    )


def texts_of(faults: Iterable[SourceError], folder: Path) -> dict[str, str]:
    """Return the texts of the files in which the faults are, by their names as they are shown; those that can be read."""
    texts = {}
    for name in {fault.file for fault in faults}:
        try:
            texts[name] = plain_text(exact_text(folder / name, name))
        except (OSError, ValueError, SourceError):
            continue
    return texts


@dataclass(frozen=True)
class _FilePart:
    """Lines `first` to `last` of a file, which are at `path`; `body` is YAML from the line after the first, if it is."""

    first: int
    last: int
    path: str
    body: str = ""


def _located(fault: SourceError, lines: list[str], outline: tuple[_FilePart, ...]) -> SourceError:
    fault = _at_value(fault, outline)
    details = fault.details
    line = lines[fault.line - 1] if 0 < fault.line <= len(lines) else ""
    found = _written(fault, line) if details.found is None else details.found
    column = min(details.column or _column(str(found), line), len(line) + 1)
    path = details.path or _path(fault, outline)
    return SourceError(fault.file, fault.line, fault.message, replace(details, found=found, column=column, path=path))


def _at_value(fault: SourceError, outline: tuple[_FilePart, ...]) -> SourceError:
    """Return a fault of a whole block that knows the wrong value at the line of that value."""
    part = next((part for part in outline if part.first == fault.line and part.body), None)
    if part is None or not isinstance(fault.details.found, str):
        return fault
    lines = enumerate(part.body.split("\n"), part.first + 1)
    value = re.compile(rf"(?::|-)\s+[\"']?{re.escape(fault.details.found)}[\"']?\s*$")
    line = next((number for number, line in lines if value.search(line)), fault.line)
    return SourceError(fault.file, line, fault.message, fault.details) if line != fault.line else fault


def _written(fault: SourceError, line: str) -> str:
    """Return what a fault is about: what its message quotes of the line, or the line."""
    quoted = (found[1].replace("\\\\", "\\") for found in _QUOTED.finditer(fault.message))
    return next((text for text in quoted if text in line), line.strip())


def _column(found: str, line: str) -> int:
    """Return the column, from 1, at which something is in a line, or at which the line's text begins."""
    first = found.strip().split("\n")[0]
    at = line.find(first) if first else -1
    return (at if at >= 0 else len(line) - len(line.lstrip())) + 1


def _path(fault: SourceError, outline: tuple[_FilePart, ...]) -> str:
    part = next((part for part in reversed(outline) if part.first <= fault.line <= part.last), None)
    if part is None or not part.body:
        return part.path if part else ""
    node, places = _node(part.body, fault.file, part.first + 1)
    return (part.path + path_of(node, fault, places)).removeprefix(".") if node else part.path


@lru_cache(maxsize=16)
def _node(body: str, file: str, line: int) -> tuple[Node | None, list[tuple[str, Node]]]:
    """Return what a part of a file says, with its places; None where that can't be read. Many faults of a part read it once."""
    try:
        node = read_yaml(body, file, line)
    except SourceError:
        node = None
    return node, places_of(node) if node else []


def _outline(file: str, text: str) -> tuple[_FilePart, ...]:
    """Return the parts of a file, smaller ones after those that they are in."""
    if file == SCRIPT:  # a script that is too long isn't parsed: its only fault is its length
        return tuple(_script_parts(text)) if text.count("\n") <= MOST_LINES else ()
    if file.endswith(".json"):
        return (_FilePart(0, text.count("\n") + 1, "", text.replace("\t", " ")),)
    return tuple(_toml_parts(text)) if file.endswith(".toml") else ()


def _script_parts(text: str) -> Iterator[_FilePart]:
    try:
        front, body = split(text, SCRIPT)
    except SourceError:
        return
    if front:
        yield _FilePart(1, front.count("\n") + 3, "", front)
    scene, numbers = -1, Counter[str]()
    tokens = tokens_of(body)
    ends = [line_of(token) - 1 for token in tokens if token.type == "heading_open"] + [text.count("\n") + 1]
    for token in tokens:
        if token.type == "heading_open":
            scene, numbers = scene + 1, Counter()
            yield _FilePart(line_of(token), ends[scene + 1], f"scenes[{scene}]")
        elif token.type == "fence" and scene >= 0:
            yield _fence(token, scene, numbers)


def _fence(token: Token, scene: int, numbers: Counter[str]) -> _FilePart:
    first, last = token.map or (0, 0)
    name, _ = block_name(token.info.strip(), token.content)
    known = name in BLOCKS and name != "scene"
    path = f"scenes[{scene}]" + (f".{plural_of(name)}[{numbers[name]}]" if known else "")
    numbers[name] += 1
    return _FilePart(first + 1, last, path, token.content)


def _toml_parts(text: str) -> Iterator[_FilePart]:
    table = ""
    for number, line in enumerate(text.split("\n"), 1):
        if named := _TABLE.match(line):
            table = named[1].strip()
            yield _FilePart(number, number, table)
        elif key := _KEY.match(line):
            yield _FilePart(number, number, f"{table}.{key[1]}" if table else key[1])
