"""Lectern's shortcuts in the sequencer: a keymap of its own, which the person can change in the preferences."""

import bpy

KEYS: tuple[tuple[str, str, dict[str, bool], dict[str, str]], ...] = (
    ("lectern.build_episode", "B", {"ctrl": True, "alt": True}, {}),
    ("lectern.edit_words", "E", {"ctrl": True, "alt": True}, {}),
    ("lectern.show_in_script", "T", {"ctrl": True, "alt": True}, {}),
    ("lectern.rebuild_scene", "R", {"ctrl": True, "alt": True}, {}),
    ("lectern.move_element", "G", {"ctrl": True, "alt": True}, {}),
    ("lectern.go_to_fault", "F", {"ctrl": True, "alt": True}, {}),
    ("wm.call_menu", "L", {"ctrl": True, "alt": True}, {"name": "LECTERN_MT_strip"}),
)
"""The operator, the key, the keys held with it, and the operator's properties."""

_added: list[tuple[bpy.types.KeyMap, bpy.types.KeyMapItem]] = []


def draw(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """Draw the shortcuts so that they can be changed."""
    import rna_keymap_ui

    keys = context.window_manager.keyconfigs.user
    keymap = keys.keymaps.get("Sequencer") if keys else None
    for item in keymap.keymap_items if keymap else ():
        is_menu = item.idname == "wm.call_menu" and item.properties.get("name") == "LECTERN_MT_strip"
        if item.idname.startswith("lectern.") or is_menu:
            rna_keymap_ui.draw_kmi([], keys, keymap, item, layout, 0)


def register() -> None:
    """Add the shortcuts; without a window there are no keys."""
    keys = bpy.context.window_manager.keyconfigs.addon
    if bpy.app.background or keys is None:
        return
    keymap = keys.keymaps.new(name="Sequencer", space_type="SEQUENCE_EDITOR")
    for operator, key, held, properties in KEYS:
        item = keymap.keymap_items.new(operator, key, "PRESS", **held)
        for name, value in properties.items():
            setattr(item.properties, name, value)
        _added.append((keymap, item))


def unregister() -> None:
    """Remove the shortcuts."""
    while _added:
        keymap, item = _added.pop()
        keymap.keymap_items.remove(item)
