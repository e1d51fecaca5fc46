"""Lectern's command line inside Blender: ``blender -b --command lectern build DIR``."""

import os
from typing import Any

import bpy

from .child import environment

PROGRAM = "blender -b --command lectern"

_handles: list[Any] = []


def run(argv: list[str]) -> int:
    """Runs the command line with `argv`; the exit code. The processes it starts use this Blender and its packages."""
    from ..pipeline.cli.main import main

    before = dict(os.environ)
    os.environ.update(environment())
    try:
        return main(argv, PROGRAM)
    finally:
        os.environ.clear()
        os.environ.update(before)


def register() -> None:
    _handles.append(bpy.utils.register_cli_command("lectern", run))


def unregister() -> None:
    bpy.utils.unregister_cli_command(_handles.pop())
