"""The film is listened to: what is not said, said twice, said otherwise or said in another language is found, and no spelling is."""

import numpy as np
import pytest

from lectern.pipeline.quality.film import believed
from lectern.pipeline.quality.heard import ExpectedLine, ExpectedWord, HeardLine, HeardProblem, hearing_findings
from lectern.pipeline.quality.hearing import RATE, hear_film
from lectern.pipeline.quality.voices import VoiceMeasure
from lectern.pipeline.voice.whisper_process import HeardCuts, HeardWord

FIRST = "Git bisect finds the commit that broke your program."
SECOND = "The server answers with 404, because the function returned nothing."
THIRD = "It halves the history until one commit is left."
PACE = 0.3


def line(number, text, start, spoken=None):
    written = text.split()
    said = spoken or written
    words = tuple(
        ExpectedWord(spoken=s, written=w, start=start + i * PACE, end=start + (i + 1) * PACE)
        for i, (w, s) in enumerate(zip(written, said, strict=True))
    )
    return ExpectedLine(id=f"line-{number}", scene="a", line=number, speaker="ada", words=words)


LINES = (line(1, FIRST, 0.5), line(2, SECOND, 4.5), line(3, THIRD, 9.0))


class Listener:
    """An ear that hears `said`: (text, start in s of the film), each word PACE long; `likely` is what it makes of the script."""

    def __init__(self, *said, likely=0.001, language="en"):
        self.words = [(w, start + i * PACE) for text, start in said for i, w in enumerate(text.split())]
        self.likely, self.language, self.asked = likely, language, []

    def transcribe(self, sound, language, *, prompt="", beam=5, cuts=None):
        offset = sound[0] if len(sound) else 0.0  # the sound of these tests says where it is
        spans = [(offset + a / RATE, offset + b / RATE) for a, b in cuts or [(0, len(sound))]]
        self.asked.append((language, beam, spans))
        heard = tuple(
            tuple(
                HeardWord(word=f" {w}", start=at - a, end=at + PACE - a, sure=0.9)
                for w, at in self.words
                if a <= at + PACE / 2 < b
            )
            for a, b in spans
        )
        return HeardCuts(language or self.language, 0.95, heard)

    def score(self, sound, language, text):
        return tuple((f" {word}", self.likely) for word in text.split())


def heard(*said, lines=LINES, **listener):
    ear = Listener(*said, **listener)
    return hear_film(ear, np.arange(14 * RATE, dtype=np.float32) / RATE, lines, "en-us"), ear


def messages(*said, **listener):
    return [(one.message, one.line, one.at) for one in hearing_findings(heard(*said, **listener)[0])]


def test_a_film_that_says_its_script_has_no_findings_and_is_listened_to_once():
    found, ear = heard((FIRST, 0.5), (SECOND, 4.5), (THIRD, 9.0))
    assert hearing_findings(found) == ()
    assert [one.share for one in found] == [1.0, 1.0, 1.0]
    assert len(ear.asked) == 1


@pytest.mark.parametrize(
    "spelled",
    [
        "Git Bisekt finds the commit that broke your program.",
        "GitBisect finds the comit that broke your program",
        "get bisect finds the commit, that broke your programme.",
    ],
)
def test_another_spelling_of_the_same_sounds_is_no_finding(spelled):
    assert messages((spelled, 0.5), (SECOND, 4.5), (THIRD, 9.0)) == []


def test_numbers_may_be_heard_as_words_and_the_other_way_round():
    assert messages((FIRST, 0.5), (SECOND.replace("404", "four hundred four"), 4.5), (THIRD, 9.0)) == []
    spoken = SECOND.replace("404", "four-oh-four").split()
    lines = (LINES[0], line(2, SECOND, 4.5, spoken), LINES[2])
    assert messages((FIRST, 0.5), (SECOND.replace("404", "four oh four"), 4.5), (THIRD, 9.0), lines=lines) == []


def test_a_line_that_is_missing_is_named_with_its_place():
    assert messages((FIRST, 0.5), (THIRD, 9.0)) == [(f'scene "a", 4.5 s: the line "{SECOND}" is not heard', 2, 4.5)]


def test_a_dropped_word_is_named_at_its_time():
    assert messages((FIRST, 0.5), (SECOND, 4.5), ("It halves the history", 9.0), ("one commit is left.", 10.5)) == [
        ('scene "a", 10.2 s: ada doesn\'t say "until"', 3, 10.2)
    ]


def test_a_garbled_word_is_named_with_what_is_heard():
    wrong = FIRST.replace("program", "banana")
    assert messages((wrong, 0.5), (SECOND, 4.5), (THIRD, 9.0)) == [
        ('scene "a", 2.9 s: ada says "program.", and "banana." is heard', 1, 2.9)
    ]


def test_a_word_that_the_ear_holds_likely_is_no_finding_even_if_it_writes_another():
    wrong = FIRST.replace("program", "banana")
    assert messages((wrong, 0.5), (SECOND, 4.5), (THIRD, 9.0), likely=0.6) == []


def test_what_is_said_twice_is_found():
    said = messages((FIRST, 0.5), ("that broke your program.", 3.25), (SECOND, 4.5), (THIRD, 9.0))
    assert [(number, text.endswith("twice")) for text, number, _ in said] == [(1, True)]


def test_what_nobody_wrote_is_found_if_the_ear_is_sure_of_it():
    said = messages((FIRST, 0.5), (SECOND, 4.5), (THIRD, 9.0), ("Please subscribe to my channel", 11.8))
    assert [text for text, *_ in said] == [
        'scene "a", 11.8 s: "Please subscribe to my channel" is heard, which is not in the script'
    ]


def test_two_lines_that_have_changed_places_are_both_found():
    assert {number for _, number, _ in messages((FIRST, 0.5), (THIRD, 4.5), (SECOND, 9.0))} == {2, 3}


def test_a_line_in_another_language_is_said_to_be_one():
    german = "Der Server antwortet mit einem Fehler weil nichts zurückkam."
    assert messages((FIRST, 0.5), (german, 4.5), (THIRD, 9.0), language="de") == [
        ('scene "a", 4.5 s: what ada says is heard in another language (de)', 2, 4.5)
    ]


def test_only_a_doubtful_line_is_listened_to_again_and_with_more_care():
    _, ear = heard((FIRST, 0.5), (THIRD, 9.0))
    assert [(beam, len(spans)) for _, beam, spans in ear.asked[:2]] == [(1, 1), (5, 1)]
    (start, end) = ear.asked[1][2][0]
    assert 3.2 < start < 4.5 and 7.5 < end < 9.0


def test_a_doubt_that_the_ear_s_own_measure_settles_costs_no_second_hearing():
    found, ear = heard((FIRST.replace("program", "banana"), 0.5), (SECOND, 4.5), (THIRD, 9.0), likely=0.6)
    assert hearing_findings(found) == () and found[0].share == 1.0
    assert len(ear.asked) == 1


def test_a_line_of_a_minute_is_listened_to_in_parts_and_is_one_line_still():
    long = line(1, " ".join([FIRST] * 20), 0.5)
    ear = Listener((" ".join([FIRST] * 20).replace("finds", "", 1), 0.5))
    (found,) = hear_film(ear, np.arange(55 * RATE, dtype=np.float32) / RATE, (long,), "en")
    assert found.id == "line-1" and len(found.heard.split()) > 170
    assert all(b - a < 30.0 for _, _, spans in ear.asked for a, b in spans)


def test_an_exact_voice_is_believed_where_the_film_has_what_was_recorded():
    doubt = HeardProblem(kind="garbled", words="halves", heard="ends", start=2.0, end=2.4)
    said = (
        HeardLine(id="line-1", scene="a", line=1, speaker="ada", start=0.5, heard="", share=0.9, problems=(doubt,)),
    )
    voice = VoiceMeasure(id="line-1", scene="a", line=1, speaker="ada", start=0.5, gain=0, late=0, clear=40)
    exact = LINES[0].model_copy(update={"exact": True})
    assert believed(said, [exact], [voice])[0].problems == ()
    assert believed(said, [LINES[0]], [voice])[0].problems == (doubt,)  # a neural voice does garble words
    other = voice.model_copy(update={"altered": ((2.1, 2.5),)})
    assert believed(said, [exact], [other])[0].problems == (doubt,)  # and a film may have lost a word
    assert believed(said, [exact], ())[0].problems == (doubt,)


def test_long_films_are_listened_to_in_stretches_of_whole_lines():
    lines = [line(n, FIRST, 4.0 * n) for n in range(20)]
    ear = Listener(*((FIRST, 4.0 * n) for n in range(20)))
    assert hearing_findings(hear_film(ear, np.arange(82 * RATE, dtype=np.float32) / RATE, lines, "en")) == ()
    spans = ear.asked[0][2]
    assert len(spans) == 3 and max(b - a for a, b in spans) < 30.0
    assert all(not a < word.start < b < word.end for a, b in spans for each in lines for word in each.words)


def test_a_film_without_words_is_not_listened_to():
    assert hear_film(None, np.zeros(RATE, np.float32), (), "en") == ()
