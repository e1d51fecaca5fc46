"""`lectern new`: a small episode that builds as it is, to start from."""

import shutil
from pathlib import Path

from ..base.assets import ASSETS
from ..base.errors import LecternError
from ..trust.grants import note_own

TEMPLATE = ASSETS / "examples" / "template"
_NAMES = {"dot-gitignore": ".gitignore"}
"""A .gitignore in Lectern's own tree would rule there."""


def new(folder: Path) -> tuple[Path, ...]:
    """Write the starter episode into `folder`; return its files, absolute. Raises LecternError if it is not empty."""
    folder = folder.absolute()
    require_empty(folder)
    sources = sorted(file for file in TEMPLATE.rglob("*") if file.is_file())
    files = tuple(_copy(source, folder) for source in sources)
    note_own(folder)
    return files


def require_empty(folder: Path) -> None:
    """Raise LecternError unless a folder is empty, or not there yet."""
    if folder.exists() and not folder.is_dir():
        raise LecternError(f"{folder} is a file; name a folder that is not there yet.")
    if folder.is_dir() and any(folder.iterdir()):
        raise LecternError(
            f"{folder} is not empty, and nothing in it is overwritten; name a folder that is not there yet."
        )


def _copy(source: Path, folder: Path) -> Path:
    target = folder / source.relative_to(TEMPLATE)
    target = target.with_name(_NAMES.get(target.name, target.name))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    except OSError as error:
        raise LecternError(f"{target} can't be written ({error.strerror}); name another folder.") from error
    return target
