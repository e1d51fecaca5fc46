"""The capture block: which screen, what it is like before, and what is done there."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal
from zoneinfo import available_timezones

from pydantic import Field

from ..base.frozen import Frozen
from .capture_kinds import DONE, KINDS, CaptureKind, kind_spec
from .continuation import CONTINUATION, Continuation, EarlierSteps
from .errors import did_you_mean, with_article
from .fields import (
    BLOCK_ID,
    Fields,
    Key,
    Rule,
    Rules,
    check_rules,
    declared,
    mapping_schema,
    read_fields,
    read_pairs,
    subset,
)
from .nodes import MappingNode, Node, ScalarNode, SequenceNode, describe_node
from .reading_steps import STEP, UNSEEN_STEP
from .steps import Step
from .targets import TARGET, Target
from .values import (
    EXACT_TEXT,
    SCALAR,
    TEXT,
    FileName,
    Identifier,
    MarkName,
    Schema,
    ValidationContext,
    Value,
    choice,
    entries,
    number,
    parse_text,
    value,
    whole,
)


class Cookie(Frozen):
    """A cookie of `url`, set before the first page is opened."""

    name: Annotated[str, Key("The cookie's name")]
    value: Annotated[str, Key("The cookie's value")]
    url: Annotated[str, Key("The address that it belongs to")]


def _read_cookie(node: Node, context: ValidationContext) -> Cookie:
    values = read_fields(node, "a cookie", declared(Cookie), context)
    return Cookie(**{"name": "", "value": "", "url": "", **values})


_TEXT_OR_FILE = 'a file that is laid out has either a "text" or a "file" that is copied'


class FixtureFile(Frozen):
    """A file that is laid out before the capture: `path` relative to where it starts, with `text` or what `file` holds."""

    path: Annotated[str, Key("Where it goes, relative to where the capture starts")]
    text: Annotated[str, EXACT_TEXT, Key("What is in it")] = ""
    file: Annotated[FileName, Key("A file of the episode that is copied")] = ""

    rules: ClassVar[Rules] = (Rule(("text", "file"), _TEXT_OR_FILE, _TEXT_OR_FILE),)


def _read_fixture_file(node: Node, context: ValidationContext) -> FixtureFile:
    values = read_fields(node, "a file", declared(FixtureFile), context)
    check_rules(FixtureFile.rules, node, node.line, context)
    path = str(values.get("path", ""))
    if path.startswith(("/", "\\", "~")) or ".." in path.replace("\\", "/").split("/") or ":" in path:
        context.report(node.line, f'"{path}" has to be inside the folder where the capture starts')
    return FixtureFile(**{"path": "", **values})


def _read_size(node: Node, context: ValidationContext) -> tuple[int, int]:
    sides = [_SIDE.read(item, context) for item in node.items] if isinstance(node, SequenceNode) else []
    if len(sides) != 2:
        raise node.fault(f"a size is [width, height] in pixels, not {describe_node(node)}")
    return sides[0], sides[1]


_VARIABLE = r"[A-Za-z_][A-Za-z0-9_]*"


def _read_variables(node: Node, context: ValidationContext) -> tuple[tuple[str, str], ...]:
    pairs = read_pairs(node, context, 'expected "NAME: value" lines')
    for name, _ in pairs:
        if not re.fullmatch(_VARIABLE, name, re.ASCII):
            raise node.fault(f'"{name}" is not a name for an environment variable')
    return pairs


def _read_timezone(node: Node, context: ValidationContext) -> str:
    name, known = parse_text(node, context), available_timezones()
    if known and name not in known:
        raise node.fault(
            f'there is no time zone "{name}"{did_you_mean(name, known)}; names look like Europe/Berlin or UTC'
        )
    return name


_SIDE = whole(160, 4096)
SIZE = value(_read_size, {"type": "array", "items": _SIDE.schema(""), "minItems": 2, "maxItems": 2})
TIMEZONE = value(_read_timezone, SCALAR | {"pattern": r"\S"})
VARIABLES = value(
    _read_variables,
    {"type": "object", "propertyNames": {"pattern": f"^{_VARIABLE}$"}, "additionalProperties": TEXT.schema("")},
)
COOKIE = value(_read_cookie, mapping_schema(declared(Cookie)))
FIXTURE_FILE = value(_read_fixture_file, mapping_schema(declared(FixtureFile), FixtureFile.rules))
HOSTS = entries(TEXT, "hosts")
WORDS = entries(TEXT, "words")


OWN_PORT = "$PORT"
"""The placeholder in an address for the port of the capture's own server."""


class Environment(Frozen):
    """What a screen is like before anything is done to it. `size` None: what the layout leaves; `theme` empty: the film's."""

    size: Annotated[tuple[int, int] | None, SIZE, Key("`[width, height]` of the content in pixels")] = None
    scale: Annotated[float, number(0.5, 3), Key("How much larger than usual everything is drawn")] = 1.0
    theme: Annotated[
        str, Key("The colours of a terminal or an editor: a name of Lectern's, or a JSON file of the episode")
    ] = ""
    prompt: Annotated[str, Key("What a shell shows before a command")] = ""
    device: Annotated[str, Key("`phone`, `tablet`, or a device that Playwright knows, like `iPhone 15`")] = ""
    locale: Annotated[str, Key("The language and country of the browser, like `de-DE`")] = ""
    timezone: Annotated[str, TIMEZONE, Key("The time zone, like `Europe/Berlin`")] = ""
    colour_scheme: Annotated[
        Literal["", "dark", "light"], choice("dark", "light"), Key("Which colours a page prefers")
    ] = ""
    login: Annotated[Identifier, Key("The name of one of your browser profiles in which you have logged in")] = ""
    cookies: Annotated[
        tuple[Cookie, ...], entries(COOKIE, "cookies"), Key("A list of cookies: `name`, `value` and `url` of each")
    ] = ()
    hosts: Annotated[
        tuple[str, ...], HOSTS, Key("Hosts that the page may go to, besides the ones that the script opens")
    ] = ()
    env: Annotated[tuple[tuple[str, str], ...], VARIABLES, Key("Environment variables: `NAME: value` lines")] = ()
    files: Annotated[
        tuple[FixtureFile, ...],
        entries(FIXTURE_FILE, "files"),
        Key(
            "A list of files to create before the capture starts: a `path`, and either a `text` or a `file` of the episode"
        ),
    ] = ()
    sandbox: Annotated[bool, Key("Programs get a home folder of their own, and no network")] = False
    network: Annotated[bool, Key("`true`: programs in a sandbox may use the network")] = False
    root: Annotated[bool, Key("`true`: programs run as root if Lectern does, instead of as an ordinary user")] = False


def environment_fields(kind: str) -> Fields:
    """Return the keys that the environment of a capture of `kind` has."""
    spec = kind_spec(kind)
    return subset(declared(Environment), spec.settings) if spec else declared(Environment)


def _read_environment(node: Node, context: ValidationContext) -> Environment:
    what = f"the environment of {context.kind or 'a capture'}"
    read = Environment(**read_fields(node, what, environment_fields(context.kind), context))
    if read.root and read.sandbox:
        context.report(node.line, "nobody is root in a sandbox; write either sandbox: true or root: true")
    return read


ENVIRONMENT = Value(_read_environment, lambda kind: mapping_schema(environment_fields(kind), (), kind))


class Limits(Frozen):
    """What an agent that works out a `goal` may do. `allow` are words that are refused unless they are named here."""

    hosts: Annotated[
        tuple[str, ...], HOSTS, Key("Hosts that it may go to", default="the ones that the capture opens")
    ] = ()
    steps: Annotated[int, whole(1, 200), Key("The largest number of steps")] = 25
    seconds: Annotated[float, number(1, 3600, "seconds"), Key("The longest time in seconds")] = 180.0
    never: Annotated[tuple[str, ...], WORDS, Key("Words that are never clicked")] = ()
    allow: Annotated[
        tuple[str, ...], WORDS, Key("Words that are otherwise refused: delete, pay, remove, buy, send")
    ] = ()


def _read_limits(node: Node, context: ValidationContext) -> Limits:
    return Limits(**read_fields(node, "limits", declared(Limits), context))


LIMITS = value(_read_limits, mapping_schema(declared(Limits)))


class Capture(Frozen):
    """A screen to record. `deterministic` None: as its kind is.

    `earlier` is what is done again, unseen, before a capture that goes on (`continued.py`); its `hidden` is then that of the first.
    """

    kind: Annotated[CaptureKind, choice(*KINDS, of="capture block"), Key("The kind of screen")]
    id: Annotated[Identifier, BLOCK_ID]
    steps: Annotated[
        tuple[Step, ...],
        entries(STEP, "steps"),
        Key(
            "What to do, in this order",
            default="(required, unless there is a `goal`; not for footage and casts)",
        ),
    ] = ()
    hidden: Annotated[
        tuple[Step, ...],
        entries(UNSEEN_STEP, "steps"),
        Key("Steps before the recording starts, such as opening a page or making files"),
    ] = ()
    finally_: Annotated[
        tuple[Step, ...],
        entries(UNSEEN_STEP, "steps"),
        Key("Steps that Lectern always does at the end, even if something failed, such as cleaning up"),
    ] = Field(default=(), alias="finally")
    goal: Annotated[str | None, Key("What to reach, in words", more="see [below](#a-goal-in-place-of-steps)")] = None
    limits: Annotated[
        Limits,
        LIMITS,
        Key("What is allowed in order to reach the goal", default="see [below](#a-goal-in-place-of-steps)"),
    ] = Limits()
    environment: Annotated[
        Environment,
        ENVIRONMENT,
        Key(
            "What the screen is like at the start",
            default="the film's",
            more="see [below](#the-environment-of-a-capture)",
        ),
    ] = Environment()
    blur: Annotated[tuple[Target, ...], entries(TARGET, "targets"), Key("A list of targets that nobody may read")] = ()
    deterministic: Annotated[
        bool | None,
        Key(
            "`true`: the same bytes on every run, however long it takes; `false`: in real time",
            default="`true` for `terminal`, `editor` and `footage`",
        ),
    ] = None
    check: Annotated[
        bool,
        Key(
            "`false`: the capture shows something else each time (`htop`, a feed), so `lectern capture --check` does it again "
            "but doesn't compare it",
            more="see [below](#looking-and-looking-again)",
        ),
    ] = True
    at: Annotated[
        MarkName | None,
        Key("The mark at which it appears", default="the scene's start, or after the capture before it"),
    ] = None
    title: Annotated[
        str,
        Key(
            "The title of its window; as soon as a browser has two tabs, it shows the tabs instead",
            default="made from its kind; for a browser, the address",
        ),
    ] = ""
    shell: Annotated[Literal["bash", "zsh", "fish", "pwsh"], Key("The shell")] = "bash"
    folder: Annotated[
        str,
        Key(
            "A folder of the episode whose files the capture starts with (Lectern copies it and never changes the original)",
            default="an empty one",
        ),
    ] = ""
    url: Annotated[str, Key("Its address")] = ""
    app: Annotated[str, Key("The program to run")] = ""
    serve: Annotated[
        str,
        Key(
            "The command of a server that its pages need, run by a shell in a copy of `folder` until the capture ends",
            more="see [below](#a-page-that-needs-a-server)",
        ),
    ] = ""
    port: Annotated[
        int | None,
        whole(1, 65535),
        Key(
            "The port at which `serve` answers", default="a free one, in `$PORT` and in `open: http://localhost:$PORT`"
        ),
    ] = None
    continue_: Annotated[
        Continuation | None,
        CONTINUATION,
        Key(
            "`true`: the last capture of this kind goes on, as it was left: a terminal with its folder, variables and programs, "
            "an editor with its files, a browser with its page; or the id of such a capture or of its scene",
            more="see [below](#a-capture-that-goes-on)",
        ),
    ] = Field(default=None, alias="continue")
    cast: Annotated[FileName, Key("A session that you recorded before, in asciinema's format")] = ""
    file: Annotated[FileName, Key("A video or a picture of the episode", default="(required for footage)")] = ""
    start: Annotated[float, number(0, 36000, "seconds"), Key("The second of the file at which to start")] = 0.0
    end: Annotated[
        float | None,
        number(0, 36000, "seconds"),
        Key("The second of the file at which to end", default="its end"),
    ] = None
    earlier: tuple[EarlierSteps, ...] = ()
    line: int = 0

    @property
    def every_step(self) -> tuple[Step, ...]:
        """All that is done, seen or unseen."""
        again = (step for earlier in self.earlier for step in earlier.steps)
        return (*self.hidden, *again, *self.steps, *self.finally_)


_SOME_KINDS = {key for spec in KINDS.values() for key in spec.keys}
"""The keys that some kinds have and others lack."""


def capture_fields(kind: str) -> Fields:
    """Return the keys that a capture of `kind` has."""
    spec, fields = kind_spec(kind), declared(Capture)
    return {name: field for name, field in fields.items() if not spec or name not in _SOME_KINDS or name in spec.keys}


def capture_rules(kind: str) -> Rules:
    """Return the rules of the keys of a capture of `kind`."""
    spec = kind_spec(kind)
    return spec.rules if spec else (DONE,)


def read_capture(node: Node, id: str, line: int, context: ValidationContext) -> Capture:
    """Return a capture block; its faults go to `context`."""
    kind = _kind(node)
    within = replace(context, kind=kind)
    values = read_fields(
        node, f"{with_article(kind)} capture block" if kind else "a capture block", capture_fields(kind), within
    )
    check_rules(capture_rules(kind), node, line, within)
    _check_order(values.get("steps", ()), within)
    if kind == "browser":
        _check_server(node, values, line, within)
    return Capture.model_validate({"kind": "browser", **values, "id": id, "line": line})


_LOCAL = re.compile(r"https?://(?:localhost|127\.0\.0\.1):(\d{1,5})\b", re.ASCII)
"""The address of a server of this computer, with its port."""


def _check_server(node: Node, values: dict[str, Any], line: int, context: ValidationContext) -> None:
    """Take the server's port from the page that is opened, and report what is missing for a server, or is there without one."""
    if not values.get("serve"):
        if values.get("port"):
            context.report(line, "port: belongs to a server; write serve: with the command that starts it")
        if values.get("folder"):
            message = (
                "a page is opened by its path in the episode, open: pages/index.html; folder: is where serve: runs"
            )
            context.report(line, message)
        return
    opened = [step.value for phase in ("hidden", "steps") for step in values.get(phase, ()) if step.action == "open"]
    has_port = isinstance(node, MappingNode) and node.get("port") is not None
    if not has_port and (found := next(filter(None, map(_LOCAL.match, opened)), None)):
        values["port"], has_port = int(found[1]), True
    if not has_port and not any(OWN_PORT in address for address in opened):
        context.report(
            line,
            f"serve: has no port:. Write the one at which it answers (port: 8000), or let it listen at $PORT and write "
            f"open: http://localhost:{OWN_PORT}",
        )


def capture_schema(kind: CaptureKind) -> Schema:
    """Return the JSON Schema of a capture block of `kind`."""
    schema: dict[str, Any] = mapping_schema(capture_fields(kind), capture_rules(kind), kind)
    return schema | {"properties": schema["properties"] | {"kind": {"const": kind}}}


def _check_order(steps: Iterable[Step], context: ValidationContext) -> None:
    """Report steps whose marks come in another order than they do: steps are done one after the other."""
    latest: Step | None = None
    for step in (s for s in steps if s.at in context.marks):
        if latest and latest.at and step.at and context.marks[step.at] < context.marks[latest.at]:
            context.report(
                step.line,
                f'this step waits for "{step.at}", which is said before "{latest.at}" of line {latest.line}; '
                "steps are done in their order, so their marks have to come in that order, too",
            )
        latest = step


def _kind(node: Node) -> str:
    kind = node.get("kind") if isinstance(node, MappingNode) else None
    return kind.text if isinstance(kind, ScalarNode) and kind_spec(kind.text) else ""
