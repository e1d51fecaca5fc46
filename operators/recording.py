"""A person's own voice for the line that the active strip speaks: from a microphone, from a file, and which take is used."""

from pathlib import Path

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatProperty, StringProperty

from ..addon import recorder
from ..addon.inspected import inspect
from ..addon.properties import edited_scene, open_episode_folder
from ..pipeline.studio import element_changes
from .bases import ChangeOperator
from .inspector import active_element, wrong_kind
from .poll_messages import building, can_run, no_episode

_items: dict[str, list[tuple[str, str, str]]] = {}
"""The items of menus, which Blender wants to be kept."""


def _not_recorded(context: bpy.types.Context) -> str:
    """Return why the line can have no recording of the person's own."""
    element, _ = inspect(edited_scene(context))
    if element is None or element.recorded:
        return ""
    return (
        f'{element.speaker} speaks with {element.voice}: let somebody with the voice "recording" speak this line first'
    )


class LECTERN_OT_add_recording(ChangeOperator):
    """Copy a recording of yours into the episode as the newest take of this line; the next build uses it"""

    bl_idname = "lectern.add_recording"
    bl_label = "Use a Recording"

    filepath: StringProperty(name="File", description="A WAV, MP3, M4A, FLAC, OGG or Opus file", subtype="FILE_PATH")
    filter_sound: BoolProperty(default=True, options={"HIDDEN"})
    filter_folder: BoolProperty(default=True, options={"HIDDEN"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether the active strip is of a line that a person records."""
        return can_run(cls, no_episode(context), wrong_kind(context, "line"), _not_recorded(context), building(context))

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Let the person choose a file."""
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def make_change(self, context: bpy.types.Context) -> None:
        """Copy it."""
        file = Path(bpy.path.abspath(self.filepath))
        copy = element_changes.add_recording(open_episode_folder(context), active_element(context).id, file)
        self.report({"INFO"}, f"{copy.name} is used from the next build on")


def _take_items(_operator: object, context: bpy.types.Context | None) -> list[tuple[str, str, str]]:
    element = inspect(edited_scene(context))[0] if context else None
    found = []
    if context and element and element.kind == "line":
        takes, used = element_changes.recorded_takes(open_episode_folder(context), element.id)
        found = [(take.name, f"{take.name}{' (used)' if take == used else ''}", "") for take in takes]
    _items["takes"] = found or [("none", "No recording", "")]
    return _items["takes"]


class LECTERN_OT_choose_recording(ChangeOperator):
    """Choose which of your recordings of this line is used"""

    bl_idname = "lectern.choose_recording"
    bl_label = "Choose Take"

    take: EnumProperty(name="Take", items=_take_items, options={"SKIP_SAVE"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether the active strip is of a line that a person records."""
        return can_run(cls, no_episode(context), wrong_kind(context, "line"), _not_recorded(context), building(context))

    def make_change(self, context: bpy.types.Context) -> None:
        """Give it the name by which it is chosen."""
        element_changes.choose_recording(open_episode_folder(context), active_element(context).id, self.take)


class LECTERN_OT_record_line(ChangeOperator):
    """Record yourself saying this line, from the microphone. Press Keep when you have said it; the next build uses it"""

    bl_idname = "lectern.record_line"
    bl_label = "Record My Voice"

    seconds: FloatProperty(
        name="Seconds", description="Stop and keep it after this time (0: when Keep is pressed)", min=0.0, max=600.0
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether the active strip is of a line that a person records, and nothing is recorded now."""
        busy = "A line is being recorded: press Keep or Drop" if recorder.running() else ""
        why = wrong_kind(context, "line") or _not_recorded(context)
        return can_run(cls, no_episode(context), why, building(context), busy)

    def make_change(self, context: bpy.types.Context) -> None:
        """Begin; with a time, or where nobody can press a button, wait for the end."""
        recorder.start(open_episode_folder(context), active_element(context).id, self.seconds)
        if self.seconds:
            self.report({"INFO"}, f"{recorder.keep(wait=True).name} is used from the next build on")


class LECTERN_OT_keep_recording(ChangeOperator):
    """Stop recording: what you have said is the newest take of the line, which the next build uses"""

    bl_idname = "lectern.keep_recording"
    bl_label = "Keep"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether a line is being recorded."""
        return can_run(cls, "" if recorder.running() else "Nothing is recorded now")

    def make_change(self, context: bpy.types.Context) -> None:
        """Write it."""
        self.report({"INFO"}, f"{recorder.keep().name} is used from the next build on")


class LECTERN_OT_drop_recording(ChangeOperator):
    """Stop recording, and keep nothing of it"""

    bl_idname = "lectern.drop_recording"
    bl_label = "Drop"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether a line is being recorded."""
        return can_run(cls, "" if recorder.running() else "Nothing is recorded now")

    def make_change(self, context: bpy.types.Context) -> None:
        """Stop."""
        recorder.drop()


CLASSES = (
    LECTERN_OT_add_recording, LECTERN_OT_record_line, LECTERN_OT_keep_recording, LECTERN_OT_drop_recording,
    LECTERN_OT_choose_recording,
)  # fmt: skip
