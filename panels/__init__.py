"""The panels in the sequencer's sidebar, and menus. They only draw; nothing is computed here."""

from collections.abc import Callable
from typing import Any


def classes() -> tuple[type, ...]:
    """Return every panel, menu and list, parents before their children."""
    from . import (
        assistant,
        captures,
        changes,
        characters,
        inspector,
        jobs,
        library,
        menus,
        preview,
        scenes,
        script,
        sidebar,
        voices,
    )

    modules = (
        menus,
        sidebar,
        assistant,
        changes,
        scenes,
        inspector,
        preview,
        characters,
        voices,
        library,
        captures,
        jobs,
        script,
    )
    return tuple(cls for module in modules for cls in module.CLASSES)


def menu_entries() -> tuple[tuple[str, Callable[[Any, Any], None]], ...]:
    """Return Blender's menus to which Lectern adds an entry, and what draws it."""
    from .menus import draw_in_context_menu, draw_in_header

    return (
        ("SEQUENCER_MT_editor_menus", draw_in_header),
        ("SEQUENCER_MT_context_menu", draw_in_context_menu),
        ("SEQUENCER_MT_preview_context_menu", draw_in_context_menu),
    )
