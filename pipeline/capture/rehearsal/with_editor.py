"""An agent at the recorder's own editor: real files, over a real shell."""

from collections.abc import Iterator
from contextlib import contextmanager

from ...episode.screen import Limits, Step
from ...jobs.recipe import Bench
from ..chromium import chromium
from ..editor.aim import goes_to
from ..editor.doing import TERMINAL
from ..editor.record import act, open_workbench
from ..editor.workbench import Workbench, files_below
from ..request import CaptureRequest
from .line import CommandLine
from .seen import Stand, shortened


@contextmanager
def at_editor(request: CaptureRequest, limits: Limits, bench: Bench) -> Iterator[Stand]:
    """A copy of the files, with those open that the hidden steps open."""
    with chromium(request.chromium) as browser, open_workbench(request, bench.episode, browser) as work:
        for index, step in enumerate(request.hidden):
            act(work, request, "hidden", index, step, bench)
        work.begin()
        yield _Editor(work, request, limits, bench)


class _Editor:
    def __init__(self, work: Workbench, request: CaptureRequest, limits: Limits, bench: Bench) -> None:
        self._work, self._request, self._bench, self._line = work, request, bench, CommandLine(limits)

    def look(self) -> str:
        return shortened("\n".join(filter(None, [self._files(), self._in_front(), self._terminal()])))

    def text(self) -> str:
        return self._work.text()

    def objection(self, step: Step) -> str:
        return self._line.objection(step, self._said()) if self._is_for_terminal(step) else ""

    def do(self, index: int, step: Step) -> None:
        if self._is_for_terminal(step):
            self._line.note(step)
        act(self._work, self._request, "steps", index, step, self._bench)

    def visited(self) -> tuple[str, ...]:
        return ()

    def _is_for_terminal(self, step: Step) -> bool:
        """Whether it types what a program, or the shell, gets."""
        typed = step.action in ("type", "press") and goes_to(self._work, step.target) == TERMINAL
        return step.action == "run" or typed

    def _files(self) -> str:
        there = files_below(self._work.work)
        return f"Files: {', '.join(there) or 'none'}. Open: {', '.join(self._work.buffers) or 'none'}."

    def _in_front(self) -> str:
        """The visible lines of the file in front, numbered as `edit` and `select` count them."""
        if not self._work.buffers:
            return ""
        buffer, (first, last) = self._work.front, self._work.visible()
        head = f"[{buffer.name}{', not saved' if buffer.changed else ''}, cursor in line {buffer.line_at(buffer.head)}]"
        lines = enumerate(buffer.lines[first - 1 : last], start=first)
        return "\n".join([head, *(f"{number:4} {line}" for number, line in lines)])

    def _terminal(self) -> str:
        if not self._work.panel or self._work.session is None:
            return ""
        state = "at the prompt" if self._work.session.at_prompt else "a program runs"
        return f"[terminal, {state}]\n{self._said().rstrip()}"

    def _said(self) -> str:
        return self._work.session.text() if self._work.session else ""
