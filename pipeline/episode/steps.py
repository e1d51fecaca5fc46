"""The capture block and its steps: what a person does at a screen."""

from typing import Any

from .errors import an, did_you_mean, listed
from .fields import (
    Desk, Fields, Reader, as_number, choice, entries, flag, identifier, mark, number, point, read_fields, text,
)
from .model import Capture, Step, Target, Wait
from .nodes import Mapping, Node, Scalar, found

DEFAULT_ZOOM = 1.4
"""What `zoom: true` means."""


def read_capture(node: Node, id: str, line: int, desk: Desk) -> Capture:
    """A capture block; its faults go to `desk`."""
    kind = _kind(node, desk)
    values = read_fields(node, "a capture block", _capture_fields(kind), desk, required=("kind",))
    given = set(node.keys()) & {"steps", "goal"} if isinstance(node, Mapping) else {"steps"}
    if len(given) != 1:
        desk.report(line, 'a capture block needs either "steps" or a "goal"' + (", not both" if given else ""))
    _check_order(values.get("steps", ()), desk)
    return Capture.model_validate({"kind": "browser", **values, "id": id, "line": line})


def _capture_fields(kind: str) -> Fields:
    shown, unseen = _step(kind, seen=True), _step(kind, seen=False)
    return {
        "kind": choice("browser", "terminal", "editor", "desktop"), "id": identifier, "title": text, "at": mark,
        "goal": text, "steps": entries(shown, "steps"), "hidden": entries(unseen, "steps"),
        "finally": entries(unseen, "steps"), "shell": choice("bash"), "folder": text,
    }


def _kind(node: Node, desk: Desk) -> str:
    kind = node.get("kind") if isinstance(node, Mapping) else None
    return kind.text if isinstance(kind, Scalar) else ""


def _check_order(steps: tuple[Step, ...], desk: Desk) -> None:
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


def _target(node: Node, desk: Desk) -> Target:
    """A thing on the screen; a bare text is the text it shows."""
    if isinstance(node, Scalar):
        return Target(text=text(node, desk))
    values = read_fields(node, "a target", _TARGET, desk)
    if isinstance(node, Mapping) and not node.entries:
        raise node.fault(f"a target needs one of: {listed(_TARGET)}")
    if "name" in values and "role" not in values:
        raise node.fault('a target\'s "name" goes with its "role", like {role: button, name: Save}')
    return Target(**values)


_TARGET: Fields = {
    "role": text, "name": text, "label": text, "text": text, "placeholder": text, "selector": text, "position": point,
}


def _wait(node: Node, desk: Desk) -> Wait:
    """One condition."""
    ways = "wait for what the screen shows: {idle: 0.5}, {text: Done}, {prompt: true}, {target: {...}} or {url: ...}"
    if not isinstance(node, Mapping):
        raise node.fault(f"{found(node)} is no condition, and a wait of so many seconds breaks on a slower day; {ways}")
    if len(node.entries) != 1:
        raise node.fault(f"a wait has one condition, not {len(node.entries)}; {ways}")
    return Wait(**read_fields(node, "a wait", _WAIT, desk))


def _true(node: Node, desk: Desk) -> bool:
    if not flag(node, desk):
        raise node.fault("this can only be true")
    return True


_WAIT: Fields = {"text": text, "idle": number(0.05, 60, "seconds"), "prompt": _true, "target": _target, "url": text}


def _zoom(node: Node, desk: Desk) -> float | None:
    if isinstance(node, Scalar) and node.text in ("true", "false"):
        return DEFAULT_ZOOM if node.text == "true" else None
    value = as_number(node)
    if value is None or not 1 <= value <= 3:
        raise node.fault(f"true or a number from 1 to 3 is wanted, not {found(node)}")
    return value


def _scroll(node: Node, desk: Desk) -> str | Target:
    """So many pixels, or until a target is seen."""
    return node.text if isinstance(node, Scalar) and as_number(node) is not None else _target(node, desk)


_ACTIONS: dict[str, Reader] = {
    "open": text, "click": _target, "type": text, "press": text, "select": text, "scroll": _scroll,
    "hover": _target, "drag": _target, "wait": _wait, "highlight": _target, "run": text,
}

_WHERE = {"type": "into", "press": "on", "select": "from", "scroll": "on"}
"""The key that names the target of an action whose own value is something else."""

_SEEN: Fields = {"at": mark, "until": mark, "zoom": _zoom}
_TERMINAL = ("type", "press", "wait", "highlight", "scroll", "run")
_WAITS = {"prompt": ("terminal", "editor"), "url": ("browser",), "target": ("browser", "editor", "desktop")}


def _step(kind: str, seen: bool) -> Reader:
    """A reader of the steps of a capture of `kind`; unseen ones (hidden, finally) have no times in the film."""

    def read(node: Node, desk: Desk) -> Step:
        action = _action(node, kind)
        fields = {**_step_fields(action), **(_SEEN if seen else {}), "expect": text}
        if not seen:
            _refuse_times(node, desk)
        before = len(desk.problems)
        required = ("to",) if action == "drag" else ()
        values = read_fields(_without_times(node, seen), f'{an(f'"{action}"')} step', fields, desk, required)
        if len(desk.problems) == before:
            _check_wait(values.get("wait"), kind, node, desk)
            check_span(values, node.line, desk)
        return _made(action, values, kind, node.line)

    return read


def _step_fields(action: str) -> Fields:
    extra: dict[str, Reader] = {_WHERE[action]: _target} if action in _WHERE else {}
    extra |= {"to": _target} if action == "drag" else {}
    extra |= {"enter": flag} if action == "type" else {}
    return {action: _ACTIONS[action], **extra}


def _action(node: Node, kind: str) -> str:
    """The one action of a step."""
    if not isinstance(node, Mapping):
        raise node.fault(f'a step is "action: value", not {found(node)}; the actions are: {listed(_ACTIONS)}')
    actions = [key for key in dict.fromkeys(node.keys()) if key in _ACTIONS]
    if len(actions) > 1:
        raise node.fault(f"a step does one thing, but this one has: {listed(actions)}; make it {len(actions)} steps")
    if not actions:
        near = next((n for n in (did_you_mean(key, _ACTIONS) for key in node.keys()) if n), "")
        raise node.fault(f"a step needs an action, but this one has only: {listed(node.keys(), 'nothing')}{near}"
                         f"; the actions are: {listed(_ACTIONS)}")
    if kind == "terminal" and actions[0] not in _TERMINAL:
        raise node.fault(f'a terminal has no "{actions[0]}"; its actions are: {listed(_TERMINAL)}')
    return actions[0]


def _refuse_times(node: Node, desk: Desk) -> None:
    for key in node.keys() if isinstance(node, Mapping) else ():
        if key in _SEEN:
            desk.report(node.line, f'a step that is not filmed has no "{key}"; it belongs to the steps under "steps"')


def _without_times(node: Node, seen: bool) -> Node:
    if seen or not isinstance(node, Mapping):
        return node
    kept = tuple((key, value) for key, value in node.entries if key.text not in _SEEN)
    return Mapping(node.file, node.line, node.start, node.end, kept)


def _check_wait(wait: Wait | None, kind: str, node: Node, desk: Desk) -> None:
    for condition, kinds in _WAITS.items():
        if wait and getattr(wait, condition) is not None and kind not in kinds and kind:
            desk.report(node.line, f'a {kind} can\'t wait for "{condition}"; that is for: {listed(kinds)}')


def check_span(values: dict[str, Any], line: int, desk: Desk) -> None:
    """`until` has to be said after `at`."""
    at, until = values.get("at"), values.get("until")
    if at in desk.marks and until in desk.marks and desk.marks[until] <= desk.marks[at]:
        desk.report(line, f'"until: {until}" is not said after "at: {at}"')


def _made(action: str, values: dict[str, Any], kind: str, line: int) -> Step:
    given = values.pop(action, "")
    where = values.pop(_WHERE.get(action, ""), None)
    if isinstance(given, Wait):
        values["wait"], given = given, ""
    if isinstance(given, Target):
        where, given = given, ""
    values.setdefault("enter", action == "type" and kind == "terminal")
    return Step(action=action, value=given, target=where, line=line, **values)  # type: ignore[arg-type]
