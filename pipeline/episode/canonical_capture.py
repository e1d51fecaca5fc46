"""Capture blocks written in other ways that have one meaning: see `canonical.py`."""

import json
import re
from dataclasses import replace

from .canonical_steps import canonical_steps
from .capture_block import Capture, Limits, capture_fields, environment_fields
from .capture_kinds import kind_spec
from .edit import end_of
from .fields import declared
from .nodes import MappingNode, Node, ScalarNode, SequenceNode, quoted
from .respeller import Respeller, each, mapping_at, renamed, scalar_at, short_text, with_seconds

ALSO_CAPTURES = {
    **dict.fromkeys(("shell", "bash", "console", "cli", "tty"), "terminal"),
    **dict.fromkeys(("web", "webpage", "page", "website", "chrome", "chromium"), "browser"),
    **dict.fromkeys(("gui", "window", "app", "program"), "desktop"),
    "code": "editor", "video": "footage",
}  # fmt: skip
"""What else a kind of capture is called."""
_PHASES = {
    **dict.fromkeys(("setup", "before", "prepare", "preparation", "init", "prelude"), "hidden"),
    **dict.fromkeys(("teardown", "cleanup", "after"), "finally"),
    **dict.fromkeys(("actions", "commands"), "steps"),
}
_CONTINUES = ("continues", "continue_from", "continues_from", "resume_from", "resume", "session", "keep", "reuse")
"""What else `continue` is called: the first five also with an id."""
_FOLDERS = dict.fromkeys(("cwd", "dir", "directory", "workdir", "working_dir", "project"), "folder")
_FILES = {"name": "path", "filename": "path", "content": "text", "contents": "text", "body": "text", "source": "file"}
_SIZES = dict.fromkeys(("viewport", "resolution", "window_size"), "size")
_FIRST = {"browser": ("url", "open", "page", "address"), "editor": ("file", "open")}
"""What a block may call what its first step opens."""
_PROGRAMS = dict.fromkeys(("program", "command", "run", "start", "application"), "app")
_SERVERS = dict.fromkeys(("server", "serve_command", "run_server", "start_server"), "serve")
_SIZE = re.compile(r"(\d{1,5})\s*(?:[x×*,]|by)\s*(\d{1,5})\s*(?:px|cells)?", re.I)
USUAL_COLUMNS, MOST_COLUMNS = 68, 136
"""Columns of a terminal at a scale of 1, and at the smallest: a size up to that is one in columns and rows."""


def _kind(key: ScalarNode, entry: Node, respeller: Respeller) -> Node:
    if key.text != "kind" or not isinstance(entry, ScalarNode) or entry.text not in ALSO_CAPTURES:
        return entry
    return respeller.scalar(entry, ALSO_CAPTURES[entry.text], "kind")


_THEMES = {"dark": "night", "light": "day"}
"""What themes of terminals and editors are called elsewhere."""


def _theme(key: ScalarNode, entry: Node, respeller: Respeller) -> Node:
    """Return a value of the block, or of its environment, with Lectern's name of a theme."""
    if key.text == "environment" and isinstance(entry, MappingNode):
        return each(entry, lambda name, value: _theme(name, value, respeller))
    if key.text != "theme" or not isinstance(entry, ScalarNode) or entry.text not in _THEMES:
        return entry
    return respeller.scalar(entry, _THEMES[entry.text], "theme")


def _with_size(node: MappingNode, kind: str, respeller: Respeller) -> MappingNode:
    """Return the block with a size of two numbers where it is written as one text: 1280x720."""

    def read(key: ScalarNode, entry: Node) -> Node:
        if key.text == "environment" and isinstance(entry, MappingNode):
            return each(entry, read)
        if key.text == "files" and isinstance(entry, SequenceNode):
            laid = (renamed(file, _FILES, respeller) if isinstance(file, MappingNode) else file for file in entry.items)
            return replace(entry, items=tuple(laid))
        size = _written_size(key, entry)
        if not size:
            return entry
        numbers = tuple(scalar_at(entry, str(number)) for number in size)
        source = f"[{size[0]}, {size[1]}]"
        respeller.note(
            entry, f"size: {short_text(respeller.source(entry))}", f"size: {source}", respeller.value(entry, source)
        )
        return SequenceNode(entry.file, entry.line, entry.start, entry.end, numbers)

    return each(_with_columns(node, respeller) if kind == "terminal" else node, read) if kind else node


def _written_size(key: ScalarNode, entry: Node) -> tuple[int, int] | None:
    """Return the two numbers of a size that is written as one text; None for anything else."""
    found = _SIZE.fullmatch(entry.text.strip()) if key.text == "size" and isinstance(entry, ScalarNode) else None
    return (int(found[1]), int(found[2])) if found else None


def _with_columns(node: MappingNode, respeller: Respeller) -> MappingNode:
    """Return a terminal's block, or its environment, with the scale at which so many columns fit: 90x24 are 90 columns."""
    if "scale" in node.keys():
        return node

    def read(key: ScalarNode, entry: Node) -> tuple[ScalarNode, Node]:
        if key.text == "environment" and isinstance(entry, MappingNode):
            return key, _with_columns(entry, respeller)
        columns, _ = _written_size(key, entry) or (0, 0)
        if not 0 < columns <= MOST_COLUMNS:
            return key, entry
        scale = f"{min(int(USUAL_COLUMNS / columns * 20) / 20, 1.0):g}"
        quote = '"' if respeller.text.startswith('"', key.start) else ""
        changes = (key.start, key.end, f"{quote}scale{quote}"), respeller.value(entry, scale)
        written = short_text(respeller.source(entry))
        respeller.note(key, f"size: {written}", f"scale: {scale}", *changes)
        return replace(key, text="scale"), scalar_at(entry, scale)

    return replace(node, entries=tuple(read(key, entry) for key, entry in node.entries))


def _without_page_folder(node: MappingNode, respeller: Respeller) -> MappingNode:
    """Return a browser's block without its folder: that is a part of the name of the page."""
    key, folder = next(((k, v) for k, v in node.entries if k.text in ("folder", *_FOLDERS)), (None, None))
    if key is None or not isinstance(folder, ScalarNode) or not folder.text.strip("./"):
        return node
    if "serve" in node.keys():
        return node  # (the server runs in it)
    within, changes = f"{folder.text.strip('/').removeprefix('./')}/", list(respeller.removal(node, key, folder))
    opened: list[str] = []

    def page(name: ScalarNode, entry: Node) -> Node:
        if name.text != "open" or not isinstance(entry, ScalarNode) or ":" in entry.text:
            return entry
        whole = entry.text if entry.text.startswith(within) else within + entry.text
        opened.append(whole)
        respeller.reworded(f"- open: {entry.text}", f"- open: {whole}")
        if whole != entry.text:
            changes.append(respeller.value(entry, json.dumps(whole) if respeller.json else quoted(whole)))
        return replace(entry, text=whole)

    def steps(name: ScalarNode, entry: Node) -> Node:
        if name.text not in ("steps", "hidden", "finally") or not isinstance(entry, SequenceNode):
            return entry
        return replace(
            entry, items=tuple(each(item, page) if isinstance(item, MappingNode) else item for item in entry.items)
        )

    changed = each(node, steps)
    if not opened:
        return node
    respeller.note(key, f"{key.text}: {folder.text}", f"open: {opened[0]}", *changes)
    return replace(changed, entries=tuple(pair for pair in changed.entries if pair[0] is not key))


def _goes_on(node: MappingNode) -> dict[str, str]:
    """Return what else `continue` is called where its value is true; some names can only mean the id of an earlier one."""
    given = {key.text: entry.text.lower() for key, entry in node.entries if isinstance(entry, ScalarNode)}
    return {name: "continue" for name in _CONTINUES if given.get(name) in ("true", "yes") or name in _CONTINUES[:5]}


def canonical_capture(node: MappingNode, respeller: Respeller) -> MappingNode:
    """Return a capture block as it is meant."""
    node = each(renamed(node, {"type": "kind"}, respeller), lambda key, entry: _kind(key, entry, respeller))
    written = node.get("kind")
    kind = written.text if isinstance(written, ScalarNode) and kind_spec(written.text) else ""
    own, settings = capture_fields(kind), environment_fields(kind) if kind else {}
    phases = {name: meant for name, meant in _PHASES.items() if meant not in own or name not in own}
    node = renamed(node, phases | (_FOLDERS if "folder" in own else {}), respeller)
    node = renamed(node, _goes_on(node) if "continue" in own else {}, respeller)
    node = renamed(node, _SIZES if "size" in settings else {}, respeller)
    node = _with_size(node, kind, respeller)
    node = each(node, lambda key, entry: _theme(key, entry, respeller)) if "theme" in settings else node
    environment = node.get("environment")
    for key, entry in node.entries:
        if key.text in settings and key.text not in own and isinstance(environment, MappingNode | None):
            node = respeller.moved(node, "environment", key, entry)
            environment = node.get("environment")
    if kind in ("browser", "desktop"):
        node = renamed(node, _SERVERS if kind == "browser" else _PROGRAMS, respeller)
    node = _with_opened_program(node, respeller) if kind == "desktop" else node
    for name in _FIRST.get(kind, ()):
        node = _with_first_page(node, name, respeller)
    if kind == "browser" and node.get("serve") is None:
        node = _without_page_folder(node, respeller)
    if kind == "footage":
        node = renamed(node, {"from": "start", "to": "end"}, respeller)

    node = with_seconds(node, declared(Capture), respeller)

    def read(key: ScalarNode, entry: Node) -> Node:
        if key.text in ("steps", "hidden", "finally") and isinstance(entry, SequenceNode):
            return canonical_steps(entry, kind, respeller)
        return (
            with_seconds(entry, declared(Limits), respeller)
            if key.text == "limits" and isinstance(entry, MappingNode)
            else entry
        )

    return each(node, read)


def _with_opened_program(node: MappingNode, respeller: Respeller) -> MappingNode:
    """Return a desktop with the program that its first step opens as its `app`, where it names none."""
    steps = node.get("steps")
    if node.get("app") or node.get("url") or not isinstance(steps, SequenceNode) or len(steps.items) < 2:
        return node
    first, *others = steps.items
    opened = first.get("open") if isinstance(first, MappingNode) else None
    if not isinstance(opened, ScalarNode) or not isinstance(first, MappingNode) or {*first.keys()} - {"open", "at"}:
        return node
    respeller.note(first.entries[0][0], f"open: {opened.text}", f"app: {opened.text}, above steps:")
    steps = replace(steps, items=tuple(others))
    entries = tuple((key, steps if key.text == "steps" else entry) for key, entry in node.entries)
    return replace(node, entries=(*entries, (scalar_at(opened, "app"), opened)))


def _with_first_page(node: MappingNode, name: str, respeller: Respeller) -> MappingNode:
    """Return a block with its `url` (an editor's `file`) as the first step, unless that opens something already."""
    key, url = next(((k, v) for k, v in node.entries if k.text == name), (None, None))
    if key is None or not isinstance(url, ScalarNode):
        return node
    if name != "url" and name != "file" and node.get("steps") is None:
        return node
    phase = "hidden" if node.get("hidden") or (node.get("goal") and not node.get("steps")) else "steps"
    steps = node.get(phase)
    first = steps.items[0] if isinstance(steps, SequenceNode) and steps.items else None
    opened_first = first.get("open") if isinstance(first, MappingNode) else None
    if isinstance(opened_first, ScalarNode) and opened_first.text == url.text:
        respeller.left_out(key, url, "the first step opens it", respeller.removal(node, key, url))
        return replace(node, entries=tuple(pair for pair in node.entries if pair[0] is not key))
    if (steps is not None and first is None) or opened_first:
        return node
    opened = mapping_at(url, (scalar_at(key, "open"), url))
    source = f'"open": {json.dumps(url.text)}' if respeller.json else f"open: {respeller.source(url)}"
    if isinstance(steps, SequenceNode):
        changes = (*respeller.removal(node, key, url), *respeller.before_item(steps, source))
        steps = replace(steps, items=(opened, *steps.items))
        entries = tuple((k, steps if k.text == phase else v) for k, v in node.entries if k is not key)
    else:
        whole = (
            f'"{phase}": [{{{source}}}]'
            if respeller.json
            else f"{phase}:\n{' ' * (respeller.indent(key) + 2)}- {source}"
        )
        changes = ((key.start, end_of(url, respeller.text), whole),)
        listed = SequenceNode(url.file, url.line, url.start, url.end, (opened,))
        entries = tuple((scalar_at(k, phase), listed) if k is key else (k, v) for k, v in node.entries)
    respeller.note(key, f"{name}: {url.text}", f"- open: {url.text}", *changes)
    return replace(node, entries=entries)
