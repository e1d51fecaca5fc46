"""The tools that an agent has at a screen, and the reading of its calls as steps of a script.

The tools of a kind are the actions of its grammar, except those that need a person's judgement. A call is read as a step
of a script, so whatever an agent does can be written there.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...base.errors import LecternError, SourceError
from ...episode.capture_kinds import KINDS
from ...episode.nodes import read_yaml
from ...episode.reading_steps import STEP
from ...episode.steps import Step, options_of
from ...episode.values import Schema, ValidationContext
from ...services.chat.values import ChatTool

LOOK, DONE, GIVE_UP = "look", "done", "give_up"
Arguments = Mapping[str, Any]

_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "number"}
_WHOLE: Schema = {"type": "integer"}
_LINES: Schema = {"type": "string", "description": "A line of the file in front, like 7, or lines, like 3-5"}
_TARGET: Schema = {"type": "object"}
"""Placeholder for the targets of a kind."""


@dataclass(frozen=True)
class _ToolAction:
    """An action as a tool: its description `says`, and the `names` under one of which its own value is given."""

    says: str
    names: Mapping[str, Schema]


_ACTIONS: Mapping[str, _ToolAction] = {
    "open": _ToolAction("Go to an address, or open a page or a file by its path.", {"path": _TEXT}),
    "click": _ToolAction("Click a thing.", {"target": _TARGET}),
    "type": _ToolAction("Type text: one line (in a file, as many as it has), after a click on the thing that `into` names.",
                 {"text": _TEXT}),
    "press": _ToolAction("Press keys, one after the other.",
                  {"keys": {"type": "string", "description": "Such as: Enter, Tab, Control+S, Down Down Enter"}}),
    "select": _ToolAction("Choose an option of the list `from` by its label; in a file, select lines (3-5) or a text.",
                   {"what": _TEXT}),
    "scroll": _ToolAction("Scroll by pixels (up is negative), or to a thing until it is seen.",
                   {"pixels": _NUMBER, "to": _TARGET}),
    "hover": _ToolAction("Move the pointer onto a thing.", {"target": _TARGET}),
    "drag": _ToolAction("Drag a thing to another.", {"target": _TARGET}),
    "highlight": _ToolAction("Point at a thing, so that a viewer looks at it; it changes nothing.", {"target": _TARGET}),
    "edit": _ToolAction("Replace lines of the file in front.", {"lines": _LINES}),
    "diff": _ToolAction("Make the whole of a file this text; what differs is shown as a diff.", {"file": _TEXT}),
    "save": _ToolAction("Save the file in front under this path.", {"file": _TEXT}),
    "run": _ToolAction("Run a command in the terminal and wait until it has ended; on a desktop, start a program.",
                {"command": _TEXT}),
    "tab": _ToolAction("Show another tab: its number, part of its title, or close.", {"which": _TEXT}),
    "dialog": _ToolAction("Answer the question that the page asks; answer goes into its field.",
                   {"how": {"type": "string", "enum": ["accept", "dismiss"]}}),
    "wait": _ToolAction("Wait for one condition; idle are seconds in which nothing changes.", {
        "text": _TEXT, "gone": _TEXT, "idle": _NUMBER, "prompt": {"type": "boolean", "enum": [True]}, "exit": _WHOLE,
        "target": _TARGET, "url": _TEXT, "download": _TEXT,
    }),
}  # fmt: skip
"""Not among them: `upload`, which gives a page the person's files, `moment`, which only the person can know, and `paste`, which
is how a `type` looks."""

_COMMON_FIELDS: Mapping[str, Schema] = {
    "into": _TARGET, "on": _TARGET, "from": _TARGET, "to": _TARGET, "with": _TEXT, "answer": _TEXT, "times": _WHOLE,
    "enter": {"type": "boolean", "description": "Press Enter afterwards (a terminal does, unless this is false)"},
    "button": {"type": "string", "enum": ["left", "right", "middle"]},
}  # fmt: skip
"""The further keys of steps. Those about the film (badges, zooms, spotlights) are the author's."""

_NTH: Schema = {"type": "integer", "description": "Which of several, from 1"}
_PAGE: Mapping[str, Schema] = {
    "role": _TEXT, "name": _TEXT, "label": _TEXT, "text": _TEXT, "placeholder": _TEXT, "nth": _NTH,
    "frame": {"type": "string", "description": "The name of the iframe it is in"},
}  # fmt: skip
_PICTURE: Schema = {"type": "string", "description": "A picture file of the episode that looks like it"}
_POSITION: Schema = {
    "type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2,
    "description": "Fractions of the width and the height, from the top left: [0.5, 0.25]",
}  # fmt: skip


@dataclass(frozen=True)
class _TargetGrammar:
    """How things on a screen are named: an `example`, and the keys of a target; `placed`: whether steps can go to it."""

    example: str
    keys: Mapping[str, Schema]
    placed: bool = True


_PAGE_TARGETS = _TargetGrammar('{"role": "button", "name": "Save"} or {"label": "Name"}', _PAGE)
_TARGET_GRAMMARS: Mapping[str, _TargetGrammar] = {
    "browser": _PAGE_TARGETS,
    "ide": _PAGE_TARGETS,
    "terminal": _TargetGrammar('{"text": "3 passed"}', {"text": _TEXT, "nth": _NTH}, placed=False),
    "editor": _TargetGrammar(
        '{"lines": "3-5"}, {"text": "total"}; {"text": "terminal"} is the terminal',
        {"text": _TEXT, "lines": _LINES, "nth": _NTH},
    ),
    "desktop": _TargetGrammar(
        '{"text": "Save"}, or {"position": [0.5, 0.25]} for what has no text',
        {"text": _TEXT, "position": _POSITION, "image": _PICTURE, "nth": _NTH},
    ),
}
REHEARSED_KINDS = tuple(_TARGET_GRAMMARS)
"""The kinds of capture whose goals can be worked out."""


def tools_of(kind: str, marks: tuple[str, ...] = ()) -> tuple[ChatTool, ...]:
    """Return the tools for a capture of `kind`; `marks` are the moments of the narration at which a step may happen."""
    mark = {"type": "string", "enum": list(marks), "description": "The mark of the narration it belongs to"}
    at = {"at": mark} if marks else {}
    acts = (
        _tool(name, _ACTIONS[name].says, {**_fields(kind, name), **at}, _required_fields(name))
        for name in _actions(kind)
    )
    return (_tool(LOOK, "See what the screen shows now.", {}, ()), *acts, *_END_TOOLS)


def step_of(kind: str, name: str, arguments: Arguments, episode: Path = Path()) -> Step:
    """Return a call as a step; `episode` is the folder whose files it may name.

    Raises LecternError, in words for the model, if the call isn't a step.
    """
    if name not in _actions(kind):
        raise LecternError(f"there is no tool {name}; there are: {', '.join([LOOK, *_actions(kind), DONE, GIVE_UP])}")
    fields = _fields(kind, name)
    given = {key: value for key, value in arguments.items() if value is not None and (value != "" or key == "with")}
    at = given.pop("at", None)
    if wrong := [key for key in given if key not in fields]:
        raise LecternError(f"{name} has no {', '.join(wrong)}; it takes: {', '.join(fields)}")
    values = {key: _script_value(kind, name, key, value, fields[key]) for key, value in given.items()}
    more = {key: value for key, value in values.items() if key not in _ACTIONS[name].names}
    made = _parse_step(kind, name, {name: _action_value(kind, name, values), **more}, episode)
    if name == "type" and kind != "editor" and "\n" in made.value:
        raise LecternError("type takes one line; press Enter ends it")
    return made.model_copy(update={"at": at, "line": 0})


def _actions(kind: str) -> tuple[str, ...]:
    return tuple(action for action in KINDS[kind].actions if action in _ACTIONS)  # type: ignore[index]


def _fields(kind: str, action: str) -> dict[str, Schema]:
    """Return the arguments of a tool with their schemas."""
    names = _action_names(kind, action)
    more = {key: _COMMON_FIELDS[key] for key in options_of(action) if key in _COMMON_FIELDS}
    if not _TARGET_GRAMMARS[kind].placed:
        more = {key: schema for key, schema in more.items() if schema is not _TARGET}
    return {key: _target_schema(kind) if schema is _TARGET else schema for key, schema in {**names, **more}.items()}


def _action_names(kind: str, action: str) -> dict[str, Schema]:
    """Return the names under which an action's own value is given; of conditions, those that the kind can wait for."""
    waits = KINDS[kind].waits  # type: ignore[index]
    return {name: schema for name, schema in _ACTIONS[action].names.items() if action != "wait" or name in waits}


def _target_schema(kind: str) -> Schema:
    things = _TARGET_GRAMMARS[kind]
    says = f"A thing on the screen as a person names it, e.g. {things.example}"
    return {"type": "object", "description": says, "properties": things.keys, "additionalProperties": False}


def _required_fields(action: str) -> tuple[str, ...]:
    names = tuple(_ACTIONS[action].names)
    needed = (name for name, field in options_of(action).items() if field.required)
    return (*(names if len(names) == 1 else ()), *needed)


def _script_value(kind: str, name: str, key: str, value: object, schema: Schema) -> object:
    """Return an argument as a script has it. Only a target may be an object: no other value, least of all a secret."""
    if "properties" in schema:
        return _script_target(kind, value)
    if isinstance(value, Mapping):
        raise LecternError(f"{name}: {key} takes no object")
    return value


def _script_target(kind: str, given: object) -> object:
    things = _TARGET_GRAMMARS[kind]
    if isinstance(given, str):
        return given
    if not isinstance(given, Mapping) or not given:
        raise LecternError(f"a target is an object such as {things.example}")
    named = {key: value for key, value in given.items() if value not in (None, "")}
    if wrong := [key for key in named if key not in things.keys]:
        raise LecternError(f"a target has no {', '.join(wrong)}; name it as a person would: {', '.join(things.keys)}")
    if not set(named) - {"nth", "frame"}:
        raise LecternError(f"a target needs more than that, such as {things.example}")
    if "name" in named and "role" not in named:
        named["text"] = named.pop("name")
    return named


def _action_value(kind: str, name: str, values: dict[str, object]) -> object:
    """Return the action's own value: a condition with its name, else what was given under one of the action's names."""
    names = _action_names(kind, name)
    found = [key for key in names if key in values]
    if len(found) != 1:
        raise LecternError(f"{name} needs {' or '.join(names)}" + (", and only one of them" if found else ""))
    return {found[0]: values[found[0]]} if name == "wait" else values[found[0]]


def _parse_step(kind: str, name: str, written: dict[str, object], episode: Path) -> Step:
    """Return the step that an entry of a script is."""
    context = ValidationContext("", episode, kind=kind)
    node = read_yaml(json.dumps(written), "", 1)
    assert node is not None
    try:
        made: Step = STEP.read(node, context)
    except SourceError as error:
        raise LecternError(f"{name}: {error.message}") from error
    if context.problems:
        raise LecternError(f"{name}: {context.problems[0].message}")
    return made


def _tool(name: str, says: str, fields: Mapping[str, Schema], required: tuple[str, ...]) -> ChatTool:
    schema = {"type": "object", "properties": dict(fields), "required": list(required)}
    return ChatTool(name=name, description=says, parameters=json.dumps(schema))


_END_TOOLS = (
    _tool(DONE, "The goal is reached. shows: a short text that the screen shows now and that proves it.",
          {"shows": _TEXT}, ("shows",)),
    _tool(GIVE_UP, "The goal can't be reached within the limits.", {"reason": _TEXT}, ("reason",)),
)  # fmt: skip
