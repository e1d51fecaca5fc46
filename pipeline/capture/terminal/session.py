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

from ...base.errors import LecternError
from ..hand import BEFORE_ENTER, ease_in_out, typing_delays
from ..request import CaptureRequest
from ..secrets import CONTROL_SEQUENCES, mask_secrets, mask_stream
from ..take import FRAME, KeyPress
from ..text_claims import closed_up
from .asciicast import Asciicast, CastOutput, CastScroll
from .shell import Shell, ShellEnded, TerminalDisplay
from .shell_folders import ShellFolders
from .shell_state import ShellState
from .waiting import MeasuredWait

START_TIMEOUT = 20.0
"""Seconds within which a shell shows its first prompt."""
PROMPT_TIMEOUT = 3.0
"""Seconds within which a program that was interrupted has ended."""
MAX_SECONDS = 600.0
"""Seconds for which a program that is at work is waited for."""
SAMPLE = 0.004
"""Seconds between two looks at what the programs do."""
SETTLED = 0.012
"""Seconds in which nothing computes nor is written after which programs are taken to wait for the person."""
UNKNOWN = 0.04
"""Seconds of silence that count as waiting where the system doesn't tell what programs do."""
GRACE = 0.6
"""Seconds that a program may compute, after a key or a wait, without any passing on the clock."""
AT_ONCE = 0.1
"""Seconds within which the answer to a key counts as given at once."""
WAKE_SECONDS = 0.03
"""Seconds that are given to the system to wake up whom a key was sent to."""
ECHO = 2.0
"""Seconds within which a letter is surely echoed, at once on a machine with time to spare, where the one before it was."""
FIRST = 0.3
"""The same for the first letter that is typed into a program, which may echo nothing."""

_QUESTION = re.compile(
    r"\x1b\[[>=?]?[\d;]*(?:[cn]|\$p)|\x1b\][^\x07\x1b]*\?(?:\x07|\x1b\\)|\x1bP[+$]q|\x1b\[\?u|\x1b\[>q"
)
"""What a program asks its terminal."""
_APPLICATION = re.compile(r"^\x1b\[([ABCDHF])$")
_CLEAR_SCROLLBACK = "\x1b[3J"
"""What lets a terminal forget the lines that were scrolled away."""


@contextmanager
def open_shell_session(
    place: ShellFolders, request: CaptureRequest, screen: TerminalDisplay
) -> Iterator["TerminalSession"]:
    """Yield a shell at its prompt in `place`; it ends with all it started after the block. Raises LecternError without a prompt."""
    shell = Shell(request.shell, screen.cells.columns, screen.cells.rows, place, request.environment)
    try:
        session = TerminalSession(shell, screen, ShellState(refuses=request.shell == "fish"))
        if not session.until(lambda: session.at_prompt, START_TIMEOUT):
            raise LecternError(
                f"the shell showed no prompt within {START_TIMEOUT:g} s; it shows:\n{session.last_lines()}"
            )
        yield session
    finally:
        shell.close()


class TerminalSession:
    """What is typed into `shell` and what `screen` shows of it. Times are seconds since `begin`."""

    def __init__(self, shell: Shell, screen: TerminalDisplay, state: ShellState) -> None:
        self._shell, self._screen, self.state = shell, screen, state
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._outputs: list[CastOutput] = []
        self._scrolls: list[CastScroll] = []
        self._secrets: list[str] = []
        self.keys: list[KeyPress] = []
        self._unshown, self._tail, self._text = "", "", ""
        self._clock = self._event = self._worked = 0.0
        self._wait = MeasuredWait()
        self._sampled = self._heard = self._stirred = time.monotonic()
        self._idle, self._at_once = False, 0.0
        self.scrolled = self._typing = False
        self._computed = 0.0

    @property
    def now(self) -> float:
        """The seconds since filming started."""
        return self._clock

    @property
    def at_prompt(self) -> bool:
        """Whether the shell waits for a command (and not a program for its input)."""
        return self.state.at_prompt

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
        """Clear the screen and forget what was before: the recording starts here."""
        self.settle(2.0)
        self._outputs.clear()
        self._send("\x0c")
        self.until(lambda: bool(self._outputs), 1.0)
        self.settle(2.0)
        first = "".join(output.text for output in self._outputs)
        self._clock = self._event = self._worked = 0.0
        self._wait.begin()
        self._outputs, self._scrolls, self.keys = [CastOutput(time=0.0, text=first)], [], []
        self._unshown += _CLEAR_SCROLLBACK

    def go_on(self) -> None:
        """Let the recording start here, with all that the screen shows and that was scrolled away."""
        self.settle(2.0)
        written = "".join(output.text for output in self._outputs)
        back = max((i + 1 for i, scroll in enumerate(self._scrolls) if not scroll.lines), default=0)
        lines = sum(scroll.lines for scroll in self._scrolls[back:])
        self._clock = self._event = self._worked = 0.0
        self._wait.begin()
        self._outputs, self.keys = [CastOutput(time=0.0, text=written)], []
        self._scrolls = [CastScroll(time=0.0, lines=lines)] if lines else []

    def type(self, text: str, speed: float, seed: str) -> None:
        """Type `text` as a person does, once the program before it waits for them."""
        self.settle(5.0)
        patience = ECHO if self.at_prompt else FIRST
        for delay, key in typing_delays(text, speed, seed):
            self.rest(delay)
            self._note_typing(key)
            patience = ECHO if self._send(key, patience) else WAKE_SECONDS

    def paste(self, text: str) -> None:
        """Put `text` in at once, as a terminal pastes: in brackets where the program wants to know that it was not typed."""
        self.settle(5.0)
        pasted = text.replace("\n", "\r")
        if self.state.brackets:
            pasted = f"\x1b[200~{pasted}\x1b[201~"
        elif "\r" in pasted:
            self.state.note_enter()
        self._note_typing(pasted)
        self._send(pasted, ECHO if self.at_prompt else FIRST)
        self.settle(2.0)

    def type_secret(self, value: str) -> None:
        """Put `value` in at once, as a password manager does; nothing that is kept will ever show it."""
        self._secrets.append(value)
        self._text = mask_secrets(self._text, self._secrets)
        self.settle(5.0)
        self._send(value)

    def press(self, keys: str, name: str = "", patience: float = WAKE_SECONDS) -> bool:
        """Send the bytes of one key, which the script calls `name`, and return whether an answer came within `patience` seconds."""
        if "\r" in keys:
            self.settle(2.0)
            self._note_typing(keys)
            self.state.note_enter()
        if name:
            self.keys.append(KeyPress(time=self._clock, keys=name))
        return self._send(_APPLICATION.sub("\x1bO\\1", keys) if self.state.application else keys, patience)

    def enter(self) -> None:
        """Press Enter after a last look at the line."""
        self.rest(BEFORE_ENTER)
        self.press("\r")

    def rest(self, seconds: float) -> None:
        """Put the clock forward by `seconds` as soon as the programs have answered what was done before."""
        end = self._clock + seconds
        self.settle(max(seconds, 0.3))
        self._advance(end)

    def interrupt(self) -> None:
        """Get back to the prompt, whatever still runs, or give up (then it is not `at_prompt`)."""
        for key in ("\x03", "\x04"):
            if not self.at_prompt:
                self.press(key)
                self.until(lambda: self.at_prompt, PROMPT_TIMEOUT)

    def scroll(self, lines: int, seconds: float) -> None:
        """Scroll the view by so many lines (up is negative) within `seconds`, a line or more a frame."""
        self.settle(2.0)
        self.scrolled, self._text = True, ""
        steps = max(1, min(abs(lines), round(seconds / FRAME)))
        for number in range(1, steps + 1):
            self._clock += FRAME
            done, before = ease_in_out(number / steps), ease_in_out((number - 1) / steps)
            if moved := round(lines * done) - round(lines * before):
                self._scrolls.append(CastScroll(time=round(self._clock, 4), lines=moved))

    def idle(self, seconds: float, most: float) -> bool:
        """Listen until nothing was written for `seconds`, which pass on the clock. Return whether that came within `most`."""
        met = self.until(lambda: self.quiet >= seconds, most)
        self._advance(self._event + seconds)
        return met

    def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Listen until `condition` holds, for `seconds` (by the wall) at most, and return whether it held.

        ShellEnded where the shell ends before.
        """
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                return False
            if not self._listen(SAMPLE) and self._shell.ending:
                return self._last(condition)
        return True

    def patiently(self, condition: Callable[[], bool], seconds: float, limit: float | None = None) -> bool:
        """Listen as `until` does, with more time for a program that is still at work, but for one that fills the screen: LONGEST at most.

        At work is what wrote or computed in the last sixth of `seconds`. With a `limit`, it is that many seconds in any case.
        """
        if limit is not None:
            return self.until(condition, limit)
        end = time.monotonic() + MAX_SECONDS
        while not self.until(condition, seconds):
            if self.still > seconds / 6 or self.state.fills or time.monotonic() > end:
                return False
        return True

    def ended(self, seconds: float, limit: float | None = None) -> bool:
        """Listen patiently until the command that was entered has ended, and those that were typed after it, and return whether so."""
        while self.patiently(lambda: self.at_prompt, seconds, limit):
            self.settle(0.3)
            if self.at_prompt:
                return True
        return False

    def settle(self, most: float) -> bool:
        """Listen until programs wait for the person, at most for `most` seconds (by the wall)."""
        return bool(self.ending) or self.until(lambda: self.still >= SETTLED, most)

    def text(self) -> str:
        """Return what the screen says now; secrets are bullets."""
        if self._unshown or not self._text:
            self._show()
            self._text = mask_secrets(self._screen.text(), self._secrets)
        return self._text

    def answer(self, latest: bool) -> str:
        """Return what programs have said on the screen: not what was typed; `latest`: only what came after the last line entered."""
        self._show()
        return mask_secrets(self._screen.answer_text(latest), self._secrets)

    def has_written(self, text: str) -> bool:
        """Return whether `text` was ever written since filming started, however it was coloured and wrapped."""
        return closed_up(text) in closed_up(self.written())

    def written(self) -> str:
        """Return all that was written since filming started, without its colours."""
        return re.sub(CONTROL_SEQUENCES, "", "".join(output.text for output in self._outputs))

    def last_lines(self) -> str:
        """Return the last lines that the screen shows, indented."""
        lines = [line for line in self.text().splitlines() if line.strip()]
        return "\n".join(f"    {line}" for line in lines[-12:])

    @property
    def secrets(self) -> tuple[str, ...]:
        """All that was typed and may not be seen."""
        return tuple(self._secrets)

    def cast(self) -> Asciicast:
        """Return the session so far, with bullets for secrets."""
        texts = mask_stream((output.text for output in self._outputs), self._secrets)
        outputs = tuple(CastOutput(time=o.time, text=text) for o, text in zip(self._outputs, texts, strict=True))
        grid, seconds, scrolls = self._screen.cells, round(self.now, 4), tuple(self._scrolls)
        return Asciicast(columns=grid.columns, rows=grid.rows, duration=seconds, outputs=outputs, scrolls=scrolls)

    def _last(self, condition: Callable[[], bool]) -> bool:
        while self._listen(0.0):
            pass
        if condition():
            return True
        raise ShellEnded(f"the shell has ended; {self.ending}")

    def _advance(self, to: float) -> None:
        self._clock = max(self._clock, to)

    def _send(self, text: str, patience: float = WAKE_SECONDS) -> bool:
        """Send `text`, wait for `patience` seconds for its answer, and return whether one came."""
        if self.scrolled:
            self._scrolls.append(CastScroll(time=round(self._clock, 4), lines=0))
            self.scrolled, self._text = False, ""
        self.state.note_sent(text)
        self._shell.send(text)
        self._begin_waiting(max(patience, AT_ONCE))
        self._heard = self._stirred = time.monotonic()
        return self._answered(patience)

    def _answered(self, patience: float) -> bool:
        """Wait for a first answer, or until somebody is at work on it where none is expected."""
        end = time.monotonic() + patience
        while not (heard := self._listen(SAMPLE / 4)) and time.monotonic() < end and not self.ending:
            if patience <= WAKE_SECONDS and self._shell.works:
                break
        return heard

    def _note_typing(self, key: str) -> None:
        """Let the screen know where is typed, and until where: of a shell's own commands the shell tells it."""
        entered = key in ("\r", "\n")
        if not self.at_prompt and entered == self._typing:
            self._show()
            self._screen.note_typing(begins=not entered)
        self._typing = not self.at_prompt and not entered

    def _begin_waiting(self, at_once: float = AT_ONCE) -> None:
        """Count what happens next from here."""
        self._event, self._worked = self._clock, 0.0
        self._wait.begin()
        self._computed = self._shell.computed or 0.0
        self._sampled, self._idle, self._at_once = time.monotonic(), False, at_once

    def _listen(self, seconds: float) -> bool:
        """Hear what is written within `seconds`, and return whether there was something."""
        data = self._shell.read(seconds)
        self._account(bool(data))
        if data:
            self._hear(self._decoder.decode(data))
        return bool(data)

    def _account(self, heard: bool) -> None:
        """Add the time since the last look to what programs waited, or to what they worked."""
        moment, works = time.monotonic(), self._shell.works
        idle = self.quiet > UNKNOWN if works is None else not works
        passed = moment - self._sampled
        if self._idle if heard else idle:
            self._wait.add(passed, sure=self._idle and not heard)
        else:
            self._worked += passed
            self._wait.add_work(passed)
        self._sampled, self._idle = moment, idle
        if heard or not idle:
            self._stirred = moment
        if heard:
            self._heard = moment

    def _hear(self, text: str) -> None:
        at_once = self._wait.seconds < self._at_once
        waited = self._wait.end()
        elapsed = (0.0 if at_once else waited) + _beyond_grace(self._work())
        self._at_once = 0.0
        if elapsed > 0:
            self._advance(self._event + elapsed)
            self._event, self._worked, self._computed = self._clock, 0.0, self._shell.computed or 0.0
        self._write_down(text)
        self.state.note_heard(text)
        self._unshown += text
        if _QUESTION.search(self._tail + text):
            self._show()
        self._tail = text[-64:]

    def _work(self) -> float:
        """Return the seconds that programs have computed: of the processor, so that a busy machine makes them no longer."""
        computed = self._shell.computed
        return self._worked if computed is None else computed - self._computed

    def _write_down(self, text: str) -> None:
        moment = round(self._clock, 4)
        if self._outputs and self._outputs[-1].time == moment:
            text = self._outputs.pop().text + text
        self._outputs.append(CastOutput(time=moment, text=text))

    def _show(self) -> None:
        """Feed the screen what it has not seen yet; the time that takes is nobody's."""
        unshown, self._unshown = self._unshown, ""
        if unshown:
            self._text = ""
        if unshown and (answer := self._screen.write(unshown.encode())):
            self._shell.send(answer)
            self._stirred = time.monotonic()
        self._sampled = time.monotonic()


def _beyond_grace(seconds: float) -> float:
    return max(0.0, round((seconds - GRACE) / FRAME) * FRAME)
