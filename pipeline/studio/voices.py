"""The voices of an episode: built in, installed and plugged in, with its settings and the person's keys."""

import os
from collections.abc import Mapping

from ..episode.model import Settings
from ..services.http import Http
from ..services.keys import FILE, Keys
from ..services.plugins import Plugin, add_plugins
from ..services.registry import Registry, add_installed
from ..services.transcription import OpenAITranscription
from ..voice.recipe import out_of_the_box
from ..voice.speaking import Means
from .profile import profile_folder

OFFLINE = "LECTERN_OFFLINE"
"""The variable that Lectern in Blender sets for its processes where online access is not allowed."""


def voice_registry(
    settings: Settings, plugins: tuple[Plugin, ...] = (), environment: Mapping[str, str] = os.environ
) -> Registry:
    """What can speak, with the settings of lectern.toml; `plugins` are run, so they have to be trusted."""
    http = services(environment)
    sections = {name: dict(pairs) for name, pairs in settings.voice}
    registry = out_of_the_box(sections, http, _means(settings, http))
    add_installed(registry)
    add_plugins(registry, plugins)
    return registry


def keys(environment: Mapping[str, str] = os.environ) -> Keys:
    """The person's keys, from the environment and from their profile."""
    return Keys(environment, profile_folder() / FILE)


def services(environment: Mapping[str, str] = os.environ) -> Http:
    """The door to services, with the person's keys."""
    return Http(keys(environment), offline=bool(environment.get(OFFLINE)))


def _means(settings: Settings, http: Http) -> Means:
    asked = settings.transcription
    listening = (lambda ledger: OpenAITranscription(http, asked, ledger)) if asked else None
    return Means(listening=listening, processes=settings.film.processes)
