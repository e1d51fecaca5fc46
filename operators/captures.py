"""Captures: looking at them, and working out the steps of their goals."""

from pathlib import Path

import bpy
from bpy.props import IntProperty, StringProperty

from ..addon import background, snapshot
from ..addon.properties import edited_scene, open_episode_folder
from ..pipeline.base.errors import LecternError
from ..pipeline.base.files import make_folder
from ..pipeline.build.costs import cost_question
from ..pipeline.episode.folder import read_episode
from ..pipeline.studio.goals import open_goals, rehearsal_costs, rehearsal_permissions
from ..pipeline.trust.allowed import in_sandbox, suggests_sandbox
from ..pipeline.trust.grants import grant_trust
from .poll_messages import building, can_run, no_episode, not_trusted, offline
from .trust import DIALOG_WIDTH, draw_permissions


def _capturing(context: bpy.types.Context) -> str:
    """Return why nothing else can be started while a command works on captures."""
    activity = context.window_manager.lectern.capture_activity
    return f"{activity}: wait for it" if activity else ""


def _no_captures(context: bpy.types.Context) -> str:
    return "" if context.window_manager.lectern.capture_count else "This episode has no captures"


class _PictureOperator(bpy.types.Operator):
    """Draws a picture of captures in the background. Without a window, `execute` waits for it."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether the episode has captures that may be recorded now."""
        reasons = (no_episode, _no_captures, building, _capturing, not_trusted, offline)
        return can_run(cls, *(reason(context) for reason in reasons))

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Start drawing the picture."""
        scene = snapshot.scene_at(edited_scene(context).frame_current)
        command = self.start(open_episode_folder(context), scene)
        if bpy.app.background:
            background.wait(command)
            if error := context.window_manager.lectern.capture_error:
                self.report({"ERROR"}, error)
                return {"CANCELLED"}
        return {"FINISHED"}

    def start(self, folder: Path, scene: str) -> background.BackgroundCommand:
        """Start the command for the episode in `folder`; `scene` is under the playhead ("": none)."""
        raise NotImplementedError


class LECTERN_OT_contact_sheet(_PictureOperator):
    """Show every step of the captures as a picture: of the scene under the playhead, or else of all scenes"""

    bl_idname = "lectern.contact_sheet"
    bl_label = "Contact Sheet"

    def start(self, folder: Path, scene: str) -> background.BackgroundCommand:
        """Start drawing the contact sheet."""
        picture = _preview_folder(folder) / f"{scene or 'episode'}.png"
        argv = ("capture", str(folder), "--sheet", str(picture), *_scene_option(scene))
        return background.run_capture(folder, argv, "Drawing the contact sheet", picture)


class LECTERN_OT_preview_step(_PictureOperator):
    """Show the screen after one step of a capture, without recording the rest"""

    bl_idname = "lectern.preview_step"
    bl_label = "Preview Step"

    step: IntProperty(name="Step", description="Choose the step, counted from 1", default=1, min=1)
    scene: StringProperty(
        name="Scene", description="Name the scene by its id. Leave it empty for the scene under the playhead",
        options={"SKIP_SAVE"},
    )  # fmt: skip

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask which step of which scene to show."""
        self.scene = snapshot.scene_at(edited_scene(context).frame_current)
        return context.window_manager.invoke_props_dialog(self, confirm_text="Preview")

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the dialog."""
        self.layout.prop(self, "step")
        self.layout.prop(self, "scene")

    def start(self, folder: Path, scene: str) -> background.BackgroundCommand:
        """Start recording up to the step."""
        scene = self.scene or scene
        picture = _preview_folder(folder) / f"{scene or 'episode'}-{self.step}.png"
        argv = ("capture", str(folder), "--step", str(self.step), "--png", str(picture), *_scene_option(scene))
        return background.run_capture(folder, argv, f"Recording up to step {self.step}", picture)


class LECTERN_OT_rehearse_goals(bpy.types.Operator):
    """Let a language model work out the steps of goals that have none. You review them before the script changes"""

    bl_idname = "lectern.rehearse_goals"
    bl_label = "Work Out Goals"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether the episode has goals without steps, and nothing else is running."""
        none = "" if context.window_manager.lectern.open_goal_count else "Every goal already has its steps"
        return can_run(cls, no_episode(context), none, building(context), _capturing(context))

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Show in a dialog what the model may do and what it may cost."""
        try:
            episode = read_episode(open_episode_folder(context))
            self._sandboxed = suggests_sandbox(episode, lambda form: rehearsal_permissions(form, open_goals(form)))
            episode = in_sandbox(episode) if self._sandboxed else episode
            self._shown = rehearsal_permissions(episode, open_goals(episode))
            self._costs = rehearsal_costs(episode, open_goals(episode))
        except LecternError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        return context.window_manager.invoke_props_dialog(
            self,
            width=DIALOG_WIDTH,
            title="Allow a language model to do the following?",
            confirm_text="Allow and Start",
        )

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the dialog."""
        draw_permissions(self.layout, self._shown)
        for line in [] if self._costs.free else cost_question(self._costs).splitlines():
            self.layout.label(text=line)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Allow and pay exactly what the dialog has shown. Without a dialog, do only what is allowed and free."""
        folder = open_episode_folder(context)
        argv: tuple[str, ...] = ("rehearse", str(folder))
        if hasattr(self, "_shown"):
            grant_trust(self._shown, folder, sandboxed=self._sandboxed)
            argv = (*argv, "--yes")
        command = background.run_capture(folder, argv, "Working out goals")
        if bpy.app.background:
            background.wait(command)
        return {"CANCELLED"} if context.window_manager.lectern.capture_error else {"FINISHED"}


def _preview_folder(folder: Path) -> Path:
    return make_folder(folder / ".lectern" / "previews", inside=folder)


def _scene_option(scene: str) -> tuple[str, ...]:
    return ("--scene", scene) if scene else ()


CLASSES = (
    LECTERN_OT_contact_sheet, LECTERN_OT_preview_step, LECTERN_OT_rehearse_goals,
)  # fmt: skip
