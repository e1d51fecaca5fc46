"""The seam where pictures are generated: words go in; a picture comes out."""

from pathlib import Path
from typing import Protocol

from pydantic import BaseModel

from ..model import Frozen
from .prediction import ServiceBench
from .usage import Usage


class Drawn(Frozen):
    """A picture's file (PNG or JPEG, in the folder it was asked for), and what it cost."""

    file: str
    usage: Usage | None = None


class ImageProvider(Protocol):
    """Makes pictures of words. `settings` is the type of its own settings, declared once."""

    name: str
    settings: type[BaseModel]

    def draw(self, bench: ServiceBench, settings: BaseModel, prompt: str, folder: Path) -> Drawn:
        """Writes a picture of `prompt` into `folder`; raises LecternError with the way out."""
        ...

    def cost(self, settings: BaseModel) -> Usage | None:
        """What a picture would use; None where nothing is contacted."""
        ...
