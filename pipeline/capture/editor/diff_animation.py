"""A diff that grows: what goes in red, what comes in green, and then all is as if it had always been."""

from typing import NamedTuple

from ...base.errors import LecternError
from ..take import FRAME
from .keystrokes import Hunk, diff_hunks, insert_line, remove_line
from .session import EditorSession
from .step_context import EditorPlace, EditorStepContext

LineMark = tuple[int, int, str, float]
"""The first and the last line, "added" or "removed", how strongly it shows (0..1)."""


class GrowingHunk(NamedTuple):
    """A hunk on its way: `gone` red lines from line `first` on, `came` green ones below; `before`: other hunks'."""

    first: int
    gone: int
    came: int
    before: list[LineMark]

    def marks(self, newest: float = 1.0) -> list[LineMark]:
        """Return what is seen of it, the newest line as strongly as said."""
        red = [(self.first, self.first + self.gone - 1, "removed", 1.0)] if self.gone else []
        last = self.first + self.gone + self.came - 1
        green = [(self.first + self.gone, last - 1, "added", 1.0)] if self.came > 1 else []
        return [*self.before, *red, *green, *([(last, last, "added", newest)] if self.came else [])]


def animate_diff(current: EditorStepContext) -> None:
    """Turn the file into another one, hunk by hunk. Raises LecternError where nothing is to change."""
    editor = current.editor
    buffer = editor.open(current.step.value)
    wanted = current.step.text + ("\n" if buffer.text.endswith("\n") and not current.step.text.endswith("\n") else "")
    hunks = diff_hunks(buffer.text, wanted)
    if not hunks:
        raise LecternError(f"{buffer.name} holds exactly that already")
    added: list[LineMark] = []
    shift = 0
    for number, hunk in enumerate(hunks):
        _animate_hunk(current, hunk, hunk.first + shift, added, first=not number)
        shift += len(hunk.added) - (hunk.last - hunk.first)
    _clear_marks(editor, added)
    lines = [line for a, b, *_ in added for line in (a, b)] or [hunks[0].first + 1]
    current.place = EditorPlace("lines", min(lines), max(1, min(max(lines), buffer.count)))


def _animate_hunk(current: EditorStepContext, hunk: Hunk, at: int, added: list[LineMark], first: bool) -> None:
    editor, gone, came = current.editor, hunk.last - hunk.first, len(hunk.added)
    editor.reveal(at + 1, at + max(1, gone + min(came, 12)))
    editor.rest(0.25)
    if first:
        current.act()
    if gone:
        _mark_removed(editor, GrowingHunk(at + 1, gone, 0, added))
    for number, line in enumerate(hunk.added, 1):
        _add_line(editor, line, GrowingHunk(at + 1, gone, number, added), 5.0 / came)
    editor.rest(0.6 if gone else 0.3)
    for left in range(gone - 1, -1, -1):
        _remove_line(editor, at)
        editor.mark(GrowingHunk(at + 1, left, came, added).marks())
        editor.rest(min(0.1, 1.2 / gone))
    if came:
        added.append((at + 1, at + came, "added", 1.0))


def _mark_removed(editor: EditorSession, growing: GrowingHunk) -> None:
    for strength in (0.35, 0.7, 1.0):
        editor.mark([*growing.before, (growing.first, growing.first + growing.gone - 1, "removed", strength)])
        editor.rest(FRAME)
    editor.rest(0.55)


def _add_line(editor: EditorSession, text: str, growing: GrowingHunk, most: float) -> None:
    """Add one more green line below the red ones, within `most` seconds."""
    change = insert_line(editor.front, growing.first + growing.gone + growing.came - 2, text)
    editor.put([change], change.start + len(text) + change.text.startswith("\n"))
    for strength in (0.4, 0.7, 1.0):
        editor.mark(growing.marks(strength))
        editor.rest(FRAME)
    editor.rest(max(0.0, min(0.16, most - 3 * FRAME)))


def _remove_line(editor: EditorSession, index: int) -> None:
    """Remove a line; the cursor stays at the text it is at."""
    change, head = remove_line(editor.front, index), editor.front.head
    editor.put([change], head - (change.end - change.start) if head >= change.end else change.start)


def _clear_marks(editor: EditorSession, added: list[LineMark]) -> None:
    editor.rest(0.7)
    for strength in (0.8, 0.6, 0.4, 0.25, 0.1):
        editor.mark([(a, b, kind, strength) for a, b, kind, _ in added])
        editor.rest(2 * FRAME)
    editor.mark([])
