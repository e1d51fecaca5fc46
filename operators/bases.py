"""Base classes of operators: one that makes a change, one that starts a command of Lectern's."""

import bpy

from ..addon import background, snapshot
from ..addon.properties import edited_scene
from ..pipeline.base.errors import LecternError


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
        snapshot.refresh(edited_scene(context))
        return {"FINISHED"}

    def make_change(self, context: bpy.types.Context) -> None:
        """Make the change. Raises LecternError if it can't be made."""
        raise NotImplementedError


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
