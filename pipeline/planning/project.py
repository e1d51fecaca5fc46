"""What a project says of itself: its files, README, change log, commits, open tasks and test results. Nothing of it is run.

A project may be a stranger's: what it holds is bounded, links are not followed, files that hold secrets are not opened, and what looks
like a secret in the others is blacked out.
"""

import fnmatch
import os
import re
import stat
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..base.hangs import run_briefly
from ..capture.leaks import secrets_in_text
from .test_results import TestResults, results_in

MOST_FILES, MOST_COMMITS, MOST_TODOS = 2_000, 60, 200
LARGEST = 400_000
"""Bytes of a file that are read."""
MOST_READ = 20_000_000
"""Bytes of all files that are looked through for open tasks."""
_READ_FIRST = ("readme", "changelog", "changes", "history", "news")
_PASSED_OVER = {"node_modules", "__pycache__", "venv", ".venv", "dist", "build", "target", "vendor"}
_SECRET = (
    ".*", "*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx", "id_rsa*", "id_ed25519*", "*credential*", "*secret*",
    "*password*", "*.tfstate*", "*.tfvars", "*htpasswd*", "service-account*", "*.env", "*.env.*", "*.gpg", "*.asc",
)  # fmt: skip
"""Names of files that are never opened."""
_GIT = (
    "--no-pager", "-c", "core.fsmonitor=false", "-c", "log.showSignature=false", "-c", "core.hooksPath=/dev/null", "-c",
    "protocol.allow=never",    "-c", "diff.external=", "-c", "color.ui=false",
)  # fmt: skip
"""Against settings of a repository that would run a program or reach a server. The work tree, whose files pass filters, isn't looked at."""
_TODO = re.compile(
    r"(?:^|\s)(?:#+|//+|/\*+|\*|--|<!--|;+)\s*(?:TODO|FIXME|XXX|HACK)\b(?:\([^)]*\))?[: ]\s*(?P<text>.{3,160})"
)
"""In a comment, at its beginning."""
_CODE = re.compile(
    r"\.(py|js|mjs|ts|tsx|jsx|rs|go|java|kt|c|h|cc|cpp|hpp|cs|rb|php|sh|swift|scala|ex|exs|hs|lua|sql|md|rst|txt|toml|ya?ml|css|html)$"
)


class TextFile(Frozen):
    """A file of the project, by its path in it, with its text, as far as it was read."""

    file: str
    text: str


class Commit(Frozen):
    """A commit: its short hash, day, subject and the files that it changed."""

    hash: str
    day: str
    subject: str
    files: tuple[str, ...] = ()


class OpenTask(Frozen):
    """A note to oneself in a file, such as TODO."""

    file: str
    line: int
    text: str


class Project(Frozen):
    """A project, as far as it was read. `about` are README and change log; `changes` is the diff of the last commits."""

    name: str
    files: tuple[str, ...]
    more: bool
    about: tuple[TextFile, ...]
    commits: tuple[Commit, ...]
    changes: str
    tasks: tuple[OpenTask, ...]
    tests: tuple[TestResults, ...]

    def text_of(self, kind: str) -> TextFile | None:
        """Return the README ("readme") or the change log ("changelog"), if there is one."""
        names = ("readme",) if kind == "readme" else _READ_FIRST[1:]
        return next((one for one in self.about if one.file.rpartition("/")[2].partition(".")[0].lower() in names), None)


def read_project(folder: Path) -> Project:
    """Read what a project says of itself. Raises LecternError if there is no such folder."""
    if not folder.is_dir():
        raise LecternError(f"There is no folder {folder}")
    found = _files(folder)
    files = tuple(found[:MOST_FILES])
    return Project(
        name=folder.resolve().name, files=files, more=len(found) > MOST_FILES, about=tuple(_about(folder)),
        commits=_commits(folder), changes=_changes(folder), tasks=tuple(_tasks(folder, files)), tests=results_in(folder, files),
    )  # fmt: skip


def read_text(folder: Path, file: str) -> str:
    """Return the beginning of a text without secrets; "" for what is none, is a link, or is never opened."""
    return without_secrets(_raw_text(folder, file))


def _raw_text(folder: Path, file: str) -> str:
    name = file.rpartition("/")[2].lower()
    if any(fnmatch.fnmatch(name, pattern) for pattern in _SECRET):
        return ""
    try:
        handle = os.open(folder / file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return ""
    with os.fdopen(handle, "rb") as opened:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return ""
        content = opened.read(LARGEST)
    return "" if b"\0" in content else content.decode("utf-8", "replace")


def without_secrets(text: str) -> str:
    """Return a text in which what looks like a secret is blacked out."""
    for match in sorted(secrets_in_text(text), key=lambda one: -one.start):
        text = f"{text[: match.start]}[{match.kind}]{text[match.end :]}"
    return text


def _files(folder: Path) -> list[str]:
    found = list[str]()
    for place, folders, names in os.walk(folder):
        here = Path(place)
        folders[:] = sorted(
            n for n in folders if n not in _PASSED_OVER and not n.startswith(".") and not (here / n).is_symlink()
        )
        found += [
            (here / name).relative_to(folder).as_posix()
            for name in sorted(names)
            if not name.startswith(".") and not (here / name).is_symlink()
        ]
        if len(found) > MOST_FILES:
            break
    return found[: MOST_FILES + 1]


def _about(folder: Path) -> Iterator[TextFile]:
    named = [file.name for file in folder.iterdir() if file.stem.lower() in _READ_FIRST and not file.is_symlink()]
    for name in sorted(named, key=lambda name: (_READ_FIRST.index(name.partition(".")[0].lower()), name)):
        if text := read_text(folder, name):
            yield TextFile(file=name, text=text)


def _commits(folder: Path) -> tuple[Commit, ...]:
    said = _git(
        folder, "log", f"-{MOST_COMMITS}", "--no-merges", "--format=%x01%h%x00%as%x00%s", "--name-only", "--no-renames"
    )
    found = []
    for entry in said.split("\x01")[1:]:
        head, *files = [line for line in entry.splitlines() if line]
        hash, day, subject = head.split("\0")[:3]
        found.append(Commit(hash=hash, day=day, subject=without_secrets(subject)[:200], files=tuple(files[:50])))
    return tuple(found)


def _changes(folder: Path) -> str:
    """Return the diff of the last ten commits, without files that hold secrets."""
    hidden = [f":(exclude,glob,icase)**/{pattern}" for pattern in _SECRET]
    said = _git(
        folder, "log", "-10", "-p", "--no-merges", "--no-ext-diff", "--no-textconv", "--submodule=short", "--format=%n%h %s", "-U1",
        "--", ".", *hidden,
    )  # fmt: skip
    return without_secrets(said[:LARGEST])


def _git(folder: Path, *arguments: str) -> str:
    """Return what git says of the repository that begins in `folder` (not of one around it); "" where there is none."""
    if not (folder / ".git").exists():
        return ""
    try:
        return run_briefly(["git", *_GIT, "-C", str(folder), *arguments]).stdout
    except (OSError, subprocess.SubprocessError, LecternError):
        return ""


def _tasks(folder: Path, files: Sequence[str]) -> Iterator[OpenTask]:
    read, count = 0, 0
    for file in files:
        if not _CODE.search(file) or read > MOST_READ:
            continue
        text = _raw_text(folder, file)
        read += len(text)
        for number, line in enumerate(text.splitlines(), 1):
            if len(line) < 1000 and (found := _TODO.search(line)):
                yield OpenTask(file=file, line=number, text=without_secrets(found["text"].strip(" */-#>")))
                count += 1
                if count == MOST_TODOS:
                    return
