"""Who listens to recordings whose words can't be found otherwise: the service that is set, else Lectern's own ear."""

from ..episode.settings import Settings
from ..episode.voices import TranscriptionChoice
from .whisper_process import ear_installed

OWN_EAR = "whisper"
"""The name of Lectern's own ear among the transcriptions."""


def transcription_of(settings: Settings) -> TranscriptionChoice | None:
    """Return the transcription of the settings; without one, Lectern's own ear if it is installed (None: it is not)."""
    if settings.transcription or not ear_installed():
        return settings.transcription
    return TranscriptionChoice(provider=OWN_EAR)
