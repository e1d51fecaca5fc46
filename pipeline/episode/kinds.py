"""What each kind of capture has: which steps, which conditions to wait for, which settings."""

from dataclasses import dataclass

from .screen import CaptureKind

_MOUSE = ("click", "hover", "drag", "scroll", "highlight")
_PAGE = ("open", *_MOUSE, "type", "press", "select", "upload", "tab", "dialog", "wait")
_SCREEN = ("size", "scale", "files")
_WEB = (*_SCREEN, "device", "locale", "timezone", "colour_scheme", "login", "cookies", "hosts")
_RUNS = ("theme", "env", "sandbox", "network")


@dataclass(frozen=True)
class Kind:
    """`actions` of its steps, `waits`: the conditions it can wait for, `settings` of its environment, own `keys` of the block."""

    actions: tuple[str, ...]
    waits: tuple[str, ...]
    settings: tuple[str, ...]
    keys: tuple[str, ...] = ()
    deterministic: bool = False


KINDS: dict[CaptureKind, Kind] = {
    "browser": Kind(_PAGE, ("text", "gone", "idle", "target", "url", "download"), _WEB),
    "ide": Kind((*_PAGE, "run"), ("text", "gone", "idle", "target", "url"), _WEB, ("url",)),
    "terminal": Kind(
        ("type", "press", "run", "wait", "highlight", "scroll", "moment"),
        ("text", "gone", "idle", "prompt", "exit"),
        (*_SCREEN, *_RUNS, "prompt"),
        ("shell", "folder", "cast"),
        deterministic=True,
    ),
    "editor": Kind(
        ("open", "type", "press", "edit", "diff", "select", "highlight", "scroll", "save", "run", "wait"),
        ("text", "gone", "idle", "prompt", "exit"),
        (*_SCREEN, *_RUNS, "prompt"),
        ("shell", "folder"),
        deterministic=True,
    ),
    "desktop": Kind(
        (*_MOUSE, "type", "press", "run", "wait"),
        ("text", "gone", "idle", "target"),
        (*_SCREEN, "env", "sandbox", "network", "login", "hosts"),
        ("url", "app", "folder"),
    ),
    "footage": Kind(("moment",), (), ("size",), ("file", "start", "end"), deterministic=True),
}
