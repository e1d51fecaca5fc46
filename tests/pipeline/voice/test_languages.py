"""A film is spoken in its own language: built-in voices follow it, and any other voice that can't is an error."""

from pathlib import Path

import pytest
from support.providers import registry_with

from lectern.pipeline.episode.characters import BUILT_IN
from lectern.pipeline.episode.model import Character, Episode, Line, Scene, Word
from lectern.pipeline.episode.speaking import FALLBACK_VOICES, with_voice
from lectern.pipeline.providers.episode_voices import speaking_faults
from lectern.pipeline.services.voice import VoiceRequest
from lectern.pipeline.voice.espeak import record_untreated, voice_in
from lectern.pipeline.voice.line_request import line_request


@pytest.fixture(autouse=True)
def voices_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FALLBACK_VOICES)


def film(language: str, text: str = "Guten Tag", **character: object) -> tuple[Episode, Scene, Line]:
    fields = {"id": "ada", "name": "Ada", "portrait": "x"} | character
    line = Line(id="a", speaker="ada", words=tuple(Word(written=w, spoken=w, line=9) for w in text.split()), line=9)
    scene = Scene(id="s", title="S", line=1, lines=(line,))
    ada = with_voice(Character.model_validate(fields), language)
    return (
        Episode(folder=Path("/e"), title="T", narrator="ada", language=language, scenes=(scene,), characters=(ada,)),
        scene,
        line,
    )


@pytest.mark.parametrize(
    ("language", "voice"),
    [
        ("en", "heart"), ("en-GB", "heart"), ("de", "de+f3"), ("de-AT", "de+f3"), ("fr", "fr+f3"), ("es", "es+f3"),
        ("pt-BR", "pt-br+f3"), ("ja", "ja+f3"), ("zh", "cmn+f3"), ("zh-HK", "yue+f3"), ("no", "nb+f3"), ("ko", "ko+f3"),
    ],
)  # fmt: skip
def test_a_built_in_character_speaks_the_language_of_the_film(language: str, voice: str) -> None:
    episode, scene, line = film(language)
    assert line_request(registry_with(), episode, scene, line).voice == voice
    assert speaking_faults(episode, registry_with()) == ()


@pytest.mark.parametrize(
    ("language", "text", "sounds"),
    [
        ("de", "42 Bücher", "tsvaɪʊntf"), ("fr", "42 livres", "kaʁɑ̃t"), ("es", "42 libros", "kwaɾɛnta"),
        ("ja", "こんにちは", "ko̞nni"), ("en", "42 books", "fɔːɹ"),
    ],
)  # fmt: skip
def test_words_and_numbers_are_said_in_that_language(language: str, text: str, sounds: str) -> None:
    request = VoiceRequest(provider="espeak", voice=voice_in(language, "en-us+f3"), words=tuple(text.split()))
    assert sounds in "".join(sound.symbol for sound in record_untreated(request).sounds)


@pytest.mark.parametrize(
    ("provider", "voice", "language", "says"),
    [
        ("espeak", "en-us+m3", "de", '"voice": "de+m3"'),
        ("espeak", "de+m3", "en", '"voice": "en+m3"'),
        ("espeak", "de", "tlh", "does not speak tlh"),
        ("kokoro-server", "af_heart", "ja", "begin with j"),
        ("kokoro-server", "ef_dora", "fr", "begin with f"),
        ("kokoro-server", "af_heart", "de", "Kokoro has none"),
        ("piper", "en_US-amy-medium", "de", "speaks en"),
    ],
)
def test_a_voice_that_does_not_speak_the_language_is_an_error_with_the_way_out(
    provider: str, voice: str, language: str, says: str
) -> None:
    episode, _, _ = film(language, provider=provider, voice=voice, file="/e/characters/ada.json")
    (fault,) = speaking_faults(episode, registry_with())
    assert fault.file == "characters/ada.json" and says in fault.message and "Ada" in fault.message


def test_so_is_a_model_that_speaks_english_alone() -> None:
    settings = (("model", "eleven_turbo_v2"),)
    episode, _, _ = film("fr", provider="elevenlabs", voice="v", settings=settings, file="/e/characters/ada.json")
    (fault,) = speaking_faults(episode, registry_with())
    assert "eleven_multilingual_v2" in fault.message


@pytest.mark.parametrize(
    ("provider", "voice", "language"),
    [("kokoro-server", "jf_alpha", "ja"), ("kokoro-server", "pf_dora", "pt-BR"), ("piper", "de_DE-thorsten-medium", "de-AT"),
     ("piper", "my-own", "de"), ("openai", "alloy", "ja"), ("elevenlabs", "v", "ja"), ("espeak", "en-gb+f4", "en-US")],
)  # fmt: skip
def test_a_voice_that_speaks_it_or_may_do_so_is_left_alone(provider: str, voice: str, language: str) -> None:
    episode, _, _ = film(language, provider=provider, voice=voice, file="/e/characters/ada.json")
    assert speaking_faults(episode, registry_with()) == ()


def test_kanji_that_espeak_would_name_letter_by_letter_are_told_with_their_line() -> None:
    episode, _, _ = film("ja", "日本語です", file=str(BUILT_IN / "ada.json"))
    (fault,) = speaking_faults(episode, registry_with())
    assert (fault.file, fault.line) == ("script.md", 9) and "{say: かんじ}" in fault.message
    assert speaking_faults(film("ja", "こんにちは")[0], registry_with()) == ()
