"""What a person records is held against the script: repeated, begun falsely, left out, swapped, or something else."""

import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from lectern.pipeline.base import audio
from lectern.pipeline.services.voice import VoiceRequest
from lectern.pipeline.voice.espeak import speak_line
from lectern.pipeline.voice.retakes import ComparedRecording, compare_with_script

ONE, TWO, THREE = "Hello and welcome to this film.", "Now we start the program again.", "It is easy to see, really."
SCRIPT = f"{ONE} {TWO} {THREE}".split()
COUGH = "cough"
REST = 0.5


@pytest.fixture(scope="module")
def say(tmp_path_factory: pytest.TempPathFactory):
    @cache
    def spoken(text: str) -> np.ndarray:
        if text == COUGH:
            return (np.random.default_rng(2).normal(0, 0.2, 14_400) * np.hanning(14_400)).astype(np.float32)
        folder = Path(tmp_path_factory.mktemp("said"))
        take = speak_line(VoiceRequest(provider="espeak", voice="en-us+m3", words=tuple(text.split())), folder)
        return audio.read(folder / take.audio)[:, 0]

    return spoken


def recorded(say, *said: str, rest: float = REST) -> tuple[np.ndarray, list[float]]:
    """Return what was said, with rests in between, and the second at which each begins."""
    silence = np.zeros(round(rest * audio.RATE), np.float32)
    pieces = [np.concatenate([say(text), silence]) for text in said]
    begins = np.cumsum([0, *map(len, pieces)])[:-1] / audio.RATE
    sound = np.concatenate(pieces)
    return sound + np.random.default_rng(1).normal(0, 0.0008, len(sound)).astype(np.float32), list(begins)


def compared(sound: np.ndarray) -> ComparedRecording:
    return compare_with_script(sound, SCRIPT, "en", "intro.wav", 1.0)


def seconds(sound: np.ndarray) -> float:
    return len(sound) / audio.RATE


@pytest.mark.parametrize("rest", [0.3, 2.5])
def test_a_recording_of_the_script_stays_as_it_is_however_long_the_rests(say, rest: float) -> None:
    sound, _ = recorded(say, ONE, TWO, THREE, rest=rest)
    found = compared(sound)
    assert found.sound is sound and found.findings == ()


@pytest.mark.parametrize(
    ("said", "dropped", "word"),
    [
        ((ONE, TWO, TWO, THREE), 1, 6),
        ((ONE, TWO, THREE, THREE), 2, 12),
        ((ONE, ONE, TWO, THREE), 0, 0),
        ((ONE, "Now we", TWO, THREE), 1, 6),
        ((ONE, "Wait, my phone is ringing over there.", TWO, THREE), 1, 6),
    ],
)
def test_of_two_alike_the_last_is_used_and_what_is_left_out_is_told_with_its_time(
    say, said: tuple[str, ...], dropped: int, word: int
) -> None:
    sound, begins = recorded(say, *said)
    found = compared(sound)
    (finding,) = found.findings
    assert finding[0] == word
    told = re.search(r"^intro\.wav: what is said from ([\d.]+) to", finding[1])
    assert told and float(told[1]) == pytest.approx(begins[dropped] + 1.0, abs=0.25)
    kept = [text for place, text in enumerate(said) if place != dropped]
    assert seconds(found.sound) == pytest.approx(seconds(recorded(say, *kept)[0]), abs=0.3)
    start = round(begins[dropped] * audio.RATE)
    rest = sound[round(begins[dropped + 1] * audio.RATE) :]
    assert np.array_equal(found.sound[-len(rest) + 4800 :], rest[4800:])  # what comes after it is untouched
    before = max(0, start - 24_000)
    assert np.array_equal(found.sound[:before], sound[:before])  # and so is what came before


def test_a_cough_is_no_speech_and_nobody_is_told_of_it(say) -> None:
    assert compared(recorded(say, ONE, COUGH, TWO, THREE)[0]).findings == ()


def test_a_sentence_that_is_left_out_is_told_with_its_words(say) -> None:
    (finding,) = compared(recorded(say, ONE, THREE)[0]).findings
    assert finding == (6, 'intro.wav: "Now we start the program …" is not said in it, or not in this place')


def test_sentences_in_another_order_are_told(say) -> None:
    findings = compared(recorded(say, ONE, THREE, TWO)[0]).findings
    assert len(findings) == 2 and any("is not said in it, or not in this place" in said for _, said in findings)


def test_something_else_altogether_is_left_to_the_confidence_of_its_alignment(say) -> None:
    sound, _ = recorded(
        say, "Quarterly revenue rose by nine percent in Asia.", "Analysts had expected much less growth."
    )
    assert compared(sound).findings == () and compared(sound).sound is sound
