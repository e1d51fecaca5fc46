"""What a designed clip demands of its values together: that one names another (`among`), or stands beside it (`needs`, `either`)."""

from collections.abc import Iterator, Mapping
from typing import Any

from .errors import list_names, nearly_same, suggestion
from .gallery import ClipValue
from .nodes import MappingNode, Node, ScalarNode, SequenceNode
from .values import ValidationContext


def check_clip_values(
    node: MappingNode, wanted: Mapping[str, ClipValue], values: Mapping[str, Any], context: ValidationContext
) -> None:
    """Report what a clip's page could not draw, or would leave out. `values` are those of `node`, read."""
    for name, value in wanted.items():
        entry = node.get(name)
        if value.type != "list":
            _check(name, value, entry, node, values, context)
        elif isinstance(entry, SequenceNode):
            for index, item in enumerate(entry.items):
                if value.of and isinstance(item, MappingNode):
                    _check_entry(name, value, item, values, index, context)
                _check_count(value, item, values, context)


def _check_entry(
    name: str, value: ClipValue, item: MappingNode, values: Mapping[str, Any], index: int, context: ValidationContext
) -> None:
    if not any(item.get(key) for key in value.of):
        context.report(item.line, f'an entry of "{name}" needs one of: {list_names(value.of)}')
    for key, inner in value.of.items():
        _check(key, inner, item.get(key), item, values, context, index)


def _check(
    name: str,
    value: ClipValue,
    entry: Node | None,
    beside: MappingNode,
    values: Mapping[str, Any],
    context: ValidationContext,
    index: int | None = None,
) -> None:
    """Report a value that names nothing, or lacks the one that it belongs to. `index` is that of its entry in a list."""
    if not isinstance(entry, ScalarNode):
        return
    if value.needs and not beside.get(value.needs):
        context.problems.append(entry.fault(f'"{name}" is shown with "{value.needs}" only, which is not there'))
    if not value.among:
        return
    names = list(_names(values, value.among))[: index if value.earlier else None]
    if not names and not value.earlier or entry.text in names:
        return  # (what could not be read is told of by itself)
    near = nearly_same(entry.text, names)
    counted = entry.text.isdecimal() and 0 < int(entry.text) <= len(names)
    near = near or (names[int(entry.text) - 1] if counted else "")
    before = " before this one" if value.earlier else ""
    there = f"there are{before}: {list_names(names)}" if names else f"there is none{before}"
    message = f'"{name}": {value.about.split(";")[0]}, and none is "{entry.text}"{suggestion(near)}; {there}'
    context.problems.append(entry.fault(message, names, near))


def _check_count(value: ClipValue, item: Node, values: Mapping[str, Any], context: ValidationContext) -> None:
    """Report a list of texts with more than those that it stands below: a row with more cells than there are columns."""
    for key, inner in value.of.items():
        own = item if isinstance(item, SequenceNode) else item.get(key) if isinstance(item, MappingNode) else None
        most = len(values.get(inner.below, ()))
        if inner.below and most and isinstance(own, SequenceNode) and len(own.items) > most:
            context.report(own.line, f"{len(own.items)} {key} do not fit below {most} {inner.below}")


def _names(values: Mapping[str, Any], path: str) -> Iterator[str]:
    """Yield the texts at a path of values: `columns`, or `rows.cells` for the first cell of each row."""
    name, _, inner = path.partition(".")
    for entry in values.get(name, ()):
        found = entry.get(inner, "") if isinstance(entry, dict) else entry
        yield str(found[0] if isinstance(found, list) else found)
