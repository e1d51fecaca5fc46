"""What a shell's output tells of it: whether it waits for a command, how commands ended, what programs want of the terminal."""

import re
import signal

_MARK = re.compile(r"\x1b\]133;([ABCD])(?:;(\d+))?[^\x07\x1b]*(?:\x07|\x1b\\)")
_MODES = re.compile(r"\x1b\[\?([\d;]+)([hl])")
_CURSOR_KEYS = "1"
"""The mode in which the keys that move a cursor are sent differently (DECCKM)."""
_OTHER_SCREEN = "1049"
"""The mode of programs that fill the screen, and give it back as it was."""
_PASTED = "2004"
"""The mode in which a program wants to know what is pasted, and not typed."""
_ENDING_KEYS = frozenset("\x03\x1a\x1c")
"""Ctrl+C, Ctrl+Z, Ctrl+\\: with them a person ends or stops a program."""
_ENTERING = ("\r", "\n")
REFUSED = 2
"""The status of a line that a shell can't read: that of bash's."""
STOPPED_STATUS = 128 + getattr(signal, "SIGSTOP", 19)
"""The status of a program that somebody has stopped, and the shell put into the background."""


class ShellState:
    """What is known of a shell from what was sent to it and what was heard of it.

    `refuses`: the shell has no status for a line that it can't read, and runs nothing (fish).

    `status`: how the last command ended; `was_stopped`: one was stopped by somebody else (SIGSTOP); `application`, `fills`,
    `brackets`: whether cursor keys are sent differently, a program has taken the whole screen, and wants pasted text in brackets.
    """

    def __init__(self, refuses: bool = False) -> None:
        self._refuses, self._line = refuses, ""
        self.status: int | None = None
        self.application = self.fills = self.brackets = self.was_stopped = False
        self._prompts = self._prompts_at_enter = 0
        self._tail = ""
        self._begun = self._runs = self._ended_by_hand = False
        self._ended: list[int] = []

    @property
    def at_prompt(self) -> bool:
        """Whether the shell waits for a command (and not a program for its input)."""
        return self._prompts > self._prompts_at_enter

    def note_sent(self, keys: str) -> None:
        """Note what is sent to the shell, just before."""
        self._line += keys
        if any(key in keys for key in _ENTERING):
            self._begun = True
        if not _ENDING_KEYS.isdisjoint(keys):
            self._ended_by_hand, self._line = True, ""

    def note_enter(self) -> None:
        """Note that a line is entered: what is waited for is the prompt after it."""
        self._prompts_at_enter = self._prompts

    def note_heard(self, text: str) -> None:
        """Note what was heard next."""
        before, whole = len(self._tail), self._tail + text
        for mark in _MARK.finditer(whole):
            if mark.end() > before:
                self._note_mark(mark[1], mark[2])
        for mode in _MODES.finditer(whole):
            if mode.end() > before:
                set_, modes = mode[2] == "h", mode[1].split(";")
                self.application = set_ if _CURSOR_KEYS in modes else self.application
                self.fills = set_ if _OTHER_SCREEN in modes else self.fills
                self.brackets = set_ if _PASTED in modes else self.brackets
        self._tail = text[-64:]

    def take_ended(self) -> tuple[int, ...]:
        """Return how commands have ended since this was asked last, without those that a person has ended."""
        ended, self._ended, self.was_stopped = tuple(self._ended), [], False
        return ended

    def _note_mark(self, kind: str, status: str | None) -> None:
        """Note a mark: a status that is told once more, with a prompt that is drawn again, is no other command's."""
        if kind == "C":
            self._begun = self._runs = True
            self._ended_by_hand, self._prompts_at_enter = False, self._prompts
        elif kind == "B":
            self._prompts += 1
        elif kind == "D" and status and self._begun:
            entered = self._line.strip() and not self._line.startswith("#")
            refused = self._refuses and entered and not self._runs
            self.status = REFUSED if refused else int(status)
            self.was_stopped = self.status == STOPPED_STATUS and not self._ended_by_hand
            if not self._ended_by_hand:
                self._ended.append(self.status)
            self._begun = self._runs = self._ended_by_hand = False
            self._line = ""
        elif kind == "D":
            self._ended_by_hand = False
