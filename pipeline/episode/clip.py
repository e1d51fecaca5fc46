"""The clip block: HTML that is drawn frame by frame, or a designed clip with the author's values."""

import json
from collections.abc import Mapping
from typing import Any

from ..base.errors import FilmFinding
from .blocks import Clip, read_block
from .clip_rules import check_clip_values
from .errors import did_you_mean, list_names
from .fields import (
    DeclaredField,
    Fields,
    Key,
    Offer,
    distinct,
    keys_to_write,
    mapping_schema,
    read_field,
    read_fields,
    report_missing,
)
from .gallery import ClipValue, DesignedClip, gallery
from .model import Episode
from .nodes import MappingNode, Node, ScalarNode, SequenceNode, describe_node, read_yaml
from .values import FILE, MARK, TEXT, Schema, ValidationContext, Value, as_number, choice, number, parse_text, value

RULE = "---"
"""The line between a clip's keys and the HTML below them."""


def clip_body(body: str, file: str, line: int) -> Node | None:
    """Return the fields of a clip: YAML alone, HTML alone, or YAML and HTML with a line ``---`` between them.

    `line` is that of the body's first line.
    """
    if body.lstrip().startswith("<"):
        return _with_html((), body, file, line)
    head, rule, html = _split(body)
    node = read_yaml(head, file, line)
    if not rule:
        return node
    first = line + head.count("\n") + 1
    keys = node.entries if isinstance(node, MappingNode) else ()
    return _with_html(keys, html, file, first)


def read_clip(node: Node, id: str, line: int, context: ValidationContext) -> Clip:
    """Return a clip block; its faults go to `context`. A `name` that no designed clip has is no fault: see `clip_findings`."""
    before = len(context.problems)
    given, name = (node.get("with"), node.get("name")) if isinstance(node, MappingNode) else (None, None)
    designed = gallery().get(name.text) if isinstance(name, ScalarNode) else None
    offer = Offer(name_of(designed), tuple(designed.values)) if designed else None
    values = read_block(Clip, "a clip block", node, line, context, offer)
    told = keys_to_write(context.problems[before:])
    own = _designed(given, designed, line, context, told) if designed else _free_values(given, context)
    place = {"place": designed.place} if designed else {}
    made = {"id": id, "line": line, "values": _json(own), "html_line": _html_line(node)}
    return Clip(**place | values | made)


def clip_findings(episode: Episode) -> tuple[FilmFinding, ...]:
    """Return a finding for each clip that becomes a card saying what is wrong, as far as the script alone shows."""
    clips = ((scene, clip) for scene in episode.scenes if scene.enabled for clip in scene.clips)
    return tuple(
        clip_fault_finding(scene.id, clip.line, fault) for scene, clip in clips if (fault := unknown_name(clip))
    )


def clip_fault_finding(scene: str, line: int, fault: str) -> FilmFinding:
    """Return the finding about a clip in whose place a card is shown."""
    return FilmFinding(f'the clip of scene "{scene}" can\'t be shown: {fault}', line)


def unknown_name(clip: Clip) -> str:
    """Return what is wrong with the clip's name; "" where there is a designed clip of that name, or it names none."""
    if not clip.name or clip.name in gallery():
        return ""
    return f'there is no clip "{clip.name}"{did_you_mean(clip.name, gallery())}; the clips are: {list_names(gallery())}'


def _split(body: str) -> tuple[str, str, str]:
    lines = body.split("\n")
    at = next((i for i, line in enumerate(lines) if line.rstrip() == RULE), None)
    return (body, "", "") if at is None else ("\n".join(lines[:at]) + "\n", RULE, "\n".join(lines[at + 1 :]))


def _with_html(keys: tuple[tuple[ScalarNode, Node], ...], html: str, file: str, line: int) -> MappingNode:
    place = (file, line, 0, len(html))
    return MappingNode(*place, (*keys, (ScalarNode(*place, "html"), ScalarNode(*place, html))))


def _html_line(node: Node) -> int:
    """Return the line on which the HTML begins: of a block of YAML text (`html: |`) the one below its key."""
    pairs = node.entries if isinstance(node, MappingNode) else ()
    for key, html in (pair for pair in pairs if pair[0].text == "html"):
        in_yaml = key.end - key.start == len(key.text) and isinstance(html, ScalarNode) and "\n" in html.text
        return html.line + 1 if in_yaml else html.line
    return 0


def _json(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False) if values else ""


def _free_values(node: Node | None, context: ValidationContext) -> dict[str, Any]:
    """Return the values of a clip of the author's own: whatever they are. Marks in them are checked."""
    if node is None:
        return {}
    if not isinstance(node, MappingNode):
        context.problems.append(node.fault(f'"with": expected "key: value" lines, not {describe_node(node)}'))
        return {}
    return _plain(node, context)


def _plain(node: Node, context: ValidationContext) -> Any:
    if isinstance(node, MappingNode):
        return {key.text: _marked(key, value, context) for key, value in distinct(node, context)}
    if isinstance(node, SequenceNode):
        return [_plain(item, context) for item in node.items]
    found = as_number(node)
    return found if found is not None or not isinstance(node, ScalarNode) else node.text


def _marked(key: ScalarNode, node: Node, context: ValidationContext) -> Any:
    if key.text != "at":
        return _plain(node, context)
    values: dict[str, Any] = {}
    read_field(_AT, node, context, values)
    return values.get("at")


# Designed clips

_AT = DeclaredField("at", "at", MARK, Key("The mark at which it appears"))


def clip_fields(values: Mapping[str, ClipValue], what: str) -> Fields:
    """Return the values of a designed clip as fields; `what` is the clip in messages."""
    return {
        name: DeclaredField(name, name, _value(wanted, what), Key(wanted.about), wanted.needed, reason=wanted.about)
        for name, wanted in values.items()
    }


def name_of(clip: DesignedClip) -> str:
    """Return the clip as messages name it."""
    return f'the clip "{clip.name}"'


def _designed(
    node: Node | None, clip: DesignedClip, line: int, context: ValidationContext, told: set[str]
) -> dict[str, Any]:
    """Return the values that a designed clip takes, each checked; `line` is that of the block's fence.

    `told` are values that another message says to write.
    """
    fields = clip_fields(clip.values, name_of(clip))
    if node is None:
        report_missing(told, name_of(clip), fields, line, context)
    elif not isinstance(node, MappingNode):
        context.problems.append(node.fault(f'"with": expected "key: value" lines, not {describe_node(node)}'))
    if not isinstance(node, MappingNode):
        return {}
    values = read_fields(node, name_of(clip), fields, context, told)
    check_clip_values(node, clip.values, values, context)
    return values


def _value(wanted: ClipValue, what: str) -> Value:
    match wanted.type:
        case "number":
            least, most = wanted.least, wanted.most
            return number(-1e12 if least is None else least, 1e12 if most is None else most)
        case "choice":
            return choice(*wanted.choices)
        case "file":
            return FILE
        case "mark":
            return MARK
        case "texts":
            return _texts_value(wanted.most)
        case "list":
            return _list_value(wanted, what)
        case "text":
            return _text_value(wanted.most)


def _text_value(most: float | None) -> Value:
    def read(node: Node, context: ValidationContext) -> str:
        text = parse_text(node, context)
        if most and len(text) > most:
            raise node.fault(f"at most {most:.0f} characters can be read there, not {len(text)}")
        return text

    return value(read, TEXT.schema("") | ({"maxLength": int(most)} if most else {}))


_CELL = 80
"""Characters of a short text at most."""


def _texts_value(most: float | None) -> Value:
    """Return the kind of list of at most so many short texts."""
    one = _text_value(_CELL)

    def read(node: Node, context: ValidationContext) -> list[str]:
        first, *others = _list_items(node, most, "a list of texts, like [a, b]")
        head = "" if _is_corner(first) else one.read(first, context)
        return [head, *(one.read(item, context) for item in others)]

    return value(read, _list_schema({"anyOf": [one.schema(""), {"const": ""}]}, most))


def _list_items(node: Node, most: float | None, wanted: str) -> tuple[Node, ...]:
    """Return the entries of a list that has at least one, and at most so many. Raises SourceError for anything else."""
    if not isinstance(node, SequenceNode) or not node.items:
        raise node.fault(f"expected {wanted}, not {describe_node(node)}")
    if most and len(node.items) > most:
        raise node.fault(f"at most {most:.0f} entries fit, not {len(node.items)}")
    return node.items


def _list_schema(items: Schema, most: float | None) -> Schema:
    schema: Schema = {"type": "array", "items": items, "minItems": 1}
    return schema | ({"maxItems": int(most)} if most else {})


def _is_corner(node: Node) -> bool:
    """Return whether a text is left empty on purpose, like the first head of a table whose first column needs none."""
    return isinstance(node, ScalarNode) and not node.missing and node.text == ""


def _list_value(wanted: ClipValue, what: str) -> Value:
    """Return the kind of list whose entries are mappings; a text alone is its first value."""
    fields = {**clip_fields(wanted.of, what), "at": _AT}
    first, is_list = next(iter(fields.values())), next(iter(wanted.of.values())).type == "texts"

    def read(node: Node, context: ValidationContext) -> list[dict[str, Any]]:
        return [entry(item, context) for item in _list_items(node, wanted.most, "a list")]

    def entry(node: Node, context: ValidationContext) -> dict[str, Any]:
        values: dict[str, Any] = {}
        match node:
            case ScalarNode():
                read_field(first, node, context, values)
            case SequenceNode() if is_list:
                read_field(first, node, context, values)
            case MappingNode():
                values = read_fields(node, f"an entry of {what}", fields, context)
            case _:
                raise node.fault(f"an entry is a text or a mapping, not {describe_node(node)}")
        return values

    return value(read, _list_schema({"anyOf": [first.value.schema(""), mapping_schema(fields)]}, wanted.most))
