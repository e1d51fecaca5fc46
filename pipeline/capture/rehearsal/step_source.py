"""Writes steps into a script as a person would write them."""

import re
from typing import Any

from ...base.errors import LecternError
from ...episode.capture_block import Capture
from ...episode.edit import field_source, set_field
from ...episode.nodes import quoted
from ...episode.steps import WHERE, Step

_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_NOT_IN_BLOCK = re.compile(r"```|~~~|[^\S \n\t]|[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff]")


def with_steps(script: str, capture: Capture, steps: tuple[Step, ...], hosts: tuple[str, ...] = ()) -> str:
    """Return the script with `steps` (and `hosts`) in the block at `capture.line`; its goal stays beside them."""
    changed = set_field(script, capture.line, ("steps",), steps_source(steps, capture.kind))
    if not hosts:
        return changed
    listed = "[" + ", ".join(quoted(host) for host in (*capture.environment.hosts, *hosts)) + "]"
    if _has_environment(script, capture):
        return set_field(changed, capture.line, ("environment", "hosts"), listed)
    return set_field(changed, capture.line, ("environment",), f"{{hosts: {listed}}}")


def steps_source(steps: tuple[Step, ...], kind: str) -> str:
    """Return the YAML of steps, on the lines below their key."""
    return "".join(f"\n  - {entry}" for entry in (_step_yaml(step, kind) for step in steps))


def _step_yaml(step: Step, kind: str) -> str:
    fields: dict[str, str] = {step.action: _action_yaml(step)}
    if step.value and step.target and step.action in WHERE:
        fields[WHERE[step.action]] = _flow_mapping(step.target.model_dump(exclude_none=True))
    if step.to:
        fields["to"] = _flow_mapping(step.to.model_dump(exclude_none=True))
    if step.action in ("edit", "diff") or step.text:
        fields["answer" if step.action == "dialog" else "with"] = _text_yaml(step.text)
    if step.action == "type" and step.enter != (kind in ("terminal", "editor")):
        fields["enter"] = _scalar_yaml(step.enter)
    clicked = (("button", step.button, "left"), ("times", str(step.times), "1"))
    fields |= {key: value for key, value, usual in clicked if value != usual}
    fields |= {key: quoted(value) for key, value in (("expect", step.expect), ("at", step.at)) if value}
    return "\n    ".join(f"{key}: {value}" for key, value in fields.items())


def _action_yaml(step: Step) -> str:
    """Return the YAML of the action's own value: a condition, a text, or a thing."""
    if step.wait is not None:
        return _flow_mapping(step.wait.model_dump(exclude_none=True))
    if step.value or step.target is None:
        return _text_yaml(step.value)
    named = step.target.model_dump(exclude_none=True)
    if step.action == "edit":
        return _scalar_yaml(named["lines"])
    return quoted(step.target.text) if set(named) == {"text"} and step.target.text else _flow_mapping(named)


def _text_yaml(text: str) -> str:
    """Return the YAML of a text; of several lines, as a block, unless a fence or a control character is among them."""
    if "\n" in text and not text.endswith("\n") and not _NOT_IN_BLOCK.search(text):
        return "|2-\n" + "\n".join(f"      {line}" if line else "" for line in text.split("\n"))
    if _NUMBER.fullmatch(text):
        return text
    return quoted(text)


def _flow_mapping(fields: dict[str, Any]) -> str:
    return "{" + ", ".join(f"{key}: {_scalar_yaml(value)}" for key, value in fields.items()) + "}"


def _scalar_yaml(value: Any) -> str:
    """Return the YAML of a value: a range of lines, a position, a thing within a condition, or a plain value."""
    if isinstance(value, dict):
        return _flow_mapping(value)
    if isinstance(value, tuple):
        first, last = value
        return (
            f"[{first:g}, {last:g}]" if isinstance(first, float) else str(first) if first == last else f"{first}-{last}"
        )
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, (int, float)) else quoted(str(value))


def _has_environment(script: str, capture: Capture) -> bool:
    try:
        return bool(field_source(script, capture.line, ("environment",)))
    except LecternError:
        return False
