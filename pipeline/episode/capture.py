"""The capture block: which screen, what it is like before, and what is done there."""

import re
from typing import Any
from zoneinfo import available_timezones

from .errors import did_you_mean
from .fields import (
    Desk, Fields, Reader, choice, distinct, entries, existing_file, flag, identifier, mark, number, read_fields, text,
    whole,
)
from .kinds import KINDS
from .nodes import Mapping, Node, Scalar, Sequence, found
from .screen import Capture, Cookie, Environment, LaidFile, Limits
from .steps import check_order, step
from .targets import target


def read_capture(node: Node, id: str, line: int, desk: Desk) -> Capture:
    """A capture block; its faults go to `desk`."""
    kind = _kind(node)
    values = read_fields(node, f"a {kind} capture block" if kind else "a capture block", _fields_of(kind), desk, ("kind",))
    if kind != "footage" and not (kind == "terminal" and "cast" in values):
        _check_what_is_done(node, line, desk)
    _check_where(kind, node, line, desk)
    check_order(values.get("steps", ()), desk)
    return Capture.model_validate({"kind": "browser", **values, "id": id, "line": line})


def _check_what_is_done(node: Node, line: int, desk: Desk) -> None:
    """There are steps, or a goal to work them out for; with both, the goal says what the steps are for."""
    if isinstance(node, Mapping) and not set(node.keys()) & {"steps", "goal"}:
        desk.report(line, 'a capture block needs "steps", or a "goal" that they are worked out for')


def _check_where(kind: str, node: Node, line: int, desk: Desk) -> None:
    """What is filmed is named: a file, an address, a program."""
    keys, wanted = set(node.keys()) if isinstance(node, Mapping) else set(), _SHOWN.get(kind, {})
    if wanted and not keys & set(wanted):
        desk.report(line, f"{kind} needs {' or '.join(wanted.values())}")
    if len(keys & set(wanted)) > 1:
        desk.report(line, f"{kind} has either {' or '.join(wanted.values())}, not both")


_SHOWN = {
    "footage": {"file": 'the "file" of a video or a picture'},
    "ide": {"url": 'the "url" where the IDE is found'},
    "desktop": {"app": 'an "app" that is run', "url": 'the "url" of a desktop'},
}
"""What the kinds show that don't begin with nothing, by the key that names it."""


def _kind(node: Node) -> str:
    kind = node.get("kind") if isinstance(node, Mapping) else None
    return kind.text if isinstance(kind, Scalar) and kind.text in KINDS else ""


def _fields_of(kind: str) -> Fields:
    shown, unseen = step(kind, seen=True), step(kind, seen=False)
    own = KINDS[kind].keys if kind else tuple(_OWN)
    return {
        "kind": choice(*KINDS), "id": identifier, "title": text, "at": mark, "goal": text, "limits": _limits,
        "steps": entries(shown, "steps"), "hidden": entries(unseen, "steps"), "finally": entries(unseen, "steps"),
        "environment": _environment(kind), "blur": entries(target, "targets"), "deterministic": flag,
        "check": flag, **{key: _OWN[key] for key in own},
    }  # fmt: skip


_OWN: Fields = {
    "shell": choice("bash", "zsh", "fish", "pwsh"), "folder": text, "url": text, "app": text, "cast": existing_file,
    "file": existing_file, "start": number(0, 36000, "seconds"), "end": number(0, 36000, "seconds"),
}  # fmt: skip


def _environment(kind: str) -> Reader:
    allowed = KINDS[kind].settings if kind else tuple(_SETTINGS)

    def read(node: Node, desk: Desk) -> Environment:
        fields = {key: _SETTINGS[key] for key in allowed}
        return Environment(**read_fields(node, f"the environment of {kind or 'a capture'}", fields, desk))

    return read


def _size(node: Node, desk: Desk) -> tuple[int, int]:
    sides = [whole(160, 4096)(item, desk) for item in node.items] if isinstance(node, Sequence) else []
    if len(sides) != 2:
        raise node.fault(f"a size is [width, height] in pixels, not {found(node)}")
    return sides[0], sides[1]


def _pairs(node: Node, desk: Desk) -> tuple[tuple[str, str], ...]:
    if not isinstance(node, Mapping):
        raise node.fault(f'"NAME: value" lines are wanted, not {found(node)}')
    return tuple((key.text, text(value, desk)) for key, value in distinct(node, desk))


def _variables(node: Node, desk: Desk) -> tuple[tuple[str, str], ...]:
    pairs = _pairs(node, desk)
    for name, _ in pairs:
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name, re.ASCII):
            raise node.fault(f'"{name}" is no name of an environment variable')
    return pairs


def _cookie(node: Node, desk: Desk) -> Cookie:
    values = read_fields(node, "a cookie", {"name": text, "value": text, "url": text}, desk, ("name", "value", "url"))
    return Cookie(**{"name": "", "value": "", "url": "", **values})


def _laid(node: Node, desk: Desk) -> LaidFile:
    values = read_fields(node, "a file", {"path": text, "text": text, "file": existing_file}, desk, ("path",))
    if isinstance(node, Mapping) and len(set(node.keys()) & {"text", "file"}) != 1:
        desk.report(node.line, 'a file that is laid out has either a "text" or a "file" that is copied')
    path = str(values.get("path", ""))
    if path.startswith(("/", "\\", "~")) or ".." in path.replace("\\", "/").split("/") or ":" in path:
        desk.report(node.line, f'"{path}" has to lie below where the capture starts')
    return LaidFile(**{"path": "", **values})


def _timezone(node: Node, desk: Desk) -> str:
    name, known = text(node, desk), available_timezones()
    if known and name not in known:
        raise node.fault(f'there is no time zone "{name}"{did_you_mean(name, known)}; they are called like Europe/Berlin or UTC')
    return name


_SETTINGS: dict[str, Reader] = {
    "size": _size, "scale": number(0.5, 3), "theme": text, "prompt": text, "device": text, "locale": text,
    "timezone": _timezone, "colour_scheme": choice("dark", "light"), "login": identifier,
    "cookies": entries(_cookie, "cookies"), "hosts": entries(text, "hosts"), "env": _variables,
    "files": entries(_laid, "files"), "sandbox": flag, "network": flag,
}  # fmt: skip

_LIMITS: Fields = {
    "hosts": entries(text, "hosts"), "steps": whole(1, 200), "seconds": number(1, 3600, "seconds"),
    "never": entries(text, "words"), "allow": entries(text, "words"),
}  # fmt: skip


def _limits(node: Node, desk: Desk) -> Limits:
    values: dict[str, Any] = read_fields(node, "limits", _LIMITS, desk)
    return Limits(**values)
