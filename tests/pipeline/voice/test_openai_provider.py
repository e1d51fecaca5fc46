"""OpenAI's speech and its likes, against a server of the documented shape and its faults."""

import subprocess
import sys
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from speech import ask, bursts, coded, wav

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.profile import asked_folder
from lectern.pipeline.services.http import ResponseLost

SPEECH = ("POST", "/v1/audio/speech")
TEXT = "One command does it all."


@pytest.fixture
def openai(studio: Any, aligning: Any) -> Any:
    """A paid OpenAI on the test's server."""
    studio.sections["openai"] = {"base_url": f"{studio.base}/v1", "price": "0.015", "timeout": "0.5"}
    return studio


def sound(asked: Any, reply: Any) -> Any:
    body = asked.json()
    return reply(
        {"wav": wav, "mp3": lambda text: coded(text, "mp3", "libmp3lame")}[body["response_format"]](body["input"])
    )


def test_the_request_is_the_documented_one_and_its_key_the_persons(openai: Any, server: Any, reply: Any) -> None:
    server.on(*SPEECH, lambda asked: sound(asked, reply))
    openai.speak(ask(TEXT, "openai", settings={"instructions": "calm", "speed": "1.25"}))
    assert server.asked[0].json() == {
        "model": "gpt-4o-mini-tts", "input": TEXT, "voice": "nova", "response_format": "wav",
        "instructions": "calm", "speed": 1.25,
    }  # fmt: skip
    assert server.asked[0].headers["authorization"] == "Bearer secret"


@pytest.mark.parametrize("format", ["wav", "mp3"])
def test_the_take_is_trimmed_timed_and_counted(openai: Any, server: Any, reply: Any, format: str) -> None:
    server.on(*SPEECH, lambda asked: sound(asked, reply))
    take, samples = openai.speak(ask(TEXT, "openai", settings={"format": format}))
    assert np.allclose([(w.start, w.end) for w in take.words], bursts(samples), atol=0.02)
    assert take.words[0].start == pytest.approx(0.05, abs=0.03)
    assert take.duration == pytest.approx(5 * 0.3 + 4 * 0.1 + 0.05 + 0.15, abs=0.06)
    assert (take.tier, take.confidence, take.synthetic) == ("alignment", 0.8, True)
    assert (take.usage.service, take.usage.characters, take.usage.requests) == ("OpenAI", 24, 1)
    assert take.usage.price == pytest.approx(0.015 * 24 / 1000)


def test_rests_are_as_long_as_written(openai: Any, server: Any, reply: Any) -> None:
    server.on(*SPEECH, lambda asked: sound(asked, reply))
    take, samples = openai.speak(ask(TEXT, "openai", pauses=[(0, 0.2), (2, 1.0), (5, 0.7)]))
    heard = bursts(samples)
    assert heard[2][0] - heard[1][1] == pytest.approx(1.0, abs=0.02)
    assert heard[0][0] == pytest.approx(0.2 + 0.05, abs=0.01)
    assert take.duration - heard[-1][1] == pytest.approx(0.7 + 0.15, abs=0.02)
    assert sorted(asked.json()["input"] for asked in server.asked) == ["One command,", "does it all."]


def test_long_narration_is_cut_at_sentences_and_joined_without_a_click_and_as_loud_everywhere(
    openai: Any, server: Any, reply: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lectern.pipeline.providers.voices.openai.OpenAISpeech.most", 40)
    server.on(
        *SPEECH,
        lambda asked: reply(wav(asked.json()["input"], strength=0.05 if "Then" in asked.json()["input"] else 0.3)),
    )
    text = "First we look. Then, if we like it, we take it. It is a very long sentence that has no comma at all. Done."
    take, samples = openai.speak(ask(text, "openai"))
    sent = sorted((asked.json()["input"] for asked in server.asked), key=lambda said: text.index(said.rstrip(",")))
    assert sent == [
        "First we look.", "Then, if we like it, we take it.", "It is a very long sentence that has no,", "comma at all. Done."
    ]  # fmt: skip
    assert np.allclose([(w.start, w.end) for w in take.words], bursts(samples), atol=0.02)
    assert np.abs(np.diff(samples)).max() < 0.08  # a tone of 220 Hz at this level moves by 0.02
    levels = [20 * np.log10(np.std(samples[round(w.start * 48000) : round(w.end * 48000)])) for w in take.words]
    assert np.ptp(levels) < 0.5  # dB; they came 15 dB apart
    assert take.usage.requests == 4


def test_a_line_that_fails_half_way_keeps_what_was_paid_for(
    openai: Any, server: Any, reply: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lectern.pipeline.providers.voices.openai.OpenAISpeech.most", 20)
    openai.sections["openai"]["parallel"] = "1"
    good = lambda asked: sound(asked, reply)  # noqa: E731
    server.on(*SPEECH, good, good, reply(status=500), good)
    request = ask("One sentence here. Another is here. And a third one.", "openai")
    with pytest.raises(LecternError, match=r"OpenAI failed \(500\)"):
        openai.speak(request)
    openai.speak(request)
    sent = [asked.json()["input"] for asked in server.asked]
    assert sent == ["One sentence here.", "Another is here.", "And a third one.", "And a third one."]


def test_a_sound_of_silence_is_refused(openai: Any, server: Any, reply: Any) -> None:
    header, silence = wav(TEXT)[:44], b"\0" * (len(wav(TEXT)) - 44)
    server.on(*SPEECH, reply(header + silence))
    with pytest.raises(LecternError, match="sent silence"):
        openai.speak(ask(TEXT, "openai"))


SPEAKS = """
import sys
from pathlib import Path
sys.path[:0] = {folders!r}
from conftest import Studio
from speech import ask
studio = Studio(Path({episode!r}), {base!r})
studio.sections["openai"] = {{"base_url": {base!r} + "/v1", "price": "0.015", "timeout": "60"}}
studio.speak(ask({text!r}, "openai"))
"""


def test_a_process_that_is_killed_while_it_waits_makes_nobody_ask_again_unasked(
    openai: Any, server: Any, reply: Any
) -> None:
    arrived = Event()
    server.on(*SPEECH, lambda asked: arrived.set() or reply(held=60), lambda asked: sound(asked, reply))
    folders = [str(Path(__file__).parent), str(Path(__file__).parents[2])]
    code = SPEAKS.format(folders=folders, episode=str(openai.episode), base=server.base, text=TEXT)
    process = subprocess.Popen([sys.executable, "-c", code])
    while not arrived.wait(0.05):
        assert process.poll() is None, "it ended before it asked"
    process.kill()
    process.wait()
    with pytest.raises(ResponseLost, match='stopped while it waited for OpenAI to say "One command does it all'):
        openai.speak(ask(TEXT, "openai"))
    assert server.count("POST") == 1
    openai.speak(ask(TEXT, "openai"))  # the person builds again: now it is asked anew
    assert server.count("POST") == 2


def test_free_servers_are_asked_again_and_need_no_ledger(studio: Any, aligning: Any, server: Any, reply: Any) -> None:
    studio.sections["edge-tts"] = {"base_url": f"{studio.base}/v1"}
    server.on(*SPEECH, reply(b'{"error": "x", "details": "y"}', 500), lambda asked: sound(asked, reply))
    take, _ = studio.speak(ask(TEXT, "edge-tts", voice="en-US-AvaNeural"))
    assert (server.count("POST"), take.usage.price) == (2, 0.0)
    assert server.asked[0].json() == {
        "model": "tts-1", "input": TEXT, "voice": "en-US-AvaNeural", "response_format": "mp3"
    }  # fmt: skip
    assert not asked_folder(studio.episode).exists()


def test_a_service_of_ones_own_is_like_a_built_in_one(studio: Any, aligning: Any, server: Any, reply: Any) -> None:
    studio.sections["attic"] = {"like": "localai", "base_url": f"{studio.base}/v1", "model": "vits", "backend": "piper"}
    server.on(*SPEECH, lambda asked: sound(asked, reply))
    take, _ = studio.speak(ask(TEXT, "attic"))
    assert server.asked[0].json()["backend"] == "piper" and take.usage.service == "attic"


def test_a_connection_is_tested_by_reading(openai: Any, server: Any, reply: Any) -> None:
    server.on("GET", "/v1/models", reply(b'{"object": "list", "data": [{"id": "tts-1"}]}'))
    assert openai.test("openai").ok and openai.test("openai").voices == ()
    server.on("GET", "/v1/audio/voices", reply(b'{"voices": [{"id": "nova"}, "alloy"]}'))
    assert openai.test("openai").voices == ("nova", "alloy")
    server.on("GET", "/v1/models", reply(b'{"error": {"message": "bad key"}}', 401))
    assert "401: bad key" in openai.test("openai").what and not openai.test("openai").ok
    assert server.count("POST") == 0


def test_settings_that_do_not_exist_are_told(openai: Any) -> None:
    with pytest.raises(LecternError, match="pitch: Extra inputs.*; there are: timeout, parallel, base_url"):
        openai.speak(ask(TEXT, "openai", settings={"pitch": "3"}))
    with pytest.raises(LecternError, match="speed: Input should be less than or equal to 4"):
        openai.speak(ask(TEXT, "openai", settings={"speed": "9"}))
