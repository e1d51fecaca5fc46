"""Taking back what was changed by hand, and giving it to another strip."""

from pathlib import Path

import bpy
from bpy.props import EnumProperty, StringProperty

from ..addon.build import compile_last_timeline, save_edits
from ..addon.inspected import active_strip, inspect
from ..addon.properties import edited_scene, episode_folder, open_episode_folder
from ..addon.sequencer.collect import collect
from ..addon.sequencer.owned import ID
from ..pipeline.base.episode_paths import EpisodePaths
from ..pipeline.base.errors import LecternError
from ..pipeline.studio.edits import (
    apply_edits_elsewhere,
    drop_edits,
    edit_label,
    orphaned_edits,
    reset_all_edits,
    reset_edits,
    value_label,
)
from ..pipeline.timeline.edits import read_edits
from ..pipeline.timeline.model import StripId
from .bases import ChangeOperator
from .poll_messages import building, can_run, no_episode


class _EditsOperator(ChangeOperator):
    """Changes edits.json, and shows that on the timeline."""

    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether an episode is open and no build is running."""
        return can_run(cls, no_episode(context), building(context))

    def make_change(self, context: bpy.types.Context) -> None:
        """Collect what is new, change the edits, and compile. Raises LecternError if that can't be done."""
        folder, scene = open_episode_folder(context), edited_scene(context)
        if not EpisodePaths(folder=folder).timeline.exists():
            raise LecternError("The episode was not built yet, so nothing was changed by hand.")
        save_edits(folder, scene)
        compile_last_timeline(folder, scene)  # a strip that was deleted just now is an edit from here on
        self.change_edits(folder)
        compile_last_timeline(folder, scene)

    def change_edits(self, folder: Path) -> None:
        """Change the edits of the episode in `folder`. Raises LecternError if that can't be done."""
        raise NotImplementedError


class LECTERN_OT_reset_edits(_EditsOperator):
    """Give a strip, or one property of it, back to the script"""

    bl_idname = "lectern.reset_edits"
    bl_label = "Reset to Script"

    strip: StringProperty(name="Strip", description="The id of the strip, as `lectern edits` lists it")
    property: StringProperty(name="Property", description="Only this property (nothing: all of them)")

    def change_edits(self, folder: Path) -> None:
        """Let the script decide again. Raises LecternError if there is no such edit."""
        reset_edits(folder, self.strip, self.property, wait=False)


class LECTERN_OT_apply_edits(_EditsOperator):
    """Give what was changed by hand on one strip, which the script may no longer make, to another"""

    bl_idname = "lectern.apply_edits"
    bl_label = "Apply Edits to Another Strip"

    strip: StringProperty(name="Strip", description="The id of the strip that was edited")
    to: StringProperty(name="To", description="The id of the strip that takes the edits")

    def change_edits(self, folder: Path) -> None:
        """Give the edits away. Raises LecternError if the other strip can't take them."""
        apply_edits_elsewhere(folder, self.strip, self.to, wait=False)


class LECTERN_OT_drop_edits(_EditsOperator):
    """Drop what was changed by hand on strips that the script no longer makes"""

    bl_idname = "lectern.drop_edits"
    bl_label = "Drop Edits Without a Strip"

    strip: StringProperty(name="Strip", description="Only those of this strip (nothing: of all that are gone)")

    def change_edits(self, folder: Path) -> None:
        """Drop the edits. Raises LecternError if there are none."""
        drop_edits(folder, self.strip, wait=False)


class _ActiveStripOperator(_EditsOperator):
    """Changes the edits of the active strip."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether the active strip is Lectern's."""
        return can_run(cls, no_episode(context), building(context), inspect(edited_scene(context))[1])


_items: dict[str, list[tuple[str, str, str]]] = {}
"""The items of menus, which Blender wants to be kept."""


def _changed_properties(_self: bpy.types.Operator, context: bpy.types.Context) -> list[tuple[str, str, str]]:
    """Return what was changed by hand on the active strip, as the items of a menu."""
    scene = edited_scene(context)
    strip = active_strip(scene) if scene else None
    folder = episode_folder(scene) if scene else None
    found = (
        ()
        if strip is None or folder is None
        else collect(scene, read_edits(folder)).by_strip().get(strip.get(ID, ""), {}).values()
    )
    _items["properties"] = [
        (
            edit.property,
            edit_label(edit).capitalize(),
            f"{value_label(edit.value)}; the script has {value_label(edit.script)}",
        )
        for edit in found
    ]
    return _items["properties"]


def _strips_that_are_gone(_self: bpy.types.Operator, context: bpy.types.Context) -> list[tuple[str, str, str]]:
    """Return the strips with edits that the script no longer makes, as the items of a menu."""
    scene = edited_scene(context)
    folder = episode_folder(scene) if scene else None
    gone = sorted({edit.strip.partition("#")[0] for edit in orphaned_edits(folder)}) if folder else ()
    _items["gone"] = [(id, id, "What was changed by hand on it goes to the active strip") for id in gone]
    return _items["gone"]


class LECTERN_OT_reset_property(_ActiveStripOperator):
    """Give one property of the active strip back to the script"""

    bl_idname = "lectern.reset_property"
    bl_label = "Reset Property to Script"
    bl_property = "property"

    property: EnumProperty(name="Property", description="What was changed by hand", items=_changed_properties)

    def change_edits(self, folder: Path) -> None:
        """Let the script decide again. Raises LecternError if nothing was changed."""
        reset_edits(
            folder, _active_id(), _chosen(self.property, "Nothing was changed by hand on this strip"), wait=False
        )


class LECTERN_OT_take_edits(_ActiveStripOperator):
    """Give the active strip what was changed by hand on one that the script no longer makes"""

    bl_idname = "lectern.take_edits"
    bl_label = "Take Edits of a Strip That Is Gone"
    bl_property = "strip"

    strip: EnumProperty(name="Strip", description="The strip that was edited", items=_strips_that_are_gone)

    def change_edits(self, folder: Path) -> None:
        """Give the edits away. Raises LecternError if the active strip can't take them."""
        gone = _chosen(self.strip, "The script makes every strip that was changed by hand")
        apply_edits_elsewhere(folder, gone, _active_id(), wait=False)


class LECTERN_OT_reset_scene_edits(_ActiveStripOperator):
    """Give all strips of the active strip's scene back to the script"""

    bl_idname = "lectern.reset_scene_edits"
    bl_label = "Reset Scene to Script"

    def change_edits(self, folder: Path) -> None:
        """Let the script decide again. Raises LecternError if nothing was changed."""
        reset_all_edits(folder, StripId.parse(_active_id()).scene, wait=False)


class LECTERN_OT_reset_all_edits(_EditsOperator):
    """Give all strips of the film back to the script: nothing of what was changed by hand stays"""

    bl_idname = "lectern.reset_all_edits"
    bl_label = "Reset Film to Script"

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask first."""
        return context.window_manager.invoke_confirm(self, event)

    def change_edits(self, folder: Path) -> None:
        """Let the script decide again. Raises LecternError if nothing was changed."""
        reset_all_edits(folder, wait=False)


def _active_id() -> str:
    """Return the id of the active strip. Raises LecternError if there is none."""
    strip = active_strip(edited_scene(bpy.context))
    return _chosen(str(strip.get(ID, "")) if strip else "", "No strip of Lectern's is active: click one")


def _chosen(item: str, otherwise: str) -> str:
    """Return what was chosen from a menu. Raises LecternError where that had nothing to choose."""
    if not item:
        raise LecternError(otherwise)
    return item


CLASSES = (
    LECTERN_OT_reset_edits, LECTERN_OT_apply_edits, LECTERN_OT_drop_edits, LECTERN_OT_reset_property, LECTERN_OT_take_edits,
    LECTERN_OT_reset_scene_edits, LECTERN_OT_reset_all_edits,
)  # fmt: skip
