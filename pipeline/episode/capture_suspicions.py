"""What in a capture is likely a slip: commands that never end, files that are not there, lines that will wrap."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ..base.errors import FaultDetails, SourceError
from .capture_block import Capture
from .capture_kinds import SHELLS
from .errors import nearly_same, suggestion
from .model import Episode, Scene
from .nodes import quoted_in_sentence
from .source import SCRIPT
from .steps import Step, is_typed_into
from .targets import as_a_program_names
from .undrawn_text import undrawn_text

_STAYING = re.compile(
    r"(?:sudo\s+)?(?:(?:vim?|nvim|nano|emacs|htop|top|btop|less|more|man|watch|mc|tig|lazygit|ssh|telnet|tmux|screen)(?![\w-])(?!.*(?:-b\b|-n\s*1\b|--version|--help))"
    r"|(?:python3?|ipython|node|irb|ghci|lua|R|psql|mysql|sqlite3|redis-cli|bc|gdb|pry|deno|bun\s+repl|julia|php\s+-a)"
    r"(?:\s+(?:-[iqBEIsSul]+|--(?:quiet|silent|vanilla|interactive|no-?banner|noprompt|simple-prompt)))*\s*$"
    r"|(?:(?:sqlite3|duckdb)(?:\s+-(?:box|column|headers?|table|markdown|csv|line|list|json|readonly))*|psql|mysql)\s+[\w./][\w./-]*\s*$|python3?\s+-i\b|docker\s+(?:run|exec)\s+(?:-{1,2}[\w-]+\s+)*-(?:it|ti)\b"
    r"|git\s+(?:commit\s*$|commit\s+--amend\s*$|rebase\s+(?:-i|--interactive)\b|add\s+-[pi]\b)|crontab\s+-e\b"
    r"|tail\s+-[fF]|python3?\s+-m\s+http\.server|(?:npm|yarn|pnpm)\s+(?:run\s+)?(?:dev|start|serve)\b|flask\s+run|uvicorn\b|gunicorn\b|rails\s+s|hugo\s+serve|php\s+-S|vite\b|live-server\b|http-server\b)"
)
"""Commands that do not end by themselves."""
_WORD_PROCESSED = re.compile(r"[\u201c\u201d\u2018\u2019]|(?<!\S)[\u2013\u2014](?=\w)")
_STRAIGHT = str.maketrans({"\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'"})
_FILE_NAME = re.compile(r"(?:\./)?[\w-][\w./-]*\.\w{1,8}\b|(?:\./)?[\w-]+/[\w./-]+")
_PROMPTS = ("PS1", "PROMPT", "PROMPT_COMMAND", "RPROMPT", "RPS1")
"""Variables by which shells are told what to show before a command."""
_PROMPT = 4
"""Cells before a command: "~ ❯ "."""
_CHANGE = re.compile(r"(?:^|&&|;)[ \t]*cd(?:[ \t]+([^\s;&|]+))?[ \t]*(?=$|&&|;|\n)", re.MULTILINE)
"""A change of folder in a command; without a name, to the home."""
SMALLEST_SCALE = 0.5
"""What `environment.scale` is at least."""

Columns = Callable[[Scene, Capture], int | None]
"""Tells how many letters a line of a capture's terminal has; None where it has none."""


def never_ends(command: str) -> bool:
    """Return whether a command stays until it is left, as an editor, a server or a bare `python3` does."""
    return bool(_STAYING.match(command.strip())) and not command.rstrip().endswith("&")


def needs_rights(command: str) -> bool:
    """Return whether a command asks for the rights of an administrator, and so for a password."""
    return bool(re.match(r"\s*sudo\s", command))


def capture_suspicions(episode: Episode, columns: Columns) -> tuple[SourceError, ...]:
    """Return the slips in captures."""
    pairs = [(scene, capture) for scene in episode.scenes if scene.enabled for capture in scene.captures]
    return tuple(fault for scene, capture in pairs for fault in _of_capture(episode, scene, capture, columns))


def finding(line: int, message: str, instead: str = "", found: str | None = None) -> SourceError:
    """Return what is likely a slip in a line of the script, with what to write `instead`."""
    return SourceError(SCRIPT, line, message, FaultDetails(found=found, instead=instead))


def _of_capture(episode: Episode, scene: Scene, capture: Capture, columns: Columns) -> Iterator[SourceError]:
    every = (*(() if capture.earlier else capture.hidden), *capture.steps, *capture.finally_)
    if capture.kind in (*SHELLS, "desktop"):
        yield from _without_folder(episode.folder, capture, every if capture.kind in SHELLS else ())
    if capture.kind in SHELLS:
        for name, value in capture.environment.env:
            if name in _PROMPTS:
                yield _own_prompt(capture.line, name, value)
        for step in every:
            yield from _of_command(step)
        yield from _wrapping(scene, capture, columns(scene, capture))
        yield from undrawn_text(episode.folder, capture)
    if capture.kind == "editor":
        yield from _missing_files(episode.folder, capture)
        yield from _keys_of_other_editors(capture.steps)
    if capture.kind == "terminal":
        yield from _second_enter(capture.steps)
        own = {step.line for step in capture.steps}
        again = [step for earlier in capture.earlier for step in earlier.steps]
        yield from (finding for finding in _run_within((*again, *capture.steps)) if finding.line in own)
    if capture.kind in ("browser", "ide"):
        for step in every:
            text = step.wait.gone or step.wait.text if step.wait else None
            if text and (target := as_a_program_names(text)):
                yield finding(
                    step.line,
                    f'"{text}" is looked for as a text that the page shows, so this is true at once or never; wait for what '
                    f"comes in its place: {{text: ...}} or {{target: {target}}}",
                    f"wait: {{target: {target}}}",
                    text,
                )


def _own_prompt(line: int, name: str, value: str) -> SourceError:
    """Return what to say of a variable that is to change the prompt."""
    message = f"{name} changes nothing: by its own prompt, Lectern knows when a command has ended"
    prompt = f"prompt: {quoted_in_sentence(value)}"
    return finding(line, f"{message}; write {prompt} in environment", prompt, name)


def _of_command(step: Step) -> Iterator[SourceError]:
    if step.action not in ("run", "type", "paste"):
        return
    if found := re.match(rf"\s*(?:export\s+)?({'|'.join(_PROMPTS)})=(.*)", step.value):
        yield _own_prompt(step.line, found[1], found[2].strip("\"'"))
    if step.action == "run" and never_ends(step.value):
        yield finding(
            step.line,
            f'"{step.value}" does not end by itself, and "run" waits until it does; write type: {step.value}, then wait for '
            "what it shows",
            f"type: {step.value}",
            step.value,
        )
    if needs_rights(step.value):
        message = "sudo asks for a password, which nobody types, and what needs rights changes this computer"
        yield finding(step.line, f"{message}; show it without sudo, or play a recording (cast:)", "", "sudo")
    if _WORD_PROCESSED.search(step.value):
        straight = _WORD_PROCESSED.sub(lambda sign: "--" if sign[0] in "\u2013\u2014" else sign[0], step.value)
        instead = straight.translate(_STRAIGHT)
        yield finding(
            step.line,
            f"a word processor wrote quotes or dashes that no shell knows; write {instead}",
            instead,
            step.value,
        )


_ONLY_LOOKING = ("highlight", "scroll", "moment", "wait")
"""Actions after which a terminal is as it was."""
_ENDS = re.compile(r"\.?(?:exit|quit)(?:\(\))?;?|\\q|:(?:wq?|q|x)!?|q|ZZ", re.I)


def _run_within(steps: Iterable[Step]) -> Iterator[SourceError]:
    """Yield what is run while a program that stays has the terminal: the shell's prompt doesn't come back from it."""
    inside = ""
    for step in steps:
        if step.wait and (step.wait.prompt or step.wait.exit is not None):
            inside = ""
        elif step.action == "press" and re.search(r"(?:control|ctrl)\+[cdx]|\bq\b", step.value, re.I):
            inside = ""
        elif step.action in ("run", "type", "paste") and _ENDS.fullmatch(step.value.strip()):
            inside = ""
        elif step.action == "run" and inside:
            yield finding(
                step.line,
                f'"{inside}" has the terminal here, and "run" waits for the shell; write type: {step.value}',
                f"type: {step.value}",
                step.value,
            )
        elif step.action in ("run", "type", "paste") and _STAYING.match(step.value.strip()):
            inside = "" if step.value.rstrip().endswith("&") else step.value.strip()


def _second_enter(steps: Iterable[Step]) -> Iterator[SourceError]:
    entered = False
    for step in steps:
        if entered and step.action == "press" and step.value == "Enter":
            yield finding(
                step.line,
                '"type" presses Enter by itself in a terminal; this is a second one: take it away, or write enter: false beside '
                "the type above",
                "",
                "press: Enter",
            )
        is_asked = step.wait is not None and bool(step.wait.text or step.wait.gone)  # (what waits for Enter shows it)
        if is_asked or step.action not in _ONLY_LOOKING:
            entered = step.action in ("type", "paste") and step.enter


_FINDING = re.compile(r"(?:control|ctrl|meta|cmd)\+(?:shift\+|alt\+)?[fhgp]|f[1-9]|f1[0-2]", re.I)
"""Keys with which other editors open a panel for finding and replacing, or one with commands."""


def _keys_of_other_editors(steps: Iterable[Step]) -> Iterator[SourceError]:
    """Yield the keys that this editor does not have."""
    for step in (step for step in steps if step.action == "press" and step.target is None):
        for key in (key for key in step.value.split() if _FINDING.fullmatch(key)):
            yield finding(
                step.line,
                f'this editor has no key "{key}": it has no panel for finding or replacing, and none with commands, so nothing is '
                "typed into one; point with highlight: TEXT, and replace with edit: 3-5 and with: beside it",
                "highlight: TEXT",
                key,
            )


def _without_folder(folder: Path, capture: Capture, steps: Iterable[Step]) -> Iterator[SourceError]:
    """Yield the files of the episode that a capture names although it starts in an empty folder."""
    if capture.folder or capture.cast:
        return
    made = {file.path for file in capture.environment.files}
    mentions = [(capture.line, _FILE_NAME.findall(capture.app or ""))]
    for step in (step for step in steps if step.action in ("run", "type", "paste", "open")):
        mentions.append((step.line, [step.value] if step.action == "open" else _FILE_NAME.findall(step.value)))
    for line, written in mentions:
        names = [name.removeprefix("./") for name in written]
        for name in names:
            if name in made or not (folder / name).exists() or not _inside(folder, name):
                continue
            where = name.split("/")[0] if "/" in name else ""
            way = f"folder: {where}" if where else "put it into a folder of the episode, and name that: folder: NAME"
            yield finding(
                line,
                f'"{name}" is beside script.md, and this capture starts in an empty folder; {way}',
                f"folder: {where or 'NAME'}",
                name,
            )
        made |= set(names)


def _missing_files(folder: Path, capture: Capture) -> Iterator[SourceError]:
    """Yield the files that an editor opens although they are not there; one that is typed into next is a new one."""
    before = (*capture.hidden, *(step for earlier in capture.earlier for step in earlier.steps))
    made = {file.path for file in capture.environment.files}
    made |= {step.value for step in before if step.action in ("open", "save")}
    for index, step in enumerate(capture.steps):
        if step.action == "run" or any(unseen.action == "run" for unseen in before):
            return  # a program may have made it
        made |= {step.value} if step.action == "save" else set()
        if step.action != "open" or step.value in made or "/" in step.value and not capture.folder:
            continue
        made.add(step.value)
        there = sorted(file.name for file in (folder / capture.folder).glob("*")) if capture.folder else []
        is_typed = is_typed_into(capture.steps[index + 1 :])
        if (folder / capture.folder / step.value).exists():
            continue  # (one beside the script is another finding)
        near = nearly_same(step.value, there)
        if not is_typed or near:
            where = f'in "{capture.folder}"' if capture.folder else "here, because the capture names no folder"
            new = f"; a new file is typed into, and named when it is saved: - type: ..., then - save: {step.value}"
            yield finding(
                step.line,
                f'there is no "{step.value}" {where}{suggestion(near)}{new if not near or is_typed else ""}',
                near and f"open: {near}",
                step.value,
            )


def _inside(folder: Path, name: str) -> bool:
    return (folder / name).resolve().is_relative_to(folder.resolve())


def _wrapping(scene: Scene, capture: Capture, columns: int | None) -> Iterator[SourceError]:
    if not columns or capture.cast:
        return
    first = (
        f' of the {capture.kind} of scene "{capture.earlier[0].scene}", which goes on here,' if capture.earlier else ","
    )
    wider = "" if capture.earlier or scene.layout == "full" else " layout: full in a scene block,"
    again = (step for earlier in capture.earlier for step in earlier.steps)
    place = "~"
    for step in (*capture.hidden, *again):
        place = _place_after(step, place)
    for step in (step for step in capture.steps if _goes_into_a_terminal(step, capture)):
        longest = max((len(line) for line in step.value.split("\n")), default=0)
        prompt = _prompt_letters(capture, place)
        if longest + prompt > columns:
            scale = _fitting_scale(capture, columns, longest + prompt)
            below = f"scale: {scale:g} below environment:{first}" if scale else "no scale makes room for it;"
            way = f"{wider} or \\ at the end of a line make room" if scale else " break it with \\ at the end of a line"
            yield finding(
                step.line,
                f"this line of {longest} characters will be broken: after the prompt, {columns - prompt} fit into a line of the "
                f"{capture.kind}; {below}{way}",
                "",
                step.value,
            )
        place = _place_after(step, place)


def _goes_into_a_terminal(step: Step, capture: Capture) -> bool:
    """Return whether a step writes where the screen breaks lines: an editor scrolls to the end of a long one in a file."""
    if capture.kind == "editor" and step.action != "run":
        return step.action in ("type", "paste") and step.target is not None and step.target.text == "terminal"
    return step.action in ("run", "type", "paste")


def _place_after(step: Step, place: str) -> str:
    """Return the name of the folder that a shell is in after a step, as its prompt says it; `place` is that before."""
    for name in _CHANGE.findall(step.value) if step.action in ("run", "type") else ():
        there = name.strip("\"'").rstrip("/").rpartition("/")[2] if name else "~"
        place = place if there in ("", "-", ".", "..") or "$" in there else there
    return place


def _prompt_letters(capture: Capture, place: str) -> int:
    """Return how many letters the prompt in a folder has."""
    own = capture.environment.prompt
    return len(own.replace("{folder}", place)) if own else len(place) + _PROMPT - 1


def _fitting_scale(capture: Capture, columns: int, letters: int) -> float | None:
    """Return the scale at which so many letters fit into a line that has `columns` now; None where none is small enough."""
    scale = int(capture.environment.scale * columns / (letters + 1) * 20) / 20
    return scale if scale >= SMALLEST_SCALE else None
