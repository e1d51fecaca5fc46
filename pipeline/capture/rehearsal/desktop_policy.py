"""The policy for a desktop, which gives only pixels: an agent is shown what can be read, and where."""

from ...base.errors import LecternError
from ...episode.capture_block import Limits
from ...episode.steps import Step
from ...episode.targets import Target
from ...jobs.recipe import JobContext
from ..desktop.screen import DesktopScreen
from ..pixels.text_reader import MISSING
from ..request import CaptureRequest
from ..secrets import mask_secrets
from ..take import TextBox
from .forbidden import forbidden_click
from .policy import Policy, shorten_for_agent
from .terminal_policy import CommandLine, presses_button

NEAR, BESIDE = (0.04, 0.03), (0.012, 0.008)
"""How far (fractions of the content) a word may be from a place, or from a thing that was found, and name it."""
BUTTON = 3
"""Words that a button has at most."""


class DesktopPolicy(Policy[DesktopScreen]):
    """A desktop with its program in sight. Raises LecternError if this computer can't read what it shows."""

    def __init__(self, screen: DesktopScreen, request: CaptureRequest, limits: Limits, context: JobContext) -> None:
        super().__init__(screen, request, limits, context)
        self._session, self._line = screen.session, CommandLine(limits)
        if not self._session.sight.reads:
            raise LecternError(MISSING)

    def look(self) -> str:
        """Return what can be read, and where."""
        lines = (
            f"[{box.centre[0]:.2f}, {box.centre[1]:.2f}] {read.text}" for read in self._read() if (box := read.box)
        )
        return shorten_for_agent("\n".join(["What can be read, each with the position of its middle:", *lines]))

    def text(self) -> str:
        """Return all that can be read, a line for each text."""
        return "\n".join(read.text for read in self._read())

    def objection(self, step: Step) -> str:
        """Return the word for which a thing may not be clicked, or a line not be run."""
        if step.action in ("type", "press", "run"):
            return self._line.objection(step) or (self._pressed() if presses_button(step) else "")
        if step.action not in ("click", "drag"):
            return ""
        return self._clicks(" ".join(self._called(target) for target in (step.target, step.to) if target))

    def do(self, index: int, step: Step) -> Step:
        """Do a step."""
        self._line.note(step)
        return super().do(index, step)

    def _read(self) -> tuple[TextBox, ...]:
        """Return what can be read, without the secrets that hidden steps typed."""
        session, picture = self._session, self._session.picture()
        read = session.meanwhile(lambda: session.sight.text_boxes(picture))
        return tuple(box.model_copy(update={"text": mask_secrets(box.text, self.screen.secrets)}) for box in read)

    def _clicks(self, words: str) -> str:
        return forbidden_click(words, self.limits.never, self.limits.allow)

    def _called(self, target: Target) -> str:
        """Return what the model calls a thing, and what can be read at its place."""
        session, found = self._session, self._session.find(target)
        at, picture = found.grown(*(NEAR if target.position else BESIDE)), session.picture()
        words = session.meanwhile(lambda: session.sight.word_boxes(picture))
        return " ".join([target.text or "", *(word.text for word in words if word.box.overlaps(at))])

    def _pressed(self) -> str:
        """Return the word for which Enter or the space bar may not be pressed: any button that can be read may have the focus."""
        buttons = (read.text for read in self._read() if len(read.text.split()) <= BUTTON)
        return next((word for button in buttons if (word := self._clicks(button))), "")
