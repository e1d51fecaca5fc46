"""A person's own recordings as a voice."""

from pathlib import Path

from pydantic import Field

from ...services.http import HttpClient
from ...services.policy import ProviderPolicy
from ...services.provider import Lane
from ...services.registry import Registry
from ...services.usage import ConnectionTest
from ...services.voice import Need, VoiceContext, VoiceProvider, VoiceRequest, VoiceTake
from ...voice.recorded_line import align_recorded_part, whole_line, with_rests
from ...voice.service_voice import write_take


class RecordingSettings(ProviderPolicy):
    """A person's own recordings."""

    folder: str = Field("recordings", min_length=1, description="The folder of the episode with the recordings")


class RecordingProvider(VoiceProvider[RecordingSettings]):
    """Takes a line from a recording. `voice` means nothing to it."""

    name, settings, local = "recording", RecordingSettings, True
    needs: frozenset[Need] = frozenset({"language", "recording", "transcription"})

    def speak(
        self, context: VoiceContext, settings: RecordingSettings, request: VoiceRequest, folder: Path
    ) -> VoiceTake:
        """Find the words in the recording and return the take of it."""
        timed = align_recorded_part(context.episode, request, context.listener)
        take = write_take(folder, (whole_line(request),), [with_rests(timed, request.pauses)])
        return take.model_copy(update={"synthetic": False})

    def lane(self, settings: RecordingSettings) -> Lane | None:
        """Return none: nobody is asked."""
        return None

    def test(self, settings: RecordingSettings, http: HttpClient) -> ConnectionTest:
        """Return that it works: there is nothing that could be out of reach."""
        return ConnectionTest(ok=True, what=f"recordings are looked for in the episode's folder {settings.folder}")


def providers(registry: Registry) -> None:
    """Add the voice."""
    registry.add(RecordingProvider())
