"""Rewriting a block: the nodes as they are meant, and the changes that write them so into the block's text."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from .edit import end_of
from .fields import Fields
from .nodes import Change, MappingNode, Node, Respelling, ScalarNode, SequenceNode, quoted


@dataclass
class Respeller:
    """Rewrites the nodes of a block with this `text`, and notes what it did."""

    text: str
    found: list[Respelling] = field(default_factory=list)

    @property
    def json(self) -> bool:
        """Whether the block is written as JSON, or like it."""
        return self.text.lstrip().startswith("{")

    def note(self, node: Node, written: str, meant: str, *changes: Change) -> None:
        """Remember that something is read as what was meant."""
        self.found.append(Respelling(line=node.line, written=written, meant=meant, changes=changes))

    def source(self, node: Node) -> str:
        """Return a value as it is written."""
        return self.text[node.start : end_of(node, self.text)]

    def value(self, node: Node, source: str) -> Change:
        """Return the change that puts another value, on one line, in the place of one."""
        before = self.text[: node.start].rstrip()
        below = "\n" in self.text[len(before) : node.start]
        end = end_of(node, self.text)
        return (len(before), end, f" {source}") if below else (node.start, end, source)

    def key(self, key: ScalarNode, name: str, entry: Node) -> ScalarNode:
        """Return the key of an entry under another name."""
        quote = '"' if self.text.startswith('"', key.start) else ""
        value = f" {short_text(entry.text)}" if isinstance(entry, ScalarNode) else ""
        self.note(key, f"{key.text}:{value}", f"{name}:{value}", (key.start, key.end, f"{quote}{name}{quote}"))
        return replace(key, text=name, written=key.written or key.text)

    def left_out(self, key: ScalarNode, entry: Node, why: str, changes: tuple[Change, ...] = ()) -> None:
        """Remember that an entry is left out, and why."""
        value = f" {short_text(entry.text)}" if isinstance(entry, ScalarNode) else ""
        told = Respelling(line=key.line, written=f"{key.text}:{value}", meant="", changes=changes, why=why)
        self.found.append(told)

    def reworded(self, meant: str, other: str) -> None:
        """Say of what is meant so far that it is another thing."""
        self.found = [one.model_copy(update={"meant": other}) if one.meant == meant else one for one in self.found]

    def scalar(self, node: ScalarNode, text: str, key: str) -> ScalarNode:
        """Return the value as another text."""
        source = json.dumps(text) if self.text.startswith('"', node.start) else quoted(text)
        self.note(node, f"{key}: {node.text}", f"{key}: {text}", self.value(node, source))
        return replace(node, text=text)

    def inside(self, node: ScalarNode, key: str, inner: str, text: str, action: str = "") -> MappingNode:
        """Return the value as a mapping of `inner` to a text: `wait: prompt` becomes `wait: {prompt: true}`."""
        source = json.dumps({inner: text}) if self.json else f"{{{inner}: {flow_text(text)}}}"
        meant = f"{action or key}: {{{inner}: {text}}}"
        self.note(node, f"{key}: {node.text}", meant, self.value(node, source))
        return mapping_at(node, (scalar_at(node, inner), replace(node, text=text)))

    def moved(self, block: MappingNode, name: str, key: ScalarNode, entry: Node, own: bool = True) -> MappingNode:
        """Return the block with an entry moved below the key `name`; `own`: it is written so, not made of other entries."""
        within = block.get(name)
        kept = tuple(pair for pair in block.entries if pair[0] is not key)
        changes = self._move_below(block, name, key, entry) if own else ()
        shown = f"{key.text}: {short_text(entry.text)}" if isinstance(entry, ScalarNode) else f"{key.text}:"
        self.note(key, shown, f"{name}: {shown}", *changes)
        inner = (*within.entries, (key, entry)) if isinstance(within, MappingNode) else ((key, entry),)
        moved = replace(within, entries=inner) if isinstance(within, MappingNode) else mapping_at(key, *inner)
        return replace(
            block,
            entries=tuple((k, moved if k.text == name else v) for k, v in kept)
            if within
            else (*kept, (scalar_at(key, name), moved)),
        )

    def _move_below(self, block: MappingNode, name: str, key: ScalarNode, entry: Node) -> tuple[Change, ...]:
        within, end = block.get(name), end_of(entry, self.text)
        end = self.line_end(end) if not self.json and self._alone(key, end) else end  # with the comment after it
        source = self.text[key.start : end]
        if self.json or not self._alone(key, end):
            if within is None:
                return ((key.start, end, f"{json.dumps(name) if self.json else name}: {{{source}}}"),)
            return (*self.removal(block, key, entry), self._appended(within, source))
        if within is None:
            return ((key.start, end, f"{name}:\n{_shifted(source, self.indent(key) + 2, self.indent(key))}"),)
        if self.text.startswith("{", within.start):
            return (
                ()
                if "\n" in source or "#" in source
                else (*self.removal(block, key, entry), self._appended(within, source))
            )
        if not isinstance(within, MappingNode):
            return ()
        first = within.entries[0][0]
        lines = _shifted(source, self.indent(first), self.indent(key))
        place = self.line_end(end_of(within, self.text))
        return (*self.removal(block, key, entry), (place, place, f"\n{lines}"))

    def _appended(self, within: Node, source: str) -> Change:
        place = end_of(within, self.text) - 1
        return place, place, f", {source}"

    def removal(self, block: MappingNode, key: ScalarNode, entry: Node) -> tuple[Change, ...]:
        """Return the change that takes an entry out of a mapping with others in it."""
        end, names = end_of(entry, self.text), [k for k, _ in block.entries]
        index = next(i for i, name in enumerate(names) if name is key)
        if not self.json and self._alone(key, end):
            start = self.text.rfind("\n", 0, key.start) + 1
            return ((start, self.line_end(end) + 1, ""),)
        if index + 1 < len(names):
            return ((key.start, names[index + 1].start, ""),)
        return ((end_of(block.entries[index - 1][1], self.text), end, ""),)

    def in_place(self, key: ScalarNode, entry: Node, name: str, text: str) -> tuple[Change, ...]:
        """Return the change that puts `name` with a text of several lines in the place of an entry; () where it can't be."""
        end = end_of(entry, self.text)
        if self.json or not self._alone(key, end):
            return ()
        lines = "".join(f"\n{' ' * (self.indent(key) + 2)}{line}" for line in text.split("\n"))
        return ((key.start, self.line_end(end), f"{name}: |2-{lines}"),)

    def before_item(self, items: SequenceNode, source: str) -> tuple[Change, ...]:
        """Return the change that puts an entry (`open: page.html`) before the first of a list."""
        first = items.items[0]
        if self.text.startswith("[", items.start):
            return ((first.start, first.start, f"{{{source}}}, "),)
        dash = self.text.rfind("-", 0, first.start)
        return ((dash, dash, f"- {source}\n{' ' * self._column(dash)}"),)

    def after_item(self, item: MappingNode, source: str) -> tuple[Change, ...]:
        """Return the change that puts an entry after one of a list."""
        place = self.line_end(end_of(item, self.text))
        return ((place, place, self.item_gap(item) + source),)

    def item_gap(self, item: Node) -> str:
        """Return what is between an entry of a list and the next one."""
        before = self.text[: item.start].rstrip()
        return f"\n{' ' * self._column(len(before) - 1)}- " if before.endswith("-") else ", "

    def indent(self, key: ScalarNode) -> int:
        """Return how far a key is indented, whatever is before it on its line."""
        return self._column(key.start)

    def line_end(self, index: int) -> int:
        """Return where the line of a character ends."""
        end = self.text.find("\n", index)
        return len(self.text) if end < 0 else end

    def _column(self, index: int) -> int:
        return index - (self.text.rfind("\n", 0, index) + 1)

    def _alone(self, key: ScalarNode, end: int) -> bool:
        """Return whether an entry has its lines to itself."""
        before = self.text[self.text.rfind("\n", 0, key.start) + 1 : key.start]
        behind = self.text[end : self.line_end(end)].strip()
        return not before.strip() and (not behind or behind.startswith("#"))


def short_text(text: str) -> str:
    """Return as much of a text as a note shows."""
    line = text.strip().split("\n")[0]
    return line if len(line) <= 40 else f"{line[:37]}..."


def flow_text(text: str) -> str:
    """Return YAML for a text within braces."""
    return text if re.fullmatch(r"[\w.-]+( [\w.-]+)*", text) else json.dumps(text, ensure_ascii=False)


def _shifted(source: str, to: int, by: int) -> str:
    """Return the lines of an entry that stood `by` characters from the left, now `to` characters from it."""
    first, *rest = source.split("\n")
    return "\n".join([" " * to + first, *(" " * (to - by) + line if line.strip() else line for line in rest)])


def scalar_at(at: Node, text: str) -> ScalarNode:
    """Return a text in the place of another node."""
    return ScalarNode(at.file, at.line, at.start, at.end, text)


def mapping_at(at: Node, *entries: tuple[ScalarNode, Node]) -> MappingNode:
    """Return a mapping in the place of another node."""
    return MappingNode(at.file, at.line, at.start, at.end, entries)


_TIME = re.compile(r"(\d+(?:\.\d*)?|\.\d+)\s*(ms|millis\w*|s|secs?|seconds?|m|mins?|minutes?)", re.ASCII)


def seconds_of(text: str) -> str:
    """Return `3s`, `2 s`, `500ms` or `1 min` as a plain number of seconds; "" for anything else."""
    found = _TIME.fullmatch(text.strip().lower())
    if not found:
        return ""
    factor = 0.001 if found[2].startswith(("ms", "milli")) else 60 if found[2].startswith("m") else 1
    return f"{round(float(found[1]) * factor, 6):g}"


def with_seconds(node: MappingNode, fields: Fields, respeller: Respeller) -> MappingNode:
    """Return the mapping with plain numbers where seconds are meant."""

    def read(key: ScalarNode, entry: Node) -> Node:
        timed = key.text in fields and fields[key.text].value.unit == "seconds" and isinstance(entry, ScalarNode)
        seconds = seconds_of(entry.text) if timed and isinstance(entry, ScalarNode) else ""
        return respeller.scalar(entry, seconds, key.text) if seconds and isinstance(entry, ScalarNode) else entry

    return each(node, read)


def each(node: MappingNode, read: Callable[[ScalarNode, Node], Node]) -> MappingNode:
    """Return the mapping with its values as `read` makes them."""
    return replace(node, entries=tuple((key, read(key, entry)) for key, entry in node.entries))


def renamed(node: MappingNode, names: Mapping[str, str], respeller: Respeller) -> MappingNode:
    """Return the mapping with other keys, where what they mean is not written as well."""
    given = set(node.keys())

    def name(key: ScalarNode, entry: Node) -> ScalarNode:
        meant = names.get(key.text, "")
        return respeller.key(key, meant, entry) if meant and meant not in given else key

    return replace(node, entries=tuple((name(key, entry), entry) for key, entry in node.entries))
