"""What every provider is, of whatever kind: a name, settings, what it reaches, which keys it takes, how much at once."""

import copy
from abc import ABC
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ValidationError

from ..base.errors import LecternError
from ..base.frozen import Frozen
from .http import HttpClient
from .keys import host_of
from .policy import ProviderPolicy, RemotePolicy
from .usage import ConnectionTest


class Reach(Frozen):
    """Where a provider reaches: to a `host`, to a program (`command`, started in `folder`), or anywhere (`unknown`).

    `sends` says what goes to the host, with {character} where the character's name belongs. All empty: it stays within
    Lectern.
    """

    host: str = ""
    sends: str = ""
    command: tuple[str, ...] = ()
    folder: str = ""
    unknown: bool = False


class Lane(Frozen):
    """What may be asked of one service at once: its `name` in the queue, and `most` takes."""

    name: str
    most: int


class Provider[S: BaseModel](ABC):
    """What can be plugged in. A kind of provider (`kind`) is a subclass with the methods that do its work.

    A provider has a `name` for scripts and settings, a `label` for people (by default the name), and the type of its
    `settings`, from which checks, help and schemas are made. It is used by many threads at once, with settings and
    tools that it is given each time, so it keeps none of its own.

    `keys` names, for each host that the provider's key belongs to, the environment variables in which people keep it.
    `local` says that it reaches nobody and runs nothing of the person's, whatever its settings are.
    """

    kind: ClassVar[str]
    family: ClassVar[str]
    sends: ClassVar[str] = "what it is asked to do"
    keys: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({})
    local: ClassVar[bool] = False

    name: str
    label: str = ""
    settings: type[S]

    def reach(self, settings: S) -> Reach:
        """Return what it contacts or runs with `settings`; unknown, unless it is local or has a `base_url`."""
        if isinstance(settings, RemotePolicy):
            return Reach(host=host_of(settings.base_url), sends=self.sends)
        return Reach(unknown=not self.local)

    def lane(self, settings: S) -> Lane | None:
        """Return how much may be asked of it at once; services on one host share a lane. None: as much as you like."""
        if not isinstance(settings, ProviderPolicy):
            return None
        return Lane(name=f"{self.family} {self.reach(settings).host or self.name}", most=settings.parallel)

    def test(self, settings: S, http: HttpClient) -> ConnectionTest:
        """Return whether it works with `settings`, found out by asking it, without a charge."""
        if isinstance(settings, RemotePolicy):
            return ConnectionTest(ok=True, what="it has no test of its own; nothing was contacted")
        return ConnectionTest(ok=True, what="it is on this computer; there is nothing to contact")

    def settings_from(self, values: Mapping[str, object]) -> S:
        """Return its settings with `values`, written as text. Raises LecternError that names every wrong one."""
        try:
            return self.settings.model_validate(dict(values))
        except ValidationError as error:
            problems = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
            known = ", ".join(self.settings.model_fields) or "none"
            raise LecternError(
                f"settings of the {self.kind} provider {self.name}: {problems}; there are: {known}"
            ) from None

    def called(self, name: str) -> Self:
        """Return the same provider under another name, as `like` in lectern.toml asks for it."""
        twin = copy.copy(self)
        twin.name = twin.label = name
        return twin

    @property
    def title(self) -> str:
        """The name that a person reads."""
        return self.label or self.name


AnyProvider = Provider[Any]
