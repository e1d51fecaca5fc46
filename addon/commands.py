"""Lectern's command line inside Blender: ``blender -b --command lectern build DIR``."""

import os
from typing import Any

import bpy

PROGRAM = "blender -b --command lectern"

_handles: list[Any] = []


def run(argv: list[str]) -> int:
    """Runs the command line with `argv`; the exit code. What it renders is rendered by this Blender."""
    from ..pipeline.cli.main import main

    os.environ.setdefault("LECTERN_BLENDER", bpy.app.binary_path)
    return main(argv, PROGRAM)


def register() -> None:
    _handles.append(bpy.utils.register_cli_command("lectern", run))


def unregister() -> None:
    bpy.utils.unregister_cli_command(_handles.pop())
