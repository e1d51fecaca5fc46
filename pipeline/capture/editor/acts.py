"""What each step does at an editor."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Literal, NamedTuple

from ...episode.model import Step, Target
from ...errors import LecternError
from ..keys import browser_keys, terminal_keys
from ..request import CaptureRequest
from ..secrets import secret
from ..terminal.session import Session
from .buffer import Buffer
from .hands import Hunk, difference, line_put_in, line_taken_out, strokes
from .workbench import FRAME, Workbench

PATIENCE = 60.0
"""Seconds after which a condition that was waited for has failed."""
TERMINAL, EDITOR = "terminal", "editor"
HURRY = 1000.0
"""Characters per second of what nobody sees."""


class Place(NamedTuple):
    """Where a step did something: lines of the file in front (from 1), its tab, or the terminal; only `text` in it, if given."""

    what: Literal["lines", "tab", "terminal"]
    first: int = 0
    last: int = 0
    text: str = ""


@dataclass
class Doing:
    """One step under way. `acted` becomes the time at which it does what it is about, `place` where that is.

    `follower` is the step after it.
    """

    phase: str
    index: int
    step: Step
    bench: Workbench
    request: CaptureRequest
    follower: Step | None = None
    place: Place | None = None
    acted: float = field(default=0.0)

    @property
    def seed(self) -> str:
        return f"{self.request.seed}:{self.phase}:{self.index}:{self.step.value}"

    @property
    def speed(self) -> float:
        return self.request.typing_speed if self.bench.filmed else HURRY

    def act(self) -> None:
        """It is now that the step does what it is about."""
        self.acted = self.bench.now


def do(doing: Doing) -> None:
    """Does the step; LecternError where that can't be done."""
    doing.bench.note("step", doing.index)
    doing.act()
    ACTS[doing.step.action](doing)


def _open(doing: Doing) -> None:
    doing.bench.open(doing.step.value)
    doing.place = Place("tab")


def _type(doing: Doing) -> None:
    where = _aimed(doing, doing.step.target)
    if where == TERMINAL:
        return _type_into_terminal(doing)
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
    where = _aimed(doing, doing.step.target)
    doing.act()
    if where == TERMINAL:
        return _press_in_terminal(doing)
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
    bench.look_at(EDITOR)
    start, end = bench.front.span_of(first, last)
    bench.reveal(first, last)
    bench.rest(0.15)
    doing.act()
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
    bench.look_at(EDITOR)
    start, end = _selected(bench.front, value, target)
    first, last = bench.front.line_at(start), bench.front.line_at(end)
    bench.reveal(first, last)
    bench.rest(0.15)
    doing.act()
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
    if _aimed(doing, doing.step.target, cursor=False) == TERMINAL:
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
    _aimed(doing, step.target, cursor=False)


def _save(doing: Doing) -> None:
    value = doing.step.value
    doing.bench.save("" if value == "true" else value)
    doing.place = Place("tab")


def _diff(doing: Doing) -> None:
    """The file becomes another one hunk by hunk: what goes in red, what comes in green, then all is as if it had always been."""
    bench = doing.bench
    buffer = bench.open(doing.step.value)
    wanted = doing.step.text + ("\n" if buffer.text.endswith("\n") and not doing.step.text.endswith("\n") else "")
    hunks = difference(buffer.text, wanted)
    if not hunks:
        raise LecternError(f"{buffer.name} holds exactly that already")
    added: list[tuple[int, int, str, float]] = []
    shift = 0
    for number, hunk in enumerate(hunks):
        _grow(doing, hunk, hunk.first + shift, added, first=not number)
        shift += len(hunk.added) - (hunk.last - hunk.first)
    bench.rest(0.7)
    for strength in (0.8, 0.6, 0.4, 0.25, 0.1):
        bench.mark([(a, b, kind, strength) for a, b, kind, _ in added])
        bench.rest(2 * FRAME)
    bench.mark([])
    lines = [line for a, b, *_ in added for line in (a, b)] or [hunks[0].first + 1]
    doing.place = Place("lines", min(lines), min(max(lines), buffer.count))


def _grow(doing: Doing, hunk: Hunk, at: int, added: list[tuple[int, int, str, float]], first: bool) -> None:
    bench, gone = doing.bench, hunk.last - hunk.first
    bench.reveal(at + 1, max(at + 1, min(at + gone + len(hunk.added), at + gone + 12)))
    bench.rest(0.25)
    if first:
        doing.act()
    for strength in (0.35, 0.7, 1.0) if gone else ():
        bench.mark([*added, (at + 1, at + gone, "removed", strength)])
        bench.rest(FRAME)
    bench.rest(0.55 if gone else 0.0)
    for count, line in enumerate(hunk.added, 1):
        _grow_line(bench, line, at + gone + count - 1, added, (at + 1, at + gone, count), 5.0 / len(hunk.added))
    bench.rest(0.6 if gone else 0.3)
    for left in range(gone - 1, -1, -1):
        change, head = line_taken_out(bench.front, at), bench.front.head
        bench.put([change], head - (change.end - change.start) if head >= change.end else change.start)
        came = [(at + left + 1, at + left + len(hunk.added), "added", 1.0)] if hunk.added else []
        bench.mark([*added, *([(at + 1, at + left, "removed", 1.0)] if left else []), *came])
        bench.rest(min(0.1, 1.2 / gone))
    if hunk.added:
        added.append((at + 1, at + len(hunk.added), "added", 1.0))


def _grow_line(
    bench: Workbench, text: str, index: int, added: list[tuple[int, int, str, float]], hunk: tuple[int, int, int], most: float
) -> None:
    """A green line comes in as line `index` (from 0), the `hunk[2]`-th below the red ones from `hunk[0]` to `hunk[1]`."""
    first, last, count = hunk
    change = line_put_in(bench.front, index, text)
    bench.put([change], change.start + len(text) + change.text.startswith("\n"))
    red = [(first, last, "removed", 1.0)] if last >= first else []
    above = [(last + 1, last + count - 1, "added", 1.0)] if count > 1 else []
    for strength in (0.4, 0.7, 1.0):
        bench.mark([*added, *red, *above, (last + count, last + count, "added", strength)])
        bench.rest(FRAME)
    bench.rest(max(0.0, min(0.16, most - 3 * FRAME)))


# ---- the terminal


def _run(doing: Doing) -> None:
    bench = doing.bench
    bench.save_all()
    if bench.filmed:
        bench.show_panel()
        bench.look_at(TERMINAL)
        bench.rest(0.35)
    doing.place = Place("terminal")
    doing.act()
    with bench.at_terminal() as session:
        session.type(doing.step.value, doing.speed, doing.seed)
        session.enter()
        if doing.follower is None or doing.follower.action != "wait":
            _until(session, lambda: session.at_prompt, "its end")
    bench.reread()


def _type_into_terminal(doing: Doing) -> None:
    doing.place = Place("terminal")
    doing.bench.look_at(TERMINAL)
    doing.act()
    with doing.bench.at_terminal() as session:
        if doing.step.secret:
            session.type_secret(secret(doing.step.secret))
        else:
            session.type(doing.step.value, doing.speed, doing.seed)
        if doing.step.enter:
            session.enter()
            session.settle(3.0)


def _press_in_terminal(doing: Doing) -> None:
    bench, random = doing.bench, Random(doing.seed)
    doing.place = Place("terminal")
    bench.look_at(TERMINAL)
    for name, sent in zip(doing.step.value.split(), terminal_keys(doing.step.value), strict=True):
        bench.note_key(name)
        with bench.at_terminal() as session:
            session.press(sent)
            session.rest(random.uniform(0.14, 0.24))
    with bench.at_terminal() as session:
        session.settle(3.0)


def _wait(doing: Doing) -> None:
    bench, wait = doing.bench, doing.step.wait
    assert wait is not None
    if bench.session is None:
        return _already(doing)
    doing.place = Place("terminal") if bench.panel else None
    with bench.at_terminal() as session:
        if wait.text is not None:
            _until(session, lambda: _shows(bench, wait.text or ""), f'"{wait.text}"')
        elif wait.gone is not None:
            _until(session, lambda: not _shows(bench, wait.gone or ""), f'the end of "{wait.gone}"')
        elif wait.idle is not None:
            if not session.idle(wait.idle, PATIENCE):
                raise LecternError(f"{wait.idle:g} s without output did not come within {PATIENCE:g} s")
        else:
            _until(session, lambda: session.at_prompt, "the prompt")
            if wait.exit not in (None, session.status):
                raise LecternError(f"the command ended with status {session.status}, not {wait.exit}")
    bench.reread()


def _already(doing: Doing) -> None:
    """Nothing changes by itself where no program runs: what is waited for is there, or never comes."""
    bench, wait = doing.bench, doing.step.wait
    assert wait is not None
    if wait.text is not None and not _shows(bench, wait.text):
        raise LecternError(f'"{wait.text}" is not on the screen, and nothing runs that could bring it')
    if wait.gone is not None and _shows(bench, wait.gone):
        raise LecternError(f'"{wait.gone}" is on the screen, and nothing runs that could take it away')
    if wait.prompt or wait.exit is not None:
        raise LecternError("nothing was run that has a prompt or a status; run something first")
    bench.rest(wait.idle or 0.0)


def _until(session: Session, met: Callable[[], bool], what: str) -> None:
    if not session.until(met, PATIENCE):
        raise LecternError(f"{what} did not come within {PATIENCE:g} s")


def _shows(bench: Workbench, text: str) -> bool:
    return " ".join(text.split()) in " ".join(bench.text().split())


# ---- targets


def _aimed(doing: Doing, target: Target | None, cursor: bool = True) -> str:
    """Goes to a target, with the cursor or only with the eyes; says whether that is the terminal or the editor.

    Without one: the terminal while a program runs that was last used, else the editor where its cursor is.
    """
    bench = doing.bench
    if target is None:
        return TERMINAL if bench.focus == TERMINAL and bench.session and not bench.session.at_prompt else EDITOR
    if target.text in (TERMINAL, EDITOR) and cursor:
        if target.text == TERMINAL and (bench.session is None or not bench.panel):
            raise LecternError("there is no terminal yet; it opens with the first run")
        return target.text
    if target.text and not cursor and _is_in_terminal(bench, target.text):
        return TERMINAL
    start, end = _aim(bench.front, target)
    first, last = bench.front.line_at(start), bench.front.line_at(end)
    bench.look_at(EDITOR)
    bench.go_to(end) if cursor else bench.reveal(first, last)
    doing.place = Place("lines", first, last, target.text or "")
    return EDITOR


def _aim(buffer: Buffer, target: Target) -> tuple[int, int]:
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


ACTS: dict[str, Callable[[Doing], None]] = {
    "open": _open, "type": _type, "press": _press, "edit": _edit, "diff": _diff, "select": _select,
    "highlight": _highlight, "scroll": _scroll, "save": _save, "run": _run, "wait": _wait,
}  # fmt: skip
