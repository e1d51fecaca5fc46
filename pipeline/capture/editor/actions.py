"""What each step does at an editor."""

import re
from collections.abc import Callable
from random import Random

from ...base.errors import LecternError
from ...episode.steps import is_typed_into
from ...episode.targets import Target
from ..keys import browser_keys
from ..take import FRAME
from .buffer import Buffer
from .diff_animation import animate_diff
from .keystrokes import keystrokes
from .session import EditorSession
from .step_context import EDITOR, TERMINAL, EditorPlace, EditorStepContext
from .targets import go_to_target
from .terminal_actions import press_in_terminal, require_success, run_in_terminal, type_in_terminal, wait_for_terminal


def do_step(current: EditorStepContext) -> None:
    """Do the step. Raises LecternError where that can't be done."""
    current.editor.note("step", current.placed.index)
    current.act()
    ACTIONS[current.step.action](current)
    require_success(current)
    _back_to_beginnings(current)


_WRITING = ("type", "paste", "edit")
READ_SECONDS = 0.6
"""Seconds for which the end of a long line that was written is seen before the view goes back to where lines begin."""


def _back_to_beginnings(current: EditorStepContext) -> None:
    """Go back to where lines begin after a long one was written, unless the next step goes on at the cursor."""
    editor, later = current.editor, next(iter(current.placed.later), None)
    goes_on = later and later.action in ("type", "paste", "press") and later.target is None
    wrote = current.step.action in _WRITING and current.place is not None and current.place.what == "lines"
    if not wrote or goes_on or not editor.front.left:
        return
    editor.rest(READ_SECONDS)
    editor.scroll_to(0, editor.front.top)


def _open(current: EditorStepContext) -> None:
    current.editor.open(current.step.value, new=is_typed_into(current.placed.later))
    current.place = EditorPlace("tab")


def _type(current: EditorStepContext) -> None:
    where = go_to_target(current, current.step.target)
    if where == TERMINAL:
        return type_in_terminal(current)
    if current.step.secret:
        raise LecternError("a secret is typed into the terminal only; a file would show it")
    _write(current, current.step.value)


def _paste(current: EditorStepContext) -> None:
    """Put the text in at the cursor, or into the terminal, at once."""
    if go_to_target(current, current.step.target) == TERMINAL:
        return type_in_terminal(current)
    editor = current.editor
    editor.look_at(EDITOR)
    first = editor.front.line_at(editor.front.selected[0])
    current.act()
    editor.insert(current.step.value)
    current.place = EditorPlace("lines", first, editor.front.line_at(editor.front.head))


def _write(current: EditorStepContext, text: str) -> None:
    """Type at the cursor, in place of what is selected."""
    editor = current.editor
    editor.look_at(EDITOR)
    first = editor.front.line_at(editor.front.selected[0])
    for number, (delay, piece) in enumerate(keystrokes(text, current.speed, current.seed)):
        editor.rest(delay)
        if not number:
            current.act()
        editor.insert(piece)
    current.place = EditorPlace("lines", first, editor.front.line_at(editor.front.head))


def _press(current: EditorStepContext) -> None:
    editor, random = current.editor, Random(current.seed)
    where = go_to_target(current, current.step.target)
    current.act()
    if where == TERMINAL:
        return press_in_terminal(current)
    editor.look_at(EDITOR)
    first = editor.front.line_at(editor.front.selected[0])
    for name, key in zip(current.step.value.split(), browser_keys(current.step.value), strict=True):
        editor.note_key(name)
        editor.save() if key in ("Control+s", "Control+S", "Meta+s", "Meta+S") else editor.press(key)
        editor.rest(random.uniform(0.14, 0.24))
    last = editor.front.line_at(editor.front.selected[1])
    current.place = EditorPlace("lines", min(first, last), max(first, last))


def _edit(current: EditorStepContext) -> None:
    """Select the lines as with a mouse, look at them once more, and write them again."""
    assert current.step.target is not None and current.step.target.lines is not None
    editor, (first, last) = current.editor, current.step.target.lines
    current.act()
    editor.look_at(EDITOR)
    start, end = editor.front.span_of(first, last)
    editor.reveal(first, last)
    editor.rest(0.15)
    _drag_selection(editor, start, end)
    editor.rest(0.4)
    chosen = current.acted
    if current.step.text:
        _write(current, current.step.text)
    else:
        editor.select(start, min(end + 1, len(editor.front.text)))
        editor.insert("")
    current.acted = chosen
    current.place = EditorPlace("lines", first, max(first, editor.front.line_at(editor.front.head)))


def _drag_selection(editor: EditorSession, start: int, end: int) -> None:
    """Put the cursor at `start` and draw the selection to `end`, line by line where there are some."""
    editor.select(start)
    editor.rest(0.12)
    breaks = [i for i in range(start, end) if editor.front.text[i] == "\n"]
    stops = [*breaks, end] if breaks else [start + round((end - start) * i / 6) for i in range(1, 7)]
    for stop in _thinned_stops(stops, 14):
        editor.rest(1.5 * FRAME)
        editor.select(start, stop)


def _thinned_stops(stops: list[int], count: int) -> list[int]:
    """Return as many of the stops, the last always among them."""
    step = -(-len(stops) // count)
    return sorted({*stops[step - 1 :: step], stops[-1]})


def _select(current: EditorStepContext) -> None:
    editor, value, target = current.editor, current.step.value, current.step.target
    current.act()
    editor.look_at(EDITOR)
    start, end = _selection_range(editor.front, value, target)
    first, last = editor.front.line_at(start), editor.front.line_at(end)
    editor.reveal(first, last)
    editor.rest(0.15)
    _drag_selection(editor, start, end)
    current.place = EditorPlace("lines", first, last)


def _selection_range(buffer: Buffer, value: str, target: Target | None) -> tuple[int, int]:
    if match := re.fullmatch(r"(\d+)(?:\s*-\s*(\d+))?", value.strip(), re.ASCII) if target is None else None:
        return buffer.span_of(int(match[1]), int(match[2] or match[1]))
    within = target.lines if target else None
    if target and target.text:
        start, end = buffer.find(target.text, within)
        within = buffer.line_at(start), buffer.line_at(end)
    return buffer.find(value, within, target.nth if target else None)


def _highlight(current: EditorStepContext) -> None:
    assert current.step.target is not None
    if go_to_target(current, current.step.target, cursor=False) == TERMINAL:
        current.place = EditorPlace("terminal", text=current.step.target.text or "")
    current.act()


def _scroll(current: EditorStepContext) -> None:
    editor, step = current.editor, current.step
    current.act()
    if step.value and step.target and step.target.text == TERMINAL:
        lines = round(float(step.value) / editor.sheet.cell[1])
        editor.scroll_terminal(lines)
        current.place = EditorPlace("terminal")
        return
    if step.value:
        editor.scroll_to(editor.front.left, editor.front.top + round(float(step.value)))
        return
    go_to_target(current, step.target, cursor=False)


def _save(current: EditorStepContext) -> None:
    value = current.step.value
    current.editor.save("" if value == "true" else value)
    current.place = EditorPlace("tab")


ACTIONS: dict[str, Callable[[EditorStepContext], None]] = {
    "open": _open, "type": _type, "paste": _paste, "press": _press, "edit": _edit, "diff": animate_diff, "select": _select,
    "highlight": _highlight, "scroll": _scroll, "save": _save, "run": run_in_terminal, "wait": wait_for_terminal,
}  # fmt: skip
