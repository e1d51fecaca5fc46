"""What in a script is likely a slip, though it can be built: findings of `lectern check`."""

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..base.errors import FaultDetails, LecternError, SourceError
from ..base.picture import is_animation, open_picture
from .blocks import AvatarBlock
from .capture_block import Capture
from .capture_kinds import SHELLS
from .errors import list_names, nearly_same, suggestion
from .model import Episode, Scene
from .source import SCRIPT
from .steps import Step, is_typed_into
from .targets import as_a_program_names

LONG_PARAGRAPH = 150
"""Words, which are a minute; a longer paragraph is one recording in which nobody can be told where a fault is."""
_STAYING = re.compile(
    r"(?:sudo\s+)?(?:(?:vim?|nvim|nano|emacs|htop|top|btop|less|more|man|watch|mc|tig|lazygit|ssh|telnet|tmux|screen)(?![\w-])(?!.*(?:-b\b|-n\s*1\b|--version|--help))"
    r"|(?:python3?|ipython|node|irb|ghci|lua|R|psql|mysql|sqlite3|redis-cli|bc|gdb)(?:\s+-i)?\s*$"
    r"|(?:sqlite3|psql|mysql|duckdb)\s+[\w./][\w./-]*\s*$|python3?\s+-i\b|docker\s+(?:run|exec)\s+(?:-{1,2}[\w-]+\s+)*-(?:it|ti)\b"
    r"|git\s+(?:commit\s*$|commit\s+--amend\s*$|rebase\s+(?:-i|--interactive)\b|add\s+-[pi]\b)|crontab\s+-e\b"
    r"|tail\s+-[fF]|python3?\s+-m\s+http\.server|(?:npm|yarn|pnpm)\s+(?:run\s+)?(?:dev|start|serve)\b|flask\s+run|uvicorn\b|gunicorn\b|rails\s+s|hugo\s+serve|php\s+-S|vite\b|live-server\b|http-server\b)"
)
"""Commands that do not end by themselves."""
_WORD_PROCESSED = re.compile(r"[\u201c\u201d\u2018\u2019]|(?<!\S)[\u2013\u2014](?=\w)")
_STRAIGHT = str.maketrans({"\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'"})
_FILE_NAME = re.compile(r"(?:\./)?[\w-][\w./-]*\.\w{1,8}\b|(?:\./)?[\w-]+/[\w./-]+")
_PROMPT = 4
"""Cells before a command: "~ ❯ "."""

Columns = Callable[[Scene, Capture], int | None]
"""Tells how many letters a line of a capture's terminal has; None where it has none."""


def suspicions(episode: Episode, columns: Columns) -> tuple[SourceError, ...]:
    """Return what is likely a slip, in the order of the script's lines."""
    scenes = [scene for scene in episode.scenes if scene.enabled]
    found = [fault for scene in scenes for fault in (*_of_scene(scene), *_moving_pictures(scene, episode.folder))]
    found += _doubtful(scenes)
    return tuple(sorted((*found, *_capture_suspicions(episode, columns)), key=lambda fault: fault.line))


def partial_suspicions(
    episode: Episode, columns: Columns, script: str, faults: Iterable[SourceError]
) -> tuple[SourceError, ...]:
    """Return the slips in what could be read of a `script` with `faults`: a mark that a faulty block names is used."""
    wrong = {fault.line for fault in faults if fault.file == SCRIPT}
    starts = [scene.line for scene in episode.scenes]
    named = {
        (bisect_right(starts, script.count("\n", 0, block.start()) + 1), name)
        for block in _FENCED.finditer(script)
        if wrong & set(range(script.count("\n", 0, block.start()) + 1, script.count("\n", 0, block.end()) + 2))
        for name in _VALUE.findall(block["body"])
    }
    found = suspicions(episode, columns)
    return tuple(one for one in found if (bisect_right(starts, one.line), _unused_mark(one)) not in named)


def _unused_mark(finding: SourceError) -> str:
    """Return the mark at which nothing happens, if a finding is about one; else ""."""
    found = finding.details.found or ""
    return found.strip("{}") if found.startswith("{") else ""


_VALUE = re.compile(r"[:\[,]\s*[\"'{@]*([\w.-]+)[\"']?\s*(?=[],}#]|$)", re.M)
"""What may name a mark in a block: a value of one word."""
_FENCED = re.compile(r"^ {0,3}(`{3,}|~{3,})[^\n]*\n(?P<body>.*?)^ {0,3}\1", re.M | re.S)


def _capture_suspicions(episode: Episode, columns: Columns) -> tuple[SourceError, ...]:
    """Return the slips in captures."""
    pairs = [(scene, capture) for scene in episode.scenes if scene.enabled for capture in scene.captures]
    return tuple(fault for scene, capture in pairs for fault in _of_capture(episode, scene, capture, columns))


def _finding(line: int, message: str, instead: str = "", found: str | None = None) -> SourceError:
    return SourceError(SCRIPT, line, message, FaultDetails(found=found, instead=instead))


# Words


def _doubtful(scenes: Iterable[Scene]) -> list[SourceError]:
    """Return what may be read aloud in another way than it is; each written form once, however often it is written."""
    words = (word for scene in scenes for line in scene.lines for word in line.words if word.doubt)
    once = {word.written.strip(".,;:!?"): word for word in reversed(list(words))}
    return [
        _finding(
            word.line,
            f'"{written}" may be {word.doubt.may_be}, and the voice says "{word.spoken.strip(".,;:!?")}"; write '
            f"{word.doubt.instead}",
            word.doubt.instead,
            written,
        )
        for written, word in once.items()
        if word.doubt
    ]


# Scenes


def _moving_pictures(scene: Scene, folder: Path) -> Iterator[SourceError]:
    """Yield what is said of an overlay that stands still though its picture moves."""
    for overlay in scene.overlays:
        if overlay.kind != "image" or not overlay.file:
            continue
        with suppress(LecternError), open_picture(folder / overlay.file) as image:
            if is_animation(image):
                way = "a capture block with kind: footage"
                message = (
                    f"{overlay.file} moves, and an overlay shows its first picture only; to see it move, write {way}"
                )
                yield _finding(overlay.line, message, way, overlay.file)


def _of_scene(scene: Scene) -> Iterator[SourceError]:
    used = set(_used_marks(scene))
    for mark in (mark for line in scene.lines for mark in line.marks if mark.name not in used):
        yield _finding(
            mark.line,
            f'nothing happens at the mark "{mark.name}"; write at: {mark.name} in the step or block of this scene that belongs '
            f"to this word, or delete {{{mark.name}}}",
            "",
            f"{{{mark.name}}}",
        )
    for line in (line for line in scene.lines if len(line.words) > LONG_PARAGRAPH):
        yield _finding(
            line.line,
            f"this paragraph has {len(line.words)} words; an empty line every few sentences lets the narrator breathe",
        )
    yield from _moved_at_a_mark(scene)
    for overlay in (overlay for overlay in scene.overlays if overlay.target and not scene.captures):
        message = f'"target: {overlay.target}" is looked for on a screen, and this scene has no capture; leave it out'
        yield _finding(overlay.line, message, "", overlay.target)
    if scene.background:
        yield _finding(
            scene.line,
            f'scene "{scene.id}": "background" changes nothing yet; colours come from [film] theme in lectern.toml',
        )


def _moved_at_a_mark(scene: Scene) -> Iterator[SourceError]:
    """Yield avatar blocks that want more than another mood at a mark: what holds is said by another block."""
    placed = {block.character: block for block in reversed(scene.avatars) if not block.at}
    for block in (block for block in scene.avatars if block.at):
        other = placed.get(block.character)
        defaults = {key: AvatarBlock.model_fields[key].default for key in ("side", "size", "visible")}
        for key in (
            k for k, usual in defaults.items() if other and getattr(block, k) not in (usual, getattr(other, k))
        ):
            place = f"line {other.line}" if other else ""
            yield _finding(
                block.line, f'only the mood changes at a mark; "{key}" holds for the whole scene, see {place}'
            )
        if not block.mood:
            yield _finding(
                block.line, f'this avatar block changes nothing at "{block.at}"; write mood: beside at:', "mood: ..."
            )


def _used_marks(scene: Scene) -> Iterator[str | None]:
    for overlay in scene.overlays:
        yield from (overlay.at, overlay.until, *overlay.item_marks)
        yield from (mark for lit in overlay.highlight for mark in (lit.at, lit.until))
    for clip in scene.clips:
        yield from (clip.at, clip.until, *_marks_within(json.loads(clip.values or "{}")))
        yield from re.findall(r"[\w.-]+", clip.html)
        yield from (mark.name for line in scene.lines for mark in line.marks if clip.file)  # its page knows all marks
    for capture in scene.captures:
        yield capture.at
        yield from (mark for step in capture.steps for mark in (step.at, step.until))
    yield from (avatar.at for avatar in scene.avatars)
    yield from (mark for shot in scene.shots for mark in (shot.at, shot.until))
    yield from (mark for music in scene.music for mark in (music.at, music.until))


def _marks_within(values: Any) -> Iterator[str]:
    """Yield the marks that the values of a clip name, however deep: texts called "at" or "back_at"."""
    for key, value in values.items() if isinstance(values, dict) else enumerate(values):
        if key in ("at", "back_at") and isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            yield from _marks_within(value)


# Captures


def _of_capture(episode: Episode, scene: Scene, capture: Capture, columns: Columns) -> Iterator[SourceError]:
    every = (*(() if capture.earlier else capture.hidden), *capture.steps, *capture.finally_)
    if capture.kind in (*SHELLS, "desktop"):
        yield from _without_folder(episode.folder, capture, every if capture.kind in SHELLS else ())
    if capture.kind in SHELLS:
        for step in every:
            yield from _of_command(step)
        yield from _wrapping(scene, capture, columns(scene, capture))
    if capture.kind == "editor":
        yield from _missing_files(episode.folder, capture)
    if capture.kind == "terminal":
        yield from _second_enter(capture.steps)
        own = {step.line for step in capture.steps}
        again = [step for earlier in capture.earlier for step in earlier.steps]
        yield from (finding for finding in _run_within((*again, *capture.steps)) if finding.line in own)
    if capture.kind in ("browser", "ide"):
        for step in every:
            text = step.wait.gone or step.wait.text if step.wait else None
            if text and (target := as_a_program_names(text)):
                yield _finding(
                    step.line,
                    f'"{text}" is looked for as a text that the page shows, so this is true at once or never; wait for what '
                    f"comes in its place: {{text: ...}} or {{target: {target}}}",
                    f"wait: {{target: {target}}}",
                    text,
                )


def _of_command(step: Step) -> Iterator[SourceError]:
    if step.action not in ("run", "type", "paste"):
        return
    if step.action == "run" and _STAYING.match(step.value.strip()) and not step.value.rstrip().endswith("&"):
        yield _finding(
            step.line,
            f'"{step.value}" does not end by itself, and "run" waits until it does; write type: {step.value}, then wait for '
            "what it shows",
            f"type: {step.value}",
            step.value,
        )
    if re.match(r"\s*sudo\s", step.value):
        message = "sudo asks for a password, which nobody types, and what needs rights changes this computer"
        yield _finding(step.line, f"{message}; show it without sudo, or play a recording (cast:)", "", "sudo")
    if _WORD_PROCESSED.search(step.value):
        straight = _WORD_PROCESSED.sub(lambda sign: "--" if sign[0] in "\u2013\u2014" else sign[0], step.value)
        instead = straight.translate(_STRAIGHT)
        yield _finding(
            step.line,
            f"a word processor wrote quotes or dashes that no shell knows; write {instead}",
            instead,
            step.value,
        )


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
            yield _finding(
                step.line,
                f'"{inside}" has the terminal here, and "run" waits for the shell; write type: {step.value}',
                f"type: {step.value}",
                step.value,
            )
        elif step.action in ("run", "type", "paste") and _STAYING.match(step.value.strip()):
            inside = "" if step.value.rstrip().endswith("&") else step.value.strip()


def _second_enter(steps: Iterable[Step]) -> Iterator[SourceError]:
    before: Step | None = None
    for step in steps:
        if (
            before
            and before.action in ("type", "paste")
            and before.enter
            and step.action == "press"
            and step.value == "Enter"
        ):
            yield _finding(
                step.line,
                '"type" presses Enter by itself in a terminal; this is a second one: take it away, or write enter: false beside '
                "the type above",
                "",
                "press: Enter",
            )
        before = step


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
            yield _finding(
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
            yield _finding(
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
    for step in (step for step in capture.steps if step.action in ("run", "type", "paste")):
        longest = max((len(line) for line in step.value.split("\n")), default=0)
        if longest + _PROMPT > columns:
            yield _finding(
                step.line,
                f"this line of {longest} characters will be broken: after the prompt, {columns - _PROMPT} fit into a line of the "
                f"{capture.kind}; scale: {_fitting_scale(capture, columns, longest)} below environment:"
                f"{first}{wider} or \\ at the end of a line make room",
                "",
                step.value,
            )


def _fitting_scale(capture: Capture, columns: int, letters: int) -> str:
    """Return the scale at which so many letters fit into a line that has `columns` now."""
    return f"{max(int(capture.environment.scale * columns / (letters + _PROMPT + 1) * 20) / 20, 0.5):g}"


# Faults


def surely_wrong(episode: Episode) -> tuple[SourceError, ...]:
    """Return what can't show what is meant, whatever the recording: a page that nobody opens, a clip that is no page."""
    scenes = [scene for scene in episode.scenes if scene.enabled]
    browsers = [capture for scene in scenes for capture in scene.captures if capture.kind == "browser"]
    way = "the first step is open: ADDRESS, or open: PAGE.html"
    unopened = [
        _finding(capture.line, f"this browser never opens a page; {way}", "- open: ...")
        for capture in browsers
        if not capture.goal and not any(step.action == "open" for step in capture.every_step)
    ]
    return (*unopened, *(fault for scene in scenes for clip in scene.clips for fault in _no_page(clip.file, clip.line)))


_PAGES = (".html", ".htm", ".xhtml", ".svg")
_INSTEAD = {
    "a video": ((".mp4", ".mov", ".webm", ".mkv", ".avi", ".m4v", ".gif"), "a capture block with kind: footage"),
    "a picture": ((".png", ".jpg", ".jpeg", ".webp", ".avif"), "an overlay block with kind: image"),
}


def _no_page(file: str, line: int) -> Iterator[SourceError]:
    ending = Path(file).suffix.lower()
    if not file or ending in _PAGES:
        return
    what, way = next(((name, way) for name, (ends, way) in _INSTEAD.items() if ending in ends), ("no page", ""))
    instead = f"; {what} is {way}" if way else f"; a page ends with one of: {list_names(_PAGES)}"
    yield _finding(line, f'"{file}" is not a page, and a clip is drawn from a page{instead}', way, file)
