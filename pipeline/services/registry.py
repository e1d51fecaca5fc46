"""Providers by kind and name. A value that is passed around: there is no registry but the one that was made."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points
from typing import Any

from ..errors import LecternError

GROUP = "lectern.providers"


class Registry:
    """What can be plugged in, by kind ("voice", ...) and name.

    Whoever provides something defines ``def providers(registry)`` and calls `add`; Lectern's own rooms do the same.
    """

    def __init__(self) -> None:
        self._providers: dict[tuple[str, str], Any] = {}
        self._origins: dict[tuple[str, str], str] = {}
        self._origin = ""

    def add(self, kind: str, provider: Any) -> None:
        """Makes `provider` known by its `name`; a name that is taken is an error."""
        key = (kind, provider.name)
        if key in self._providers:
            raise LecternError(f'there are two {kind} providers called "{provider.name}"; rename or remove one of them')
        self._providers[key] = provider
        self._origins[key] = self._origin

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

    def origin(self, kind: str, name: str) -> str:
        """The hash of the plug-in file that added a provider; "" for all others (and for what nobody added)."""
        return self._origins.get((kind, name), "")

    @contextmanager
    def adding_from(self, origin: str) -> Iterator[None]:
        """What is added meanwhile comes from the plug-in with the hash `origin`."""
        self._origin = origin
        try:
            yield
        finally:
            self._origin = ""


def add_installed(registry: Registry) -> None:
    """Adds what installed packages offer through entry points of the group ``lectern.providers``."""
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        entry.load()(registry)
