"""What a person is asked about before it happens: one thing that would run or be contacted."""

import hashlib
import os
from pathlib import Path
from typing import Literal

from ..base.frozen import Frozen

PermissionKind = Literal[
    "terminal", "desktop", "editor", "ide", "browser", "sandbox", "variable", "login", "secret", "model", "folder", "host",
    "file", "plug-in", "program", "provider",
]  # fmt: skip


class PermissionRequest(Frozen):
    """One thing that would run or be contacted: `where` is file:line, `what` a person reads.

    `content` is what else it depends on: a file's hash, or a step to the letter. `files` are those that it covers, each with
    the hash of what is in it. `personal` is what no sandbox holds: it runs with the person's rights, or in their name.
    """

    kind: PermissionKind
    where: str
    what: str
    content: str = ""
    files: tuple[tuple[str, str], ...] = ()
    personal: bool = False


def hash_of_files(files: list[Path], base: Path) -> str:
    """Return the hash of files, by their names relative to `base` and what they hold."""
    sha256 = hashlib.sha256()
    for file in files:
        sha256.update(os.path.relpath(file, base).encode() + b"\0")
        with file.open("rb") as content:
            sha256.update(hashlib.file_digest(content, "sha256").digest())
    return sha256.hexdigest()


def files_below(folder: Path) -> list[Path]:
    """Return all files in a folder and its folders, sorted."""
    return sorted(file for file in folder.rglob("*") if file.is_file())
