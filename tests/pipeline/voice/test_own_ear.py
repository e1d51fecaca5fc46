"""Whisper base on real sound (eSpeak NG): words, their times, and how likely a text is. One load for all of it."""

from pathlib import Path

import numpy as np
import pytest

from lectern.pipeline.base import audio
from lectern.pipeline.providers.whisper import WhisperSettings, WhisperTranscription
from lectern.pipeline.services.http import HttpClient
from lectern.pipeline.services.ledger import Ledger
from lectern.pipeline.services.transcription import ConfiguredTranscriber, TranscriptionContext, TranscriptionRequest
from lectern.pipeline.services.voice import VoiceRequest
from lectern.pipeline.voice import timing_tiers
from lectern.pipeline.voice.espeak import speak_line
from lectern.pipeline.voice.retakes import compare_with_script
from lectern.pipeline.voice.said import likeness
from lectern.pipeline.voice.sound import wav
from lectern.pipeline.voice.timing_tiers import time_words
from lectern.pipeline.voice.whisper_process import EAR, ear_installed, ear_samples, whisper_process

TEXT = "Every test halves the search, and two tests are enough for four commits."


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory):
    folder = Path(tmp_path_factory.mktemp("spoken"))
    take = speak_line(VoiceRequest(provider="espeak", voice="en-us", words=tuple(TEXT.split())), folder)
    return take, audio.to_mono(audio.read(folder / take.audio))


@pytest.fixture(autouse=True)
def ear(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(EAR)
    if not ear_installed():
        pytest.skip("the ear is not installed")
    return whisper_process()


def listener(folder: Path) -> ConfiguredTranscriber:
    """The built-in transcription, as a build asks it."""
    context = TranscriptionContext(HttpClient(), Ledger(folder))
    return ConfiguredTranscriber(WhisperTranscription(), WhisperSettings(beam=1), context)


def test_the_built_in_transcription_hears_the_words_at_their_times(spoken, tmp_path: Path) -> None:
    take, sound = spoken
    heard = listener(tmp_path).transcribe(TranscriptionRequest(wav=wav(sound), language="en-us", prompt=TEXT))
    assert likeness(TEXT.split(), heard.text.split(), "en") > 0.85
    ours = {word: take.words[i].start for i, word in enumerate(TEXT.lower().replace(",", "").replace(".", "").split())}
    near = [w.start - ours[k] for w in heard.words if (k := w.word.lower().strip(".,")) in ours]
    assert len(near) >= 8 and np.median(np.abs(near)) < 0.15


def test_every_word_of_a_right_text_is_likely(spoken, ear) -> None:
    found = dict(ear.score(ear_samples(spoken[1]), "en", TEXT))
    assert found[" test"] > 0.1 and found[" tests"] > 0.1  # as one token each, not as a space and "test"


def test_what_is_said_is_likelier_than_what_is_not(spoken, ear) -> None:
    sound = ear_samples(spoken[1])
    right = np.mean([np.log(p) for _, p in ear.score(sound, "en", TEXT)])
    wrong = np.mean([np.log(p) for _, p in ear.score(sound, "en", "Please remember to buy milk and bread tomorrow.")])
    assert right > wrong + 2


def test_it_finds_the_words_that_no_alignment_finds(spoken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing_tiers, "_align_or_none", lambda *_: None)
    take, sound = spoken
    found = time_words(sound, TEXT.split(), "en", listener(tmp_path))
    assert (found.tier, found.confidence > 0.8) == ("transcription", True)
    away = [start - word.start for (start, _), word in zip(found.spans, take.words, strict=True)]
    assert np.median(np.abs(away)) < 0.15


def test_it_tells_which_try_is_which_sentence(tmp_path: Path) -> None:
    """The second sentence is begun with another word first, which is as long as the right one."""
    said = ("Hello and welcome to this film.", "Now we stop the engine again.", "Now we start the program again.")
    pieces = []
    for number, text in enumerate(said):
        (tmp_path / str(number)).mkdir()
        request = VoiceRequest(provider="espeak", voice="en-us", words=tuple(text.split()))
        take = speak_line(request, tmp_path / str(number))
        pieces += [audio.to_mono(audio.read(tmp_path / str(number) / take.audio)), np.zeros(24_000, np.float32)]
    script = f"{said[0]} {said[2]}".split()
    found = compare_with_script(np.concatenate(pieces), script, "en", "intro.wav", 0.0, listener(tmp_path))
    begins = sum(map(len, pieces[:2])) / audio.RATE
    ((word, told),) = found.findings
    assert word == 6 and f"what is said from {begins:.1f}"[:-2] in told
    assert len(found.sound) == pytest.approx(sum(map(len, (*pieces[:2], *pieces[4:]))), abs=9600)
