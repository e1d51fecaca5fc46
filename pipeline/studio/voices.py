"""The voices of an episode: built in and installed, with its settings and the person's keys."""

import os
from collections.abc import Mapping

from ..episode.model import Settings
from ..services.http import Http
from ..services.keys import FILE, Keys
from ..services.registry import Registry, add_installed
from ..voice.recipe import out_of_the_box
from .profile import profile_folder

OFFLINE = "LECTERN_OFFLINE"
"""The variable that Lectern in Blender sets for its processes where online access is not allowed."""


def voice_registry(settings: Settings, environment: Mapping[str, str] = os.environ) -> Registry:
    """What can speak, with the settings of lectern.toml."""
    registry = out_of_the_box({name: dict(pairs) for name, pairs in settings.voice}, services(environment))
    add_installed(registry)
    return registry


def keys(environment: Mapping[str, str] = os.environ) -> Keys:
    """The person's keys, from the environment and from their profile."""
    return Keys(environment, profile_folder() / FILE)


def services(environment: Mapping[str, str] = os.environ) -> Http:
    """The door to services, with the person's keys."""
    return Http(keys(environment), offline=bool(environment.get(OFFLINE)))
