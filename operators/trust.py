"""Trusting an episode: a person reads what would run, and allows it, with their rights or in the sandbox."""

from collections.abc import Iterable

import bpy
from bpy.props import EnumProperty

from ..addon.properties import open_episode_folder
from ..addon.text_wrap import wrap_text
from ..pipeline.base.errors import LecternError, escape_invisible
from ..pipeline.episode.folder import read_episode
from ..pipeline.trust.allowed import allow, beyond_sandbox, in_sandbox, require_sandbox, suggests_sandbox
from ..pipeline.trust.grants import changes_since_grant, is_own
from ..pipeline.trust.permissions import permission_requests
from ..pipeline.trust.request import PermissionRequest
from .bases import ChangeOperator
from .poll_messages import building, can_run, no_episode

DIALOG_WIDTH = 700
"""Width of a dialog that lists permissions, in pixels at a resolution scale of 1."""

_PLACE_SHARE = 0.28
"""The share of that width for a permission's kind and place in the script."""

_WRAP_SHARE = 0.8
"""Lines are wrapped at this share of their column, so that a text of wide letters is not cut off either."""

_SANDBOX = "Its programs can use the system and your tools, and see none of your files"
_WAYS = (
    ("sandboxed", "In a Sandbox", _SANDBOX),
    ("full", "With My Rights", "Its programs can do whatever you can do on this computer"),
)


class LECTERN_OT_trust_episode(ChangeOperator):
    """Review what the episode would run on this machine, and allow it. You are asked again when that changes"""

    bl_idname = "lectern.trust_episode"
    bl_label = "Trust Episode"
    bl_options = {"INTERNAL"}

    way: EnumProperty(name="Run It", items=_WAYS, default="full", options={"SKIP_SAVE"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether an episode is open that is not trusted yet, or runs in the sandbox only."""
        panel = context.window_manager.lectern
        already = "You have already allowed what this episode runs" if panel.trusted and not panel.sandboxed else ""
        return can_run(cls, no_episode(context), building(context), already)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Show in a dialog what the episode would run. For an episode of somebody else's, the sandbox is selected."""
        try:
            self._episode = read_episode(open_episode_folder(context))
            self._shown = permission_requests(self._episode)
            self._boxed = permission_requests(in_sandbox(self._episode))
            self._changed = changes_since_grant(self._shown, self._episode.folder).strip()
            if suggests_sandbox(self._episode, permission_requests):
                self.way = "sandboxed"
        except LecternError as error:  # the script may have changed since the panel was drawn
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        return context.window_manager.invoke_props_dialog(
            self, width=DIALOG_WIDTH, title="Allow this episode to do the following?", confirm_text="Allow"
        )

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the dialog."""
        self.layout.label(text=context.window_manager.lectern.folder, icon="FILE_FOLDER")
        if not is_own(self._episode.folder):
            self.layout.label(text="This episode was neither made nor built on this computer before.", icon="INFO")
        for line in wrap_text(self._changed, _WRAP_SHARE * DIALOG_WIDTH) if self._changed else ():
            self.layout.label(text=line)
        draw_permissions(self.layout, self._shown)
        if self._boxed == self._shown:
            self.layout.label(text="If any of it changes, you are asked again.")
            return
        self.layout.row().prop(self, "way", expand=True)
        for line in self._consequences():
            for part in wrap_text(line, _WRAP_SHARE * DIALOG_WIDTH):
                self.layout.label(text=part)

    def make_change(self, context: bpy.types.Context) -> None:
        """Allow exactly what the dialog has shown, in the way that was chosen, and nothing without a dialog."""
        if not hasattr(self, "_shown"):
            raise LecternError("Only a person can trust an episode: in this button's dialog, or with --trust")
        boxed = self.way == "sandboxed" and self._boxed != self._shown
        allow(
            self._episode,
            lambda form: self._shown if form is self._episode else self._boxed,
            "sandboxed" if boxed else True,
        )

    def _consequences(self) -> tuple[str, ...]:
        """Return what the selected way means for a person."""
        if self.way == "full":
            return ("It runs with your rights. If any of it changes, you are asked again.",)
        try:
            require_sandbox(self._boxed)
        except LecternError as error:
            return tuple(line.strip() for line in str(error).splitlines() if line.strip())
        more = tuple(f"  {request.where}  {escape_invisible(request.what)}" for request in beyond_sandbox(self._boxed))
        return (f"{_SANDBOX}. Beyond that, it asks for:" if more else f"{_SANDBOX}.", *more)


def draw_permissions(layout: bpy.types.UILayout, requests: Iterable[PermissionRequest]) -> None:
    """Draw a row for each request in a dialog of `DIALOG_WIDTH`: all of its text, however long it is."""
    rows = layout.box().column(align=True)
    for request in requests:
        row = rows.split(factor=_PLACE_SHARE)
        row.label(text=f"{request.kind}, {request.where}")
        column = row.column(align=True)
        for line in wrap_text(escape_invisible(request.what), _WRAP_SHARE * (1 - _PLACE_SHARE) * DIALOG_WIDTH):
            column.label(text=line)


CLASSES = (LECTERN_OT_trust_episode,)
