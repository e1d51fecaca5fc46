"""The seam where a still face comes to life: a portrait goes in; a few seconds of head movement and blinking come out."""

from pathlib import Path
from typing import Protocol

from pydantic import BaseModel

from ..model import Frozen
from .prediction import ServiceBench
from .usage import Usage


class Filmed(Frozen):
    """A clip's file (in the folder it was asked for), and what it cost. `synthetic`: a model drew its pictures."""

    file: str
    usage: Usage | None = None
    synthetic: bool = True


class MotionProvider(Protocol):
    """Makes a portrait move. `settings` is the type of its own settings, declared once."""

    name: str
    settings: type[BaseModel]

    def animate(self, bench: ServiceBench, settings: BaseModel, portrait: Path, fps: int, folder: Path) -> Filmed:
        """Writes a clip of `portrait` (PNG) into `folder`; `fps` is the film's, a provider may have its own."""
        ...

    def cost(self, settings: BaseModel) -> Usage | None:
        """What a clip would use; None where nothing is contacted."""
        ...
