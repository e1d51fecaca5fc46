"""Checks and repairs of the wheels that Blender's extension installer has unpacked."""

import importlib.util
import os
import sys
from pathlib import Path

from ..pipeline.base.errors import LecternError

PROGRAMS = {"playwright": "driver/node"}
"""Programs inside packages, by package. Blender unpacks wheels without the permission to execute a file."""


def check_wheels() -> None:
    """Raise LecternError if the packages were built for another Python version.

    Blender installs such a zip without complaint, but its compiled modules can't be imported.
    """
    try:
        import pydantic  # noqa: F401
    except ImportError as error:
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise LecternError(
            f"This zip of Lectern was built for another Python version than this Blender's ({python}). Install the zip "
            f"with py{python.replace('.', '')} in its name (for Python 3.13: the zip with no Python version in its name)."
        ) from error


def restore_exec_bits() -> None:
    """Make the programs inside the packages executable again."""
    for package, program in PROGRAMS.items():
        spec = importlib.util.find_spec(package)
        file = Path(spec.origin).parent / program if spec and spec.origin else None
        if file and file.is_file() and not os.access(file, os.X_OK):
            file.chmod(file.stat().st_mode | 0o111)
