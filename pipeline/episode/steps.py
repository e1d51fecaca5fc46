"""The steps of a capture: what a person does at a screen."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
from operator import not_
from typing import Annotated, Any, Literal

from pydantic import Field

from ..base.frozen import Frozen
from .capture_kinds import Action
from .fields import DeclaredField, Fields, Key, declared, mapping_schema, read_fields, subset
from .keyboard import key_fault
from .nodes import MappingNode, Node, ScalarNode, describe_node
from .targets import LINES, TARGET, WAIT, Target, Wait, read_target
from .values import (
    EXACT_TEXT,
    FILE,
    SCALAR,
    TEXT,
    MarkName,
    ValidationContext,
    Value,
    as_number,
    choice,
    number,
    parse_exact_text,
    parse_text,
    value,
    whole,
)

DEFAULT_ZOOM = 1.4
"""What `zoom: true` means."""


def _read_zoom(node: Node, context: ValidationContext) -> float | None:
    if isinstance(node, ScalarNode) and node.text in ("true", "false"):
        return DEFAULT_ZOOM if node.text == "true" else None
    found = as_number(node)
    if found is None or not 1 <= found <= 3:
        raise node.fault(f"expected true or a number from 1 to 3, not {describe_node(node)}")
    return found


ZOOM = value(_read_zoom, {"anyOf": [{"enum": [True, False, "true", "false"]}, number(1, 3).schema("")]})


class StepInFilm(Frozen):
    """What the film makes of a step: no recording depends on it.

    `zoom` is how much closer the camera goes while the step shows (None: not at all); `line` is the step's in the script.
    """

    at: Annotated[
        MarkName | None,
        Key(
            "The mark at which its effect is seen. Lectern does the steps in order, so their marks must come in the same order"
        ),
    ] = None
    until: Annotated[MarkName | None, Key("The mark until which a highlight, a spotlight or a zoom stays")] = None
    zoom: Annotated[
        float | None,
        ZOOM,
        Key(
            "The camera moves closer to the step's target, or to the text that the step brings up: `true` (1.4 times), or a "
            "number from 1 to 3. If that already fills the screen, the report says so"
        ),
    ] = None
    spotlight: Annotated[bool, Key("Darkens everything except the step's target")] = False
    hold: Annotated[
        float,
        number(0, 600, "seconds"),
        Key("How long the result stays on the screen before the next step (`2s` is 2); the voice waits if it has to"),
    ] = Field(0.0, exclude_if=not_)
    badge: Annotated[bool, Key("`false` shows no keys")] = True
    line: int = 0

    def film_fields(self) -> dict[str, Any]:
        """Return what the film makes of this step by the names of these fields, without those of the step itself."""
        return {name: getattr(self, name) for name in StepInFilm.model_fields}


class Step(StepInFilm):
    """One thing a person does at a screen.

    `value` is what to open, type, press, select, run or upload, which tab or file, how far to scroll, or what a dialog is
    answered with ("accept", "dismiss"); `target` is where; `wait` is the condition of a `wait` step. `secret` names what
    is typed instead of `value` and never shown. `text` is what an `edit` puts in place of its target's lines, what `diff`
    makes of the file, and the answer to a dialog. `enter`: a `type` presses Enter afterwards; `exit` is how a `run` is to
    end (None: well). `moment` is a time of the footage, in seconds.
    """

    action: Action
    value: str = ""
    text: str = ""
    secret: str = ""
    target: Target | None = None
    to: Annotated[Target | None, TARGET, Key("the target to drop it on", required=True)] = None
    wait: Wait | None = None
    button: Annotated[Literal["left", "right", "middle"], Key("`left`, `right` or `middle`")] = "left"
    times: Annotated[int, whole(1, 3), Key("how often")] = 1
    moment: float | None = None
    expect: Annotated[
        str | None,
        Key(
            "What must be on the screen at that moment (a text, a number). Lectern checks it every time it films the capture, "
            "so the narration never claims something that isn't true"
        ),
    ] = None
    enter: Annotated[bool, Key("`true` or `false`: whether to press Enter afterwards")] = False
    exit: Annotated[
        int | None, whole(0, 255), Key("the status that the command should end with, if not 0 (terminal, editor)")
    ] = None
    speed: Annotated[float | None, number(1, 1000), Key("how many characters are typed a second")] = Field(
        None, exclude_if=not_
    )
    timeout: Annotated[
        float | None,
        number(1, 3600, "seconds"),
        Key("how many seconds it may take, if not the usual time"),
    ] = Field(None, exclude_if=not_)


FILMED = tuple(name for name in declared(StepInFilm) if name != "badge")
"""The keys that only a step in the film can have. (`badge` is an option of `press`, wherever it is.)"""


def _read_scroll(node: Node, context: ValidationContext) -> str | Target:
    """Return so many pixels, or the target to scroll to."""
    return node.text if isinstance(node, ScalarNode) and as_number(node) is not None else read_target(node, context)


_SECRET: Fields = {
    "secret": DeclaredField("secret", "secret", TEXT, Key("The environment variable or key that is typed unseen"), True)
}


def _read_typed(node: Node, context: ValidationContext) -> dict[str, str] | str:
    """Return the text that is typed, or the name of a secret. A line end within quotes is typed, too."""
    if isinstance(node, MappingNode) and node.get("text"):
        raise node.fault("write the text after type: itself, and where it goes beside it: type: Ada, and into: Name")
    if isinstance(node, MappingNode):
        return read_fields(node, "what is typed", _SECRET, context)
    return _read_pasted(node, context)


def _read_pasted(node: Node, context: ValidationContext) -> str:
    """Return the text that is put in, of which there is some."""
    parse_text(node, context)
    return parse_exact_text(node, context)


def _read_edited(node: Node, context: ValidationContext) -> Target:
    return Target(lines=LINES.read(node, context))


def _read_keys(node: Node, context: ValidationContext) -> str:
    """Return the names of keys, one after the other. A page knows more of them than programs do."""
    names, page = parse_text(node, context), context.kind in ("browser", "ide")
    faults = [fault for name in names.split() if (fault := key_fault(name, page))]
    for fault in faults[:-1]:
        context.report(node.line, f'"press": {fault}')
    if faults:
        raise node.fault(faults[-1])
    return names


@dataclass(frozen=True)
class ActionSpec:
    """An action of a step.

    `about` says what it does; `value` is how what follows its name is read, `examples` show that; `options` are the
    further keys it takes, by name.
    """

    about: str
    value: Value
    examples: tuple[str, ...]
    options: Fields

    def fields(self, action: str, seen: bool) -> Fields:
        """Return the keys of a step that does this; `seen`: it is in the film."""
        own = DeclaredField(action, action, self.value, Key(self.about), True)
        common = subset(declared(Step), (*(FILMED if seen else ()), "expect"))
        return {action: own, **self.options, **common}


def _options(*fields: DeclaredField) -> Fields:
    return {field.name: field for field in fields}


def _option(name: str, attribute: str, kind: Value, about: str, required: bool = False) -> DeclaredField:
    return DeclaredField(name, attribute, kind, Key(about), required)


def _own(name: str) -> DeclaredField:
    return declared(Step)[name]


def _where(name: str) -> DeclaredField:
    return _option(name, "target", TARGET, "a target")


_SCROLL = Value(_read_scroll, TARGET.schema)
_TYPED = value(_read_typed, {"anyOf": [TEXT.schema(""), mapping_schema(_SECRET)]})
_PASTED = value(_read_pasted, TEXT.schema(""))
_EDITED = value(_read_edited, LINES.schema(""))
_KEYS = value(_read_keys, SCALAR | {"pattern": r"\S"})

ACTIONS: dict[Action, ActionSpec] = {
    "open": ActionSpec(
        "Goes to an address, or opens a page or a file of the episode",
        TEXT,
        ("open: pages/shop/index.html", "open: https://example.org", "open: src/main.py"),
        _options(),
    ),
    "click": ActionSpec("Clicks a target", TARGET, ("click: Save",), _options(_own("button"), _own("times"))),
    "type": ActionSpec(
        "Types a text, or a secret that nobody sees",
        _TYPED,
        ("type: git status", "type: {secret: TOKEN}"),
        _options(_where("into"), _own("enter"), _own("speed")),
    ),
    "paste": ActionSpec(
        "Puts in a text at once, as from the clipboard",
        _PASTED,
        ("paste: git status", "paste: |"),
        _options(_where("into"), _own("enter")),
    ),
    "press": ActionSpec(
        "Presses keys, one after the other", _KEYS, ("press: Control+S",), _options(_where("on"), _own("badge"))
    ),
    "select": ActionSpec(
        "Chooses an option of a list; in an editor, selects lines or a text",
        TEXT,
        ("select: Blue", "select: total"),
        _options(_where("from")),
    ),
    "scroll": ActionSpec(
        "Scrolls by pixels (negative: up), or until a target is visible",
        _SCROLL,
        ("scroll: 400", "scroll: -400", "scroll: {text: Prices}"),
        _options(_where("on")),
    ),
    "hover": ActionSpec("Moves the pointer onto a target", TARGET, ("hover: Menu",), _options()),
    "drag": ActionSpec("Drags a target", TARGET, ("drag: Card",), _options(_own("to"))),
    "upload": ActionSpec(
        "Gives the page a file of the episode", FILE, ("upload: data/people.csv",), _options(_where("into"))
    ),
    "tab": ActionSpec(
        "Shows another tab (its number, or a part of its title), or closes this one",
        TEXT,
        ('tab: "2"', "tab: Prices", "tab: close"),
        _options(),
    ),
    "dialog": ActionSpec(
        "Answers the question that the page asks",
        choice("accept", "dismiss"),
        ("dialog: accept", "dialog: dismiss"),
        _options(_option("answer", "text", TEXT, "the text to type into it")),
    ),
    "edit": ActionSpec(
        "Replaces lines of the open file",
        _EDITED,
        ("edit: 3-5",),
        _options(_option("with", "text", EXACT_TEXT, "the new text", True)),
    ),
    "diff": ActionSpec(
        "Turns the file into another text, hunk by hunk",
        TEXT,
        ("diff: src/main.py",),
        _options(_option("with", "text", EXACT_TEXT, "what the file becomes", True)),
    ),
    "save": ActionSpec("Saves the file under this name", TEXT, ("save: src/main.py",), _options()),
    "run": ActionSpec(
        "Runs a command; on a desktop, starts a program",
        TEXT,
        ("run: make test",),
        _options(_own("exit"), _own("speed"), _own("timeout")),
    ),
    "highlight": ActionSpec(
        "Points at a target", TARGET, ("highlight: {text: 3 passed}", "highlight: {lines: 3-5}"), _options()
    ),
    "wait": ActionSpec("Waits for a condition", WAIT, ("wait: {text: Done}",), _options(_own("timeout"))),
    "moment": ActionSpec(
        "Shows this second of the file (in a terminal, of the `cast`)",
        number(0, 36000, "seconds"),
        ("moment: 12.5",),
        _options(_where("on")),
    ),
}

WHERE = {
    action: field.name
    for action, spec in ACTIONS.items()
    for field in spec.options.values()
    if field.attribute == "target"
}
"""The key that names the target of an action whose own value is something else."""


def options_of(action: str) -> Fields:
    """Return the further keys of a step that does `action`."""
    return next((spec.options for name, spec in ACTIONS.items() if name == action), {})


def is_typed_into(steps: Iterable[Step]) -> bool:
    """Return whether something is written into the file that was opened before `steps`, before another one is opened."""
    until_next = takewhile(lambda step: step.action != "open", steps)
    return any(step.action in ("type", "paste", "edit", "diff") for step in until_next)
