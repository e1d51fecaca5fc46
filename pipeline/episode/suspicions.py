"""What in a script is likely a slip, though it can be built: findings of `lectern check`."""

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..base.errors import LecternError, SourceError
from ..base.picture import is_animation, open_picture
from .blocks import AvatarBlock, Clip, Overlay
from .capture_suspicions import Columns, capture_suspicions, finding
from .errors import list_names
from .model import Episode, Scene
from .source import SCRIPT

LONG_PARAGRAPH = 150
"""Words, which are a minute; a longer paragraph is one recording in which nobody can be told where a fault is."""


def suspicions(episode: Episode, columns: Columns) -> tuple[SourceError, ...]:
    """Return what is likely a slip, in the order of the script's lines."""
    scenes = [scene for scene in episode.scenes if scene.enabled]
    found = [fault for scene in scenes for fault in (*_of_scene(scene), *_moving_pictures(scene, episode.folder))]
    found += _doubtful(scenes)
    found += _shown_twice(scenes)
    return tuple(sorted((*found, *capture_suspicions(episode, columns)), key=lambda fault: fault.line))


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


# Words


def _doubtful(scenes: Iterable[Scene]) -> list[SourceError]:
    """Return what may be read aloud in another way than it is; each written form once, however often it is written."""
    words = (word for scene in scenes for line in scene.lines for word in line.words if word.doubt)
    once = {word.written.strip(".,;:!?"): word for word in reversed(list(words))}
    return [
        finding(
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


def _shown_twice(scenes: Iterable[Scene]) -> Iterator[SourceError]:
    """Yield the cards that say the same as the one right before them."""
    before: tuple[str, str] | None = None
    for scene in scenes:
        cards = list(_cards(scene))
        for line, text in cards:
            same = "".join(filter(str.isalnum, text.casefold()))
            if before and same and same == before[0]:
                where = f'of scene "{before[1]}"; leave one of them out'
                message = f'the card "{text}" comes right after another one that says the same, {where}'
                yield finding(line, message, "", text)
            before = same, scene.id
        before = None if scene.captures or not cards else before


def _cards(scene: Scene) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each title that is all that is seen for a time; "" for something else that is seen."""
    blocks: tuple[Overlay | Clip, ...] = (*scene.overlays, *scene.clips)
    seen = [(block.at, block.line, _title_of(block, scene)) for block in blocks]
    if not seen and not scene.captures:
        yield scene.line, scene.title
    for at, line, text in sorted(seen, key=lambda card: (card[0] is not None, card[1])):
        yield line, "" if at and scene.captures else text


def _title_of(block: Overlay | Clip, scene: Scene) -> str:
    """Return what a title or a chapter says; "" for another overlay or clip."""
    kind, text = (block.kind, block.text) if isinstance(block, Overlay) else (block.name, _own_text(block))
    return (text or scene.title) if kind in ("title", "chapter") else ""


def _own_text(clip: Clip) -> str:
    return str(json.loads(clip.values or "{}").get("text", ""))


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
                yield finding(overlay.line, message, way, overlay.file)


def _of_scene(scene: Scene) -> Iterator[SourceError]:
    used = set(_used_marks(scene))
    for mark in (mark for line in scene.lines for mark in line.marks if mark.name not in used):
        yield finding(
            mark.line,
            f'nothing happens at the mark "{mark.name}"; write at: {mark.name} in the step or block of this scene that belongs '
            f"to this word, or delete {{{mark.name}}}{_program(scene, mark.name)}",
            "",
            f"{{{mark.name}}}",
        )
    for line in (line for line in scene.lines if len(line.words) > LONG_PARAGRAPH):
        yield finding(
            line.line,
            f"this paragraph has {len(line.words)} words; an empty line every few sentences lets the narrator breathe",
        )
    yield from _moved_at_a_mark(scene)
    for overlay in (overlay for overlay in scene.overlays if overlay.target and not scene.captures):
        message = f'"target: {overlay.target}" is looked for on a screen, and this scene has no capture; leave it out'
        yield finding(overlay.line, message, "", overlay.target)
    if scene.background:
        yield finding(
            scene.line,
            f'scene "{scene.id}": "background" changes nothing yet; colours come from [film] theme in lectern.toml',
        )


def _program(scene: Scene, mark: str) -> str:
    """Return how a program comes at a mark, in a scene with a desktop."""
    if all(capture.kind != "desktop" or not capture.app for capture in scene.captures):
        return ""
    return f"; what app: names is there from the beginning, and a program that comes at this word is a step - run: PROGRAM with at: {mark}"


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
            yield finding(
                block.line, f'only the mood changes at a mark; "{key}" holds for the whole scene, see {place}'
            )
        if not block.mood:
            yield finding(
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


# Faults


def surely_wrong(episode: Episode) -> tuple[SourceError, ...]:
    """Return what can't show what is meant, whatever the recording: a page that nobody opens, a clip that is no page."""
    scenes = [scene for scene in episode.scenes if scene.enabled]
    browsers = [capture for scene in scenes for capture in scene.captures if capture.kind == "browser"]
    way = "the first step is open: ADDRESS, or open: PAGE.html"
    unopened = [
        finding(capture.line, f"this browser never opens a page; {way}", "- open: ...")
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
    yield finding(line, f'"{file}" is not a page, and a clip is drawn from a page{instead}', way, file)
