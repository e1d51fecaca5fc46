"""The clip block: HTML that is drawn frame by frame, or a designed clip with the author's values."""

import json
from collections.abc import Iterator
from typing import Any

from ..errors import SourceError
from .errors import did_you_mean, listed
from .fields import (
    Desk, Fields, as_number, check_span, choice, distinct, entries, existing_file, identifier, mark, number, read_fields,
    text, unknown,
)
from .gallery import DesignedClip, Value, gallery
from .model import Clip, Episode
from .nodes import Mapping, Node, Scalar, Sequence, found, read_yaml

RULE = "---"
"""The line between a clip's keys and the HTML below them."""


def clip_body(body: str, file: str, line: int) -> Node | None:
    """The fields of a clip: YAML alone, HTML alone, or YAML and HTML with a line ``---`` between them.

    `line` is that of the body's first line.
    """
    if body.lstrip().startswith("<"):
        return _with_html((), body, file, line)
    head, rule, html = _split(body)
    node = read_yaml(head, file, line)
    if not rule:
        return node
    first = line + head.count("\n") + 1
    keys = node.entries if isinstance(node, Mapping) else ()
    return _with_html(keys, html, file, first)


def read_clip(node: Node, id: str, line: int, desk: Desk) -> Clip:
    """A clip block; its faults go to `desk`. A `name` that no designed clip has is no fault here: see `clip_findings`."""
    values = read_fields(node, "a clip block", _CLIP, desk)
    _check_one(node, desk)
    check_span(values, line, desk)
    if "seconds" in values and "until" in values:
        desk.report(line, 'a clip goes away after "seconds" or at "until", not both')
    designed = gallery().get(values.get("name", ""))
    given = node.get("with") if isinstance(node, Mapping) else None
    own = _designed(given, designed, line, desk) if designed else _free(given, desk)
    place = values.pop("place", designed.place if designed else "stage")
    values.pop("with", None)
    return Clip(**{**values, "id": id, "line": line, "place": place, "values": _json(own), "html_line": _html_line(node)})


def clip_findings(episode: Episode) -> tuple[str, ...]:
    """Clips that stand in the film as a card that says what is wrong, as far as the script alone tells."""
    clips = ((scene, clip) for scene in episode.scenes if scene.enabled for clip in scene.clips)
    return tuple(cant_be_shown(scene.id, clip.line, fault) for scene, clip in clips if (fault := unknown_name(clip)))


def cant_be_shown(scene: str, line: int, fault: str) -> str:
    """The finding about a clip in whose place a card is shown."""
    return f'script.md:{line}: the clip of scene "{scene}" can\'t be shown: {fault}'


def unknown_name(clip: Clip) -> str:
    """What is wrong with the name of the clip; nothing where there is a designed clip of that name, or none is wanted."""
    if not clip.name or clip.name in gallery():
        return ""
    return f'there is no clip "{clip.name}"{did_you_mean(clip.name, gallery())}; the clips are: {listed(gallery())}'


def _split(body: str) -> tuple[str, str, str]:
    lines = body.split("\n")
    at = next((i for i, line in enumerate(lines) if line.rstrip() == RULE), None)
    return (body, "", "") if at is None else ("\n".join(lines[:at]) + "\n", RULE, "\n".join(lines[at + 1 :]))


def _with_html(keys: tuple[tuple[Scalar, Node], ...], html: str, file: str, line: int) -> Mapping:
    place = (file, line, 0, len(html))
    return Mapping(*place, (*keys, (Scalar(*place, "html"), Scalar(*place, html))))


def _html_line(node: Node) -> int:
    """The line on which the HTML begins: of a block of YAML text (`html: |`) the one below its key."""
    pairs = node.entries if isinstance(node, Mapping) else ()
    for key, value in (pair for pair in pairs if pair[0].text == "html"):
        in_yaml = key.end - key.start == len(key.text) and isinstance(value, Scalar) and "\n" in value.text
        return value.line + 1 if in_yaml else value.line
    return 0


def _json(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False) if values else ""


def _any(node: Node, desk: Desk) -> None:
    """Read on its own, when it is known which clip it is for."""


_CLIP: Fields = {
    "id": identifier, "html": text, "file": existing_file, "name": text, "with": _any,
    "files": entries(existing_file, "files"), "place": choice("stage", "frame"),
    "at": mark, "until": mark, "seconds": number(0.1, 600, "seconds"),
}  # fmt: skip


def _check_one(node: Node, desk: Desk) -> None:
    given = sorted(set(node.keys()) & {"html", "file", "name"}) if isinstance(node, Mapping) else []
    if len(given) != 1:
        desk.report(node.line, f'a clip block is one of "html", "file" and "name", but has: {listed(given)}')


def _free(node: Node | None, desk: Desk) -> dict[str, Any]:
    """The values of a clip of the author's own: whatever they are. Marks in them are checked."""
    if node is None:
        return {}
    if not isinstance(node, Mapping):
        desk.problems.append(node.fault(f'"with": "key: value" lines are wanted, not {found(node)}'))
        return {}
    return _plain(node, desk)


def _plain(node: Node, desk: Desk) -> Any:
    if isinstance(node, Mapping):
        return {key.text: _marked(key, value, desk) for key, value in distinct(node, desk)}
    if isinstance(node, Sequence):
        return [_plain(item, desk) for item in node.items]
    value = as_number(node)
    return node.text if value is None else value  # type: ignore[attr-defined]


def _marked(key: Scalar, value: Node, desk: Desk) -> Any:
    return _guarded(key.text, lambda: mark(value, desk), desk) if key.text == "at" else _plain(value, desk)


# Designed clips


def _designed(node: Node | None, designed: DesignedClip, line: int, desk: Desk) -> dict[str, Any]:
    """The values that a designed clip takes, each checked."""
    what = f'the clip "{designed.name}"'
    if node is not None and not isinstance(node, Mapping):
        desk.problems.append(node.fault(f'"with": "key: value" lines are wanted, not {found(node)}'))
        return {}
    return _values(node, designed.values, what, node.line if node else line, desk)


def _values(node: Mapping | None, known: dict[str, Value], what: str, line: int, desk: Desk, also: tuple[str, ...] = ()) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in distinct(node, desk) if node else ():
        if key.text not in (*known, *also):
            desk.problems.append(key.fault(unknown(key.text, what, (*known, *also))))
        else:
            values[key.text] = _guarded(key.text, lambda: _value(value, known.get(key.text), what, desk), desk)  # noqa: B023
    for name in (name for name, wanted in known.items() if wanted.needed and name not in values):
        desk.report(line, f'{what} needs "{name}": {known[name].about}')
    return values


def _guarded(key: str, read: Any, desk: Desk) -> Any:
    try:
        return read()
    except SourceError as error:
        desk.problems.append(SourceError(error.file, error.line, f'"{key}": {error.message}'))
        return None


def _value(node: Node, wanted: Value | None, what: str, desk: Desk) -> Any:
    if wanted is None:
        return mark(node, desk)
    match wanted.type:
        case "number":
            return number(-1e12 if wanted.least is None else wanted.least, 1e12 if wanted.most is None else wanted.most)(node, desk)
        case "choice":
            return choice(*wanted.choices)(node, desk)
        case "file":
            return existing_file(node, desk)
        case "mark":
            return mark(node, desk)
        case "list":
            return list(_items(node, wanted, what, desk))
        case _:
            return _text(node, wanted, desk)


def _text(node: Node, wanted: Value, desk: Desk) -> str:
    said = text(node, desk)
    if wanted.most and len(said) > wanted.most:
        raise node.fault(f"at most {wanted.most:.0f} letters can be read there, not {len(said)}")
    return said


def _items(node: Node, wanted: Value, what: str, desk: Desk) -> Iterator[dict[str, Any]]:
    """Each entry as a mapping; one that is a text alone is its first value."""
    if not isinstance(node, Sequence) or not node.items:
        raise node.fault(f"a list is wanted, not {found(node)}")
    if wanted.most and len(node.items) > wanted.most:
        raise node.fault(f"at most {wanted.most:.0f} entries find room, not {len(node.items)}")
    first = next(iter(wanted.of))
    for item in node.items:
        if isinstance(item, Scalar):
            yield {first: _guarded(first, lambda: _value(item, wanted.of[first], what, desk), desk)}  # noqa: B023
        elif isinstance(item, Mapping):
            yield _values(item, wanted.of, f"an entry of {what}", item.line, desk, also=("at",))
        else:
            raise item.fault(f"an entry is a text or a mapping, not {found(item)}")
