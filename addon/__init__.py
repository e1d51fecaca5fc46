"""Everything that needs Blender: registration, properties, preferences, background commands and headless tasks."""

from contextlib import ExitStack

_undo = ExitStack()


def register(classes: tuple[type, ...]) -> None:
    """Register everything that Lectern adds to Blender: its own settings and properties, then `classes`, then the timer.

    `classes` are the operators and panels, parents before children. If a step fails, the steps before it are undone.
    Raises LecternError if the packages in the zip were built for another version of Python.
    """
    from . import wheels

    wheels.check_wheels()
    wheels.restore_exec_bits()
    from . import character_list, commands, preferences, properties, saving, timer

    with ExitStack() as undo:
        for module in (preferences, properties, character_list):
            module.register()
            undo.callback(module.unregister)
        _register_classes(classes, undo)
        for module in (commands, saving, timer):
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
