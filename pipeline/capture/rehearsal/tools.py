"""What an agent may do at a screen, as tools of its protocol, and its calls as steps of a script.

The tools of a kind are the actions of its grammar, but for those that need a person's own judgement; a call is read as
the step that would stand in a script, so whatever is done can be written there.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...episode.fields import Desk
from ...episode.kinds import KINDS as GRAMMARS
from ...episode.nodes import read_yaml
from ...episode.screen import Step
from ...episode.steps import REQUIRED, fields_of, step
from ...errors import LecternError, SourceError
from ...services.chat import Tool

LOOK, DONE, GIVE_UP = "look", "done", "give_up"
Arguments = Mapping[str, Any]
Schema = Mapping[str, Any]

_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "number"}
_WHOLE: Schema = {"type": "integer"}
_FLAG: Schema = {"type": "boolean"}
_LINES: Schema = {"type": "string", "description": "A line of the file in front, like 7, or lines, like 3-5"}
_TARGET: Schema = {"type": "object"}
"""Stands for the targets of a kind."""


@dataclass(frozen=True)
class _Act:
    """An action as a tool: what it `says` of itself, and the `names` under one of which its own value is given."""

    says: str
    names: Mapping[str, Schema]


_ACTS: Mapping[str, _Act] = {
    "open": _Act("Go to an address, or open a page or a file by its path.", {"path": _TEXT}),
    "click": _Act("Click a thing.", {"target": _TARGET}),
    "type": _Act("Type text: one line (in a file, as many as it has), after a click on the thing that `into` names.",
                 {"text": _TEXT}),
    "press": _Act("Press keys, one after the other.",
                  {"keys": {"type": "string", "description": "Such as: Enter, Tab, Control+S, Down Down Enter"}}),
    "select": _Act("Choose an option of the list `from` by its label; in a file, select lines (3-5) or a text.",
                   {"what": _TEXT}),
    "scroll": _Act("Scroll by pixels (up is negative), or to a thing until it is seen.",
                   {"pixels": _NUMBER, "to": _TARGET}),
    "hover": _Act("Move the pointer onto a thing.", {"target": _TARGET}),
    "drag": _Act("Drag a thing to another.", {"target": _TARGET}),
    "highlight": _Act("Point at a thing, so that a viewer looks at it; it changes nothing.", {"target": _TARGET}),
    "edit": _Act("Write lines of the file in front anew.", {"lines": _LINES}),
    "diff": _Act("Make the whole of a file this text; what differs is shown as a diff.", {"file": _TEXT}),
    "save": _Act("Save the file in front under this path.", {"file": _TEXT}),
    "run": _Act("Run a command in the terminal and wait until it has ended; on a desktop, start a program.",
                {"command": _TEXT}),
    "tab": _Act("Show another tab: its number, part of its title, or close.", {"which": _TEXT}),
    "dialog": _Act("Answer the question that the page asks; answer goes into its field.",
                   {"how": {"type": "string", "enum": ["accept", "dismiss"]}}),
    "wait": _Act("Wait for one condition; idle are seconds in which nothing changes.", {
        "text": _TEXT, "gone": _TEXT, "idle": _NUMBER, "prompt": {"type": "boolean", "enum": [True]}, "exit": _WHOLE,
        "target": _TARGET, "url": _TEXT, "download": _TEXT,
    }),
}  # fmt: skip
"""Not among them: `upload`, which gives a page files of the person, and `moment`, which only they can know."""

_MORE: Mapping[str, Schema] = {
    "into": _TARGET, "on": _TARGET, "from": _TARGET, "to": _TARGET, "with": _TEXT, "answer": _TEXT, "times": _WHOLE,
    "enter": {"type": "boolean", "description": "Press Enter afterwards (a terminal does, unless this is false)"},
    "button": {"type": "string", "enum": ["left", "right", "middle"]},
}  # fmt: skip
"""The further keys of steps. What is said of the film (badges, zooms, spotlights) is the author's."""

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
class _Things:
    """How things on a screen are named: an `example`, and the keys that may be given; `placed`: they can be gone to."""

    example: str
    keys: Mapping[str, Schema]
    placed: bool = True


_ON_PAGE = _Things('{"role": "button", "name": "Save"} or {"label": "Name"}', _PAGE)
_THINGS: Mapping[str, _Things] = {
    "browser": _ON_PAGE,
    "ide": _ON_PAGE,
    "terminal": _Things('{"text": "3 passed"}', {"text": _TEXT, "nth": _NTH}, placed=False),
    "editor": _Things(
        '{"lines": "3-5"}, {"text": "total"}; {"text": "terminal"} is the terminal',
        {"text": _TEXT, "lines": _LINES, "nth": _NTH},
    ),
    "desktop": _Things(
        '{"text": "Save"}, or {"position": [0.5, 0.25]} for what has no text',
        {"text": _TEXT, "position": _POSITION, "image": _PICTURE, "nth": _NTH},
    ),
}
KINDS = tuple(_THINGS)
"""The kinds of capture whose goals are worked out."""


def tools_of(kind: str, marks: tuple[str, ...] = ()) -> tuple[Tool, ...]:
    """The tools for a capture of `kind`; `marks` are the moments of the narration that a step may happen at."""
    mark = {"type": "string", "enum": list(marks), "description": "The mark of the narration it belongs to"}
    at = {"at": mark} if marks else {}
    acts = (_tool(name, _ACTS[name].says, {**_fields(kind, name), **at}, _needed(name)) for name in _actions(kind))
    return (_tool(LOOK, "See what the screen shows now.", {}, ()), *acts, *_ENDS)


def step_of(kind: str, name: str, arguments: Arguments, episode: Path = Path()) -> Step:
    """A call as a step; LecternError, in words for the model, where it makes none. `episode` has what it may name."""
    if name not in _actions(kind):
        raise LecternError(f"there is no tool {name}; there are: {', '.join([LOOK, *_actions(kind), DONE, GIVE_UP])}")
    fields = _fields(kind, name)
    given = {key: value for key, value in arguments.items() if value is not None and (value != "" or key == "with")}
    at = given.pop("at", None)
    if wrong := [key for key in given if key not in fields]:
        raise LecternError(f"{name} has no {', '.join(wrong)}; it takes: {', '.join(fields)}")
    said = {key: _said(kind, name, key, value, fields[key]) for key, value in given.items()}
    more = {key: value for key, value in said.items() if key not in _ACTS[name].names}
    made = _read(kind, name, {name: _value(kind, name, said), **more}, episode)
    if name == "type" and kind != "editor" and "\n" in made.value:
        raise LecternError("type takes one line; press Enter ends it")
    return made.model_copy(update={"at": at, "line": 0})


def _actions(kind: str) -> tuple[str, ...]:
    return tuple(action for action in GRAMMARS[kind].actions if action in _ACTS)  # type: ignore[index]


def _fields(kind: str, action: str) -> dict[str, Schema]:
    """The arguments of a tool."""
    names = _names(kind, action)
    more = {key: _MORE[key] for key in fields_of(action) if key in _MORE}
    if not _THINGS[kind].placed:
        more = {key: schema for key, schema in more.items() if schema is not _TARGET}
    return {key: _target_schema(kind) if schema is _TARGET else schema for key, schema in {**names, **more}.items()}


def _names(kind: str, action: str) -> dict[str, Schema]:
    """Under which names an action's own value is given; of conditions, those that the kind can wait for."""
    waits = GRAMMARS[kind].waits  # type: ignore[index]
    return {name: schema for name, schema in _ACTS[action].names.items() if action != "wait" or name in waits}


def _target_schema(kind: str) -> Schema:
    things = _THINGS[kind]
    says = f"A thing on the screen as a person names it, e.g. {things.example}"
    return {"type": "object", "description": says, "properties": things.keys, "additionalProperties": False}


def _needed(action: str) -> tuple[str, ...]:
    names = tuple(_ACTS[action].names)
    return (*(names if len(names) == 1 else ()), *REQUIRED.get(action, ()))


def _said(kind: str, name: str, key: str, value: object, schema: Schema) -> object:
    """An argument as the script has it. Only a thing is told by keys: nothing else, a secret least of all, may be."""
    if "properties" in schema:
        return _target(kind, value)
    if isinstance(value, Mapping):
        raise LecternError(f"{name}: {key} takes no object")
    return value


def _target(kind: str, given: object) -> object:
    things = _THINGS[kind]
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


def _value(kind: str, name: str, said: dict[str, object]) -> object:
    """What the action itself is told: a condition with its name, else what was given under one of its names."""
    names = _names(kind, name)
    found = [key for key in names if key in said]
    if len(found) != 1:
        raise LecternError(f"{name} needs {' or '.join(names)}" + (", and only one of them" if found else ""))
    return {found[0]: said[found[0]]} if name == "wait" else said[found[0]]


def _read(kind: str, name: str, written: dict[str, object], episode: Path) -> Step:
    """The step that a script's entry is."""
    desk = Desk("", episode)
    try:
        made = step(kind, seen=True)(read_yaml(json.dumps(written), "", 1), desk)
    except SourceError as error:
        raise LecternError(f"{name}: {error.message}") from error
    if desk.problems:
        raise LecternError(f"{name}: {desk.problems[0].message}")
    return made


def _tool(name: str, says: str, fields: Mapping[str, Schema], required: tuple[str, ...]) -> Tool:
    schema = {"type": "object", "properties": dict(fields), "required": list(required)}
    return Tool(name=name, description=says, parameters=json.dumps(schema))


_ENDS = (
    _tool(DONE, "The goal is reached. shows: a short text that the screen shows now and that proves it.",
          {"shows": _TEXT}, ("shows",)),
    _tool(GIVE_UP, "The goal can't be reached within the limits.", {"reason": _TEXT}, ("reason",)),
)  # fmt: skip
