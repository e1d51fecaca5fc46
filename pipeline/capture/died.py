"""The end of a browser that was still needed; told without loading what drives one."""

from pathlib import Path

from ..errors import LecternError


class BrowserDied(LecternError):
    """The browser was ended while it was used: for want of memory, or by somebody. `picture`: the file that shows the moment."""

    def __init__(self, message: str, picture: Path | None = None) -> None:
        self.picture = picture
        super().__init__(message)
