"""The take store: what was made once is found by the hash of what it was made from, whole or not at all."""

import errno
import hashlib
import itertools
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import LecternError
from ..model import Frozen
from .process import alive, identity
from .recipe import Bench, Recipe

CARD = "take.json"
ABANDONED_AFTER = 24 * 3600
"""Seconds after which an unfinished folder of another machine counts as left behind."""

_numbers = itertools.count()


def take_key(recipe: Recipe, request: Frozen) -> str:
    """The key of the take that `recipe` makes of `request`: 20 hex digits."""
    said = [recipe.kind, recipe.version, request.model_dump(mode="json", by_alias=True, exclude=dict(recipe.unkeyed))]
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


class TakeStore:
    """Finished takes below `root`, each in `<kind>/<key>/` with a `take.json`.

    A take is made in a sibling folder named after its maker's process and renamed when it is whole, so a reader never
    sees half of one, and what a dead process left is known by its name.
    """

    def __init__(self, root: Path, clock: Callable[[], float] = time.time) -> None:
        self.root, self._clock = root, clock

    def folder(self, kind: str, key: str) -> Path:
        """Where the take is, or will be."""
        return self.root / kind / key

    def has(self, kind: str, key: str) -> bool:
        """Whether the take is there with all its files at their sizes."""
        card = _card(self.folder(kind, key))
        return card is not None and all(
            _size(self.folder(kind, key) / name) == size for name, size in card["files"].items()
        )

    def load(self, recipe: Recipe, key: str) -> Frozen:
        """The description of a finished take (a `recipe.result`); LecternError if there is none."""
        card = _card(self.folder(recipe.kind, key))
        if card is None:
            raise LecternError(f"{self.folder(recipe.kind, key)} holds no finished take: build again.")
        return recipe.result.model_validate(card["result"])

    def put(self, recipe: Recipe, request: Frozen, bench: Bench) -> Frozen:
        """Makes the take of `request` unless it is there, and returns its description; LecternError where the disk is full.

        Of two who make the same take at once, the first to finish wins; the other's copy is dropped.
        """
        key = take_key(recipe, request)
        if self.has(recipe.kind, key):
            return self.load(recipe, key)
        with _told_when_full(self.root / recipe.kind):
            self._make(recipe, request, key, bench)
        return self.load(recipe, key)

    def sweep(self) -> int:
        """Removes what dead makers left unfinished; returns how many folders."""
        left = [folder for folder in self.root.glob("*/.*~*~*") if self._left_behind(folder)]
        for folder in left:
            shutil.rmtree(folder, ignore_errors=True)
        return len(left)

    def _make(self, recipe: Recipe, request: Frozen, key: str, bench: Bench) -> None:
        draft = self._draft(recipe.kind, key)
        try:
            result = recipe.make(request, draft, bench)
            self._write_card(draft, recipe, request, result)
            self._publish(draft, recipe.kind, key)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _draft(self, kind: str, key: str) -> Path:
        draft = self.root / kind / f".{key}~{identity()}~{next(_numbers)}"
        draft.mkdir(parents=True)
        return draft

    def _left_behind(self, folder: Path) -> bool:
        living = alive(folder.name.split("~")[1])
        return living is False or (living is None and self._clock() - folder.stat().st_mtime > ABANDONED_AFTER)

    def _write_card(self, draft: Path, recipe: Recipe, request: Frozen, result: Frozen) -> None:
        card = {
            "kind": recipe.kind,
            "version": recipe.version,
            "made_at": self._clock(),
            "files": {str(f.relative_to(draft).as_posix()): _size(f) for f in _files(draft)},
            "request": request.model_dump(mode="json", by_alias=True),
            "result": result.model_dump(mode="json", by_alias=True),
        }
        (draft / CARD).write_text(json.dumps(card, ensure_ascii=False, indent=1), encoding="utf-8")
        for path in [*_files(draft), draft]:
            _sync(path)

    def _publish(self, draft: Path, kind: str, key: str) -> None:
        target = self.folder(kind, key)
        if target.exists() and not self.has(kind, key):
            _move_away(target, self._draft(kind, key))
        try:
            os.rename(draft, target)
        except OSError:
            if not self.has(kind, key):
                raise
        _sync(target.parent)


def _card(folder: Path) -> dict[str, Any] | None:
    """What take.json says, None if it is not there or not readable."""
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return card if isinstance(card, dict) and {"files", "result"} <= card.keys() else None


def _files(folder: Path) -> list[Path]:
    return sorted(f for f in folder.rglob("*") if f.is_file())


def _size(file: Path) -> int:
    """Bytes, -1 where there is no such file."""
    try:
        return file.stat().st_size
    except OSError:
        return -1


def _move_away(broken: Path, place: Path) -> None:
    """Clears a folder that is no whole take (files were deleted by hand) out of the way of a new one."""
    try:
        os.rename(broken, place / "broken")
    except FileNotFoundError:
        pass  # another maker was first
    shutil.rmtree(place, ignore_errors=True)


def _sync(path: Path) -> None:
    """Brings a file or a folder's entries onto the disk before the rename can get there."""
    if os.name == "nt" and path.is_dir():
        return  # Windows can't open folders
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _told_when_full(folder: Path) -> Iterator[None]:
    """A disk that is full becomes a LecternError that says which."""
    try:
        yield
    except OSError as error:  # FFmpeg's, too
        if not _is_full(error):
            raise
        where = Path(error.filename).parent if isinstance(error.filename, str) else folder
        raise LecternError(f"the disk is full: there is no room in {where}; free some and build again") from error


def _is_full(error: OSError) -> bool:
    """Whether there was no room for something. (shutil.copytree tells of several files at once, in words alone.)"""
    return error.errno in (errno.ENOSPC, errno.EDQUOT) or os.strerror(errno.ENOSPC) in str(error)
