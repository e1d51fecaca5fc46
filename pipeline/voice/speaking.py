"""What all voice services have in common: a line in parts, each asked for once, timed, and joined into a take."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from types import MappingProxyType
from typing import Generic, TypeVar

import numpy as np

from .. import audio
from ..services.dealings import is_charged
from ..services.http import Http, Refused, Service
from ..services.ledger import Ledger
from ..services.transcription import Transcriber
from ..services.usage import Tested, Usage, total
from ..services.voice import TIERS, Lane, Need, Phoneme, SpokenWord, Tier, VoiceBench, VoiceRequest, VoiceTake
from ..services.voice_settings import ServiceSettings, VoiceSettings, validated
from .level import level
from .parts import Part, Timed, joined, parts_of
from .sound import bounds
from .tiers import timed
from .timing import Spans, in_order, phonemes_of
from .words import Span

RECORDING = "voice.wav"

PACE = 15.0
"""Characters that are said in a second, about; for estimates alone."""

S = TypeVar("S", bound=VoiceSettings)
Sv = TypeVar("Sv", bound=ServiceSettings)


@dataclass(frozen=True)
class Means:
    """What a voice has besides its settings: who writes down what is said where times are not sure (asked with the
    ledger that notes what is paid), and how many processes make lines beside each other."""

    listening: Callable[[Ledger], Transcriber] | None = None
    processes: int = 1


@dataclass(frozen=True)
class Said:
    """A part as a service said it: samples (mono, 48 kHz), with the times of its words and phonemes if it told them."""

    sound: np.ndarray
    spans: tuple[Span | None, ...] | None = None
    phonemes: tuple[Phoneme, ...] | None = None


@dataclass(frozen=True)
class Sure:
    """A part with all its times, where they are from, and how sure they are; see `tiers.Timing` for the rest."""

    timed: Timed
    tier: Tier
    confidence: float
    listening: Usage | None = None
    note: str = ""


class Speaker(ABC, Generic[S]):
    """A provider with settings: those of lectern.toml (`standing`) and, over them, those of the request."""

    needs: frozenset[Need] = frozenset({"language", "transcription"})
    default_voice = ""

    def __init__(
        self, name: str, settings: type[S], standing: Mapping[str, str] = MappingProxyType({}), means: Means = Means()
    ) -> None:
        self.name, self.settings, self._standing, self._means = name, settings, standing, means

    def settings_of(self, request: VoiceRequest) -> S:
        """The settings for a request; LecternError with every wrong one."""
        own = dict(request.settings) | dict(request.bookkeeping)
        return validated(self.settings, {**self._standing, **own}, request.voice or self.name)

    def configured(self) -> S:
        """The settings of lectern.toml alone, for `test`."""
        return validated(self.settings, self._standing, self.name)

    def lane(self, request: VoiceRequest) -> Lane | None:
        """How many lines may be asked for at once; None: as many as there are processes."""
        return Lane(name=f"voice {self.name}", most=self.settings_of(request).parallel)

    def at_once(self, settings: S) -> int:
        """How many parts of a line are asked for at once, so that all processes together keep to `parallel`."""
        return settings.parallel // min(self._means.processes, settings.parallel)

    def listener(self, bench: VoiceBench, request: VoiceRequest) -> Transcriber | None:
        """Who writes down what is said, where times are not sure."""
        listening = self._means.listening
        return listening(bench.ledger) if listening and request.transcription else None

    def speak(self, request: VoiceRequest, folder: Path) -> VoiceTake:
        """Speaks without an episode."""
        return self.speak_at(bench_for(folder.parent, request), request, folder)

    @abstractmethod
    def speak_at(self, bench: VoiceBench, request: VoiceRequest, folder: Path) -> VoiceTake: ...

    @abstractmethod
    def test(self, settings: S) -> Tested: ...

    @abstractmethod
    def cost(self, request: VoiceRequest) -> Usage | None: ...


class PaidVoice(Speaker[Sv]):
    """A voice behind HTTP, which may be charged."""

    most = 2000
    """Characters a request may have."""

    def __init__(
        self, name: str, settings: type[Sv], http: Http, label: str, standing: Mapping[str, str] = MappingProxyType({}),
        means: Means = Means(),
    ) -> None:  # fmt: skip
        super().__init__(name, settings, standing, means)
        self.http, self.label = http, label

    def lane(self, request: VoiceRequest) -> Lane | None:
        """Voices of one host share its lane."""
        settings = self.settings_of(request)
        return Lane(name=f"voice {self.service(settings).host}", most=settings.parallel)

    def service(self, settings: Sv) -> Service:
        """The service as the door to it needs to know it."""
        return Service(name=self.label, base=settings.base_url, paid=self.is_paid(settings), timeout=settings.timeout)

    def is_paid(self, settings: Sv) -> bool:
        """Whether a request may be charged."""
        return is_charged(settings.price, settings.base_url)

    def cost(self, request: VoiceRequest) -> Usage | None:
        """What the request would use; None where it is free."""
        settings = self.settings_of(request)
        return self.used(settings, request, _characters(request) / PACE) if self.is_paid(settings) else None

    def used(self, settings: Sv, request: VoiceRequest, seconds: float) -> Usage:
        """What a request uses that makes so many seconds of sound."""
        characters = _characters(request)
        price = None if settings.price is None else settings.price * characters / 1000
        return Usage(
            service=self.label,
            model=str(getattr(settings, "model", "")),
            requests=len(parts_of(request, self.most)),
            characters=characters,
            seconds=seconds,
            wait=1 + seconds / 4,
            price=price if self.is_paid(settings) else 0.0,
            currency=settings.currency,
        )


class ServiceVoice(PaidVoice[Sv]):
    """A voice that is sent text. A subclass says how a part is asked for, and what its answer holds."""

    def speak_at(self, bench: VoiceBench, request: VoiceRequest, folder: Path) -> VoiceTake:
        """Asks for every part, once where it is charged, and makes the take of them."""
        settings = self.settings_of(request)
        service = self.service(settings)

        def say(part: Part) -> Said:
            kept = _once(bench, service, part, lambda: self._good(service, settings, request, part))
            return self.heard(service, part, kept)

        parts, listener = parts_of(request, self.most), self.listener(bench, request)
        take = take_of(request, folder, parts, say, self.at_once(settings), bench.report, listener)
        return take.model_copy(update={"usage": self.used(settings, request, take.duration)})

    @abstractmethod
    def ask(self, service: Service, settings: Sv, request: VoiceRequest, part: Part) -> bytes:
        """Asks the service for a part; returns what is to be kept of its answer."""

    @abstractmethod
    def heard(self, service: Service, part: Part, kept: bytes) -> Said:
        """What `ask` returned, as sound and times; LecternError where it is no good."""

    def _good(self, service: Service, settings: Sv, request: VoiceRequest, part: Part) -> bytes:
        """An answer that can be used: only such a one is kept."""
        kept = self.ask(service, settings, request, part)
        if service.paid:
            self.heard(service, part, kept)
        return kept


def take_of(
    request: VoiceRequest,
    folder: Path,
    parts: Sequence[Part],
    say: Callable[[Part], Said],
    parallel: int = 1,
    report: Callable[[float], None] = lambda done: None,
    listener: Transcriber | None = None,
) -> VoiceTake:
    """The take of a line: its parts said (`parallel` at once), timed and joined into `folder`.

    After a part that fails, or what `report` raises (a cancel), no other is asked for.
    """
    failed = Event()

    def said_of(part: Part) -> Said:
        if failed.is_set():
            raise CancelledError  # nobody sees it: what failed before it is raised
        with ExitStack() as fault:
            fault.callback(failed.set)
            report(0.8 * part.number / len(parts))
            said = say(part) if _speaks(part) else _silence(part)
            fault.pop_all()
            return said

    with ThreadPoolExecutor(min(parallel, len(parts))) as pool:
        said = list(pool.map(said_of, parts))
    report(0.8)
    language = request.language
    sure = [sure_of(part.words, answer, language, listener) for part, answer in zip(parts, said, strict=True)]
    return written(folder, parts, sure)


def written(folder: Path, parts: Sequence[Part], sure: Sequence[Sure]) -> VoiceTake:
    """The take of parts that are all there: joined into a file in `folder`, each as loud as the others."""
    whole = joined(parts, [replace(each.timed, sound=level(each.timed.sound[:, None])[:, 0]) for each in sure])
    audio.write(folder / RECORDING, whole.sound[:, None])
    return VoiceTake(
        audio=RECORDING,
        duration=len(whole.sound) / audio.RATE,
        words=spoken(whole.spans),
        phonemes=whole.phonemes,
        tier=max((each.tier for each in sure), key=TIERS.index),
        confidence=min(each.confidence for each in sure),
        listening=total(listening) if (listening := tuple(each.listening for each in sure if each.listening)) else None,
        note=next((each.note for each in sure if each.note), ""),
    )


def sure_of(words: tuple[str, ...], said: Said, language: str, listener: Transcriber | None = None) -> Sure:
    """A part without the silence around it, with the service's times where it told them, else by the best other means."""
    start, end = bounds(said.sound)
    sound, shift, duration = said.sound[start:end], start / audio.RATE, (end - start) / audio.RATE
    if said.spans is None:
        found = timed(sound, words, language or "en", listener)
        spans = in_order([(word.start, word.end) for word in found.words], duration)
        return Sure(Timed(sound, spans, found.phonemes), found.tier, found.confidence, found.listening, found.note)
    spans = in_order([span and (span[0] - shift, span[1] - shift) for span in said.spans], duration)
    phonemes = phonemes_of(words, spans, language) if said.phonemes is None else _within(said.phonemes, shift, duration)
    return Sure(Timed(sound, spans, phonemes), "service", 1.0)


def spoken(spans: Spans) -> tuple[SpokenWord, ...]:
    """Times as a take has them."""
    return tuple(SpokenWord(index=i, start=start, end=end) for i, (start, end) in enumerate(spans))


def with_voice(error: Refused, service: Service, voice: str, model: str) -> Refused:
    """A refusal with the voice and the model that were asked for, where it is about them."""
    if error.status not in (400, 404, 422):
        return error
    return Refused(f'{error} (asked of {service.name}: voice "{voice}", model "{model}")', error.status)


def bench_for(episode: Path, request: VoiceRequest, report: Callable[[float], None] = lambda done: None) -> VoiceBench:
    """The bench of a request: the ledger lies in the episode, and knows the request by its hash.

    Another transcription service, or another price, makes nothing be spoken, and paid, once more.
    """
    asked = request.model_copy(update={"transcription": "", "bookkeeping": ()})
    name = hashlib.sha256(asked.model_dump_json().encode()).hexdigest()[:20]
    return VoiceBench(episode, Ledger(episode / ".lectern" / "asked"), name, report)


def _once(bench: VoiceBench, service: Service, part: Part, ask: Callable[[], bytes]) -> bytes:
    if not service.paid:
        return ask()
    what = f'{service.name} to say "{" ".join(part.words[:6])} …"'
    return bench.ledger.once(f"{bench.request}-{part.number}", what, ask)


def _within(phonemes: Sequence[Phoneme], shift: float, duration: float) -> tuple[Phoneme, ...]:
    moved = ((p.symbol, max(0.0, p.start - shift), min(duration, p.end - shift)) for p in phonemes)
    return tuple(Phoneme(symbol=symbol, start=start, end=end) for symbol, start, end in moved if end > start)


def _speaks(part: Part) -> bool:
    return any(letter.isalnum() for letter in part.text)


def _silence(part: Part) -> Said:
    """A part that is nothing but a dash."""
    return Said(np.zeros(round(0.02 * audio.RATE), np.float32), (None,) * len(part.words), ())


def _characters(request: VoiceRequest) -> int:
    return len(" ".join(request.words))
