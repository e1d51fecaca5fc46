"""Start Lectern itself as a child process, whatever the package's folder and name are here.

Installed with pip, the package is `lectern`. Inside Blender it is `bl_ext.<repository>.lectern`, which no other process can
import, and its wheels are where only Blender looks. But Python runs any folder with a `__main__.py`, so a child runs that
folder, with this process's search path.
"""

import ctypes
import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODULE = "--module"
"""What `__main__` takes as its first argument where not the command line is wanted, but `main` of another module."""
OFFLINE = "LECTERN_OFFLINE"
"""The variable that Lectern in Blender sets for its processes where online access is not allowed."""
RUN = "LECTERN_RUN"
"""The variable that says under which id a process notes its run, where whoever starts it has chosen one."""
_PARENT_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of Linux's prctl."""


def child_command(*arguments: str) -> list[str]:
    """Return the command that runs Lectern's command line with `arguments` in a process of its own."""
    return [sys.executable, str(ROOT), *arguments]


def module_command(module: str, *arguments: str) -> list[str]:
    """Return the command that runs `main` of a `module` ("pipeline.voice.…") in a process of its own.

    Only that module is loaded, and what it imports.
    """
    return [sys.executable, str(ROOT), MODULE, module, *arguments]


def child_environment() -> dict[str, str]:
    """Return this process's environment, with the folders that its packages come from."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if _holds_packages(p))}


def follow_parent(number: int) -> None:
    """Have the system send this process the signal `number` when its parent ends, however it ends (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, number, 0, 0, 0)


def _holds_packages(path: str) -> bool:
    """Return whether `path` may be passed on: Blender's own scripts have a `bpy` that would hide the module of that name."""
    return bool(path) and Path(path).is_dir() and not Path(path, "bpy", "__init__.py").is_file()
