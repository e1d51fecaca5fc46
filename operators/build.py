"""Building the episode: blocking for scripts, in the background from the panel."""

import bpy

from ..addon import background, snapshot
from ..addon.build import Build, cancel_build, save_edits, start_build
from ..addon.properties import edited_scene, open_episode_folder
from ..pipeline.base.errors import LecternError
from ..pipeline.studio.places import built_timeline
from .bases import CommandOperator
from .poll_messages import building, can_run, no_episode, not_trusted, offline


class BuildOperator(CommandOperator):
    """A command that builds the open episode; `verb` is its name on the command line."""

    verb = ""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether an episode is open that may be built now."""
        return can_run(cls, no_episode(context), building(context), not_trusted(context), offline(context))

    def start(self, context: bpy.types.Context) -> Build:
        """Save the person's edits and start the command. Raises LecternError if the edits can't be saved."""
        return start_build(open_episode_folder(context), edited_scene(context), self.verb)

    def failure(self, context: bpy.types.Context) -> str:
        """Return why the build has failed ("" if it has not)."""
        panel = snapshot.panel()
        snapshot.refresh(edited_scene(context))
        return "" if panel.build_state == "DONE" else panel.build_error or "The build was cancelled"


class LECTERN_OT_build_episode(BuildOperator):
    """Make everything that is new or has changed in the script, and put it on the timeline"""

    bl_idname = "lectern.build_episode"
    bl_label = "Build"
    verb = "build"


class LECTERN_OT_render_film(BuildOperator):
    """Render the film of the episode from its timeline, with sound and subtitles"""

    bl_idname = "lectern.render_film"
    bl_label = "Render Film"
    verb = "render"


class LECTERN_OT_verify_film(CommandOperator):
    """Measure the finished film, listen to it, and open a page that shows how good it is"""

    bl_idname = "lectern.verify_film"
    bl_label = "Verify"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether there is a film that can be verified now."""
        panel = context.window_manager.lectern
        missing = "" if panel.film else "There is no film yet: render it first"
        return can_run(cls, no_episode(context), building(context), missing, panel.verify_activity)

    def start(self, context: bpy.types.Context) -> background.BackgroundCommand:
        """Start the command."""
        return background.verify_film(open_episode_folder(context))


class LECTERN_OT_export_timeline(bpy.types.Operator):
    """Write the timeline for other editing programs as OpenTimelineIO, with what you have changed, and say what that can't carry"""

    bl_idname = "lectern.export_timeline"
    bl_label = "Export Timeline"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether an episode is open that no build works on."""
        return can_run(cls, no_episode(context), building(context))

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Save the person's edits, and write the file beside the film."""
        try:
            folder = open_episode_folder(context)
            built_timeline(folder)
            save_edits(folder, edited_scene(context))
            from ..pipeline.studio.export import export  # loads all that makes films, which may be missing parts

            done = export(folder)
        except LecternError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        lost = [f"not carried: {what}" for what in done.left_out] + [f"missing: {file}" for file in done.missing]
        snapshot.fill_lines(snapshot.panel().export_outcome, [done.file, *lost])
        snapshot.redraw()
        return {"FINISHED"}


class LECTERN_OT_cancel_build(bpy.types.Operator):
    """Stop the build. Everything that is finished stays, and the next build continues from there"""

    bl_idname = "lectern.cancel_build"
    bl_label = "Cancel"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether a build is running."""
        return can_run(cls, "" if context.window_manager.lectern.is_building else "No build is running")

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Ask the build to end."""
        cancel_build()
        return {"FINISHED"}


CLASSES = (
    LECTERN_OT_build_episode, LECTERN_OT_render_film, LECTERN_OT_verify_film, LECTERN_OT_export_timeline,
    LECTERN_OT_cancel_build,
)  # fmt: skip
