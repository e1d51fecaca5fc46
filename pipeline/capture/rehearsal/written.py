"""Steps as a person would write them into a script, and the script with them."""

import re
from typing import Any

from ...episode.edit import field_source, quoted, set_field
from ...episode.screen import Capture, Step
from ...episode.steps import WHERE
from ...errors import LecternError

_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_UNSEEMLY = re.compile(r"```|~~~|[^\S \n\t]|[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff]")


def with_steps(script: str, capture: Capture, steps: tuple[Step, ...], hosts: tuple[str, ...] = ()) -> str:
    """The script whose block at `capture.line` has `steps` (and goes to `hosts`, too); its goal stays beside them."""
    changed = set_field(script, capture.line, ("steps",), steps_source(steps, capture.kind))
    if not hosts:
        return changed
    listed = "[" + ", ".join(quoted(host) for host in (*capture.environment.hosts, *hosts)) + "]"
    if _has_environment(script, capture):
        return set_field(changed, capture.line, ("environment", "hosts"), listed)
    return set_field(changed, capture.line, ("environment",), f"{{hosts: {listed}}}")


def steps_source(steps: tuple[Step, ...], kind: str) -> str:
    """YAML of steps, on the lines below their key."""
    return "".join(f"\n  - {entry}" for entry in (_entry(step, kind) for step in steps))


def _entry(step: Step, kind: str) -> str:
    fields = {step.action: _value(step)}
    if step.value and step.target and step.action in WHERE:
        fields[WHERE[step.action]] = _flow(step.target.model_dump(exclude_none=True))
    if step.to:
        fields["to"] = _flow(step.to.model_dump(exclude_none=True))
    if step.action in ("edit", "diff") or step.text:
        fields["answer" if step.action == "dialog" else "with"] = _text(step.text)
    if step.action == "type" and step.enter != (kind in ("terminal", "editor")):
        fields["enter"] = _scalar(step.enter)
    clicked = (("button", step.button, "left"), ("times", str(step.times), "1"))
    fields |= {key: said for key, said, usual in clicked if said != usual}
    fields |= {key: quoted(value) for key, value in (("expect", step.expect), ("at", step.at)) if value}
    return "\n    ".join(f"{key}: {value}" for key, value in fields.items())


def _value(step: Step) -> str:
    """What stands behind the action's name: a condition, a text, or a thing."""
    if step.wait is not None:
        return _flow(step.wait.model_dump(exclude_none=True))
    if step.value or step.target is None:
        return _text(step.value)
    named = step.target.model_dump(exclude_none=True)
    if step.action == "edit":
        return _scalar(named["lines"])
    return quoted(step.target.text) if set(named) == {"text"} and step.target.text else _flow(named)


def _text(said: str) -> str:
    """A text; one of several lines as a block of them, unless a fence or a control character is among them."""
    if "\n" in said and not said.endswith("\n") and not _UNSEEMLY.search(said):
        return "|2-\n" + "\n".join(f"      {line}" if line else "" for line in said.split("\n"))
    if _NUMBER.fullmatch(said):
        return said
    return quoted(said + "\n" if said.endswith("\n") else said)  # a script's texts lose one line end


def _flow(fields: dict[str, Any]) -> str:
    return "{" + ", ".join(f"{key}: {_scalar(value)}" for key, value in fields.items()) + "}"


def _scalar(value: Any) -> str:
    """A value as scripts have it: a range of lines, a place, a thing within a condition, or a plain one."""
    if isinstance(value, dict):
        return _flow(value)
    if isinstance(value, tuple):
        first, last = value
        return f"[{first:g}, {last:g}]" if isinstance(first, float) else str(first) if first == last else f"{first}-{last}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, (int, float)) else quoted(str(value))


def _has_environment(script: str, capture: Capture) -> bool:
    try:
        return bool(field_source(script, capture.line, ("environment",)))
    except LecternError:
        return False
