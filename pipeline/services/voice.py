"""The seam where voices plug in: a line of narration goes in; a recording with its times comes out."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from pydantic import BaseModel, Field

from ..model import Frozen
from .ledger import Ledger
from .usage import Tested, Usage

Tier = Literal["service", "alignment", "transcription", "loudness"]
"""Where the times come from, best first."""

TIERS: tuple[Tier, ...] = ("service", "alignment", "transcription", "loudness")

SURE = 0.5
"""The confidence from which times are good to use; what is below it is told in the report."""

Need = Literal["language", "context", "recording", "emphasis", "transcription"]
"""What a provider wants to know besides the words: the narration's language, the lines around, a person's recording,
which words are emphasised, and who writes down what is said where its times are not sure."""


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


class Recorded(Frozen):
    """A person's recording: its `file` (relative to the episode) and the hash of its bytes.

    One of a whole scene also holds the words `before` and `after` those of the line.
    """

    file: str
    digest: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def _nothing(value: object) -> bool:
    return not value


class VoiceRequest(Frozen):
    """All that a recording of one line depends on.

    `words` are as they are spoken (respelled where the author says so); `pauses` are (index of the word before which
    the voice rests, seconds), index `len(words)` meaning after the last; `voice` names the provider's voice and
    `settings` are the provider's own, validated by it.

    What follows is there only for providers that declare the need, and is otherwise left out of the take's key:
    `language`; `previous` and `next`, what the same speaker says around this line; `recording`; `emphasis`, the indices
    of the words to be stressed; `transcription`, which service writes down what is said where times are not sure. `plugin`
    is the hash of the file that the provider comes from.

    `bookkeeping` are the character's settings that no recording depends on; they are no part of the take's key either.
    """

    provider: str
    voice: str
    settings: tuple[tuple[str, str], ...] = ()
    words: tuple[str, ...]
    pauses: tuple[tuple[int, float], ...] = ()
    plugin: str = Field("", exclude_if=_nothing)
    language: str = Field("", exclude_if=_nothing)
    previous: str = Field("", exclude_if=_nothing)
    next: str = Field("", exclude_if=_nothing)
    recording: Recorded | None = Field(None, exclude_if=_nothing)
    emphasis: tuple[int, ...] = Field((), exclude_if=_nothing)
    transcription: str = Field("", exclude_if=_nothing)
    bookkeeping: tuple[tuple[str, str], ...] = Field((), exclude_if=_nothing)


class VoiceTake(Frozen):
    """A recording: `audio` is the file's name in the take's folder (WAV, mono, 48 kHz, 16 bit).

    `synthetic`: no person said it this way (synthesised, cloned or converted), which viewers are told. `listening` is what
    finding its times used, and `note` says what went wrong with that.
    """

    audio: str
    duration: float
    words: tuple[SpokenWord, ...]
    phonemes: tuple[Phoneme, ...]
    tier: Tier
    confidence: float = 1.0
    usage: Usage | None = None
    synthetic: bool = True
    listening: Usage | None = Field(None, exclude_if=_nothing)
    note: str = Field("", exclude_if=_nothing)


class Lane(Frozen):
    """What may be asked of one service at once: its `name` in the queue, and `most` lines."""

    name: str
    most: int


class Times(Protocol):
    """What alignment finds: the times of all words and phonemes, and how sure it is (0..1)."""

    words: tuple[SpokenWord, ...]
    phonemes: tuple[Phoneme, ...]
    confidence: float


@dataclass(frozen=True)
class VoiceBench:
    """What a provider may use while it speaks: the episode's folder, and the ledger of paid requests.

    `request` is a name for what is being made, unique to it; `report(done)` raises where it is not wanted any more.
    """

    episode: Path
    ledger: Ledger
    request: str
    report: Callable[[float], None]


class VoiceProvider(Protocol):
    """Speaks a line.

    `settings` is the type of the provider's own settings, declared once; forms and help are generated from it.
    """

    name: str
    settings: type[BaseModel]

    def speak(self, request: VoiceRequest, folder: Path) -> VoiceTake:
        """Writes the recording into `folder` and returns its take; raises LecternError with the way out."""
        ...


@runtime_checkable
class VoiceService(Protocol):
    """A provider that needs more than the words: a bench, a service, a person's recording."""

    name: str
    settings: type[BaseModel]
    needs: frozenset[Need]

    def speak_at(self, bench: VoiceBench, request: VoiceRequest, folder: Path) -> VoiceTake:
        """Like `VoiceProvider.speak`, with a bench."""
        ...

    def test(self, settings: BaseModel) -> Tested:
        """Whether it works with these settings, found out by asking it, without a charge."""
        ...

    def cost(self, request: VoiceRequest) -> Usage | None:
        """What a request would use; None where nothing is contacted."""
        ...
