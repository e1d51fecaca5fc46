"""What tests of voice services share: a studio whose services are a server of the test's, with a pretended voice."""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from speech import align_by_bursts
from support.contexts import context_in
from support.providers import registry_with

from lectern.pipeline.base import audio
from lectern.pipeline.services.http import HttpClient
from lectern.pipeline.services.keys import Keys, host_of
from lectern.pipeline.services.policy import split_settings
from lectern.pipeline.services.voice import VoiceProvider, VoiceRequest, VoiceTake
from lectern.pipeline.voice.recipe import voice_recipe


class Studio:
    """Speaks with `sections` of lectern.toml; `slept` is what it waited between requests."""

    def __init__(self, episode: Path, base: str) -> None:
        self.episode, self.base, self.slept = episode, base, []
        self.sections: dict[str, dict[str, str]] = {}

    def speak(self, request: VoiceRequest) -> tuple[VoiceTake, np.ndarray]:
        """The take, and its samples."""
        folder = self.episode / "media" / uuid4().hex
        folder.mkdir(parents=True)
        section = {key: value for key, value in self.sections.get(request.provider, {}).items() if key != "like"}
        settings, bookkeeping = split_settings((section | dict(request.settings)).items())
        request = request.model_copy(update={"settings": settings, "bookkeeping": bookkeeping})
        take = voice_recipe(self.registry).make(request, folder, context_in(self.episode))
        assert [file.name for file in folder.iterdir()] == ["voice.wav"]
        return take, audio.read(folder / take.audio)[:, 0]

    @property
    def registry(self) -> Any:
        keys = Keys({"LECTERN_KEYS": f"{host_of(self.base)}=secret"})
        return registry_with(self.sections, HttpClient(keys, sleep=self.slept.append))

    def test(self, name: str) -> Any:
        provider = self.registry.find(VoiceProvider, name)
        return provider.test(provider.settings_from(self.sections.get(name, {})), self.registry.tools.http)


@pytest.fixture
def studio(tmp_path: Path, server: Any) -> Studio:
    return Studio(tmp_path, server.base)


@pytest.fixture
def aligning(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Alignment by the tones of the pretended voice; the words of each call."""
    called: list[tuple[str, ...]] = []

    def align(sound: np.ndarray, words: Any, language: str) -> Any:
        called.append(tuple(words))
        return align_by_bursts(sound, words, language)

    module: Any = ModuleType("align")
    module.align = align
    monkeypatch.setitem(sys.modules, "lectern.pipeline.voice.align", module)
    return called
