"""The seam where lips are moved: a face and a voice go in; a clip of the face that says it comes out."""

from pathlib import Path
from typing import Literal, Protocol

from pydantic import BaseModel

from .prediction import ServiceBench
from .usage import Usage
from .video import Filmed

Takes = Literal["picture", "video"]
"""What a lip-sync starts from: the portrait, or a clip as long as the voice."""


class LipsProvider(Protocol):
    """Moves lips. `settings` is the type of its own settings, declared once."""

    name: str
    settings: type[BaseModel]

    def takes(self, settings: BaseModel) -> Takes:
        """What it wants as the face."""
        ...

    def sync(
        self, bench: ServiceBench, settings: BaseModel, face: Path, speech: Path, seconds: float, folder: Path
    ) -> Filmed:
        """Writes a clip into `folder` in which `face` says `speech` (WAV, `seconds` long), starting with it."""
        ...

    def cost(self, settings: BaseModel, seconds: float) -> Usage | None:
        """What it would use; None where nothing is contacted."""
        ...
