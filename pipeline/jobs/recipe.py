"""How a kind of take is made: the contract between the queue and the rooms."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from ..errors import LecternError
from ..model import Frozen


class Cancelled(LecternError):
    """The job was cancelled while it was made. A maker lets it pass after tidying up its processes."""


class Bench(Protocol):
    """What a maker may use while it works: the takes it builds on, the episode's folder, and a way to say how far it is."""

    episode: Path

    def take(self, kind: str, key: str) -> Path:
        """The folder of a finished take."""
        ...

    def report(self, done: float) -> None:
        """How much is done (0..1); raises `Cancelled` when the job was cancelled."""
        ...


class Recipe(Frozen):
    """A kind of take. `version` is raised when the maker's result changes, so that old takes are not used.
    `unkeyed` are fields of the request that say how it is made, not what: they are no part of the key (as pydantic's
    `exclude` names them).

    `make(request, folder, bench)` writes its files into `folder` (empty, not yet the take's own) and returns the
    take's description. It depends on the request, and on nothing else.
    """

    kind: str
    version: int
    request: type[Frozen]
    result: type[Frozen]
    make: Callable[[Frozen, Path, Bench], Frozen]
    unkeyed: Mapping[str, Any] = {}
