"""Lectern's command line inside Blender: ``blender -b --command lectern build DIR``."""

import os
from typing import Any

import bpy

from .child import environment

PROGRAM = "blender -b --command lectern"

_handles: list[Any] = []
"""What Blender returned for the registered command."""


def run(argv: list[str]) -> int:
    """Run the command line with `argv` and return its exit code.

    The processes it starts use this Blender and its packages.
    """
    from ..pipeline.cli.main import main

    before = dict(os.environ)
    os.environ.update(environment())
    try:
        return main(argv, PROGRAM)
    finally:
        os.environ.clear()
        os.environ.update(before)


def register() -> None:
    """Add ``lectern`` to the commands of ``blender --command``."""
    _handles.append(bpy.utils.register_cli_command("lectern", run))


def unregister() -> None:
    """Remove the command."""
    bpy.utils.unregister_cli_command(_handles.pop())
