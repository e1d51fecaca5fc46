"""Taking back what was changed by hand, and giving it to another strip."""

from pathlib import Path

import bpy
from bpy.props import StringProperty

from ..addon.build import compile_last_timeline, save_edits
from ..addon.properties import edited_scene, open_episode_folder
from ..pipeline.base.episode_paths import EpisodePaths
from ..pipeline.base.errors import LecternError
from ..pipeline.studio.edits import apply_edits_elsewhere, drop_edits, reset_edits
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


CLASSES = (LECTERN_OT_reset_edits, LECTERN_OT_apply_edits, LECTERN_OT_drop_edits)
