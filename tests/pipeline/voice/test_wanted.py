"""What is asked of a voice holds what its provider needs and nothing else, so that nothing is made anew without need."""

from pathlib import Path

import pytest
from support.providers import VOICE, registry_with

from lectern.pipeline.base.errors import LecternError, SourceError
from lectern.pipeline.episode.blocks import AvatarBlock
from lectern.pipeline.episode.model import Character, Episode, Line, Mark, Rest, Scene, Settings, Word
from lectern.pipeline.jobs.recipe import take_key
from lectern.pipeline.services.voice import VoiceProvider, VoiceRequest
from lectern.pipeline.voice.line_request import line_request
from lectern.pipeline.voice.service_voice import context_for


def said(id: str, text: str, speaker: str = "ada") -> Line:
    return Line(id=id, speaker=speaker, words=tuple(Word(written=w, spoken=w, line=1) for w in text.split()))


LINES = (said("a", "First one."), said("b", "Not me.", "ben"), said("c", "Second one."), said("d", "Third one."))
RESPELLED = Line(
    id="e",
    speaker="ada",
    words=(Word(written="uv", spoken="you vee", line=1), Word(written="runs.", spoken="runs.", line=1)),
    marks=(Mark(name="first", word=0, line=1), Mark(name="end", word=2, line=1)),
    rests=(Rest(word=1, seconds=0.5),),
)


SLOW = said("f", "Slowly now.").model_copy(update={"speed": 0.5})


def asked(
    provider: str,
    at: int = 2,
    sections: tuple = (),
    voice: str = "v",
    language: str = "de",
    avatars: tuple[AvatarBlock, ...] = (),
    **settings: str,
) -> VoiceRequest:
    ada = Character(
        id="ada", name="Ada", portrait="x", provider=provider, voice=voice, settings=tuple(settings.items())
    )
    ben = Character(id="ben", name="Ben", portrait="x")
    lines = (*LINES, RESPELLED, SLOW)[: max(len(LINES), at + 1)]
    scene = Scene(id="s", title="S", line=1, lines=lines, avatars=avatars)
    episode = Episode(
        folder=Path("/e"), title="T", narrator="ada", language=language, scenes=(scene,), characters=(ada, ben),
        settings=Settings(voice=sections),
    )  # fmt: skip
    return line_request(registry_with(), episode, scene, scene.lines[at])


def test_the_voice_is_asked_to_say_what_is_spoken_with_the_rests_and_the_characters_settings() -> None:
    request = asked("espeak", at=4, voice="en-us+m3", rate="150", pitch="40")
    assert request.words == ("you vee", "runs.")
    assert request.pauses == ((1, 0.5),)
    assert (request.provider, request.voice) == ("espeak", "en-us+m3")
    assert request.settings == (("pitch", "40"), ("rate", "150"))


def test_the_built_in_voice_is_asked_as_ever_so_its_takes_stay() -> None:
    request = asked("espeak", voice="en-us+f3", language="en", rate="150")
    assert request.model_dump(mode="json") == {
        "provider": "espeak", "voice": "en-us+f3", "settings": [["rate", "150"]], "words": ["Second", "one."], "pauses": []
    }  # fmt: skip
    assert take_key(VOICE, request) == "c8ff112f376c2d145705"


@pytest.mark.parametrize(
    ("provider", "given", "wanted"),
    [
        ("hibari", {"speed": "1.2"}, ("speed", "0.6")),
        ("espeak", {}, ("rate", "80")),
        ("openai", {}, ("speed", "0.5")),
        ("piper", {}, ("length_scale", "2")),
    ],
)
def test_a_line_is_spoken_so_many_times_as_fast_as_its_character_speaks(provider, given, wanted) -> None:
    assert wanted in asked(provider, at=5, voice="en-us+f3", language="en", **given).settings


def test_a_voice_that_cannot_speak_at_the_speed_of_a_line_is_told_with_the_way_out() -> None:
    with pytest.raises(SourceError, match=r"Ada \(command\) can't be told a speed; remove \{speed: ...\}"):
        asked("command", at=5)
    with pytest.raises(SourceError, match=r"\{speed: 0.5\}: settings of the voice provider hibari: speed"):
        asked("hibari", at=5, voice="heart", language="en", speed="0.8")


def test_a_neural_voice_is_asked_for_the_mood_that_the_line_begins_in() -> None:
    def mood(at: int) -> tuple[tuple[str, str], ...]:
        return asked("hibari", at=at, voice="heart", language="en", avatars=moods).settings

    moods = (
        AvatarBlock(id="1", line=1, mood="serious"),
        AvatarBlock(id="2", line=1, mood="cheerful", character="ada", at="first"),
        AvatarBlock(id="3", line=1, mood="worried", character="ben", at="first"),
    )
    assert mood(2) == (("pitch", "-1"), ("speed", "0.93"))
    assert mood(4) == (("pitch", "1.2"), ("speed", "1.06"))
    assert asked("espeak", voice="en-us+f3", language="en", avatars=moods).settings == ()


def test_what_the_same_speaker_says_around_is_told_to_those_who_use_it() -> None:
    request = asked("elevenlabs")
    assert (request.previous, request.next, request.language) == ("First one.", "Third one.", "de")
    assert (asked("elevenlabs", 0).previous, asked("elevenlabs", 3).next) == ("", "")
    assert (asked("openai").previous, asked("openai").language) == ("", "de")
    assert asked("elevenlabs", continuity="false").previous == ""


def test_a_characters_settings_lie_over_those_of_lectern_toml() -> None:
    sections = (("openai", (("speed", "1.1"), ("model", "tts-1"), ("price", "0.015"), ("timeout", "9"))),)
    request = asked("openai", sections=sections, speed="0.9")
    assert request.settings == (("model", "tts-1"), ("speed", "0.9"))  # no recording depends on a price


def test_how_a_service_is_dealt_with_may_be_the_characters_own_and_makes_nothing_anew() -> None:
    sections = (("openai", (("price", "0.015"), ("parallel", "4"))),)
    plain = asked("openai", sections=sections, speed="0.9")
    own = asked("openai", sections=sections, speed="0.9", price="2", currency="EUR", timeout="9", parallel="1")
    provider = registry_with().find(VoiceProvider, "openai")
    shared, set_by_ada = provider.settings_of(plain), provider.settings_of(own)
    assert provider.cost(shared, plain).price == pytest.approx(0.015 * 11 / 1000) and provider.lane(shared).most == 4
    usage = provider.cost(set_by_ada, own)
    assert (usage.price, usage.currency) == (pytest.approx(2 * 11 / 1000), "EUR")
    assert (provider.lane(set_by_ada).most, provider.service(set_by_ada).timeout) == (1, 9)
    assert take_key(VOICE, own) == take_key(VOICE, plain)
    assert context_for(Path("/e"), own).request == context_for(Path("/e"), plain).request


def test_an_unknown_provider_is_told() -> None:
    with pytest.raises(LecternError, match='no voice provider called "nobody"; there are: chatterbox, '):
        asked("nobody")
