"""The providers that serve an episode: built in, installed and plugged in, with its settings and the person's keys."""

import os
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from ..base.errors import SourceError
from ..base.launch import OFFLINE
from ..base.profile import asked_folder, profile_folder
from ..base.renderer import LazyRenderer
from ..episode.folder import settings_file
from ..episode.model import Episode
from ..episode.settings import Settings
from ..services.chat.settings import KEY_VARIABLES
from ..services.http import HttpClient
from ..services.keys import KEYS_FILE, Keys
from ..services.ledger import Ledger
from ..services.plugins import Plugin, add_plugins, plugins_in
from ..services.registry import ProviderTools, Registry, known_providers
from ..services.transcription import ConfiguredTranscriber, TranscriptionContext, TranscriptionProvider
from ..voice.listener import transcription_of
from .episode_faces import face_faults
from .episode_voices import add_named_voices, speaking_faults, voice_faults


class Providers:
    """The providers of voices, transcription and faces, with lectern.toml's `settings` and the trusted `plugins`.

    Programs of the episode run in `programs`, a copy of its files.
    """

    def __init__(self, settings: Settings, plugins: tuple[Plugin, ...] = (), programs: Path | None = None) -> None:
        self.settings, self.plugins, self.programs = settings, plugins, programs

    @cached_property
    def registry(self) -> Registry:
        """The registry of all of them. It is made once, when it is first used; that runs the plug-ins."""
        return provider_registry(self.settings, self.plugins, self.programs)

    def faults(self, episode: Episode) -> tuple[SourceError, ...]:
        """Return what is wrong with the voices and faces that `episode` asks for."""
        voices = (*voice_faults(episode, self.registry), *speaking_faults(episode, self.registry))
        return (*voices, *face_faults(episode, self.registry))


def plugins_of(folder: Path, config: Path | None = None) -> tuple[Plugin, ...]:
    """Return the plug-in files of the episode in `folder`, and of the folder of its lectern.toml (`config`: another one).

    They are only read; to run them needs trust.
    """
    settings = config or settings_file(folder)
    return plugins_in([folder.resolve(), settings.resolve().parent if settings else folder.resolve()])


def provider_registry(
    settings: Settings,
    plugins: tuple[Plugin, ...] = (),
    programs: Path | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Registry:
    """Return everything that can speak, listen and animate faces, with the voices that lectern.toml names.

    `plugins` are run, so they have to be trusted. Programs run in `programs`. Blender is looked for only when a provider needs it.
    """
    registry = known_providers().copy()
    add_plugins(registry, plugins)
    add_named_voices(registry, settings.voice)
    registry.tools = replace(_tools(registry, settings, environment), programs=programs)
    return registry


def user_keys(registry: Registry | None = None, environment: Mapping[str, str] = os.environ) -> Keys:
    """Return the person's keys, from the environment and from their profile, for the hosts that providers name."""
    variables = {**KEY_VARIABLES, **(registry or known_providers()).key_variables}
    return Keys(environment, profile_folder() / KEYS_FILE, variables)


def http_client(registry: Registry | None = None, environment: Mapping[str, str] = os.environ) -> HttpClient:
    """Return the client for services, with the person's keys."""
    return HttpClient(user_keys(registry, environment), offline=bool(environment.get(OFFLINE)))


def keep_budget(episode: Episode) -> Ledger:
    """Return the ledger of an episode, of which every request from now on keeps to the budget in lectern.toml."""
    ledger = Ledger(asked_folder(episode.folder))
    ledger.set_budget(episode.settings.budget)
    return ledger


def _tools(registry: Registry, settings: Settings, environment: Mapping[str, str]) -> ProviderTools:
    http, choice = http_client(registry, environment), transcription_of(settings)
    tools = ProviderTools(http, LazyRenderer(settings.blender.program), processes=settings.film.processes)
    if choice is None:
        return tools
    provider = registry.find(TranscriptionProvider, choice.provider)
    given = provider.settings_from(dict(choice.settings))
    return replace(
        tools, listening=lambda ledger: ConfiguredTranscriber(provider, given, TranscriptionContext(http, ledger))
    )
