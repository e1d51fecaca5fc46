"""Everything that needs Blender: registration, properties, preferences, background commands and headless tasks."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any

DrawMenu = Callable[[Any, Any], None]
"""Draws in a menu, given the menu and Blender's context."""

_undo = ExitStack()


def register(classes: tuple[type, ...], menu_entries: Iterable[tuple[str, DrawMenu]] = ()) -> None:
    """Register everything that Lectern adds to Blender: its own settings and properties, then `classes`, then the timer.

    `classes` are the operators and panels, parents before children; `menu_entries` are names of Blender's menus and what
    draws an entry at their end. If a step fails, the steps before it are undone.
    Raises LecternError if the packages in the zip were built for another version of Python.
    """
    from . import wheels

    wheels.check_wheels()
    wheels.restore_exec_bits()
    from . import (
        character_list,
        commands,
        keymap,
        line_mark,
        preferences,
        properties,
        saving,
        script_undo,
        take_marks,
        timer,
    )
    from .preview import draw, handles

    with ExitStack() as undo:
        for module in (preferences, properties, character_list):
            module.register()
            undo.callback(module.unregister)
        _register_classes(classes, undo)
        _add_entries(menu_entries, undo)
        for module in (commands, saving, keymap, script_undo, line_mark, take_marks, draw, handles, timer):
            module.register()
            undo.callback(module.unregister)
        _undo.push(undo.pop_all())


def unregister() -> None:
    """Undo everything that `register` did, in reverse order."""
    _undo.close()


def _register_classes(classes: tuple[type, ...], undo: ExitStack) -> None:
    import bpy

    for cls in classes:
        bpy.utils.register_class(cls)
        undo.callback(bpy.utils.unregister_class, cls)


def _add_entries(entries: Iterable[tuple[str, DrawMenu]], undo: ExitStack) -> None:
    import bpy

    for name, draw in entries:
        menu = getattr(bpy.types, name)
        menu.append(draw)
        undo.callback(menu.remove, draw)
