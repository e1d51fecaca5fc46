"""Base classes of operators: one that makes a change, one that starts a command of Lectern's."""

import bpy

from ..addon import background, script_undo, snapshot, timer
from ..addon.properties import edited_scene, open_episode_folder
from ..pipeline.base.errors import LecternError
from ..pipeline.changes.author import made_by
from ..pipeline.studio.scene_changes import already_read
from .poll_messages import can_run, no_episode


class ChangeOperator(bpy.types.Operator):
    """An operator that changes the episode's files and then has the panel read them again."""

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Make the change; report what is wrong if it can't be made."""
        try:
            self.make_change(context)
        except LecternError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        snapshot.forget()
        timer.hurry()
        return {"FINISHED"}

    def make_change(self, context: bpy.types.Context) -> None:
        """Make the change. Raises LecternError if it can't be made."""
        raise NotImplementedError


class ScriptOperator(ChangeOperator):
    """An operator that changes script.md; Blender's undo takes it back, and redo does it again."""

    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether an episode is open."""
        return can_run(cls, no_episode(context))

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Change the script, and note which state of it belongs to the scene from now on."""
        scene = edited_scene(context)
        try:
            folder = open_episode_folder(context)
            script_undo.note_before(scene, folder)
        except LecternError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        known = snapshot.current()
        with made_by(script_undo.PERSON), already_read(known.script if known else "", known.episode if known else None):
            result = super().execute(context)
        script_undo.note_now(scene, folder)
        return result


class CommandOperator(bpy.types.Operator):
    """An operator that runs a command of Lectern's: `invoke` only starts it, `execute` waits for its end."""

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Start the command."""
        return {"FINISHED"} if self._start_or_report(context) else {"CANCELLED"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Start the command and wait for its end."""
        command = self._start_or_report(context)
        if command is None:
            return {"CANCELLED"}
        background.wait(command)
        if error := self.failure(context):
            self.report({"ERROR"}, error)
            return {"CANCELLED"}
        return {"FINISHED"}

    def start(self, context: bpy.types.Context) -> background.BackgroundCommand:
        """Start the command. Raises LecternError if it can't be started."""
        raise NotImplementedError

    def failure(self, context: bpy.types.Context) -> str:
        """Return why the command, which has ended, has failed ("" if it has not)."""
        return ""

    def _start_or_report(self, context: bpy.types.Context) -> background.BackgroundCommand | None:
        try:
            return self.start(context)
        except LecternError as error:
            self.report({"ERROR"}, str(error))
            return None
