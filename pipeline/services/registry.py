"""Providers by kind and name. A value that is passed around: there is no registry but the one that was made."""

import pkgutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from ..base.errors import LecternError
from ..base.renderer import Renderer
from .http import HttpClient
from .ledger import Ledger
from .provider import AnyProvider, Provider
from .transcription import Transcriber

GROUP = "lectern.providers"
PACKAGE = "lectern"


@dataclass(frozen=True)
class ProviderTools:
    """What providers work with: HTTP, Blender, a transcriber, and how many processes.

    `programs` is the folder in which programs of the episode run, a copy of its files (None: the episode's own folder).
    `listening` makes a transcriber that notes in a ledger what it paid for (None: there is no transcription).
    """

    http: HttpClient = HttpClient()
    renderer: Renderer | None = None
    listening: Callable[[Ledger], Transcriber] | None = None
    processes: int = 1
    programs: Path | None = None


class Registry:
    """What can be plugged in, by kind (`VoiceProvider`, ...) and name, with the tools for it.

    Whoever provides something defines ``def providers(registry)`` and calls `add`; Lectern's own providers do the same.
    """

    def __init__(self, tools: ProviderTools = ProviderTools()) -> None:
        self.tools = tools
        self._providers: dict[tuple[str, str], AnyProvider] = {}
        self._origins: dict[tuple[str, str], str] = {}
        self._origin = ""

    def add(self, provider: AnyProvider) -> None:
        """Make `provider` known by its name. Raises LecternError if the name is taken, or if it is no provider."""
        if not isinstance(provider, Provider):
            raise LecternError(
                f"{type(provider).__name__} is no provider: its class has to inherit from VoiceProvider, or from another "
                "kind of provider (see docs/plugins.md)"
            )
        key = (provider.kind, provider.name)
        if key in self._providers:
            raise LecternError(
                f'there are two {provider.kind} providers called "{provider.name}"; rename or remove one of them'
            )
        self._providers[key] = provider
        self._origins[key] = self._origin

    def find[P: AnyProvider](self, kind: type[P], name: str) -> P:
        """Return the provider of `kind` called `name`. Raises LecternError, with those there are, if there is none."""
        found = self._providers.get((kind.kind, name))
        if isinstance(found, kind):
            return found
        known = ", ".join(self.names(kind)) or "none"
        raise LecternError(f'there is no {kind.kind} provider called "{name}"; there are: {known}')

    def names(self, kind: type[AnyProvider]) -> tuple[str, ...]:
        """Return the names of all providers of `kind`, sorted."""
        return tuple(sorted(name for known, name in self._providers if known == kind.kind))

    def origin(self, kind: type[AnyProvider], name: str) -> str:
        """Return the hash of the plug-in file that added a provider; "" for all others (and for what nobody added)."""
        return self._origins.get((kind.kind, name), "")

    @property
    def key_variables(self) -> Mapping[str, tuple[str, ...]]:
        """The environment variables that hold keys, by host, as the providers name them."""
        return {host: variables for p in self._providers.values() for host, variables in p.keys.items()}

    @contextmanager
    def adding_from(self, origin: str) -> Iterator[None]:
        """Note for what is added meanwhile that it comes from the plug-in with the hash `origin`."""
        self._origin = origin
        try:
            yield
        finally:
            self._origin = ""

    def copy(self) -> "Registry":
        """Return a registry of the same providers, to which others can be added."""
        twin = Registry(self.tools)
        twin._providers, twin._origins = dict(self._providers), dict(self._origins)
        return twin


@cache
def known_providers() -> Registry:
    """Return what needs no trust to be loaded: what comes with Lectern, and what installed packages add."""
    make_importable()
    registry = Registry()
    add_built_in(registry)
    add_installed(registry)
    return registry


def make_importable() -> None:
    """Let whoever provides something import `lectern`, also inside Blender, where the package has another name."""
    root = __name__.removesuffix(".pipeline.services.registry")
    if root != PACKAGE and not any(isinstance(finder, _PackageAlias) for finder in sys.meta_path):
        sys.meta_path.insert(0, _PackageAlias(root))


class _PackageAlias(MetaPathFinder, Loader):
    """Imports `lectern.x` as the module `root.x`, the very same one: its classes must not exist twice."""

    def __init__(self, root: str) -> None:
        self._root = root

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Return how to import `lectern` and what is in it; None for all else."""
        return ModuleSpec(name, self) if name == PACKAGE or name.startswith(f"{PACKAGE}.") else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return a stand-in, which is exchanged as soon as it is loaded."""
        return ModuleType(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Put the real module into its place."""
        sys.modules[module.__name__] = import_module(self._root + module.__name__.removeprefix(PACKAGE))


def add_built_in(registry: Registry) -> None:
    """Add what the files of `pipeline/providers` offer. They are found as plug-ins are; none is named anywhere."""
    package = import_module("..providers", __package__)
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        module: Any = import_module(found.name)
        if hasattr(module, "providers"):
            module.providers(registry)


def add_installed(registry: Registry) -> None:
    """Add what installed packages offer through entry points of the group ``lectern.providers``.

    Raises LecternError that names the package if its code fails.
    """
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        try:
            entry.load()(registry)
        except LecternError:
            raise
        except Exception as error:  # the boundary to code that is not Lectern's
            raise LecternError(
                f'the providers "{entry.name}" of the package {_package(entry)} failed ({type(error).__name__}: {error}); '
                "update it or uninstall it"
            ) from error


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else entry.value
