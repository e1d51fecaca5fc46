"""Clip blocks written in other ways that have one meaning: see `canonical.py`."""

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from .blocks import Clip
from .fields import declared
from .gallery import gallery
from .nodes import MappingNode, Node, ScalarNode, SequenceNode
from .respeller import Respeller, each, mapping_at, renamed, scalar_at, with_seconds

ALSO_CLIPS = {
    **dict.fromkeys(("comparison", "compare", "versus", "grid", "matrix"), "table"),
    **dict.fromkeys(("chart", "barchart", "bar-chart", "bar_chart"), "bars"),
    **dict.fromkeys(("quotation", "citation"), "quote"),
}
"""What else a clip is called."""
DURATIONS = {"duration": "seconds", "length": "seconds"}
_BEFORE, _AFTER = ("before", "old", "original"), ("after", "new", "changed")
_ARROWS = ("edges", "arrows", "links", "connections")
_VALUES = {
    "table": dict.fromkeys(("headers", "header", "head", "heads"), "columns") | {"data": "rows", "body": "rows"},
    "bars": dict.fromkeys(("data", "items", "values", "series"), "bars"),
    "flow": dict.fromkeys(("nodes", "steps", "items", "stages"), "boxes"),
    "list": dict.fromkeys(("points", "bullets", "entries"), "items"),
    "quote": {"quote": "text", "author": "by", "source": "by"},
    "diff": {"text": "code", "lines": "code", **dict.fromkeys(("file", "filename", "path"), "title")},
}
"""What else the values of designed clips are called."""


def canonical_clip(node: MappingNode, respeller: Respeller) -> MappingNode:
    """Return a clip block as it is meant: the values of a designed clip are below `with`."""
    node = with_moments(node, respeller)
    node = renamed(node, DURATIONS | {"kind": "name", "type": "name", "values": "with", "props": "with"}, respeller)
    node = with_seconds(node, declared(Clip), respeller)
    named = node.get("name")
    if isinstance(named, ScalarNode) and named.text in ALSO_CLIPS:
        meant = respeller.scalar(named, ALSO_CLIPS[named.text], "name")
        node = each(node, lambda key, entry: meant if key.text == "name" else entry)
    name, given = node.get("name"), node.get("with")
    designed = gallery().get(name.text) if isinstance(name, ScalarNode) else None
    if designed is None or not (given is None or isinstance(given, MappingNode)):
        return node
    rewrite = _REWRITES.get(designed.name, lambda values, respeller: values)

    def values(written: MappingNode) -> MappingNode:
        written = _shown_in_turn(written, respeller) if designed.name == "flow" else written
        return rewrite(renamed(written, _VALUES.get(designed.name, {}), respeller), respeller)

    if isinstance(given, MappingNode):
        node = each(node, lambda key, entry: values(given) if key.text == "with" else entry)
    else:
        node = values(node)
    for key, entry in node.entries:
        if key.text in designed.values and key.text not in declared(Clip):
            at_key = respeller.text[key.start :].lstrip("\"'")
            own = at_key.startswith(key.written or key.text)
            node = respeller.moved(node, "with", key, entry, own)
    return node


_MOMENTS = {**dict.fromkeys(("from", "start", "when", "mark"), "at"), **dict.fromkeys(("to", "end", "hide"), "until")}


def with_moments(node: MappingNode, respeller: Respeller) -> MappingNode:
    """Return the block with its marks under the names that these have: `to: end_mark` is `until: end_mark`."""
    marks = {
        k.text for k, v in node.entries if isinstance(v, ScalarNode) and re.fullmatch(r"\{?[^\W\d][\w.-]*\}?", v.text)
    }
    return renamed(node, {name: key for name, key in _MOMENTS.items() if name in marks}, respeller)


def _without(node: MappingNode, *keys: ScalarNode) -> MappingNode:
    return replace(node, entries=tuple(pair for pair in node.entries if not any(pair[0] is key for key in keys)))


def _found(node: MappingNode, names: tuple[str, ...]) -> tuple[ScalarNode, Node] | None:
    return next((pair for pair in node.entries if pair[0].text in names), None)


# Diff


def _diff(node: MappingNode, respeller: Respeller) -> MappingNode:
    """Return a diff as one text, whatever its lines are written as; it has no language, for its colours say what changes."""
    if spoken := _found(node, ("language", "lang", "syntax")):
        respeller.left_out(
            *spoken, "the colours of a diff say what goes and what comes", respeller.removal(node, *spoken)
        )
        node = _without(node, spoken[0])
    code = node.get("code")
    if isinstance(code, SequenceNode) and (lines := _lines_of(code)):
        respeller.note(code, "code: (a list of lines)", "code: |2 (one text)")
        node = each(node, lambda key, entry: scalar_at(code, lines) if key.text == "code" else entry)
    before, after = _found(node, _BEFORE), _found(node, _AFTER)
    if code or not before or not after:
        return node
    key, texts = before[0], [_text_of(entry) for _, entry in (before, after)]
    if texts[0] is None or texts[1] is None:
        return node
    whole = "\n".join(_changed_lines(texts[0].splitlines(), texts[1].splitlines()))
    change = respeller.in_place(*before, "code", whole)
    changes = (*change, *respeller.removal(node, *after)) if change else ()
    respeller.note(key, f"{key.text}: and {after[0].text}:", "code: with the lines that go (-) and come (+)", *changes)
    entries = ((scalar_at(key, "code"), scalar_at(before[1], whole)) if k is key else (k, v) for k, v in node.entries)
    return _without(replace(node, entries=tuple(entries)), after[0])


def _changed_lines(before: list[str], after: list[str]) -> Iterator[str]:
    """Yield the lines with what goes (-) before what comes in its place (+)."""
    for what, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            yield from (f" {line}" for line in before[a:b])
        else:
            yield from (f"-{line}" for line in before[a:b])
            yield from (f"+{line}" for line in after[c:d])


def _text_of(node: Node) -> str | None:
    """Return the text that a value is, or the lines of a list; None where it is neither."""
    if isinstance(node, ScalarNode):
        return node.text
    return _lines_of(node) if isinstance(node, SequenceNode) else None


def _lines_of(node: SequenceNode) -> str | None:
    texts = [item.text for item in node.items if isinstance(item, ScalarNode)]
    return "\n".join(texts) if len(texts) == len(node.items) else None


# Flow


def _flow(node: MappingNode, respeller: Respeller) -> MappingNode:
    """Return a flow without what its boxes say by their order: an arrow leads from each to the next.

    An arrow to an earlier box becomes that box's name in `back`. What branches stays as it is written, for a message.
    """
    boxes, arrows = node.get("boxes"), _found(node, _ARROWS)
    names = [_names_of(item) for item in boxes.items] if isinstance(boxes, SequenceNode) else []
    ends = [_ends_of(item, names) for item in arrows[1].items] if arrows and isinstance(arrows[1], SequenceNode) else []
    back = {start: end for start, end in ends if 0 <= end < start}
    marks = {start: _mark_of(arrows[1], i) for i, (start, end) in enumerate(ends) if end < start} if arrows else {}
    if not isinstance(boxes, SequenceNode):
        return node
    if any(end > start + 1 or start < 0 or end < 0 for start, end in ends):
        items = tuple(_box(item) for item in boxes.items)
        return each(node, lambda key, entry: replace(boxes, items=items) if entry is boxes else entry)
    leads = {i: names[end][-1] for i, end in back.items()}
    items = tuple(_box(item, leads.get(i, ""), marks.get(i)) for i, item in enumerate(boxes.items))
    node = each(node, lambda key, entry: replace(boxes, items=items) if entry is boxes else entry)
    if arrows:
        leading = [f"back: {names[end][-1]} in {names[start][-1]}" for start, end in back.items()]
        why = "an arrow leads from each box to the next by itself" + "".join(
            f", and back with {one}" for one in leading
        )
        respeller.left_out(*arrows, why)
        node = _without(node, arrows[0])
    round_about = next((pair for pair in node.entries if pair[0].text in ("direction", "layout", "shape")), None)
    if round_about and isinstance(round_about[1], ScalarNode) and (back or round_about[1].text not in _ROUND):
        respeller.left_out(*round_about, "Lectern places the boxes", respeller.removal(node, *round_about))
        node = _without(node, round_about[0])
    return node


_ROUND = ("circle", "circular", "cycle", "loop", "ring", "round")


def _shown_in_turn(node: MappingNode, respeller: Respeller) -> MappingNode:
    """Return a flow whose boxes come at their marks, where a list beside them says so: `steps: [{show: Red, at: red}]`."""
    nodes, steps = _found(node, ("nodes", "boxes", "stages")), _found(node, ("steps", "reveal"))
    if not nodes or not steps or not isinstance(nodes[1], SequenceNode) or not isinstance(steps[1], SequenceNode):
        return node
    shown: dict[str, ScalarNode] = {}
    for step in steps[1].items:
        name = _found(step, ("show", "box", "node")) if isinstance(step, MappingNode) else None
        at = step.get("at") if isinstance(step, MappingNode) else None
        if name and isinstance(name[1], ScalarNode) and isinstance(at, ScalarNode):
            shown.setdefault(name[1].text, at)
    if not shown:
        return node
    items = tuple(
        _shown_at(item, next((shown[n] for n in _names_of(item) if n in shown), None)) for item in nodes[1].items
    )
    respeller.left_out(
        *steps, "each box has its own mark, {text: ..., at: mark}, and what else these say a flow can't show"
    )
    return _without(each(node, lambda key, entry: _with_items(entry, items) if key is nodes[0] else entry), steps[0])


def _shown_at(item: Node, mark: ScalarNode | None) -> Node:
    if mark is None or (isinstance(item, MappingNode) and item.get("at")):
        return item
    entries = item.entries if isinstance(item, MappingNode) else ((scalar_at(item, "text"), item),)
    return mapping_at(item, *entries, (scalar_at(mark, "at"), mark))


def _names_of(item: Node) -> tuple[str, ...]:
    """Return what a box may be called by an arrow; last what it shows."""
    if isinstance(item, ScalarNode):
        return (item.text,)
    found = [item.get(key) for key in ("id", "text", "label", "name")] if isinstance(item, MappingNode) else []
    ids = [entry.text for entry in found if isinstance(entry, ScalarNode)]
    return (*ids, ids[min(1, len(ids) - 1)]) if ids else ("",)


def _ends_of(item: Node, names: list[tuple[str, ...]]) -> tuple[int, int]:
    """Return the numbers of the boxes from which and to which an arrow leads (-1: there is no such box)."""
    ends: list[Node | None] = []
    if isinstance(item, MappingNode):
        ends = [item.get("from"), item.get("to")]
    elif isinstance(item, SequenceNode):
        ends = list(item.items)
    elif isinstance(item, ScalarNode):
        ends = [scalar_at(item, part.strip()) for part in re.split(r"-+>|=>|\u2192", item.text)]
    found = [end.text for end in ends if isinstance(end, ScalarNode)]
    if len(found) != 2:
        return -1, -1
    start, end = (next((i for i, known in enumerate(names) if name in known), -1) for name in found)
    return start, end


def _mark_of(arrows: Node, number: int) -> ScalarNode | None:
    """Return the mark at which an arrow comes; None where it has none."""
    arrow = arrows.items[number] if isinstance(arrows, SequenceNode) else None
    mark = arrow.get("at") if isinstance(arrow, MappingNode) else None
    return mark if isinstance(mark, ScalarNode) else None


def _box(item: Node, back: str = "", mark: ScalarNode | None = None) -> Node:
    """Return a box without its id, and with the name of the box to which an arrow leads back, at a mark or after it."""
    added: tuple[tuple[ScalarNode, Node], ...] = ((scalar_at(item, "back"), scalar_at(item, back)),) if back else ()
    added += ((scalar_at(item, "back_at"), mark),) if back and mark else ()
    if isinstance(item, ScalarNode):
        return mapping_at(item, (scalar_at(item, "text"), item), *added) if back else item
    if not isinstance(item, MappingNode):
        return item
    shown = "text" if item.get("text") else "label" if item.get("label") else "name"
    kept = tuple((replace(k, text="text") if k.text == shown else k, v) for k, v in item.entries if k.text != "id")
    return replace(item, entries=(*kept, *added)) if item.get(shown) else item


# Bars and tables


def _with_items(node: Node, items: tuple[Node, ...]) -> Node:
    return SequenceNode(node.file, node.line, node.start, node.end, items)


def _bars(node: MappingNode, respeller: Respeller) -> MappingNode:
    """Return bars with the label of the one that matters, which may be said in its own entry."""
    bars = node.get("bars")
    if not isinstance(bars, SequenceNode) or node.get("highlight"):
        return node
    for item in bars.items:
        lit = _found(item, ("highlight", "best", "accent", "emphasis")) if isinstance(item, MappingNode) else None
        label = item.get("label") if isinstance(item, MappingNode) else None
        if not lit or not isinstance(lit[1], ScalarNode) or lit[1].text != "true" or not isinstance(label, ScalarNode):
            continue
        respeller.note(lit[0], f"{lit[0].text}: true", f"highlight: {label.text}, beside bars:")
        others = tuple(_without(one, lit[0]) if isinstance(one, MappingNode) else one for one in bars.items)
        node = each(node, lambda key, entry: _with_items(entry, others) if key.text == "bars" else entry)  # noqa: B023
        return replace(node, entries=(*node.entries, (scalar_at(lit[0], "highlight"), scalar_at(lit[0], label.text))))
    return node


def _table(node: MappingNode, respeller: Respeller) -> MappingNode:
    """Return a table with its lights as a list, where there is one alone."""

    def read(key: ScalarNode, entry: Node) -> Node:
        if key.text != "highlight" or not isinstance(entry, MappingNode):
            return entry
        return _with_items(entry, (entry,))

    return each(node, read)


_REWRITES: dict[str, Callable[[MappingNode, Respeller], MappingNode]] = {
    "diff": _diff,
    "flow": _flow,
    "bars": _bars,
    "table": _table,
}
