"""With what a voice is cloned: a provider of voices that can, and its settings in lectern.toml."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from ..base.errors import LecternError
from ..episode.settings import Settings
from ..episode.voices import LIKE, as_text
from ..services.cloned_voices import PLACE
from ..services.cloning import Cloning
from ..services.policy import SettingPairs
from ..services.registry import Registry
from ..services.voice import VoiceProvider


@dataclass(frozen=True)
class CloningEngine:
    """With what is cloned: a provider called `name`, with the `values` of its settings that lectern.toml gives."""

    name: str
    base: str
    provider: VoiceProvider[Any]
    settings: BaseModel
    values: Mapping[str, str]
    plugin: str

    @property
    def place(self) -> SettingPairs:
        """The settings that say where it reaches, as they are now."""
        given = self.settings.model_dump(mode="json", include=set(PLACE))
        return tuple((name, as_text(value)) for name, value in sorted(given.items()))

    @property
    def cloning(self) -> Cloning[Any]:
        """The provider as one that clones."""
        assert isinstance(self.provider, Cloning)
        return self.provider


def cloning_engine(name: str, registry: Registry, settings: Settings) -> CloningEngine:
    """Return the provider with its settings. Raises LecternError, with those there are, if there is none."""
    provider = registry.find(VoiceProvider, name)
    given = dict(dict(settings.voice).get(name, ()))
    base = given.pop(LIKE, name)
    return CloningEngine(
        name, base, provider, provider.settings_from(given), given, registry.origin(VoiceProvider, name)
    )


def best_cloning_provider(registry: Registry, settings: Settings) -> str:
    """Return the provider to clone with where nobody has named one: the one of lectern.toml, or else one that is set up."""
    able = cloning_providers(registry)
    named = [name for name, _ in settings.voice if not _named_fault(name, registry, settings)]
    if len(named) == 1:
        return named[0]
    keyed = [name for name in able if any(map(registry.tools.http.keys.of, registry.find(VoiceProvider, name).keys))]
    if not named and len(keyed) == 1:
        return keyed[0]
    found = named or keyed
    several = f"there are several that could: {', '.join(found)}" if found else f"those that can are: {', '.join(able)}"
    raise LecternError(f"say with what to clone it, with --with NAME; {several}")


def _named_fault(name: str, registry: Registry, settings: Settings) -> str:
    try:
        engine = cloning_engine(name, registry, settings)
    except LecternError as error:
        return str(error)
    return cloning_fault(engine.provider, engine.settings)


def cloning_fault(provider: VoiceProvider[Any], settings: BaseModel | None = None) -> str:
    """Return why a provider can't clone voices ("": it can)."""
    if not isinstance(provider, Cloning):
        return f"{provider.title} can't clone voices"
    try:
        return provider.cloning_fault(settings or provider.settings_from({}))
    except LecternError as error:
        return str(error)


def cloning_providers(registry: Registry) -> tuple[str, ...]:
    """Return the names of the providers that can clone voices, with the settings that they have by default."""
    names = registry.names(VoiceProvider)
    return tuple(name for name in names if not cloning_fault(registry.find(VoiceProvider, name)))
