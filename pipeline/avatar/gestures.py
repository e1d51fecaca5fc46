"""Which gestures a narrator makes in a scene, and when: at what is shown, at words that carry weight, and as a greeting."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from ..episode.model import Scene
from ..layout.model import NarratorPlace
from ..layout.narrator_moves import box_at
from ..services.voice import Phoneme
from ..timing.narration import TimedWord
from ..timing.overlay_cues import overlay_cues
from ..timing.schedule import SceneSchedule
from .gaze import Shown
from .take import Gesture, GestureKind

BEFORE = 0.20
"""Seconds by which an arm arrives before what it points at is there."""
HOLD = (0.8, 2.5)
"""The fewest and most seconds for which an arm points."""
WHOLE = 0.5
"""Of something that takes more than this share of the frame, no arm shows where it is."""
APART = 2.5
"""Seconds between the apices of two beats, at least."""
AROUND = (0.9, 0.5)
"""Seconds before a gesture's apex and after its hold that are its own."""
GREETING = 0.9
"""Seconds after which a wave is at its height, at the earliest."""
WAVING = 2.2
"""Seconds from the height of the last wave to the scene's end."""

OPENING = frozenset("so hello hi welcome together everything everybody everyone".split())
WEIGHING = frozenset("or either instead rather versus".split())
LITTLE = frozenset("only just tiny small little single".split())
FINGERS: tuple[GestureKind, ...] = ("one", "two", "three")
VOWELS = frozenset("aeiouyɑæɐɒɔəɘɚɛɜɝɞɪɨɵøœɶʊʉʌɯᵻ")


def gestures(
    scene: Scene, schedule: SceneSchedule, things: Sequence[Shown], place: NarratorPlace, greets: bool, parts: bool
) -> tuple[Gesture, ...]:
    """Return a narrator's gestures, by time; she waves at the start of a scene in which she `greets`, and where she `parts`.

    What is pointed at comes first, then lists, then words; a gesture that would run into another one is left out.
    """
    words = [word for word in schedule.words if word.speaker == place.character]
    sounds = schedule.phonemes_of(place.character)
    chosen: list[Gesture] = []
    for gesture in (
        *_waves(words, schedule, greets, parts),
        *_pointing(things, words, place),
        *_counting(scene, schedule, words),
        *_with_words(words, sounds),
        *_beats(words, sounds),
    ):
        if (
            place.start <= gesture.apex - AROUND[0]
            and gesture.until + AROUND[1] <= place.end
            and _is_free(gesture, chosen)
        ):
            chosen.append(gesture)
    return tuple(sorted(chosen, key=lambda gesture: gesture.apex))


def _is_free(gesture: Gesture, others: Iterable[Gesture]) -> bool:
    for other in others:
        first, second = sorted((gesture, other), key=lambda g: g.apex)
        gap = APART if gesture.kind == other.kind == "beat" else 0.0
        if second.apex - first.apex < gap or second.apex - AROUND[0] < first.until + AROUND[1]:
            return False
    return True


def _waves(words: Sequence[TimedWord], schedule: SceneSchedule, greets: bool, parts: bool) -> Iterable[Gesture]:
    if greets and words:
        apex = max(GREETING, words[0].start + 0.2)
        yield Gesture(kind="wave", apex=apex, until=apex + 1.4)
    if parts and words:
        apex = min(words[-1].end - 0.2, schedule.duration - WAVING)
        yield Gesture(kind="wave", apex=apex, until=apex + 1.4)


def _pointing(things: Sequence[Shown], words: Sequence[TimedWord], place: NarratorPlace) -> Iterable[Gesture]:
    for time, box in things:
        if box.w * box.h <= WHOLE:
            own, apex = box_at(place, time), time - BEFORE
            hold = min(max(_phrase_end(words, time) - apex, HOLD[0]), HOLD[1])
            x, y = (box.centre[0] - own.x) / own.w, (box.centre[1] - own.y) / own.h
            yield Gesture(kind="point", apex=apex, until=apex + hold, x=x, y=y)


def _phrase_end(words: Sequence[TimedWord], time: float) -> float:
    """Return when the phrase ends in which something is said at `time`."""
    end = time
    for word, after in pairwise([*words, None]):
        if word and word.end > time:
            end = word.end
            if after is None or after.start - word.end > 0.25 or word.written[-1:] in ".,;:?!":
                return end
    return end


def _counting(scene: Scene, schedule: SceneSchedule, words: Sequence[TimedWord]) -> Iterable[Gesture]:
    """Yield a finger for each of the first three entries of a list while she speaks."""
    for overlay, cue in zip(scene.overlays, overlay_cues(scene, schedule.marks, schedule.duration), strict=True):
        if overlay.kind == "bullets" and len(cue.items) > 1:
            for kind, time in zip(FINGERS, cue.items, strict=False):
                if any(word.start - 0.5 <= time <= word.end + 0.5 for word in words):
                    yield Gesture(kind=kind, apex=time + 0.05, until=time + 0.6)


def _with_words(words: Sequence[TimedWord], sounds: Sequence[Phoneme]) -> Iterable[Gesture]:
    """Yield the gestures that go with what a word means, or with the beginning of a conclusion."""
    for index, word in enumerate(words):
        bare = word.written.lower().strip(".,;:?!")
        begins = index == 0 or words[index - 1].written[-1:] in ".?!"
        kind: GestureKind | None = "weigh" if bare in WEIGHING else "small" if bare in LITTLE else None
        kind = "open" if bare in OPENING and (begins or bare != "so") else kind
        if kind:
            apex = _vowel(word, sounds)
            yield Gesture(kind=kind, apex=apex, until=apex + 0.5)


def _beats(words: Sequence[TimedWord], sounds: Sequence[Phoneme]) -> Iterable[Gesture]:
    """Yield a beat on every stressed word, and on the longest one of each sentence without any."""
    for sentence in _sentences(words):
        stressed = [word for word in sentence if word.emphasis]
        for word in stressed or [max(sentence, key=lambda w: w.end - w.start)]:
            apex = _vowel(word, sounds)
            yield Gesture(kind="beat", apex=apex, until=apex + 0.1)


def _sentences(words: Sequence[TimedWord]) -> list[list[TimedWord]]:
    found: list[list[TimedWord]] = [[]]
    for word in words:
        found[-1].append(word)
        if word.written[-1:] in ".?!":
            found.append([])
    return [sentence for sentence in found if len(sentence) > 2]


def _vowel(word: TimedWord, sounds: Sequence[Phoneme]) -> float:
    """Return the middle of a word's longest vowel, on which a gesture arrives."""
    own = [s for s in sounds if word.start <= s.start < word.end and VOWELS & set(s.symbol)]
    longest = max(own, key=lambda s: s.end - s.start, default=None)
    return (longest.start + longest.end) / 2 if longest else word.start + 0.1
