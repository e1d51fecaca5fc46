"""The examples of the page about plug-ins work outside of Lectern: as a file of an episode, and as an installed package."""

import io
import json
import os
import re
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from PIL import Image
from support.contexts import context_in
from support.recordings import person, record

from lectern.pipeline.build.costs import cost_question, voice_costs
from lectern.pipeline.episode.characters import NamedProvider
from lectern.pipeline.episode.errors import EpisodeErrors
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.episode.model import Episode
from lectern.pipeline.episode.schema import settings_schema
from lectern.pipeline.faces.provider_call import ProviderChoice, resolve_provider
from lectern.pipeline.faces.video_io import write_lossless
from lectern.pipeline.providers.episode_faces import face_faults, reach_of_step
from lectern.pipeline.providers.episode_providers import Providers, plugins_of
from lectern.pipeline.providers.episode_voices import voice_faults
from lectern.pipeline.services.face import MattingClip, MattingProvider
from lectern.pipeline.services.prediction import PredictionContext
from lectern.pipeline.services.provider import Reach
from lectern.pipeline.services.registry import known_providers
from lectern.pipeline.services.voice import VoiceRequest
from lectern.pipeline.studio.clone import CloneAnswer, clone_voice
from lectern.pipeline.studio.cloned_voices import forget_voice
from lectern.pipeline.studio.service import service_list
from lectern.pipeline.studio.voice import voice
from lectern.pipeline.trust.grants import NotTrusted, grant_trust
from lectern.pipeline.trust.permissions import permission_requests
from lectern.pipeline.voice.line_request import line_requests
from lectern.pipeline.voice.recipe import voice_recipe

GUIDE = (Path(__file__).parents[3] / "docs" / "plugins.md").read_text(encoding="utf-8")
HUM, BEACON, CLONE, WALL = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
HOST = "speech.beacon.example"
TEXT = "Hello there, all of you."


@pytest.fixture(autouse=True)
def profile(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path_factory.mktemp("profile")))
    monkeypatch.setenv("BEACON_API_KEY", "secret")


@pytest.fixture
def installed(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The examples of a voice and of a face's step, installed as the page says."""
    site = tmp_path_factory.mktemp("site")
    (site / "beacon.py").write_text(BEACON)
    (site / "wall.py").write_text(WALL)
    (section,) = re.findall(r'```toml\n\[project\.entry-points\."(.*?)"\]\nbeacon = "(.*?)"\n```', GUIDE)
    (site / "beacon-1.0.dist-info").mkdir()
    (site / "beacon-1.0.dist-info" / "METADATA").write_text("Name: beacon\nVersion: 1.0\n")
    (site / "beacon-1.0.dist-info" / "entry_points.txt").write_text(
        f"[{section[0]}]\nbeacon = {section[1]}\nwall = wall:providers\n"
    )
    monkeypatch.syspath_prepend(site)
    monkeypatch.setenv("PYTHONPATH", str(site), prepend=os.pathsep)  # for workers
    known_providers.cache_clear()
    yield
    known_providers.cache_clear()


def episode(folder: Path, toml: str, plugin: str = "", **character: object) -> Path:
    (folder / "characters").mkdir()
    vera = {"name": "Vera", "portrait": "lectern:ada", "provider": "beacon", **character}
    (folder / "characters" / "vera.json").write_text(json.dumps(vera))
    (folder / "script.md").write_text(f"---\nnarrator: vera\n---\n# One {{#one}}\n\n{TEXT}\n")
    (folder / "lectern.toml").write_text(toml)
    if plugin:
        (folder / "plugins").mkdir()
        (folder / "plugins" / "beacon.py").write_text(plugin)
    return folder


def request_in(made: Episode, providers: Providers) -> VoiceRequest:
    (request,) = line_requests(providers.registry, made, made.scenes).values()
    return request


def tone(reply: Any) -> Any:
    """An answer with a second of sound."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 24000, 0, "NONE", ""))
        sound.writeframes((8000 * np.sin(np.arange(24000) / 20)).astype("<i2").tobytes())
    return reply(file.getvalue(), kind="audio/wav")


# Installed


def test_the_settings_of_an_installed_voice_are_checked_with_their_lines(installed: None, tmp_path: Path) -> None:
    made = episode(tmp_path, "[film]\nfps = 30\n\n[voice.beacon]\nspede = 2\n")
    with pytest.raises(EpisodeErrors, match=r"lectern\.toml:5: .*spede.*speed"):
        read_episode(made)
    (tmp_path / "lectern.toml").write_text('[voice.near]\nlike = "beacon"\nspeed = 9\n')
    with pytest.raises(EpisodeErrors, match=r"lectern\.toml:3: .*less than or equal to 2"):
        read_episode(made)
    assert "speed" in settings_schema()["properties"]["voice"]["properties"]["beacon"]["properties"]


def test_what_an_installed_voice_reaches_is_asked_about_with_its_key(installed: None, tmp_path: Path) -> None:
    requests = permission_requests(read_episode(episode(tmp_path, "")))
    assert [(r.kind, r.what) for r in requests] == [
        ("host", f"{HOST} is sent what Vera says, with the key from BEACON_API_KEY")
    ]
    (card,) = [card for card in service_list(tmp_path) if card.name == "beacon"]
    assert (card.host, card.key, card.used) == (HOST, "BEACON_API_KEY", ("Vera",))


def test_what_an_installed_voice_costs_is_known_before(installed: None, tmp_path: Path) -> None:
    made = read_episode(episode(tmp_path, '[voice.beacon]\nprice = 0.5\ncurrency = "EUR"\n'))
    providers = Providers(made.settings)
    costs = voice_costs(providers.registry, [request_in(made, providers)])
    assert "Beacon Speech: 1 request, 24 characters, 0:01 min: 0.02 EUR" in cost_question(costs)


@pytest.mark.workers
def test_a_build_speaks_with_an_installed_voice_and_keeps_its_key_from_other_hosts(
    installed: None, tmp_path: Path, server: Any, reply: Any
) -> None:
    server.on("POST", "/speak", tone(reply))
    made = episode(tmp_path, f'[voice.beacon]\nbase_url = "{server.base}"\nprice = 0.5\n', settings={"speed": "1.5"})
    (line,) = voice(made, trust=True, agree=lambda costs: True)
    assert line.provider == "beacon" and line.seconds > 0.5
    (asked,) = server.asked
    assert asked.json() == {"text": TEXT, "voice": "north", "speed": 1.5} and "authorization" not in asked.headers


def test_an_installed_step_of_a_face_cuts_out_what_is_not_the_wall(installed: None, tmp_path: Path) -> None:
    pictures = [np.full((48, 64, 3), 190, np.uint8) for _ in range(3)]
    for index, picture in enumerate(pictures):
        picture[16:, 16 * index : 16 * index + 32] = (120, 60, 200)
    write_lossless(tmp_path / "clip.mkv", pictures, 30)
    choice = ProviderChoice(provider="wall", settings=(("level", "180"),))
    provider, settings = resolve_provider(known_providers(), MattingProvider, choice)
    clip = MattingClip(file=tmp_path / "clip.mkv", fps=30)
    cut = list(provider.matte(cast(PredictionContext, None), settings, clip, tmp_path))
    assert [picture.shape for picture in cut] == [(48, 64, 4)] * 3
    for before, after in zip(pictures, cut, strict=True):
        assert (after[..., :3] == before).all() and ((after[..., 3] == 255) == (before[..., 0] == 120)).all()


def test_the_settings_of_an_installed_step_are_checked_and_it_reaches_nobody(installed: None, tmp_path: Path) -> None:
    Image.new("RGB", (64, 64), "white").save(tmp_path / "vera.png")
    folder = episode(tmp_path, "", portrait="vera.png", lipsync="still", matting={"provider": "wall", "level": "300"})
    (tmp_path / "vera.png").rename(tmp_path / "characters" / "vera.png")
    (fault,) = face_faults(read_episode(folder), known_providers())
    assert re.search(r"characters/vera\.json:1: .*level.*less than or equal to 255", str(fault))
    step = NamedProvider(provider="wall")
    assert reach_of_step(known_providers(), MattingProvider, step) == Reach()


# As a file of the episode


def test_a_file_is_not_run_to_find_out_what_it_reaches(tmp_path: Path) -> None:
    made = episode(tmp_path, "[voice.beacon]\nspede = 2\n", "raise SystemExit('it ran')\n")
    requests = permission_requests(read_episode(made))
    assert [r.kind for r in requests] == ["provider", "plug-in"]
    assert "beacon" not in {card.name for card in service_list(tmp_path)}


def test_a_trusted_file_says_what_it_reaches_and_what_is_wrong_with_its_settings(tmp_path: Path) -> None:
    folder = episode(tmp_path, "[film]\nfps = 30\n\n[voice.beacon]\nspede = 2\n", BEACON)
    made = read_episode(folder)
    with pytest.raises(NotTrusted, match="plug-in"):
        voice(folder)
    (fault,) = voice_faults(made, Providers(made.settings, plugins_of(folder)).registry)
    assert re.search(r"lectern\.toml:5: .*spede.*speed", str(fault))
    (folder / "lectern.toml").write_text("")
    grant_trust(permission_requests(read_episode(folder)), folder)
    (card,) = [card for card in service_list(folder) if card.name == "beacon"]
    assert (card.host, card.key) == (HOST, "BEACON_API_KEY")


def test_a_file_speaks_with_the_key_of_its_own_host(tmp_path: Path, server: Any, reply: Any) -> None:
    host = server.base.removeprefix("http://")
    here = BEACON.replace(f"https://{HOST}/v1", server.base).replace(HOST, host)
    folder = episode(tmp_path, "", here)
    server.on("POST", "/speak", tone(reply))
    made = read_episode(folder)
    providers = Providers(made.settings, plugins_of(folder))
    request, out = request_in(made, providers), tmp_path / "take"
    out.mkdir()
    take = voice_recipe(providers.registry).make(request, out, context_in(folder))
    assert request.plugin and take.usage.service == "Beacon Speech" and take.usage.price == pytest.approx(0.02 * 0.024)
    assert server.asked[0].headers["authorization"] == "Bearer secret"


def test_the_voice_without_a_service_reaches_nobody_once_it_is_known(tmp_path: Path) -> None:
    folder = episode(tmp_path, "[voice.hum]\npitch = 20\n", HUM, provider="hum")
    made = read_episode(folder)
    (fault,) = voice_faults(made, Providers(made.settings, plugins_of(folder)).registry)
    assert "lectern.toml:2" in str(fault) and "greater than or equal to 50" in str(fault)


def test_the_example_of_a_voice_that_clones_belongs_to_its_very_file(
    tmp_path: Path, server: Any, reply: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "lectern.pipeline.studio.clone.cut_with_text", lambda sound, text, language, longest: (sound, text)
    )
    server.on("POST", "/voices", reply(b'{"id": "b-7"}', kind="application/json"))
    server.on("DELETE", "/voices/b-7", reply(b"{}"))
    section = f'[voice.beacon-clone]\nbase_url = "{server.base}"\nprice = 0\n'
    folder = episode(tmp_path, section, CLONE, provider="beacon-clone", voice="my-voice")
    talk = record(tmp_path / "talk.wav", person())

    def clone(name: str) -> Any:
        said = CloneAnswer("Vera", "It is mine.", "Vera")
        more = {"provider": "beacon-clone", "text": "What I say.", "trust": True}
        return clone_voice(name, talk, folder=folder, ask=lambda plan: said, **more)

    assert clone("my-voice").providers[0].voice == "b-7"
    assert b"What I say." in server.asked[0].body
    read = read_episode(folder)
    assert not voice_faults(read, Providers(read.settings, plugins_of(folder)).registry)
    (folder / "plugins" / "beacon.py").write_text(CLONE + "# changed\n")
    (fault,) = voice_faults(read, Providers(read.settings, plugins_of(folder)).registry)
    assert "is another one than when" in fault.message and "lectern voice forget my-voice" in fault.message
    gone = forget_voice("my-voice", folder=folder, trust=True)
    assert "is another one than then" in gone.left[0] and server.count("DELETE") == 0
    clone("my-voice")
    assert forget_voice("my-voice", folder=folder, trust=True).left == () and server.count("DELETE") == 1
