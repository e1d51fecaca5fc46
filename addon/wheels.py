"""What Blender's installer does to the wheels of an extension, made good."""

import importlib.util
import os
import sys
from pathlib import Path

from ..pipeline.errors import LecternError

PROGRAMS = {"playwright": "driver/node"}
"""Programs inside packages: Blender unpacks wheels without the bit that lets a file be run."""


def check_wheels() -> None:
    """Raises LecternError where the packages are another Python's: such a zip installs, its binaries don't."""
    try:
        import pydantic  # noqa: F401
    except ImportError as error:
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise LecternError(
            f"This zip of Lectern was packed for another Python than this Blender's ({python}): install the one whose "
            f"name says py{python.replace('.', '')}, or for Python 3.13, the one that says none."
        ) from error


def mend_programs() -> None:
    """Lets the programs inside the packages be run."""
    for package, program in PROGRAMS.items():
        spec = importlib.util.find_spec(package)
        file = Path(spec.origin).parent / program if spec and spec.origin else None
        if file and file.is_file() and not os.access(file, os.X_OK):
            file.chmod(file.stat().st_mode | 0o111)
