"""An ordinary user's view for programs outside of a sandbox where Lectern is root: they show whose they are.

A program of root's warns with a red bar, has another prompt, or doesn't start at all. So it runs as `OWNER` in a user
namespace: it has no rights, may do with files what their owner may, and finds the tools of root's home. This is for what is
seen, and holds nobody back; that is what the sandbox is for.
"""

import os
import shutil
import sys
from functools import cache
from pathlib import Path

from ...base.hangs import run_briefly
from ...episode.capture_block import Environment
from ..terminal.shell_folders import ShellFolders

OWNER = 61184
"""The user and group that programs are who are not to be root: nobody's on this computer (the first of those for services)."""
NAME = "me"
_LISTS = ("passwd", "group")
_BECOME = (
    'mount --bind "$1" /etc/passwd && mount --bind "$2" /etc/group && shift 2 && '
    f'exec "$0" --user --map-user={OWNER} --map-group={OWNER} -- "$@"'
)
NO_NAMESPACE = (
    "Lectern runs as root, and this system doesn't let it start programs as another user, so they may show that they are "
    "root's (a red bar, the prompt #). If that is meant, write environment: {root: true}. If not, run Lectern as an ordinary "
    "user, or allow namespaces in the container (--cap-add SYS_ADMIN --security-opt seccomp=unconfined)"
)


def runs_as_root() -> bool:
    """Return whether Lectern is root and can be another user, too: a sandbox then is `OWNER`, also to the kernel.

    Everybody else stays who they are to the kernel, in a user namespace in which they have no rights.
    """
    return sys.platform == "linux" and os.geteuid() == 0 and _is_mapped(OWNER)


def as_ordinary_user(place: ShellFolders, environment: Environment) -> tuple[str, ...]:
    """Return what goes before a command so that it doesn't run as root; nothing where it doesn't anyway, or has to."""
    if environment.root or not runs_as_root():
        return ()
    files = [place.rc / f"{name}.ordinary" for name in _LISTS]
    own = f"{NAME}:x:{OWNER}:{OWNER}::{place.home}:/bin/bash\n", f"{NAME}:x:{OWNER}:\n"
    for file, name, entry in zip(files, _LISTS, own, strict=True):
        known = Path("/etc", name)
        file.write_text(entry + (known.read_text(encoding="utf-8", errors="replace") if known.exists() else ""))
    return _command(str(files[0]), str(files[1])) if can_be_ordinary() else ()


def root_notes(environment: Environment) -> tuple[str, ...]:
    """Return a sentence for the report where programs run as root although the script doesn't ask for that."""
    asked = environment.root or environment.sandbox
    return () if asked or not runs_as_root() or can_be_ordinary() else (NO_NAMESPACE,)


@cache
def can_be_ordinary() -> bool:
    """Return whether this system lets root start programs as another user in this way."""
    if not shutil.which("unshare"):
        return False
    return run_briefly([*_command("/etc/passwd", "/etc/group"), "true"]).returncode == 0


def _command(passwd: str, group: str) -> tuple[str, ...]:
    """Return the command with paths of Lectern's own: an episode's PATH has nothing to say here."""
    unshare = shutil.which("unshare") or "unshare"
    become = shutil.which("sh") or "/bin/sh", "-c", _BECOME, unshare, passwd, group
    return unshare, "--mount", "--propagation", "private", "--", *become


def _is_mapped(user: int) -> bool:
    rows = (map(int, line.split()) for line in Path("/proc/self/uid_map").read_text().splitlines())
    return any(first <= user < first + count for first, _, count in rows)
