"""A person's own recordings: found by their names, cut from a scene's, with the script's rests."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from speech import bursts, coded, wav
from support.providers import registry_with

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.episode.characters import Character
from lectern.pipeline.episode.model import Episode, Line, Rest, Scene, Word
from lectern.pipeline.episode.settings import Settings
from lectern.pipeline.services.voice import VoiceRequest
from lectern.pipeline.voice.espeak import speak_line
from lectern.pipeline.voice.line_request import line_request, line_requests
from lectern.pipeline.voice.recording_files import chosen_take, takes_of


def said(id: str, text: str, speaker: str = "me", rests: tuple[Rest, ...] = ()) -> Line:
    words = tuple(Word(written=w, spoken=w, line=7) for w in text.split())
    return Line(id=id, speaker=speaker, words=words, rests=rests, line=7)


FIRST, OTHER, SECOND, THIRD = (
    said("line-1", "Hello and welcome."),
    said("line-2", "Thank you very much.", "ada"),
    said("line-3", "Now we start."),
    said("line-4", "It is easy, really."),
)
SCENE = Scene(id="intro", title="Intro", line=1, lines=(FIRST, OTHER, SECOND, THIRD))


def episode(home: Path, *lines: Line, me: str = "recording", sections: Any = (), **settings: str) -> Episode:
    speakers = (
        Character(id="ada", name="Ada", portrait="x", provider="hibari", voice="heart"),
        Character(id="me", name="Me", portrait="x", provider=me, settings=tuple(settings.items())),
    )
    scene = SCENE.model_copy(update={"lines": lines}) if lines else SCENE
    return Episode(
        folder=home, title="T", narrator="me", scenes=(scene,), characters=speakers, settings=Settings(voice=sections)
    )


def request_of(made: Episode, line: Line) -> Any:
    return line_request(registry_with(), made, made.scenes[0], line)


@pytest.fixture
def folder(studio: Any) -> Path:
    (studio.episode / "recordings").mkdir()
    return studio.episode / "recordings"


@pytest.mark.parametrize(
    ("suffix", "container", "codec"), [("wav", "", ""), ("mp3", "mp3", "libmp3lame"), ("m4a", "ipod", "aac")]
)
def test_a_line_is_the_recording_of_its_name(
    studio: Any, aligning: Any, folder: Path, suffix: str, container: str, codec: str
) -> None:
    text = "Hello and welcome."
    (folder / f"line-1.{suffix}").write_bytes(coded(text, container, codec) if container else wav(text))
    take, samples = studio.speak(request_of(episode(studio.episode), FIRST))
    assert (take.synthetic, take.usage, take.tier, take.confidence) == (False, None, "alignment", 0.8)
    assert np.allclose([(w.start, w.end) for w in take.words], bursts(samples), atol=0.03)
    assert take.words[0].start == pytest.approx(0.05, abs=0.04)


def test_a_line_is_its_part_of_the_scenes_recording(studio: Any, aligning: Any, folder: Path) -> None:
    whole = "Hello and welcome. Now we start. It is easy, really."
    (folder / "intro.wav").write_bytes(wav(whole))
    made = episode(studio.episode)
    assert request_of(made, SECOND).recording.before == ("Hello", "and", "welcome.")
    for line, count in ((FIRST, 3), (SECOND, 3), (THIRD, 4)):
        take, samples = studio.speak(request_of(made, line))
        assert len(bursts(samples)) == count
        assert np.allclose([(w.start, w.end) for w in take.words], bursts(samples), atol=0.03)
    assert set(aligning) == {tuple(whole.split())}  # what Ada says is not in it


def test_rests_of_the_script_are_at_least_as_long(studio: Any, aligning: Any, folder: Path) -> None:
    line = said("line-1", "Hello and welcome.", rests=(Rest(word=1, seconds=0.05), Rest(word=2, seconds=1.0)))
    (folder / "line-1.wav").write_bytes(wav("Hello and welcome."))
    take, samples = studio.speak(request_of(episode(studio.episode, line), line))
    heard = bursts(samples)
    assert heard[1][0] - heard[0][1] == pytest.approx(0.1, abs=0.02)  # the person rested longer already
    assert heard[2][0] - heard[1][1] == pytest.approx(1.0, abs=0.03)
    assert np.allclose([(w.start, w.end) for w in take.words], heard, atol=0.03)


def test_the_last_take_is_used_unless_one_is_chosen(folder: Path) -> None:
    for name in ("intro.wav", "intro.10.mp3", "intro.2.m4a", "introduction.wav", "intro.2.txt", "intro.old.wav"):
        (folder / name).touch()
    assert [file.name for file in takes_of(folder, "intro")] == ["intro.wav", "intro.2.m4a", "intro.10.mp3"]
    assert chosen_take(folder, "intro").name == "intro.10.mp3"
    (folder / "intro.2.m4a").rename(folder / "intro.2.chosen.m4a")
    assert chosen_take(folder, "intro").name == "intro.2.chosen.m4a"
    (folder / "intro.chosen.wav").touch()
    with pytest.raises(LecternError, match="two takes are called chosen"):
        chosen_take(folder, "intro")


def test_another_take_is_another_request_and_the_same_is_the_same(studio: Any, folder: Path) -> None:
    (folder / "line-1.wav").write_bytes(wav("Hello and welcome."))
    made = episode(studio.episode)
    first = request_of(made, FIRST)
    assert request_of(made, FIRST) == first
    (folder / "line-1.2.wav").write_bytes(wav("Hello and welcome!"))
    assert request_of(made, FIRST) != first


def test_a_missing_recording_is_told_with_the_names_it_may_have(studio: Any) -> None:
    with pytest.raises(LecternError) as caught:
        request_of(episode(studio.episode, folder="audio"), SECOND)
    assert str(caught.value) == (
        'script.md:7: there is no recording of "Now we start. …"; record it as audio/line-3.wav, '
        "or all of the scene as audio/intro.wav (MP3 and M4A work, too)"
    )


def test_all_missing_recordings_are_told_at_once(studio: Any, folder: Path) -> None:
    (folder / "line-3.wav").write_bytes(wav("Now we start."))
    made = episode(studio.episode)
    with pytest.raises(LecternError) as caught:
        line_requests(registry_with(), made, made.scenes)
    assert [message.split('"')[1] for message in str(caught.value).split("\n")] == [
        "Hello and welcome. …",
        "It is easy, really. …",
    ]
    (folder / "line-3.wav").rename(folder / "line-5.2.wav")
    with pytest.raises(
        LecternError, match=r'"Now we start\. …".*if its recording still fits, rename it \(line-5\.2\.wav\)'
    ):
        line_requests(registry_with(), made, made.scenes)


def test_a_recording_that_is_none_or_silent_or_changed_is_told(studio: Any, aligning: Any, folder: Path) -> None:
    made = episode(studio.episode)
    (folder / "line-1.wav").write_text("not a sound")
    with pytest.raises(LecternError, match="^Lectern can't read recordings/line-1.wav as sound; save"):
        studio.speak(request_of(made, FIRST))
    (folder / "line-1.wav").write_bytes(wav("x")[:44] + bytes(len(wav("x")) - 44))
    with pytest.raises(LecternError, match="is silent; record it again"):
        studio.speak(request_of(made, FIRST))
    request = request_of(made, FIRST)
    (folder / "line-1.wav").write_bytes(wav("Hello and welcome."))
    with pytest.raises(LecternError, match="was changed or deleted during the build"):
        studio.speak(request)


def test_the_words_of_a_real_voice_are_found_in_a_scenes_recording(studio: Any, folder: Path, tmp_path: Path) -> None:
    whole = "Hello and welcome. Now we start. It is easy, really."
    request = VoiceRequest(provider="espeak", voice="en-gb+m3", words=tuple(whole.split()))
    truth = speak_line(request, tmp_path).words
    (tmp_path / "voice.wav").rename(folder / "intro.wav")
    for line, first in ((FIRST, 0), (SECOND, 3), (THIRD, 6)):
        take, _ = studio.speak(request_of(episode(studio.episode), line))
        found = np.array([w.start - take.words[0].start for w in take.words])
        told = np.array([w.start - truth[first].start for w in truth[first : first + len(found)]])
        assert np.abs(found - told).max() < 0.08
        assert take.tier == "alignment" and take.confidence > 0.5
