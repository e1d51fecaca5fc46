"""The blocks that say how a scene looks: scene, overlay and avatar."""

from typing import Any, get_args

from .errors import an, listed
from .fields import (
    Desk, Fields, character, check_span, choice, entries, existing_file, flag, identifier, mark, number, point,
    read_fields, text,
)
from .model import AvatarBlock, Mood, Overlay, OverlayKind
from .nodes import Mapping, Node, Scalar

_SCENE: Fields = {
    "id": identifier,
    "transition": choice("cut", "fade", "slide", "wipe"),
    "seconds": number(0, 5, "seconds"),
    "before": number(0, 30, "seconds"),
    "after": number(0, 30, "seconds"),
    "layout": choice("auto", "full", "side-by-side", "inset", "narrator-only"),
    "background": text,
    "prompt": text,
    "enabled": flag,
}


def read_scene(node: Node, desk: Desk) -> dict[str, Any]:
    """What a scene block sets, by the names of `Scene`'s fields."""
    values = read_fields(node, "a scene block", _SCENE, desk)
    if "seconds" in values:
        values["transition_seconds"] = values.pop("seconds")
    transition = node.get("transition") if isinstance(node, Mapping) else None
    return values | ({"transition_line": transition.line} if transition else {})


def _position(node: Node, desk: Desk) -> tuple[float, float] | None:
    return None if isinstance(node, Scalar) and node.text == "auto" else point(node, desk)


def _item(node: Node, desk: Desk) -> tuple[str, str | None]:
    """An entry of a list and the mark it comes with."""
    if isinstance(node, Scalar):
        return text(node, desk), None
    values = read_fields(node, "an item", {"text": text, "at": mark}, desk, required=("text",))
    return values.get("text", ""), values.get("at")


_OVERLAY: Fields = {
    "kind": choice("title", "chapter", "lower-third", "bullets", "callout", "code", "image", "caption"),
    "id": identifier,
    "text": text,
    "subtitle": text,
    "items": entries(_item, "items"),
    "file": existing_file,
    "language": text,
    "position": _position,
    "at": mark,
    "until": mark,
    "seconds": number(0.5, 600, "seconds"),
}

_ALWAYS = ("kind", "id", "position", "at", "until", "seconds")

_SHOWS: dict[OverlayKind, tuple[str, ...]] = {
    "title": ("text", "subtitle"),
    "chapter": ("text", "subtitle"),
    "lower-third": ("text", "subtitle"),
    "bullets": ("items", "text"),
    "callout": ("text",),
    "code": ("text", "file", "language"),
    "image": ("file", "text"),
    "caption": ("text",),
}
"""What each kind can show; the first is what it can't be without (code: a text or a file)."""


def read_overlay(node: Node, id: str, line: int, desk: Desk) -> Overlay:
    """An overlay block; its faults go to `desk`."""
    values = read_fields(node, "an overlay block", _OVERLAY, desk, required=("kind",))
    if "kind" in values and isinstance(node, Mapping):
        _check_kind(node, values["kind"], desk)
    check_span(values, line, desk)
    if "seconds" in values and "until" in values:
        desk.report(line, 'an overlay goes away after "seconds" or at "until", not both')
    items = values.pop("items", ())
    values |= {"items": tuple(item for item, _ in items), "item_marks": tuple(at for _, at in items)}
    return Overlay(**{"kind": "title", **values, "id": id, "line": line})


def _check_kind(node: Mapping, kind: OverlayKind, desk: Desk) -> None:
    """An overlay has what its kind shows, and nothing that its kind would leave out."""
    shows, given = _SHOWS[kind], set(node.keys())
    for key, _ in node.entries:
        if key.text in _OVERLAY and key.text not in (*_ALWAYS, *shows):
            what = an(f'"{kind}"')
            desk.report(key.line, f'{what} overlay shows no "{key.text}"; it takes: {listed((*shows, *_ALWAYS))}')
    if kind == "code" and len(given & {"text", "file"}) != 1:
        desk.report(node.line, 'a "code" overlay needs either "text" or a "file"')
    elif kind != "code" and shows[0] not in given:
        desk.report(node.line, f'{an(f'"{kind}"')} overlay needs "{shows[0]}"')


_AVATAR: Fields = {
    "id": identifier,
    "character": character,
    "side": choice("auto", "left", "right"),
    "size": number(0.1, 1, "frame heights"),
    "visible": flag,
    "mood": choice(*get_args(Mood)),
}


def read_avatar(node: Node, id: str, line: int, desk: Desk) -> AvatarBlock:
    """An avatar block; its faults go to `desk`."""
    return AvatarBlock(**{**read_fields(node, "an avatar block", _AVATAR, desk), "id": id, "line": line})
