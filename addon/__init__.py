"""bpy and nothing but glue: what Blender is told when the extension is switched on, undone in reverse."""

from contextlib import ExitStack

_undo = ExitStack()


def register(classes: tuple[type, ...]) -> None:
    """Switches Lectern on: its settings, its properties, `classes` (operators, panels), its command, its timer.

    A failure undoes what was done before it.
    """
    from . import wheels

    wheels.check_wheels()
    wheels.mend_programs()
    from . import cast, commands, follow, preferences, properties

    with ExitStack() as undo:
        for part in (preferences, properties, cast):
            part.register()
            undo.callback(part.unregister)
        _register_classes(classes, undo)
        for part in (commands, follow):
            part.register()
            undo.callback(part.unregister)
        _undo.push(undo.pop_all())


def unregister() -> None:
    """Takes back everything that `register` did."""
    _undo.close()


def _register_classes(classes: tuple[type, ...], undo: ExitStack) -> None:
    import bpy

    for cls in classes:
        bpy.utils.register_class(cls)
        undo.callback(bpy.utils.unregister_class, cls)

