"""Where a shell runs: a home of its own, the files it starts with, the same path on every run."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ...episode.screen import LaidFile
from ...errors import LecternError
from ..request import CaptureRequest, is_material

_OWNER = "owner"
_WRITTEN = 1767258000.0
"""When files of the script itself were written, as `ls -l` tells it on every run: 1 January 2026, 9 o'clock."""


@dataclass(frozen=True)
class Place:
    """`home` and, in it or it itself, the folder `work` a shell starts in; `rc` holds what sets the shell up."""

    home: Path
    work: Path
    rc: Path


@contextmanager
def place_of(request: CaptureRequest, episode: Path) -> Iterator[Place]:
    """A place with the request's folder and files laid out; gone in the end. LecternError where a file leads elsewhere."""
    root = _claimed(hashlib.sha256(request.model_dump_json().encode()).hexdigest()[:8])
    try:
        yield _furnished(root, request, episode)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _furnished(root: Path, request: CaptureRequest, episode: Path) -> Place:
    home, rc, episode = root / "home", root / "rc", episode.resolve()
    home.mkdir()
    rc.mkdir()
    work = home
    if request.folder:
        folder = (episode / request.folder).resolve()
        work = home / folder.name
        _copy(folder, work, episode)
    for laid in request.environment.files:
        _lay(laid, work, episode)
    return Place(home, work, rc)


def _claimed(name: str) -> Path:
    """A new folder of this process alone, named alike on every run unless another run is under way."""
    base = Path(tempfile.gettempdir()).resolve()
    for number in range(1, 1000):
        root = base / (f"lectern-{name}" if number == 1 else f"lectern-{name}-{number}")
        if _is_left(root):
            shutil.rmtree(root, ignore_errors=True)
        try:
            root.mkdir(mode=0o700)
        except FileExistsError:
            continue
        (root / _OWNER).write_text(str(os.getpid()), encoding="utf-8")
        return root
    raise LecternError(f"{base} is full of folders named lectern-{name}-…; delete them")


def _is_left(root: Path) -> bool:
    """Whether it is of a process of this person's that was killed."""
    try:
        mine = not root.is_symlink() and root.stat().st_uid == os.getuid()
        owner = int((root / _OWNER).read_text(encoding="utf-8"))
        os.kill(owner, 0)
        return False
    except (ProcessLookupError, ValueError):
        return mine
    except OSError:  # it isn't there, or another process is just making it
        return False


def _copy(folder: Path, to: Path, episode: Path) -> None:
    """Copies what the take's key counts in, and nothing else: the script and what Lectern made stay where they are."""
    _require_inside(folder, episode)

    def ignored(within: str, names: list[str]) -> set[str]:
        for name in names:
            _require_kept(Path(within, name), folder)
        return {name for name in names if not is_material(Path(within, name).relative_to(episode))}

    shutil.copytree(folder, to, ignore=ignored, symlinks=True)


def _require_kept(path: Path, folder: Path) -> None:
    """A link is copied as a link, so it has to stay within what is copied."""
    if path.is_symlink() and (path.readlink().is_absolute() or not path.resolve().is_relative_to(folder)):
        name = path.relative_to(folder.parent)
        raise LecternError(f"{name} is a link that leads out of {folder.name}/, to {path.readlink()}; copy what is needed")


def _lay(laid: LaidFile, work: Path, episode: Path) -> None:
    path = work / laid.path
    if not path.parent.resolve().is_relative_to(work):
        raise LecternError(f"{laid.path} would be laid out outside of the folder that the capture starts in")
    path.parent.mkdir(parents=True, exist_ok=True)
    if laid.file:
        _require_inside(episode / laid.file, episode)
        shutil.copy(episode / laid.file, path)
    else:
        path.write_text(laid.text if laid.text.endswith("\n") else laid.text + "\n", encoding="utf-8")
        os.utime(path, (_WRITTEN, _WRITTEN))


def _require_inside(path: Path, episode: Path) -> None:
    if not path.resolve().is_relative_to(episode):
        name = path.relative_to(episode) if path.is_relative_to(episode) else path
        raise LecternError(f"{name} leads out of the episode, to {path.resolve()}; copy what is needed into {episode.name}/")
