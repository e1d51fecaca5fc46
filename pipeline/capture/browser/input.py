"""What a person's hands do: the mouse and the keyboard, one event at a time."""

from dataclasses import dataclass
from typing import Literal, Protocol, override

from ..hand import Point
from .tabs import BrowserTabs

Button = Literal["left", "right", "middle"]


class Hands(Protocol):
    """The mouse and the keyboard at a page."""

    def move(self, to: Point) -> None:
        """Move the pointer to `to` (CSS px)."""
        ...

    def press(self, button: Button, times: int) -> None:
        """Press a button down, for the `times`-th time in a row."""
        ...

    def release(self, button: Button, times: int) -> None:
        """Let the button come up again."""
        ...

    def key(self, name: str) -> None:
        """Press a key or several together (``Control+S``), by Playwright's names, and let go of them."""
        ...

    def write(self, char: str) -> None:
        """Type a character."""
        ...


@dataclass(frozen=True)
class InputDevices(Hands):
    """Events of a real page, which come back before what they ask is answered."""

    tabs: BrowserTabs

    @override
    def move(self, to: Point) -> None:
        self.tabs.page.mouse.move(*to)

    @override
    def press(self, button: Button, times: int) -> None:
        self.tabs.do(lambda mouse: mouse.down(button, times), self.tabs.page.mouse)

    @override
    def release(self, button: Button, times: int) -> None:
        self.tabs.do(lambda mouse: mouse.up(button, times), self.tabs.page.mouse)

    @override
    def key(self, name: str) -> None:
        self.tabs.do(lambda keyboard: keyboard.press(name, None), self.tabs.page.keyboard)

    @override
    def write(self, char: str) -> None:
        self.tabs.do(lambda keyboard: keyboard.type(char, None), self.tabs.page.keyboard)
