"""Compare a person's recording with the script: what was said twice, begun falsely, left out, swapped, or isn't in it.

A recording and its sentences are matched by dynamic programming over its utterances (what lies between two silences). Of two
utterances that say the same, the last one is used, for people repeat what went wrong. It is only done where a first
alignment looks wrong: a sentence at another pace than the others, or speech that no word is in.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from ..base import audio
from ..base.arrays import MonoSamples
from ..base.clock import Span
from ..base.errors import LecternError
from ..services.transcription import Transcriber, TranscriptionRequest
from ..services.voice import CONFIDENT
from .align import Alignment, align
from .features import HOP, spectral_frames
from .reference import speak_reference
from .said import likeness
from .sound import wav
from .timing import espeak_voice
from .words import spoken_words

SILENCE = 0.24
"""Seconds of silence between two utterances."""
SHORTEST = 0.35
"""Seconds of sound below which an utterance is a click or a cough, which nobody is told of."""
PACE = 1.6
"""How many times as slow as another sentence one may be said before it looks wrong."""
DRAWN_OUT = (1.6, 0.25)
"""How many times as long as expected, and by how many seconds, a word is that has swallowed something else."""
MOST_UTTERANCES = 6
"""How many utterances a sentence may have: people breathe inside one, too."""
SKIPPED_UTTERANCE, SKIPPED_SENTENCE = 1.0, 2.2
"""What it costs to use an utterance for nothing (a short one costs less), and to leave out a sentence."""
SKIPPED_SHORT, JOINED = 0.1, 0.1
"""What it costs to use a very short utterance for nothing, and to go on with a sentence after a silence."""
LAST = 0.01
"""What skipping an utterance costs more than skipping the one before it."""
AIR = 0.15
"""Seconds around an utterance that are listened to with it."""
PACE_COST, PACE_FREE = 3.0, 0.15
"""What it costs to say a sentence at another pace (for each factor of e), and how much of it is free."""


@dataclass(frozen=True)
class _TimedSentence:
    """Words `first` to `last` (exclusive) of the script, and for how many seconds eSpeak NG says each."""

    first: int
    last: int
    words: tuple[float, ...]

    @property
    def seconds(self) -> float:
        return max(0.1, sum(self.words))


@dataclass(frozen=True)
class ComparedRecording:
    """A recording without what isn't used of it, and what it says otherwise than the script: (index of the word, sentence)."""

    sound: MonoSamples
    findings: tuple[tuple[int, str], ...] = ()


def compare_with_script(
    sound: MonoSamples,
    words: Sequence[str],
    language: str,
    file: str,
    begin: float = 0.0,
    listener: Transcriber | None = None,
) -> ComparedRecording:
    """Compare `sound`, which begins at `begin` seconds of the recording `file`, with `words`.

    It stays as it is where all is in order, and where nothing of it is like the script. A `listener` who charges for it isn't
    asked.
    """
    try:
        found = align(sound, words, language)
        sentences = _sentences(words, language)
    except LecternError:  # eSpeak NG does not know the language: there is nothing to compare with
        return ComparedRecording(sound)
    utterances = _utterances(sound)
    paces = _paces(sentences, found, utterances)
    if found.confidence < CONFIDENT * (1 - len(found.unheard) / len(words)):
        return ComparedRecording(sound)  # something else altogether, which the confidence says
    if not utterances or not _looks_wrong(sentences, found, utterances, paces):
        return ComparedRecording(sound)
    aligned = cache(lambda span, said: _likeness(sound, span, said, language))
    free = listener if listener and listener.cost(1.0) is None else None
    alike = _heard_likeness(sound, utterances, language, free, aligned) if free else aligned
    tried = sorted({round(pace, 1) for pace in paces if pace > 0.3})
    found_at = [_match(utterances, sentences, words, alike, pace) for pace in tried]
    # What is not in the script only makes sentences longer: the quickest pace at which all are found is the speaker's.
    whole = (match for match in found_at if all(match[1].values()))
    matched = next(whole, min(found_at, key=lambda match: match[0]))[1] if found_at else {}
    if not any(matched.values()):
        return ComparedRecording(sound)
    return _without_unused(sound, utterances, sentences, matched, words, file, begin)


def _sentences(words: Sequence[str], language: str) -> list[_TimedSentence]:
    """Return the sentences with the time that eSpeak NG takes for them."""
    said = speak_reference(words, espeak_voice(language))
    spans = spoken_words(words, said.sounds, len(said.pcm) / said.rate)
    ends = [i + 1 for i, word in enumerate(words) if word.rstrip("\"'”’)")[-1:] in tuple(".!?…。！？")]
    cuts = sorted({0, *ends, len(words)})
    return [
        _TimedSentence(a, b, tuple(end - start for start, end in spans[a:b]))
        for a, b in zip(cuts, cuts[1:], strict=False)
    ]


def _utterances(sound: MonoSamples) -> list[Span]:
    """Return the stretches of sound between silences, in seconds."""
    speech = spectral_frames(sound.astype(np.float32, copy=False), audio.RATE).speech
    found: list[Span] = []
    for frame in np.flatnonzero(speech):
        time = float(frame) * HOP
        if found and time - found[-1][1] < SILENCE:
            found[-1] = found[-1][0], time + HOP
        else:
            found.append((time, time + HOP))
    return [(start, end) for start, end in found if end - start > 0.1]


def _paces(sentences: Sequence[_TimedSentence], found: Alignment, utterances: Sequence[Span]) -> list[float]:
    """Return for each sentence how many seconds the speaker takes for a second of eSpeak NG's."""
    return [_sound_in(_span(sentence, found), utterances) / sentence.seconds for sentence in sentences]


def _span(sentence: _TimedSentence, found: Alignment) -> Span:
    return found.words[sentence.first].start, found.words[sentence.last - 1].end


def _sound_in(span: Span, utterances: Sequence[Span]) -> float:
    return sum(max(0.0, min(span[1], end) - max(span[0], start)) for start, end in utterances)


def _looks_wrong(
    sentences: Sequence[_TimedSentence], found: Alignment, utterances: Sequence[Span], paces: Sequence[float]
) -> bool:
    """Return whether sentences differ in pace, words are drawn out or not heard, or there is speech beside the words."""
    words = [(word.start, word.end) for word in found.words]
    beside = [end - start for start, end in utterances if _sound_in((start, end), words) < 0.5 * (end - start)]
    expected = [seconds * min(paces) for sentence in sentences for seconds in sentence.words]
    times, more = DRAWN_OUT
    drawn = any(
        end - start > max(times * seconds, seconds + more)
        for (start, end), seconds in zip(words, expected, strict=True)
    )
    return bool(found.unheard) or drawn or max(paces) > PACE * min(paces) or max(beside, default=0.0) > SHORTEST


type _SentenceMatches = dict[int, tuple[int, int] | None]
"""The utterances (first, last exclusive) of each sentence, by its number; None: it is nowhere."""


type _Likeness = Callable[[Span, tuple[str, ...]], float]
"""How sure it is that words are what is said in a span (0..1)."""


def _match(
    utterances: Sequence[Span],
    sentences: Sequence[_TimedSentence],
    words: Sequence[str],
    likeness: _Likeness,
    pace: float,
) -> tuple[float, _SentenceMatches]:
    """Return the cheapest way to have the sentences said in order by the utterances, and its cost."""
    count = len(utterances)
    best: dict[tuple[int, int], tuple[float, tuple[int, int] | None]] = {(0, 0): (0.0, None)}
    for i in range(count + 1):
        for j in range(len(sentences) + 1):
            options: list[tuple[float, tuple[int, int]]] = []
            if i:
                seconds = utterances[i - 1][1] - utterances[i - 1][0]
                price = min(SKIPPED_UTTERANCE, SKIPPED_SHORT + seconds / 2) + LAST * i
                options.append((best[i - 1, j][0] + price, (i - 1, j)))
            if j:
                options.append((best[i, j - 1][0] + SKIPPED_SENTENCE, (i, j - 1)))
            for first in range(max(0, i - MOST_UTTERANCES), i) if j else ():
                price = _price(utterances[first:i], sentences[j - 1], words, likeness, pace)
                options.append((best[first, j - 1][0] + price, (first, j - 1)))
            if options:
                best[i, j] = min(options)
    return best[count, len(sentences)][0], _traced(best, count, len(sentences))


def _traced(best: dict[tuple[int, int], tuple[float, tuple[int, int] | None]], i: int, j: int) -> _SentenceMatches:
    matched: _SentenceMatches = {}
    while (before := best[i, j][1]) is not None:
        if before[1] < j:
            matched[before[1]] = (before[0], i) if before[0] < i else None
        i, j = before
    return matched


def _price(
    said: Sequence[Span], sentence: _TimedSentence, words: Sequence[str], likeness: _Likeness, pace: float
) -> float:
    """Return how little utterances sound like a sentence; infinity where they are far too long or too short."""
    ratio = sum(end - start for start, end in said) / (sentence.seconds * pace)
    if not 0.5 < ratio < 1.9:
        return math.inf
    cost = PACE_COST * max(0.0, abs(math.log(ratio)) - PACE_FREE) + JOINED * (len(said) - 1)
    if cost > SKIPPED_SENTENCE:
        return math.inf
    return cost + 3 * (1 - likeness((said[0][0], said[-1][1]), tuple(words[sentence.first : sentence.last])))


def _likeness(sound: MonoSamples, span: Span, words: Sequence[str], language: str) -> float:
    """Return how sure it is that `words` are what is said in `span` (0..1)."""
    start, end = (round(time * audio.RATE) for time in (max(0.0, span[0] - 0.1), span[1] + 0.1))
    found = align(sound[start:end], words, language)
    return found.confidence if found.confidence >= CONFIDENT else 0.0


def _heard_likeness(
    sound: MonoSamples, utterances: Sequence[Span], language: str, listener: Transcriber, otherwise: _Likeness
) -> _Likeness:
    """Return how alike words are to what a listener hears in a span; `otherwise` where nothing is heard."""

    @cache
    def heard(span: Span) -> tuple[str, ...]:
        start, end = (round(time * audio.RATE) for time in (max(0.0, span[0] - AIR), span[1] + AIR))
        request = TranscriptionRequest(wav=wav(sound[start:end]), language=language)
        try:
            return tuple(listener.transcribe(request).text.split())
        except LecternError:
            return ()

    def likeness_of(span: Span, said: tuple[str, ...]) -> float:
        found = [word for each in utterances if span[0] <= each[0] and each[1] <= span[1] for word in heard(each)]
        if not found:
            return otherwise(span, said)
        alike = min(likeness(said, found, language), likeness(found, said, language))
        return alike if alike >= CONFIDENT else 0.0

    return likeness_of


def _without_unused(
    sound: MonoSamples, utterances: Sequence[Span], sentences: Sequence[_TimedSentence], matched: _SentenceMatches, words: Sequence[str],
    file: str, begin: float,
) -> ComparedRecording:  # fmt: skip
    """Return the recording without the utterances that no sentence uses, and what there is to say about it."""
    used = {k for span in matched.values() if span for k in range(*span)}
    unused = [k for k in range(len(utterances)) if k not in used]
    findings = [
        (s.first, f'{file}: "{_beginning(words[s.first : s.last])}" is not said in it, or not in this place')
        for number, s in enumerate(sentences)
        if matched.get(number) is None
    ]
    for k in unused:
        start, end = (time + begin for time in utterances[k])
        if end - start > SHORTEST:
            after = [sentences[n].first for n, span in matched.items() if span and span[0] > k]
            message = f"{file}: what is said from {start:.1f} to {end:.1f} s is left out, for the script has it only once or not at all"
            findings.append((min(after, default=sentences[-1].first), message))
    return ComparedRecording(_cut(sound, utterances, unused), tuple(sorted(findings)))


def _cut(sound: MonoSamples, utterances: Sequence[Span], unused: Sequence[int]) -> MonoSamples:
    """Return the sound without some utterances and the silence before each."""
    keep = np.ones(len(sound), bool)
    for k in unused:
        start = (utterances[k - 1][1] + utterances[k][0]) / 2 if k else 0.0
        end = (utterances[k][1] + utterances[k + 1][0]) / 2 if k + 1 < len(utterances) else len(sound) / audio.RATE
        keep[round(start * audio.RATE) : round(end * audio.RATE)] = False
    return sound[keep]


def _beginning(words: Sequence[str]) -> str:
    return " ".join(words[:5]) + (" …" if len(words) > 5 else "")
