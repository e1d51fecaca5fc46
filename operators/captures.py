"""Captures: seen step by step, worked out from their goals, and the changes of the script that come of it."""

from pathlib import Path

import bpy
from bpy.props import IntProperty, StringProperty

from ..addon import errands, snapshot
from ..addon.lines import broken
from ..addon.properties import edited_scene, episode_folder
from ..pipeline.changes.book import Book
from ..pipeline.episode.folder import read_episode
from ..pipeline.errors import LecternError
from ..pipeline.studio.costs import question
from ..pipeline.studio.goals import goals, rehearsal_costs, rehearsal_dangers
from ..pipeline.studio.trust import trust
from .dangers import WIDTH, draw_dangers
from .outcome import changed
from .reasons import busy, explains, no_episode, not_trusted, offline

MOST_LINES = 40
"""Lines of a change that its dialog shows."""


def _at_work(context: bpy.types.Context) -> str:
    """Why nothing can be started with captures now ("" where it can)."""
    doing = context.window_manager.lectern.capturing
    return f"{doing}: wait until it is done" if doing else ""


def _none(context: bpy.types.Context) -> str:
    return "" if context.window_manager.lectern.captures else "This episode has no captures"


class _Pictured:
    """A command that makes a picture of captures. `execute` waits for it, `invoke` doesn't."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return explains(
            cls, no_episode(context), _none(context), busy(context), _at_work(context), not_trusted(context), offline(context)
        )

    def execute(self, context: bpy.types.Context) -> set[str]:
        errand = self._start(context)
        if bpy.app.background:
            errands.wait(errand)
            if error := context.window_manager.lectern.capture_error:
                self.report({"ERROR"}, error)
                return {"CANCELLED"}
        return {"FINISHED"}

    def _start(self, context: bpy.types.Context) -> errands.Errand:
        folder = episode_folder(edited_scene(context))
        where = folder / ".lectern" / "previews"
        where.mkdir(parents=True, exist_ok=True)
        return self._begun(folder, where, snapshot.scene_at(edited_scene(context).frame_current))


class LECTERN_OT_contact_sheet(_Pictured, bpy.types.Operator):
    """See every step of the captures as a picture: of the scene under the playhead, else of all scenes"""

    bl_idname = "lectern.contact_sheet"
    bl_label = "Contact Sheet"

    def _begun(self, folder: Path, where: Path, scene: str) -> errands.Errand:
        file = where / f"{scene or 'episode'}.png"
        only = ["--scene", scene] if scene else []
        argv = ["capture", str(folder), "--sheet", str(file), *only]
        return errands.capture(folder, argv, "Drawing the contact sheet", file)


class LECTERN_OT_preview_step(_Pictured, bpy.types.Operator):
    """See the screen after one step of a capture, without recording the rest"""

    bl_idname = "lectern.preview_step"
    bl_label = "Preview Step"

    step: IntProperty(name="Step", description="Which step, counted from 1", default=1, min=1)
    scene: StringProperty(name="Scene", description="Its id; empty: the one under the playhead", options={"SKIP_SAVE"})

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self.scene = snapshot.scene_at(edited_scene(context).frame_current)
        return context.window_manager.invoke_props_dialog(self, confirm_text="Preview")

    def draw(self, context: bpy.types.Context) -> None:
        self.layout.prop(self, "step")
        self.layout.prop(self, "scene")

    def _begun(self, folder: Path, where: Path, scene: str) -> errands.Errand:
        scene = self.scene or scene
        file = where / f"{scene or 'episode'}-{self.step}.png"
        only = ["--scene", scene] if scene else []
        argv = ["capture", str(folder), "--step", str(self.step), "--png", str(file), *only]
        return errands.capture(folder, argv, f"Looking at step {self.step}", file)


class LECTERN_OT_rehearse_goals(bpy.types.Operator):
    """Have a language model work out the goals that have no steps. You see the steps before they are taken over"""

    bl_idname = "lectern.rehearse_goals"
    bl_label = "Work Out Goals"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        none = "" if context.window_manager.lectern.goals else "Every goal has its steps"
        return explains(cls, no_episode(context), none, busy(context), _at_work(context))

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        try:
            episode = read_episode(episode_folder(edited_scene(context)))
            self._shown = rehearsal_dangers(episode, goals(episode))
            self._costs = rehearsal_costs(episode, goals(episode))
        except LecternError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        title = "Allow a language model to do the following?"
        return context.window_manager.invoke_props_dialog(self, width=WIDTH, title=title, confirm_text="Allow and Work Out")

    def draw(self, context: bpy.types.Context) -> None:
        draw_dangers(self.layout, self._shown)
        for line in [] if self._costs.free else question(self._costs).splitlines():
            self.layout.label(text=line)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Allows and agrees to exactly what the dialog has shown; without one, only what was allowed and is free is done."""
        folder, agreed = episode_folder(edited_scene(context)), ()
        if hasattr(self, "_shown"):
            trust(self._shown, folder)
            agreed = ("--yes",)
        errand = errands.capture(folder, ["rehearse", str(folder), *agreed], "Working out goals")
        if bpy.app.background:
            errands.wait(errand)
        return {"CANCELLED"} if context.window_manager.lectern.capture_error else {"FINISHED"}


class _Decided:
    """Something decided about a change that is proposed."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        none = "" if context.window_manager.lectern.changes else "No change is proposed"
        return explains(cls, no_episode(context), none, busy(context))

    def execute(self, context: bpy.types.Context) -> set[str]:
        return changed(self, context, lambda: self._decide(Book(episode_folder(edited_scene(context)))))


class LECTERN_OT_accept_change(_Decided, bpy.types.Operator):
    """See what would change in the script, and take it over. A script that has changed meanwhile is left alone"""

    bl_idname = "lectern.accept_change"
    bl_label = "Accept Change"

    change: StringProperty(name="Change", description="Its id", options={"SKIP_SAVE"})

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        return context.window_manager.invoke_props_dialog(self, width=WIDTH, title="Change the script?", confirm_text="Accept")

    def draw(self, context: bpy.types.Context) -> None:
        row = context.window_manager.lectern.changes.get(self.change)
        lines = row.diff.splitlines() if row else []
        column = self.layout.box().column(align=True)
        for line in lines[:MOST_LINES]:
            for part in broken(line, WIDTH):
                column.label(text=part, icon={"+": "ADD", "-": "REMOVE"}.get(line[:1], "BLANK1"))
        if (more := len(lines) - MOST_LINES) > 0:
            column.label(text=f"and {more} more lines", icon="BLANK1")

    def _decide(self, book: Book) -> None:
        book.accept(self.change, "a person in Blender")


class LECTERN_OT_reject_change(_Decided, bpy.types.Operator):
    """Put the change away; the script stays as it is"""

    bl_idname = "lectern.reject_change"
    bl_label = "Reject Change"

    change: StringProperty(name="Change", description="Its id", options={"SKIP_SAVE"})

    def _decide(self, book: Book) -> None:
        book.reject(self.change, "a person in Blender")


CLASSES = (
    LECTERN_OT_contact_sheet, LECTERN_OT_preview_step, LECTERN_OT_rehearse_goals, LECTERN_OT_accept_change,
    LECTERN_OT_reject_change,
)  # fmt: skip
