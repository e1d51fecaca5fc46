"""Draw the sidebar without a window."""

import bpy

from lectern import panels

ICONS = set(bpy.types.UILayout.bl_rna.functions["label"].parameters["icon"].enum_items.keys())


class Layout:
    """Replaces Blender's layout, which exists only while a window draws. Refuses what Blender would refuse."""

    def __init__(self, shown: list[str]) -> None:
        self.shown = shown

    def _part(self, **_: object) -> "Layout":
        return Layout(self.shown)

    row = column = box = split = grid_flow = _part

    def label(self, text: str = "", icon: str = "NONE", icon_value: int = 0) -> None:
        assert icon in ICONS
        self.shown.append(text)

    def template_icon(self, icon_value: int, scale: float) -> None:
        self.shown.append(f"picture {icon_value}")

    def separator(self) -> None:
        """Draw nothing that can be read."""

    def operator(self, name: str, text: str | None = None, icon: str = "NONE", emboss: bool = True) -> "Layout":
        assert icon in ICONS
        known = getattr(bpy.ops.lectern, name.removeprefix("lectern.")).get_rna_type()
        self.shown.append(known.name if text is None else text)
        return self

    def operator_menu_enum(self, name: str, property: str, icon: str = "NONE") -> None:
        assert property in getattr(bpy.ops.lectern, name.removeprefix("lectern.")).get_rna_type().properties
        self.operator(name, icon=icon)

    def menu(self, name: str, text: str | None = None, icon: str = "NONE") -> None:
        assert icon in ICONS
        self.shown.append(getattr(bpy.types, name).bl_label if text is None else text)

    def prop(self, data: object, name: str, **_: object) -> None:
        self.shown.append(f"{name}: {getattr(data, name)}")

    def prop_enum(self, data: object, name: str, value: str) -> None:
        self.shown.append(data.bl_rna.properties[name].enum_items[value].name)

    def progress(self, factor: float, text: str) -> None:
        self.shown.append(f"{factor:.2f} {text}")

    def template_list(self, kind: str, _id: str, data: object, name: str, *active: object, **_: object) -> None:
        found = getattr(bpy.types, kind)
        chooser = type("Chooser", (), {"bitflag_filter_item": 1})()
        flags = found.filter_items(chooser, bpy.context, data, name)[0] if "filter_items" in vars(found) else []
        for number, item in enumerate(getattr(data, name)):
            if flags and not flags[number]:
                continue
            getattr(bpy.types, kind).draw_item(self, bpy.context, Layout(self.shown), data, item, 0, *active, number)


def menus() -> dict[str, list[str]]:
    """Return the texts of the entries of each of Lectern's menus, by the menu's name."""
    found: dict[str, list[str]] = {}
    for cls in (c for c in panels.classes() if issubclass(c, bpy.types.Menu)):
        holder = type("Drawn", (), {"layout": Layout(found.setdefault(cls.__name__, []))})()
        cls.draw(holder, bpy.context)
    return found


def drawn() -> list[str]:
    """Return the texts that the panels show now."""
    shown: list[str] = []
    for cls in (c for c in panels.classes() if issubclass(c, bpy.types.Panel)):
        if not hasattr(cls, "poll") or cls.poll(bpy.context):
            holder = type("Drawn", (), {"layout": Layout(shown)})()
            cls.draw(holder, bpy.context)
    return shown
