"""Where a step goes: what its target means in an editor."""

from ...episode.screen import Target
from ...errors import LecternError
from .buffer import Buffer
from .doing import EDITOR, TERMINAL, Doing, Place
from .workbench import Workbench


def aimed(doing: Doing, target: Target | None, cursor: bool = True) -> str:
    """Goes to a target, with the cursor or only with the eyes; says whether that is the terminal or the editor.

    Without one: the terminal while a program runs that was last used, else the editor where its cursor is.
    """
    bench = doing.bench
    if target is None:
        return goes_to(bench, None)
    if target.text in (TERMINAL, EDITOR) and cursor:
        if target.text == TERMINAL and (bench.session is None or not bench.panel):
            raise LecternError("there is no terminal yet; it opens with the first run")
        return target.text
    if target.text and not cursor and _is_in_terminal(bench, target.text):
        return TERMINAL
    start, end = aim(bench.front, target)
    first, last = bench.front.line_at(start), bench.front.line_at(end)
    bench.look_at(EDITOR)
    bench.go_to(end) if cursor else bench.reveal(first, last)
    doing.place = Place("lines", first, last, target.text or "")
    return EDITOR


def goes_to(bench: Workbench, target: Target | None) -> str:
    """Where keys go that are meant for `target`: to the terminal or the editor."""
    if target is not None:
        return TERMINAL if target.text == TERMINAL else EDITOR
    return TERMINAL if bench.focus == TERMINAL and bench.session and not bench.session.at_prompt else EDITOR


def aim(buffer: Buffer, target: Target) -> tuple[int, int]:
    """From where to where in the file a target is."""
    if target.text:
        return buffer.find(target.text, target.lines, target.nth)
    if target.lines:
        return buffer.span_of(*target.lines)
    raise LecternError('in an editor a target is a text or lines: "total", or {lines: 3-5}')


def _is_in_terminal(bench: Workbench, text: str) -> bool:
    """Whether a text is in the terminal and not in the file."""
    there = bench.panel and bench.session is not None and text in bench.session.text()
    return there and text not in bench.front.text
