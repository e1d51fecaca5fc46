"""`lectern adopt`: use the takes of an episode that the person made on another computer."""

from pathlib import Path

from ..base.episode_paths import EpisodePaths
from ..base.frozen import Frozen
from ..build.build import only_writer
from ..jobs.takes import TakeStore


class AdoptResult(Frozen):
    """How many takes were `adopted`, and which are `damaged` (KIND/KEY), so that a build makes them again."""

    adopted: int
    damaged: tuple[str, ...] = ()


def adopt(folder: Path, *, wait: bool = True) -> AdoptResult:
    """Sign the takes of the episode in `folder` as this person's, so that builds use them.

    Only for takes that the person, or somebody they trust as much, has made: pictures and sound are used as they are.
    """
    paths = EpisodePaths(folder=folder)
    store = TakeStore(paths.media)
    with only_writer(paths, wait=wait):
        outcome = {f"{kind}/{key}": store.adopt(kind, key) for kind, key in store.foreign_takes()}
    return AdoptResult(
        adopted=sum(outcome.values()), damaged=tuple(take for take, whole in outcome.items() if not whole)
    )
