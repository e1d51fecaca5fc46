"""Things on a screen, named as a person would name them, and conditions to wait for."""

import re
from typing import Annotated, ClassVar

from ..base.frozen import Frozen
from .capture_kinds import KINDS, kind_spec
from .errors import list_names, nearly_same, suggestion, with_article
from .fields import Key, Needs, Rules, declared, keys_of, mapping_schema, read_fields, subset
from .nodes import MappingNode, Node, ScalarNode, describe_node, quoted
from .values import (
    TEXT,
    FileName,
    FramePoint,
    Schema,
    ValidationContext,
    Value,
    as_number,
    number,
    parse_flag,
    parse_text,
    value,
    whole,
)

_LINES = r"(?P<first>\d{1,6})(?:\s*-\s*(?P<last>\d{1,6}))?"


def _read_lines(node: Node, context: ValidationContext) -> tuple[int, int]:
    """Return the first and the last line of `7` or `3-5`."""
    match = re.fullmatch(_LINES, node.text.strip(), re.ASCII) if isinstance(node, ScalarNode) else None
    first = int(match["first"]) if match else 0
    last = int(match["last"] or first) if match else 0
    if isinstance(node, MappingNode) and len(node.entries) > 1:
        raise node.fault("write the lines after edit: itself, and the new text beside it: edit: 3-5, and with: |")
    if not 1 <= first <= last:
        raise node.fault(f"lines are a number from 1, or two like 3-5, not {describe_node(node)}")
    return first, last


LINES = value(
    _read_lines, {"type": ["string", "integer"], "pattern": r"^\s*\d{1,6}(\s*-\s*\d{1,6})?\s*$", "minimum": 1}
)

ROLES = (
    "button", "link", "textbox", "checkbox", "radio", "combobox", "heading", "tab", "menuitem", "option", "row", "cell",
    "alert", "alertdialog", "application", "article", "banner", "blockquote", "caption", "code", "columnheader", "complementary",
    "contentinfo", "definition", "deletion", "dialog", "directory", "document", "emphasis", "feed", "figure", "form", "generic",
    "grid", "gridcell", "group", "img", "insertion", "list", "listbox", "listitem", "log", "main", "marquee", "math", "menu",
    "menubar", "menuitemcheckbox", "menuitemradio", "meter", "navigation", "none", "note", "paragraph", "presentation",
    "progressbar", "radiogroup", "region", "rowgroup", "rowheader", "scrollbar", "search", "searchbox", "separator", "slider",
    "spinbutton", "status", "strong", "subscript", "superscript", "switch", "table", "tablist", "tabpanel", "term", "time", "timer",
    "toolbar", "tooltip", "tree", "treegrid", "treeitem",
)  # fmt: skip
"""The roles of ARIA 1.2, those first that people name."""


def _read_role(node: Node, context: ValidationContext) -> str:
    """Return a role that pages have."""
    name = parse_text(node, context)
    if name not in ROLES:
        near = nearly_same(name, ROLES)
        raise node.fault(
            f'there is no role "{name}"{suggestion(near)}; most are one of: {list_names(ROLES[:12])}', ROLES, near
        )
    return name


ROLE = value(_read_role, {"enum": list(ROLES)})


class Target(Frozen):
    """Something on the screen, named as a person would name it. At least one field is given."""

    role: Annotated[
        str | None,
        ROLE,
        Key("The role of a thing on a page: button, link, textbox, checkbox, heading, …", example="{role: button}"),
    ] = None
    name: Annotated[
        str | None, Key("What the thing with this role is called", example="{role: button, name: Save}")
    ] = None
    label: Annotated[str | None, Key("The label of a field", example="{label: Your name}")] = None
    text: Annotated[
        str | None,
        Key("The text that the thing shows; a text alone, like `Save`, is short for it", example="{text: Save}"),
    ] = None
    placeholder: Annotated[str | None, Key("What a field shows while it is empty", example="{placeholder: Search}")] = (
        None
    )
    selector: Annotated[str | None, Key("A CSS selector, if nothing else works", example='{selector: "#total"}')] = None
    position: Annotated[
        FramePoint | None,
        Key("A place: fractions of the width and the height, from the top left", example="{position: [0.5, 0.25]}"),
    ] = None
    image: Annotated[
        FileName | None,
        Key("A picture of the episode that the thing looks like (desktop)", example="{image: buttons/save.png}"),
    ] = None
    lines: Annotated[tuple[int, int] | None, LINES, Key("Lines of the open file (editor)", example="{lines: 3-5}")] = (
        None
    )
    nth: Annotated[
        int | None,
        whole(1, 999),
        Key("Goes with any target: which of several, counted from 1", example="{text: Add, nth: 2}"),
    ] = None
    frame: Annotated[
        str | None,
        Key(
            "Goes with any target: the name, title or selector of the iframe that it is in",
            example="{text: Pay, frame: Payment}",
        ),
    ] = None

    rules: ClassVar[Rules] = (
        Needs("name", "role", 'a target\'s "name" goes with its "role", like {role: button, name: Save}'),
    )


_TAG = "(?:a|button|div|form|h[1-6]|img|input|label|li|nav|option|p|section|select|span|table|td|textarea|th|tr|ul)"
_NAMED = r"[A-Za-z_][\w-]*"
_CSS = re.compile(
    rf"{_TAG}?[#.]{_NAMED}(?:[ .#:>\[][^\s].*)?|{_TAG}\[[\w-]+\].*|{_TAG}?\[[\w-]+[*^$~|]?=[^\]]*\].*|{_TAG}\s+>\s+\S.*"
    rf"|{_TAG}?:(?:nth-|first-|last-|has|not|contains)\S*.*|//(?:\*|{_TAG}\b).*",
    re.ASCII,
)


def looks_like_css(text: str) -> bool:
    """Return whether a text is how programs name a thing on a page (`#total`, `.btn`, `a[href]`), and not what it shows."""
    return bool(_CSS.fullmatch(text.strip()))


_ENGINE = re.compile(r"(css|xpath|id|role|data-testid|data-test|label|placeholder|internal:\w+)\s*=\s*(\S.*)", re.S)
_ROLE_AND_NAME = re.compile(r"""([a-z]+)\s*(?:\[\s*name\s*[*^~|]?=\s*["']?([^"'\]]+)["']?\s*(?:[is]\s*)?\])?""")
_CALL = re.compile(
    r"""(?:page\.)?getBy(Role|Label|Text|Placeholder|TestId)\(\s*["']([^"']+)["'].*?(?:name:\s*["']([^"']+)["'].*)?\)"""
)


def as_a_program_names(text: str) -> str:
    """Return the target that is meant where a text is how programs name it (`css=#a`, `role=button`, `#a`); else ""."""
    engine, call = _ENGINE.fullmatch(text.strip()), _CALL.fullmatch(text.strip())
    if call:
        key, value, name = call[1].lower(), call[2], call[3] or ""
    elif engine:
        key, value, name = engine[1], engine[2].strip(), ""
    else:
        return f"{{selector: {quoted(text.strip())}}}" if looks_like_css(text) else ""
    if key == "role" and engine:
        role = _ROLE_AND_NAME.fullmatch(value)
        value, name = (role[1], role[2] or "") if role else (value, "")
    match key:
        case "role" if value in ROLES:
            return f"{{role: {value}{f', name: {quoted(name)}' if name else ''}}}"
        case "label" | "placeholder" | "text":
            return f"{{{key}: {quoted(value.strip(_QUOTES))}}}"
        case "testid" | "data-testid" | "data-test":
            attribute = "data-testid" if key == "testid" else key
            return f"{{selector: {quoted(f'[{attribute}={value}]')}}}"
    selector = {"css": value, "id": f"#{value}"}.get(key, text.strip())
    return f"{{selector: {quoted(selector)}}}"


_QUOTES = "\"'"


def read_target(node: Node, context: ValidationContext) -> Target:
    """Return a thing on the screen; a text alone is the text it shows."""
    if isinstance(node, ScalarNode):
        text = parse_text(node, context)
        if context.kind in ("browser", "ide") and (way := as_a_program_names(text)):
            looks = "looks like CSS" if looks_like_css(text) else "is how programs name a thing"
            other = f"{{text: {quoted(text)}}}"
            message = f'"{text}" {looks}, and a text alone is what the page shows; write {way}, or {other}'
            raise node.fault(message, (), way)
        return Target(text=text)
    values = read_fields(node, "a target", declared(Target), context)
    if not keys_of(node):
        raise node.fault(f"a target needs one of: {list_names(declared(Target))}")
    if fault := next(filter(None, (rule.fault(keys_of(node)) for rule in Target.rules)), ""):
        raise node.fault(fault)
    _refuse_unseen(node, Target(**values), context)
    return Target(**values)


PIXELS = ("text", "image", "position")
"""What names a thing on a desktop, of which nothing but the picture is known."""


def _refuse_unseen(node: Node, target: Target, context: ValidationContext) -> None:
    """Raise SourceError for a target that only a page could tell, on a desktop."""
    if context.kind != "desktop" or any(getattr(target, key) for key in PIXELS):
        return
    key = next(
        key for key in ("role", "label", "placeholder", "selector", "lines", "frame", "nth") if getattr(target, key)
    )
    seen = target.name or target.label or target.placeholder
    way = f"{{text: {quoted(seen)}}}" if seen else "{text: Save}"
    raise node.fault(
        f'of a desktop only the picture is known: a thing there is named by its text, an image or a position, not by "{key}"; '
        f"write {way}",
        (),
        way if seen else "",
    )


def target_schema(kind: str) -> Schema:
    """Return the JSON Schema of a target."""
    mapping = mapping_schema(declared(Target), Target.rules) | {"minProperties": 1}
    return {"anyOf": [TEXT.schema(kind), mapping]}


TARGET = Value(read_target, lambda kind: {"$ref": "#/$defs/target"})


def _read_true(node: Node, context: ValidationContext) -> bool:
    if not parse_flag(node, context):
        raise node.fault("this can only be true")
    return True


ONLY_TRUE = value(_read_true, {"enum": [True, "true", "yes", "on"]})


class Wait(Frozen):
    """A condition to wait for: exactly one of the fields."""

    text: Annotated[str | None, Key("This text is there", example="{text: Done}")] = None
    gone: Annotated[str | None, Key("This text was there, and is no longer", example="{gone: Loading}")] = None
    idle: Annotated[
        float | None, number(0.05, 60, "seconds"), Key("Nothing has changed for so many seconds", example="{idle: 0.5}")
    ] = None
    prompt: Annotated[
        bool | None, ONLY_TRUE, Key("The terminal is ready for the next command", example="{prompt: true}")
    ] = None
    exit: Annotated[
        int | None, whole(0, 255), Key("The command has ended, with this exit status", example="{exit: 0}")
    ] = None
    target: Annotated[Target | None, TARGET, Key("This target is there", example="{target: {role: alert}}")] = None
    url: Annotated[str | None, Key("The page's address contains this", example="{url: /thanks}")] = None
    download: Annotated[
        str | None, Key("A file whose name contains this has been downloaded", example="{download: report.pdf}")
    ] = None


_WAYS = "wait for what the screen shows, like {text: Done}, {gone: Loading} or {idle: 0.5}"
_BARE_WAITS = {
    "prompt": "{prompt: true}",
    **dict.fromkeys(("exit", "done", "finish", "finished", "end", "complete"), "{exit: 0}"),
    **dict.fromkeys(("idle", "networkidle", "load", "loaded", "stable", "quiet", "ready"), "{idle: 0.5}"),
}
"""What may be meant by one word after `wait:`; any other is a text."""


def seconds_like(node: ScalarNode) -> bool:
    """Return whether a value is a number of seconds, or a time with its unit."""
    timed = re.fullmatch(r"\d[\d.]*\s*(ms|s|secs?|seconds?|m|min)", node.text.strip(), re.ASCII)
    return as_number(node) is not None or timed is not None


def _read_wait(node: Node, context: ValidationContext) -> Wait:
    """Return the one condition."""
    if isinstance(node, ScalarNode) and not node.missing:
        if seconds_like(node):
            raise node.fault(
                f"so many seconds are too few on a slower day; {_WAYS}; a pause is made in the prose: {{pause: 2}}"
            )
        spec, instead = kind_spec(context.kind), _BARE_WAITS.get(node.text, f"{{text: {quoted(node.text)}}}")
        if context.kind in ("browser", "ide") and (way := as_a_program_names(node.text)):
            instead = f"{{target: {way}}}"
        if spec and instead[1:].partition(":")[0] not in spec.waits:
            instead = "{idle: 0.5}" if "idle" in spec.waits else ""
        raise node.fault(f"{describe_node(node)} is not a condition; write wait: {instead}", (), f"wait: {instead}")
    if not isinstance(node, MappingNode):
        raise node.fault(f"{describe_node(node)} is not a condition; {_WAYS}")
    if len(node.entries) != 1:
        raise node.fault(f"a wait has one condition, not {len(node.entries)}; {_WAYS}")
    return Wait(**read_fields(node, "a wait", declared(Wait), context))


def wait_schema(kind: str) -> Schema:
    """Return the JSON Schema of a condition that a capture of `kind` can wait for."""
    spec = kind_spec(kind)
    fields = subset(declared(Wait), spec.waits) if spec else declared(Wait)
    return mapping_schema(fields) | {"minProperties": 1, "maxProperties": 1}


WAIT = Value(_read_wait, wait_schema)


def check_wait(condition: Wait | None, node: Node, context: ValidationContext) -> None:
    """Report a condition that the kind of capture being read can't wait for."""
    spec = kind_spec(context.kind)
    for name in declared(Wait) if condition and spec else ():
        if spec and getattr(condition, name) is not None and name not in spec.waits:
            able = [kind for kind, other in KINDS.items() if name in other.waits]
            what, waits = with_article(context.kind), list_names(f"{{{wait}: ...}}" for wait in spec.waits)
            message = f'{what} can\'t wait for "{name}" (that is for: {list_names(able)}); it waits for {waits}'
            context.problems.append(node.fault(message, spec.waits))
