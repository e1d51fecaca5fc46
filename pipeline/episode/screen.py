"""What a capture block says: which screen, what it is like before, and what is done there."""

from typing import Literal

from pydantic import Field

from ..model import Frozen

CaptureKind = Literal["browser", "terminal", "editor", "ide", "desktop", "footage"]
Action = Literal[
    "open", "click", "type", "press", "select", "scroll", "hover", "drag", "wait", "highlight", "run", "upload", "tab",
    "dialog", "edit", "diff", "save", "moment",
]  # fmt: skip


class Target(Frozen):
    """Something on the screen, named as a person would name it. At least one field is given.

    `position` is a fraction of the content; `image` a picture (a file of the episode) of what to look for; `lines` the
    first and last line of a text file, from 1; `nth` chooses among several (from 1); `frame` is the name, title or
    selector of the iframe it is in.
    """

    role: str | None = None
    name: str | None = None
    label: str | None = None
    text: str | None = None
    placeholder: str | None = None
    selector: str | None = None
    position: tuple[float, float] | None = None
    image: str | None = None
    lines: tuple[int, int] | None = None
    nth: int | None = None
    frame: str | None = None


class Wait(Frozen):
    """A condition to wait for: exactly one of the fields.

    `gone` is a text that is no longer there; `exit` the status of the last command; `download` (part of) a file's name.
    """

    text: str | None = None
    gone: str | None = None
    idle: float | None = None
    prompt: bool | None = None
    exit: int | None = None
    target: Target | None = None
    url: str | None = None
    download: str | None = None


class Step(Frozen):
    """One thing a person does at a screen.

    `value` is what to open, type, press, select, run or upload, which tab or file, how far to scroll, or what a dialog is
    answered with ("accept", "dismiss"); `target` is where; `wait` is the condition of a `wait` step. `secret` names what
    is typed instead of `value` and never shown. `text` is what an `edit` puts in place of its target's lines, what `diff`
    makes of the file, and the answer to a dialog. `enter`: a `type` presses Enter afterwards (a script has it so in terminals).
    `zoom` is how much closer the camera goes while the step shows (None: not at all); `spotlight` darkens all but the
    target; `badge` shows the keys of a `press`. `moment` is a time of the footage, in seconds.
    """

    action: Action
    value: str = ""
    text: str = ""
    secret: str = ""
    target: Target | None = None
    to: Target | None = None
    wait: Wait | None = None
    button: Literal["left", "right", "middle"] = "left"
    times: int = 1
    moment: float | None = None
    at: str | None = None
    until: str | None = None
    zoom: float | None = None
    spotlight: bool = False
    badge: bool = True
    expect: str | None = None
    enter: bool = False
    line: int = 0


class Cookie(Frozen):
    """A cookie of `url`, set before the first page is opened."""

    name: str
    value: str
    url: str


class LaidFile(Frozen):
    """A file that is laid out before the capture: `path` relative to where it starts, with `text` or what `file` holds."""

    path: str
    text: str = ""
    file: str = ""


class Environment(Frozen):
    """What a screen is like before anything is done to it.

    `size` of the content in px (None: what the layout leaves); `scale` is how much larger than usual all is drawn;
    `theme` the colours of a terminal or an editor (a name of assets/themes or a file; empty: the film's); `prompt` a
    shell's; `device` "phone", "tablet" or a name that Playwright knows; `login` names a browser profile of the
    person's in which they have logged in; `hosts` may be gone to besides those that are opened; `sandbox`: programs
    have a home of their own and no network unless `network`.
    """

    size: tuple[int, int] | None = None
    scale: float = 1.0
    theme: str = ""
    prompt: str = ""
    device: str = ""
    locale: str = ""
    timezone: str = ""
    colour_scheme: Literal["", "dark", "light"] = ""
    login: str = ""
    cookies: tuple[Cookie, ...] = ()
    hosts: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    files: tuple[LaidFile, ...] = ()
    sandbox: bool = False
    network: bool = False


class Limits(Frozen):
    """What an agent that works out a `goal` may do: go to `hosts`, so many `steps` in so many `seconds`, never click `never`.

    `allow` are words that are refused unless they are named here ("delete", "pay" …).
    """

    hosts: tuple[str, ...] = ()
    steps: int = 25
    seconds: float = 180.0
    never: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()


class Capture(Frozen):
    """A screen to record. `at` (a mark) is when it comes into view; without it, at the scene's start or after the capture before.

    `url` is where an IDE or a remote desktop is found, `app` the program a desktop shows, `cast` a terminal session
    that was recorded before, `file` a video or picture of which `start` to `end` (seconds) is shown; `blur` is what
    nobody may read. `deterministic` None: as its kind does. `check`: what it shows is the same each time, so it is
    compared when the captures are checked.
    """

    id: str
    kind: CaptureKind
    steps: tuple[Step, ...] = ()
    hidden: tuple[Step, ...] = ()
    finally_: tuple[Step, ...] = Field(default=(), alias="finally")
    goal: str | None = None
    limits: Limits = Limits()
    environment: Environment = Environment()
    blur: tuple[Target, ...] = ()
    deterministic: bool | None = None
    check: bool = True
    at: str | None = None
    title: str = ""
    shell: Literal["bash", "zsh", "fish", "pwsh"] = "bash"
    folder: str = ""
    url: str = ""
    app: str = ""
    cast: str = ""
    file: str = ""
    start: float = 0.0
    end: float | None = None
    line: int = 0
