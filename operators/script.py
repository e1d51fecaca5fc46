"""The script and the other texts of the episode in Blender's text editor."""

from pathlib import Path

import bpy
from bpy.props import BoolProperty, EnumProperty

from ..addon import snapshot, texts
from ..addon.mark_moves import moved_marks, note_taken, put_back
from ..addon.properties import edited_scene, open_episode_folder
from ..pipeline.base.errors import LecternError
from ..pipeline.base.files import write_atomic
from ..pipeline.episode.folder import settings_file
from ..pipeline.episode.pronunciation import PRONUNCIATION_FILE
from ..pipeline.episode.settings import SETTINGS_FILE
from ..pipeline.episode.source import SCRIPT
from ..pipeline.studio.element_changes import move_mark
from ..pipeline.timeline.edits import FILE as EDITS
from .bases import ScriptOperator
from .poll_messages import building, can_run, no_episode

FILES = (
    (SCRIPT, "Script", "What is said and shown"),
    (EDITS, "Edits", "What you changed by hand on the timeline, one edit a line"),
    (SETTINGS_FILE, "Settings", "The film's size, its theme, the voices' and services' settings"),
    (PRONUNCIATION_FILE, "Pronunciation", "How words are said"),
)


class LECTERN_OT_open_text(bpy.types.Operator):
    """Open a text of the episode in the text editor. What you save there is read at once"""

    bl_idname = "lectern.open_text"
    bl_label = "Open Text"

    file: EnumProperty(name="File", items=FILES, default=SCRIPT)
    beside: BoolProperty(
        name="Beside", description="Beside the text that is open, up to four of them", options={"SKIP_SAVE"}
    )

    @classmethod
    def description(cls, context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        """Return the tooltip: what the file holds."""
        about = next(about for file, _, about in FILES if file == properties.file)
        return f"{about} ({properties.file}). What you save is read at once"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether an episode is open."""
        return can_run(cls, no_episode(context))

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Open it; one that is not there yet is made, empty, if an empty one means nothing."""
        try:
            texts.open_in_text_editor(_file_of(open_episode_folder(context), self.file), beside=self.beside)
        except LecternError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        return {"FINISHED"}


def _file_of(folder: Path, name: str) -> Path:
    """Return a text file of the episode; settings may be its studio's, and one that is not there yet is made.

    Raises LecternError for a link, and for edits where there are none.
    """
    file = (settings_file(folder) if name == SETTINGS_FILE else None) or folder / name
    if not file.exists():
        if name == EDITS:
            raise LecternError("Nothing was changed by hand yet")
        write_atomic(file, "", inside=folder)
    return texts.require_own(file, file.parent)


class LECTERN_OT_go_to_fault(bpy.types.Operator):
    """Open script.md at the line that can't be read"""

    bl_idname = "lectern.go_to_fault"
    bl_label = "Go to the Line"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether there is such a line."""
        fault = "" if context.window_manager.lectern.error_line else "Nothing is wrong in script.md"
        return can_run(cls, no_episode(context), fault)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Open it."""
        return bpy.ops.lectern.show_in_script(line=snapshot.panel().error_line)


class LECTERN_OT_show_finding(bpy.types.Operator):
    """Go to what this finding is about: its moment in the film, or its line in the script"""

    bl_idname = "lectern.show_finding"
    bl_label = "Show Finding"

    finding: bpy.props.IntProperty(name="Finding", description="Its place in the list")

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether there are findings."""
        none = "" if context.window_manager.lectern.findings else "The last build found nothing"
        return can_run(cls, no_episode(context), none)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Move the playhead, or open the script."""
        found = context.window_manager.lectern.findings
        if not 0 <= self.finding < len(found):
            self.report({"ERROR"}, "There is no such finding any more")
            return {"CANCELLED"}
        row = found[self.finding]
        if row.frame and (scene := edited_scene(context)):
            scene.frame_set(row.frame)
        elif row.line:
            return bpy.ops.lectern.show_in_script(line=row.line)
        else:
            self.report({"INFO"}, "It is about the whole film")
        return {"FINISHED"}


class LECTERN_OT_take_marks(ScriptOperator):
    """Move the marks in the script to where you have dragged their markers: each goes to the nearest word of its scene"""

    bl_idname = "lectern.take_marks"
    bl_label = "Marks to Script"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether a marker of Lectern's was dragged."""
        scene = edited_scene(context)
        moved = scene and any(True for _ in moved_marks(scene))
        return can_run(cls, no_episode(context), building(context), "" if moved else "No mark's marker was moved")

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Write them into the script, from markers that are where they were: an undo leads there."""
        scene = edited_scene(context)
        self._moved = list(moved_marks(scene))
        for moved in self._moved:
            put_back(scene, moved)
        return super().execute(context)

    def make_change(self, context: bpy.types.Context) -> None:
        """Write them into the script."""
        scene, folder = edited_scene(context), open_episode_folder(context)
        for moved in self._moved:
            move_mark(folder, moved.scene, moved.mark, moved.line, moved.number)
            note_taken(scene, moved)
            where = f'at "{moved.written}"' if moved.written else "behind the line"
            self.report({"INFO"}, f'The mark "{moved.mark}" is {where} now: build, and what hangs on it moves there')


CLASSES = (LECTERN_OT_take_marks, LECTERN_OT_open_text, LECTERN_OT_go_to_fault, LECTERN_OT_show_finding)
