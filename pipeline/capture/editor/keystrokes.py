"""How a person writes code: keys in a rhythm, indentation at once (their editor does it), changes hunk by hunk."""

from difflib import SequenceMatcher
from typing import NamedTuple

from ..hand import typing_delays
from .buffer import Buffer, TextEdit


class Keystroke(NamedTuple):
    """After `delay` seconds `text` is there: a character, or what comes with a line break."""

    delay: float
    text: str


class Hunk(NamedTuple):
    """Lines `first` to `last` (exclusive, from 0) give way to `added`."""

    first: int
    last: int
    added: tuple[str, ...]


def keystrokes(text: str, speed: float, seed: str) -> list[Keystroke]:
    """Return the strokes that write exactly `text`, about `speed` characters per second; indentation costs no time."""
    made: list[Keystroke] = []
    blank = True
    for delay, key in typing_delays(text, speed, seed):
        if made and blank and key in " \t":
            made[-1] = Keystroke(made[-1].delay, made[-1].text + key)
        else:
            made.append(Keystroke(delay, key))
        blank = key == "\n" or (blank and key in " \t")
    return made


def diff_hunks(before: str, after: str) -> list[Hunk]:
    """Return what turns one text into the other, line by line, from top to bottom."""
    old, new = before.split("\n"), after.split("\n")
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [Hunk(a, b, tuple(new[c:d])) for tag, a, b, c, d in codes if tag != "equal"]


def insert_line(buffer: Buffer, index: int, text: str) -> TextEdit:
    """Make `text` line `index` (from 0)."""
    if index >= len(buffer.lines):
        return TextEdit(len(buffer.text), len(buffer.text), "\n" + text)
    start = buffer.start_of(index + 1)
    return TextEdit(start, start, text + "\n")


def remove_line(buffer: Buffer, index: int) -> TextEdit:
    """Remove line `index` (from 0), with its line break."""
    start = buffer.start_of(index + 1)
    end = start + len(buffer.lines[index])
    return TextEdit(start, end + 1, "") if index < len(buffer.lines) - 1 else TextEdit(max(0, start - 1), end, "")


def smallest_edit(before: str, after: str) -> TextEdit:
    """Return the one change that makes `after` of `before`, as small as can be."""
    short = min(len(before), len(after))
    start = next((i for i in range(short) if before[i] != after[i]), short)
    tail = next((i for i in range(short - start) if before[-1 - i] != after[-1 - i]), short - start)
    return TextEdit(start, len(before) - tail, after[start : len(after) - tail])
