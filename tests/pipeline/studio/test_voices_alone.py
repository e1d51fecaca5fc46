"""Voices without a film: a text in a character's voice, and the lines of an episode."""

import json
import wave
from pathlib import Path

import numpy as np
import pytest

from lectern.pipeline.base import audio
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.studio.say import say
from lectern.pipeline.studio.voice import spoken_by, voice
from lectern.pipeline.trust.grants import NotTrusted

TEXT = "Every project needs a way to remember what it depends on, and a lock file does exactly that, down to the last digit."


def pitch(file: Path) -> float:
    """The median fundamental of a recording in Hz, by autocorrelation of its loud parts."""
    sound = audio.read(file)[::6, 0]
    rate, size = audio.RATE // 6, audio.RATE // 6 // 25
    found = []
    for start in range(0, len(sound) - size, size // 2):
        part = sound[start : start + size] - sound[start : start + size].mean()
        alike = np.correlate(part, part, "full")[size - 1 :]
        least, most = rate // 400, rate // 60
        at = least + int(alike[least:most].argmax())
        if np.sqrt((part**2).mean()) > 0.03 and alike[at] > 0.45 * alike[0]:
            found.append(rate / at)
    return float(np.median(found))


def test_the_four_narrators_are_told_apart_by_ear(tmp_path: Path) -> None:
    said = {
        who: say(TEXT, tmp_path / f"{who}.wav", character=who, folder=tmp_path) for who in ("ada", "ben", "kai", "ruth")
    }
    pitches = sorted(pitch(s.file) for s in said.values())
    assert all(higher / lower > 1.12 for lower, higher in zip(pitches, pitches[1:], strict=False)), pitches
    assert said["kai"].seconds < said["ada"].seconds < said["ruth"].seconds


def test_a_text_is_said_with_its_pauses_and_paragraphs_and_needs_no_episode(tmp_path: Path) -> None:
    plain = say("Hello there. I am Ruth.", tmp_path / "a" / "plain.wav", character="Ruth", folder=tmp_path)
    paused = say(
        "Hello there. {pause: 2} I am Ruth.\n\nAgain.", tmp_path / "paused.wav", character="ruth", folder=tmp_path
    )
    assert paused.seconds > plain.seconds + 2
    with wave.open(str(plain.file)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (48000, 1, 2)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "paused.wav"]


@pytest.mark.parametrize("file", ["hello.wav", "new/hello.wav", "../beside.wav"])
def test_what_is_said_is_written_where_a_person_is(file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert say("Hello.", Path(file), folder=Path()).seconds > 0.2 and Path(file).is_file()


@pytest.mark.parametrize(("text", "options", "says"), [
    ("", {}, "nothing to say"),
    ("# A heading", {}, "nothing to say"),
    ("Hi {pause: x}", {}, "pause"),
    ("Hi", {"character": "adda"}, 'no character "adda"; there are: ada, ben, kai, ruth'),
    ("Hi", {"out": "x.mp3"}, "x.wav"),
    ("Hi", {"out": "."}, "a file like "),
])  # fmt: skip
def test_what_can_not_be_said_is_told(text: str, options: dict[str, str], says: str, tmp_path: Path) -> None:
    given = {"out": "x.wav", **options}
    with pytest.raises(LecternError, match=says):
        say(text, tmp_path / given.pop("out"), folder=tmp_path, **given)


@pytest.fixture
def episode(tmp_path: Path) -> Path:
    (tmp_path / "script.md").write_text(
        "# One {#one}\n\nFirst, this.\n\n**Ben:** Then that.\n\n```capture\nkind: terminal\nsteps:\n  - type: rm -rf x\n```\n\n"
        "# Two {#two}\n\nLast.\n"
    )
    return tmp_path


@pytest.mark.workers
def test_the_voices_of_an_episode_are_made_without_running_what_it_films(episode: Path) -> None:
    lines = voice(episode)
    assert [(s.scene, s.line, s.speaker, s.text, s.tier) for s in lines] == [
        ("one", 3, "ada", "First, this.", "service"), ("one", 5, "ben", "Then that.", "service"),
        ("two", 15, "ada", "Last.", "service"),
    ]  # fmt: skip
    assert all((episode / s.file).is_file() and s.seconds > 0.3 and s.confidence == 1 for s in lines)
    assert [folder.name for folder in (episode / "media").iterdir()] == ["voice"]
    assert [s.text for s in voice(episode, scene="two")] == ["Last."]
    with pytest.raises(LecternError, match='no scene "three"; its scenes are: one, two'):
        voice(episode, scene="three")


def test_another_provider_speaks_only_if_it_is_trusted(episode: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(episode / "profile"))
    (episode / "lectern.toml").write_text('[voice.mine]\nlike = "command"\ncommand = ["cat"]\n')
    with pytest.raises(NotTrusted, match="cat") as refused:
        voice(episode, provider="mine")
    assert "rm -rf" not in str(refused.value)


def test_a_provider_that_does_not_exist_is_told_before_trust_is_asked_for(episode: Path) -> None:
    with pytest.raises(LecternError, match='no voice provider called "nobody"; there are: .*espeak'):
        voice(episode, provider="nobody")


def test_those_who_have_the_providers_voice_keep_it(episode: Path) -> None:
    from lectern.pipeline.episode.folder import read_episode

    read = read_episode(episode)
    assert spoken_by(read, "espeak") == read
    other = spoken_by(read, "kokoro").characters
    assert [c.id for c in other if (c.provider, c.settings) == ("kokoro", ())] == ["ada", "ben"]


GERMAN = "---\nlanguage: de\n---\n# A\n\n**Eve:** Guten Tag.\n"


@pytest.mark.parametrize(
    ("provider", "voice_name", "language", "says"),
    [
        ("espeak", "en-gb+f3", "", 'Eve: the voice "en-gb+f3" speaks en, and the film\'s language is de'),
        ("espeak", "de+f3", "", ""),
        ("espeak", "de+f3", "en", "the film's language is en"),
        ("espeak", "en-gb+f3", "en", ""),
    ],
)
def test_a_voice_says_nothing_in_a_language_that_it_does_not_speak(
    tmp_path: Path, provider: str, voice_name: str, language: str, says: str
) -> None:
    (tmp_path / "script.md").write_text(GERMAN)
    (tmp_path / "characters").mkdir()
    eve = {"name": "Eve", "provider": provider, "voice": voice_name, "portrait": "lectern:ada"}
    (tmp_path / "characters" / "eve.json").write_text(json.dumps(eve))
    if not says:
        assert (
            say("Ja.", tmp_path / "a.wav", folder=tmp_path, character="eve", language=language, trust=True).seconds
            > 0.1
        )
        return
    with pytest.raises(LecternError) as told:
        say("Ja.", tmp_path / "a.wav", folder=tmp_path, character="eve", language=language, trust=True)
    assert says in str(told.value) and "script.md" not in str(told.value).split("write")[0], told.value
    if not language:
        with pytest.raises(LecternError, match="de"):
            voice(tmp_path, trust=True)


def test_lecterns_own_voices_follow_the_language_of_what_is_said(tmp_path: Path) -> None:
    english, german = (
        say("Sonntag, Zwiebel, Jugend.", tmp_path / f"{code}.wav", folder=tmp_path, language=code)
        for code in ("en", "de")
    )
    assert not np.array_equal(audio.read(english.file), audio.read(german.file))
    with pytest.raises(LecternError, match="a language is a code like"):
        say("Hello.", tmp_path / "x.wav", folder=tmp_path, language="klingon\n")
