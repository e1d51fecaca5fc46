"""Where a step goes: what its target means in an editor."""

from ...base.errors import LecternError
from ...episode.targets import Target
from .buffer import Buffer
from .session import EditorSession
from .step_context import EDITOR, TERMINAL, EditorPlace, EditorStepContext


def go_to_target(current: EditorStepContext, target: Target | None, cursor: bool = True) -> str:
    """Go to a target, with the cursor or only with the eyes. Return whether that is the terminal or the editor.

    Without one: the terminal while a program runs that was last used, else the editor where its cursor is.
    """
    editor = current.editor
    if target is None:
        return key_receiver(editor, None)
    if target.text in (TERMINAL, EDITOR) and cursor:
        if target.text == TERMINAL and (editor.terminal is None or not editor.panel):
            raise LecternError("there is no terminal yet; it opens with the first run")
        return target.text
    if target.text and not cursor and (_is_in_terminal(editor, target.text) or _is_scrolled_to(editor, target.text)):
        return TERMINAL
    start, end = target_range(editor.front, target)
    first, last = editor.front.line_at(start), editor.front.line_at(end)
    editor.look_at(EDITOR)
    editor.go_to(end) if cursor else editor.reveal(first, last)
    text, begun = target.text or "", editor.front.start_of(first)
    nth = sum(editor.front.text.startswith(text, place) for place in range(begun, start))
    current.place = EditorPlace("lines", first, last, text, nth)
    return EDITOR


def key_receiver(editor: EditorSession, target: Target | None) -> str:
    """Return where keys go that are meant for `target`: to the terminal or the editor."""
    if target is not None:
        return TERMINAL if target.text == TERMINAL else EDITOR
    return TERMINAL if editor.focus == TERMINAL and editor.terminal and not editor.terminal.at_prompt else EDITOR


def target_range(buffer: Buffer, target: Target) -> tuple[int, int]:
    """Return from where to where in the file a target is."""
    if target.text:
        return buffer.find(target.text, target.lines, target.nth)
    if target.lines:
        return buffer.span_of(*target.lines)
    raise LecternError('in an editor a target is a text or lines: "total", or {lines: 3-5}')


def _is_in_terminal(editor: EditorSession, text: str) -> bool:
    """Return whether a text is in the terminal and not in the file."""
    there = editor.panel and editor.terminal is not None and text in editor.terminal.text()
    return there and text not in editor.front.text


def _is_scrolled_to(editor: EditorSession, text: str) -> bool:
    """Return whether a text that is not in the file was written in the terminal before; then the terminal is scrolled to it."""
    if (
        not editor.panel
        or editor.terminal is None
        or text in editor.front.text
        or not editor.terminal.has_written(text)
    ):
        return False
    editor.catch_up()
    editor.terminal.text()
    lines = editor.page.lines_to(text)
    if lines:
        editor.scroll_terminal(lines)
    return lines is not None
