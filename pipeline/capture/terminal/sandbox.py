"""Programs behind glass: a read-only system, a home of their own, no network unless asked for. By bubblewrap."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from ...errors import LecternError
from .place import Place

HOME = Path("/home/me")
"""Where programs in a sandbox find their home."""
RC = Path("/run/lectern")
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc", "/opt", "/nix/store", "/snap")
_HIDDEN = ("/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-")
_WAY_OUT = (
    "Install bubblewrap (Debian, Ubuntu: sudo apt install bubblewrap; Fedora: sudo dnf install bubblewrap); or take "
    '"sandbox: true" out of the capture\'s environment, and what it runs has all your rights'
)


def sandboxed(place: Place, path: str, network: bool) -> tuple[str, ...]:
    """What stands before a command that runs in a sandbox with the home of `place`; the folders of `path` can be read.

    LecternError with the way out where there is no bubblewrap, or where the system doesn't let it work.
    """
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise LecternError(f"the capture has a sandbox, and bubblewrap (bwrap) was not found. {_WAY_OUT}")
    command = (bwrap, *_glass(place, path, network))
    _try(command)
    return command


def inside(place: Place, path: Path) -> Path:
    """Where a file of the place is, seen from within the sandbox."""
    return HOME / path.relative_to(place.home)


def _glass(place: Place, path: str, network: bool) -> Iterator[str]:
    yield from ("--unshare-all", "--die-with-parent", "--hostname", "studio")
    yield from ("--share-net",) if network else ()
    for folder in (*_SYSTEM, *_own_programs(path)):
        yield from _seen(folder)
    for file in _HIDDEN:
        yield from ("--ro-bind", "/dev/null", file) if os.path.exists(file) else ()
    yield from ("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/run")
    if network:
        yield from _seen(str(Path("/etc/resolv.conf").resolve()))
    yield from ("--bind", str(place.home), str(HOME), "--ro-bind", str(place.rc), str(RC))
    yield from ("--chdir", str(inside(place, place.work)), "--")


def _seen(folder: str) -> tuple[str, ...]:
    """A folder of the system as it is there: a link as a link."""
    if os.path.islink(folder):
        return "--symlink", os.readlink(folder), folder
    return "--ro-bind-try", folder, folder


def _own_programs(path: str) -> list[str]:
    """The folders of PATH that lie outside of the system; what stands beside them in the person's home stays unseen.

    Shims (of pyenv, rbenv, asdf) are nothing without what is above them.
    """
    resolved = [Path(folder).resolve() for folder in path.split(os.pathsep) if os.path.isdir(folder)]
    folders = [str(folder.parent if folder.name == "shims" else folder) for folder in resolved]
    return [folder for folder in dict.fromkeys(folders) if not folder.startswith(tuple(f"{s}/" for s in _SYSTEM))]


def _try(command: tuple[str, ...]) -> None:
    done = subprocess.run([*command, "true"], capture_output=True, text=True, timeout=20, check=False)
    if done.returncode:
        raise LecternError(
            f"bubblewrap can't make a sandbox here: {done.stderr.strip() or done.returncode}. Unprivileged user namespaces "
            "have to be allowed (sysctl kernel.unprivileged_userns_clone=1; in a container, --security-opt "
            'seccomp=unconfined); or take "sandbox: true" out of the capture\'s environment'
        )
