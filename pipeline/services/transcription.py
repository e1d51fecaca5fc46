"""The seam where transcription plugs in: a recording goes in; the words that were heard come out, with their times."""

import hashlib
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..errors import LecternError
from ..model import Frozen
from .dealings import is_charged
from .http import Answer, Http, Service
from .ledger import Ledger
from .usage import Tested, Usage


class TranscriptionRequest(Frozen):
    """`wav` are the bytes of a WAV file; `language` a code ("en-us"); `prompt` what is expected to be said."""

    wav: bytes
    language: str = "en"
    prompt: str = ""


class HeardWord(Frozen):
    """A word as the service spells it, in seconds from the start of the recording."""

    word: str
    start: float
    end: float


class Transcript(Frozen):
    """What was heard; `words` is empty where the service tells no times."""

    text: str
    words: tuple[HeardWord, ...]


class Transcriber(Protocol):
    """Writes down what is said."""

    name: str
    settings: type[BaseModel]

    def transcribe(self, request: TranscriptionRequest) -> Transcript:
        """The transcript; raises LecternError with the way out."""
        ...

    def cost(self, seconds: float) -> Usage | None:
        """What so many seconds would use; None where they are free."""
        ...


class TranscriptionSettings(BaseModel):
    """Which service writes down what is said."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str = Field("https://api.openai.com/v1", description="Where the service is")
    model: str = Field("whisper-1", description="The model that listens; it has to tell the times of words")
    timeout: float = Field(120.0, gt=0, le=3600, description="Seconds to wait for an answer")
    price: float | None = Field(None, ge=0, description="What a minute costs; unset: unknown, or free on this computer")
    currency: str = Field("USD", description="The currency of the price")

    @property
    def identity(self) -> str:
        """What its results depend on."""
        return f"{self.base_url} {self.model}"


class OpenAITranscription:
    """``POST /audio/transcriptions`` with ``verbose_json`` (openai-openapi 2.3.0): OpenAI, LocalAI, whisper servers.

    With a ledger, a paid recording is sent once, whatever happens to this process.
    """

    name = "openai"
    settings = TranscriptionSettings

    def __init__(
        self, http: Http, settings: TranscriptionSettings = TranscriptionSettings(), ledger: Ledger | None = None
    ) -> None:
        self._http, self._settings, self._ledger = http, settings, ledger

    def transcribe(self, request: TranscriptionRequest) -> Transcript:
        """Sends the recording and reads the answer."""
        service = self._service()
        if self._ledger is None or not service.paid:
            return _transcript(service, self._answer(service, request))
        key = hashlib.sha256(_identity(self._settings, request)).hexdigest()[:20]
        what = f"{service.name} to write down a recording"
        kept = self._ledger.once(f"heard-{key}", what, lambda: self._good(service, request))
        return _transcript(service, Answer(body=kept))

    def cost(self, seconds: float) -> Usage | None:
        """What so many seconds would use; None where they are free."""
        if not self._service().paid:
            return None
        price = None if self._settings.price is None else self._settings.price * seconds / 60
        model, currency = self._settings.model, self._settings.currency
        return Usage(service="Transcription", model=model, seconds=seconds, price=price, currency=currency)

    def test(self) -> Tested:
        """Whether it answers, found out by asking for its models, which is free."""
        service = self._service()
        try:
            self._http.get(service, "/models").json(service)
        except LecternError as error:
            return Tested(ok=False, what=str(error))
        return Tested(ok=True, what=f"{service.name} answers at {service.base}")

    def _service(self) -> Service:
        base, price = self._settings.base_url, self._settings.price
        return Service(name="Transcription", base=base, paid=is_charged(price, base), timeout=self._settings.timeout)

    def _good(self, service: Service, request: TranscriptionRequest) -> bytes:
        """An answer that can be read: only such a one is kept."""
        answer = self._answer(service, request)
        _transcript(service, answer)
        return answer.body

    def _answer(self, service: Service, request: TranscriptionRequest) -> Answer:
        language = request.language.replace("_", "-").partition("-")[0].lower()
        told = {"model": self._settings.model, "language": language, "prompt": request.prompt}
        form = {"response_format": "verbose_json", "timestamp_granularities[]": "word"}
        form |= {name: value for name, value in told.items() if value}
        files = {"file": ("line.wav", request.wav, "audio/wav")}
        return self._http.submit(service, "/audio/transcriptions", form=form, files=files)


def _transcript(service: Service, answer: Answer) -> Transcript:
    found: Any = answer.json(service)
    try:
        words = tuple(HeardWord(word=str(w["word"]), start=w["start"], end=w["end"]) for w in found.get("words") or ())
        return Transcript(text=str(found.get("text") or ""), words=words)
    except (AttributeError, KeyError, TypeError, ValidationError):
        raise LecternError(
            f"{service.name} at {service.base} sent an answer of another shape than OpenAI's verbose_json; "
            "is it a service of that kind?"
        ) from None


def _identity(settings: TranscriptionSettings, request: TranscriptionRequest) -> bytes:
    said = (settings.identity, request.language, request.prompt)
    return b"\0".join([*(text.encode() for text in said), request.wav])
