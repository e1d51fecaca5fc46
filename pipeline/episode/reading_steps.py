"""Reads the steps of a capture, and says what is wrong with them."""

from collections.abc import Callable
from typing import Any

from .capture_kinds import Action, kind_spec
from .errors import list_names, with_article
from .fields import check_span, keys_of, mapping_schema, read_fields
from .nodes import MappingNode, Node, ScalarNode, describe_node
from .steps import ACTIONS, FILMED, Step
from .synonyms import action_advice, lacking_action
from .targets import Target, Wait, check_wait
from .values import Schema, ValidationContext, Value


def _read_step(seen: bool) -> Callable[[Node, ValidationContext], Step]:
    def read(node: Node, context: ValidationContext) -> Step:
        action = _action(node, context.kind)
        if not seen:
            _refuse_times(node, context)
        before = len(context.problems)
        fields = ACTIONS[action].fields(action, seen)
        values = read_fields(_without_times(node, seen), f"{with_article(f'"{action}"')} step", fields, context)
        if len(context.problems) == before:
            check_wait(values.get("wait"), node, context)
            check_span(values, node.line, context)
            _check_exit(values, node, context)
        return _build_step(action, values, context.kind, node.line)

    return read


def _check_exit(values: dict[str, Any], node: Node, context: ValidationContext) -> None:
    spec = kind_spec(context.kind)
    if values.get("exit") is not None and spec and "exit" not in spec.waits:
        message = (
            f"{with_article(context.kind)} does not know how a program ended; say what it shows then, with expect: TEXT"
        )
        context.report(node.line, message)


def step_schema(kind: str, seen: bool) -> Schema:
    """Return the JSON Schema of a step in a capture of `kind`; `seen`: it is in the film."""
    return {"oneOf": [{"$ref": f"#/$defs/{_action_name(a, kind, seen)}"} for a in ACTIONS if a in _actions_of(kind)]}


def action_schemas(kind: str, seen: bool) -> dict[str, Schema]:
    """Return the JSON Schemas that `step_schema` refers to, by their names."""
    actions = [action for action in ACTIONS if action in _actions_of(kind)]
    return {
        _action_name(action, kind, seen): mapping_schema(ACTIONS[action].fields(action, seen), (), kind)
        for action in actions
    }


def step_name(kind: str, seen: bool) -> str:
    """Return the name of the definition of a step in a capture of `kind`."""
    return "-".join(filter(None, (kind, "" if seen else "unseen", "step")))


def _action_name(action: Action, kind: str, seen: bool) -> str:
    """Return the name of the definition of an action's step: `wait` alone is another one in each kind."""
    return f"{step_name(kind if action == 'wait' else '', seen)}-{action}"


def _step_value(seen: bool) -> Value:
    return Value(_read_step(seen), lambda kind: {"$ref": f"#/$defs/{step_name(kind, seen)}"})


STEP, UNSEEN_STEP = _step_value(seen=True), _step_value(seen=False)
"""A step in the film, and one of `hidden` or `finally`."""


def _action(node: Node, kind: str) -> Action:
    """Return the one action of a step."""
    allowed = _actions_of(kind)
    if not isinstance(node, MappingNode):
        raise node.fault(
            f'a step is "action: value", not {describe_node(node)}; the actions are: {list_names(allowed)}'
        )
    actions = [action for key in keys_of(node) for action in ACTIONS if action == key]
    if len(actions) > 1:
        alone = "; a run waits by itself until the command has ended, so leave the wait out" if "run" in actions else ""
        message = f"a step does one thing, but this one has: {list_names(actions)}; make it {len(actions)} steps"
        raise node.fault(message + (alone if "wait" in actions else ""))
    if not actions:
        pairs = [(key.text, entry) for key, entry in node.entries if key.text not in ("at", "until")]
        names = [
            *([", ".join(key for key, _ in pairs)] if len(pairs) > 1 else []),
            *(f"{key}: {entry.text}" for key, entry in pairs if isinstance(entry, ScalarNode)),
            *(k for k, _ in pairs),
        ]
        advice, instead = next((found for found in (action_advice(n, allowed) for n in names) if found[0]), ("", ""))
        others = "" if advice.startswith(":") else f"; the actions are: {list_names(allowed)}"
        message = f"a step needs an action, but this one has only: {list_names(node.keys(), 'nothing')}{advice}{others}"
        raise node.fault(message, allowed, instead)
    if actions[0] not in allowed:
        advice, instead = lacking_action(actions[0], kind)
        others = "" if advice else f"; its actions are: {list_names(allowed)}"
        message = f'{with_article(kind)} has no "{actions[0]}"{advice}{others}'
        raise node.fault(message, allowed, instead)
    return actions[0]


def _actions_of(kind: str) -> tuple[str, ...]:
    spec = kind_spec(kind)
    return spec.actions if spec else tuple(ACTIONS)


def _refuse_times(node: Node, context: ValidationContext) -> None:
    for key in (key for key in keys_of(node) if key in FILMED):
        context.report(node.line, f'a step that is not filmed has no "{key}"; it belongs to the steps under "steps"')


def _without_times(node: Node, seen: bool) -> Node:
    if seen or not isinstance(node, MappingNode):
        return node
    kept = tuple((key, entry) for key, entry in node.entries if key.text not in FILMED)
    return MappingNode(node.file, node.line, node.start, node.end, kept)


def _build_step(action: Action, values: dict[str, Any], kind: str, line: int) -> Step:
    own = values.pop(action, "")
    fields = {"enter": action == "type" and kind in ("terminal", "editor"), **values, **_step_fields(own)}
    return Step(action=action, line=line, **fields)


def _step_fields(given: object) -> dict[str, Any]:
    """Return an action's own value by the field of the step it is kept in."""
    match given:
        case Wait():
            return {"wait": given}
        case Target():
            return {"target": given}
        case float():
            return {"moment": given}
        case dict():
            return given
        case _:
            return {"value": given}
