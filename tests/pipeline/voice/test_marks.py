"""A mark is met when its word is spoken; a request holds what the author wrote."""

from lectern.pipeline.episode.model import Character, Line, Mark, Rest, Word
from lectern.pipeline.services.voice import SpokenWord, VoiceTake
from lectern.pipeline.voice.marks import mark_times
from lectern.pipeline.voice.recipe import voice_request

LINE = Line(
    id="a",
    speaker="ada",
    words=(Word(written="uv", spoken="you vee", line=1), Word(written="runs.", spoken="runs.", line=1)),
    marks=(Mark(name="first", word=0, line=1), Mark(name="second", word=1, line=1), Mark(name="end", word=2, line=1)),
    rests=(Rest(word=1, seconds=0.5),),
)

TAKE = VoiceTake(
    audio="a.wav",
    duration=2.0,
    words=(SpokenWord(index=0, start=0.05, end=0.6), SpokenWord(index=1, start=1.1, end=1.8)),
    phonemes=(),
    tier="service",
)


def test_a_mark_is_the_start_of_its_word_and_at_the_end_the_end_of_the_last() -> None:
    assert mark_times(LINE, TAKE) == {"first": 0.05, "second": 1.1, "end": 1.8}


def test_the_voice_is_asked_to_say_what_is_spoken_with_the_rests_and_the_characters_settings() -> None:
    ben = Character(id="ben", name="Ben", portrait="", voice="en-us+m3", settings=(("rate", "150"), ("pitch", "40")))
    request = voice_request(LINE, ben)
    assert request.words == ("you vee", "runs.")
    assert request.pauses == ((1, 0.5),)
    assert (request.provider, request.voice) == ("espeak", "en-us+m3")
    assert request.settings == (("pitch", "40"), ("rate", "150"))
