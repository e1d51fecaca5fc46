"""The library: everything that can be put on the timeline."""

from pathlib import Path

import bpy

from ..addon.character_list import icon_of
from ..addon.properties import LecternLibraryItem, LecternPanel
from .sidebar import EpisodeTab

ICONS = {
    "character": "USER",
    "image": "IMAGE_DATA",
    "footage": "FILE_MOVIE",
    "sound": "FILE_SOUND",
    "clip": "SEQ_STRIP_META",
    "take": "REC",
}


class LECTERN_UL_library(bpy.types.UIList):
    """The list of things, with small pictures of those that have one."""

    def draw_item(
        self, context: bpy.types.Context, layout: bpy.types.UILayout, data: LecternPanel, item: LecternLibraryItem,
        icon: int, active_data: LecternPanel, active_property: str, index: int = 0, flt_flag: int = 0,
    ) -> None:  # fmt: skip
        """Draw one thing, with a button that puts it on the timeline."""
        row = layout.row(align=True)
        split = row.split(factor=0.62, align=True)
        if item.picture:
            split.label(text=item.name, icon_value=icon_of(Path(item.picture)))
        else:
            split.label(text=item.name, icon=ICONS.get(item.kind, "FILE"))
        place = split.row(align=True)
        place.active = False
        place.label(text=item.place)
        row.operator("lectern.add_from_library", text="", icon="ADD", emboss=False).item = index

    def filter_items(
        self, context: bpy.types.Context, data: LecternPanel, property: str
    ) -> tuple[list[int], list[int]]:
        """Return which things are shown: those of the chosen kind that have every word that is searched for."""
        return [self.bitflag_filter_item if _is_shown(data, item) else 0 for item in getattr(data, property)], []


class LECTERN_PT_library(EpisodeTab, bpy.types.Panel):
    """Characters, pictures, footage, sounds, clips and takes."""

    bl_label = "Library"
    bl_order = 5
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the filters, the list, and the picture of what is selected."""
        panel, layout = context.window_manager.lectern, self.layout
        row = layout.row(align=True)
        row.prop(panel, "library_kind", text="")
        row.prop(panel, "library_search", text="", icon="VIEWZOOM")
        layout.template_list("LECTERN_UL_library", "", panel, "library", panel, "active_item", rows=7, maxrows=12)
        item = panel.library[panel.active_item] if panel.active_item < len(panel.library) else None
        if item and item.picture and _is_shown(panel, item):
            layout.template_icon(icon_value=icon_of(Path(item.picture)), scale=6.0)
        layout.operator("lectern.add_from_library", icon="ADD")


def _is_shown(panel: LecternPanel, item: LecternLibraryItem) -> bool:
    """Return whether a thing is of the chosen kind, and has every word that is searched for."""
    words, kind = panel.library_search.casefold().split(), panel.library_kind
    return kind in ("ALL", item.kind.upper()) and all(word in f"{item.name} {item.place}".casefold() for word in words)


CLASSES = (LECTERN_UL_library, LECTERN_PT_library)
