"""The inspector: what the active strip stands for, and what can be done with it."""

import bpy

from ..addon import recorder
from ..addon.inspected import active_strip, inspect
from ..addon.preview.overview import placed
from ..addon.properties import edited_scene
from ..pipeline.base.clock import time_code
from ..pipeline.base.errors import visible
from ..pipeline.studio.elements import ElementCard
from .lines import paragraph
from .sidebar import EpisodeTab

ICONS = {
    "line": "SPEAKER", "capture": "DESKTOP", "overlay": "FONT_DATA", "clip": "SEQ_STRIP_META", "narrator": "USER", "other": "SEQUENCE",
}  # fmt: skip
MAX_STEPS = 12


class LECTERN_PT_inspector(EpisodeTab, bpy.types.Panel):
    """What the active strip stands for in the script."""

    bl_label = "Inspector"
    bl_order = 2

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the element, and the buttons that change it."""
        element, reason = inspect(edited_scene(context))
        if element is None:
            column = self.layout.column(align=True)
            column.active = False
            paragraph(column, context, reason)
            return
        _draw_title(self.layout, element)
        _draw_words(self.layout, context, element)
        _draw_speaking(self.layout, element)
        _draw_marks(self.layout, element)
        _draw_steps(self.layout, context, element)
        _draw_buttons(self.layout, element)


class LECTERN_PT_why(EpisodeTab, bpy.types.Panel):
    """Why the active strip is when and where it is."""

    bl_label = "Time and Place"
    bl_parent_id = "LECTERN_PT_inspector"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether the active strip stands for something."""
        return inspect(edited_scene(context))[0] is not None

    def draw(self, context: bpy.types.Context) -> None:
        """Draw when it is, why, and what was changed by hand."""
        element, _ = inspect(edited_scene(context))
        if element is None:
            return
        column = self.layout.column(align=True)
        column.label(text=f"{time_code(element.start)}, for {element.seconds:.1f} s", icon="TIME")
        for sentence in element.why:
            paragraph(column, context, visible(sentence), "DOT")
        place, _ = placed(edited_scene(context))
        if place and place.seen:
            hides = place.hides()
            paragraph(column, context, visible(f"It {hides or 'hides nothing'}"), "ERROR" if hides else "CHECKMARK")
        if strip := active_strip(edited_scene(context)):
            _draw_place(self.layout.column(align=True), strip)
        if element.by_hand:
            column.separator()
            column.label(text="Changed by hand:", icon="VIEW_PAN")
            for change in element.by_hand:
                paragraph(column, context, visible(change), "DOT")
            self.layout.operator("lectern.reset_strip", icon="LOOP_BACK")


def _draw_title(layout: bpy.types.UILayout, element: ElementCard) -> None:
    row = layout.split(factor=0.72, align=True)
    row.label(text=visible(element.title), icon=ICONS[element.kind])
    if element.line:
        row.operator("lectern.show_in_script", text=f"Line {element.line}", icon="TEXT").line = element.line


def _draw_place(column: bpy.types.UILayout, strip: bpy.types.Strip) -> None:
    """Draw Blender's own fields for where a strip is, and how large or loud."""
    if strip.type == "SOUND":
        column.prop(strip, "volume", text="Volume")
        return
    row = column.row(align=True)
    row.prop(strip.transform, "offset_x", text="X")
    row.prop(strip.transform, "offset_y", text="Y")
    row = column.row(align=True)
    row.prop(strip.transform, "scale_x", text="Width")
    row.prop(strip.transform, "scale_y", text="Height")
    if strip.type == "TEXT":
        column.prop(strip, "font_size", text="Size")


def _draw_words(layout: bpy.types.UILayout, context: bpy.types.Context, element: ElementCard) -> None:
    if element.text:
        box = layout.box().column(align=True)
        paragraph(box, context, visible(element.text), beside=12)
    if element.kind in ("line", "overlay"):
        layout.operator("lectern.edit_words", text="Edit Words…", icon="GREASEPENCIL")


def _draw_speaking(layout: bpy.types.UILayout, element: ElementCard) -> None:
    if not element.speaker:
        return
    split = layout.split(factor=0.4)
    split.label(text=element.speaker, icon="USER")
    voice = split.row()
    voice.active = False
    voice.label(text=element.voice)


def _draw_marks(layout: bpy.types.UILayout, element: ElementCard) -> None:
    for mark in element.marks:
        split = layout.split(factor=0.4)
        split.label(text=mark.name, icon="MARKER")
        split.label(text=f"at “{visible(mark.word)}”" if mark.word else "at the end")


def _draw_steps(layout: bpy.types.UILayout, context: bpy.types.Context, element: ElementCard) -> None:
    if not element.steps:
        return
    box = layout.box().column(align=True)
    for number, step in enumerate(element.steps[:MAX_STEPS], start=1):
        paragraph(box, context, f"{number}  {visible(step)}", beside=12)
    if (more := len(element.steps) - MAX_STEPS) > 0:
        box.label(text=f"and {more} more")


def _draw_buttons(layout: bpy.types.UILayout, element: ElementCard) -> None:
    column = layout.column(align=True)
    if element.kind == "line":
        column.operator_menu_enum("lectern.speak_as", "character", icon="USER")
        if recording := recorder.running():
            _draw_recording(column, recording)
        else:
            column.operator("lectern.record_line", text="Record My Voice", icon="REC")
        column.operator("lectern.add_recording", text="Use a Recording…", icon="FILE_SOUND")
        column.operator_menu_enum("lectern.choose_recording", "take", icon="PRESET")
    if element.kind in ("overlay", "clip"):
        column.operator_menu_enum("lectern.appear_at", "mark", icon="MARKER")
    if element.kind == "narrator":
        row = column.row(align=True)
        row.operator("lectern.place_narrator", text="Left", icon="TRIA_LEFT").side = "left"
        row.operator("lectern.place_narrator", text="Right", icon="TRIA_RIGHT").side = "right"
        row.operator("lectern.mirror_narrator", icon="MOD_MIRROR")
        column.operator("lectern.place_narrator", text="Let Lectern Place", icon="SHADERFX").side = "auto"
    if element.title == "Image":
        column.operator("lectern.replace_file", text="Replace File…", icon="FILE_IMAGE")
    column.operator("lectern.make_again", icon="FILE_REFRESH")


def _draw_recording(layout: bpy.types.UILayout, recording: recorder.RunningRecording) -> None:
    """Draw how long a person has spoken, and how loud they are now."""
    microphone = recording.microphone
    said = f"{int(microphone.seconds) // 60}:{int(microphone.seconds) % 60:02}"
    layout.progress(factor=min(1.0, microphone.level), text=said if microphone.goes_on else f"{said}, it has ended")
    row = layout.row(align=True)
    row.operator("lectern.keep_recording", icon="CHECKMARK")
    row.operator("lectern.drop_recording", icon="X")


CLASSES = (LECTERN_PT_inspector, LECTERN_PT_why)
