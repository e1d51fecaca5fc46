"""What the maker of a take may use while it works."""

from pathlib import Path
from typing import TYPE_CHECKING

from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..base.renderer import ReportProgress as ReportProgress
from .take_file import is_whole, read_take

if TYPE_CHECKING:
    from .recipe import Recipe


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

    def load[Q: Frozen, T: Frozen](self, recipe: "Recipe[Q, T]", key: str) -> T:
        """Return the description of a finished take of `recipe`. Raises LecternError if the take is not there."""
        return read_take(self.take_folder(recipe.kind, key), recipe.result)
