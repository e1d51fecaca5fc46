"""The seam where voices plug in: a line of narration goes in; a recording with its times comes out."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

from ..base.frozen import Frozen
from .http import HttpClient
from .ledger import Ledger
from .policy import ProviderPolicy, ServicePolicy, is_charged
from .provider import Provider
from .transcription import Transcriber
from .usage import Usage

Tier = Literal["service", "alignment", "transcription", "loudness"]
"""Where the times come from, best first."""

TIERS: tuple[Tier, ...] = ("service", "alignment", "transcription", "loudness")

CONFIDENT = 0.5
"""The confidence from which times are good to use; the report names lines below it."""

PACE = 15.0
"""Characters that are said in a second, about; for estimates alone."""

Need = Literal["language", "context", "recording", "emphasis", "transcription", "phonemes", "lexicon"]
"""What a provider wants to know besides the words: the narration's language, the lines around, a person's recording,
which words are emphasised, a transcriber for words whose times are not sure, an author's phonemes as they are (otherwise they come as
letters), and the state of the lexicon by which it reads."""


class SpokenWord(Frozen):
    """When word `index` of the line is heard, in seconds from the start of the recording."""

    index: int
    start: float
    end: float


class Phoneme(Frozen):
    """One IPA phoneme as heard, in seconds from the start of the recording."""

    symbol: str
    start: float
    end: float


class RecordedSource(Frozen):
    """A person's recording: its `file` (relative to the episode) and the hash of its bytes.

    One of a whole scene also holds the words `before` and `after` those of the line.
    """

    file: str
    digest: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


class VoiceReference(Frozen):
    """A cloned voice of the person's: its name, and its recording by `file` (in the profile) and `digest`, if one goes with each line."""

    name: str
    file: str = ""
    digest: str = ""


def _is_unset(value: object) -> bool:
    return not value


class VoiceRequest(Frozen):
    """All that a recording of one line depends on.

    `words` are as they are spoken (respelled where the author says so); `pauses` are (index of the word before which
    the voice rests, seconds), index `len(words)` meaning after the last; `voice` names the provider's voice and
    `settings` are the provider's own, validated by it.

    What follows is there only for providers that declare the need, and is otherwise left out of the take's key:
    `language`; `previous` and `next`, what the same speaker says around this line; `recording`; `emphasis`, the indices
    of the words to be stressed; `transcription`, which service transcribes lines whose times are not sure; `lexicon`,
    the hash of the lexicon by which phonemes are found. `plugin` is the hash of the file that the provider comes from.
    `reference` is the recording of a cloned voice that goes with each line.

    `bookkeeping` are the character's settings that no recording depends on; they are no part of the take's key either.
    """

    provider: str
    voice: str
    settings: tuple[tuple[str, str], ...] = ()
    words: tuple[str, ...]
    pauses: tuple[tuple[int, float], ...] = ()
    plugin: str = Field("", exclude_if=_is_unset)
    language: str = Field("", exclude_if=_is_unset)
    previous: str = Field("", exclude_if=_is_unset)
    next: str = Field("", exclude_if=_is_unset)
    recording: RecordedSource | None = Field(None, exclude_if=_is_unset)
    emphasis: tuple[int, ...] = Field((), exclude_if=_is_unset)
    transcription: str = Field("", exclude_if=_is_unset)
    reference: VoiceReference | None = Field(None, exclude_if=_is_unset)
    lexicon: str = Field("", exclude_if=_is_unset)
    bookkeeping: tuple[tuple[str, str], ...] = Field((), exclude_if=_is_unset)


class VoiceTake(Frozen):
    """A recording: `audio` is the file's name in the take's folder (WAV, mono, 48 kHz, 16 bit).

    `synthetic`: no person said it this way (synthesised, cloned or converted), which the description of the film says. `listening` is what
    finding its times used, and `note` says what went wrong with that. `unlike` is what a person's recording says otherwise
    than the script, in sentences.
    """

    audio: str
    duration: float
    words: tuple[SpokenWord, ...]
    phonemes: tuple[Phoneme, ...]
    tier: Tier
    confidence: float = 1.0
    usage: Usage | None = None
    synthetic: bool = True
    listening: Usage | None = Field(None, exclude_if=_is_unset)
    note: str = Field("", exclude_if=_is_unset)
    unlike: tuple[str, ...] = Field((), exclude_if=_is_unset)


@dataclass(frozen=True)
class VoiceContext:
    """What a provider may use while it speaks: the episode's folder, services, and the ledger of paid requests.

    `request` is a name for what is being made, unique to it; `report(done)` raises where it is not wanted any more.
    `programs` is a copy of the episode's files, in which its programs run (None: the episode itself).
    `listener` transcribes lines whose times are not sure (None: they stay so). `processes` make lines beside each other.
    """

    episode: Path
    ledger: Ledger
    request: str
    http: HttpClient = HttpClient()
    listener: Transcriber | None = None
    processes: int = 1
    report: Callable[[float], None] = lambda done: None
    programs: Path | None = None

    def at_once(self, settings: ProviderPolicy) -> int:
        """Return how many parts of a line to ask for at once, so that all processes together keep to `parallel`."""
        return settings.parallel // min(self.processes, settings.parallel)


class VoiceServiceSettings(ServicePolicy):
    """What can be set for a voice behind HTTP."""

    price: float | None = Field(None, ge=0, description="What 1000 characters cost; unset: unknown")


class OfferedVoice(Frozen):
    """A voice that a provider has: its name there, the language that it speaks (a code like ``en-GB``), and whose it sounds like."""

    voice: str
    language: str
    sex: Literal["woman", "man", ""] = ""


class VoiceProvider[S: BaseModel](Provider[S]):
    """Speaks lines of narration.

    `needs` are what it wants to know besides the words. `default_voice` speaks for characters that name no voice. `voices` are
    those that come with Lectern, under `licence`; it speaks about `speed` seconds in a second of one processor (None: unknown).
    """

    kind, family, sends = "voice", "voice", "what {character} says"

    needs: frozenset[Need] = frozenset()
    default_voice: str = ""
    exact: bool = False
    """Whether it follows rules, and so never drops or garbles what it is given."""
    levelled: bool = False
    """Whether its recordings are as loud as all lines already (`limit_level`)."""
    voices: tuple[str, ...] = ()
    licence: str = ""
    speed: float | None = None

    @abstractmethod
    def speak(self, context: VoiceContext, settings: S, request: VoiceRequest, folder: Path) -> VoiceTake:
        """Write the recording into `folder` and return its take. Raises LecternError with the way out."""

    def voice_in(self, language: str, voice: str) -> str:
        """Return who speaks `language` in place of `voice`, where nobody has chosen a voice: by default the same."""
        return voice

    def language_fault(self, settings: S, voice: str, language: str, text: str) -> str:
        """Return why `voice` can't speak `text` of `language` (a code like ``de``), and the way out.

        "" where it can, or where only the service knows: many voices speak every language.
        """
        return ""

    def offered(self) -> tuple[OfferedVoice, ...]:
        """Return the voices that are known without asking anybody; by default none."""
        return ()

    def missing(self) -> str:
        """Return what is not installed here without which it can't speak, and how to install it; "" if nothing is."""
        return ""

    def at_speed(self, settings: Mapping[str, str], voice: str, speed: float) -> Mapping[str, str] | None:
        """Return the settings with which `voice` speaks a line `speed` times as fast as with `settings`, both as text.

        None where it can't be told how fast to speak. By default it can, if it has a setting `speed`.
        """
        if "speed" not in self.settings.model_fields:
            return None
        usual = self.settings_from(settings).model_dump()["speed"]
        return {**settings, "speed": f"{usual * speed:.4g}"}

    def in_mood(self, settings: Mapping[str, str], mood: str) -> Mapping[str, str]:
        """Return the settings with which a line is spoken in a `mood` of the narrator's: by default the same."""
        return settings

    def phonemes(self, settings: S, request: VoiceRequest) -> tuple[str, ...]:
        """Return the phonemes of each word of a request, without speaking; () where the voice finds them itself."""
        return ()

    def settings_of(self, request: VoiceRequest) -> S:
        """Return the settings that a request comes with. Raises LecternError that names every wrong one."""
        return self.settings_from(dict(request.settings + request.bookkeeping))

    def needs_with(self, settings: S) -> frozenset[Need]:
        """Return what of `needs` it wants to know with `settings`."""
        return self.needs

    def cost(self, settings: S, request: VoiceRequest) -> Usage | None:
        """Return what a request would use; None where it is free."""
        if not isinstance(settings, ServicePolicy) or not is_charged(settings.price, settings.base_url):
            return None
        return self.usage(settings, request, len(" ".join(request.words)) / PACE)

    def usage(self, settings: S, request: VoiceRequest, seconds: float) -> Usage:
        """Return what a request uses that makes so many seconds of sound; `price` is that of 1000 characters."""
        characters, price = len(" ".join(request.words)), getattr(settings, "price", 0.0)
        return Usage(
            service=self.title,
            model=str(getattr(settings, "model", "")),
            characters=characters,
            seconds=seconds,
            wait=1 + seconds / 4,
            price=price and price * characters / 1000,
            currency=getattr(settings, "currency", "USD"),
        )
