"""Things on a screen, as a person would name them, and conditions to wait for."""

import re

from .errors import did_you_mean, listed
from .fields import Desk, Fields, existing_file, flag, number, point, read_fields, text, whole
from .kinds import KINDS
from .nodes import Mapping, Node, Scalar, found
from .screen import Target, Wait

_LINES = r"(?P<first>\d{1,6})(?:\s*-\s*(?P<last>\d{1,6}))?"


def target(node: Node, desk: Desk) -> Target:
    """A thing on the screen; a bare text is the text it shows."""
    if isinstance(node, Scalar):
        return Target(text=text(node, desk))
    values = read_fields(node, "a target", _TARGET, desk)
    written = set(node.keys()) if isinstance(node, Mapping) else set()
    if not written:
        raise node.fault(f"a target needs one of: {listed(_TARGET)}")
    if "name" in written and "role" not in written:
        raise node.fault('a target\'s "name" goes with its "role", like {role: button, name: Save}')
    return Target(**values)


def lines(node: Node, desk: Desk) -> tuple[int, int]:
    """Lines of a file: `7`, or `3-5`."""
    match = re.fullmatch(_LINES, node.text.strip(), re.ASCII) if isinstance(node, Scalar) else None
    first = int(match["first"]) if match else 0
    last = int(match["last"] or first) if match else 0
    if not 1 <= first <= last:
        raise node.fault(f"lines are a number from 1, or two like 3-5, not {found(node)}")
    return first, last


def _role(node: Node, desk: Desk) -> str:
    """A role that a person would know, or another of those that pages have."""
    name = text(node, desk)
    if name not in _ROLES:
        raise node.fault(f'there is no role "{name}"{did_you_mean(name, _ROLES)}; most are one of: {listed(_ROLES[:12])}')
    return name


_ROLES = (
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
_TARGET: Fields = {
    "role": _role, "name": text, "label": text, "text": text, "placeholder": text, "selector": text, "position": point,
    "image": existing_file, "lines": lines, "nth": whole(1, 999), "frame": text,
}  # fmt: skip


def wait(node: Node, desk: Desk) -> Wait:
    """One condition."""
    if not isinstance(node, Mapping):
        raise node.fault(f"{found(node)} is no condition, and a wait of so many seconds breaks on a slower day; {_WAYS}")
    if len(node.entries) != 1:
        raise node.fault(f"a wait has one condition, not {len(node.entries)}; {_WAYS}")
    return Wait(**read_fields(node, "a wait", _WAIT, desk))


def check_wait(condition: Wait | None, kind: str, node: Node, desk: Desk) -> None:
    """A kind of capture waits for what it has."""
    for name in _WAIT if condition and kind in KINDS else ():
        if getattr(condition, name) is not None and name not in KINDS[kind].waits:
            able = [other for other, has in KINDS.items() if name in has.waits]
            desk.report(node.line, f'a {kind} can\'t wait for "{name}"; that is for: {listed(able)}')


def _true(node: Node, desk: Desk) -> bool:
    if not flag(node, desk):
        raise node.fault("this can only be true")
    return True


_WAYS = "wait for what the screen shows, like {text: Done}, {gone: Loading} or {idle: 0.5}"
_WAIT: Fields = {
    "text": text, "gone": text, "idle": number(0.05, 60, "seconds"), "prompt": _true, "exit": whole(0, 255),
    "target": target, "url": text, "download": text,
}  # fmt: skip
