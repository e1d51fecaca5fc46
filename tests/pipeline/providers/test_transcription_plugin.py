"""A transcription that a package adds: chosen in lectern.toml, checked, asked about, and used."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lectern.pipeline.build.costs import voice_costs
from lectern.pipeline.episode.errors import EpisodeErrors
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.providers.episode_providers import Providers
from lectern.pipeline.services.ledger import Ledger
from lectern.pipeline.services.registry import known_providers
from lectern.pipeline.services.transcription import TranscriptionRequest
from lectern.pipeline.services.voice import VoiceRequest
from lectern.pipeline.trust.permissions import permission_requests

EAR = """
from lectern.pipeline.services.transcription import Transcript, TranscriptionProvider, TranscriptionSettings

class EarSettings(TranscriptionSettings):
    base_url: str = "https://ear.example/v1"
    dialect: str = ""

class Ear(TranscriptionProvider[EarSettings]):
    name, settings = "ear", EarSettings
    keys = {"ear.example": ("EAR_KEY",)}

    def transcribe(self, context, settings, request):
        return Transcript(text=f"{request.prompt} in {settings.dialect}", words=())

def providers(registry):
    registry.add(Ear())
"""
SCRIPT = "---\nnarrator: vera\n---\n# One {#one}\n\nHello there.\n"
CHOSEN = '[transcription]\nprovider = "ear"\ndialect = "Bernese"\nprice = 0.6\n'


@pytest.fixture(autouse=True)
def installed(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path_factory.mktemp("profile")))
    monkeypatch.setenv("EAR_KEY", "secret")
    site = tmp_path_factory.mktemp("site")
    (site / "ear.py").write_text(EAR)
    (site / "ear-1.0.dist-info").mkdir()
    (site / "ear-1.0.dist-info" / "METADATA").write_text("Name: ear\nVersion: 1.0\n")
    (site / "ear-1.0.dist-info" / "entry_points.txt").write_text("[lectern.providers]\near = ear:providers\n")
    monkeypatch.syspath_prepend(site)
    known_providers.cache_clear()
    yield
    known_providers.cache_clear()


def episode(folder: Path, toml: str) -> Path:
    (folder / "characters").mkdir(exist_ok=True)
    (folder / "characters" / "vera.json").write_text('{"name": "Vera", "portrait": "lectern:ada", "provider": "macos"}')
    (folder / "script.md").write_text(SCRIPT)
    (folder / "lectern.toml").write_text(toml)
    return folder


def test_it_is_chosen_by_its_name_and_gets_its_settings(tmp_path: Path) -> None:
    made = read_episode(episode(tmp_path, CHOSEN))
    providers = Providers(made.settings)
    listener = providers.registry.tools.listening(Ledger(tmp_path))
    assert listener.transcribe(TranscriptionRequest(wav=b"", prompt="Hello")).text == "Hello in Bernese"
    heard = VoiceRequest(provider="macos", voice="", words=("word",) * 30, transcription="ear")
    (usage,) = voice_costs(providers.registry, [heard], made.settings.transcription).asked
    assert (usage.service, usage.at_most, round(usage.price, 3)) == ("ear", True, 0.099)


def test_where_recordings_go_is_asked_about_with_the_key(tmp_path: Path) -> None:
    told = [request.what for request in permission_requests(read_episode(episode(tmp_path, CHOSEN)))]
    sent = "ear.example is sent recordings whose words can't be found otherwise, with the key from EAR_KEY"
    assert sent in told


@pytest.mark.parametrize(("toml", "line", "told"), [
    ('[transcription]\nprovider = "eer"\n', 2, 'no transcription provider is called "eer".*ear.*openai'),
    ('[transcription]\nprovider = "ear"\ndialekt = "x"\n', 3, "dialekt.*dialect"),
    ('[transcription]\nprice = -1\n', 2, "greater than or equal to 0"),
    ('transcription = "ear"\n', 1, "is a table"),
])  # fmt: skip
def test_what_is_wrong_with_the_section_is_told_with_its_line(tmp_path: Path, toml: str, line: int, told: str) -> None:
    with pytest.raises(EpisodeErrors, match=rf"lectern\.toml:{line}: .*{told}"):
        read_episode(episode(tmp_path, toml))
