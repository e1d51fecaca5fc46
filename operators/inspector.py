"""What can be done with the element that the active strip stands for."""

from pathlib import Path

import bpy
from bpy.props import BoolProperty, EnumProperty, IntProperty, StringProperty

from ..addon import snapshot, texts
from ..addon.build import Build, forget_place, start_build
from ..addon.inspected import active_strip, inspect
from ..addon.properties import edited_scene, open_episode_folder
from ..addon.sequencer.owned import ID
from ..pipeline.base.errors import LecternError
from ..pipeline.episode.nodes import quoted
from ..pipeline.episode.source import SCRIPT
from ..pipeline.studio import element_changes, scene_changes
from ..pipeline.studio.elements import ElementCard
from .bases import ScriptOperator
from .build import BuildOperator
from .poll_messages import building, can_run, no_episode

AT_START = "@start"
"""The item of a menu of marks that stands for the scene's start."""

_items: dict[str, list[tuple[str, str, str]]] = {}
"""The items of menus, which Blender wants to be kept."""


def wrong_kind(context: bpy.types.Context, *kinds: str) -> str:
    """Return why the active strip is none of `kinds` of elements."""
    element, reason = inspect(edited_scene(context))
    if element is None:
        return reason
    names = {
        "line": "narration",
        "overlay": "an overlay",
        "clip": "a clip",
        "capture": "a capture",
        "narrator": "a narrator",
    }
    return "" if element.kind in kinds else f"It is not {' or '.join(names[kind] for kind in kinds)}"


def active_element(context: bpy.types.Context) -> ElementCard:
    """Return the element of the active strip. Raises LecternError if it stands for none."""
    element, reason = inspect(edited_scene(context))
    if element is None:
        raise LecternError(reason)
    return element


class LECTERN_OT_edit_words(ScriptOperator):
    """Change what is said or shown, in script.md. A narration's line is Markdown: {marks} and *emphasis* stay where you leave them"""

    bl_idname = "lectern.edit_words"
    bl_label = "Edit Words"

    text: StringProperty(name="Text", description="What is said, or what the overlay shows", options={"SKIP_SAVE"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether the active strip has words that the script holds."""
        element, _ = inspect(edited_scene(context))
        is_list = "It is a list: open it in the script" if element and element.key == "items" else ""
        return can_run(cls, no_episode(context), wrong_kind(context, "line", "overlay"), is_list)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask for the words."""
        self.text = active_element(context).text.replace("\n", " ")
        return context.window_manager.invoke_props_dialog(self, title="Edit Words", confirm_text="Change", width=700)

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the dialog."""
        row = self.layout.row()
        row.activate_init = True
        row.prop(self, "text", text="")

    def make_change(self, context: bpy.types.Context) -> None:
        """Write the words into the script."""
        folder, element = open_episode_folder(context), active_element(context)
        if not self.text.strip():
            raise LecternError("Without words there is nothing to say: delete it in the script instead")
        if element.kind == "line":
            scene_changes.say_instead(folder, element.line, self.text.strip())
        else:
            scene_changes.set_block_value(folder, element.line, element.key, quoted(self.text))


def _mark_items(_operator: object, context: bpy.types.Context | None) -> list[tuple[str, str, str]]:
    reading, element = snapshot.current(), inspect(edited_scene(context))[0] if context else None
    marks = []
    if element and reading and reading.episode:
        scene = next((scene for scene in reading.episode.scenes if scene.id == element.scene), None)
        marks = [mark.name for line in scene.lines for mark in line.marks] if scene else []
    _items["marks"] = [
        (AT_START, "When the scene begins", ""),
        *((mark, mark, f"At the mark {mark}") for mark in marks),
    ]
    return _items["marks"]


class LECTERN_OT_appear_at(ScriptOperator):
    """Choose the mark at which the overlay or clip appears"""

    bl_idname = "lectern.appear_at"
    bl_label = "Appear At"

    mark: EnumProperty(name="Mark", items=_mark_items, options={"SKIP_SAVE"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether the active strip is of an overlay or a clip."""
        return can_run(cls, no_episode(context), wrong_kind(context, "overlay", "clip"))

    def make_change(self, context: bpy.types.Context) -> None:
        """Write the mark into the script."""
        mark = "" if self.mark == AT_START else self.mark
        element_changes.appear_at(open_episode_folder(context), active_element(context), mark)


def _speaker_items(_operator: object, context: bpy.types.Context | None) -> list[tuple[str, str, str]]:
    rows = context.window_manager.lectern.characters if context else ()
    _items["speakers"] = [(row.name, row.title, row.voice) for row in rows] or [("ada", "Ada", "")]
    return _items["speakers"]


class LECTERN_OT_speak_as(ScriptOperator):
    """Let another character speak this line. Only names in script.md change"""

    bl_idname = "lectern.speak_as"
    bl_label = "Spoken By"

    character: EnumProperty(name="Character", items=_speaker_items, options={"SKIP_SAVE"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether the active strip is of a line."""
        return can_run(cls, no_episode(context), wrong_kind(context, "line"))

    def make_change(self, context: bpy.types.Context) -> None:
        """Write the speaker into the script."""
        element_changes.speak_as(open_episode_folder(context), active_element(context).id, self.character)


class LECTERN_OT_make_again(BuildOperator):
    """Delete the take that this strip plays and build, so that it is made anew. A paid service charges for it once more"""

    bl_idname = "lectern.make_again"
    bl_label = "Make Again"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether the active strip plays a take, and a build may start."""
        element, reason = inspect(edited_scene(context))
        taken = (
            ""
            if element and element.source.startswith("media/")
            else "It plays no take: there is nothing to make again"
        )
        return can_run(cls, no_episode(context), reason, taken) and super().poll(context)

    def start(self, context: bpy.types.Context) -> Build:
        """Delete the take and start the build."""
        folder = open_episode_folder(context)
        element_changes.forget_take(folder, active_element(context).source)
        return start_build(folder, edited_scene(context))


class LECTERN_OT_replace_file(ScriptOperator):
    """Show another picture in this overlay: a copy of it goes into the episode, and the old one stays there"""

    bl_idname = "lectern.replace_file"
    bl_label = "Replace File"

    filepath: StringProperty(name="File", description="A picture", subtype="FILE_PATH")
    filter_image: BoolProperty(default=True, options={"HIDDEN"})
    filter_folder: BoolProperty(default=True, options={"HIDDEN"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether the active strip is of an overlay with a picture."""
        element, _ = inspect(edited_scene(context))
        is_image = element is None or element.title == "Image"
        reason = "" if is_image else "It shows no picture of yours: only an image overlay does"
        return can_run(cls, no_episode(context), wrong_kind(context, "overlay"), reason)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Let the person choose a file."""
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def make_change(self, context: bpy.types.Context) -> None:
        """Copy it, and write its name into the script."""
        element_changes.replace_file(
            open_episode_folder(context), active_element(context), Path(bpy.path.abspath(self.filepath))
        )


class LECTERN_OT_show_in_script(bpy.types.Operator):
    """Open script.md in the text editor, at the line of what this strip stands for"""

    bl_idname = "lectern.show_in_script"
    bl_label = "Show in Script"

    line: IntProperty(
        name="Line", description="A line of script.md. 0: that of the active strip", options={"SKIP_SAVE"}
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether an episode is open."""
        return can_run(cls, no_episode(context))

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Open it."""
        element, reason = inspect(edited_scene(context))
        line = self.line or (element.line if element else 0)
        try:
            if not line:
                raise LecternError(reason or "No line of the script makes this strip")
            texts.open_at_line(open_episode_folder(context) / SCRIPT, line)
        except LecternError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        return {"FINISHED"}


class LECTERN_OT_place_narrator(ScriptOperator):
    """Put the narrator on this side in the whole scene. A place that you have given by hand is given up"""

    bl_idname = "lectern.place_narrator"
    bl_label = "Place Narrator"

    side: EnumProperty(
        name="Side",
        items=(
            ("left", "Left", "On the left"),
            ("right", "Right", "On the right"),
            ("auto", "Let Lectern Place", "Where less is hidden, over the whole scene"),
        ),
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether the active strip is of a narrator."""
        return can_run(cls, no_episode(context), building(context), wrong_kind(context, "narrator"))

    def make_change(self, context: bpy.types.Context) -> None:
        """Write the side into the script, and forget where the person has put the strip."""
        element = active_element(context)
        element_changes.place_narrator(open_episode_folder(context), element.scene, element.id, self.side)
        forget_place(open_episode_folder(context), edited_scene(context), element.strip)


class LECTERN_OT_mirror_narrator(bpy.types.Operator):
    """Mirror the narrator, so that she looks the other way"""

    bl_idname = "lectern.mirror_narrator"
    bl_label = "Mirror"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether the active strip is of a narrator."""
        return can_run(cls, no_episode(context), wrong_kind(context, "narrator"))

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Flip the strip; the next build keeps it so."""
        if strip := active_strip(edited_scene(context)):
            strip.use_flip_x = not strip.use_flip_x
        return {"FINISHED"}


class LECTERN_OT_reset_strip(bpy.types.Operator):
    """Give the active strip back to the script: nothing of what you changed on it by hand stays"""

    bl_idname = "lectern.reset_strip"
    bl_label = "Reset to Script"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether the active strip is Lectern's."""
        return can_run(cls, no_episode(context), building(context), inspect(edited_scene(context))[1])

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Reset it."""
        strip = active_strip(edited_scene(context))
        try:
            return bpy.ops.lectern.reset_edits(strip=strip[ID] if strip else "")
        except RuntimeError as error:  # what the operator has reported
            self.report({"ERROR"}, str(error).removeprefix("Error: ").strip())
            return {"CANCELLED"}


CLASSES = (
    LECTERN_OT_edit_words, LECTERN_OT_appear_at, LECTERN_OT_speak_as, LECTERN_OT_make_again, LECTERN_OT_replace_file,
    LECTERN_OT_show_in_script, LECTERN_OT_place_narrator, LECTERN_OT_mirror_narrator, LECTERN_OT_reset_strip,
)  # fmt: skip
