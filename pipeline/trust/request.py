"""What a person is asked about before it happens: one thing that would run or be contacted."""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field

from ..base.files import content_digest, digest
from ..base.frozen import Frozen

PermissionKind = Literal[
    "terminal", "desktop", "editor", "ide", "browser", "sandbox", "variable", "login", "secret", "model", "folder", "host",
    "file", "plug-in", "program", "provider", "voice",
]  # fmt: skip


class PermissionRequest(Frozen):
    """One thing that would run or be contacted: `where` is file:line, `what` a person reads.

    `content` is what else it depends on: a file's hash, or a step to the letter. `files` are those that it covers, each with
    the hash of what is in it. `personal` is what no sandbox holds: it runs with the person's rights, or in their name.
    `host` is the server that is contacted, `to_service` whether it is a service that is sent something. `reaches_out`: what
    runs in a sandbox has the network.
    """

    kind: PermissionKind
    where: str
    what: str
    content: str = ""
    files: tuple[tuple[str, str], ...] = ()
    personal: bool = False
    host: str = Field("", exclude=True)
    to_service: bool = Field(False, exclude=True)
    reaches_out: bool = Field(False, exclude=True)


def host_request(host: str, where: str) -> PermissionRequest:
    """Return the request to open pages of `host`, as the line `where` of the script asks."""
    return PermissionRequest(kind="host", where=where, what=host.lower(), host=host.lower())


def service_request(host: str, where: str, what: str) -> PermissionRequest:
    """Return the request to send something to a service at `host`, as `what` says and the file `where` asks."""
    return PermissionRequest(kind="host", where=where, what=what, host=host, to_service=True)


def hash_of_files(files: list[Path], base: Path) -> str:
    """Return the hash of files, by their names relative to `base` and what they hold."""
    named = (os.path.relpath(file, base).encode() + b"\0" + bytes.fromhex(content_digest(file)) for file in files)
    return digest(b"".join(named))


def files_below(folder: Path) -> list[Path]:
    """Return all files in a folder and its folders, sorted."""
    return sorted(file for file in folder.rglob("*") if file.is_file())
