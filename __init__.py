"""Lectern: narrated videos on Blender's timeline.

This module contains only Blender's two entry points. They import everything inside themselves, so that the package can
be used without Blender.
"""


def register() -> None:
    """Register Lectern in Blender. Blender calls this when the extension is enabled."""
    from . import addon, operators, panels

    addon.register((*operators.classes(), *panels.classes()), panels.menu_entries())


def unregister() -> None:
    """Remove Lectern from Blender. Blender calls this when the extension is disabled."""
    from . import addon

    addon.unregister()
