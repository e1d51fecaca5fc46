"""A recording is measured before a voice is made of it, and what could be better is said."""

import wave
from pathlib import Path

import numpy as np
import pytest
from support.recordings import person, record

from lectern.pipeline.base import audio
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.services.voice import VoiceRequest
from lectern.pipeline.voice.espeak import speak_line
from lectern.pipeline.voice.voice_sample import SampleCheck, check_sample, cut_at_pause, cut_with_text

SENTENCES = (
    "When the light falls at an angle, the surface answers with a colour of its own. Nobody planned that. It was found by "
    "accident, on a Tuesday, in a workshop by the river. What would you have done?"
)


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    """The sentences as a woman and as a man say them, with the room in which they say it."""
    rng, said = np.random.default_rng(1), {}
    for who, voice in (("woman", "en-us+f3"), ("man", "en-us")):
        folder = tmp_path_factory.mktemp(who)
        take = speak_line(VoiceRequest(provider="espeak", voice=voice, words=tuple(SENTENCES.split())), folder)
        sound = np.pad(audio.read(folder / take.audio)[:, 0], 24000)
        said[who] = (sound + 10 ** (-75 / 20) * rng.standard_normal(len(sound))).astype(np.float32)
    return said


def check(folder: Path, sound: np.ndarray) -> SampleCheck:
    return check_sample(record(folder / "me.wav", sound)).check


def test_a_good_recording_has_nothing_said_about_it(spoken: dict[str, np.ndarray], tmp_path: Path) -> None:
    for sound in spoken.values():
        found = check_sample(record(tmp_path / "me.wav", sound))
        assert (found.check.faults, found.check.findings, found.check.rate) == ((), (), 48000)
        assert 10 < found.check.seconds < len(sound) / 48000 - 0.7  # without the silence around it
        assert audio.measure(found.sound[:, None]).integrated == pytest.approx(-20, abs=0.5)


def test_too_little_speech_is_refused_with_what_to_do(spoken: dict[str, np.ndarray], tmp_path: Path) -> None:
    (fault,) = check(tmp_path, spoken["woman"][: 48000 * 6]).faults
    assert "only 5." in fault and "10 s are needed" in fault and "read a paragraph aloud" in fault


def test_what_is_longer_than_a_minute_is_cut_at_a_pause_and_that_is_said(tmp_path: Path) -> None:
    found = check_sample(record(tmp_path / "me.wav", person(200)))
    assert found.check.seconds > 80 and 50 < len(found.sound) / 48000 <= 60
    assert "first 60 s are used" in found.check.findings[0]
    assert np.abs(found.sound[-2400:]).max() < 0.01  # no word is cut through


def test_a_loud_room_is_refused_and_a_noisy_one_named(spoken: dict[str, np.ndarray], tmp_path: Path) -> None:
    noise = np.random.default_rng(2).standard_normal(len(spoken["man"])).astype(np.float32)
    assert "dB above what else is heard" in check(tmp_path, spoken["man"] + 0.03 * noise).faults[0]
    found = check(tmp_path, spoken["man"] + 0.009 * noise)
    assert not found.faults and "dB above its room" in found.findings[0]


def test_what_was_cut_off_at_the_top_is_noticed_at_whatever_level_it_is(
    spoken: dict[str, np.ndarray], tmp_path: Path
) -> None:
    sound = spoken["woman"] / np.abs(spoken["woman"]).max()
    assert "distorted" in check(tmp_path, 0.3 * np.clip(2 * sound, -1, 1)).faults[0]
    found = check(tmp_path, 0.5 * np.clip(1.2 * sound, -1, 1))
    assert not found.faults and found.findings == (
        "its loudest moments are cut off: turn the microphone down a little",
    )
    assert check(tmp_path, 0.98 * sound).findings == ()


def test_a_soft_recording_a_telephone_and_two_people_are_noticed(spoken: dict[str, np.ndarray], tmp_path: Path) -> None:
    assert any("very soft" in told for told in check(tmp_path, 0.02 * spoken["man"]).findings)
    low = audio.apply_filter(spoken["man"][:, None], (("lowpass", "f=3400"),) * 8)[::6, 0]
    with wave.open(str(tmp_path / "call.wav"), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes((low * 32767).astype("<i2").tobytes())
    called = check_sample(tmp_path / "call.wav")
    assert any("telephone" in told for told in called.check.findings)
    assert any("telephone" in told for told in check(tmp_path, called.sound).findings)  # whatever its rate is now
    both = np.concatenate([spoken["woman"], spoken["man"]])
    assert any("two speakers" in told for told in check(tmp_path, both).findings)


def test_silence_and_what_is_no_sound_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LecternError, match=r"me\.wav is silent"):
        check_sample(record(tmp_path / "me.wav", np.zeros(480000, np.float32)))
    (tmp_path / "me.txt").write_text("hello")
    with pytest.raises(LecternError, match="can't read me.txt as sound"):
        check_sample(tmp_path / "me.txt")


def test_a_cut_ends_in_the_last_pause_that_is_not_too_early(tmp_path: Path) -> None:
    sound = person(60)
    cut = cut_at_pause(sound, 15)
    assert 10 < len(cut) / 48000 <= 15 and np.abs(cut[-1200:]).max() == 0
    steady = np.random.default_rng(1).standard_normal(48000 * 20).astype(np.float32)
    assert len(cut_at_pause(steady, 15)) == 15 * 48000
    assert cut_at_pause(sound, 60) is sound


def test_a_text_is_cut_where_its_recording_is(aligning: list[tuple[str, ...]]) -> None:
    sound, words = person(60), [f"w{i}" for i in range(60)]
    cut, said = cut_with_text(sound, " ".join(words), "en", 15)
    count = len(said.split())
    assert said == " ".join(words[:count]) and count % 8 == 0  # the longest pause is after every eighth word
    heard = np.convolve(np.abs(cut) > 0.01, np.ones(480), "same") > 0
    assert int((np.diff(np.concatenate([[False], heard]).astype(int)) == 1).sum()) == count
    assert cut_with_text(sound, " ".join(words), "en", 60)[1] == " ".join(words)


def test_a_text_that_is_not_what_is_said_is_refused(spoken: dict[str, np.ndarray]) -> None:
    with pytest.raises(LecternError, match="doesn't seem to be what is said"):
        cut_with_text(spoken["man"], "one two three", "en", 60)
