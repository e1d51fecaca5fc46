"""Opening an episode and its files, and going to one of its scenes."""

from pathlib import Path

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty

from ..addon import snapshot
from ..addon.build import compile_last_timeline, refuse_links_of
from ..addon.properties import edited_scene
from ..pipeline.base.episode_paths import EpisodePaths
from ..pipeline.base.errors import LecternError
from ..pipeline.base.files import LinkRefused
from ..pipeline.episode.source import SCRIPT
from ..pipeline.studio.episodes import note_recent
from .poll_messages import building, can_run, no_episode

OUTPUTS = (
    ("film", "Film", "The finished film"),
    ("subtitles", "Subtitles", "The film's subtitles"),
    ("folder", "Folder", "The episode's folder"),
)


class LECTERN_OT_open_episode(bpy.types.Operator):
    """Open the folder of an episode: its own .blend if there is one, or else its timeline in this scene"""

    bl_idname = "lectern.open_episode"
    bl_label = "Open Episode"
    bl_options = {"REGISTER"}

    directory: StringProperty(name="Folder", subtype="DIR_PATH")
    filter_folder: BoolProperty(default=True, options={"HIDDEN"})
    own_file: BoolProperty(
        name="Open Its .blend", description="Open the episode's own .blend if it exists", default=True
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether no build is running."""
        return can_run(cls, building(context))

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Let the person choose a folder."""
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Open the episode in the chosen folder."""
        folder = Path(bpy.path.abspath(self.directory)).resolve()
        if not (folder / SCRIPT).is_file():
            self.report({"ERROR"}, f"{folder} is not an episode: it contains no {SCRIPT}")
            return {"CANCELLED"}
        blend = EpisodePaths(folder=folder).blend
        try:
            if self.own_file:
                refuse_links_of(blend)
        except LinkRefused as refused:
            self.report({"ERROR"}, str(refused))
            return {"CANCELLED"}
        note_recent(folder)
        if self.own_file and blend.is_file() and blend != Path(bpy.data.filepath):
            return _open_blend(blend)
        return self._open_here(folder, context)

    def _open_here(self, folder: Path, context: bpy.types.Context) -> set[str]:
        scene = edited_scene(context)
        scene.lectern.folder = str(folder)
        _show_in_sequencer(scene, context)
        try:
            if EpisodePaths(folder=folder).timeline.exists():
                compile_last_timeline(folder, scene)
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

    scene: StringProperty(name="Scene", description="Name the scene by its id in the script")

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether an episode is open."""
        return can_run(cls, no_episode(context))

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Select the scene in the list, which moves the playhead."""
        panel = context.window_manager.lectern
        index = panel.scenes.find(self.scene)
        if index < 0 or not panel.scenes[index].frame:
            self.report({"WARNING"}, f'The scene "{self.scene}" is not on the timeline: build the episode')
            return {"CANCELLED"}
        panel.active_scene = index
        return {"FINISHED"}


class LECTERN_OT_open_film(bpy.types.Operator):
    """Open the film, its subtitles or the episode's folder in the program that your system uses for it"""

    bl_idname = "lectern.open_film"
    bl_label = "Open Film"
    bl_options = {"INTERNAL"}

    what: EnumProperty(items=OUTPUTS, name="What")

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether an episode is open."""
        return can_run(cls, no_episode(context))

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Open the file or folder."""
        path = getattr(context.window_manager.lectern, self.what)
        if not path or not Path(path).exists():
            self.report({"WARNING"}, f"There is no {self.what} yet: render the film")
            return {"CANCELLED"}
        return bpy.ops.wm.path_open(filepath=path)


def _open_blend(blend: Path) -> set[str]:
    """Open the episode's .blend, without running scripts in it. With a window, Blender first asks about unsaved changes."""
    execution_context = "EXEC_DEFAULT" if bpy.app.background else "INVOKE_DEFAULT"
    return bpy.ops.wm.open_mainfile(
        execution_context, filepath=str(blend), display_file_selector=False, use_scripts=False
    )


def _show_in_sequencer(scene: bpy.types.Scene, context: bpy.types.Context) -> None:
    """Show `scene` in the sequencer if its workspace names no scene yet, as in a new file."""
    if context.workspace and context.workspace.sequencer_scene is None:
        context.workspace.sequencer_scene = scene


CLASSES = (LECTERN_OT_open_episode, LECTERN_OT_show_scene, LECTERN_OT_open_film)
