"""Providers by kind and name. A value that is passed around: there is no registry but the one that was made."""

import importlib.util
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from ..errors import LecternError

GROUP = "lectern.providers"


class Registry:
    """What can be plugged in, by kind ("voice", ...) and name.

    Whoever provides something defines ``def providers(registry)`` and calls `add`; Lectern's own rooms do the same.
    """

    def __init__(self) -> None:
        self._providers: dict[tuple[str, str], Any] = {}

    def add(self, kind: str, provider: Any) -> None:
        """Makes `provider` known by its `name`; a name that is taken is an error."""
        key = (kind, provider.name)
        if key in self._providers:
            raise LecternError(f'there are two {kind} providers called "{provider.name}"; rename or remove one of them')
        self._providers[key] = provider

    def find(self, kind: str, name: str) -> Any:
        """The provider of `kind` called `name`."""
        try:
            return self._providers[kind, name]
        except KeyError:
            known = ", ".join(self.names(kind)) or "none"
            raise LecternError(f'there is no {kind} provider called "{name}"; there are: {known}') from None

    def names(self, kind: str) -> tuple[str, ...]:
        """The names of all providers of `kind`, sorted."""
        return tuple(sorted(name for known, name in self._providers if known == kind))


def add_installed(registry: Registry) -> None:
    """Adds what installed packages offer through entry points of the group ``lectern.providers``."""
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        entry.load()(registry)


def add_plugins(registry: Registry, folder: Path, *, trusted: bool) -> tuple[Path, ...]:
    """Runs the files of a `plugins/` folder if this person trusts them; returns the files that were not run."""
    files = tuple(sorted(folder.glob("*.py")))
    if not trusted:
        return files
    for file in files:
        _providers_of(file)(registry)
    return ()


def _providers_of(file: Path) -> Any:
    module = _loaded(file)
    if not hasattr(module, "providers"):
        raise LecternError(f"{file}: a plug-in defines a function providers(registry); this file does not")
    return module.providers


def _loaded(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"lectern_plugin_{file.stem}", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
