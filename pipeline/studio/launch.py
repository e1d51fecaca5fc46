"""Child processes of Lectern itself: the same program, whatever the package's folder and name are here.

Installed with pip the package is `lectern`; inside Blender it is `bl_ext.<repository>.lectern`, which no other process can import,
and its wheels lie where only Blender looks. A folder with a `__main__.py` can be run as it is, so that is what a
child runs, with this process's search path.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def child_command(*arguments: str) -> list[str]:
    """The command line that runs Lectern's command line with `arguments` in a process of its own."""
    return [sys.executable, str(ROOT), *arguments]


def child_environment() -> dict[str, str]:
    """This process's environment, with the folders its packages come from."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if _holds_packages(p))}


def _holds_packages(path: str) -> bool:
    """Not Blender's own scripts: their `bpy` works inside Blender alone, and would hide the module of that name."""
    return bool(path) and Path(path).is_dir() and not Path(path, "bpy", "__init__.py").is_file()
