"""What each step does at an editor."""

import re
from collections.abc import Callable
from random import Random

from ...episode.screen import Target
from ...errors import LecternError
from ..keys import browser_keys
from .aim import aimed
from .buffer import Buffer
from .doing import EDITOR, TERMINAL, Doing, Place
from .growth import diff
from .hands import strokes
from .running import press_in, run, type_into, wait
from .workbench import FRAME, Workbench


def do(doing: Doing) -> None:
    """Does the step; LecternError where that can't be done."""
    doing.bench.note("step", doing.index)
    doing.act()
    ACTS[doing.step.action](doing)


def _open(doing: Doing) -> None:
    doing.bench.open(doing.step.value)
    doing.place = Place("tab")


def _type(doing: Doing) -> None:
    where = aimed(doing, doing.step.target)
    if where == TERMINAL:
        return type_into(doing)
    if doing.step.secret:
        raise LecternError("a secret is typed into the terminal only; a file would show it")
    _write(doing, doing.step.value)


def _write(doing: Doing, text: str) -> None:
    """Types at the cursor, in place of what is selected."""
    bench = doing.bench
    bench.look_at(EDITOR)
    first = bench.front.line_at(bench.front.selected[0])
    for number, (delay, piece) in enumerate(strokes(text, doing.speed, doing.seed)):
        bench.rest(delay)
        if not number:
            doing.act()
        bench.insert(piece)
    doing.place = Place("lines", first, bench.front.line_at(bench.front.head))


def _press(doing: Doing) -> None:
    bench, random = doing.bench, Random(doing.seed)
    where = aimed(doing, doing.step.target)
    doing.act()
    if where == TERMINAL:
        return press_in(doing)
    bench.look_at(EDITOR)
    first = bench.front.line_at(bench.front.selected[0])
    for name, key in zip(doing.step.value.split(), browser_keys(doing.step.value), strict=True):
        bench.note_key(name)
        bench.save() if key in ("Control+s", "Control+S", "Meta+s", "Meta+S") else bench.press(key)
        bench.rest(random.uniform(0.14, 0.24))
    last = bench.front.line_at(bench.front.selected[1])
    doing.place = Place("lines", min(first, last), max(first, last))


def _edit(doing: Doing) -> None:
    """The lines are selected as with a mouse, looked at once more, and written anew."""
    assert doing.step.target is not None and doing.step.target.lines is not None
    bench, (first, last) = doing.bench, doing.step.target.lines
    doing.act()
    bench.look_at(EDITOR)
    start, end = bench.front.span_of(first, last)
    bench.reveal(first, last)
    bench.rest(0.15)
    _drag(bench, start, end)
    bench.rest(0.4)
    chosen = doing.acted
    if doing.step.text:
        _write(doing, doing.step.text)
    else:
        bench.select(start, min(end + 1, len(bench.front.text)))
        bench.insert("")
    doing.acted = chosen
    doing.place = Place("lines", first, max(first, bench.front.line_at(bench.front.head)))


def _drag(bench: Workbench, start: int, end: int) -> None:
    """The cursor goes to `start` and draws the selection to `end`, line by line where there are some."""
    bench.select(start)
    bench.rest(0.12)
    breaks = [i for i in range(start, end) if bench.front.text[i] == "\n"]
    stops = [*breaks, end] if breaks else [start + round((end - start) * i / 6) for i in range(1, 7)]
    for stop in _at_most(stops, 14):
        bench.rest(1.5 * FRAME)
        bench.select(start, stop)


def _at_most(stops: list[int], count: int) -> list[int]:
    """As many of the stops, the last always among them."""
    step = -(-len(stops) // count)
    return sorted({*stops[step - 1 :: step], stops[-1]})


def _select(doing: Doing) -> None:
    bench, value, target = doing.bench, doing.step.value, doing.step.target
    doing.act()
    bench.look_at(EDITOR)
    start, end = _selected(bench.front, value, target)
    first, last = bench.front.line_at(start), bench.front.line_at(end)
    bench.reveal(first, last)
    bench.rest(0.15)
    _drag(bench, start, end)
    doing.place = Place("lines", first, last)


def _selected(buffer: Buffer, value: str, target: Target | None) -> tuple[int, int]:
    if match := re.fullmatch(r"(\d+)(?:\s*-\s*(\d+))?", value.strip(), re.ASCII) if target is None else None:
        return buffer.span_of(int(match[1]), int(match[2] or match[1]))
    within = target.lines if target else None
    if target and target.text:
        start, end = buffer.find(target.text, within)
        within = buffer.line_at(start), buffer.line_at(end)
    return buffer.find(value, within, target.nth if target else None)


def _highlight(doing: Doing) -> None:
    assert doing.step.target is not None
    if aimed(doing, doing.step.target, cursor=False) == TERMINAL:
        doing.place = Place("terminal", text=doing.step.target.text or "")
    doing.act()


def _scroll(doing: Doing) -> None:
    bench, step = doing.bench, doing.step
    doing.act()
    if step.value and step.target and step.target.text == TERMINAL:
        lines = round(float(step.value) / bench.sheet.cell[1])
        with bench.at_terminal() as session:
            session.scroll(lines, min(0.9, 0.2 + 0.03 * abs(lines)))
        doing.place = Place("terminal")
        return
    if step.value:
        bench.scroll_to(bench.front.left, bench.front.top + round(float(step.value)))
        return
    aimed(doing, step.target, cursor=False)


def _save(doing: Doing) -> None:
    value = doing.step.value
    doing.bench.save("" if value == "true" else value)
    doing.place = Place("tab")


ACTS: dict[str, Callable[[Doing], None]] = {
    "open": _open, "type": _type, "press": _press, "edit": _edit, "diff": diff, "select": _select,
    "highlight": _highlight, "scroll": _scroll, "save": _save, "run": run, "wait": wait,
}  # fmt: skip
