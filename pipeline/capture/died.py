"""The end of a browser that was still needed; told without loading what drives one."""

from collections.abc import Callable
from pathlib import Path

from ..errors import LecternError


class BrowserDied(LecternError):
    """The browser was ended while it was used: for want of memory, or by somebody. `picture`: the file that shows the moment."""

    def __init__(self, message: str, picture: Path | None = None) -> None:
        self.picture = picture
        super().__init__(message)


def outliving[T](make: Callable[[], T], attempts: int, tidy: Callable[[], None] = lambda: None) -> T:
    """What `make` makes; where its browser dies, `tidy` clears what is left and it begins again, `attempts` times in all."""
    for _ in range(attempts - 1):
        try:
            return make()
        except BrowserDied:
            tidy()
    return make()
