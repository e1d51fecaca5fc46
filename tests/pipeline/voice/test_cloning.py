"""Engines that clone: each is given a recording as it is documented, and its faults are said with the way out."""

import base64
import json
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path
from typing import Any

import pytest
from speech import as_json, ask, wav

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.services.cloned_voices import (
    ClonedVoice,
    Consent,
    Enrolment,
    reference_to,
    sample_digest,
    store_cloned_voice,
    voice_folder,
)
from lectern.pipeline.services.cloning import Cloning, VoiceSample
from lectern.pipeline.services.http import ResponseLost
from lectern.pipeline.services.voice import VoiceProvider

TEXT, SAID = "One command does all", "What is said in the recording."
WAV = wav("a b c d e f")


@pytest.fixture(autouse=True)
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    return tmp_path / "profile"


def sample(name: str = "my-voice") -> VoiceSample:
    return VoiceSample(name, voice_folder(name) / "recording.wav", WAV, SAID, "en-gb", "It is mine.")


class Engine:
    """A provider whose server is the test's."""

    def __init__(self, studio: Any, name: str, timeout: str = "30") -> None:
        studio.sections[name] = {"base_url": studio.base, "timeout": timeout}
        self.provider: Any = studio.registry.find(VoiceProvider, name)
        self.settings = self.provider.settings_from(studio.sections[name])
        self.http = studio.registry.tools.http
        assert isinstance(self.provider, Cloning)

    def enrol(self) -> str:
        return str(self.provider.enrol(self.http, self.settings, sample()))

    def withdraw(self, voice: str) -> bool:
        return bool(self.provider.withdraw(self.http, self.settings, voice))


def fields(asked: Any) -> dict[str, Any]:
    """What a multipart form holds: texts, and (file name, content, type) of files."""
    head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
    found = {}
    for part in BytesParser(policy=HTTP).parsebytes(head + asked.body).iter_parts():
        name, file = part.get_param("name", header="content-disposition"), part.get_filename()
        content = part.get_payload(decode=True)
        found[name] = (file, content, part.get_content_type()) if file else content.decode()
    return found


FILE = ("my-voice.wav", WAV, "audio/wav")
TAKEN = as_json({"voice": {"name": "my-voice"}, "message": "ok"})

SHAPES = {
    "elevenlabs": (
        "/v1/voices/add", 200, as_json({"voice_id": "c38k", "requires_verification": False}), "c38k",
        {"name": "my-voice", "description": "Made with Lectern.", "remove_background_noise": "false", "files": FILE},
    ),
    "chatterbox": (
        "/voices", 201, TAKEN, "my-voice", {"voice_name": "my-voice", "language": "en", "voice_file": FILE},
    ),
    "fish-speech": (
        "/v1/references/add", 200, as_json({"success": True, "reference_id": "my-voice"}), "my-voice",
        {"id": "my-voice", "text": SAID, "audio": FILE},
    ),
    "fish-audio": (
        "/model", 201, as_json({"_id": "8ef4", "title": "my-voice"}), "8ef4",
        {"title": "my-voice", "type": "tts", "train_mode": "fast", "visibility": "private", "texts": SAID, "voices": FILE},
    ),
    "localai": (
        "/api/voice-profiles", 201, as_json({"id": "77-88", "name": "my-voice"}), "localai://voice-profiles/77-88",
        {"name": "my-voice", "description": "Made with Lectern.", "language": "en-gb", "transcript": SAID,
         "consent_confirmed": "true", "audio": FILE},
    ),
    "f5-tts": (
        "/upload_audio/", 200, as_json({"message": "ok"}), "my-voice", {"audio_file_label": "my-voice", "file": FILE},
    ),
}  # fmt: skip
DELETED = {
    "elevenlabs": ("/v1/voices/c38k", None),
    "chatterbox": ("/voices/my-voice", None),
    "fish-speech": ("/v1/references/delete", {"reference_id": "my-voice"}),
    "fish-audio": ("/model/8ef4", None),
    "localai": ("/api/voice-profiles/77-88", None),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_recording_is_given_as_documented_and_named_by_the_service(
    name: str, studio: Any, server: Any, reply: Any
) -> None:
    path, status, answer, voice, form = SHAPES[name]
    server.on("POST", path, reply(answer, status, "application/json"))
    assert Engine(studio, name).enrol() == voice
    (asked,) = [asked for asked in server.asked if asked.method == "POST"]
    assert fields(asked) == form
    key = ("xi-api-key", "secret") if name == "elevenlabs" else ("authorization", "Bearer secret")
    assert asked.headers[key[0]] == key[1]
    assert asked.query == ({"format": ["json"]} if name == "fish-speech" else {})


@pytest.mark.parametrize("name", DELETED)
def test_a_voice_is_deleted_where_there_is_a_way_and_may_be_gone_already(
    name: str, studio: Any, server: Any, reply: Any
) -> None:
    (path, body), engine = DELETED[name], Engine(studio, name)
    server.on("DELETE", path, reply(b"{}", kind="application/json"), reply(b'{"detail": "no such voice"}', 404))
    assert engine.withdraw(SHAPES[name][3]) and engine.withdraw(SHAPES[name][3])
    asked = [asked for asked in server.asked if asked.method == "DELETE"]
    assert [a.path for a in asked] == [path, path] and (body is None or asked[0].json() == body)


def test_a_server_that_cannot_delete_says_so(studio: Any, server: Any, reply: Any) -> None:
    assert not Engine(studio, "f5-tts").withdraw("my-voice")
    server.on("GET", "/get_reference_files", reply(b"[]", kind="application/json"))
    assert not Engine(studio, "chatterbox").withdraw("my-voice-1.wav") and server.count("DELETE") == 0


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (400, b'{"detail": "Audio is too short: 2.1 s"}', "too short"),
        (415, b'{"detail": "Unsupported audio format: .wav"}', "Unsupported audio format"),
        (401, b'{"detail": {"message": "Invalid API key secret"}}', "is it the right one"),
        (429, b'{"detail": "voice limit reached (10 / 10)"}', "voice limit reached"),
        (500, b"Internal Server Error", "failed \\(500"),
    ],
)
def test_a_refusal_is_said_and_nothing_is_sent_twice(
    name: str, status: int, body: bytes, says: str, studio: Any, server: Any, reply: Any
) -> None:
    server.on("POST", SHAPES[name][0], reply(body, status, "application/json"))
    with pytest.raises(LecternError, match=says) as raised:
        Engine(studio, name).enrol()
    assert server.count("POST") == 1 and "secret" not in str(raised.value)


@pytest.mark.parametrize("name", SHAPES)
def test_a_lost_answer_is_not_asked_for_again_even_where_it_is_free(
    name: str, studio: Any, server: Any, reply: Any
) -> None:
    for fault in (reply(lost=True), reply(held=0.5)):
        server.on("POST", SHAPES[name][0], fault)
        before = server.count("POST")
        with pytest.raises(ResponseLost, match="Nobody knows whether it was made"):
            Engine(studio, name, timeout="0.3").enrol()
        assert server.count("POST") == before + 1


@pytest.mark.parametrize("name", ["chatterbox", "fish-speech"])
def test_a_name_that_is_taken_has_two_ways_out(name: str, studio: Any, server: Any, reply: Any) -> None:
    taken = as_json({"success": False, "message": "Reference ID 'my-voice' already exists"})
    server.on("POST", SHAPES[name][0], reply(taken, 409, "application/json"))
    with pytest.raises(
        LecternError, match='has a voice called "my-voice" already: choose another name.*--voice my-voice'
    ):
        Engine(studio, name).enrol()


@pytest.mark.parametrize("name", ["elevenlabs", "fish-audio", "localai", "chatterbox"])
@pytest.mark.parametrize("answer", [b"{}", b"[]", b'{"voice_id": ""}'])
def test_an_answer_without_a_name_says_where_to_look(
    name: str, answer: bytes, studio: Any, server: Any, reply: Any
) -> None:
    server.on("POST", SHAPES[name][0], reply(answer, kind="application/json"))
    with pytest.raises(LecternError, match="took the recording, but its answer has no"):
        Engine(studio, name).enrol()


def test_a_voice_that_has_to_be_verified_first_is_named(studio: Any, server: Any, reply: Any) -> None:
    made = as_json({"voice_id": "c38k", "requires_verification": True})
    server.on("POST", "/v1/voices/add", reply(made, kind="application/json"))
    with pytest.raises(LecternError, match="wants it verified.*--voice c38k"):
        Engine(studio, "elevenlabs").enrol()


def test_the_other_chatterbox_server_is_recognised_by_its_files(studio: Any, server: Any, reply: Any) -> None:
    server.on("GET", "/get_reference_files", reply(b"[]", kind="application/json"))
    server.on(
        "POST", "/upload_reference",
        lambda asked: reply(as_json({"uploaded_files": [fields(asked)["files"][0]], "errors": []}), 200, "application/json"),
        reply(as_json({"uploaded_files": [], "errors": [{"error": "Audio is too long"}]}), 200, "application/json"),
    )  # fmt: skip
    engine = Engine(studio, "chatterbox")
    voice = engine.enrol()
    assert voice.startswith("my-voice-") and voice.endswith(".wav")
    with pytest.raises(LecternError, match="no uploaded_files"):
        engine.enrol()


def cloned(provider: str, **more: Any) -> ClonedVoice:
    """A voice in the profile whose recording goes along with every line."""
    said = Consent(whose="Vera", statement="It is mine.", by="Vera", at="2026-11-30T10:00:00+00:00")
    enrolment = Enrolment(
        provider=provider, base=provider, voice="", consent=said, file="ref.wav", text=SAID, digest=sample_digest(WAV, SAID), **more
    )  # fmt: skip
    voice = ClonedVoice(name="my-voice", enrolments=(enrolment,))
    store_cloned_voice(voice, {"ref.wav": WAV})
    return voice


def line(provider: str, **more: Any) -> Any:
    voice = cloned(provider)
    return ask(TEXT, provider, voice="", reference=reference_to(voice, voice.enrolments[0]), **more)


def test_vllm_omni_is_given_the_recording_and_its_words_with_every_line(
    studio: Any, server: Any, reply: Any, aligning: Any
) -> None:
    studio.sections["vllm-omni"] = {"base_url": studio.base}
    server.on("POST", "/audio/speech", reply(wav(TEXT), kind="audio/wav"))
    studio.speak(line("vllm-omni"))
    asked = server.asked[0].json()
    assert base64.b64decode(asked.pop("ref_audio").removeprefix("data:audio/wav;base64,")) == WAV
    assert asked == {
        "input": TEXT, "response_format": "wav", "task_type": "Base", "language": "English", "ref_text": SAID,
    }  # fmt: skip


def test_xtts_reads_the_recording_on_this_computer_and_takes_none_elsewhere(
    studio: Any, server: Any, reply: Any, aligning: Any, profile: Path
) -> None:
    studio.sections["xtts"] = {"base_url": studio.base}
    server.on("POST", "/tts_to_audio/", reply(wav(TEXT), kind="audio/wav"))
    studio.speak(line("xtts"))
    file = profile / "voices" / "my-voice" / "ref.wav"
    assert server.asked[0].json() == {"text": TEXT, "speaker_wav": str(file), "language": "en"}
    provider: Any = studio.registry.find(VoiceProvider, "xtts")
    away = provider.settings_from({"base_url": "http://192.168.1.5:8020"})
    assert "folder `speakers` on its computer" in provider.cloning_fault(away) and "--voice" in provider.cloning_fault(
        away
    )


@pytest.mark.parametrize("name", ["chatterbox", "fish-speech", "fish-audio", "f5-tts", "localai"])
def test_lines_are_asked_for_in_the_voice_that_the_service_keeps(
    name: str, studio: Any, server: Any, reply: Any, aligning: Any
) -> None:
    paths = {
        "fish-speech": "/v1/tts",
        "fish-audio": "/v1/tts",
        "localai": "/audio/speech",
        "chatterbox": "/v1/audio/speech",
    }
    studio.sections[name] = {"base_url": studio.base, "price": "0"}
    server.on("POST", paths.get(name, "-"), reply(wav(TEXT), kind="audio/wav"))
    server.on("GET", "/synthesize_speech/", reply(wav(TEXT), kind="audio/wav"))
    take, _ = studio.speak(ask(TEXT, name, voice="my-voice"))
    (asked,) = server.asked
    assert take.synthetic and take.tier == "alignment"
    if name == "f5-tts":
        assert asked.query == {"text": [TEXT], "voice": ["my-voice"]}
        return
    body = asked.json()
    said = {"text": TEXT, "reference_id": "my-voice", "format": "wav"}
    spoken = {"input": TEXT, "voice": "my-voice", "response_format": "wav"}
    assert body == (said if name.startswith("fish") else spoken)
    assert asked.headers.get("model") == ("s1" if name == "fish-audio" else None)


def test_a_program_is_given_the_recording_and_its_words(
    studio: Any, tmp_path: Path, aligning: Any, profile: Path
) -> None:
    (tmp_path / "said.wav").write_bytes(wav(TEXT))
    script = tmp_path / "engine.sh"
    script.write_text(f'printf "%s\\n" "$@" > {tmp_path}/argv; cat {tmp_path}/said.wav > "$3"\n')
    command = ["sh", str(script), "{reference}", "{reference_text}", "{audio}"]
    studio.sections["command"] = {"command": json.dumps(command)}
    studio.speak(line("command"))
    said = (tmp_path / "argv").read_text().splitlines()
    assert said[:2] == [str(profile / "voices" / "my-voice" / "ref.wav"), SAID]


def test_pocket_tts_takes_a_recording_or_a_voice_of_its_own() -> None:
    from lectern.pipeline.providers.voices.command import PocketSettings, arguments

    values = {"audio": "o.wav", "text": "Hi", "reference": "/p/ref.wav", "voice": ""}
    assert arguments(PocketSettings().command, values)[4:7] == ["Hi", "--voice", "/p/ref.wav"]
    assert arguments(PocketSettings().command, values | {"reference": "", "voice": "alba"})[5:7] == ["--voice", "alba"]
    assert "--voice" not in arguments(PocketSettings().command, values | {"reference": ""})


def test_a_program_without_a_place_for_the_recording_cannot_clone(studio: Any) -> None:
    provider: Any = studio.registry.find(VoiceProvider, "command")
    plain = provider.settings_from({"command": "my-tts --out {audio}"})
    assert "write {reference} where" in provider.cloning_fault(plain)
    able = provider.settings_from({"command": "f5 --ref_audio {reference} --ref_text {reference_text} -o {audio}"})
    assert provider.cloning_fault(able) == "" and provider.text_needed(able)
    assert not provider.text_needed(provider.settings_from({"command": "x {reference} {audio}"}))


def test_a_recording_that_was_changed_or_forgotten_is_not_used(studio: Any, server: Any, profile: Path) -> None:
    studio.sections["vllm-omni"] = {"base_url": studio.base}
    request = line("vllm-omni")
    (profile / "voices" / "my-voice" / "ref.wav").write_bytes(wav("another voice"))
    with pytest.raises(LecternError, match='"my-voice" was changed or forgotten'):
        studio.speak(request)
    assert server.asked == []


def test_openais_own_custom_voices_are_named_by_an_object(studio: Any, server: Any, reply: Any, aligning: Any) -> None:
    studio.sections["openai"] = {"base_url": studio.base, "price": "0"}
    server.on("POST", "/audio/speech", reply(wav(TEXT), kind="audio/wav"))
    studio.speak(ask(TEXT, "openai", voice="voice_1234"))
    assert server.asked[0].json()["voice"] == {"id": "voice_1234"}
