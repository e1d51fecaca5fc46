"""Providers are plugged in by whoever defines `providers(registry)`, and plug-in files run only when trusted."""

from pathlib import Path

import pytest

from lectern.pipeline.errors import LecternError
from lectern.pipeline.services.registry import Registry, add_installed, add_plugins
from lectern.pipeline.services.voice import VoiceRequest
from lectern.pipeline.voice.recipe import out_of_the_box, voice_recipe

HUM = """
import math, struct, wave
from pydantic import BaseModel

class Hum:
    name = "hum"
    settings = BaseModel

    def speak(self, request, folder):
        with wave.open(str(folder / "hum.wav"), "wb") as file:
            file.setnchannels(1); file.setsampwidth(2); file.setframerate(48000)
            samples = (int(3000 * math.sin(n / 20)) for n in range(48000))
            file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
        words = [{"index": i, "start": i / 10, "end": i / 10 + 0.1} for i in range(%s)]
        return {"audio": "hum.wav", "duration": 1.0, "words": words, "phonemes": (), "tier": "service"}

def providers(registry):
    registry.add("voice", Hum())
"""

REQUEST = VoiceRequest(provider="hum", voice="", words=("two", "words"))


def with_plugin(folder: Path, source: str, trusted: bool = True) -> tuple[Registry, tuple[Path, ...]]:
    (folder / "hum.py").write_text(source)
    registry = out_of_the_box()
    return registry, add_plugins(registry, folder, trusted=trusted)


def test_a_file_in_the_plugins_folder_adds_a_voice_without_importing_lectern(tmp_path: Path) -> None:
    registry, held_back = with_plugin(tmp_path, HUM % "len(request.words)")
    take = voice_recipe(registry).make(REQUEST, tmp_path, None)
    assert held_back == ()
    assert "hum" in registry.names("voice")
    assert [word.start for word in take.words] == [0.0, 0.1]


def test_a_plugin_that_is_not_trusted_is_named_and_not_run(tmp_path: Path) -> None:
    registry, held_back = with_plugin(tmp_path, "raise SystemExit('it ran')", trusted=False)
    assert held_back == (tmp_path / "hum.py",)
    assert "hum" not in registry.names("voice")


def test_a_file_without_providers_is_an_error_that_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(LecternError, match=r"hum.py: .*providers\(registry\)"):
        with_plugin(tmp_path, "x = 1")


def test_a_provider_with_times_for_other_words_is_refused(tmp_path: Path) -> None:
    registry, _ = with_plugin(tmp_path, HUM % "3")
    with pytest.raises(LecternError, match="hum gave times for other words"):
        voice_recipe(registry).make(REQUEST, tmp_path, None)


def test_two_providers_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LecternError, match='two voice providers called "espeak"'):
        with_plugin(tmp_path, HUM.replace('"hum"', '"espeak"') % "2")


def test_installed_packages_add_providers_through_entry_points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "humming.py").write_text(HUM % "2")
    (tmp_path / "humming-1.0.dist-info").mkdir()
    (tmp_path / "humming-1.0.dist-info" / "METADATA").write_text("Name: humming\nVersion: 1.0\n")
    entry = "[lectern.providers]\nhum = humming:providers\n"
    (tmp_path / "humming-1.0.dist-info" / "entry_points.txt").write_text(entry)
    monkeypatch.syspath_prepend(tmp_path)
    registry = Registry()
    add_installed(registry)
    assert registry.names("voice") == ("hum",)
