"""What a person records is held against the script: repeated, begun falsely, left out, swapped, or something else."""

import io
import re
import wave
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from lectern.pipeline.base import audio
from lectern.pipeline.services.transcription import Transcript, TranscriptionRequest
from lectern.pipeline.services.usage import Usage
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


class Listener:
    """Hears what `said` says of the utterances, one after the other; `price` is what a second costs."""

    def __init__(self, *said: str, price: Usage | None = None) -> None:
        self.said, self.price, self.asked = list(said), price, 0

    def transcribe(self, request: TranscriptionRequest) -> Transcript:
        self.asked += 1
        with wave.open(io.BytesIO(request.wav)) as file:
            pcm = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        heard = [text for text, like in self.known if len(pcm) and abs(np.abs(pcm / 32768).max() - like) < 2e-3]
        return Transcript(text=heard[0] if heard else "", words=())

    def cost(self, seconds: float) -> Usage | None:
        return self.price


def heard_by(listener: Listener, say, *said: str) -> ComparedRecording:
    """Compare a recording, where the listener knows each utterance by its peak."""
    pieces = [say(text) * (0.9 - 0.07 * n) for n, text in enumerate(said)]
    listener.known = [(text, float(np.abs(p).max())) for text, p in zip(listener.said, pieces)]
    silence = np.zeros(round(REST * audio.RATE), np.float32)
    sound = np.concatenate([part for piece in pieces for part in (piece, silence)])
    return compare_with_script(sound, SCRIPT, "en", "intro.wav", 0.0, listener)


def test_a_listener_tells_which_try_is_which_sentence(say) -> None:
    listener = Listener(ONE, "Now we start the bogus", TWO, THREE)
    found = heard_by(listener, say, ONE, "Now we start the", TWO, THREE)
    assert listener.asked == 4
    assert [word for word, _ in found.findings] == [6]


def test_a_listener_who_charges_for_it_is_not_asked(say) -> None:
    listener = Listener(ONE, ONE, TWO, THREE, price=Usage(service="paid", price=0.1, currency="USD"))
    found = heard_by(listener, say, ONE, ONE, TWO, THREE)
    assert listener.asked == 0
    assert len(found.findings) == 1
