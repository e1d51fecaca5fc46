"""Providers are plugged in by whoever defines `providers(registry)`, and plug-in files run only when trusted."""

from pathlib import Path

import pytest

from lectern.pipeline.errors import LecternError
from lectern.pipeline.services.plugins import add_plugins, blamed, plugins_in
from lectern.pipeline.services.registry import Registry, add_installed
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


def with_plugin(folder: Path, source: str) -> Registry:
    (folder / "plugins").mkdir(exist_ok=True)
    (folder / "plugins" / "hum.py").write_text(source)
    registry = out_of_the_box()
    add_plugins(registry, plugins_in([folder]))
    return registry


def test_a_file_in_the_plugins_folder_adds_a_voice_without_importing_lectern(tmp_path: Path) -> None:
    registry = with_plugin(tmp_path, HUM % "len(request.words)")
    take = voice_recipe(registry).make(REQUEST, tmp_path, None)
    assert "hum" in registry.names("voice")
    assert [word.start for word in take.words] == [0.0, 0.1]


def test_a_provider_of_a_plugin_is_known_by_the_hash_of_its_file(tmp_path: Path) -> None:
    registry = with_plugin(tmp_path, HUM % "2")
    assert registry.origin("voice", "hum") == plugins_in([tmp_path])[0].digest
    assert registry.origin("voice", "espeak") == ""


def test_a_plugin_that_is_another_than_the_trusted_one_is_not_run(tmp_path: Path) -> None:
    with_plugin(tmp_path, HUM % "2")
    trusted = plugins_in([tmp_path])
    (tmp_path / "plugins" / "hum.py").write_text("raise SystemExit('it ran')  # another")
    registry = out_of_the_box()
    with pytest.raises(LecternError, match="hum.py has changed since"):
        add_plugins(registry, (trusted[0].model_copy(update={"digest": "0" * 64}),))
    assert "hum" not in registry.names("voice")


@pytest.mark.parametrize(("source", "line", "says"), [
    ("x = 1", 1, r"providers\(registry\)"),
    ("x = 1\n\nif x\n    pass\n", 3, "SyntaxError"),
    ("import math\nmath.sqrt(-1)\n", 2, "ValueError"),
    ("def providers(registry):\n    registry.plug('voice', None)\n", 2, "AttributeError"),
])  # fmt: skip
def test_a_broken_plugin_is_named_with_its_line(source: str, line: int, says: str, tmp_path: Path) -> None:
    with pytest.raises(LecternError, match=rf"plugins/hum\.py:{line}: .*{says}"):
        with_plugin(tmp_path, source)


def test_what_a_plugin_does_wrong_while_it_speaks_is_told_with_its_line(tmp_path: Path) -> None:
    registry = with_plugin(tmp_path, (HUM % "2").replace("with wave", "self.nothing\n        with wave"))
    with pytest.raises(LecternError, match=r"hum\.py:10: this plug-in failed \(AttributeError"), blamed(plugins_in([tmp_path])):
        voice_recipe(registry).make(REQUEST, tmp_path, None)
    with pytest.raises(ZeroDivisionError), blamed(plugins_in([tmp_path])):
        _ = 1 / 0


def test_a_provider_with_times_for_other_words_is_refused(tmp_path: Path) -> None:
    registry = with_plugin(tmp_path, HUM % "3")
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
