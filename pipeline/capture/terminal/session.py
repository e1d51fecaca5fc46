"""A person at a terminal: keys go in, output comes out and is written down with its time.

The clock is not the wall's. A person's rests are written down, not waited for. Of a program's time counts what it
deliberately waits (`sleep 0.5`), on a grid, and the processor's time it takes beyond `GRACE`: so a program that does the same
twice is recorded the same twice, on a fast machine and on a busy one.
"""

import codecs
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from ...errors import LecternError
from ..cadence import BEFORE_ENTER, cadence
from ..request import CaptureRequest
from ..secrets import masked, masked_pieces
from ..take import KeyPress
from .cast import Cast, Output, Scroll
from .place import Place
from .shell import Shell, ShellEnded

STARTED = 20.0
"""Seconds within which a shell shows its first prompt."""
BACK = 3.0
"""Seconds within which a program that was interrupted has ended."""
LONGEST = 600.0
"""Seconds for which a program that is at work is waited for."""
SAMPLE = 0.004
"""Seconds between two looks at what the programs do."""
SETTLED = 0.012
"""Seconds in which nothing computes nor is written after which programs are taken to wait for the person."""
UNKNOWN = 0.04
"""Seconds of silence that count as waiting where the system doesn't tell what programs do."""
GRACE = 0.6
"""Seconds that a program may compute, after a key or a wait, without any passing on the clock."""
FRAME = 1 / 30

AT_ONCE = 0.1
"""Seconds within which the answer to a key counts as given at once."""
AWAKE = 0.03
"""Seconds that are given to the system to wake up whom a key was sent to."""
ECHO = 2.0
"""Seconds within which a letter is surely echoed, at once on a machine with time to spare, where the one before it was."""
FIRST = 0.3
"""The same for the first letter that is typed into a program, which may echo nothing."""

_GRID = (1 / 60, 1 / 30, 0.05, 0.08, 0.1)
"""Seconds that programs usually wait between two pictures; beyond, the grid is every 0.05 s."""
_HITCH = 0.012
"""Seconds of waiting that are nobody's intention."""
_MARK = re.compile(r"\x1b\]133;([ABCD])(?:;(\d+))?[^\x07\x1b]*(?:\x07|\x1b\\)")
_MODES = re.compile(r"\x1b\[\?([\d;]+)([hl])")
_CURSOR_KEYS = "1"
"""The mode in which the keys that move a cursor are sent differently (DECCKM)."""
_OTHER_SCREEN = "1049"
"""The mode of programs that fill the screen, and give it back as it was."""
_QUESTION = re.compile(r"\x1b\[[>=?]?[\d;]*(?:[cn]|\$p)|\x1b\][^\x07\x1b]*\?(?:\x07|\x1b\\)|\x1bP[+$]q|\x1b\[\?u|\x1b\[>q")
"""What a program asks its terminal."""
_APPLICATION = re.compile(r"^\x1b\[([ABCDHF])$")
_FORGET = "\x1b[3J"
"""What lets a terminal forget the lines that were scrolled away."""


class Grid(Protocol):
    """How many cells a screen has."""

    @property
    def columns(self) -> int: ...
    @property
    def rows(self) -> int: ...


class Display(Protocol):
    """A screen that shows what it is fed."""

    @property
    def cells(self) -> Grid: ...
    def write(self, output: bytes) -> str:
        """Feeds it; returns what the terminal answers the program."""
        ...

    def text(self) -> str:
        """All that it shows, line by line, a wrapped line as one."""
        ...


@contextmanager
def session_in(place: Place, request: CaptureRequest, screen: Display) -> Iterator["Session"]:
    """A shell at its prompt in `place`, as `request` wants it; gone with all it started at the end. LecternError without one."""
    shell = Shell(request.shell, screen.cells.columns, screen.cells.rows, place, request.environment)
    try:
        session = Session(shell, screen)
        if not session.until(lambda: session.at_prompt, STARTED):
            raise LecternError(f"the shell showed no prompt within {STARTED:g} s; it shows:\n{session.last_lines()}")
        yield session
    finally:
        shell.close()


class Session:
    """What is typed into `shell` and what `screen` shows of it. Times are seconds since `begin`."""

    def __init__(self, shell: Shell, screen: Display) -> None:
        self._shell, self.screen = shell, screen
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._outputs: list[Output] = []
        self._scrolls: list[Scroll] = []
        self._secrets: list[str] = []
        self.keys: list[KeyPress] = []
        self._unshown, self._tail, self._text = "", "", ""
        self._prompts = self._prompts_at_enter = 0
        self.status: int | None = None
        self._clock = self._event = self._waited = self._worked = 0.0
        self._sampled = self._heard = self._stirred = time.monotonic()
        self._idle, self._at_once = False, 0.0
        self.scrolled = False
        self._application = self._fills = False
        self._computed = 0.0

    @property
    def now(self) -> float:
        return self._clock

    @property
    def at_prompt(self) -> bool:
        """Whether the shell waits for a command (and not a program for its input)."""
        return self._prompts > self._prompts_at_enter

    @property
    def quiet(self) -> float:
        """For how many seconds (by the wall) nothing was typed nor written."""
        return time.monotonic() - self._heard

    @property
    def still(self) -> float:
        """For how many seconds (by the wall) nothing was typed or written, nor did any program compute."""
        return time.monotonic() - self._stirred

    @property
    def ending(self) -> str:
        """How the shell ended ("" while it lives)."""
        return self._shell.ending

    def begin(self) -> None:
        """Clears the screen and forgets what was before: the recording starts here."""
        self.settle(2.0)
        self._outputs.clear()
        self._send("\x0c")
        self.until(lambda: bool(self._outputs), 1.0)
        self.settle(2.0)
        first = "".join(output.text for output in self._outputs)
        self._clock = self._event = self._waited = self._worked = 0.0
        self._outputs, self._scrolls, self.keys = [Output(time=0.0, text=first)], [], []
        self._unshown += _FORGET

    def type(self, text: str, speed: float, seed: str) -> None:
        """Types `text` as a person does, once the program before it waits for them."""
        self.settle(5.0)
        patience = ECHO if self.at_prompt else FIRST
        for delay, key in cadence(text, speed, seed):
            self.rest(delay)
            patience = ECHO if self._send(key, patience) else AWAKE

    def type_secret(self, value: str) -> None:
        """Puts `value` in at once, as a password manager does; nothing that is kept will ever show it."""
        self._secrets.append(value)
        self._text = masked(self._text, self._secrets)
        self.settle(5.0)
        self._send(value)

    def press(self, keys: str, name: str = "") -> None:
        """Sends the bytes of one key; `name` is how the script calls it."""
        if "\r" in keys:
            self.settle(2.0)
            self._prompts_at_enter = self._prompts
        if name:
            self.keys.append(KeyPress(time=self._clock, keys=name))
        self._send(_APPLICATION.sub("\x1bO\\1", keys) if self._application else keys)

    def enter(self) -> None:
        """Presses Enter after a last look at the line."""
        self.rest(BEFORE_ENTER)
        self.press("\r")

    def rest(self, seconds: float) -> None:
        """Puts the clock forward by `seconds` as soon as the programs have answered what was done before."""
        end = self._clock + seconds
        self.settle(max(seconds, 0.3))
        self._advance(end)

    def interrupt(self) -> None:
        """Gets back to the prompt, whatever still runs, or gives up (then it is not `at_prompt`)."""
        for key in ("\x03", "\x04"):
            if not self.at_prompt:
                self.press(key)
                self.until(lambda: self.at_prompt, BACK)

    def scroll(self, lines: int, seconds: float) -> None:
        """Scrolls the view by so many lines (up is negative) within `seconds`, a line or more a frame."""
        self.settle(2.0)
        self.scrolled, self._text = True, ""
        steps = max(1, min(abs(lines), round(seconds / FRAME)))
        for number in range(1, steps + 1):
            self._clock += FRAME
            done, before = _eased(number / steps), _eased((number - 1) / steps)
            if moved := round(lines * done) - round(lines * before):
                self._scrolls.append(Scroll(time=round(self._clock, 4), lines=moved))

    def idle(self, seconds: float, most: float) -> bool:
        """Listens until nothing was written for `seconds`, which pass on the clock; whether that came within `most`."""
        met = self.until(lambda: self.quiet >= seconds, most)
        self._advance(self._event + seconds)
        return met

    def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Listens until `condition` holds, at most for `seconds` (by the wall); whether it held.

        ShellEnded where the shell ends before.
        """
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                return False
            if not self._listen(SAMPLE) and self._shell.ending:
                return self._last(condition)
        return True

    def patiently(self, condition: Callable[[], bool], seconds: float) -> bool:
        """As `until`, with more time for a program that is still at work, but for one that fills the screen: LONGEST at most.

        At work is what wrote or computed in the last sixth of `seconds`.
        """
        end = time.monotonic() + LONGEST
        while not self.until(condition, seconds):
            if self.still > seconds / 6 or self._fills or time.monotonic() > end:
                return False
        return True

    def settle(self, most: float) -> bool:
        """Listens until programs wait for the person, at most for `most` seconds (by the wall)."""
        return bool(self.ending) or self.until(lambda: self.still >= SETTLED, most)

    def text(self) -> str:
        """What the screen says now; secrets are bullets."""
        if self._unshown or not self._text:
            self._show()
            self._text = masked(self.screen.text(), self._secrets)
        return self._text

    def last_lines(self) -> str:
        """The last lines that the screen shows, indented."""
        lines = [line for line in self.text().splitlines() if line.strip()]
        return "\n".join(f"    {line}" for line in lines[-12:])

    @property
    def secrets(self) -> tuple[str, ...]:
        """All that was typed and may not be seen."""
        return tuple(self._secrets)

    def cast(self) -> Cast:
        """The session so far, with bullets for secrets."""
        grid = self.screen.cells
        texts = masked_pieces((output.text for output in self._outputs), self._secrets)
        outputs = tuple(Output(time=o.time, text=text) for o, text in zip(self._outputs, texts, strict=True))
        return Cast(
            columns=grid.columns, rows=grid.rows, duration=round(self.now, 4), outputs=outputs, scrolls=tuple(self._scrolls)
        )

    def _last(self, condition: Callable[[], bool]) -> bool:
        while self._listen(0.0):
            pass
        if condition():
            return True
        raise ShellEnded(f"the shell has ended; {self.ending}")

    def _advance(self, to: float) -> None:
        self._clock = max(self._clock, to)

    def _send(self, text: str, patience: float = AWAKE) -> bool:
        """Sends `text`, and waits for `patience` seconds for its answer; whether one came."""
        if self.scrolled:
            self._scrolls.append(Scroll(time=round(self._clock, 4), lines=0))
            self.scrolled, self._text = False, ""
        self._shell.send(text)
        self._begin_waiting(max(patience, AT_ONCE))
        self._heard = self._stirred = time.monotonic()
        return self._answered(patience)

    def _answered(self, patience: float) -> bool:
        """Waits for a first answer, or until somebody is at work on it where none is expected."""
        end = time.monotonic() + patience
        while not (heard := self._listen(SAMPLE / 4)) and time.monotonic() < end and not self.ending:
            if patience <= AWAKE and self._shell.works:
                break
        return heard

    def _begin_waiting(self, at_once: float = AT_ONCE) -> None:
        """What happens next is counted from here."""
        self._event, self._waited, self._worked = self._clock, 0.0, 0.0
        self._computed = self._shell.computed or 0.0
        self._sampled, self._idle, self._at_once = time.monotonic(), False, at_once

    def _listen(self, seconds: float) -> bool:
        """Hears what is written within `seconds`; whether there was something."""
        data = self._shell.read(seconds)
        self._account(bool(data))
        if data:
            self._hear(self._decoder.decode(data))
        return bool(data)

    def _account(self, heard: bool) -> None:
        """Adds the time since the last look to what programs waited, or to what they worked."""
        moment, works = time.monotonic(), self._shell.works
        idle = self.quiet > UNKNOWN if works is None else not works
        if self._idle if heard else idle:
            self._waited += moment - self._sampled
        else:
            self._worked += moment - self._sampled
        self._sampled, self._idle = moment, idle
        if heard or not idle:
            self._stirred = moment
        if heard:
            self._heard = moment

    def _hear(self, text: str) -> None:
        waited = 0.0 if self._waited < self._at_once else self._waited
        elapsed = _on_grid(waited) + _beyond_grace(self._work())
        self._at_once = 0.0
        if elapsed > 0:
            self._advance(self._event + elapsed)
            self._event, self._worked, self._computed = self._clock, 0.0, self._shell.computed or 0.0
        self._waited = 0.0
        self._write_down(text)
        self._note_marks(text)
        self._unshown += text
        if _QUESTION.search(self._tail + text):
            self._show()
        self._tail = text[-64:]

    def _work(self) -> float:
        """Seconds that programs have computed: of the processor, so that a busy machine makes them no longer."""
        computed = self._shell.computed
        return self._worked if computed is None else computed - self._computed

    def _write_down(self, text: str) -> None:
        moment = round(self._clock, 4)
        if self._outputs and self._outputs[-1].time == moment:
            text = self._outputs.pop().text + text
        self._outputs.append(Output(time=moment, text=text))

    def _note_marks(self, text: str) -> None:
        before = len(self._tail)
        for mark in _MARK.finditer(self._tail + text):
            if mark.end() > before:
                self._prompts += mark[1] == "B"
                self.status = int(mark[2]) if mark[1] == "D" and mark[2] else self.status
        for mode in _MODES.finditer(self._tail + text):
            if mode.end() > before:
                set_, modes = mode[2] == "h", mode[1].split(";")
                self._application = set_ if _CURSOR_KEYS in modes else self._application
                self._fills = set_ if _OTHER_SCREEN in modes else self._fills

    def _show(self) -> None:
        """Feeds the screen what it has not seen yet; the time that takes is nobody's."""
        unshown, self._unshown = self._unshown, ""
        if unshown:
            self._text = ""
        if unshown and (answer := self.screen.write(unshown.encode())):
            self._shell.send(answer)
            self._stirred = time.monotonic()
        self._sampled = time.monotonic()


def _on_grid(seconds: float) -> float:
    """What a program that waited `seconds` meant to wait."""
    if seconds < _HITCH:
        return 0.0
    return min(_GRID, key=lambda step: abs(step - seconds)) if seconds < 0.125 else round(seconds / 0.05) * 0.05


def _beyond_grace(seconds: float) -> float:
    return max(0.0, round((seconds - GRACE) / FRAME) * FRAME)


def _eased(done: float) -> float:
    return done * done * (3 - 2 * done)
