"""A sandbox by bubblewrap (Linux): how a command is started in it, so that it can't get out, whoever Lectern runs as."""

import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from ...base.errors import LecternError
from ...base.files import digest, write_atomic
from ...base.hangs import run_briefly
from ..terminal.shell_folders import ShellFolders
from .ordinary_user import OWNER, runs_as_root
from .system_calls import filter_program
from .tools import SYSTEM, shim_folders, tool_folders

HOME = Path("/home/me")
"""Where programs in a sandbox find their home."""
RC = Path("/run/lectern")
MOST_PROCESSES = max(1024, 64 * (os.cpu_count() or 1))
"""Processes and threads that there may be in a sandbox at once: builds start several for each processor."""
_HIDDEN = ("/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-", "/proc/keys")
_USERS = f"root:x:0:0::/root:/usr/sbin/nologin\nme:x:{OWNER}:{OWNER}::{HOME}:/bin/bash\n"
_GROUPS = f"root:x:0:\nme:x:{OWNER}:\n"
_OPEN_FILES = 'exec 8<"$1" 9<"$2"; shift 2; exec "$@"'
"""Opens bubblewrap's arguments and its filter; so neither is in the command line that programs can read."""
_NONE: Mapping[str, str] = MappingProxyType({})
_FIRST_PROCESS = '"$@"; exit $?'
"""What every other process of the sandbox is below. Bubblewrap's own would be without the filter, and could be traced."""
_WITHOUT = "Without a sandbox, what the capture runs has all your rights"
_INSTALL_HINT = (
    f"Install bubblewrap (Debian, Ubuntu: sudo apt install bubblewrap; Fedora: sudo dnf install bubblewrap). {_WITHOUT}"
)


def sandbox_missing() -> str:
    """Return why there can be no sandbox on this computer, with the way out; "" if bubblewrap is there."""
    if not sys.platform.startswith("linux"):
        return (
            f"there is no sandbox on this system: it needs Linux with bubblewrap (on Windows: inside WSL). {_WITHOUT}"
        )
    return (
        "" if shutil.which("bwrap") else f"the sandbox needs bubblewrap (bwrap), which was not found. {_INSTALL_HINT}"
    )


def sandbox_command(
    place: ShellFolders, path: str, variables: Mapping[str, str] = _NONE, more: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Return what goes before a command that runs in a sandbox with the home of `place`; the tools of `path` can be used.

    `variables` are the episode's: they are set inside, because some would make programs outside run something else, too
    (LD_PRELOAD, PATH). `more` are further arguments of bubblewrap. The home now belongs to `OWNER` where Lectern runs as
    root. Raises LecternError with the way out where there is no bubblewrap, or where the system doesn't let it work.
    """
    if problem := sandbox_missing():
        raise LecternError(problem)
    as_root = runs_as_root()
    arguments = "\0".join((*_separation(as_root), *_view(place, path, as_root), *more))
    files = place.rc / f"sandbox-{digest(arguments, 12)}", place.rc / "system-calls"
    for file, content in zip(files, (arguments.encode(), filter_program()), strict=True):
        write_atomic(file, content, inside=None, private=True)
    if as_root:
        _give_away(place.home)
    bwrap = ("sh", "-c", _OPEN_FILES, "sandbox", *map(str, files), "bwrap", "--args", "8", "--seccomp", "9", "--")
    command = (*bwrap, *(_as_owner() if as_root else ()), *_limits(as_root), "sh", "-c", _FIRST_PROCESS, "sandbox")
    _check_sandbox(command)
    return (*command, "env", *(f"{name}={value}" for name, value in variables.items()))


def path_inside(place: ShellFolders, path: Path) -> Path:
    """Return where a file of the place is, seen from within the sandbox."""
    return HOME / path.relative_to(place.home)


def _as_owner() -> tuple[str, ...]:
    who = ("--reuid", str(OWNER), "--regid", str(OWNER), "--clear-groups")
    return ("setpriv", *who, "--bounding-set=-all", "--inh-caps=-all", "--")


def _limits(as_root: bool) -> tuple[str, ...]:
    """Return what bounds how many processes there are in a sandbox at once: one that starts others without end stops there.

    The kernel counts those of a user, and since 5.14 of a user in their namespace; before that, all that the person runs would count.
    """
    counted = as_root or _kernel_version() >= (5, 14)
    if not counted or not shutil.which("prlimit"):
        return ()
    return "prlimit", f"--nproc={MOST_PROCESSES}:{MOST_PROCESSES}", "--"


def _kernel_version() -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", platform.release())[:2]))


def _give_away(home: Path) -> None:
    for folder, _, files in os.walk(home):
        for entry in (folder, *(os.path.join(folder, file) for file in files)):
            os.chown(entry, OWNER, OWNER, follow_symlinks=False)


def _separation(as_root: bool) -> Iterator[str]:
    """Yield what the sandbox has of its own: processes, network, everything; and no rights."""
    spaces = ("ipc", "pid", "net", "uts", "cgroup-try", *(() if as_root else ("user",)))
    yield from (f"--unshare-{space}" for space in spaces)
    yield from ("--die-with-parent", "--as-pid-1", "--hostname", "studio", "--cap-drop", "ALL")
    for right in ("SETUID", "SETGID", "SETPCAP") if as_root else ():
        yield from ("--cap-add", f"CAP_{right}")  # setpriv needs them to become the owner, and loses them by that
    yield from () if as_root else ("--uid", str(OWNER), "--gid", str(OWNER))


def _view(place: ShellFolders, path: str, as_root: bool) -> Iterator[str]:
    """Yield what can be seen: the system and the tools as they are, a home, and a few devices."""
    for folder in SYSTEM:
        yield from _bind_arguments(folder)
    for name, content in (("passwd", _USERS), ("group", _GROUPS)):
        (place.rc / name).write_text(content, encoding="utf-8")
        yield from ("--ro-bind", str(place.rc / name), f"/etc/{name}")
    yield from ("--proc", "/proc", "--dev", "/dev")
    for file in _HIDDEN:
        yield from ("--ro-bind", "/dev/null", file) if os.path.exists(file) else ()
    for folder in ("/tmp", "/run", "/dev/shm"):
        yield from ("--perms", "1777", "--tmpfs", folder)
    tools = tool_folders(path, Path.home().resolve())
    for above in sorted({parent for shown in (HOME, RC, *tools) for parent in shown.parents[:-1]}):
        yield from ("--dir", str(above))  # the owner can enter them, whatever those on this computer allow
    yield from ("--bind", str(place.home), str(HOME), "--ro-bind", str(place.rc), str(RC))
    for tool in tools:
        yield from ("--ro-bind-try", str(tool.resolve()), str(tool))
    for shims in shim_folders(path):
        yield from ("--bind", str(_own_copy(shims, place.rc, as_root)), str(shims))
    yield from ("--remount-ro", "/", "--chdir", str(path_inside(place, place.work)))


def _own_copy(folder: Path, rc: Path, as_root: bool) -> Path:
    """Copy a folder for programs that write into it, or fail (`pip install` with pyenv); the person's stays as it is."""
    copy = Path(
        tempfile.mkdtemp(prefix=f"{folder.name}-", dir=rc)
    )  # a new one: programs may have put links into another
    shutil.copytree(folder, copy, symlinks=True, dirs_exist_ok=True)
    if as_root:
        _give_away(copy)
    return copy


def _bind_arguments(folder: str) -> tuple[str, ...]:
    """Show a folder of the system as it is there: a link as a link."""
    if os.path.islink(folder):
        return "--symlink", os.readlink(folder), folder
    return "--ro-bind-try", folder, folder


def _check_sandbox(command: tuple[str, ...]) -> None:
    done = run_briefly([*command, "true"])
    if done.returncode:
        raise LecternError(
            f"bubblewrap can't make a sandbox here: {done.stderr.strip() or done.returncode}. It has to be bubblewrap 0.5 "
            "or later, and unprivileged user namespaces have to be allowed (sysctl kernel.unprivileged_userns_clone=1; "
            f"in a container, --security-opt seccomp=unconfined). {_WITHOUT}"
        )
