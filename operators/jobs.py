"""The jobs of a build: cancelling one, having one made first, trying again."""

import bpy
from bpy.props import IntProperty

from ..addon import snapshot
from ..addon.properties import LecternJob, open_episode_folder
from ..pipeline.base.errors import LecternError
from ..pipeline.studio.jobs import cancel_job, make_first
from .bases import ChangeOperator
from .poll_messages import can_run, no_episode


def _selected(context: bpy.types.Context) -> LecternJob | None:
    panel = context.window_manager.lectern
    return panel.jobs[panel.active_job] if panel.active_job < len(panel.jobs) else None


class _JobOperator(ChangeOperator):
    """Changes one job: the one with the number `job`, or else the selected one."""

    job: IntProperty(name="Job", description="The job's number. 0: the selected one", options={"SKIP_SAVE"})
    states: tuple[str, ...] = ()
    reason = ""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether the selected job is in a state in which this can be done."""
        row = _selected(context)
        nothing = "" if row else "No job is selected"
        return can_run(cls, no_episode(context), nothing, "" if row and row.state in cls.states else cls.reason)

    def make_change(self, context: bpy.types.Context) -> None:
        """Change the job. Raises LecternError if that can't be done any more."""
        row = _selected(context)
        number = self.job or (int(row.name) if row else 0)
        if not number:
            raise LecternError("No job is selected")
        self.change(context, number)
        snapshot.refresh_jobs(open_episode_folder(context))

    def change(self, context: bpy.types.Context, id: int) -> None:
        """Change the job with the number `id`."""
        raise NotImplementedError


class LECTERN_OT_cancel_job(_JobOperator):
    """Cancel this job and what needs it. The build goes on with the others, and says at its end that it is missing"""

    bl_idname = "lectern.cancel_job"
    bl_label = "Cancel Job"
    states = ("waiting", "running")
    reason = "It neither waits nor runs: there is nothing to cancel"

    def change(self, context: bpy.types.Context, id: int) -> None:
        """Cancel it."""
        cancel_job(open_episode_folder(context), id)


class LECTERN_OT_first_job(_JobOperator):
    """Make this job before all others that wait, with what it needs"""

    bl_idname = "lectern.first_job"
    bl_label = "Make First"
    states = ("waiting",)
    reason = "It doesn't wait: its place in the queue is no matter"

    def change(self, context: bpy.types.Context, id: int) -> None:
        """Put it first."""
        make_first(open_episode_folder(context), id)


CLASSES = (LECTERN_OT_cancel_job, LECTERN_OT_first_job)
