"""The steps of a capture: what a person does at a screen."""

from collections.abc import Callable
from typing import Any

from .errors import an, did_you_mean, listed
from .fields import (
    Desk, Fields, Reader, as_number, check_span, choice, existing_file, flag, mark, number, read_fields, text, whole,
)
from .keyboard import key_fault
from .kinds import KINDS
from .nodes import Mapping, Node, Scalar, found
from .screen import Step, Target, Wait
from .targets import check_wait, lines, target, wait

DEFAULT_ZOOM = 1.4
"""What `zoom: true` means."""


def step(kind: str, seen: bool) -> Reader:
    """A reader of the steps of a capture of `kind`; unseen ones (hidden, finally) have no times in the film."""

    def read(node: Node, desk: Desk) -> Step:
        action = _action(node, kind)
        fields = {**fields_of(action), **(_SEEN if seen else {}), "expect": text}
        if not seen:
            _refuse_times(node, desk)
        before = len(desk.problems)
        values = read_fields(
            _without_times(node, seen), f'{an(f'"{action}"')} step', fields, desk, REQUIRED.get(action, ())
        )
        if len(desk.problems) == before:
            check_wait(values.get("wait"), kind, node, desk)
            _check_keys(values.get("press", ""), kind, node, desk)
            check_span(values, node.line, desk)
        return _made(action, values, kind, node.line)

    return read


def fields_of(action: str) -> Fields:
    """The keys of a step that does `action`, but for those that every step has."""
    where: Fields = {WHERE[action]: target} if action in WHERE else {}
    return {action: _ACTIONS[action], **where, **_MORE.get(action, {})}


def check_order(steps: tuple[Step, ...], desk: Desk) -> None:
    """Steps are done in their order, so their marks have to come in it."""
    latest: Step | None = None
    for step in (s for s in steps if s.at in desk.marks):
        if latest and latest.at and step.at and desk.marks[step.at] < desk.marks[latest.at]:
            desk.report(
                step.line,
                f'this step waits for "{step.at}", which is said before "{latest.at}" of line {latest.line}; '
                "steps are done in their order, so their marks have to come in that order, too",
            )
        latest = step


def _check_keys(names: str, kind: str, node: Node, desk: Desk) -> None:
    """Every key that is pressed has to be one; a page knows more of them than programs do."""
    for fault in filter(None, (key_fault(name, kind in ("browser", "ide")) for name in names.split())):
        desk.report(node.line, f'"press": {fault}')


def _zoom(node: Node, desk: Desk) -> float | None:
    if isinstance(node, Scalar) and node.text in ("true", "false"):
        return DEFAULT_ZOOM if node.text == "true" else None
    value = as_number(node)
    if value is None or not 1 <= value <= 3:
        raise node.fault(f"true or a number from 1 to 3 is wanted, not {found(node)}")
    return value


def _scroll(node: Node, desk: Desk) -> str | Target:
    """So many pixels, or until a target is seen."""
    return node.text if isinstance(node, Scalar) and as_number(node) is not None else target(node, desk)


def _typed(node: Node, desk: Desk) -> dict[str, str] | str:
    """What is typed: a text, or the name of a secret."""
    return read_fields(node, "what is typed", {"secret": text}, desk, ("secret",)) if isinstance(node, Mapping) else text(node, desk)


def _edited(node: Node, desk: Desk) -> Target:
    return Target(lines=lines(node, desk))


def _any(node: Node, desk: Desk) -> str:
    """A text that may be empty: what takes the place of lines that go."""
    return node.text if isinstance(node, Scalar) and not node.text.strip() else text(node, desk)


_ACTIONS: dict[str, Reader] = {
    "open": text, "click": target, "type": _typed, "press": text, "select": text, "scroll": _scroll,
    "hover": target, "drag": target, "wait": wait, "highlight": target, "run": text, "upload": existing_file,
    "tab": text, "dialog": choice("accept", "dismiss"), "edit": _edited, "diff": text, "save": text,
    "moment": number(0, 36000, "seconds"),
}  # fmt: skip

WHERE = {"type": "into", "press": "on", "select": "from", "scroll": "on", "upload": "into", "moment": "on"}
"""The key that names the target of an action whose own value is something else."""

_MORE: dict[str, Fields] = {
    "drag": {"to": target},
    "type": {"enter": flag},
    "click": {"button": choice("left", "right", "middle"), "times": whole(1, 3)},
    "edit": {"with": _any},
    "diff": {"with": _any},
    "dialog": {"answer": text},
    "press": {"badge": flag},
    "highlight": {"spotlight": flag},
}
REQUIRED = {"drag": ("to",), "edit": ("with",), "diff": ("with",)}
"""The keys without which an action makes no step."""

_SEEN: Fields = {"at": mark, "until": mark, "zoom": _zoom, "spotlight": flag}


def _action(node: Node, kind: str) -> str:
    """The one action of a step."""
    if not isinstance(node, Mapping):
        raise node.fault(f'a step is "action: value", not {found(node)}; the actions are: {listed(_of_kind(kind))}')
    actions = [key for key in dict.fromkeys(node.keys()) if key in _ACTIONS]
    if len(actions) > 1:
        raise node.fault(f"a step does one thing, but this one has: {listed(actions)}; make it {len(actions)} steps")
    if not actions:
        near = next((n for n in (did_you_mean(key, _ACTIONS) for key in node.keys()) if n), "")
        raise node.fault(f"a step needs an action, but this one has only: {listed(node.keys(), 'nothing')}{near}"
                         f"; the actions are: {listed(_of_kind(kind))}")  # fmt: skip
    if actions[0] not in _of_kind(kind):
        raise node.fault(f'{an(kind)} has no "{actions[0]}"; its actions are: {listed(_of_kind(kind))}')
    return actions[0]


def _of_kind(kind: str) -> tuple[str, ...]:
    return KINDS[kind].actions if kind in KINDS else tuple(_ACTIONS)


def _refuse_times(node: Node, desk: Desk) -> None:
    for key in node.keys() if isinstance(node, Mapping) else ():
        if key in _SEEN:
            desk.report(node.line, f'a step that is not filmed has no "{key}"; it belongs to the steps under "steps"')


def _without_times(node: Node, seen: bool) -> Node:
    if seen or not isinstance(node, Mapping):
        return node
    kept = tuple((key, value) for key, value in node.entries if key.text not in _SEEN)
    return Mapping(node.file, node.line, node.start, node.end, kept)


def _made(action: str, values: dict[str, Any], kind: str, line: int) -> Step:
    where = values.pop(WHERE.get(action, ""), None)
    made = {"target": where, **_placed(values.pop(action, ""))}
    texts = {"text": values.pop(key) for key in ("with", "answer") if key in values}
    values.setdefault("enter", action == "type" and kind in ("terminal", "editor"))
    return Step(action=action, line=line, **(values | made | texts))  # type: ignore[arg-type]


def _placed(given: object) -> dict[str, object]:
    """An action's own value, by the field of the step it is kept in."""
    ways: dict[type, Callable[[Any], dict[str, object]]] = {
        Wait: lambda wait: {"wait": wait},
        Target: lambda target: {"target": target},
        float: lambda moment: {"moment": moment},
        dict: lambda secret: secret,
    }
    return ways.get(type(given), lambda value: {"value": value})(given)
