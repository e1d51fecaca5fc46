"""Changing one thing in script.md; every other byte stays as it is.

A script is given as `source.exact_text` reads it (own line ends, byte order mark) and returned the same way. Things
are named by the line that the parsed episode gives them. What is asked for is put in word for word, and the result is
read again: a change that would alter anything else is refused with a LecternError.
"""

import re
from collections.abc import Iterator
from typing import Any

from markdown_it.token import Token

from ..base.errors import LecternError, SourceError
from .frontmatter import split
from .markdown import line_of, tokens_of
from .nodes import MappingNode, Node, ScalarNode, SequenceNode, node_content, quoted, read_yaml
from .source import SCRIPT, plain_text

KeyPath = tuple[str | int, ...]
"""Keys and positions that lead to a value in a block, such as ("steps", 2, "at")."""


def field_source(script: str, line: int, path: KeyPath) -> str:
    """Return the YAML at `path` in the block (or the front matter) that starts at `line`, as it is written."""
    block = _YamlBlock(script, line)
    start, end = _value_span(block, path)
    return script[start:end]


def set_field(script: str, line: int, path: KeyPath, source: str | None) -> str:
    """Return the script with YAML `source` (see `quoted`) at `path` of the block at `line`; None removes the key."""
    block = _YamlBlock(script, line)
    if source is None:
        start, end = _entry_span(block, path)
        changed = script[:start] + script[end:]
    elif _find(block.root, path) is None:
        changed = _with_new_key(block, path, source)
    else:
        changed = _with_value(script, *_value_span(block, path), source)
    _check_block(block, _YamlBlock(changed, line), path, source is None)
    _check_outline(script, changed, ("fence", line))
    return changed


def texts_in(script: str, line: int) -> list[tuple[KeyPath, str]]:
    """Return the texts in the block that starts at `line`, and the ways to them."""
    return list(_texts(_YamlBlock(script, line).root, ()))


def paragraph_source(script: str, line: int) -> str:
    """Return the Markdown of the paragraph that starts at `line`."""
    start, end, _ = _paragraph_span(script, line)
    return script[start:end]


def replace_paragraph(script: str, line: int, source: str) -> str:
    """Return the script with Markdown `source` as the paragraph that starts at `line` (a bullet before it stays)."""
    start, end, indent = _paragraph_span(script, line)
    text = plain_text(source).strip("\n").replace("\n", "\n" + " " * indent)
    changed = script[:start] + _with_ends(text, script) + script[end:]
    _check_outline(script, changed, ("inline", line))
    return changed


def _texts(node: Node, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(node, ScalarNode):
        yield path, node.text
    elif isinstance(node, MappingNode):
        for key, value in node.entries:
            yield from _texts(value, (*path, key.text))
    elif isinstance(node, SequenceNode):
        for number, item in enumerate(node.items):
            yield from _texts(item, (*path, number))


class LineIndex:
    """Where the lines of a script are, whatever ends them; numbers count from 1."""

    def __init__(self, script: str) -> None:
        first = 1 if script.startswith("\ufeff") else 0
        ends = [match.span() for match in re.finditer(r"\r\n|\r|\n", script)]
        starts = [first, *(end for _, end in ends)]
        stops = [*(start for start, _ in ends), len(script)]
        if ends and ends[-1][1] == len(script):
            starts, stops = starts[:-1], stops[:-1]
        self._script, self._spans, self.count = script, list(zip(starts, stops, strict=True)), len(starts)

    def start(self, line: int) -> int:
        """Return where `line` starts; the script's end for the line after the last."""
        return self._spans[line - 1][0] if line <= self.count else len(self._script)

    def end(self, line: int) -> int:
        """Return where `line` ends, before its line end."""
        return self._spans[line - 1][1]

    def text(self, line: int) -> str:
        """Return the text of `line`."""
        return self._script[self.start(line) : self.end(line)]


class _YamlBlock:
    """The YAML of a block or of the front matter, and where each of its characters is in the script."""

    def __init__(self, script: str, line: int) -> None:
        self.script, self.lines, self.line = script, LineIndex(script), line
        self.first, last = _body(script, line)
        self.yaml = "\n".join(self.lines.text(n) for n in range(self.first, last + 1))
        root = read_yaml(self.yaml, SCRIPT, self.first)
        if not isinstance(root, MappingNode):
            raise SourceError(SCRIPT, line, "this block has no fields to change")
        self.root: MappingNode = root

    def place(self, index: int) -> int:
        """Return where character `index` of the YAML is in the script."""
        before = self.yaml[:index]
        return self.lines.start(self.first + before.count("\n")) + len(before) - (before.rfind("\n") + 1)


def _body(script: str, line: int) -> tuple[int, int]:
    """Return the first and the last line between the fences of the block at `line`."""
    front, _ = split(plain_text(script), SCRIPT)
    if line == 1 and front:
        return 2, 2 + front.count("\n")
    token = _token(script, "fence", line)
    return line + 1, (token.map or [0, line])[1] - 1


def _tokens(script: str) -> list[Token]:
    return tokens_of(split(plain_text(script), SCRIPT)[1])


def _token(script: str, kind: str, line: int) -> Token:
    found = next((t for t in _tokens(script) if t.type == kind and line_of(t) == line), None)
    if found is None:
        what = {"fence": "block", "inline": "paragraph"}[kind]
        raise SourceError(SCRIPT, line, f"no {what} starts here; the script may have changed since it was read")
    return found


def _find(node: Node | None, path: KeyPath) -> Node | None:
    for key in path:
        if isinstance(node, MappingNode) and isinstance(key, str):
            node = node.get(key)
        elif isinstance(node, SequenceNode) and isinstance(key, int) and 0 <= key < len(node.items):
            node = node.items[key]
        else:
            return None
    return node


def _value_span(block: _YamlBlock, path: KeyPath) -> tuple[int, int]:
    node = _find(block.root, path) if path else None
    if node is None:
        raise SourceError(SCRIPT, block.line, f"this block has no {_dotted(path)}")
    before = block.yaml[: node.start]
    # A value on the lines below its key starts where the key's line ends, so that any other can take its place.
    start = len(before.rstrip()) if before.strip() and "\n" in before[len(before.rstrip()) :] else node.start
    return block.place(start), block.place(end_of(node, block.yaml))


def _with_value(script: str, start: int, end: int, source: str) -> str:
    before = script[:start]
    if source.startswith(("\n", "\r")):
        before = before.rstrip(" \t")
    elif before.endswith(":"):
        before += " "
    return before + _with_ends(source, script) + script[end:]


def end_of(node: Node, yaml: str) -> int:
    """Return where a node's text ends; YAML itself counts the empty lines and comments after a block to it."""
    last: Node | None = None
    if not yaml.startswith(("{", "["), node.start):
        last = node.entries[-1][1] if isinstance(node, MappingNode) else None
        last = node.items[-1] if isinstance(node, SequenceNode) and node.items else last
    if last is not None:
        return end_of(last, yaml)
    return max(node.start, len(yaml[: node.end].rstrip())) if node.end > node.start else node.end


def _entry_span(block: _YamlBlock, path: KeyPath) -> tuple[int, int]:
    """Return the start and the end of the whole lines of a key and its value."""
    parent = _find(block.root, path[:-1])
    key = next((k for k, _ in parent.entries if k.text == path[-1]), None) if isinstance(parent, MappingNode) else None
    if key is None:
        raise SourceError(SCRIPT, block.line, f"this block has no {_dotted(path)}")
    _, end = _value_span(block, path)
    line_start = block.yaml.rfind("\n", 0, key.start) + 1
    if block.yaml[line_start : key.start].strip():
        raise LecternError(f"{_dotted(path)} is not on a line of its own; change what holds it instead")
    last = next(n for n in range(key.line, block.lines.count + 1) if block.lines.end(n) >= end)
    return block.lines.start(key.line), block.lines.start(last + 1)


def _with_new_key(block: _YamlBlock, path: KeyPath, source: str) -> str:
    """Return the script with another key at the end of the mapping that `path` leads into."""
    parent = _find(block.root, path[:-1])
    if not isinstance(parent, MappingNode) or not isinstance(path[-1], str) or not parent.entries:
        raise SourceError(SCRIPT, block.line, f"there is no place for {_dotted(path)} in this block")
    gap = "" if source.startswith("\n") else " "
    end, entry = block.place(end_of(parent, block.yaml)), f"{quoted(path[-1])}:{gap}{source}"
    if block.yaml.startswith("{", parent.start):
        return block.script[: end - 1] + f", {entry}" + block.script[end - 1 :]
    key = parent.entries[0][0]
    indent = " " * (key.start - block.yaml.rfind("\n", 0, key.start) - 1)
    last = next(n for n in range(key.line, block.lines.count + 1) if block.lines.end(n) >= end)
    at = block.lines.end(last)  # after a comment, if the last value has one
    return block.script[:at] + _with_ends(f"\n{indent}{entry}", block.script) + block.script[at:]


def _paragraph_span(script: str, line: int) -> tuple[int, int, int]:
    """Return start and end of a paragraph in the script, and how far its first line is indented (after a bullet)."""
    token, lines = _token(script, "inline", line), LineIndex(script)
    if any(t.type == "heading_open" and line_of(t) == line for t in _tokens(script)):
        raise SourceError(SCRIPT, line, "this is a heading, not a paragraph")
    indent = lines.text(line).find(token.content.split("\n")[0])
    last = (token.map or [0, line])[1]
    return lines.start(line) + indent, lines.start(last) + len(lines.text(last).rstrip()), indent


def _with_ends(text: str, script: str) -> str:
    """Return `text` with the line ends that the script uses."""
    first = re.search(r"\r\n|\r|\n", script)
    return plain_text(text).replace("\n", first[0] if first else "\n")


Outline = list[tuple[str, str, int]]


def _outline(script: str) -> Outline:
    """Return the parts of a script: kind, content and line of each; the front matter is the first."""
    front, body = split(plain_text(script), SCRIPT)
    parts = [(t.type, t.info + "\n" + t.content, line_of(t) if t.map else 0) for t in tokens_of(body)]
    return [("fence", front, 1), *parts]


def _same_but(old: Outline, new: Outline, changed: tuple[str, int]) -> bool:
    """Return whether the content of one part alone, given by its kind and line, is another."""
    if len(old) != len(new):
        return False
    return all(a[:2] == b[:2] or (a[0] == b[0] and (a[0], a[2]) == changed) for a, b in zip(old, new, strict=True))


def _check_outline(old: str, new: str, changed: tuple[str, int]) -> None:
    if not _same_but(_outline(old), _outline(new), changed):
        raise LecternError(
            "this change would alter more of the script than was asked for; look at its fences, empty "
            "lines and headings"
        )


def _check_block(old: _YamlBlock, new: _YamlBlock, path: KeyPath, removed: bool) -> None:
    """Refuse a change of anything in the block but the value at `path`."""
    present = _find(new.root, path) is not None
    if present == removed or _without(node_content(old.root), path) != _without(node_content(new.root), path):
        raise LecternError(f"this value of {_dotted(path)} would change other fields, too; put it in quotes")


def _without(values: Any, path: KeyPath) -> Any:
    """Return JSON-like values with what is at `path` blanked out."""
    if not path:
        return None
    key, rest = path[0], path[1:]
    if isinstance(values, dict):
        return {**values, key: _without(values.get(key), rest)}
    if isinstance(values, list) and isinstance(key, int):
        return [_without(v, rest) if i == key else v for i, v in enumerate(values)]
    return values


def _dotted(path: KeyPath) -> str:
    return '"' + ".".join(str(key) for key in path) + '"'
