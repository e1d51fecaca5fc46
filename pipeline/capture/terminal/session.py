"""A person at a terminal: keys go in, output comes out and is written down with its time.

What programs do takes its real time; what only the person's hands take (the rests between keys) is written down, not
waited for: the clock is put forward as soon as the screen is quiet.
"""

import codecs
import time
from collections.abc import Callable

from ..cadence import BEFORE_ENTER, cadence
from .cast import Cast, Output
from .screen import Screen
from .shell import PROMPT_READY, Shell

TICK = 0.02
ECHOED = 0.008
"""Seconds of quiet after which a key's echo is taken to be complete."""
SETTLED = 0.04
"""Seconds of quiet after which the clock may be put forward."""


class Session:
    """What is typed into `shell` and what `screen` shows of it. Times are seconds since `begin`."""

    def __init__(self, shell: Shell, screen: Screen) -> None:
        self._shell, self._screen = shell, screen
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._outputs: list[Output] = []
        self._tail = b""
        self._prompts = self._prompts_at_enter = 0
        self._began = self._heard = time.monotonic()
        self._ahead = 0.0

    @property
    def now(self) -> float:
        return time.monotonic() - self._began + self._ahead

    @property
    def at_prompt(self) -> bool:
        """Whether the shell waits for a command (and not a program for its input)."""
        return self._prompts > self._prompts_at_enter

    @property
    def quiet(self) -> float:
        """For how many seconds nothing was typed nor written."""
        return time.monotonic() - self._heard

    def begin(self) -> None:
        """Clears the screen and forgets what was before: the recording starts here."""
        self._outputs.clear()
        self._send("\x0c")
        self.until(lambda: self.quiet > 0.2, 2.0)
        first = "".join(output.text for output in self._outputs)
        self._began, self._ahead = time.monotonic(), 0.0
        self._outputs = [Output(time=0.0, text=first)]

    def type(self, text: str, speed: float, seed: str) -> None:
        """Types `text` as a person does, once the program before it has fallen silent."""
        self.until(lambda: self.quiet > 0.1, 1.0)
        for delay, key in cadence(text, speed, seed):
            self._pass(delay, ECHOED, heard=True)
            self._send(key)

    def press(self, keys: str) -> None:
        """Sends the bytes of one key."""
        if "\r" in keys:
            self._prompts_at_enter = self._prompts
        self._send(keys)

    def enter(self) -> None:
        """Presses Enter after a last look at the line."""
        self.rest(BEFORE_ENTER)
        self.press("\r")

    def rest(self, seconds: float) -> None:
        """Lets `seconds` pass on the clock, listening for as long as something is written."""
        self._pass(seconds, SETTLED, heard=False)

    def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Listens until `condition` holds, at most for `seconds`; whether it held."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                return False
            self._listen(TICK)
        return True

    def text(self) -> str:
        """What the screen says now."""
        return self._screen.text()

    def cast(self) -> Cast:
        """The session so far."""
        grid = self._screen.cells
        return Cast(columns=grid.columns, rows=grid.rows, duration=round(self.now, 4), outputs=tuple(self._outputs))

    def _pass(self, seconds: float, quiet: float, heard: bool) -> None:
        """Puts the clock forward by `seconds`, listening until it is `quiet` (if `heard`, after something was written)."""
        begun, outputs = time.monotonic(), len(self._outputs)
        while (left := seconds - (time.monotonic() - begun)) > 0:
            self._listen(min(left, quiet))
            if self.quiet >= quiet and (not heard or len(self._outputs) > outputs):
                break
        self._ahead += max(0.0, left)

    def _send(self, text: str) -> None:
        self._heard = time.monotonic()
        self._shell.send(text)

    def _listen(self, seconds: float) -> None:
        data = self._shell.read(seconds)
        if not data:
            return
        self._heard = time.monotonic()
        self._outputs.append(Output(time=round(self.now, 4), text=self._decoder.decode(data)))
        self._count_prompts(data)
        if answer := self._screen.write(data):
            self._shell.send(answer)

    def _count_prompts(self, data: bytes) -> None:
        seen = self._tail + data
        self._prompts += seen.count(PROMPT_READY)
        self._tail = seen[1 - len(PROMPT_READY) :]
