"""Scenarios: named branches of the script. They are made of changesets alone, and switching is one, so nothing is lost."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

from ..base.errors import LecternError
from ..base.frozen import Frozen
from .contents import Contents, content_of, hash_of, text_of
from .diff import unified_diff
from .merge import EDITS, merge_texts, side_by_side
from .model import Changeset, Overlap
from .scenario_log import MAIN, Tree, common_tree, current_scenario, forks, left_tree
from .store import ChangesetStore

FILES = ("script.md", EDITS, "brief.md")
"""What a scenario has for itself; everything else of the episode is the same in all of them."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


class Scenario(Frozen):
    """A branch of the script, where it began (`parent`), and which of its files differ from the episode's as they are now."""

    name: str
    parent: str = ""
    current: bool = False
    differs: tuple[str, ...] = ()


class ScenarioMerge(NamedTuple):
    """What merging would write, by file, and the places that both scenarios have changed."""

    files: Mapping[str, str | None]
    overlaps: tuple[Overlap, ...]


class Scenarios:
    """The scenarios of the episode in `folder`; `store` keeps its changesets."""

    def __init__(self, folder: Path, store: ChangesetStore | None = None) -> None:
        self._folder, self._store, self._contents = folder, store or ChangesetStore(folder), Contents(folder)

    def all(self) -> tuple[Scenario, ...]:
        """Return every scenario in the order in which they began."""
        changes = self._store.all()
        now, began = current_scenario(changes), forks(changes)
        here = self._here()
        found = []
        for name in (MAIN, *began):
            tree = here if name == now else left_tree(changes, name)
            differs = tuple(file for file in FILES if tree.get(file) != here[file])
            parent = began[name].start if name in began else ""
            found.append(Scenario(name=name, parent=parent, current=name == now, differs=differs))
        return tuple(found)

    def current(self) -> str:
        """Return the name of the scenario whose files those of the episode are."""
        return current_scenario(self._store.all())

    def propose_switch(self, name: str, who: str, new: bool = False) -> Changeset:
        """Propose to go to a scenario, or to begin a `new` one with the files as they are. What is left stays in its scenario.

        Raises LecternError for a name that is none, is taken, or is not there.
        """
        changes = self._store.all()
        there = name in (MAIN, *forks(changes))
        if new and (there or not _NAME.fullmatch(name)):
            why = "there is one already" if there else "a name is up to 60 small letters, digits and hyphens"
            raise LecternError(f'the scenario "{name[:100]}" can\'t begin: {why}')
        if not new and current_scenario(changes) == name:
            raise LecternError(f"the scenario {name} is the current one already")
        tree = self._here() if new else left_tree(changes, name)
        why = f"{'begin' if new else 'switch to'} the scenario {name}"
        return self._store.propose({file: self._text(file, tree) for file in FILES}, who, why, scenario=name)

    def switch(self, name: str, who: str, new: bool = False) -> Changeset:
        """Go to a scenario, or begin a `new` one. Raises LecternError as `propose_switch` does."""
        return self._store.apply(self.propose_switch(name, who, new).id, who)

    def compare(self, name: str, other: str = "") -> str:
        """Return how the files of `other` ("": the current one) become those of the scenario `name`, as a unified diff."""
        old, new = self._tree(other or self.current()), self._tree(name)
        texts = ((self._text(file, old), self._text(file, new), file) for file in FILES)
        return "".join(unified_diff(was or "", now or "", file) for was, now, file in texts)

    def merged(self, name: str, take: Collection[int] = ()) -> ScenarioMerge:
        """Return the current scenario's files with what was changed in the scenario `name` since both had the same.

        Of the places that both have changed, those whose numbers (from 0) are in `take` are as in `name`, the others as here.
        """
        changes = self._store.all()
        now = current_scenario(changes)
        if name == now:
            raise LecternError(f"{name} is the current scenario: switch to the one that shall have its changes")
        theirs, base = left_tree(changes, name), common_tree(changes, name, now)
        files, overlaps = dict[str, str | None](), list[Overlap]()
        for file in FILES:
            text, found = self._merged_file(file, base, theirs, {n - len(overlaps) for n in take})
            files[file] = text
            overlaps += found
        return ScenarioMerge(files, tuple(overlaps))

    def propose_merge(self, name: str, who: str, take: Collection[int] | None = None) -> Changeset:
        """Propose to merge a scenario into the current one. Raises LecternError, with both texts, where both have changed a place.

        `take` says which of those places come from `name` (see `merged`); with it, none is an obstacle.
        """
        found = self.merged(name, take or ())
        if found.overlaps and take is None:
            places = side_by_side(found.overlaps)
            raise LecternError(
                f"{name} and the current scenario have changed the same places; say which are taken:\n{places}"
            )
        return self._store.propose(found.files, who, f"merge the scenario {name}", merges=name)

    def _merged_file(
        self, file: str, base: Tree, theirs: Tree, take: Collection[int]
    ) -> tuple[str | None, tuple[Overlap, ...]]:
        was, new, now = (self._text(file, tree) for tree in (base, theirs, self._here()))
        if new in (was, now):
            return now, ()
        if now == was:
            return new, ()
        if new is None or now is None:
            met = Overlap(file=file, before=was or "", proposed=new or "", current=now or "")
            return (new if 0 in take else now), (met,)
        merged = merge_texts(file, was or "", new, now, take)
        return merged.text, merged.overlaps

    def _tree(self, name: str) -> Tree:
        changes = self._store.all()
        return self._here() if name == current_scenario(changes) else left_tree(changes, name)

    def _here(self) -> Tree:
        return {file: hash_of(content_of(self._folder, file)) for file in FILES}

    def _text(self, file: str, tree: Tree) -> str | None:
        wanted, now = tree.get(file), content_of(self._folder, file)
        content = now if wanted == hash_of(now) else self._contents.get(wanted)
        return None if content is None else text_of(content, file)
