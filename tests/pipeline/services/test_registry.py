"""Providers are plugged in by whoever defines `providers(registry)`, and plug-in files run only when trusted."""

import subprocess
import sys
from pathlib import Path

import pytest
from support.contexts import context_in
from support.providers import KINDS, registry_with

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.services.keys import host_of
from lectern.pipeline.services.plugins import add_plugins, blaming_plugins, plugins_in
from lectern.pipeline.services.policy import default_address
from lectern.pipeline.services.registry import Registry, add_installed, known_providers
from lectern.pipeline.services.transcription import TranscriptionProvider
from lectern.pipeline.services.voice import VoiceProvider, VoiceRequest
from lectern.pipeline.voice.recipe import voice_recipe

HUM = """
import math, struct, wave
from lectern.pipeline.services.voice import VoiceProvider
from pydantic import BaseModel

class HumSettings(BaseModel): pass

class Hum(VoiceProvider[HumSettings]):
    name, settings = "hum", HumSettings

    def speak(self, context, settings, request, folder):
        with wave.open(str(folder / "hum.wav"), "wb") as file:
            file.setnchannels(1); file.setsampwidth(2); file.setframerate(48000)
            samples = (int(3000 * math.sin(n / 20)) for n in range(48000))
            file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
        words = [{"index": i, "start": i / 10, "end": i / 10 + 0.1} for i in range(%s)]
        return {"audio": "hum.wav", "duration": 1.0, "words": words, "phonemes": (), "tier": "service"}

def providers(registry):
    registry.add(Hum())
"""

REQUEST = VoiceRequest(provider="hum", voice="", words=("two", "words"))


def with_plugin(folder: Path, source: str) -> Registry:
    (folder / "plugins").mkdir(exist_ok=True)
    (folder / "plugins" / "hum.py").write_text(source)
    registry = registry_with()
    add_plugins(registry, plugins_in([folder]))
    return registry


def test_a_file_in_the_plugins_folder_adds_a_voice(tmp_path: Path) -> None:
    registry = with_plugin(tmp_path, HUM % "len(request.words)")
    take = voice_recipe(registry).make(REQUEST, tmp_path, context_in(tmp_path))
    assert "hum" in registry.names(VoiceProvider)
    assert [word.start for word in take.words] == [0.0, 0.1]


def test_a_provider_of_a_plugin_is_known_by_the_hash_of_its_file(tmp_path: Path) -> None:
    registry = with_plugin(tmp_path, HUM % "2")
    assert registry.origin(VoiceProvider, "hum") == plugins_in([tmp_path])[0].digest
    assert registry.origin(VoiceProvider, "espeak") == ""


def test_a_plugin_that_is_another_than_the_trusted_one_is_not_run(tmp_path: Path) -> None:
    with_plugin(tmp_path, HUM % "2")
    trusted = plugins_in([tmp_path])
    (tmp_path / "plugins" / "hum.py").write_text("raise SystemExit('it ran')  # another")
    registry = registry_with()
    with pytest.raises(LecternError, match="hum.py has changed since"):
        add_plugins(registry, (trusted[0].model_copy(update={"digest": "0" * 64}),))
    assert "hum" not in registry.names(VoiceProvider)


@pytest.mark.parametrize(("source", "line", "says"), [
    ("x = 1", 1, r"providers\(registry\)"),
    ("x = 1\n\nif x\n    pass\n", 3, "SyntaxError"),
    ("import math\nmath.sqrt(-1)\n", 2, "ValueError"),
    ("def providers(registry):\n    registry.plug(None)\n", 2, "AttributeError"),
])  # fmt: skip
def test_a_broken_plugin_is_named_with_its_line(source: str, line: int, says: str, tmp_path: Path) -> None:
    with pytest.raises(LecternError, match=rf"plugins/hum\.py:{line}: .*{says}"):
        with_plugin(tmp_path, source)


def test_what_a_plugin_does_wrong_while_it_speaks_is_told_with_its_line(tmp_path: Path) -> None:
    registry = with_plugin(tmp_path, (HUM % "2").replace("with wave", "self.nothing\n        with wave"))
    with (
        pytest.raises(LecternError, match=r"hum\.py:12: this plug-in failed \(AttributeError"),
        blaming_plugins(plugins_in([tmp_path])),
    ):
        voice_recipe(registry).make(REQUEST, tmp_path, context_in(tmp_path))
    with pytest.raises(ZeroDivisionError), blaming_plugins(plugins_in([tmp_path])):
        _ = 1 / 0


def test_a_provider_with_times_for_other_words_is_refused(tmp_path: Path) -> None:
    registry = with_plugin(tmp_path, HUM % "3")
    with pytest.raises(LecternError, match="hum returned times for other words"):
        voice_recipe(registry).make(REQUEST, tmp_path, context_in(tmp_path))


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
    assert registry.names(VoiceProvider) == ("hum",)


def test_what_is_no_provider_is_refused_with_what_it_has_to_be(tmp_path: Path) -> None:
    with pytest.raises(LecternError, match="Hum is no provider: its class has to inherit from VoiceProvider"):
        with_plugin(tmp_path, HUM.replace("class Hum(VoiceProvider[HumSettings])", "class Hum") % "2")


def test_an_installed_package_that_fails_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "failing.py").write_text("import nothing_of_that_name\n")
    (tmp_path / "failing-1.0.dist-info").mkdir()
    (tmp_path / "failing-1.0.dist-info" / "METADATA").write_text("Name: failing\nVersion: 1.0\n")
    entry = "[lectern.providers]\nvoices = failing:providers\n"
    (tmp_path / "failing-1.0.dist-info" / "entry_points.txt").write_text(entry)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(LecternError, match='the providers "voices" of the package failing failed .ModuleNotFoundError'):
        add_installed(Registry())


def test_every_provider_says_what_a_person_has_to_know() -> None:
    registry = known_providers()
    for kind in (VoiceProvider, TranscriptionProvider, *KINDS.values()):
        assert registry.names(kind)
        for name in registry.names(kind):
            provider = registry.find(kind, name)
            reached = default_address(provider.settings) or "command" in provider.settings.model_fields
            assert provider.local != bool(reached), f"{kind.kind} {name}: where it reaches is not said"
            host = host_of(default_address(provider.settings)) if default_address(provider.settings) else ""
            assert not provider.keys or host in provider.keys, f"{kind.kind} {name}: its key is another host's"


ELSEWHERE = """
import importlib, importlib.util, sys
from pathlib import Path
root, folder = Path(sys.argv[1]), Path(sys.argv[2])
spec = importlib.util.spec_from_file_location("ext_lectern", root / "__init__.py", submodule_search_locations=[str(root)])
sys.modules["ext_lectern"] = module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
registry = importlib.import_module("ext_lectern.pipeline.services.registry")
plugins = importlib.import_module("ext_lectern.pipeline.services.plugins")
voice = importlib.import_module("ext_lectern.pipeline.services.voice")
known = registry.known_providers().copy()
plugins.add_plugins(known, plugins.plugins_in([folder]))
print("hum" in known.names(voice.VoiceProvider), sys.modules["lectern.pipeline.services.voice"] is voice)
"""


def test_a_plugin_imports_lectern_where_the_package_has_another_name_as_in_blender(tmp_path: Path) -> None:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "hum.py").write_text(HUM % "2")
    root = Path(__file__).parents[3]
    ended = subprocess.run([sys.executable, "-c", ELSEWHERE, root, tmp_path], capture_output=True, text=True)
    assert ended.stdout.split() == ["True", "True"], ended.stderr
