"""Opening an episode, and walking through its scenes."""

from pathlib import Path

import bpy
from bpy.props import BoolProperty, StringProperty

from ..addon import errands, snapshot
from ..addon.properties import SCRIPT, edited_scene
from ..pipeline.errors import LecternError
from ..pipeline.studio.places import Places
from .reasons import busy, explains, no_episode


class LECTERN_OT_open_episode(bpy.types.Operator):
    """Open the folder of an episode: its own .blend if there is one, else its timeline in this scene"""

    bl_idname = "lectern.open_episode"
    bl_label = "Open Episode"
    bl_options = {"REGISTER"}

    directory: StringProperty(name="Folder", subtype="DIR_PATH")
    filter_folder: BoolProperty(default=True, options={"HIDDEN"})
    own_file: BoolProperty(name="Open Its .blend", description="Open the episode's own file if it exists", default=True)

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return explains(cls, busy(context))

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        folder = Path(bpy.path.abspath(self.directory)).resolve()
        if not (folder / SCRIPT).is_file():
            self.report({"ERROR"}, f"{folder} holds no {SCRIPT}, so it is no episode")
            return {"CANCELLED"}
        blend = Places(folder=folder).blend
        if self.own_file and blend.is_file() and blend != Path(bpy.data.filepath):
            return _open_file(blend)
        return self._open_here(folder, context)

    def _open_here(self, folder: Path, context: bpy.types.Context) -> set[str]:
        scene = edited_scene(context)
        scene.lectern.folder = str(folder)
        _show_in_sequencer(scene, context)
        try:
            if Places(folder=folder).timeline.exists():
                errands.lay(folder, scene)
        except LecternError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        snapshot.refresh(scene)
        return {"FINISHED"}


class LECTERN_OT_show_scene(bpy.types.Operator):
    """Move the playhead to the start of a scene of the episode"""

    bl_idname = "lectern.show_scene"
    bl_label = "Show Scene"
    bl_options = {"INTERNAL"}

    scene: StringProperty(name="Scene", description="The id of a scene of the script")

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return explains(cls, no_episode(context))

    def execute(self, context: bpy.types.Context) -> set[str]:
        panel = context.window_manager.lectern
        index = panel.scenes.find(self.scene)
        if index < 0 or not panel.scenes[index].frame:
            self.report({"WARNING"}, f'The scene "{self.scene}" is not on the timeline: build the episode')
            return {"CANCELLED"}
        panel.chosen = index
        return {"FINISHED"}


def _open_file(blend: Path) -> set[str]:
    """Opens the episode's file; in the window Blender asks first where there are unsaved changes."""
    way = "EXEC_DEFAULT" if bpy.app.background else "INVOKE_DEFAULT"
    return bpy.ops.wm.open_mainfile(way, filepath=str(blend), display_file_selector=False)


def _show_in_sequencer(scene: bpy.types.Scene, context: bpy.types.Context) -> None:
    """Blender's sequencer shows the scene its workspace names, which a new file leaves open."""
    if context.workspace and context.workspace.sequencer_scene is None:
        context.workspace.sequencer_scene = scene


CLASSES = (LECTERN_OT_open_episode, LECTERN_OT_show_scene)
