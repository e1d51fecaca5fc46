"""The conversation about the episode, ideas for films and their plans, and what an agent's settings need."""

from pathlib import Path

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty

from ..addon import assistant, background, snapshot
from ..addon.properties import open_episode_folder
from ..pipeline.base.errors import LecternError
from .bases import CommandOperator
from .poll_messages import building, can_run, no_episode


class LECTERN_OT_ask_model(CommandOperator):
    """Ask the language model for a change, which comes with its diff; nothing is changed yet. A paid model bills it, within the budget"""

    bl_idname = "lectern.ask_model"
    bl_label = "Ask"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether there is a wish, and none is being answered."""
        panel = context.window_manager.lectern
        busy = "A wish is being answered: wait for it, or stop it" if panel.asking else ""
        none = "" if panel.wish.strip() else "Write first what shall be different"
        return can_run(cls, no_episode(context), building(context), busy, none)

    def start(self, context: bpy.types.Context) -> background.BackgroundCommand:
        """Start asking. Raises LecternError where there is nothing that the wish is about."""
        panel = context.window_manager.lectern
        about = assistant.about_of(panel.wish_about)
        command = assistant.ask(open_episode_folder(context), panel.wish.strip(), about)
        snapshot.set_properties(wish="")
        return command

    def failure(self, context: bpy.types.Context) -> str:
        """Return why there is no answer."""
        return str(context.window_manager.lectern.asking_error)


class LECTERN_OT_stop_asking(bpy.types.Operator):
    """Stop the model. Nothing is changed"""

    bl_idname = "lectern.stop_asking"
    bl_label = "Stop"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether a wish is being answered."""
        asking = context.window_manager.lectern.asking
        return can_run(cls, no_episode(context), "" if asking else "No wish is being answered")

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Stop it."""
        try:
            assistant.stop()
        except LecternError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        return {"FINISHED"}


class LECTERN_OT_choose_thread(bpy.types.Operator):
    """Show a conversation, and go on with it"""

    bl_idname = "lectern.choose_thread"
    bl_label = "New Conversation"

    thread: StringProperty(name="Conversation", description="Its id. Empty: a new one", options={"SKIP_SAVE"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether an episode is open and no wish is being answered."""
        busy = "A wish is being answered: wait for it, or stop it" if context.window_manager.lectern.asking else ""
        return can_run(cls, no_episode(context), busy)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Show it."""
        shown = context.window_manager.lectern.assistant
        shown.thread, shown.begins = self.thread, not self.thread
        snapshot.redraw()
        return {"FINISHED"}


def _working(context: bpy.types.Context) -> str:
    working = context.window_manager.lectern.assistant.working
    return f"{working}: wait for it, or stop it" if working else ""


def _failed(context: bpy.types.Context) -> str:
    return str(context.window_manager.lectern.assistant.failed)


def _project(context: bpy.types.Context) -> Path | None:
    named = context.window_manager.lectern.assistant.project
    return Path(bpy.path.abspath(named)) if named else None


class LECTERN_OT_get_ideas(CommandOperator):
    """Look for films about the project: the language model says them, or, where none is set, rules do. A paid model bills it"""

    bl_idname = "lectern.get_ideas"
    bl_label = "Get Ideas"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether a project is named and nothing is being planned."""
        none = "" if _project(context) else "Choose first the folder of the project"
        return can_run(cls, none, _working(context))

    def start(self, context: bpy.types.Context) -> background.BackgroundCommand:
        """Start looking."""
        project = _project(context)
        if project is None:
            raise LecternError("Choose first the folder of the project")
        return assistant.get_ideas(project)

    def failure(self, context: bpy.types.Context) -> str:
        """Return why there are none."""
        return _failed(context)


class LECTERN_OT_plan_idea(CommandOperator):
    """Have the language model write an episode from an idea into a new folder. A paid model bills it, within the budget"""

    bl_idname = "lectern.plan_idea"
    bl_label = "Plan"

    idea: StringProperty(name="Idea", description="What the film is about")
    length: StringProperty(name="Length", description="How long it shall be, like 60s-90s. Empty: 60 to 300 seconds")
    name: StringProperty(name="Name", description="The new folder that is made there")
    directory: StringProperty(name="Folder", description="The folder in which it is made", subtype="DIR_PATH")
    filter_folder: BoolProperty(default=True, options={"HIDDEN"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether nothing is being planned."""
        return can_run(cls, _working(context))

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Let the person choose where."""
        self.name = self.name or "my-episode"
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Start planning; without a window, wait for its end."""
        if bpy.app.background:
            return super().execute(context)
        return {"FINISHED"} if self._start_or_report(context) else {"CANCELLED"}

    def start(self, context: bpy.types.Context) -> background.BackgroundCommand:
        """Start planning. Raises LecternError without an idea or a folder."""
        if not self.idea.strip() or not self.directory:
            raise LecternError("Say first what the film is about, and in which folder it is made")
        folder = Path(bpy.path.abspath(self.directory)) / self.name
        return assistant.plan(folder, self.idea.strip(), _project(context), self.length.strip())

    def failure(self, context: bpy.types.Context) -> str:
        """Return why there is no plan."""
        return _failed(context)


class LECTERN_OT_stop_planning(bpy.types.Operator):
    """Stop the model. What is written stays"""

    bl_idname = "lectern.stop_planning"
    bl_label = "Stop"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether something is being planned."""
        return can_run(cls, "" if _working(context) else "Nothing is being planned")

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Stop it."""
        assistant.stop_working()
        return {"FINISHED"}


class LECTERN_OT_copy_agent_settings(bpy.types.Operator):
    """Copy what makes this episode known to an agent (Claude Code, Codex, Cursor …), to be pasted into its settings"""

    bl_idname = "lectern.copy_agent_settings"
    bl_label = "Copy for an Agent"

    form: EnumProperty(
        name="Form", items=(("settings", "Settings", "JSON, as .mcp.json and others have it"),
                            ("command", "Command", "A command of Claude Code")),
    )  # fmt: skip

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether an episode is open."""
        return can_run(cls, no_episode(context))

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Put it on the clipboard."""
        shown = context.window_manager.lectern.assistant
        text = getattr(shown, self.form)
        context.window_manager.clipboard = text
        self.report({"INFO"}, f"Copied: {text[:200]}")
        return {"FINISHED"}


CLASSES = (
    LECTERN_OT_ask_model, LECTERN_OT_stop_asking, LECTERN_OT_choose_thread, LECTERN_OT_get_ideas, LECTERN_OT_plan_idea,
    LECTERN_OT_stop_planning, LECTERN_OT_copy_agent_settings,
)  # fmt: skip
