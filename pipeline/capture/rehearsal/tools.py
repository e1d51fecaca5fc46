"""What an agent may do at a screen, as tools of its protocol, and its calls as steps of a script."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from ...episode.model import Step, Target, Wait
from ...errors import LecternError
from ...services.chat import Tool

LOOK, DONE, GIVE_UP = "look", "done", "give_up"
Arguments = Mapping[str, Any]

_TEXT = {"type": "string"}
_TARGET = {
    "type": "object",
    "description": 'A thing on the page as a person names it, e.g. {"role": "button", "name": "Save"} or {"label": "Name"}. '
    "nth chooses among several, from 1; frame is the name of the iframe it is in.",
    "properties": {
        "role": _TEXT, "name": _TEXT, "label": _TEXT, "text": _TEXT, "placeholder": _TEXT, "nth": {"type": "integer"},
        "frame": _TEXT,
    },
    "additionalProperties": False,
}  # fmt: skip
_KEYS = {"type": "string", "description": "Keys, such as: Enter, Tab, Control+S, Down Down Enter"}


def tools_of(kind: str, marks: tuple[str, ...] = ()) -> tuple[Tool, ...]:
    """The tools for a capture of `kind`; `marks` are the moments of the narration that a step may happen at."""
    mark = {"type": "string", "enum": list(marks), "description": "The mark of the narration it belongs to"}
    at = {"at": mark} if marks else {}
    screen = [_tool(name, says, {**fields, **at}, required) for name, says, fields, required in _OF_KIND[kind]]
    return (_tool(LOOK, "See what the screen shows now.", {}, ()), *screen, *_ENDS)


def step_of(kind: str, name: str, arguments: Arguments) -> Step:
    """A call as a step; LecternError, in words for the model, where it makes none."""
    known = {tool: (fields, required) for tool, _, fields, required in _OF_KIND[kind]}
    if name not in known:
        raise LecternError(f"there is no tool {name}; there are: {', '.join([LOOK, *known, DONE, GIVE_UP])}")
    fields, required = known[name]
    given = {key: value for key, value in arguments.items() if value not in (None, "")}
    if wrong := [key for key in given if key not in fields and key != "at"]:
        raise LecternError(f"{name} has no {', '.join(wrong)}; it takes: {', '.join(fields) or 'nothing'}")
    if missing := [key for key in required if key not in given]:
        raise LecternError(f"{name} needs {', '.join(missing)}")
    try:
        return _MADE.get(name, _plain)(name, kind, given).model_copy(update={"at": given.get("at")})
    except ValidationError as error:
        fault = error.errors()[0]
        raise LecternError(f"{name}: {'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}") from error


def _tool(name: str, says: str, fields: Mapping[str, Any], required: tuple[str, ...]) -> Tool:
    schema = {"type": "object", "properties": dict(fields), "required": list(required)}
    return Tool(name=name, description=says, parameters=json.dumps(schema))


def _click(name: str, kind: str, given: Arguments) -> Step:
    return Step(action=name, target=_target(given["target"]))  # type: ignore[arg-type]


def _type(name: str, kind: str, given: Arguments) -> Step:
    into = _target(given["into"]) if "into" in given else None
    if "\n" in str(given["text"]) or "\r" in str(given["text"]):
        raise LecternError("type takes one line; press Enter ends it")
    enter = kind == "terminal" and given.get("enter") is not False
    return Step(action="type", value=str(given["text"]), target=into, enter=enter)


def _press(name: str, kind: str, given: Arguments) -> Step:
    return Step(action="press", value=str(given["keys"]))


def _select(name: str, kind: str, given: Arguments) -> Step:
    return Step(action="select", value=str(given["option"]), target=_target(given["from"]))


def _scroll(name: str, kind: str, given: Arguments) -> Step:
    if "to" in given:
        return Step(action="scroll", target=_target(given["to"]))
    try:
        return Step(action="scroll", value=f"{float(given['pixels']):g}")
    except (KeyError, TypeError, ValueError):
        raise LecternError('scroll needs "pixels" (a number; up is negative) or "to" (a target)') from None


def _wait(name: str, kind: str, given: Arguments) -> Step:
    conditions = {key: value for key, value in given.items() if key != "at"}
    if len(conditions) != 1:
        raise LecternError(f"wait takes one condition, not {len(conditions)}")
    return Step(action="wait", wait=Wait(**conditions))


def _dialog(name: str, kind: str, given: Arguments) -> Step:
    if given["answer"] not in ("accept", "dismiss"):
        raise LecternError('dialog needs answer: "accept" or "dismiss"')
    return Step(action="dialog", value=str(given["answer"]), text=str(given.get("text", "")))


def _plain(name: str, kind: str, given: Arguments) -> Step:
    value = next(str(value) for key, value in given.items() if key != "at")
    return Step(action=name, value=value)  # type: ignore[arg-type]


def _target(given: object) -> Target:
    if isinstance(given, str):
        return Target(text=given)
    if not isinstance(given, dict) or not given:
        raise LecternError('a target is an object such as {"role": "button", "name": "Save"}')
    if wrong := [key for key in given if key not in _TARGET["properties"]]:
        raise LecternError(f"a target has no {', '.join(wrong)}; name it as a person would: role and name, label, text")
    target = Target(**{key: value for key, value in given.items() if value not in (None, "")})
    if target == Target(nth=target.nth, frame=target.frame):
        raise LecternError("a target needs a role and name, a label, a text or a placeholder")
    if target.name and not target.role:
        return target.model_copy(update={"text": target.name, "name": None})
    return target


_MADE: Mapping[str, Callable[[str, str, Arguments], Step]] = {
    "click": _click, "hover": _click, "type": _type, "press": _press, "select": _select, "scroll": _scroll, "wait": _wait,
    "dialog": _dialog,
}  # fmt: skip

_Told = tuple[str, str, Mapping[str, Any], tuple[str, ...]]
_BROWSER: tuple[_Told, ...] = (
    ("open", "Go to an address, or to a page of the episode by its path.", {"address": _TEXT}, ("address",)),
    ("click", "Click a thing.", {"target": _TARGET}, ("target",)),
    ("type", "Type text, into a field if you name one.", {"text": _TEXT, "into": _TARGET}, ("text",)),
    ("press", "Press keys.", {"keys": _KEYS}, ("keys",)),
    ("select", "Choose an option of a list by its label.", {"option": _TEXT, "from": _TARGET}, ("option", "from")),
    ("scroll", "Scroll by pixels, or until a thing is seen.", {"pixels": {"type": "number"}, "to": _TARGET}, ()),
    ("hover", "Move the pointer onto a thing.", {"target": _TARGET}, ("target",)),
    ("dialog", "Answer the question that the page asks; text goes into its field.",
     {"answer": {"type": "string", "enum": ["accept", "dismiss"]}, "text": _TEXT}, ("answer",)),
    ("tab", "Show another tab: its number, part of its title, or close.", {"which": _TEXT}, ("which",)),
    ("wait", "Wait for one condition: a text, a text that goes, an address, or seconds without change.",
     {"text": _TEXT, "gone": _TEXT, "url": _TEXT, "idle": {"type": "number"}}, ()),
)  # fmt: skip
_TERMINAL: tuple[_Told, ...] = (
    ("run", "Type a command, press Enter and wait for the prompt.", {"command": _TEXT}, ("command",)),
    ("type", "Type text into the program that runs; presses Enter unless enter is false.",
     {"text": _TEXT, "enter": {"type": "boolean"}}, ("text",)),
    ("press", "Press keys.", {"keys": _KEYS}, ("keys",)),
    ("wait", "Wait for one condition: a text, the prompt, or seconds without output.",
     {"text": _TEXT, "prompt": {"type": "boolean"}, "idle": {"type": "number"}}, ()),
)  # fmt: skip
_OF_KIND: Mapping[str, tuple[_Told, ...]] = {"browser": _BROWSER, "terminal": _TERMINAL}
KINDS = tuple(_OF_KIND)
"""The kinds of capture whose goals are worked out."""

_ENDS = (
    _tool(DONE, "The goal is reached. shows: a short text that the screen shows now and that proves it.",
          {"shows": _TEXT}, ("shows",)),
    _tool(GIVE_UP, "The goal can't be reached within the limits.", {"reason": _TEXT}, ("reason",)),
)
