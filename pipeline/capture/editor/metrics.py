"""How an editor fills its content, in whole pixels: tabs, lines of letters, and a terminal below where one is used."""

import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from ...base.geometry import Size

FONT_PIXELS = 30
"""Size of the letters in px at scale 1."""
TAB_STOP = 4
"""Columns from one tab stop to the next."""


@dataclass(frozen=True)
class EditorMetrics:
    """Lengths in px for a content of `size` px; `digits` is how many a line's number may have."""

    size: Size
    scale: float = 1.0
    digits: int = 3

    @property
    def letters(self) -> int:
        """The size of the letters: such that a letter is a whole number of px wide (JetBrains Mono: 3 to 5)."""
        return max(5, 5 * round(FONT_PIXELS * self.scale / 5))

    @property
    def letter(self) -> tuple[int, int]:
        """A letter's width and a line's height."""
        return self.letters * 3 // 5, round(self.letters * 1.48)

    @property
    def tabs(self) -> int:
        """The height of the row of tabs (px)."""
        return round(self.letters * 2.1)

    @property
    def gutter(self) -> int:
        """The width of the column of line numbers (px)."""
        return (self.digits + 3) * self.letter[0]

    @property
    def above(self) -> int:
        """What is free above the first visible line: no more than is free below the letters of the one before."""
        return self.letters // 6

    @property
    def below(self) -> int:
        """How far the last line may be scrolled up."""
        return 6 * self.letter[1]

    @property
    def cell(self) -> tuple[int, int]:
        """A cell of the terminal: letters of the same size, lines that touch.

        What is above a letter and what is below are rounded one by one where they are drawn: 26 and 8 px of 25.5 and 7.5.
        """
        drawn = (self.letters * 102 + 50) // 100 + (self.letters * 30 + 50) // 100
        return self.letter[0], max(-(-self.letters * 132 // 100), drawn)

    @property
    def terminal(self) -> tuple[int, int]:
        """Columns and rows of the terminal."""
        return (self.size[0] - 2 * self.letters) // self.cell[0], max(1, (self.panel - self.letters) // self.cell[1])

    @property
    def panel(self) -> int:
        """The height of the terminal and what is free around it: a good third, and what whole lines leave."""
        wanted = max(4, round(0.36 * self.size[1] / self.cell[1])) * self.cell[1]
        return self.size[1] - self.tabs - self._of_lines(self.size[1] - self.tabs - wanted)

    def room(self, panel: bool) -> tuple[int, int]:
        """Return the width and height of the part of the file that is visible: whole lines."""
        return self.size[0] - self.gutter, self._of_lines(self.size[1] - self.tabs - (self.panel if panel else 0))

    def _of_lines(self, height: int) -> int:
        return self.above + max(1, (height - self.above) // self.letter[1]) * self.letter[1]


def text_columns(text: str) -> int:
    """Return about how many letters wide `text` is drawn: wide letters are two, a tab goes to the next stop.

    How wide it is to the pixel, the page that draws it knows (`EditorSnapshot.edges`).
    """
    count = 0
    for before, letter in pairwise(" " + text):
        count += TAB_STOP - count % TAB_STOP if letter == "\t" else _letter_columns(letter, before)
    return count


def _letter_columns(letter: str, before: str) -> int:
    if (
        unicodedata.category(letter) in ("Mn", "Me", "Cf")
        or before == "\u200d"
        or "\U0001f3fb" <= letter <= "\U0001f3ff"
    ):
        return int(
            letter == "\ufe0f" and unicodedata.east_asian_width(before) not in "WF"
        )  # a sign that becomes a picture
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
