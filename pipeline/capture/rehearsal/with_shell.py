"""An agent at the recorder's own shell."""

from collections.abc import Iterator
from contextlib import contextmanager

from ...episode.screen import Limits, Step
from ...jobs.recipe import Bench
from ..chromium import chromium
from ..request import CaptureRequest
from ..terminal.record import act, open_session
from ..terminal.session import Session
from .line import CommandLine
from .seen import Stand, shortened


@contextmanager
def at_terminal(request: CaptureRequest, limits: Limits, bench: Bench) -> Iterator[Stand]:
    """A shell in a folder of its own, at its prompt or wherever the hidden steps lead."""
    with chromium(request.chromium) as browser, open_session(request, bench.episode, browser) as session:
        for index, step in enumerate(request.hidden):
            act(session, request, "hidden", index, step)
        session.begin()
        yield _Terminal(session, request, limits)


class _Terminal:
    def __init__(self, session: Session, request: CaptureRequest, limits: Limits) -> None:
        self._session, self._request, self._line = session, request, CommandLine(limits)

    def look(self) -> str:
        state = "at the prompt" if self._session.at_prompt else "a program runs"
        return shortened(f"[{state}]\n{self._session.text().rstrip()}")

    def text(self) -> str:
        return self._session.text()

    def objection(self, step: Step) -> str:
        return self._line.objection(step, self._session.text())

    def do(self, index: int, step: Step) -> None:
        self._line.note(step)
        act(self._session, self._request, "steps", index, step)

    def visited(self) -> tuple[str, ...]:
        return ()
