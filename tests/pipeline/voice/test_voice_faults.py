"""The faults that happen, at every voice behind HTTP: a clear sentence, no double charge, and the next build works."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from speech import as_json, ask, base64_of, wav

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.services.http import ResponseLost
from lectern.pipeline.services.voice import RecordedSource, VoiceRequest

TEXT = "It does so. In one go."
SOUND = wav(TEXT)


@dataclass(frozen=True)
class Voice:
    """A provider: what it asks, what is below its address, and its answer's body for a sound."""

    name: str
    path: str
    below: str = ""
    body: Callable[[bytes], bytes] = lambda sound: sound


VOICES = (
    Voice("openai", "/v1/audio/speech", "/v1"),
    Voice("localai", "/v1/audio/speech", "/v1"),
    Voice("edge-tts", "/v1/audio/speech", "/v1"),
    Voice("kokoro-server", "/dev/captioned_speech", body=lambda sound: as_json({"audio": base64_of(sound), "timestamps": None})),
    Voice(
        "elevenlabs", "/v1/text-to-speech/nova/with-timestamps",
        body=lambda sound: as_json({"audio_base64": base64_of(sound), "alignment": None, "normalized_alignment": None}),
    ),
    Voice("elevenlabs-convert", "/v1/speech-to-speech/nova"),
    Voice("piper", "/synthesize"),
)  # fmt: skip

REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "401": (
        {"status": 401, "body": b'{"error": {"message": "Wrong key"}}'},
        r"401: Wrong key\); the key of 127.0.0.1:\d+ comes from",
    ),
    "404 voice": (
        {"status": 404, "body": b'{"detail": {"message": "No such voice"}}'},
        '404: No such voice.*voice (is )?"nova"',
    ),
    "422": ({"status": 422, "body": b'{"detail": [{"loc": ["body", "text"], "msg": "bad"}]}'}, "422: body.text: bad"),
    "429 without a time": (
        {"status": 429, "body": b'{"error": {"message": "no quota"}}'},
        "quota is used up .429: no quota",
    ),
    "500": (
        {"status": 500, "body": b"oops"},
        r"failed \(500: oops\); it was not sent again, because it may have been charged",
    ),
}
UNKNOWN: dict[str, dict[str, Any]] = {
    "a timeout": {"held": 1.0},
    "a lost answer": {"lost": True},
    "a body that breaks off": {"cut": 300},
}
"""Whether they were charged, nobody knows."""
WORTHLESS: dict[str, tuple[bytes, str]] = {
    "half a sound": (SOUND[: len(SOUND) // 2], "incomplete sound"),
    "a sound of length zero": (SOUND[:44], "incomplete sound|silence"),
    "silence": (SOUND[:44] + bytes(len(SOUND) - 44), "sent silence"),
    "nothing": (b"", "sent nothing"),
}


@pytest.fixture(params=VOICES, ids=lambda voice: voice.name)
def voice(request: pytest.FixtureRequest, studio: Any, aligning: Any, server: Any, reply: Any) -> Voice:
    """A voice that is paid, on the test's server."""
    (studio.episode / "recordings").mkdir()
    (studio.episode / "recordings" / "intro.wav").write_bytes(SOUND)
    studio.sections[request.param.name] = {"base_url": studio.base + request.param.below, "price": "0.2"}
    server.on("GET", "/info", reply(as_json({"voice": {}, "last": None})))
    return request.param


def line(voice: Voice) -> VoiceRequest:
    more = {"recording": RecordedSource(file="recordings/intro.wav", digest=hashlib.sha256(SOUND).hexdigest())}
    return ask(TEXT, voice.name, **(more if voice.name.endswith("convert") else {}))


def good(voice: Voice, reply: Any, **more: Any) -> Any:
    return reply(voice.body(SOUND), **more)


def heard_by_the_next_build(studio: Any, server: Any, voice: Voice) -> bool:
    """Whether it was asked for once until now, and the next build asks once more, and gets it."""
    before = server.count("POST")
    take, _ = studio.speak(line(voice))
    return (before, server.count("POST"), len(take.words)) == (1, 2, len(TEXT.split()))


@pytest.mark.parametrize("fault", REFUSALS)
def test_a_refusal_is_quoted_with_a_way_out_and_not_asked_again(
    voice: Voice, studio: Any, server: Any, reply: Any, fault: str
) -> None:
    answer, told = REFUSALS[fault]
    server.on("POST", voice.path, reply(kind="application/json", **answer), good(voice, reply))
    with pytest.raises(LecternError, match=told):
        studio.speak(line(voice))
    assert heard_by_the_next_build(studio, server, voice)


@pytest.mark.parametrize("fault", UNKNOWN)
def test_what_may_have_been_charged_is_not_asked_for_again_unasked(
    voice: Voice, studio: Any, server: Any, reply: Any, fault: str
) -> None:
    server.on("POST", voice.path, good(voice, reply, **UNKNOWN[fault]), good(voice, reply))
    studio.sections[voice.name]["timeout"] = "0.3" if fault == "a timeout" else "60"
    with pytest.raises(ResponseLost, match="Nobody knows whether it was made, and charged; so it was not sent again"):
        studio.speak(line(voice))
    studio.sections[voice.name]["timeout"] = "60"
    assert heard_by_the_next_build(studio, server, voice)


@pytest.mark.parametrize("fault", WORTHLESS)
def test_a_sound_that_is_no_good_is_named_and_not_kept(
    voice: Voice, studio: Any, server: Any, reply: Any, fault: str
) -> None:
    sound, told = WORTHLESS[fault]
    server.on("POST", voice.path, reply(voice.body(sound)), good(voice, reply))
    with pytest.raises(LecternError, match=told):
        studio.speak(line(voice))
    assert heard_by_the_next_build(studio, server, voice)


def test_another_content_is_quoted(voice: Voice, studio: Any, server: Any, reply: Any) -> None:
    server.on("POST", voice.path, reply(b"<title>Sign in</title>", kind="text/html"), good(voice, reply))
    with pytest.raises(LecternError, match='(is no JSON|instead of sound).*"Sign in"'):
        studio.speak(line(voice))
    assert heard_by_the_next_build(studio, server, voice)


def test_being_asked_to_come_back_later_is_no_fault(voice: Voice, studio: Any, server: Any, reply: Any) -> None:
    server.on("POST", voice.path, reply(status=429, headers={"Retry-After": "3"}), good(voice, reply))
    studio.speak(line(voice))
    assert (studio.slept, server.count("POST")) == ([3], 2)


def test_without_times_of_the_service_it_is_aligned_and_its_cost_is_noted(
    voice: Voice, studio: Any, server: Any, reply: Any
) -> None:
    server.on("POST", voice.path, good(voice, reply))
    take, _ = studio.speak(line(voice))
    per = take.duration / 60 if voice.name.endswith("convert") else len(TEXT) / 1000
    assert (take.tier, take.usage.price) == ("alignment", pytest.approx(0.2 * per))
    studio.speak(line(voice))
    assert server.count("POST") == 1  # what was paid for is kept


def test_what_costs_nothing_is_asked_for_until_it_comes(voice: Voice, studio: Any, server: Any, reply: Any) -> None:
    studio.sections[voice.name] |= {"price": "0"}
    faults = (reply(status=500), reply(lost=True), good(voice, reply, cut=300))
    server.on("POST", voice.path, *faults, good(voice, reply))
    take, _ = studio.speak(line(voice))
    assert (studio.slept, server.count("POST"), take.usage.price) == ([1, 2, 4], 4, 0)
