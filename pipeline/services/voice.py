"""The seam where voices plug in."""

from pathlib import Path
from typing import Protocol

from pydantic import BaseModel

from ..voice.take import VoiceRequest, VoiceTake


class VoiceProvider(Protocol):
    """Speaks a line.

    `settings` is the type of the provider's own settings, declared once; forms and help are generated from it.
    """

    name: str
    settings: type[BaseModel]

    def speak(self, request: VoiceRequest, folder: Path) -> VoiceTake:
        """Writes the recording into `folder` and returns its take; raises LecternError with the way out."""
        ...
