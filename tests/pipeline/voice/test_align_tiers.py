"""Which means finds the times of a voice that has none, and what a transcription service adds."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lectern.pipeline.base import audio
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.providers.transcription import OpenAITranscription, OpenAITranscriptionSettings
from lectern.pipeline.services.http import HttpClient, HttpStatusError, ResponseLost
from lectern.pipeline.services.keys import Keys, host_of
from lectern.pipeline.services.ledger import Ledger
from lectern.pipeline.services.transcription import (
    ConfiguredTranscriber,
    TranscribedWord,
    Transcriber,
    Transcript,
    TranscriptionContext,
    TranscriptionRequest,
)
from lectern.pipeline.services.usage import Usage
from lectern.pipeline.services.voice import CONFIDENT, VoiceRequest
from lectern.pipeline.voice.espeak import record_untreated
from lectern.pipeline.voice.loudness import spans_by_loudness
from lectern.pipeline.voice.timing_tiers import time_words
from lectern.pipeline.voice.transcript_match import match_transcript
from lectern.pipeline.voice.words import spoken_words

TEXT = (
    "Welcome back to the workshop. In 2026, version 5.2 shipped, and it costs nothing at all. Could anything be better?"
).split()
OTHER = "Bats have done this for millions of years, with voices far above anything that we can hear at night.".split()
PATH = ("POST", "/audio/transcriptions")


class Listener:
    """A transcriber that hears `words`."""

    def __init__(self, words: tuple[TranscribedWord, ...]) -> None:
        self.words, self.asked = words, []

    def transcribe(self, request: TranscriptionRequest) -> Transcript:
        self.asked.append(request)
        return Transcript(text=" ".join(w.word for w in self.words), words=self.words)

    def cost(self, seconds: float) -> Usage | None:
        return Usage(service="listener", seconds=seconds)


def said(words: list[str], pauses: tuple[tuple[int, float], ...] = ()) -> tuple[np.ndarray, np.ndarray]:
    """A recording (samples,) at 48 kHz, and the spans of its words."""
    found = record_untreated(VoiceRequest(provider="espeak", voice="en-us+f3", words=tuple(words), pauses=pauses))
    sound = audio.apply_filter(found.pcm[:, None] / np.float32(32768), (), found.rate)[:, 0]
    return sound, np.array(spoken_words(words, found.sounds, len(found.pcm) / found.rate))


def heard(words: list[str], spans: np.ndarray) -> tuple[TranscribedWord, ...]:
    return tuple(TranscribedWord(word=w, start=float(s), end=float(e)) for w, (s, e) in zip(words, spans, strict=True))


def test_a_recording_of_the_text_is_aligned_and_nothing_is_sent() -> None:
    sound, _ = said(TEXT)
    listener = Listener(())
    found = time_words(sound, TEXT, "en", listener)
    assert (found.tier, found.confidence > 0.9, listener.asked) == ("alignment", True, [])


def test_what_alignment_is_not_sure_of_is_transcribed_and_has_lips() -> None:
    """The recording says the text so that eSpeak NG does not know it: here, by another text altogether."""
    sound, spans = said(OTHER)
    there = np.linspace(0.2, len(sound) / audio.RATE - 0.2, len(TEXT) + 1)
    listener = Listener(heard(TEXT, np.stack([there[:-1], there[1:]], axis=1)))
    found = time_words(sound, TEXT, "en", listener)
    assert (found.tier, found.confidence) == ("transcription", 1.0)
    assert [start for start, _ in found.spans] == pytest.approx(there[:-1], abs=0.001)
    assert all(any(start <= p.start < end for p in found.phonemes) for start, end in found.spans)
    assert (listener.asked[0].prompt, listener.asked[0].wav[:4]) == (" ".join(TEXT), b"RIFF")


def test_a_transcript_of_something_else_is_not_believed() -> None:
    sound, spans = said(OTHER)
    found = time_words(sound, TEXT, "en", Listener(heard(OTHER, spans)))
    assert (found.tier, found.confidence < CONFIDENT) == ("loudness", True)


@pytest.mark.parametrize("listener", [None, Listener(())])
def test_without_a_transcript_words_are_spread_over_the_speech_and_the_take_says_so(listener: Listener | None) -> None:
    sound, _ = said(OTHER)
    found = time_words(sound, TEXT, "en", listener)
    assert (found.tier, found.confidence) == ("loudness", 0.2)
    times = [time for span in found.spans for time in span]
    assert times == sorted(times) and times[-1] <= len(sound) / audio.RATE and found.phonemes


def test_by_loudness_no_word_is_in_a_long_rest() -> None:
    sound, true = said(TEXT, pauses=((5, 2.0),))
    found = np.array(spans_by_loudness(sound, TEXT))
    rest = (true[4, 1] + 0.15, true[5, 0] - 0.05)
    assert not [span for span in found if span[0] < rest[0] and span[1] > rest[1]]
    assert not [span for span in found if rest[0] < (span[0] + span[1]) / 2 < rest[1]]
    spread = np.linspace(0, len(sound) / audio.RATE, len(TEXT) + 1)[:-1]
    assert np.median(np.abs(found[:, 0] - true[:, 0])) < 0.35 < np.median(np.abs(spread - true[:, 0]))


def test_silence_has_times_too() -> None:
    spans = spans_by_loudness(np.zeros(audio.RATE, np.float32), ["Nothing", "here."])
    assert spans == ((0.0, pytest.approx(7 / 11)), (pytest.approx(7 / 11), 1.0))


def test_words_that_a_transcript_spells_otherwise_stand_between_their_neighbours() -> None:
    theirs = "welcome back to the work shop in twenty twenty-six version five point two shipped and it costs nothing"
    words = f"{theirs} at all".split()
    spans = np.array([(0.3 * i, 0.3 * i + 0.25) for i in range(len(words))])
    found = match_transcript(TEXT[:15], heard(words, spans), 7.0)
    starts = {TEXT[i]: span[0] for i, span in enumerate(found.spans)}
    assert starts["workshop."] == pytest.approx(4 * 0.3) and found.spans[4][1] == pytest.approx(5 * 0.3 + 0.25)
    assert starts["version"] == pytest.approx(9 * 0.3) and starts["shipped,"] == pytest.approx(13 * 0.3)
    assert found.spans[5][1] <= starts["2026,"] < starts["version"] < starts["5.2"] < starts["shipped,"]
    assert 0.5 < found.share < 1.0


def transcription(server: Any, folder: Path, **settings: Any) -> Transcriber:
    http = HttpClient(Keys({"LECTERN_KEYS": f"{host_of(server.base)}=secret"}), sleep=lambda seconds: None)
    given = OpenAITranscriptionSettings(base_url=server.base, price=0.006, **settings)
    return ConfiguredTranscriber(OpenAITranscription(), given, TranscriptionContext(http, Ledger(folder)))


def as_json(reply: Any, value: Any, status: int = 200) -> Any:
    return reply(body=json.dumps(value).encode(), status=status, kind="application/json")


REQUEST = TranscriptionRequest(wav=b"RIFF....WAVE", language="en-us", prompt="Hello there.")
ANSWER = {
    "task": "transcribe", "language": "english", "duration": 1.2, "text": "Hello there.",
    "words": [{"word": "Hello", "start": 0.1, "end": 0.5}, {"word": "there", "start": 0.5, "end": 1}],
}  # fmt: skip


def test_the_request_is_the_documented_multipart(server: Any, reply: Any, tmp_path: Path) -> None:
    server.on(*PATH, as_json(reply, ANSWER))
    found = transcription(server, tmp_path).transcribe(REQUEST)
    assert found.words == (
        TranscribedWord(word="Hello", start=0.1, end=0.5),
        TranscribedWord(word="there", start=0.5, end=1.0),
    )
    body = server.asked[0].body.replace(b"\r\n", b"\n")
    fields = (b"verbose_json", b'name="timestamp_granularities[]"\n\nword', b'name="language"\n\nen\n', b"whisper-1")
    assert [field for field in (*fields, b'filename="line.wav"', REQUEST.wav) if field not in body] == []
    assert server.asked[0].headers["authorization"] == "Bearer secret"


def test_a_paid_recording_is_sent_once_however_often_it_is_asked_for(server: Any, reply: Any, tmp_path: Path) -> None:
    server.on(*PATH, as_json(reply, ANSWER))
    first = transcription(server, tmp_path).transcribe(REQUEST)
    assert transcription(server, tmp_path).transcribe(REQUEST) == first and len(server.asked) == 1
    transcription(server, tmp_path, model="whisper-2").transcribe(REQUEST)
    assert len(server.asked) == 2  # another one may hear better


def test_times_that_are_null_are_no_times(server: Any, reply: Any, tmp_path: Path) -> None:
    server.on(*PATH, as_json(reply, {**ANSWER, "words": None}))
    assert transcription(server, tmp_path).transcribe(REQUEST).words == ()


@pytest.mark.parametrize(
    "answer", [{"words": [{"word": "Hello"}]}, ["Hello"], {"words": [{"word": "a", "start": None, "end": 1}]}]
)
def test_an_answer_of_another_shape_is_told_and_not_kept(server: Any, reply: Any, tmp_path: Path, answer: Any) -> None:
    server.on(*PATH, as_json(reply, answer), as_json(reply, ANSWER))
    with pytest.raises(LecternError, match="another shape than OpenAI's verbose_json"):
        transcription(server, tmp_path).transcribe(REQUEST)
    assert transcription(server, tmp_path).transcribe(REQUEST).text == "Hello there."


def test_a_refusal_says_why(server: Any, reply: Any, tmp_path: Path) -> None:
    server.on(*PATH, as_json(reply, {"error": {"message": "Incorrect API key"}}, status=401))
    with pytest.raises(HttpStatusError, match="Incorrect API key.*LECTERN_KEYS"):
        transcription(server, tmp_path).transcribe(REQUEST)


def test_a_lost_answer_is_not_asked_for_again(server: Any, reply: Any, tmp_path: Path) -> None:
    server.on(*PATH, reply(lost=True))
    with pytest.raises(ResponseLost):
        transcription(server, tmp_path).transcribe(REQUEST)
    assert len(server.asked) == 1
