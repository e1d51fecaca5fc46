"""Lectern: narrated videos on Blender's timeline.

The root holds nothing but Blender's two entry points; everything is imported inside them, so that the package can be
used without Blender.
"""


def register() -> None:
    """Called by Blender when the extension is switched on."""
    from . import addon, operators, panels

    addon.register((*operators.classes(), *panels.classes()))


def unregister() -> None:
    """Called by Blender when the extension is switched off."""
    from . import addon

    addon.unregister()
