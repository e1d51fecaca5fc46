"""An agent at a desktop of which nothing is known but its pixels: it gets what was read there, and where."""

from collections.abc import Iterator
from contextlib import contextmanager

from ...episode.screen import Limits, Step, Target
from ...errors import LecternError
from ...jobs.recipe import Bench
from ..desktop.find import find
from ..desktop.record import act
from ..desktop.view import View, view
from ..pixels.reader import MISSING
from ..request import CaptureRequest
from ..secrets import masked
from ..take import TextBox
from .line import CommandLine, enters
from .seen import Stand, shortened
from .words import forbidden_click

REST = 0.4
"""Seconds after a step in which programs draw what it did."""
NEAR, BESIDE = (0.04, 0.03), (0.012, 0.008)
"""How far (fractions of the content) a word may be from a place, or from a thing that was found, and name it."""
BUTTON = 3
"""So many words a button has at most."""


@contextmanager
def at_desktop(request: CaptureRequest, limits: Limits, bench: Bench) -> Iterator[Stand]:
    """A desktop with its program in sight; LecternError where nobody can read what it shows."""
    with view(request, bench.episode) as scene:
        if not scene.sight.reads:
            raise LecternError(MISSING)
        for index, step in enumerate(request.hidden):
            act(scene, "hidden", index, step, bench)
        yield _Desktop(scene, limits, bench)


class _Desktop:
    def __init__(self, scene: View, limits: Limits, bench: Bench) -> None:
        self._scene, self._limits, self._bench, self._line = scene, limits, bench, CommandLine(limits)

    def look(self) -> str:
        lines = (f"[{box.centre[0]:.2f}, {box.centre[1]:.2f}] {read.text}" for read in self._read() if (box := read.box))
        return shortened("\n".join(["What can be read, each with the position of its middle:", *lines]))

    def text(self) -> str:
        return "\n".join(read.text for read in self._read())

    def objection(self, step: Step) -> str:
        if step.action in ("type", "press", "run"):
            return self._line.objection(step) or (self._pressed() if self._presses(step) else "")
        if step.action not in ("click", "drag"):
            return ""
        return self._clicks(" ".join(self._called(target) for target in (step.target, step.to) if target))

    def do(self, index: int, step: Step) -> None:
        self._line.note(step)
        act(self._scene, "steps", index, step, self._bench)
        self._scene.wait(REST)

    def visited(self) -> tuple[str, ...]:
        return ()

    def _read(self) -> tuple[TextBox, ...]:
        """What can be read, without the secrets that hidden steps typed."""
        scene, picture = self._scene, self._scene.picture()
        read, secrets = scene.meanwhile(lambda: scene.sight.text_boxes(picture)), scene.secrets.values()
        return tuple(box.model_copy(update={"text": masked(box.text, secrets)}) for box in read)

    def _clicks(self, said: str) -> str:
        return forbidden_click(said, self._limits.never, self._limits.allow)

    def _called(self, target: Target) -> str:
        """What the model calls a thing, and what can be read at its place."""
        scene, found = self._scene, find(self._scene, target)
        at, picture = found.grown(*(NEAR if target.position else BESIDE)), scene.picture()
        words = scene.meanwhile(lambda: scene.sight.word_boxes(picture))
        return " ".join([target.text or "", *(word.text for word in words if word.box.overlaps(at))])

    def _presses(self, step: Step) -> bool:
        return step.action != "run" and (enters(step) or (step.action == "press" and "space" in step.value.casefold()))

    def _pressed(self) -> str:
        """Which button Enter or the space bar presses can't be seen: any that can be read may be it."""
        buttons = (read.text for read in self._read() if len(read.text.split()) <= BUTTON)
        return next((word for said in buttons if (word := self._clicks(said))), "")
