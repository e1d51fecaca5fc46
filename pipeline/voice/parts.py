"""Splits a line into the parts that are sent to a service, at rests and ends of sentences, and joins their sound."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..base import audio
from ..base.arrays import MonoSamples
from ..base.clock import Span
from ..base.text_runs import unbreakable_parts
from ..services.usage import Usage, total
from ..services.voice import TIERS, Phoneme, Tier, VoiceRequest
from .sound import AFTER, BEFORE, fading
from .utterances import LEAD_IN, TRAIL, split_at_rests

SENTENCE_REST = 0.3
"""Seconds between sentences of different parts."""

AROUND = 400
"""Characters of the text before and after a part that a service is sent as context."""

RISE, FALL = 0.003, 0.012
"""Seconds in which a part fades in and out, so that it does not click."""


@dataclass(frozen=True)
class Part:
    """Words `first` to `first + len(words)` of a line, spoken in one request.

    `next_in_line` says that the line continues after it; `previous` and `next` are the text around it. A paragraph in a script
    without blanks is one word, and may be longer than a request: `within` says that the first word was begun by the part before.
    """

    number: int
    first: int
    words: tuple[str, ...]
    rest_before: float
    rest_after: float
    next_in_line: bool = False
    previous: str = ""
    next: str = ""
    within: bool = False

    @property
    def text(self) -> str:
        """Return the text to send. If the line continues, a comma keeps the voice from falling as at an end."""
        said = " ".join(self.words)
        return f"{said}," if self.next_in_line and said[-1:].isalnum() else said


@dataclass(frozen=True)
class TimedPart:
    """A part as it is heard, with the times of its words and phonemes in it.

    `tier` says where the times are from, `confidence` (0..1) how sure they are; `listening` is what a transcription used,
    `note` why there is none; `unlike` is what a recording says otherwise than the script.
    """

    sound: MonoSamples
    spans: tuple[Span, ...]
    phonemes: tuple[Phoneme, ...]
    tier: Tier = "service"
    confidence: float = 1.0
    listening: Usage | None = None
    note: str = ""
    unlike: tuple[str, ...] = ()


def split_into_parts(request: VoiceRequest, most: int) -> tuple[Part, ...]:
    """Return the parts of a line, each of at most `most` characters (a longer word stays whole, if its script has blanks)."""
    found: list[tuple[int, tuple[str, ...], float, float, bool]] = []
    for stretch in split_at_rests(request.words, request.pauses):
        words = tuple(" ".join(w.split()) for w in request.words[stretch.first : stretch.first + len(stretch.offsets)])
        # Pieces of one word are in parts of their own, for within a part there would be a blank between them.
        split = [(number, piece) for number, word in enumerate(words) for piece in _pieces_of(word, most)]
        texts = tuple(piece for _, piece in split)
        cuts = [0, *(at for at in range(1, len(split)) if split[at - 1][0] == split[at][0]), len(split)]
        runs = [(a + start, a + end) for a, b in pairwise(cuts) for start, end in _pack_words(texts[a:b], most)]
        for index, (start, end) in enumerate(runs):
            before = SENTENCE_REST if index else stretch.rest_before
            after = stretch.rest_after if index == len(runs) - 1 else 0.0
            within = start > 0 and split[start - 1][0] == split[start][0]
            found.append((stretch.first + split[start][0], texts[start:end], before, after, within))
    last = len(found) - 1
    return tuple(
        Part(number, *piece[:4], number < last, *_context_of(request, piece[:4]), within=piece[4])
        for number, piece in enumerate(found)
    )


def join_parts(parts: Sequence[Part], timed: Sequence[TimedPart]) -> TimedPart:
    """Join parts with exactly their rests between, and a little silence around the whole.

    The silence that a part keeps around its audible sound (`sound.bounds`) counts as rest. The whole is as sure as its
    least sure part.
    """
    place = 0
    placed: list[tuple[int, MonoSamples]] = []
    spans: list[Span] = []
    phonemes: list[Phoneme] = []
    for part, heard in zip(parts, timed, strict=True):
        air = AFTER + BEFORE if placed else BEFORE
        rest = part.rest_before + (0.0 if placed else LEAD_IN)
        place += round(max(0.0, rest - air) * audio.RATE)
        shift = place / audio.RATE
        placed.append((place, _fade_edges(heard.sound)))
        moved = [(start + shift, end + shift) for start, end in heard.spans]
        if part.within and spans:
            moved[0] = (spans.pop()[0], moved[0][1])
        spans += moved
        phonemes += [Phoneme(symbol=p.symbol, start=p.start + shift, end=p.end + shift) for p in heard.phonemes]
        place += len(heard.sound)
    whole = np.zeros(place + round((TRAIL + parts[-1].rest_after - AFTER) * audio.RATE), np.float32)
    for start, sound in placed:
        whole[start : start + len(sound)] = sound
    listening = tuple(each.listening for each in timed if each.listening)
    return TimedPart(
        whole,
        tuple(spans),
        tuple(phonemes),
        tier=max((each.tier for each in timed), key=TIERS.index),
        confidence=min(each.confidence for each in timed),
        listening=total(listening) if listening else None,
        note=next((each.note for each in timed if each.note), ""),
        unlike=tuple(finding for each in timed for finding in each.unlike),
    )


def _context_of(request: VoiceRequest, piece: tuple[int, tuple[str, ...], float, float]) -> tuple[str, str]:
    """Return the text before and after a piece: the rest of its line, and the neighbouring lines of the request."""
    first, words = piece[:2]
    before = " ".join([request.previous, *request.words[:first]]).strip()
    after = " ".join([*request.words[first + len(words) :], request.next]).strip()
    return before[-AROUND:], after[:AROUND]


def _pieces_of(word: str, most: int) -> list[str]:
    """Return a word; in pieces of at most `most` characters where it is longer, and a line may end within it."""
    letters = unbreakable_parts(word) if len(word) > most else (word,)
    pieces: list[str] = []
    at = 0
    while at < len(letters):
        end, length = at + 1, len(letters[at])
        while end < len(letters) and length + len(letters[end]) <= most:
            length += len(letters[end])
            end += 1
        end = end if end == len(letters) else _best_end(letters, at, end)
        pieces.append("".join(letters[at:end]))
        at = end
    return pieces


def _pack_words(words: tuple[str, ...], most: int) -> tuple[tuple[int, int], ...]:
    """Return runs of words (start, end) as long as `most` allows, ending with a sentence, else a clause, else anywhere."""
    cuts = [0]
    while cuts[-1] < len(words):
        start = cuts[-1]
        fitting = _fitting_end(words, start, most)
        cuts.append(fitting if fitting == len(words) else _best_end(words, start, fitting))
    return tuple(pairwise(cuts))


def _fitting_end(words: tuple[str, ...], start: int, most: int) -> int:
    """Return the end of the longest run of words from `start` that fits; at least one word."""
    end, length = start + 1, len(words[start])
    while end < len(words) and length + 1 + len(words[end]) <= most:
        length += 1 + len(words[end])
        end += 1
    return end


def _best_end(words: tuple[str, ...], start: int, fitting: int) -> int:
    for marks in (".!?…。！？．؟।។", ";:,–—；：，、،؛"):
        ends = [end for end in range(start + 1, fitting + 1) if words[end - 1].rstrip("\"')]»”’")[-1:] in tuple(marks)]
        if ends:
            return ends[-1]
    return fitting


def _fade_edges(sound: MonoSamples) -> MonoSamples:
    return sound * fading(len(sound), *(min(len(sound) // 2, round(seconds * audio.RATE)) for seconds in (RISE, FALL)))
