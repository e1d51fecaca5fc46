"""Kinds of takes: what each is made from, what describes it, and what its maker may use while it works."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..base.errors import LecternError
from ..base.files import digest
from ..base.frozen import Frozen
from ..base.renderer import ReportProgress
from .take_file import is_whole, read_take

KEY_LENGTH = 20


class Cancelled(LecternError):
    """The job was cancelled while it was being made. A maker lets it pass after ending the processes it started."""


def ignore_progress(done: float) -> None:
    """Do nothing with the progress: nobody is waiting for it."""


class JobContext:
    """The episode's folder, the finished takes to build on, and a way to say how far the work is.

    `report(done)` takes the share that is done (0..1) and raises `Cancelled` when the job was cancelled. It is cheap: call
    it for every frame.
    """

    def __init__(self, episode: Path, media: Path, report: ReportProgress = ignore_progress) -> None:
        self.episode, self.report = episode, report
        self._media = media

    @classmethod
    def scratch(cls, episode: Path) -> "JobContext":
        """Return a context outside a build: finished takes of `episode` can be read, progress goes nowhere."""
        return cls(episode, episode / "media")

    def take_folder(self, kind: str, key: str) -> Path:
        """Return the folder of a finished take. Raises LecternError if the take is not there."""
        folder = self._media / kind / key
        if not is_whole(folder):
            raise LecternError(f"The {kind} take {key} is not in {self._media}. Build again.")
        return folder

    def open_take[T: Frozen](self, kind: str, key: str, result: type[T]) -> tuple[Path, T]:
        """Return the folder of a finished take, and its description. Raises LecternError if the take is not there."""
        folder = self.take_folder(kind, key)
        return folder, read_take(folder, result)


class Recipe[Q: Frozen, T: Frozen](Frozen):
    """A kind of take, made from a request (`Q`) and described by a result (`T`).

    `make(request, folder, context)` writes the take's files into `folder` (empty, and not yet the take's own) and returns
    the description. It depends on the request and on nothing else. Raise `version` when the maker's result changes, so that
    old takes are not used. `unkeyed` names fields of the request that say how the take is made, not what it is: they are no
    part of its key (in the form of pydantic's `exclude`).
    """

    kind: str
    version: int
    request: type[Q]
    result: type[T]
    make: Callable[[Q, Path, JobContext], T]
    unkeyed: Mapping[str, Any] = {}


def take_key[Q: Frozen, T: Frozen](recipe: Recipe[Q, T], request: Q) -> str:
    """Return the key of the take that `recipe` makes of `request`: 20 hex digits."""
    keyed = request.model_dump(mode="json", by_alias=True, exclude=dict(recipe.unkeyed))
    parts = [recipe.kind, recipe.version, keyed]
    return digest(json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False), KEY_LENGTH)
