"""Programs of a desktop behind bubblewrap: their own home, the system to read, the screen, and no network unless asked."""

import os
import shutil
from pathlib import Path

from ...errors import LecternError
from ..terminal.place import Place
from .display import Display
from .room import runtime


def sandboxed(argv: list[str], place: Place, shown: Display, network: bool) -> list[str]:
    """The command that runs `argv` there. LecternError where bubblewrap is missing: nothing runs outside instead."""
    program = shutil.which("bwrap")
    if program is None:
        raise LecternError("sandbox: true needs bubblewrap, and it was not found. Install it (sudo apt install bubblewrap)")
    screen = f"/tmp/.X11-unix/X{shown.name.lstrip(':')}"
    owned = [str(Path.home()), "/root", "/home", "/tmp", "/run", "/mnt", "/media"]
    hidden = [part for folder in dict.fromkeys(owned) if os.path.isdir(folder) for part in ("--tmpfs", folder)]
    return [
        program, "--die-with-parent", "--unshare-all", *(["--share-net"] if network else []), "--ro-bind", "/", "/",
        "--dev", "/dev", "--proc", "/proc", *hidden, "--bind", str(place.home), str(place.home),
        "--bind", str(runtime(place)), str(runtime(place)), "--ro-bind", str(shown.authority), str(shown.authority),
        "--bind", screen, screen, "--", *argv,
    ]  # fmt: skip
