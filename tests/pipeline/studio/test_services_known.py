"""What can be asked, whether it answers, and whose key it gets."""

import io
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.cli.main import main
from lectern.pipeline.studio.service import service_list, service_test, store_service_key
from lectern.pipeline.trust.grants import NotTrusted


@pytest.fixture(autouse=True)
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    for name in ("OPENAI_API_KEY", "LECTERN_KEYS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "profile"


def studio(folder: Path, toml: str, **character: object) -> Path:
    (folder / "lectern.toml").write_text(toml)
    if character:
        (folder / "characters").mkdir()
        (folder / "characters" / "vera.json").write_text(
            json.dumps({"name": "Vera", "portrait": "lectern:ada", **character})
        )
    return folder


def test_everything_that_can_be_asked_is_listed_with_its_host_its_key_and_who_uses_it(tmp_path: Path) -> None:
    store_service_key("api.elevenlabs.io", "secret")
    studio(tmp_path, '[transcription]\nbase_url = "http://localhost:9000/v1"\n', provider="elevenlabs", voice="v")
    cards = {(c.kind, c.name): c for c in service_list(tmp_path)}
    voice = cards["voice", "elevenlabs"]
    assert (voice.host, voice.used) == ("api.elevenlabs.io", ("Vera",)) and voice.key.endswith("keys.json")
    assert (cards["transcription", "transcription"].host, cards["transcription", "transcription"].used) == (
        "localhost:9000",
        ("lectern.toml",),
    )
    assert {c.host for c in cards.values() if c.name == "wavespeed"} == {"api.wavespeed.ai"}
    assert {kind for kind, _ in cards} == {"voice", "transcription", "image", "motion", "lipsync", "matting"}


def test_all_that_is_used_is_asked_and_nothing_else(tmp_path: Path, server: Any, reply: Any) -> None:
    server.on("GET", "/models", reply(b'{"data": [{"id": "m"}]}', kind="application/json"))
    server.on("GET", "/audio/speech/voices", reply(b"{}"))
    server.on("GET", "/v1/audio/voices", reply(b'{"voices": ["af_heart", "am_adam"]}', kind="application/json"))
    toml = f'[voice.kokoro-server]\nbase_url = "{server.base}"\n[transcription]\nbase_url = "{server.base}"\n'
    found = {t.service.name: t for t in service_test(studio(tmp_path, toml))}
    assert set(found) == {"espeak", "kokoro-server", "transcription"}
    assert all(t.ok for t in found.values()), found
    assert found["kokoro-server"].voices == ("af_heart", "am_adam") and "2 voices" in found["kokoro-server"].what
    assert server.count("POST") == 0


@pytest.mark.parametrize(("status", "says"), [(401, "no key for"), (404, "refused"), (500, "failed")])
def test_what_is_wrong_is_said_with_the_way_out(
    status: int, says: str, tmp_path: Path, server: Any, reply: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lectern.pipeline.services.http.time.sleep", lambda seconds: None)
    monkeypatch.setattr("lectern.pipeline.services.http.ATTEMPTS", 1)
    server.on("GET", "/v1/audio/voices", reply(b'{"detail": "no"}', status=status, kind="application/json"))
    (found,) = service_test(studio(tmp_path, f'[voice.kokoro-server]\nbase_url = "{server.base}"\n'), "kokoro-server")
    assert not found.ok and says in found.what


def test_an_address_from_a_file_is_asked_only_if_it_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lectern.pipeline.services.http.ATTEMPTS", 1)
    folder = studio(tmp_path, '[voice.openai]\nbase_url = "https://speech.invalid/v1"\n')
    store_service_key("speech.invalid", "secret")
    with pytest.raises(NotTrusted, match=r"speech.invalid is asked what it has, with the key from .*keys.json"):
        service_test(folder)
    (found,) = (t for t in service_test(folder, trust=True) if t.service.name == "openai")
    assert not found.ok and "can't be reached" in found.what
    assert len(service_test(folder)) == 2  # it stays trusted


def test_a_name_that_nobody_has_is_told_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(LecternError, match='no service called "opnai"; there are: .*openai'):
        service_test(tmp_path, "opnai")


def test_a_key_is_read_from_the_input_and_only_its_owner_can_read_the_file(
    profile: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("sk-secret\n"))
    assert main(["service", "key", "API.OpenAI.com"]) == 0
    assert json.loads((profile / "keys.json").read_text()) == {"api.openai.com": "sk-secret"}
    assert stat.S_IMODE((profile / "keys.json").stat().st_mode) == 0o600
    monkeypatch.setenv("OPENAI_API_KEY", "another")
    monkeypatch.setattr("sys.stdin", io.StringIO("sk-secret\n"))
    assert main(["service", "key", "api.openai.com"]) == 0
    said = capsys.readouterr()
    assert "OPENAI_API_KEY is set, too" in said.out and "sk-secret" not in said.out + said.err
    assert main(["service", "key", "api.openai.com", "--remove"]) == 0
    assert json.loads((profile / "keys.json").read_text()) == {}


@pytest.mark.parametrize("typed", ["", "\n", "two words\n"])
def test_what_is_no_key_is_not_kept(typed: str, profile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert main(["service", "key", "api.openai.com"]) == 2
    assert not (profile / "keys.json").exists()


def test_a_failed_test_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["service", "test", "espeak", "--in", str(tmp_path)]) == 0
    assert main(["service", "test", "gemini", "--in", str(tmp_path)]) == 1
    assert (
        capsys.readouterr()
        .out.splitlines()[1]
        .startswith("FAULT  gemini, voice (no key): Gemini's speech is not built in")
    )


def test_the_language_model_is_listed_and_tested_without_running_a_program(
    tmp_path: Path, server: Any, reply: Any
) -> None:
    server.on("GET", "/models", reply(b'{"data": [{"id": "m"}]}', kind="application/json"))
    studio(tmp_path, f'[model]\nmodel = "m"\nbase_url = "{server.base}"\n')
    (found,) = service_test(tmp_path, "model")
    assert (found.ok, found.service.kind, found.service.used) == (True, "language model", ("lectern.toml",))
    studio(tmp_path, '[model]\nprovider = "codex"\ncommand = ["/nowhere/codex"]\n')
    (missing,) = service_test(tmp_path, "model")
    assert not missing.ok and "not installed, or not found" in missing.what
    studio(tmp_path, '[model]\nmodel = "m"\nbase_url = "https://elsewhere.example/v1"\n')
    with pytest.raises(NotTrusted, match="elsewhere.example"):
        service_test(tmp_path, "model")
