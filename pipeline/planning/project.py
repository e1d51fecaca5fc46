"""What a project says of itself, as far as a language model needs it to plan a film about it. Nothing of it is run."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from ..base.hangs import run_briefly

MOST_FILES, MOST_LETTERS, MOST_COMMITS = 150, 6_000, 30
_READ_FIRST = ("readme", "changelog", "changes", "history", "news")
_PASSED_OVER = {"node_modules", "__pycache__", "venv", ".venv", "dist", "build", "target", "vendor"}
_GIT = ("-c", "core.fsmonitor=false", "-c", "log.showSignature=false", "-c", "core.pager=cat")
"""Settings of a repository that would run a program."""


def project_text(folder: Path) -> str:
    """Return the project's name, files, README, change log and last commits as text, at most some 15,000 letters."""
    files = sorted(_files(folder))[: MOST_FILES + 1]
    listed = "\n".join(files[:MOST_FILES]) + ("\nand more" if len(files) > MOST_FILES else "")
    parts = [f"The project {folder.resolve().name} has these files:\n{listed}"]
    parts += [f"{file.name}:\n{_beginning(file)}" for file in _about(folder)]
    if commits := _commits(folder):
        parts.append(f"Its last commits:\n{commits}")
    return "\n\n".join(parts)


def _files(folder: Path) -> Iterator[str]:
    count = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _PASSED_OVER and not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield (Path(place) / name).relative_to(folder).as_posix()
                count += 1
        if count > 5 * MOST_FILES:
            return


def _about(folder: Path) -> list[Path]:
    found = [
        file
        for file in folder.iterdir()
        if file.is_file() and not file.is_symlink() and file.stem.lower() in _READ_FIRST
    ]
    return sorted(found, key=lambda file: _READ_FIRST.index(file.stem.lower()))


def _beginning(file: Path) -> str:
    with file.open("rb") as handle:
        return handle.read(MOST_LETTERS).decode("utf-8", "replace")


def _commits(folder: Path) -> str:
    try:
        return run_briefly(
            ["git", *_GIT, "-C", str(folder), "log", f"-{MOST_COMMITS}", "--format=%as %s"]
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
