"""What each kind of capture has: which steps, which conditions to wait for, which settings, which fields of its own."""

from dataclasses import dataclass
from typing import Literal

from .fields import Rule, Rules

CaptureKind = Literal["browser", "terminal", "editor", "ide", "desktop", "footage"]
Action = Literal[
    "open", "click", "type", "press", "select", "scroll", "hover", "drag", "wait", "highlight", "run", "upload", "tab",
    "dialog", "edit", "diff", "save", "moment", "paste",
]  # fmt: skip
"""What a step does."""

SHELLS = ("terminal", "editor")
"""The kinds in which commands are run in a shell."""
_MOUSE: tuple[Action, ...] = ("click", "hover", "drag", "scroll", "highlight")
_PAGE: tuple[Action, ...] = ("open", *_MOUSE, "type", "press", "select", "upload", "tab", "dialog", "wait")
_SCREEN = ("size", "scale", "files")
_WEB = (*_SCREEN, "device", "locale", "timezone", "colour_scheme", "login", "cookies", "hosts")
_RUNS = ("theme", "env", "sandbox", "network", "root")
_NOTHING_DONE = 'a capture block needs "steps", or a "goal" that they are worked out for'
DONE = Rule(("steps", "goal"), missing=_NOTHING_DONE, on_fence=True)
"""Something is done in a capture. With both, the goal says what the steps are for."""


@dataclass(frozen=True)
class CaptureKindSpec:
    """What a kind has.

    `actions` of its steps, `waits`: the conditions it can wait for, `settings` of its environment, `keys` of the block
    that other kinds lack, and the `rules` of its keys.
    """

    actions: tuple[Action, ...]
    waits: tuple[str, ...]
    settings: tuple[str, ...]
    keys: tuple[str, ...] = ()
    rules: Rules = (DONE,)
    deterministic: bool = False


_IDE_URL = (
    'the "url" of an IDE that runs already, like http://127.0.0.1:8080 (an editor that needs none is kind: editor)'
)
_APP_OR_URL = 'an "app" that is run, like app: mousepad notes.txt, or the "url" of a desktop'


def _going_on(kind: str, why: str = "and begins with what that one left") -> Rule:
    """Return the rule that a capture which goes on from an earlier one has no hidden steps of its own, and `why`."""
    said = f"this {kind} goes on from an earlier one (continue:), {why}; write hidden: in the first one, or its steps as steps"
    return Rule(("continue", "hidden"), many=said)


KINDS: dict[CaptureKind, CaptureKindSpec] = {
    "browser": CaptureKindSpec(
        _PAGE,
        ("text", "gone", "idle", "target", "url", "download"),
        (*_WEB, "env", "sandbox", "network"),
        ("serve", "port", "folder", "continue"),
        (DONE, _going_on("browser")),
    ),
    "ide": CaptureKindSpec(
        (*_PAGE, "run"),
        ("text", "gone", "idle", "target", "url"),
        _WEB,
        ("url",),
        (DONE, Rule(("url",), missing=f"ide needs {_IDE_URL}", on_fence=True)),
    ),
    "terminal": CaptureKindSpec(
        ("type", "paste", "press", "run", "wait", "highlight", "scroll", "moment"),
        ("text", "gone", "idle", "prompt", "exit"),
        (*_SCREEN, *_RUNS, "prompt"),
        ("shell", "folder", "continue", "cast"),
        (
            Rule(("steps", "goal", "cast"), missing=_NOTHING_DONE, on_fence=True),
            Rule(
                ("continue", "cast"),
                many="this terminal goes on from an earlier one (continue:), so it can't be a cast:, which is played; remove one "
                "of them",
            ),
            _going_on("terminal", "where hidden: would be seen"),
        ),
        deterministic=True,
    ),
    "editor": CaptureKindSpec(
        ("open", "type", "paste", "press", "edit", "diff", "select", "highlight", "scroll", "save", "run", "wait"),
        ("text", "gone", "idle", "prompt", "exit"),
        (*_SCREEN, *_RUNS, "prompt"),
        ("shell", "folder", "continue"),
        (DONE, _going_on("editor")),
        deterministic=True,
    ),
    "desktop": CaptureKindSpec(
        (*_MOUSE, "type", "press", "run", "wait"),
        ("text", "gone", "idle", "target"),
        (*_SCREEN, "env", "sandbox", "network", "root", "login", "hosts"),
        ("url", "app", "folder"),
        (
            DONE,
            Rule(("app", "url"), f"desktop needs {_APP_OR_URL}", f"desktop has either {_APP_OR_URL}, not both", True),
        ),
    ),
    "footage": CaptureKindSpec(
        ("moment",),
        (),
        ("size",),
        ("file", "start", "end"),
        (Rule(("file",), missing='footage needs the "file" of a video or a picture', on_fence=True),),
        deterministic=True,
    ),
}


def kind_spec(kind: str) -> CaptureKindSpec | None:
    """Return what the kind has; None where there is no kind of that name."""
    return next((spec for name, spec in KINDS.items() if name == kind), None)
