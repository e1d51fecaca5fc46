"""What voice services have in common: a line is split into parts; each is requested once, timed, and joined into a take."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

import numpy as np

from ..base import audio
from ..base.arrays import MonoSamples
from ..base.clock import Span
from ..base.files import digest
from ..base.profile import asked_folder
from ..services.http import HttpClient, HttpStatusError, Service
from ..services.ledger import Ledger
from ..services.policy import is_charged
from ..services.registry import ProviderTools
from ..services.transcription import Transcriber
from ..services.usage import Usage
from ..services.voice import (
    PACE,
    Need,
    Phoneme,
    SpokenWord,
    VoiceContext,
    VoiceProvider,
    VoiceRequest,
    VoiceServiceSettings,
    VoiceTake,
)
from .parts import Part, TimedPart, join_parts, split_into_parts
from .sound import bounds, normalize_level
from .timing import Spans, order_spans, phonemes_of
from .timing_tiers import time_words

RECORDING = "voice.wav"


@dataclass(frozen=True)
class SynthesizedPart:
    """A part as a service spoke it, with the times of its words and phonemes if the service sent them."""

    sound: MonoSamples
    spans: tuple[Span | None, ...] | None = None
    phonemes: tuple[Phoneme, ...] | None = None


@dataclass(frozen=True)
class ServiceCall[S: VoiceServiceSettings]:
    """A line that a service is asked for: the client, the service, its settings, and what to say."""

    http: HttpClient
    service: Service
    settings: S
    request: VoiceRequest


class PaidVoice[S: VoiceServiceSettings](VoiceProvider[S]):
    """A voice behind HTTP, which may charge for requests.

    `most` is how many characters a request may have.
    """

    needs: frozenset[Need] = frozenset({"language", "transcription"})
    most: int = 2000

    def service(self, settings: S) -> Service:
        """Return the service as its client needs to know it."""
        return settings.service(self.title, paid=is_charged(settings.price, settings.base_url))

    def usage(self, settings: S, request: VoiceRequest, seconds: float) -> Usage:
        """Return what a request uses that makes so many seconds of sound."""
        usage = super().usage(settings, request, seconds)
        price = usage.price if self.service(settings).paid else 0.0
        return usage.model_copy(update={"requests": len(split_into_parts(request, self.most)), "price": price})


class ServiceVoice[S: VoiceServiceSettings](PaidVoice[S]):
    """A voice that is sent text. A subclass says how to request a part, and what its response holds."""

    def speak(self, context: VoiceContext, settings: S, request: VoiceRequest, folder: Path) -> VoiceTake:
        """Request every part (only once if it is charged), and return the take."""
        call = ServiceCall(context.http, self.service(settings), settings, request)

        def say(part: Part) -> SynthesizedPart:
            used = self._share(settings, request, part)
            kept = _ask_once(context, call.service, part, lambda: self._good(call, part), used)
            return self.heard(call.service, part, kept)

        take = speak_parts(
            context, request, folder, split_into_parts(request, self.most), say, context.at_once(settings)
        )
        return take.model_copy(update={"usage": self.usage(settings, request, take.duration)})

    @abstractmethod
    def ask(self, call: ServiceCall[S], part: Part) -> bytes:
        """Request a part from the service; return what is to be kept of its response."""

    @abstractmethod
    def heard(self, service: Service, part: Part, kept: bytes) -> SynthesizedPart:
        """Return the sound and times in what `ask` returned.

        Raises LecternError if it can't be used.
        """

    def _share(self, settings: S, request: VoiceRequest, part: Part) -> Usage:
        """Return about what a part of a line uses: its share of the whole, by its letters."""
        letters, words = len(" ".join(request.words)), len(" ".join(part.words))
        whole, share = self.usage(settings, request, letters / PACE), words / max(letters, 1)
        price = whole.price and whole.price * share
        return whole.model_copy(
            update={"requests": 1, "characters": words, "seconds": whole.seconds * share, "price": price}
        )

    def _good(self, call: ServiceCall[S], part: Part) -> bytes:
        """Return a response that can be used: the ledger keeps no other."""
        kept = self.ask(call, part)
        if call.service.paid:
            self.heard(call.service, part, kept)
        return kept


def speak_parts(
    context: VoiceContext,
    request: VoiceRequest,
    folder: Path,
    parts: Sequence[Part],
    say: Callable[[Part], SynthesizedPart],
    parallel: int = 1,
) -> VoiceTake:
    """Speak the parts of a line with `say` (`parallel` at once), time and join them; return the take in `folder`.

    Once a part has failed, or the context's `report` has raised (a cancel), no further part is requested.
    """
    failed = Event()

    def said_of(part: Part) -> SynthesizedPart:
        if failed.is_set():
            raise CancelledError  # never seen outside: the earlier failure is raised instead
        with ExitStack() as fault:
            fault.callback(failed.set)
            context.report(0.8 * part.number / len(parts))
            said = say(part) if _has_speech(part) else _silent_part(part)
            fault.pop_all()
            return said

    with ThreadPoolExecutor(min(parallel, len(parts))) as pool:
        said = list(pool.map(said_of, parts))
    context.report(0.8)
    timed = [
        align_part(part.words, answer, request.language, context.listener)
        for part, answer in zip(parts, said, strict=True)
    ]
    return write_take(folder, parts, timed)


def write_take(folder: Path, parts: Sequence[Part], timed: Sequence[TimedPart]) -> VoiceTake:
    """Join the recordings of all parts, each equally loud, into a file in `folder`; return the take."""
    whole = join_parts(parts, [replace(each, sound=normalize_level(each.sound[:, None])[:, 0]) for each in timed])
    audio.write(folder / RECORDING, whole.sound[:, None])
    return VoiceTake(
        audio=RECORDING,
        duration=len(whole.sound) / audio.RATE,
        words=spoken_words_of(whole.spans),
        phonemes=whole.phonemes,
        tier=whole.tier,
        confidence=whole.confidence,
        listening=whole.listening,
        note=whole.note,
        unlike=whole.unlike,
    )


def align_part(
    words: tuple[str, ...], said: SynthesizedPart, language: str, listener: Transcriber | None = None
) -> TimedPart:
    """Return a part without the silence around it, with the times that the service sent, or those of `time_words`."""
    start, end = bounds(said.sound)
    sound, shift, duration = said.sound[start:end], start / audio.RATE, (end - start) / audio.RATE
    if said.spans is None:
        return time_words(sound, words, language or "en", listener)
    spans = order_spans([span and (span[0] - shift, span[1] - shift) for span in said.spans], duration)
    phonemes = (
        phonemes_of(words, spans, language)
        if said.phonemes is None
        else _shift_phonemes(said.phonemes, shift, duration)
    )
    return TimedPart(sound, spans, phonemes)


def spoken_words_of(spans: Spans) -> tuple[SpokenWord, ...]:
    """Return the words of a take."""
    return tuple(SpokenWord(index=i, start=start, end=end) for i, (start, end) in enumerate(spans))


def naming_voice(error: HttpStatusError, service: Service, voice: str, model: str) -> HttpStatusError:
    """Return a refusal that names the voice and the model, if it may be about them."""
    if error.status not in (400, 404, 422):
        return error
    return HttpStatusError(
        f'{error} (the request to {service.name} had the voice "{voice}" and the model "{model}")', error.status
    )


def context_for(
    episode: Path,
    request: VoiceRequest,
    tools: ProviderTools = ProviderTools(),
    report: Callable[[float], None] = lambda done: None,
) -> VoiceContext:
    """Return the context of a request: the ledger in the profile, and the hash by which it knows the request.

    The hash does not depend on prices or the transcription service: a change of them must not have a line spoken, and paid,
    again.
    """
    asked = request.model_copy(update={"transcription": "", "bookkeeping": ()})
    name, ledger = digest(asked.model_dump_json(), 20), Ledger(asked_folder(episode))
    listener = tools.listening(ledger) if tools.listening and request.transcription else None
    return VoiceContext(episode, ledger, name, tools.http, listener, tools.processes, report, tools.programs)


def _ask_once(context: VoiceContext, service: Service, part: Part, ask: Callable[[], bytes], used: Usage) -> bytes:
    if not service.paid:
        return ask()
    what = f'{service.name} to say "{" ".join(part.words[:6])} …"'
    return context.ledger.once(f"{context.request}-{part.number}", what, ask, used)


def _shift_phonemes(phonemes: Sequence[Phoneme], shift: float, duration: float) -> tuple[Phoneme, ...]:
    moved = ((p.symbol, max(0.0, p.start - shift), min(duration, p.end - shift)) for p in phonemes)
    return tuple(Phoneme(symbol=symbol, start=start, end=end) for symbol, start, end in moved if end > start)


def _has_speech(part: Part) -> bool:
    return any(letter.isalnum() for letter in part.text)


def _silent_part(part: Part) -> SynthesizedPart:
    """Return the sound of a part that is nothing but a dash."""
    return SynthesizedPart(np.zeros(round(0.02 * audio.RATE), np.float32), (None,) * len(part.words), ())
