"""What a person is asked about before it happens."""

import hashlib
import os
from pathlib import Path
from typing import Literal

from ...model import Frozen

DangerKind = Literal[
    "terminal", "desktop", "editor", "ide", "browser", "sandbox", "variable", "login", "secret", "model", "folder", "host",
    "file", "plug-in", "program", "provider",
]  # fmt: skip


class Danger(Frozen):
    """One thing that would run or be contacted: `where` is file:line, `what` a person reads.

    `content` is what else it depends on: a file's hash, or a step to the letter.
    """

    kind: DangerKind
    where: str
    what: str
    content: str = ""


def hash_of_files(files: list[Path], base: Path) -> str:
    """The hash of files, by their names relative to `base` and what they hold."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(os.path.relpath(file, base).encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def files_below(folder: Path) -> list[Path]:
    """All files in a folder and its folders, sorted."""
    return sorted(file for file in folder.rglob("*") if file.is_file())
