"""What is asked of a voice holds what its provider needs and nothing else, so that nothing is made anew without need."""

from pathlib import Path

import pytest

from lectern.pipeline.episode.model import Character, Episode, Line, Scene, Settings, Word
from lectern.pipeline.errors import LecternError
from lectern.pipeline.jobs.takes import take_key
from lectern.pipeline.services.voice import VoiceRequest
from lectern.pipeline.voice.recipe import VOICE, out_of_the_box, voice_request
from lectern.pipeline.voice.speaking import bench_for
from lectern.pipeline.voice.wanted import line_request


def said(id: str, text: str, speaker: str = "ada") -> Line:
    return Line(id=id, speaker=speaker, words=tuple(Word(written=w, spoken=w, line=1) for w in text.split()))


LINES = (said("a", "First one."), said("b", "Not me.", "ben"), said("c", "Second one."), said("d", "Third one."))


def asked(provider: str, at: int = 2, sections: tuple = (), voice: str = "v", **settings: str) -> VoiceRequest:
    ada = Character(id="ada", name="Ada", portrait="x", provider=provider, voice=voice, settings=tuple(settings.items()))
    ben = Character(id="ben", name="Ben", portrait="x")
    scene = Scene(id="s", title="S", line=1, lines=LINES)
    episode = Episode(
        folder=Path("/e"), title="T", narrator="ada", language="de", scenes=(scene,), characters=(ada, ben),
        settings=Settings(voice=sections),
    )  # fmt: skip
    return line_request(out_of_the_box(), episode, scene, LINES[at])


def test_the_built_in_voice_is_asked_as_ever_so_its_takes_stay() -> None:
    request = asked("espeak", voice="en-us+f3", rate="150")
    ada = Character(id="ada", name="Ada", portrait="x", settings=(("rate", "150"),))
    assert request == voice_request(LINES[2], ada)
    assert request.model_dump(mode="json") == {
        "provider": "espeak", "voice": "en-us+f3", "settings": [["rate", "150"]], "words": ["Second", "one."], "pauses": []
    }  # fmt: skip
    assert take_key(VOICE, request) == "c8ff112f376c2d145705"


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
    sections = {"openai": {"price": "0.015", "parallel": "4"}}
    plain = asked("openai", speed="0.9")
    own = asked("openai", speed="0.9", price="2", currency="EUR", timeout="9", parallel="1")
    provider = out_of_the_box(sections).find("voice", "openai")
    assert (provider.cost(plain).price, provider.lane(plain).most) == (pytest.approx(0.015 * 11 / 1000), 4)
    assert (provider.cost(own).price, provider.cost(own).currency) == (pytest.approx(2 * 11 / 1000), "EUR")
    assert (provider.lane(own).most, provider.service(provider.settings_of(own)).timeout) == (1, 9)
    assert take_key(VOICE, own) == take_key(VOICE, plain)
    assert bench_for(Path("/e"), own).request == bench_for(Path("/e"), plain).request


def test_a_character_without_a_voice_gets_the_providers_own() -> None:
    assert asked("openai", voice="en-us+f3").voice == "alloy"
    assert asked("piper", voice="en-us+f3").voice == asked("localai", voice="en-us+f3").voice == ""


def test_an_unknown_provider_is_told() -> None:
    with pytest.raises(LecternError, match='no voice provider called "nobody"; there are: command, edge-tts'):
        asked("nobody")
