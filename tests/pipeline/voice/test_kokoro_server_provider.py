"""Kokoro-FastAPI's captioned endpoint: its times where they are good, alignment where they are not."""

from typing import Any

import numpy as np
import pytest
from speech import as_json, ask, base64_of, bursts, spans_of, wav

from lectern.pipeline.base.errors import LecternError

CAPTIONED = ("POST", "/dev/captioned_speech")
TEXT = "It costs 5.2 dollars, doesn't it?"


def caption(text: str, timestamps: Any = "told") -> bytes:
    """An answer in the documented shape; the server tells punctuation as words of its own."""
    told = []
    for word, (start, end) in zip(text.split(), spans_of(text), strict=True):
        told.append({"word": word.rstrip(",.?"), "start_time": start, "end_time": end})
        if word[-1] in ",.?":
            told.append({"word": word[-1], "start_time": end, "end_time": end + 0.05})
    times = told if timestamps == "told" else timestamps
    return as_json({"audio": base64_of(wav(text)), "audio_format": "audio/wav", "timestamps": times})


@pytest.fixture
def kokoro(studio: Any) -> Any:
    studio.sections["kokoro-server"] = {"base_url": f"{studio.base}/v1"}
    return studio


def test_the_servers_times_are_used_and_words_get_their_phonemes(kokoro: Any, server: Any, reply: Any) -> None:
    server.on(*CAPTIONED, reply(caption(TEXT), kind="application/json"))
    take, samples = kokoro.speak(ask(TEXT, "kokoro-server", voice="af_heart", settings={"speed": "1.1"}))
    assert server.asked[0].json() == {
        "model": "kokoro", "input": TEXT, "voice": "af_heart", "response_format": "wav", "speed": 1.1, "stream": False,
        "return_timestamps": True,
    }  # fmt: skip
    assert (take.tier, take.confidence) == ("service", 1.0)
    assert np.allclose([(w.start, w.end) for w in take.words], bursts(samples), atol=0.01)
    costs = [p.symbol for p in take.phonemes if take.words[1].start <= p.start < take.words[1].end]
    assert costs[0] == "k" and costs[-1] == "s"
    assert all(a.end <= b.start + 1e-6 for a, b in zip(take.phonemes, take.phonemes[1:], strict=False))


@pytest.mark.parametrize(
    "timestamps",
    [
        None,
        [],
        [{"word": "It"}],
        [{"word": word, "start_time": 0.1, "end_time": 0.2} for word in (TEXT + " " + TEXT).split()],
    ],
)
def test_without_good_times_the_part_is_aligned(
    kokoro: Any, aligning: Any, server: Any, reply: Any, timestamps: Any
) -> None:
    server.on(*CAPTIONED, reply(caption(TEXT, timestamps)))
    take, samples = kokoro.speak(ask(TEXT, "kokoro-server"))
    assert (take.tier, take.confidence, aligning) == ("alignment", 0.8, [tuple(TEXT.split())])
    assert np.allclose([(w.start, w.end) for w in take.words], bursts(samples), atol=0.02)


def test_long_text_goes_sentence_by_sentence_because_its_times_drift(kokoro: Any, server: Any, reply: Any) -> None:
    server.on(*CAPTIONED, lambda asked: reply(caption(asked.json()["input"])))
    text = " ".join(f"This is sentence number {i}, and it is not short at all." for i in range(8))
    take, samples = kokoro.speak(ask(text, "kokoro-server"))
    assert all(len(asked.json()["input"]) <= 300 and asked.json()["input"].endswith(".") for asked in server.asked)
    assert np.allclose([(w.start, w.end) for w in take.words], bursts(samples), atol=0.01)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"body": b'{"audio": null, "timestamps": null}'}, "sent nothing"),
        ({"body": b'{"audio": "%%%"}'}, 'without a complete "audio"'),
        ({"body": b'{"text": "x"}'}, 'without a complete "audio"'),
        ({"body": b"[]"}, 'without a complete "audio"'),
    ],
)
def test_an_answer_of_another_shape_is_told(
    kokoro: Any, server: Any, reply: Any, fault: dict[str, Any], told: str
) -> None:
    server.on(*CAPTIONED, reply(**fault))
    with pytest.raises(LecternError, match=told):
        kokoro.speak(ask(TEXT, "kokoro-server"))


def test_voices_of_new_and_old_servers_are_listed(kokoro: Any, server: Any, reply: Any) -> None:
    voices = ("GET", "/v1/audio/voices")
    server.on(*voices, reply(as_json({"voices": [{"id": "af_heart", "name": "af_heart"}, {"id": "am_adam"}]})))
    assert kokoro.test("kokoro-server").voices == ("af_heart", "am_adam")
    server.on(*voices, reply(as_json({"voices": ["af_sky"]})))
    assert kokoro.test("kokoro-server").voices == ("af_sky",)
