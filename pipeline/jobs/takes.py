"""The take store: what was made once is found by the hash of what it was made from, whole or not at all."""

import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from ..base.disk_space import system_fault
from ..base.files import HeldFolder, held
from ..base.frozen import Frozen
from ..base.process import alive, identity
from .recipe import JobContext, Recipe, take_key
from .take_file import CARD, TakeState, adopt_take, is_whole, note_verified, read_take, take_state, write_card

ABANDONED_AFTER = 24 * 3600
"""Seconds after which an unfinished folder of another machine counts as left behind."""


class TakeStore:
    """Finished takes below `root`, each in `<kind>/<key>/` with a `take.json`.

    A take is made in a sibling folder named after its maker's process and renamed when it is whole, so a reader never
    sees half of one, and what a dead process left is known by its name. Nobody else can enter that folder or guess its name.
    `root` is a folder of the episode; neither it nor those in it may be links.
    """

    def __init__(self, root: Path, clock: Callable[[], float] = time.time) -> None:
        self.root, self._clock = root, clock

    def folder(self, kind: str, key: str) -> Path:
        """Return where the take is, or will be."""
        return self.root / kind / key

    def has(self, kind: str, key: str) -> bool:
        """Return whether the take is there as this person's Lectern made it."""
        return is_whole(self.folder(kind, key))

    def state(self, kind: str, key: str) -> TakeState:
        """Return whether the take can be used."""
        return take_state(self.folder(kind, key))

    def foreign_takes(self) -> list[tuple[str, str]]:
        """Return kind and key of the takes that this person's Lectern did not make."""
        folders = sorted(card.parent for card in self.root.glob(f"*/[0-9a-f]*/{CARD}"))
        return [(f.parent.name, f.name) for f in folders if take_state(f) == "foreign"]

    def adopt(self, kind: str, key: str) -> bool:
        """Let a take count as this person's, who made it elsewhere; return False if it is not whole."""
        return adopt_take(self.folder(kind, key))

    def load[Q: Frozen, T: Frozen](self, recipe: Recipe[Q, T], key: str) -> T:
        """Return the description of a finished take. Raises LecternError if there is none."""
        return read_take(self.folder(recipe.kind, key), recipe.result)

    def put[Q: Frozen, T: Frozen](self, recipe: Recipe[Q, T], request: Q, context: JobContext) -> T:
        """Make the take of `request` unless it is there; return its description.

        If two make the same take at once, the first to finish wins, and the other's copy is dropped. Raises LecternError
        where the disk is full.
        """
        key = take_key(recipe, request)
        if self.has(recipe.kind, key):
            return self.load(recipe, key)
        with _explaining_faults(self.root / recipe.kind):
            self._make(recipe, request, key, context)
        return self.load(recipe, key)

    def sweep(self) -> int:
        """Remove what dead makers left unfinished; return how many folders that were."""
        left = [folder for folder in self.root.glob("*/.*~*~*") if self._left_behind(folder)]
        for folder in left:
            with self._kind(folder.parent.name) as place:
                place.remove(folder.name)
        return len(left)

    def _make[Q: Frozen, T: Frozen](self, recipe: Recipe[Q, T], request: Q, key: str, context: JobContext) -> None:
        with self._kind(recipe.kind) as place:
            draft = _draft_name(key)
            try:
                with _explaining_faults(place.path):  # as long as the draft is there: that may be what fills the disk
                    place.enter(draft, make=True, mode=0o700).close()
                    result = recipe.make(request, place.path / draft, context)
                    self._describe(place.path / draft, recipe, request, key, result)
                    self._publish(place, draft, recipe.kind, key)
            finally:
                place.remove(draft)

    def _kind(self, kind: str) -> AbstractContextManager[HeldFolder]:
        return held(self.root / kind, self.root.parent, make=True)

    def _left_behind(self, folder: Path) -> bool:
        living = alive(_maker_of(folder.name))
        return living is False or (living is None and self._clock() - folder.stat().st_mtime > ABANDONED_AFTER)

    def _describe[Q: Frozen, T: Frozen](
        self, draft: Path, recipe: Recipe[Q, T], request: Q, key: str, result: T
    ) -> None:
        card = {
            "kind": recipe.kind,
            "version": recipe.version,
            "made_at": self._clock(),
            "request": request.model_dump(mode="json", by_alias=True),
            "result": result.model_dump(mode="json", by_alias=True),
        }
        write_card(draft, recipe.kind, key, card)
        for path in [*draft.rglob("*"), draft]:
            _sync(path)

    def _publish(self, place: HeldFolder, draft: str, kind: str, key: str) -> None:
        if place.kind(key) and not self.has(kind, key):  # no whole take: files were deleted by hand
            broken = _draft_name(key)
            with suppress(FileNotFoundError):  # another maker was first
                place.move(key, place, broken)
            place.remove(broken)
        place.share(draft)
        try:
            place.move(draft, place, key)
        except OSError:
            if not self.has(kind, key):
                raise
        else:
            note_verified(self.folder(kind, key))
        _sync(place.path)


def _draft_name(key: str) -> str:
    """Return a name that nobody can know of for the unfinished take `key`, with this process's own name in it."""
    return f".{key}~{identity()}~{secrets.token_hex(8)}"


def _maker_of(draft: str) -> str:
    """Return the name of the process that a `_draft_name` was made by."""
    return draft.split("~")[1]


def _sync(path: Path) -> None:
    """Bring a file or a folder's entries onto the disk before the rename can get there."""
    if os.name == "nt" and path.is_dir():
        return  # Windows can't open folders
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _explaining_faults(folder: Path) -> Iterator[None]:
    """Turn an error of the system, like a full disk, into a LecternError that says where."""
    try:
        yield
    except OSError as error:  # FFmpeg's, too
        if fault := system_fault(error, folder):
            raise fault from error
        raise
