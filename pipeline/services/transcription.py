"""The seam where transcription plugs in: a recording goes in; the words that were heard come out, with their times."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Protocol

from pydantic import BaseModel, Field

from ..base.frozen import Frozen
from .http import HttpClient
from .ledger import Ledger
from .policy import BOOKKEEPING, RemotePolicy, is_charged
from .provider import Provider
from .usage import Usage


class TranscriptionRequest(Frozen):
    """`wav` are the bytes of a WAV file; `language` a code ("en-us"); `prompt` what is expected to be said."""

    wav: bytes
    language: str = "en"
    prompt: str = ""


class TranscribedWord(Frozen):
    """A word as the service spells it, in seconds from the start of the recording."""

    word: str
    start: float
    end: float


class Transcript(Frozen):
    """What was heard; `words` is empty where the service tells no times."""

    text: str
    words: tuple[TranscribedWord, ...]


class Transcriber(Protocol):
    """Transcribes speech: a provider with its settings."""

    def transcribe(self, request: TranscriptionRequest) -> Transcript:
        """Return the transcript. Raises LecternError with the way out."""
        ...

    def cost(self, seconds: float) -> Usage | None:
        """Return what so many seconds would use; None where they are free."""
        ...


class TranscriptionSettings(RemotePolicy):
    """What can be set for a service that transcribes speech."""

    price: float | None = Field(None, ge=0, description="What a minute costs; unset: unknown, or free on this computer")
    currency: str = Field("USD", description="The currency of the price")


@dataclass(frozen=True)
class TranscriptionContext:
    """What a provider may use while it listens: services, and the ledger of paid requests."""

    http: HttpClient
    ledger: Ledger


class TranscriptionProvider[S: BaseModel](Provider[S]):
    """Transcribes speech, with the times of words."""

    kind, family, sends = "transcription", "transcription", "recordings whose words can't be found otherwise"

    @abstractmethod
    def transcribe(self, context: TranscriptionContext, settings: S, request: TranscriptionRequest) -> Transcript:
        """Return the transcript. Raises LecternError with the way out."""

    def cost(self, settings: S, seconds: float) -> Usage | None:
        """Return what so many seconds would use; None where they are free. `price` is that of a minute."""
        if not isinstance(settings, TranscriptionSettings) or not is_charged(settings.price, settings.base_url):
            return None
        price = None if settings.price is None else settings.price * seconds / 60
        model = str(getattr(settings, "model", ""))
        return Usage(service=self.title, model=model, seconds=seconds, price=price, currency=settings.currency)

    def identity(self, settings: S) -> str:
        """Return what a transcript depends on besides the recording: takes are made again when it changes."""
        return f"{self.name} {settings.model_dump_json(exclude=set(BOOKKEEPING))}"


@dataclass(frozen=True)
class ConfiguredTranscriber[S: BaseModel]:
    """A provider with its settings: a `Transcriber`."""

    provider: TranscriptionProvider[S]
    settings: S
    context: TranscriptionContext

    def transcribe(self, request: TranscriptionRequest) -> Transcript:
        """Return the transcript. Raises LecternError with the way out."""
        return self.provider.transcribe(self.context, self.settings, request)

    def cost(self, seconds: float) -> Usage | None:
        """Return what so many seconds would use; None where they are free."""
        return self.provider.cost(self.settings, seconds)
