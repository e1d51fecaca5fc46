"""A line as a neural voice speaks it: sentence by sentence, with rests between, the times of its words, and the floor of a room."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from ..base import audio
from ..base.arrays import MonoSamples
from ..base.errors import LecternError
from ..services.voice import Phoneme, VoiceRequest, VoiceTake
from .espeak import primary_language
from .neural_models import RATE
from .neural_process import Message, neural_process
from .neural_times import TimedSound, phonemes_in, timed_sounds, word_spans
from .parts import Part, TimedPart, join_parts
from .phonemes import STOPS
from .service_voice import RECORDING, spoken_words_of
from .sound import bounds, limit_level
from .timing import order_spans
from .utterances import split_at_rests

CLAUSE_REST = 0.15
"""Seconds between the pieces of a sentence that is too long to be spoken at once."""

RESTS = {".": 0.45, "!": 0.45, "?": 0.5, "…": 0.6}
"""Seconds between sentences, by what the first one ends with. Paragraphs are lines of their own, with 0.55 s between (`timing`)."""

FLOOR = -75.0
"""dBFS (RMS) of the floor of a room in which a line is spoken: the models' own silence is none of any room."""

_ENGLISH = ("LATIN", "FULLWIDTH LATIN", "MODIFIER LETTER", "FEMININE ORDINAL", "MASCULINE ORDINAL")
"""What the names of letters begin with that English is written with."""

FADED, FADED_STEP = -45.0, 0.01
"""dBFS (RMS) below which the end of a line, which is as loud as all lines, is not heard any more; and seconds that are looked at."""

NOBODY = np.zeros(round(0.02 * audio.RATE), np.float32)
"""The sound of a sentence that nobody can say: an emoji."""


SLOWEST, FASTEST, HIGHEST = 0.5, 2.0, 6.0
"""How many times as fast as usual a neural voice can speak, and how many semitones higher or lower."""


class NeuralSettings(BaseModel):
    """How a neural voice speaks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    speed: float = Field(1.0, ge=SLOWEST, le=FASTEST, description="How fast it speaks")
    pitch: float = Field(0.0, ge=-HIGHEST, le=HIGHEST, description="How many semitones higher it speaks")
    seed: int = Field(0, ge=0, le=9999, description="Another number gives another take of the same words")


@dataclass(frozen=True)
class NeuralVoice:
    """Who speaks: a `model`, its `voice`, and whether it speaks British English."""

    model: str
    voice: str
    british: bool = False


@dataclass(frozen=True)
class _SynthesizedSentence:
    """Words `first` to `first + len(words)` of a line, spoken with one melody; `emphasised` are indices in `words`."""

    first: int
    words: tuple[str, ...]
    rest_before: float
    rest_after: float
    emphasised: tuple[int, ...] = ()


def speak_neural_line(
    who: NeuralVoice,
    settings: NeuralSettings,
    request: VoiceRequest,
    folder: Path,
    report: Callable[[float], None] = lambda done: None,
) -> VoiceTake:
    """Write the recording of a line into `folder` and return its take; `report` is told how much is done.

    Raises:
        LecternError: The line has no words that an English voice can say, or the voice can't be used.
    """
    sentences = list(_sentences(request))
    parts: list[Part] = []
    timed: list[TimedPart] = []
    for number, sentence in enumerate(sentences):
        report(0.9 * number / len(sentences))
        for part, heard in _spoken(who, settings, sentence, len(parts)):
            parts.append(part)
            timed.append(heard)
    if not any(each.phonemes for each in timed):
        raise LecternError(f'the voice {who.voice} reads English, and finds no word of it in "{_text_of(request)}"')
    whole = join_parts(parts, timed)
    sound = limit_level(whole.sound[:, None])[:, 0]
    audio.write(folder / RECORDING, with_floor(sound)[:, None])
    return VoiceTake(
        audio=RECORDING,
        duration=len(whole.sound) / audio.RATE,
        words=spoken_words_of(whole.spans),
        phonemes=tuple(ended_where_heard(whole.phonemes, sound)),
        tier="service",
    )


def ended_where_heard(phonemes: Sequence[Phoneme], sound: MonoSamples) -> Iterator[Phoneme]:
    """Yield the phonemes of a sound; each before a rest ends where it is not heard any more.

    The models let it last for whole units, and in the end it fades away: a mouth that stays open that long is seen to be late.
    """
    step = round(FADED_STEP * audio.RATE)
    level = np.sqrt(np.mean(np.square(sound[: len(sound) // step * step].reshape(-1, step)), axis=1))
    heard = np.flatnonzero(level > audio.factor(FADED)) + 1
    for phoneme, following in zip_longest(phonemes, phonemes[1:]):
        if following and following.start - phoneme.end < CLAUSE_REST:
            yield phoneme
            continue
        end = float(heard[: np.searchsorted(heard, phoneme.end / FADED_STEP, "right")].max(initial=0)) * FADED_STEP
        yield phoneme.model_copy(update={"end": min(phoneme.end, max(end, phoneme.start + FADED_STEP))})


def english_fault(voice: str, language: str, text: str) -> str:
    """Return why a neural voice can't speak `text` of `language`, and the way out; "" where it can."""
    ways = f'"provider": "espeak" with a voice like "{language}"; Piper voices of that language sound better (docs/voices.md)'
    if primary_language(language) != "en":
        return f'the voice "{voice}" speaks English, and the film\'s language is {language}: write {ways}'
    foreign = dict.fromkeys(c for c in text if c.isalpha() and not unicodedata.name(c, "LATIN").startswith(_ENGLISH))
    if not foreign:
        return ""
    letters = "".join(foreign)[:12]
    return f'the voice "{voice}" reads English and can\'t read {letters}: write how it is said, like 東京{{say: Tokyo}}'


def with_floor(sound: MonoSamples) -> MonoSamples:
    """Return the sound with the floor of a room under it, which is always the same noise, and comes and goes softly."""
    noise = np.random.default_rng(len(sound)).standard_normal(len(sound), np.float32) * np.float32(audio.factor(FLOOR))
    soft = min(len(sound) // 2, round(0.05 * audio.RATE))
    noise[:soft] *= np.linspace(0, 1, soft, dtype=np.float32)
    noise[len(sound) - soft :] *= np.linspace(1, 0, soft, dtype=np.float32)
    return sound + noise


def _sentences(request: VoiceRequest) -> Iterator[_SynthesizedSentence]:
    for stretch in split_at_rests(request.words, request.pauses):
        words = request.words[stretch.first : stretch.first + len(stretch.offsets)]
        ends = [index for index, word in enumerate(words, 1) if _ends_sentence(word)]
        cuts = [0, *(end for end in ends if end < len(words)), len(words)]
        for start, end in pairwise(cuts):
            before = RESTS[_end_of(words[start - 1])] if start else stretch.rest_before
            after = stretch.rest_after if end == len(words) else 0.0
            first = stretch.first + start
            emphasised = tuple(word - first for word in request.emphasis if first <= word < first + end - start)
            yield _SynthesizedSentence(first, words[start:end], before, after, emphasised)


def _ends_sentence(word: str) -> bool:
    return _end_of(word) in tuple(STOPS)


def _end_of(word: str) -> str:
    """Return the sign at the end of a word, before quotes and brackets; three dots are an ellipsis."""
    return word.replace("...", "…").rstrip("\"')]»”’")[-1:]


def _spoken(
    who: NeuralVoice, settings: NeuralSettings, sentence: _SynthesizedSentence, number: int
) -> Iterator[tuple[Part, TimedPart]]:
    """Yield what a sentence sounds like: one part, or several of a sentence that is too long."""
    reply, samples = neural_process(who.model).ask(_question(who, settings, sentence))
    if "error" in reply:
        raise LecternError(f"the voice {who.voice} can't say this line: {reply['error']}")
    pieces = reply["pieces"]
    if not pieces:
        silent = Part(number, sentence.first, sentence.words, sentence.rest_before, sentence.rest_after)
        yield silent, TimedPart(NOBODY, order_spans([None] * len(sentence.words), 0.02), ())
        return
    firsts = [0, *(piece["owners"][0] for piece in pieces[1:]), len(sentence.words)]
    for index, (piece, content) in enumerate(zip(pieces, samples, strict=True)):
        first, end = firsts[index], max(firsts[index + 1], piece["owners"][-1] + 1)
        last = index == len(pieces) - 1
        yield (
            Part(
                number + index,
                sentence.first + first,
                sentence.words[first:end],
                sentence.rest_before if index == 0 else CLAUSE_REST,
                sentence.rest_after if last else 0.0,
                within=index > 0 and pieces[index - 1]["owners"][-1] == first,
            ),
            _timed(piece, np.frombuffer(content, np.float32), first, end),
        )


def _timed(piece: Message, sound: MonoSamples, first: int, end: int) -> TimedPart:
    """Return a piece without the silence around it, with the times of words `first` to `end` of its sentence."""
    sounds = timed_sounds(piece["text"], piece["owners"], piece["durations"], sound)
    fine = audio.apply_filter(sound[:, None], (), RATE)[:, 0]
    start, stop = bounds(fine)
    shift, duration = start / audio.RATE, (stop - start) / audio.RATE
    moved = [_moved(each, shift, duration, first) for each in sounds]
    spans = order_spans(word_spans(moved, end - first), duration)
    return TimedPart(fine[start:stop], spans, phonemes_in(moved))


def _moved(sound: TimedSound, shift: float, duration: float, first: int) -> TimedSound:
    start, end = (min(max(0.0, time - shift), duration) for time in (sound.start, sound.end))
    return sound._replace(start=start, end=end, word=sound.word - first)


def _question(who: NeuralVoice, settings: NeuralSettings, sentence: _SynthesizedSentence) -> Message:
    return {
        "words": sentence.words,
        "emphasis": sentence.emphasised,
        "british": who.british,
        "voice": who.voice,
        "speed": settings.speed,
        "pitch": settings.pitch,
        "seed": settings.seed,
    }


def _text_of(request: VoiceRequest) -> str:
    text = " ".join(request.words)
    return text if len(text) <= 60 else f"{text[:60]}…"
