"""The episodes of the studio: a new one, those that were open last, renaming, copying, deleting and taking back."""

from pathlib import Path

import bpy
from bpy.props import BoolProperty, StringProperty

from ..addon import background, snapshot, timer
from ..addon.properties import open_episode_folder
from ..pipeline.base.episode_paths import EpisodePaths
from ..pipeline.base.errors import LecternError
from ..pipeline.studio.episodes import delete_episode, new_episode, rename_episode, restore_episode
from .bases import ChangeOperator, CommandOperator
from .poll_messages import building, can_run, no_episode


def open_folder(folder: Path) -> None:
    """Open the episode in `folder`, as the button does."""
    execution_context = "EXEC_DEFAULT"
    bpy.ops.lectern.open_episode(execution_context, directory=str(folder))


class LECTERN_OT_new_episode(bpy.types.Operator):
    """Write a small episode to start from into a new folder, and open it"""

    bl_idname = "lectern.new_episode"
    bl_label = "New Episode"
    bl_options = {"REGISTER"}

    directory: StringProperty(name="Folder", description="A folder that is empty or not there yet", subtype="DIR_PATH")
    filter_folder: BoolProperty(default=True, options={"HIDDEN"})
    name: StringProperty(
        name="Name", description="A new folder of this name is made there. Leave it empty for the folder itself"
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether no build is running."""
        return can_run(cls, building(context))

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Let the person choose where."""
        self.name = self.name or "my-episode"
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Write the episode and open it."""
        folder = Path(bpy.path.abspath(self.directory))
        try:
            made = new_episode(folder / self.name if self.name else folder)
        except LecternError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        open_folder(made)
        return {"FINISHED"}


class _NamedOperator(ChangeOperator):
    """Asks for a name first."""

    name: StringProperty(name="Name", description="The name of the folder")

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether an episode is open that is not being built."""
        return can_run(cls, no_episode(context), building(context))

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask for the name."""
        self.name = self.suggested(open_episode_folder(context).name)
        return context.window_manager.invoke_props_dialog(
            self, title=self.bl_label, confirm_text=self.bl_label.split()[0]
        )

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the dialog."""
        row = self.layout.row()
        row.activate_init = True
        row.prop(self, "name")

    def suggested(self, name: str) -> str:
        """Return the name that is proposed for an episode in a folder called `name`."""
        return name


class LECTERN_OT_rename_episode(_NamedOperator):
    """Rename the episode's folder and its .blend. What you allowed and what is built stays"""

    bl_idname = "lectern.rename_episode"
    bl_label = "Rename Episode"

    def make_change(self, context: bpy.types.Context) -> None:
        """Save the .blend if it is the episode's, rename the folder, and go on in it."""
        folder = open_episode_folder(context)
        is_open = Path(bpy.data.filepath) == EpisodePaths(folder=folder).blend
        if is_open and bpy.data.is_dirty:
            bpy.ops.wm.save_mainfile()
        renamed = rename_episode(folder, self.name)
        if is_open:
            bpy.ops.wm.open_mainfile(
                "EXEC_DEFAULT", filepath=str(EpisodePaths(folder=renamed).blend), use_scripts=False
            )
        else:
            open_folder(renamed)


class LECTERN_OT_duplicate_episode(CommandOperator):
    """Copy the episode with its takes and everything that you changed by hand to a folder beside it"""

    bl_idname = "lectern.duplicate_episode"
    bl_label = "Duplicate Episode"

    name: StringProperty(name="Name", description="The name of the copy's folder")

    poll = _NamedOperator.poll
    draw = _NamedOperator.draw

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask for the name; then the copy is made beside the window."""
        self.name = f"{open_episode_folder(context).name}-copy"
        return context.window_manager.invoke_props_dialog(self, title=self.bl_label, confirm_text="Duplicate")

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Start the command, and wait for its end if there is no window."""
        if bpy.app.background:
            return super().execute(context)
        return {"FINISHED"} if self._start_or_report(context) else {"CANCELLED"}

    def start(self, context: bpy.types.Context) -> background.BackgroundCommand:
        """Start copying."""
        return background.run_episodes(
            ("copy", str(open_episode_folder(context)), self.name), f"Copying to {self.name}"
        )

    def failure(self, context: bpy.types.Context) -> str:
        """Return why the copy can't be made."""
        return snapshot.panel().episode_error


class LECTERN_OT_delete_episode(ChangeOperator):
    """Move the episode to the folder .deleted beside it, from where it can be taken back"""

    bl_idname = "lectern.delete_episode"
    bl_label = "Delete Episode"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether an episode is open that is not being built."""
        return can_run(cls, no_episode(context), building(context))

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask before deleting."""
        folder = open_episode_folder(context)
        return context.window_manager.invoke_confirm(
            self, event, title=f"Delete {snapshot.panel().title}?", icon="WARNING", confirm_text="Delete",
            message=f"{folder} will be moved to {folder.parent / '.deleted'}.",
        )  # fmt: skip

    def make_change(self, context: bpy.types.Context) -> None:
        """Move the folder, and close its .blend."""
        folder = open_episode_folder(context)
        deleted = delete_episode(folder)
        bpy.ops.wm.read_homefile("EXEC_DEFAULT", app_template="")
        snapshot.set_properties(deleted_episode=str(deleted))
        self.report({"INFO"}, f"The episode is in {deleted} now: Restore Episode takes it back")


class LECTERN_OT_restore_episode(bpy.types.Operator):
    """Take a deleted episode back to where it was, and open it"""

    bl_idname = "lectern.restore_episode"
    bl_label = "Restore Episode"
    bl_options = {"REGISTER"}

    directory: StringProperty(
        name="Folder", description="The episode's folder in .deleted", subtype="DIR_PATH", options={"SKIP_SAVE"}
    )
    filter_folder: BoolProperty(default=True, options={"HIDDEN"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether no build is running."""
        return can_run(cls, building(context))

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Restore what was deleted last, or let the person choose."""
        if self.directory:
            return self.execute(context)
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Restore it and open it."""
        try:
            folder = restore_episode(Path(bpy.path.abspath(self.directory)))
        except LecternError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        snapshot.set_properties(deleted_episode="")
        open_folder(folder)
        timer.hurry()
        return {"FINISHED"}


CLASSES = (
    LECTERN_OT_new_episode, LECTERN_OT_rename_episode, LECTERN_OT_duplicate_episode, LECTERN_OT_delete_episode,
    LECTERN_OT_restore_episode,
)  # fmt: skip
