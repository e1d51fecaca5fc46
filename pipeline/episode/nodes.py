"""YAML as the author wrote it: every scalar a string, every node with its line."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ruamel.yaml import YAML, nodes
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from ..base.errors import CONTROL, FaultDetails, SourceError, escape_invisible
from ..base.frozen import Frozen


@dataclass(frozen=True, slots=True)
class Node:
    """Something at `line` of `file`; `start` and `end` are characters of the YAML text."""

    file: str
    line: int
    start: int
    end: int

    def fault(self, message: str, allowed: Iterable[str] = (), instead: str = "") -> SourceError:
        """Return an error at the node; `allowed` are the names that may be there, `instead` is what to write."""
        found, span = node_content(self), (self.start, self.end)
        return SourceError(self.file, self.line, message, FaultDetails(0, "", found, tuple(allowed), instead, span))


@dataclass(frozen=True, slots=True)
class ScalarNode(Node):
    """A value as it is written; `comment` is what YAML drops after a bare one: " #" and all that follows on the line.

    `block`: it is written below its key, after | or >, where its last line end belongs to YAML. `written`: the name
    that a key was written under, where it is read as another.
    """

    text: str
    comment: str = ""
    block: bool = False
    written: str = ""

    @property
    def missing(self) -> bool:
        """Whether nothing is written at all, not even quotes."""
        return not self.text and self.start == self.end


@dataclass(frozen=True, slots=True)
class SequenceNode(Node):
    """A list."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class MappingNode(Node):
    """Keys and values in their order; a key may be there twice."""

    entries: tuple[tuple[ScalarNode, Node], ...]

    def get(self, key: str) -> Node | None:
        """Return the first value of `key`, or None."""
        return next((value for name, value in self.entries if name.text == key), None)

    def keys(self) -> Iterator[str]:
        """Yield the keys as they are written."""
        return (name.text for name, _ in self.entries)


_NESTED = re.compile(r"(?:[\[{]\s*(?:[\w\"']+\s*:\s*)?){200}|(?:[-?:] +){200}")
"""More than anybody writes, and what a parser takes minutes for."""

Change = tuple[int, int, str]
"""Start and end of a part of a block's text, in characters, and what takes its place."""


class Respelling(Frozen):
    """Something at `line` that was `written` in a way of its own and is read as what was `meant`.

    `changes` write it into the block's text (none: the author has to), `fence` is the block's name then. What means
    nothing (`meant` is "") is left out, `why` says for what reason.
    """

    line: int
    written: str
    meant: str
    changes: tuple[Change, ...] = ()
    fence: str = ""
    why: str = ""

    def __str__(self) -> str:
        """Return it as a note says it."""
        if not self.meant:
            return f'"{self.written}" was left out: {self.why}'
        return f'"{self.written}" was read as "{self.meant}"'


def read_yaml(text: str, file: str, line: int) -> Node | None:
    """Return the node tree of `text`, whose first line is line `line` of `file`; None if it is empty.

    Raises SourceError at the place where it is no YAML, or uses what Lectern has no use for (anchors, tags).
    """
    if _NESTED.search(text):
        raise SourceError(file, line, "this is nested too deeply")
    text = _with_final_newline(text)
    place = _YamlOrigin(text, file, line)
    try:
        root = YAML(typ="safe", pure=True).compose(text)
        return None if root is None else place.node(root)
    except RecursionError:
        raise SourceError(file, line, "this is nested too deeply") from None
    except (YAMLError, ValueError, OverflowError) as error:
        index = _error_index(error)
        advice, instead = _line_advice(text, index) or (_parse_advice(error, text), "")
        found = text[text.rfind("\n", 0, index) + 1 :].split("\n")[0].strip()
        details = FaultDetails(found=found, instead=instead, span=(index, index))
        raise SourceError(file, place.line(index), advice, details) from error


def node_content(node: Node | None) -> Any:
    """Return the node's content as JSON-like values, for hashing and comparing; all scalars are strings."""
    if isinstance(node, MappingNode):
        return {key.text: node_content(value) for key, value in node.entries}
    if isinstance(node, SequenceNode):
        return [node_content(item) for item in node.items]
    return node.text if isinstance(node, ScalarNode) else None


def places_of(root: Node) -> list[tuple[str, Node]]:
    """Return all keys and values below a node with the ways to them."""
    return list(_places(root, ""))


def path_of(root: Node, fault: SourceError, known: list[tuple[str, Node]] | None = None) -> str:
    """Return the way from `root` to what a fault is about, like ``.steps[1].wait``; "" where it is about the whole.

    `known` are the places of `root`, where they are asked for again and again.
    """
    places = places_of(root) if known is None else known
    if exact := [path for path, node in places if (node.start, node.end) == fault.details.span]:
        return exact[-1]
    here = [(path, node) for path, node in places if node.line == fault.line]
    names = re.findall(r'"([^"]+)"', fault.message)
    named = [path for path, _ in here if path.rpartition(".")[2] in names]
    named += [path for path, node in here if isinstance(node, ScalarNode) and str(fault.details.found) in node.text]
    whole = ["" for _ in here if root.line == fault.line]
    mappings = [path for path, node in here if isinstance(node, MappingNode)]
    return (named or whole or mappings[::-1] or [path for path, _ in here] or [""])[0]


def column_of(text: str, fault: SourceError) -> int:
    """Return the column, from 1, at which what a fault is about starts in its block's `text`; 0 where that is not known."""
    return fault.details.span[0] - text.rfind("\n", 0, fault.details.span[0]) if fault.details.span else 0


def _places(node: Node, path: str) -> Iterator[tuple[str, Node]]:
    """Yield all keys and values below a node with the ways to them."""
    if isinstance(node, MappingNode):
        for key, entry in node.entries:
            yield f"{path}.{key.text}", key
            yield f"{path}.{key.text}", entry
            yield from _places(entry, f"{path}.{key.text}")
    elif isinstance(node, SequenceNode):
        for index, item in enumerate(node.items):
            yield f"{path}[{index}]", item
            yield from _places(item, f"{path}[{index}]")


def canonical_text(node: Node | None) -> str:
    """Return the content as one string that comments, quotes and the order of keys do not change."""
    return json.dumps(node_content(node), sort_keys=True, ensure_ascii=False)


def describe_node(node: Node | None) -> str:
    """Return what is there, as a message says it."""
    if isinstance(node, MappingNode):
        return "a mapping"
    if isinstance(node, SequenceNode):
        return "a list"
    if not isinstance(node, ScalarNode) or node.missing:
        is_comment = isinstance(node, ScalarNode) and node.comment
        return 'nothing (YAML takes what follows "#" for a comment; put it into quotes)' if is_comment else "nothing"
    return f'"{escape_invisible(node.text if len(node.text) <= 60 else node.text[:57] + "...")}"'


@dataclass(frozen=True)
class _YamlOrigin:
    """Where a YAML text is in its file."""

    text: str
    file: str
    first: int

    def line(self, index: int) -> int:
        """Return the line of the file at a character of the YAML."""
        # ruamel's own line numbers count more characters as line ends than editors do.
        return self.first + self.text.count("\n", 0, index)

    def node(self, node: Any) -> Node:
        """Return ruamel's node as one of ours."""
        place = self._place(node)
        if isinstance(node, nodes.MappingNode):
            return MappingNode(*place, tuple(self._entry(key, value) for key, value in node.value))
        if isinstance(node, nodes.SequenceNode):
            return SequenceNode(*place, tuple(self.node(item) for item in node.value))
        comment = self._comment_after(place[3]) if node.style is None and place[2] < place[3] else ""
        return ScalarNode(*place, self._checked(node), comment, block=node.style in ("|", ">"))

    def _checked(self, node: nodes.ScalarNode) -> str:
        """Return a scalar's text. Raises SourceError for a control character, which only an escape in quotes can write."""
        text = _join_surrogates(node.value)
        if found := CONTROL.search(text):
            code = escape_invisible(found[0])
            message = (
                f'"{code}" is a control character, which nothing here needs; a key is pressed with "press: Escape"'
            )
            raise SourceError(self.file, self.line(node.start_mark.index), message)
        return text

    def _entry(self, key: Any, value: Any) -> tuple[ScalarNode, Node]:
        name, node = self._key(key), self.node(value)
        # YAML places a value that is not there at the next thing that is.
        if isinstance(node, ScalarNode) and node.missing:
            node = replace(node, line=name.line, comment=self._comment_after(name.end + 1))
        return name, node

    def _comment_after(self, end: int) -> str:
        """Return the comment on the line of a value that ends at a character, or ""."""
        rest = self.text[end : self.text.find("\n", end)]
        return rest.strip() if re.match(r"[ \t]+#", rest) else ""

    def _key(self, node: Any) -> ScalarNode:
        if isinstance(node, nodes.ScalarNode):
            return ScalarNode(*self._place(node), self._checked(node))
        raise SourceError(self.file, self.line(node.start_mark.index), "a key is a word, not a list or a mapping")

    def _place(self, node: Any) -> tuple[str, int, int, int]:
        """Return where a node is. Raises SourceError for what Lectern has no use for."""
        start, end = node.start_mark.index, node.end_mark.index
        line = self.line(start)
        if node.anchor is not None:
            message = f'"&{node.anchor}": anchors and aliases are not used here; write it out, or use quotes'
            raise SourceError(self.file, line, message)
        if self.text.startswith("!", start):
            shown = self.text[start:].split(maxsplit=1)[0]
            raise SourceError(self.file, line, f'"{shown}": a value that starts with "!" needs quotes')
        return self.file, line, start, end


def _with_final_newline(text: str) -> str:
    """Return the text with a newline at its end, without which YAML places an empty last value one character early."""
    return text if text.endswith("\n") else text + "\n"


def _join_surrogates(text: str) -> str:
    """Return the text with the surrogate pairs of JSON escapes made into their characters; a lone one becomes U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _error_index(error: Exception) -> int:
    if isinstance(error, ReaderError):
        return int(error.position)
    marks = [getattr(error, "problem_mark", None), getattr(error, "context_mark", None)]
    if "end of stream" in str(error) or "stream end" in str(error):
        marks.reverse()  # what is never closed is mended where it opens
    return next((int(mark.index) for mark in marks if mark), 0)


_ENTRY = re.compile(r"(?:- )*([\w-]+):[ \t]+(\S.*)")
_SPECIAL = tuple("\"'[{>|*&?-%@`!")


def _line_advice(text: str, index: int) -> tuple[str, str] | None:
    """Return what is wrong with the one line at which YAML stops, and what to write there; None if it is not the line."""
    start = text.rfind("\n", 0, index) + 1
    line, before = text[start:].split("\n")[0].strip(), text[:start].rstrip("\n").split("\n")[-1].strip()
    unspaced = next((one for one in (line, before) if re.match(r"(?:- )*[a-z_-]+:[^\s/:]", one)), "")
    if unspaced:
        key, _, value = unspaced.partition(":")
        return f"put a space after the colon: {key}: {value}", f"{key}: {value}"
    entry = _ENTRY.fullmatch(line)
    if (
        entry is None
        or not (entry[2].startswith(_SPECIAL) or ": " in entry[2])
        or re.fullmatch(r"[\"'\[{][^\"'\]}]*", entry[2])
    ):
        return None
    whole = f"{entry[1]}: '{entry[2].replace("'", "''")}'"
    why = f"begins with {entry[2][0]}" if entry[2].startswith(_SPECIAL) else 'holds ": "'
    return f"a value that {why} needs quotes as a whole; write {whole}", whole


def _parse_advice(error: Exception, text: str) -> str:
    """Return what the author should do about it."""
    problem = str(error).split("\n")[0]
    if isinstance(error, MarkedYAMLError):
        problem = error.problem or error.context or problem
    for sign, advice in _ADVICE.items():
        if sign in problem:
            return advice
    if "cannot start any token" in problem:
        return f'a value that starts with "{text[_error_index(error)]}" needs quotes'
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
    "expected <block end>": "this line does not fit in with those above; look at its indentation (a text that begins with spaces needs |2)",
    "special characters are not allowed": "there is a control character here; remove it",
}


_BARE = re.compile(r"[A-Za-z0-9_](?:[\w ./+-]*[\w./+-])?", re.ASCII)


def quoted(value: str) -> str:
    """Return YAML for a text: bare where that reads the same, otherwise in double quotes."""
    return value if _BARE.fullmatch(value) else json.dumps(value, ensure_ascii=False)


def quoted_in_sentence(value: str) -> str:
    """Return YAML for a text within a message, which has its own double quotes: single ones where they will do."""
    written = quoted(value)
    return f"'{value}'" if written != value and value.isprintable() and "'" not in value else written
