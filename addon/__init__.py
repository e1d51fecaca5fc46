"""bpy and nothing but glue: what Blender is told when the extension is switched on, undone in reverse."""

import sys
from contextlib import ExitStack

from ..pipeline.errors import LecternError

_undo = ExitStack()


def register(classes: tuple[type, ...]) -> None:
    """Switches Lectern on: its settings, its properties, `classes` (operators, panels), its command, its timer.

    A failure undoes what was done before it.
    """
    _check_packages()
    from . import commands, follow, preferences, properties

    with ExitStack() as undo:
        for part in (preferences, properties):
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


def _check_packages() -> None:
    """A zip packed for another Python installs, but none of its binary wheels does; say so instead of a missing module."""
    try:
        import pydantic_core  # noqa: F401
    except ImportError as error:
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise LecternError(
            f"This zip of Lectern was packed for another Python than this Blender's ({python}): install the one whose "
            f"name says py{python.replace('.', '')}, or for Python 3.13, the one that says none."
        ) from error
