"""What a person's hands do: the mouse and the keyboard, one event at a time."""

from dataclasses import dataclass
from typing import Literal

from ..pointer import Point
from .screen import Screen

Button = Literal["left", "right", "middle"]


@dataclass(frozen=True)
class Hand:
    """Events of a real page, which come back before what they ask is answered."""

    screen: Screen

    def move(self, to: Point) -> None:
        """The pointer to `to` (CSS px)."""
        self.screen.page.mouse.move(*to)

    def press(self, button: Button, times: int) -> None:
        """A button goes down, for the `times`-th time in a row."""
        self.screen.do(lambda mouse: mouse.down(button, times), self.screen.page.mouse)

    def release(self, button: Button, times: int) -> None:
        """It comes up again."""
        self.screen.do(lambda mouse: mouse.up(button, times), self.screen.page.mouse)

    def key(self, name: str) -> None:
        """A key or several together (``Control+S``), by Playwright's names, down and up."""
        self.screen.do(lambda keyboard: keyboard.press(name, None), self.screen.page.keyboard)

    def write(self, char: str) -> None:
        """A character."""
        self.screen.do(lambda keyboard: keyboard.type(char, None), self.screen.page.keyboard)
