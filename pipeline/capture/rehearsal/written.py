"""Steps as a person would write them into a script, and the script with them."""

from typing import Any

from ...episode.edit import field_source, quoted, set_field
from ...episode.model import Capture, Step
from ...errors import LecternError

_WHERE = {"type": "into", "press": "on", "select": "from"}


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
    if step.action in _WHERE and step.target:
        fields[_WHERE[step.action]] = _flow(step.target.model_dump(exclude_none=True))
    if step.action == "dialog" and step.text:
        fields["answer"] = quoted(step.text)
    if step.action == "type" and step.enter != (kind in ("terminal", "editor")):
        fields["enter"] = "true" if step.enter else "false"
    fields |= {key: quoted(value) for key, value in (("expect", step.expect), ("at", step.at)) if value}
    return "\n    ".join(f"{key}: {value}" for key, value in fields.items())


def _value(step: Step) -> str:
    if step.wait is not None:
        return _flow(step.wait.model_dump(exclude_none=True))
    if step.value or step.target is None or step.action in _WHERE:
        return quoted(step.value)
    named = step.target.model_dump(exclude_none=True)
    return quoted(step.target.text) if set(named) == {"text"} and step.target.text else _flow(named)


def _flow(fields: dict[str, Any]) -> str:
    return "{" + ", ".join(f"{key}: {_scalar(value)}" for key, value in fields.items()) + "}"


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, (int, float)) else quoted(str(value))


def _has_environment(script: str, capture: Capture) -> bool:
    try:
        return bool(field_source(script, capture.line, ("environment",)))
    except LecternError:
        return False
