"""Registries of providers as tests need them: with settings of lectern.toml, and a door to a server of the test's."""

from collections.abc import Mapping
from types import MappingProxyType

from lectern.pipeline.providers.episode_voices import add_named_voices
from lectern.pipeline.services.face import ImageProvider, LipsProvider, MattingProvider, MotionProvider
from lectern.pipeline.services.http import HttpClient
from lectern.pipeline.services.provider import AnyProvider
from lectern.pipeline.services.registry import ProviderTools, Registry, known_providers
from lectern.pipeline.voice.recipe import voice_recipe

KINDS: Mapping[str, type[AnyProvider]] = {
    kind.kind: kind for kind in (ImageProvider, LipsProvider, MattingProvider, MotionProvider)
}
"""The steps of a face."""

Sections = Mapping[str, Mapping[str, str]]
"""`[voice.NAME]` of lectern.toml by name."""


def registry_with(sections: Sections = MappingProxyType({}), http: HttpClient | None = None) -> Registry:
    registry = known_providers().copy()
    add_named_voices(registry, [(name, tuple(pairs.items())) for name, pairs in sections.items()])
    registry.tools = ProviderTools(http or HttpClient())
    return registry


VOICE = voice_recipe(registry_with())
