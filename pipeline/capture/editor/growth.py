"""A diff that grows: what goes in red, what comes in green, and then all is as if it had always been."""

from typing import NamedTuple

from ...errors import LecternError
from .doing import Doing, Place
from .hands import Hunk, difference, line_put_in, line_taken_out
from .workbench import FRAME, Workbench

Mark = tuple[int, int, str, float]
"""The first and the last line, "added" or "removed", how strongly it shows (0..1)."""


class Growing(NamedTuple):
    """A hunk on its way: `gone` red lines from line `first` on, `came` green ones below; `before`: other hunks'."""

    first: int
    gone: int
    came: int
    before: list[Mark]

    def marks(self, newest: float = 1.0) -> list[Mark]:
        """What is seen of it, the newest line as strongly as said."""
        red = [(self.first, self.first + self.gone - 1, "removed", 1.0)] if self.gone else []
        last = self.first + self.gone + self.came - 1
        green = [(self.first + self.gone, last - 1, "added", 1.0)] if self.came > 1 else []
        return [*self.before, *red, *green, *([(last, last, "added", newest)] if self.came else [])]


def diff(doing: Doing) -> None:
    """The file becomes another one, hunk by hunk; LecternError where nothing is to change."""
    bench = doing.bench
    buffer = bench.open(doing.step.value)
    wanted = doing.step.text + ("\n" if buffer.text.endswith("\n") and not doing.step.text.endswith("\n") else "")
    hunks = difference(buffer.text, wanted)
    if not hunks:
        raise LecternError(f"{buffer.name} holds exactly that already")
    added: list[Mark] = []
    shift = 0
    for number, hunk in enumerate(hunks):
        _hunk(doing, hunk, hunk.first + shift, added, first=not number)
        shift += len(hunk.added) - (hunk.last - hunk.first)
    _settle(bench, added)
    lines = [line for a, b, *_ in added for line in (a, b)] or [hunks[0].first + 1]
    doing.place = Place("lines", min(lines), max(1, min(max(lines), buffer.count)))


def _hunk(doing: Doing, hunk: Hunk, at: int, added: list[Mark], first: bool) -> None:
    bench, gone, came = doing.bench, hunk.last - hunk.first, len(hunk.added)
    bench.reveal(at + 1, at + max(1, gone + min(came, 12)))
    bench.rest(0.25)
    if first:
        doing.act()
    if gone:
        _redden(bench, Growing(at + 1, gone, 0, added))
    for number, line in enumerate(hunk.added, 1):
        _grow(bench, line, Growing(at + 1, gone, number, added), 5.0 / came)
    bench.rest(0.6 if gone else 0.3)
    for left in range(gone - 1, -1, -1):
        _take_out(bench, at)
        bench.mark(Growing(at + 1, left, came, added).marks())
        bench.rest(min(0.1, 1.2 / gone))
    if came:
        added.append((at + 1, at + came, "added", 1.0))


def _redden(bench: Workbench, growing: Growing) -> None:
    for strength in (0.35, 0.7, 1.0):
        bench.mark([*growing.before, (growing.first, growing.first + growing.gone - 1, "removed", strength)])
        bench.rest(FRAME)
    bench.rest(0.55)


def _grow(bench: Workbench, text: str, growing: Growing, most: float) -> None:
    """One more green line below the red ones, within `most` seconds."""
    change = line_put_in(bench.front, growing.first + growing.gone + growing.came - 2, text)
    bench.put([change], change.start + len(text) + change.text.startswith("\n"))
    for strength in (0.4, 0.7, 1.0):
        bench.mark(growing.marks(strength))
        bench.rest(FRAME)
    bench.rest(max(0.0, min(0.16, most - 3 * FRAME)))


def _take_out(bench: Workbench, index: int) -> None:
    """A line goes; the cursor stays at the text it is at."""
    change, head = line_taken_out(bench.front, index), bench.front.head
    bench.put([change], head - (change.end - change.start) if head >= change.end else change.start)


def _settle(bench: Workbench, added: list[Mark]) -> None:
    bench.rest(0.7)
    for strength in (0.8, 0.6, 0.4, 0.25, 0.1):
        bench.mark([(a, b, kind, strength) for a, b, kind, _ in added])
        bench.rest(2 * FRAME)
    bench.mark([])
