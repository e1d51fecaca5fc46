"""Which voice speaks for a character: its own, or its fallback, which is asked for and said."""

import json
from pathlib import Path

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.episode.characters import BUILT_IN, Character, FallbackVoice, read_characters
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.episode.speaking import FALLBACK_VOICES, PERSONS_FALLBACK_VOICES, with_voice
from lectern.pipeline.providers.episode_voices import (
    draft_notes,
    fallback_findings,
    speaking_faults,
    untrusted_registry,
)
from lectern.pipeline.studio.check import check
from lectern.pipeline.voice.neural_models import HibariModel, KokoroModel

ESPEAK = FallbackVoice(provider="espeak", voice="en-gb+m3", settings=(("rate", "150"),))


@pytest.fixture(autouse=True)
def voices_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FALLBACK_VOICES)


@pytest.fixture
def without_kokoro(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KokoroModel, "packages", (("no_such_part", "part==1"),))


def spoken(language: str = "en", policy: str = "never", **fields: object) -> tuple[str, str, str]:
    character = with_voice(Character(id="me", name="Me", **fields), language, policy)
    return character.provider, character.voice, character.because


def episode(
    folder: Path, settings: str = "", language: str = "en", narrator: str = "ben", **characters: object
) -> Path:
    (folder / "script.md").write_text(f"---\nnarrator: {narrator}\nlanguage: {language}\n---\n# One\n\nOK 1 2 3.\n")
    (folder / "lectern.toml").write_text(settings)
    (folder / "characters").mkdir()
    for name, fields in characters.items():
        (folder / "characters" / f"{name}.json").write_text(json.dumps({"portrait": "lectern:ada", **fields}))
    return folder


@pytest.mark.parametrize(
    ("fields", "language", "voice"),
    [
        ({}, "en", ("hibari", "heart", "")),
        ({}, "de", ("espeak", "de+f3", "language")),
        ({"voice": "am_puck"}, "en", ("kokoro", "am_puck", "")),
        ({"voice": "heart"}, "en", ("hibari", "heart", "")),
        ({"voice": "en-gb+f2"}, "en", ("espeak", "en-gb+f2", "")),
        ({"provider": "kokoro"}, "en", ("kokoro", "af_heart", "")),
        ({"provider": "espeak"}, "fr", ("espeak", "fr+f3", "")),
        ({"provider": "openai"}, "en", ("openai", "alloy", "")),
        ({"provider": "piper"}, "en", ("piper", "", "")),
        ({"provider": "of-a-plug-in"}, "en", ("of-a-plug-in", "", "")),
        ({"provider": "kokoro", "voice": "af_heart"}, "de", ("kokoro", "af_heart", "")),
        ({"provider": "kokoro", "voice": "af_heart", "fallback": ESPEAK}, "de", ("espeak", "de+m3", "language")),
        ({"provider": "kokoro", "voice": "afheart", "fallback": ESPEAK}, "de", ("kokoro", "afheart", "")),
    ],
)
def test_a_voice_that_is_not_named_is_the_one_that_fits(fields, language, voice):
    assert spoken(language, **fields) == voice


def test_each_of_lecterns_own_speaks_english_with_a_neural_voice_and_all_else_with_a_fallback_of_its_own():
    own = {c.id: c for c in read_characters((), Path("/nowhere"))}
    assert {id: with_voice(c, "en").provider for id, c in own.items()} == {
        "ada": "hibari", "ben": "kokoro", "kai": "kokoro", "ruth": "kokoro",
    }  # fmt: skip
    assert {with_voice(c, "es").voice for c in own.values()} == {"es+f3", "es+m3", "es+m2", "es+f4"}
    assert all(Path(c.file).parent == BUILT_IN for c in own.values())


def test_a_voice_that_is_not_installed_stops_a_build_with_the_ways_out(tmp_path, without_kokoro):
    read = read_episode(episode(tmp_path))
    (fault,) = speaking_faults(read, untrusted_registry(read))
    assert (fault.file, fault.line) == ("script.md", 1)
    assert fault.message == (
        "Ben: the voice kokoro is not installed here: run pip install part==1 (Blender's extension has no "
        "room for it); or let espeak speak instead: write "
        'fallback_voices = "missing" below [film] in lectern.toml'
    )


def test_its_fallback_speaks_if_that_is_asked_for_and_check_and_the_report_say_so(tmp_path, without_kokoro):
    folder = episode(tmp_path, '[film]\nfallback_voices = "missing"\n')
    read = read_episode(folder)
    assert speaking_faults(read, untrusted_registry(read)) == () and draft_notes(read) == ()
    said = "Ben speaks with espeak en-us+m3, because Kokoro am_michael is not installed here"
    assert [str(found) for found in fallback_findings(read)] == [f"script.md:1: {said}"]
    assert [found.message for found in check(folder).findings] == [said]


def test_one_of_the_episodes_own_is_told_at_its_file(tmp_path, without_kokoro):
    me = {"provider": "kokoro", "voice": "bm_george"}
    read = read_episode(episode(tmp_path, narrator="me", me=me))
    (fault,) = speaking_faults(read, untrusted_registry(read))
    assert fault.file == "characters/me.json" and fault.message.endswith(
        'or write "provider": "espeak" in the character\'s file'
    )


def test_for_drafts_fallbacks_speak_always_which_is_said(tmp_path, monkeypatch):
    folder = episode(tmp_path, '[film]\nfallback_voices = "always"\n')
    said = "Ben speaks with espeak en-us+m3 instead of Kokoro am_michael, because that is asked for: fallback_voices in lectern.toml"
    assert check(folder).voices == (said,) and not check(folder).findings
    monkeypatch.setenv(FALLBACK_VOICES, "never")
    assert check(folder).voices == ()
    monkeypatch.setenv(FALLBACK_VOICES, "sometimes")
    with pytest.raises(LecternError, match='FALLBACK_VOICES is "sometimes"; it can be never, missing, always'):
        read_episode(folder)


@pytest.mark.parametrize(
    ("variable", "written", "preferred", "because"),
    [
        ("", "", "always", "the fallback voices in Blender's preferences"),
        ("", "always", "missing", "fallback_voices in lectern.toml"),
        ("", "never", "always", ""),
        ("always", "never", "never", "LECTERN_FALLBACK_VOICES=always"),
        ("never", "always", "always", ""),
    ],
)
def test_what_the_environment_says_of_fallbacks_wins_then_what_is_written_then_what_the_person_prefers(
    tmp_path, monkeypatch, variable, written, preferred, because
):
    monkeypatch.setenv(FALLBACK_VOICES, variable)
    monkeypatch.setenv(PERSONS_FALLBACK_VOICES, preferred)
    folder = episode(tmp_path, f'[film]\nfallback_voices = "{written}"\n' if written else "")
    notes = draft_notes(read_episode(folder))
    assert [note.rpartition("because that is asked for: ")[2] for note in notes] == ([because] if because else [])


def test_settings_are_those_of_the_voice_that_speaks():
    mine = {"provider": "kokoro", "voice": "am_puck", "settings": (("speed", "1.2"),), "fallback": ESPEAK}
    character = Character(id="me", name="Me", **mine)
    assert with_voice(character, "en").settings == (("speed", "1.2"),)
    assert with_voice(character, "de").settings == (("rate", "150"),)
    assert with_voice(character, "en", "always").instead_of == "Kokoro am_puck"


def test_a_fallback_that_says_too_little_or_too_much_is_told_with_its_line(tmp_path):
    from lectern.pipeline.episode.errors import EpisodeErrors

    folder = episode(
        tmp_path, me={"fallback": {"voice": "de"}}, you={"fallback": {"provider": "espeak", "vioce": "de"}}
    )
    with pytest.raises(EpisodeErrors) as errors:
        read_episode(folder)
    assert [str(problem).split(": ", 1)[0] for problem in errors.value.problems] == [
        "characters/me.json:1",
        "characters/you.json:1",
    ]
    assert "provider" in str(errors.value) and 'did you mean "voice"' in str(errors.value)


def test_the_model_of_ada_is_installed_here():
    assert HibariModel.missing() == "" and KokoroModel.missing() == ""
