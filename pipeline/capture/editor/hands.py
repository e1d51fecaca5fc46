"""How a person writes code: keys in a rhythm, indentation at once (their editor does it), changes hunk by hunk."""

from difflib import SequenceMatcher
from typing import NamedTuple

from ..cadence import cadence
from .buffer import Buffer, Change


class Stroke(NamedTuple):
    """After `delay` seconds `text` is there: a character, or what comes with a line break."""

    delay: float
    text: str


class Hunk(NamedTuple):
    """Lines `first` to `last` (exclusive, from 0) give way to `added`."""

    first: int
    last: int
    added: tuple[str, ...]


def strokes(text: str, speed: float, seed: str) -> list[Stroke]:
    """The strokes that write exactly `text`, about `speed` characters per second; indentation costs no time."""
    made: list[Stroke] = []
    blank = True
    for delay, key in cadence(text, speed, seed):
        if made and blank and key in " \t":
            made[-1] = Stroke(made[-1].delay, made[-1].text + key)
        else:
            made.append(Stroke(delay, key))
        blank = key == "\n" or (blank and key in " \t")
    return made


def difference(before: str, after: str) -> list[Hunk]:
    """What turns one text into the other, line by line, from top to bottom."""
    old, new = before.split("\n"), after.split("\n")
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [Hunk(a, b, tuple(new[c:d])) for tag, a, b, c, d in codes if tag != "equal"]


def line_put_in(buffer: Buffer, index: int, text: str) -> Change:
    """`text` becomes line `index` (from 0)."""
    if index >= len(buffer.lines):
        return Change(len(buffer.text), len(buffer.text), "\n" + text)
    start = buffer.start_of(index + 1)
    return Change(start, start, text + "\n")


def line_taken_out(buffer: Buffer, index: int) -> Change:
    """Line `index` (from 0) goes, with its line break."""
    start = buffer.start_of(index + 1)
    end = start + len(buffer.lines[index])
    return Change(start, end + 1, "") if index < len(buffer.lines) - 1 else Change(max(0, start - 1), end, "")


def replaced(before: str, after: str) -> Change:
    """The one change that makes `after` of `before`, as small as can be."""
    short = min(len(before), len(after))
    start = next((i for i in range(short) if before[i] != after[i]), short)
    tail = next((i for i in range(short - start) if before[-1 - i] != after[-1 - i]), short - start)
    return Change(start, len(before) - tail, after[start : len(after) - tail])
