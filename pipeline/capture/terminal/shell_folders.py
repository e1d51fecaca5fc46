"""Where a shell runs: a home of its own, the files it starts with, the same path on every run."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from ...base.errors import LecternError
from ...base.files import content_digest, digest
from ...base.scratch import named_folder
from ...episode.capture_block import FixtureFile
from ..request import DIGEST_LENGTH, CaptureRequest, is_material

_FILE_TIME = 1767258000.0
"""When files of the script itself were written, as `ls -l` tells it on every run: 1 January 2026, 9 o'clock."""
COMMIT_DATES = MappingProxyType(dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), "2026-01-01T09:00:00Z"))
"""When git commits, the same: so a commit's hash is the same on every run, and in every capture that goes on from it."""


@dataclass(frozen=True)
class ShellFolders:
    """`home` and, in it or it itself, the folder `work` a shell starts in; `rc` holds what sets the shell up."""

    home: Path
    work: Path
    rc: Path


@contextmanager
def open_shell_folders(request: CaptureRequest, episode: Path) -> Iterator[ShellFolders]:
    """Yield a place with the request's folder and files laid out, gone after the block.

    Raises LecternError where a file leads elsewhere.
    """
    with named_folder(digest(request.model_dump_json(), 8)) as root:
        yield _lay_out_files(root, request, episode)


def _lay_out_files(root: Path, request: CaptureRequest, episode: Path) -> ShellFolders:
    home, rc, episode = root / "home", root / "rc", episode.resolve()
    home.mkdir()
    rc.mkdir()
    work = home
    if request.folder:
        folder = (episode / request.folder).resolve()
        work = home / folder.name
        _copy(folder, work, episode)
        _require_unchanged(work, folder.relative_to(episode), request)
    for laid in request.environment.files:
        _write_file(laid, work, episode)
        if laid.file:
            name = (episode / laid.file).resolve().relative_to(episode).as_posix()
            _require_digest(work / laid.path, name, dict(request.files).get(name, ""))
    return ShellFolders(home, work, rc)


def _copy(folder: Path, to: Path, episode: Path) -> None:
    """Copy what the take's key counts in, and nothing else: the script and what Lectern made stay where they are."""
    _require_inside(folder, episode)

    def ignored(within: str, names: list[str]) -> set[str]:
        for name in names:
            _require_kept(Path(within, name), folder)
        return {name for name in names if not is_material(Path(within, name).relative_to(episode))}

    shutil.copytree(folder, to, ignore=ignored, symlinks=True)


def _require_unchanged(work: Path, folder: Path, request: CaptureRequest) -> None:
    """Raise LecternError unless a copied folder holds exactly the files that the recording was asked for with."""
    expected = {name: content for name, content in request.files if Path(name).is_relative_to(folder)}
    found = {(folder / file.relative_to(work)).as_posix(): file for file in work.rglob("*") if file.is_file()}
    for name in sorted(found.keys() | expected.keys()):
        _require_digest(found.get(name, work / name), name, expected.get(name, ""))


def _require_digest(copied: Path, name: str, expected: str) -> None:
    if content_digest(copied)[:DIGEST_LENGTH] != expected:
        raise LecternError(f"{name} has changed since this recording was asked for; build again, and look at it again")


def _require_kept(path: Path, folder: Path) -> None:
    """Raise LecternError for a link that leads out of what is copied: it is copied as a link."""
    if path.is_symlink() and (path.readlink().is_absolute() or not path.resolve().is_relative_to(folder)):
        name = path.relative_to(folder.parent)
        raise LecternError(
            f"{name} is a link that leads out of {folder.name}/, to {path.readlink()}; copy what is needed"
        )


def _write_file(laid: FixtureFile, work: Path, episode: Path) -> None:
    path = work / laid.path
    if not path.parent.resolve().is_relative_to(work):
        raise LecternError(f"{laid.path} would be laid out outside of the folder that the capture starts in")
    path.parent.mkdir(parents=True, exist_ok=True)
    if laid.file:
        _require_inside(episode / laid.file, episode)
        shutil.copy(episode / laid.file, path)
    else:
        path.write_text(laid.text if laid.text.endswith("\n") else laid.text + "\n", encoding="utf-8")
        os.utime(path, (_FILE_TIME, _FILE_TIME))


def _require_inside(path: Path, episode: Path) -> None:
    if not path.resolve().is_relative_to(episode):
        name = path.relative_to(episode) if path.is_relative_to(episode) else path
        raise LecternError(
            f"{name} leads out of the episode, to {path.resolve()}; copy what is needed into {episode.name}/"
        )
