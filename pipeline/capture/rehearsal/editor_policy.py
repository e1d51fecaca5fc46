"""The policy for an editor: an agent is shown the files and the terminal; what it may not run there."""

from ...episode.capture_block import Limits
from ...episode.steps import Step
from ...jobs.recipe import JobContext
from ..editor.buffer import openable_files
from ..editor.screen import EditorScreen
from ..editor.step_context import TERMINAL
from ..editor.targets import key_receiver
from ..request import CaptureRequest
from .policy import Policy, shorten_for_agent
from .terminal_policy import CommandLine


class EditorPolicy(Policy[EditorScreen]):
    """An editor on a copy of the files, with those open that the hidden steps have opened."""

    def __init__(self, screen: EditorScreen, request: CaptureRequest, limits: Limits, context: JobContext) -> None:
        super().__init__(screen, request, limits, context)
        self._editor, self._line = screen.session, CommandLine(limits)

    def look(self) -> str:
        """Return the files, what is visible of the one in front, and the terminal."""
        return shorten_for_agent("\n".join(filter(None, [self._files(), self._in_front(), self._terminal()])))

    def objection(self, step: Step) -> str:
        """Return the word for which a line may not be run in the terminal."""
        return self._line.objection(step, self._terminal_text()) if self._is_for_terminal(step) else ""

    def do(self, index: int, step: Step) -> Step:
        """Do a step."""
        if self._is_for_terminal(step):
            self._line.note(step)
        return super().do(index, step)

    def _is_for_terminal(self, step: Step) -> bool:
        """Return whether a step types something into the terminal."""
        typed = step.action in ("type", "paste", "press") and key_receiver(self._editor, step.target) == TERMINAL
        return step.action == "run" or typed

    def _files(self) -> str:
        there = openable_files(self._editor.work)
        return f"Files: {', '.join(there) or 'none'}. Open: {', '.join(self._editor.buffers) or 'none'}."

    def _in_front(self) -> str:
        """Return the visible lines of the file in front, numbered as `edit` and `select` count them."""
        if not self._editor.buffers:
            return ""
        buffer, (first, last) = self._editor.front, self._editor.visible()
        head = f"[{buffer.name}{', not saved' if buffer.changed else ''}, cursor in line {buffer.line_at(buffer.head)}]"
        lines = enumerate(buffer.lines[first - 1 : last], start=first)
        return "\n".join([head, *(f"{number:4} {line}" for number, line in lines)])

    def _terminal(self) -> str:
        if not self._editor.panel or self._editor.terminal is None:
            return ""
        state = "at the prompt" if self._editor.terminal.at_prompt else "a program runs"
        return f"[terminal, {state}]\n{self._terminal_text().rstrip()}"

    def _terminal_text(self) -> str:
        return self._editor.terminal.text() if self._editor.terminal else ""
