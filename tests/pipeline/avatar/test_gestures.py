"""Which gestures a narrator makes, from what is said and shown."""

from lectern.pipeline.avatar.gestures import APART, gestures
from lectern.pipeline.avatar.take import Gesture
from lectern.pipeline.base.geometry import Box
from lectern.pipeline.episode.model import Scene
from lectern.pipeline.layout.model import NarratorPlace
from lectern.pipeline.services.voice import Phoneme
from lectern.pipeline.timing.narration import TimedPhoneme, TimedWord
from lectern.pipeline.timing.schedule import SceneSchedule

SECONDS = 30.0
PLACE = NarratorPlace(
    character="ada", side="left", mirrored=False, pixels=540, box=Box(x=0, y=0.5, w=0.28, h=0.5), start=0, end=SECONDS
)
SCENE = Scene(id="s", title="S", line=1)


def said(text: str, start: float = 1.0, word: float = 0.4) -> list[Gesture]:
    """The gestures with a text of equally long words, each with one vowel in its middle; *starred* words are stressed."""
    return list(_made(text, start, word, [], False, False))


def _made(text: str, start: float, word: float, things: list, greets: bool, parts: bool) -> tuple[Gesture, ...]:
    words, sounds = [], []
    for i, written in enumerate(text.split()):
        at = start + i * word
        stressed = written.startswith("*")
        words.append(
            TimedWord(
                written=written.replace("*", ""), speaker="ada", scene="s", start=at, end=at + word, emphasis=stressed
            )
        )
        vowel = Phoneme(symbol="ɑː", start=at + 0.1, end=at + 0.3)
        sounds.append(TimedPhoneme(speaker="ada", phoneme=vowel))
    schedule = SceneSchedule(scene="s", fps=30, duration=SECONDS, words=tuple(words), phonemes=tuple(sounds))
    return gestures(SCENE, schedule, things, PLACE, greets, parts)


def test_a_stressed_word_gets_a_beat_on_its_vowel() -> None:
    (beat,) = said("here we see the *answer* at last.", start=2.0)
    assert (beat.kind, round(beat.apex, 3)) == ("beat", 3.8)


def test_beats_are_never_close_together() -> None:
    found = said(
        "*one* *after* *the* *other* *word* *is* *stressed* *by* *its* *writer* *in* *this* *line*.", start=2.0
    )
    apices = [gesture.apex for gesture in found]
    assert len(apices) >= 2 and min(b - a for a, b in zip(apices, apices[1:], strict=False)) >= APART


def test_words_that_mean_something_bring_their_gesture() -> None:
    assert [g.kind for g in said("a walk in the park or a ride", start=2.0)] == ["weigh"]
    assert [g.kind for g in said("it takes us only one line", start=2.0)] == ["small"]
    assert [g.kind for g in said("welcome back", start=2.0)] == ["open"]


def test_what_is_new_is_pointed_at_before_it_is_seen_and_until_the_phrase_ends() -> None:
    thing = (6.0, Box(x=0.6, y=0.3, w=0.2, h=0.1))
    found = _made("one two three four five six seven eight nine ten eleven. twelve", 3.0, 0.4, [thing], False, False)
    (point,) = [g for g in found if g.kind == "point"]
    assert round(point.apex, 2) == 5.8 and round(point.until, 2) == 7.4
    assert round(point.x, 2) == 2.5 and round(point.y, 2) == -0.3
    assert not any(
        g.kind == "point" for g in _made("one two", 3.0, 0.4, [(6.0, Box(x=0, y=0, w=1, h=1))], False, False)
    )


def test_the_film_begins_and_ends_with_a_wave() -> None:
    text = "one two three four five six seven eight nine ten " * 6
    first, last = _made(text, 0.6, 0.4, [], True, False), _made(text, 0.6, 0.4, [], False, True)
    assert first[0].kind == "wave" and first[0].apex < 1.5 and last[0].kind != "wave"
    assert last[-1].kind == "wave" and last[-1].apex < 24.6 < last[-1].until


def test_no_gesture_runs_into_another() -> None:
    found = said("so we *see* only *one* or *two* small *things* and *more* of *them* together.", start=2.0)
    assert all(b.apex - 0.9 >= a.until + 0.5 for a, b in zip(found, found[1:], strict=False))
