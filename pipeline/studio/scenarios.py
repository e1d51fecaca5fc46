"""`lectern scenario`: branches of the script, after what is open in a Blender was written down."""

from collections.abc import Collection
from pathlib import Path

from ..base.episode_paths import EpisodePaths
from ..changes.model import Changeset
from ..changes.scenarios import Scenario, Scenarios
from ..changes.store import ChangesetStore
from ..jobs.editors import ask_editors


def collect_open(folder: Path) -> None:
    """Have every Blender that has the episode open write down what was changed there, before somebody else changes its files.

    Raises LecternError for one that says it can't, or has something unsaved and does not answer.
    """
    ask_editors(EpisodePaths(folder=folder).database)


def scenarios(folder: Path) -> tuple[Scenario, ...]:
    """Return the scenarios of the episode in `folder`, in the order in which they began."""
    return Scenarios(folder).all()


def begin_scenario(folder: Path, name: str, who: str) -> Changeset:
    """Begin a scenario with the script as it is, and go there. Raises LecternError for a name that is taken or none."""
    collect_open(folder)
    return Scenarios(folder).switch(name, who, new=True)


def switch_scenario(folder: Path, name: str, who: str) -> Changeset:
    """Go to a scenario; what is left stays in the one that was current. Raises LecternError where there is none."""
    collect_open(folder)
    return Scenarios(folder).switch(name, who)


def merge_scenario(folder: Path, name: str, who: str, take: Collection[int] | None = None) -> Changeset:
    """Merge a scenario into the current one, as a change that can be reverted.

    Raises LecternError, with both texts, where both have changed a place and `take` does not say which of them is taken.
    """
    collect_open(folder)
    change = Scenarios(folder).propose_merge(name, who, take)
    return ChangesetStore(folder).apply(change.id, who)


def compare_scenarios(folder: Path, name: str, other: str = "") -> str:
    """Return how the files of `other` ("": the current one) become those of the scenario `name`, as a unified diff."""
    return Scenarios(folder).compare(name, other)
