"""OpenAI's transcription, and the servers that speak like it: LocalAI, whisper servers."""

import io
import wave
from typing import Any

from pydantic import Field, ValidationError

from ..base.errors import LecternError
from ..base.files import digest
from ..services.connection_test import probe_connection
from ..services.http import HttpClient, HttpResponse, Service
from ..services.policy import is_charged
from ..services.registry import Registry
from ..services.transcription import (
    TranscribedWord,
    Transcript,
    TranscriptionContext,
    TranscriptionProvider,
    TranscriptionRequest,
    TranscriptionSettings,
)
from ..services.usage import ConnectionTest


class OpenAITranscriptionSettings(TranscriptionSettings):
    """OpenAI's transcription, and servers that speak like it."""

    base_url: str = Field("https://api.openai.com/v1", description="Where the service is")
    model: str = Field("whisper-1", description="The model that transcribes; it has to return the times of words")


class OpenAITranscription(TranscriptionProvider[OpenAITranscriptionSettings]):
    """``POST /audio/transcriptions`` with ``verbose_json`` (openai-openapi 2.3.0).

    A paid recording is sent once, whatever happens to this process.
    """

    name, label, settings = "openai", "Transcription", OpenAITranscriptionSettings
    keys = {"api.openai.com": ("OPENAI_API_KEY",)}

    def transcribe(
        self, context: TranscriptionContext, settings: OpenAITranscriptionSettings, request: TranscriptionRequest
    ) -> Transcript:
        """Send the recording and read the answer."""
        service = self.service(settings)
        if not service.paid:
            return _transcript(service, _answer(context.http, service, settings, request))

        def good() -> bytes:
            answer = _answer(context.http, service, settings, request)
            _transcript(service, answer)  # only an answer that can be read is kept
            return answer.body

        texts = (self.identity(settings), request.language, request.prompt)
        key = digest(b"\0".join([*(text.encode() for text in texts), request.wav]), 20)
        what, used = f"{service.name} to transcribe a recording", self.cost(settings, _seconds(request.wav))
        kept = context.ledger.once(f"heard-{key}", what, good, used)
        return _transcript(service, HttpResponse(body=kept))

    def identity(self, settings: OpenAITranscriptionSettings) -> str:
        """Return what a transcript depends on: where it is made, and by which model."""
        return f"{settings.base_url} {settings.model}"

    def test(self, settings: OpenAITranscriptionSettings, http: HttpClient) -> ConnectionTest:
        """Ask for the models, which is free."""
        found = probe_connection(http, self.service(settings), "/models")
        return found.model_copy(update={"voices": ()})

    def service(self, settings: OpenAITranscriptionSettings) -> Service:
        """Return the service as `HttpClient` needs to know it."""
        return settings.service(self.title, paid=is_charged(settings.price, settings.base_url))


def _seconds(wav: bytes) -> float:
    """Return the length of a recording."""
    try:
        with wave.open(io.BytesIO(wav)) as opened:
            return float(opened.getnframes() / opened.getframerate())
    except (wave.Error, EOFError):
        return 0.0


def _answer(
    http: HttpClient, service: Service, settings: OpenAITranscriptionSettings, request: TranscriptionRequest
) -> HttpResponse:
    language = request.language.replace("_", "-").partition("-")[0].lower()
    optional = {"model": settings.model, "language": language, "prompt": request.prompt}
    form = {"response_format": "verbose_json", "timestamp_granularities[]": "word"}
    form |= {name: value for name, value in optional.items() if value}
    files = {"file": ("line.wav", request.wav, "audio/wav")}
    return http.submit(service, "/audio/transcriptions", form=form, files=files)


def _transcript(service: Service, answer: HttpResponse) -> Transcript:
    found: Any = answer.json(service)
    try:
        words = tuple(
            TranscribedWord(word=str(w["word"]), start=w["start"], end=w["end"]) for w in found.get("words") or ()
        )
        return Transcript(text=str(found.get("text") or ""), words=words)
    except (AttributeError, KeyError, TypeError, ValidationError):
        raise LecternError(
            f"{service.name} at {service.base} sent an answer of another shape than OpenAI's verbose_json; "
            "is it a service of that kind?"
        ) from None


def providers(registry: Registry) -> None:
    """Add the transcription."""
    registry.add(OpenAITranscription())
