"""Steps of captures, written in other ways that have one meaning: see `canonical.py`."""

import json
import re
from collections.abc import Iterable
from dataclasses import replace

from .capture_kinds import SHELLS
from .edit import end_of
from .fields import declared
from .keyboard import one_by_one
from .nodes import Change, MappingNode, Node, ScalarNode, SequenceNode, quoted
from .respeller import Respeller, each, flow_text, mapping_at, renamed, scalar_at, seconds_of, short_text, with_seconds
from .steps import ACTIONS, WHERE, Step, options_of
from .targets import Wait, as_a_program_names, seconds_like
from .values import as_number

_BESIDE = ("expect", "at", "until", "zoom", "spotlight")
_LINES = re.compile(
    r"(?:lines?\s+|rows?\s+|L)(?P<named>\d{1,6}(?:\s*(?:[-\u2013:]|\.\.\.?|\b(?:to|through|until)\b)\s*L?\d{1,6})?)"
    r"|(?P<bare>\d{1,6}(?:\s*(?:[-\u2013]|\bto\b)\s*\d{1,6})?)",
    re.ASCII | re.I,
)
"""Lines as people write them. Without a word before them, `0..5` and `12:30` may be texts of a file."""
_SPANS = (("from", "to"), ("start", "end"), ("first", "last"), ("from", "until"))
"""How a mapping may call the first line and the last."""
_HELD = ("control", "ctrl", "alt", "shift", "meta", "cmd")
_TEXT_ENGINE = re.compile(r"""text=\s*(?:"([^"]+)"|'([^']+)'|([^\s"'/][^"']*))""")
"""How Playwright names a thing by what it shows: text=Save, text="Save"."""
_DASHED = re.compile(r"(?<!\S)(ctrl|control|alt|shift|cmd|meta)-(?=\S)", re.I)
"""What is held down in Ctrl-C."""
_RUNS = ("command", "cmd", "exec", "execute", "bash", "sh", "shell")
_OPENS = ("goto", "navigate", "visit", "url", "go_to", "open_url")
_ALSO = {
    "": {**dict.fromkeys(("key", "keys", "hotkey", "keypress", "send_keys"), "press"), "tap": "click"},
    **dict.fromkeys(SHELLS, dict.fromkeys(_RUNS, "run")),
    **dict.fromkeys(("browser", "ide"), dict.fromkeys(_OPENS, "open")),
}
"""What else an action is called, everywhere ("") and in one kind of capture."""
_OPTIONS = {
    **dict.fromkeys(("mark", "when", "on_mark", "cue"), "at"),
    **dict.fromkeys(("expects", "contains", "assert", "shows", "output"), "expect"),
}
_WHERE = ("in", "field", "target", "where", "into", "from", "on")
_SCROLLS = {"down": "400", "up": "-400"}


def canonical_steps(steps: SequenceNode, kind: str, respeller: Respeller) -> SequenceNode:
    """Return the steps of a capture of `kind` as they are meant."""
    found = (step for item in steps.items for step in _step(item, kind, respeller))
    return replace(steps, items=tuple(found))


def _step(node: Node, kind: str, respeller: Respeller) -> Iterable[Node]:
    """Return the step as it is meant: two, where an action has the wait that belongs after it."""
    if isinstance(node, ScalarNode):
        return (_named_step(node, kind, respeller),)
    if not isinstance(node, MappingNode):
        return (node,)
    actions = [key for key in node.keys() if key in ACTIONS]
    also = _ALSO[""] | _ALSO.get(kind, {})
    if not actions and len([key for key in node.keys() if key in also]) == 1:
        node = renamed(node, also, respeller)
        actions = [key for key in node.keys() if key in ACTIONS]
    if not actions:
        node = _cleared(node, kind, respeller)
        node = _pointing(node, respeller)
    actions = [key for key in node.keys() if key in ACTIONS]
    if len(actions) == 1:
        node = _with_options(node, actions[0], respeller)
    node = with_seconds(node, declared(Step), respeller)
    node = each(node, lambda key, entry: _value(key, entry, kind, respeller))
    if not actions and set(node.keys()) <= set(_BESIDE) and isinstance(node.get("expect"), ScalarNode):
        return (_expectation(node, respeller),)
    if kind in SHELLS and sorted(actions) == ["run", "wait"] and (told := _run_or_type(node, respeller)):
        return (told,)
    if len(actions) == 2 and "wait" in actions and actions[0] != actions[1]:
        return _action_then_wait(node, respeller)
    return (node,)


def _run_or_type(node: MappingNode, respeller: Respeller) -> MappingNode | None:
    """Return a run with `wait: false`, which is for a program that stays, as a type; None where its wait says something else."""
    key, flag = next((k, v) for k, v in node.entries if k.text == "wait")
    run, command = next((k, v) for k, v in node.entries if k.text == "run")
    if not isinstance(flag, ScalarNode) or flag.text.lower() not in ("true", "false", "yes", "no"):
        return None
    stays = flag.text.lower() in ("false", "no") and not (
        isinstance(command, ScalarNode) and command.text.rstrip().endswith("&")
    )
    removal = respeller.removal(node, key, flag)
    kept = replace(node, entries=tuple(pair for pair in node.entries if pair[0] is not key))
    if not stays:
        respeller.left_out(key, flag, "a run waits by itself", removal)
        return kept
    shown = short_text(command.text) if isinstance(command, ScalarNode) else ""
    quote = '"' if respeller.text.startswith('"', run.start) else ""
    written, named = f"run: {shown} with wait: {flag.text}", (run.start, run.end, f"{quote}type{quote}")
    respeller.note(run, written, f"type: {shown}", named, *removal)
    return replace(kept, entries=tuple((replace(k, text="type") if k is run else k, v) for k, v in kept.entries))


def _named_step(node: ScalarNode, kind: str, respeller: Respeller) -> Node:
    """Return a step that is a text alone: a command of a shell, or the saving of an editor's file."""
    if kind == "editor" and node.text == "save":
        action, text = "save", "true"
    elif kind in SHELLS and not node.missing and node.text not in ACTIONS and "\n" not in node.text.strip():
        action, text = "run", node.text
    else:
        return node
    source = respeller.source(node) if action == "run" else text
    source = f'{{"{action}": {json.dumps(text)}}}' if respeller.json else f"{action}: {source}"
    if not respeller.json and respeller.text[: node.start].rstrip()[-1:] in ("[", ","):
        source = f"{{{source}}}"
    respeller.note(
        node,
        f"- {short_text(node.text)}",
        f"- {action}: {short_text(text)}",
        (node.start, end_of(node, respeller.text), source),
    )
    return mapping_at(node, (scalar_at(node, action), replace(node, text=text)))


def _cleared(node: MappingNode, kind: str, respeller: Respeller) -> MappingNode:
    """Return `clear: true` of a terminal as the command that does it."""
    key, flag = next(((k, v) for k, v in node.entries if k.text == "clear"), (None, None))
    if (
        key is None
        or kind != "terminal"
        or not isinstance(flag, ScalarNode)
        or flag.text.lower() not in ("true", "yes", "")
    ):
        return node
    quote = '"' if respeller.json else ""
    change = (key.start, max(flag.end, key.end + 1), f"{quote}run{quote}: {quote}clear{quote}")
    respeller.note(key, f"clear: {flag.text}", "run: clear", change)
    entries = ((scalar_at(key, "run"), scalar_at(flag, "clear")) if k is key else (k, v) for k, v in node.entries)
    return replace(node, entries=tuple(entries))


def _pointing(node: MappingNode, respeller: Respeller) -> MappingNode:
    """Return `zoom: TEXT` and `spotlight: TEXT`, which have no action, as a highlight of that text with that key."""
    found = [
        (k, v) for k, v in node.entries if k.text in ("zoom", "spotlight") and isinstance(v, ScalarNode | MappingNode)
    ]
    if len(found) != 1 or any(key not in _BESIDE for key in node.keys()) or node.get("expect"):
        return node
    key, entry = found[0]
    if isinstance(entry, ScalarNode) and (1 <= (as_number(entry) or 0) <= 3 or entry.text.casefold() in _NO_TEXT):
        return node
    quote = '"' if respeller.json else ""
    flow = respeller.json or respeller.text.startswith("{", node.start)
    gap = ", " if flow else f"\n{' ' * respeller.indent(node.entries[0][0])}"
    end = end_of(entry, respeller.text)
    changes = ((key.start, key.end, f"{quote}highlight{quote}"), (end, end, f"{gap}{quote}{key.text}{quote}: true"))
    shown = short_text(respeller.source(entry))
    respeller.note(key, f"{key.text}: {shown}", f"highlight: {shown}, {key.text}: true", *changes)
    entries = [pair for k, v in node.entries for pair in (
        ((scalar_at(key, "highlight"), entry), (key, scalar_at(key, "true"))) if k is key else ((k, v),)
    )]  # fmt: skip
    return replace(node, entries=tuple(entries))


_SEEN = re.compile(r"\w[^\w]+\w")
"""What a word alone lacks, which may be the name of a condition: behind `wait:`, it is a text that is seen."""
_NO_TEXT = ("true", "false", "out", "in", "reset", "off", "none", "", "full", "back", "end")


def _with_options(node: MappingNode, action: str, respeller: Respeller) -> MappingNode:
    """Return the step with what is beside its action under its own names."""
    own = options_of(action)
    node = renamed(node, {key: meant for key, meant in _OPTIONS.items() if key not in own}, respeller)
    where = next((key for name, key in WHERE.items() if name == action), "")
    if where and where not in node.keys():
        node = renamed(node, {key: where for key in _WHERE if key not in own and key != "at"}, respeller)
    return renamed(node, {"count": "times", "repeat": "times"}, respeller) if "times" in own else node


def _value(key: ScalarNode, entry: Node, kind: str, respeller: Respeller) -> Node:
    """Return the value of a step's key as it is meant."""
    match key.text, entry:
        case "press", SequenceNode() if all(isinstance(item, ScalarNode) for item in entry.items) and entry.items:
            return _pressed(key, entry, respeller)
        case "press", ScalarNode() if (keys := one_by_one(entry.text)) and kind != "browser":
            return respeller.scalar(entry, keys, "press")
        case "press", ScalarNode() if (keys := _DASHED.sub(r"\1+", entry.text)) != entry.text:
            return respeller.scalar(entry, keys, "press")
        case "expect", MappingNode() if list(entry.keys()) == ["text"] and isinstance(entry.get("text"), ScalarNode):
            return _expected(entry, respeller)
        case "wait", ScalarNode() if entry.text == "prompt" and kind in ("terminal", "editor", ""):
            return respeller.inside(entry, "wait", "prompt", "true")
        case "wait", ScalarNode() if (seconds := seconds_of(entry.text)) and float(seconds) >= 0.05:
            return respeller.inside(entry, "wait", "idle", seconds)
        case (("click" | "hover" | "drag" | "highlight" | "scroll" | "to" | "into" | "on" | "from"), ScalarNode()) if (
            kind in ("browser", "ide") and (shown := _TEXT_ENGINE.fullmatch(entry.text.strip()))
        ):
            return respeller.scalar(entry, shown[1] or shown[2] or shown[3], key.text)
        case "wait", ScalarNode() if kind in ("browser", "ide") and (
            shown := _TEXT_ENGINE.fullmatch(entry.text.strip())
        ):
            return respeller.inside(entry, "wait", "text", shown[1] or shown[2] or shown[3])
        case "wait", ScalarNode() if (
            _SEEN.search(entry.text) and not as_a_program_names(entry.text) and not seconds_like(entry)
        ):
            return respeller.inside(entry, "wait", "text", entry.text)
        case "wait", MappingNode():
            return with_seconds(entry, declared(Wait), respeller)
        case "select" | "edit" | "highlight", _ if kind in ("editor", ""):
            return _lines(key.text, entry, kind, respeller)
        case "scroll", ScalarNode() if entry.text.casefold() in _SCROLLS:
            return respeller.scalar(entry, _SCROLLS[entry.text.casefold()], "scroll")
        case "type", ScalarNode() if (
            kind == "terminal" and not entry.block and entry.text.strip("\n") and entry.text.endswith("\n")
        ):
            return _typed(entry, respeller)
        case "moment", ScalarNode() if seconds := seconds_of(entry.text):
            return respeller.scalar(entry, seconds, "moment")
    return entry


def _typed(entry: ScalarNode, respeller: Respeller) -> ScalarNode:
    """Return what is typed in a terminal without the line end after it: Enter is pressed anyway."""
    text = entry.text.removesuffix("\n")
    source = json.dumps(text, ensure_ascii=False)
    respeller.note(
        entry,
        f'type: {json.dumps(short_text(text))[:-1]}\\n"',
        f"type: {short_text(text)}",
        respeller.value(entry, source),
    )
    return replace(entry, text=text)


def _lines(action: str, entry: Node, kind: str, respeller: Respeller) -> Node:
    """Return lines of an editor in the form that the action has for them: `3-5`, or `{lines: 3-5}` for a highlight."""
    if action == "highlight" and (span := _consecutive(entry)):
        source = json.dumps({"lines": span}) if respeller.json else f"{{lines: {span}}}"
        respeller.note(
            entry, f"{action}: {respeller.source(entry)}", f"{action}: {source}", respeller.value(entry, source)
        )
        return mapping_at(entry, (scalar_at(entry, "lines"), scalar_at(entry, span)))
    if action != "highlight" and (span := _span(entry)):
        change = respeller.value(entry, json.dumps(span) if respeller.json else span)
        respeller.note(entry, f"{action}: {short_text(respeller.source(entry))}", f"{action}: {span}", change)
        return scalar_at(entry, span)
    if isinstance(entry, MappingNode) and len(entry.entries) == 1:
        key, inner = entry.entries[0]
        if key.text in ("line", "lines", "text") and isinstance(inner, ScalarNode) and action != "highlight":
            found = _LINES.fullmatch(inner.text.strip())
            if key.text == "text" and (found or action == "edit"):
                return entry
            text = _of_lines(found) if found else inner.text
            source = json.dumps(text) if respeller.json else text if found else respeller.source(inner)
            change = respeller.value(entry, source)
            respeller.note(entry, f"{action}: {{{key.text}: {inner.text}}}", f"{action}: {text}", change)
            return scalar_at(entry, text)
        return renamed(entry, {"line": "lines"}, respeller) if action == "highlight" else entry
    if not isinstance(entry, ScalarNode) or kind != "editor":
        return entry
    found = _LINES.fullmatch(entry.text.strip())
    text = _of_lines(found) if found else ""
    if not found or (action != "highlight" and text == entry.text.strip()):
        return entry
    if action == "highlight" and text == entry.text.strip():
        return mapping_at(entry, (scalar_at(entry, "lines"), entry))  # lines may be written so, too: it needs no note
    return (
        respeller.inside(entry, action, "lines", text)
        if action == "highlight"
        else respeller.scalar(entry, text, action)
    )


def _of_lines(found: re.Match[str]) -> str:
    """Return lines that were found as a script writes them: `3`, or `3-5`."""
    return "-".join(re.findall(r"\d+", found[0]))


def _consecutive(entry: Node) -> str:
    """Return the lines of a list of one after the other, `3-5` for [3, 4, 5] ("" where it is another list)."""
    items = entry.items if isinstance(entry, SequenceNode) else ()
    numbers = [
        int(item.text)
        for item in items
        if isinstance(item, ScalarNode) and re.fullmatch(r"\d{1,6}", item.text, re.ASCII)
    ]
    if not numbers or len(numbers) != len(items) or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return ""
    return f"{numbers[0]}-{numbers[-1]}" if len(numbers) > 1 else str(numbers[0])


def _span(entry: Node) -> str:
    """Return the lines that a list of two, or a mapping with a first and a last, names ("" where it names none)."""
    if isinstance(entry, MappingNode) and list(entry.keys()) in (["lines"], ["line"]):
        entry = entry.entries[0][1]
    ends: list[Node | None] = []
    if isinstance(entry, SequenceNode):
        ends = list(entry.items)
    elif isinstance(entry, MappingNode):
        ends = next(([entry.get(name) for name in pair] for pair in _SPANS if set(pair) == set(entry.keys())), [])
    numbers = [end.text for end in ends if isinstance(end, ScalarNode) and re.fullmatch(r"\d{1,6}", end.text, re.ASCII)]
    return "-".join(numbers) if len(numbers) == len(ends) == 2 else ""


def _pressed(key: ScalarNode, keys: SequenceNode, respeller: Respeller) -> ScalarNode:
    """Return a list of keys as one text: what is held down goes with the key after it."""
    names = [item.text for item in keys.items if isinstance(item, ScalarNode)]
    text = "".join(name + ("+" if name.lower() in _HELD else " ") for name in names).strip(" +")
    source = json.dumps(text) if respeller.json else quoted(text)
    respeller.note(keys, f"{key.text}: [{', '.join(names)}]", f"press: {text}", respeller.value(keys, source))
    return scalar_at(keys, text)


def _expected(node: MappingNode, respeller: Respeller) -> Node:
    text = node.get("text")
    if not isinstance(text, ScalarNode):
        return node
    change = respeller.value(node, respeller.source(text))
    respeller.note(node, f"expect: {{text: {text.text}}}", f"expect: {text.text}", change)
    return text


def _expectation(node: MappingNode, respeller: Respeller) -> MappingNode:
    """Return a step that only expects a text as one that waits for it, with that claim."""
    key, text = next((k, v) for k, v in node.entries if k.text == "expect")
    if not isinstance(text, ScalarNode) or text.block:
        return node
    source = respeller.source(text)
    if respeller.text.startswith("{", node.start):
        quote = '"' if respeller.json else ""
        added = f"{quote}wait{quote}: {{{quote}text{quote}: {source}}}, "
    else:
        value = source if source[:1] in "\"'" else flow_text(text.text)
        added = f"wait: {{text: {value}}}\n{' ' * respeller.indent(key)}"
    respeller.note(key, f"expect: {text.text}", f"wait: {{text: {text.text}}}", (key.start, key.start, added))
    wait = mapping_at(text, (scalar_at(key, "text"), text))
    return replace(node, entries=((scalar_at(key, "wait"), wait), *node.entries))


def _action_then_wait(node: MappingNode, respeller: Respeller) -> Iterable[Node]:
    """Return an action and the wait that is beside it as two steps; what is expected is expected after the wait."""
    later = tuple(pair for pair in node.entries if pair[0].text in ("wait", "expect"))
    kept = tuple(pair for pair in node.entries if pair[0].text not in ("wait", "expect"))
    key, condition = next(pair for pair in later if pair[0].text == "wait")
    if not isinstance(condition, MappingNode):
        return (node,)  # a message says what a wait is
    flow, source = respeller.text.startswith("{", node.start), respeller.text
    action, gap = kept[0][0].text, f"\n{' ' * respeller.indent(node.entries[0][0])}"
    own, after = ([source[k.start : end_of(v, source)] for k, v in pairs] for pairs in (kept, later))
    changes: tuple[Change, ...] = ()
    if flow:
        parted = f"{{{', '.join(own)}}}", f"{{{', '.join(after)}}}"
        changes = ((node.start, end_of(node, source), respeller.item_gap(node).join(parted)),)
    elif later[0][0] is not node.entries[0][0] and not any("\n" in part for part in after):
        removed = tuple(change for k, v in later for change in respeller.removal(node, k, v))
        changes = (*removed, *respeller.after_item(node, gap.join(after)))
    respeller.note(key, f"{action} and wait in one step", f"{action}, then wait", *changes)
    return replace(node, entries=kept), mapping_at(key, *later)
