"""YAML as the author wrote it: every scalar a string, every node with its line."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from ..errors import SourceError


@dataclass(frozen=True, slots=True)
class Node:
    """Something at `line` of `file`; `start` and `end` are characters of the YAML text."""

    file: str
    line: int
    start: int
    end: int

    def fault(self, message: str) -> SourceError:
        return SourceError(self.file, self.line, message)


@dataclass(frozen=True, slots=True)
class Scalar(Node):
    text: str

    @property
    def missing(self) -> bool:
        """Whether nothing is written at all, not even quotes."""
        return not self.text and self.start == self.end


@dataclass(frozen=True, slots=True)
class Sequence(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Mapping(Node):
    entries: tuple[tuple[Scalar, Node], ...]

    def get(self, key: str) -> Node | None:
        """The first value of `key`."""
        return next((value for name, value in self.entries if name.text == key), None)

    def keys(self) -> Iterator[str]:
        return (name.text for name, _ in self.entries)


def read_yaml(text: str, file: str, line: int) -> Node | None:
    """The node tree of `text`, whose first line is line `line` of `file`; None if it is empty.

    Raises SourceError at the place where it is no YAML, or uses what Lectern has no use for (anchors, tags).
    """
    text = _ended(text)
    place = _Place(text, file, line)
    try:
        root = YAML(typ="safe", pure=True).compose(text)
        return None if root is None else place.node(root)
    except RecursionError:
        raise SourceError(file, line, "this is nested too deeply") from None
    except (YAMLError, ValueError, OverflowError) as error:
        raise SourceError(file, place.line(_index(error)), _explained(error, text)) from error


def content(node: Node | None) -> Any:
    """The node's content as JSON-like values, for hashing and comparing; all scalars are strings."""
    if isinstance(node, Mapping):
        return {key.text: content(value) for key, value in node.entries}
    if isinstance(node, Sequence):
        return [content(item) for item in node.items]
    return node.text if isinstance(node, Scalar) else None


def canonical(node: Node | None) -> str:
    """The content as one string that comments, quotes and the order of keys do not change."""
    return json.dumps(content(node), sort_keys=True, ensure_ascii=False)


def found(node: Node | None) -> str:
    """What is there, as a message says it."""
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    if not isinstance(node, Scalar) or node.missing:
        return "nothing"
    return f'"{node.text if len(node.text) <= 60 else node.text[:57] + "..."}"'


@dataclass(frozen=True)
class _Place:
    """Where a YAML text stands in its file."""

    text: str
    file: str
    first: int

    def line(self, index: int) -> int:
        # ruamel's own line numbers count more characters as line ends than editors do.
        return self.first + self.text.count("\n", 0, index)

    def node(self, node: Any) -> Node:
        start, end = node.start_mark.index, node.end_mark.index
        place = (self.file, self.line(start), start, end)
        self._refuse_specials(node, place)
        if isinstance(node, MappingNode):
            return Mapping(*place, tuple(self._entry(key, value) for key, value in node.value))
        if isinstance(node, SequenceNode):
            return Sequence(*place, tuple(self.node(item) for item in node.value))
        return Scalar(*place, _paired(node.value))

    def _entry(self, key: Any, value: Any) -> tuple[Scalar, Node]:
        name, node = self._key(key), self.node(value)
        # YAML places a value that is not there at the next thing that is.
        absent = isinstance(node, Scalar) and node.missing
        return name, replace(node, line=name.line) if absent else node

    def _key(self, node: Any) -> Scalar:
        if isinstance(node, ScalarNode):
            return self.node(node)  # type: ignore[return-value]
        raise SourceError(self.file, self.line(node.start_mark.index), "a key is a word, not a list or a mapping")

    def _refuse_specials(self, node: Any, place: tuple[str, int, int, int]) -> None:
        if node.anchor is not None:
            message = f'"&{node.anchor}": anchors and aliases are not used here; write it out, or use quotes'
            raise SourceError(*place[:2], message)
        if str(node.tag).startswith("!"):
            raise SourceError(*place[:2], f'"{node.tag}": a value that starts with "!" needs quotes')


def _ended(text: str) -> str:
    """The text with a newline at its end, without which YAML places an empty last value one character early."""
    return text if text.endswith("\n") else text + "\n"


def _paired(text: str) -> str:
    """The text with the surrogate pairs of JSON escapes made into their characters; a lone one becomes U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _index(error: Exception) -> int:
    if isinstance(error, ReaderError):
        return int(error.position)
    marks = [getattr(error, "problem_mark", None), getattr(error, "context_mark", None)]
    if "end of stream" in str(error) or "stream end" in str(error):
        marks.reverse()  # what is never closed is mended where it opens
    return next((int(mark.index) for mark in marks if mark), 0)


def _explained(error: Exception, text: str) -> str:
    """What the author should do about it."""
    problem = str(error).split("\n")[0]
    if isinstance(error, MarkedYAMLError):
        problem = error.problem or error.context or problem
    for sign, advice in _ADVICE.items():
        if sign in problem:
            return advice
    if "cannot start any token" in problem:
        return f'a value that starts with "{text[_index(error)]}" needs quotes'
    return f"this is not YAML: {problem}"


_ADVICE = {
    "mapping values are not allowed": 'a value that holds ": " needs quotes (or this line is indented too far)',
    r"'\t' that cannot": "YAML is indented with spaces, not with tabs",
    "undefined alias": 'a value that starts with "*" needs quotes',
    "alias": 'a value that starts with "*" needs quotes',
    "unexpected end of stream": "the quote that opens here is never closed",
    "<stream end>": "the bracket that opens here is never closed",
    "found another document": '"---" starts a second document; a block holds one',
    "could not find expected ':'": 'this line has no "key: value"',
    "expected <block end>": "this line does not fit in with those above; look at its indentation (a text that begins with blanks needs |2)",
    "special characters are not allowed": "there is a control character here; remove it",
}
