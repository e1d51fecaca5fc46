"""Characters: copying, editing, deleting, playing a sample, and giving one the narrator's role."""

from pathlib import Path

import bpy
from bpy.props import BoolProperty, StringProperty

from ..addon import background, snapshot, texts
from ..addon.properties import LecternCharacter, edited_scene, open_episode_folder
from ..pipeline.base.errors import LecternError
from ..pipeline.characters.new import new_character
from ..pipeline.characters.remove import remove_character
from ..pipeline.characters.replace import recast
from .bases import ChangeOperator
from .poll_messages import building, can_run, no_episode, not_trusted, offline

SAMPLE = "Hello, I am {name}, and this is how I sound."


def _selected_character(context: bpy.types.Context, id: str = "") -> LecternCharacter | None:
    """Return the row of the character `id`, or of the selected one."""
    panel = context.window_manager.lectern
    index = panel.characters.find(id) if id else panel.active_character
    return panel.characters[index] if 0 <= index < len(panel.characters) else None


def _no_character(context: bpy.types.Context) -> str:
    """Return why there is no character to work on."""
    return no_episode(context) or ("" if _selected_character(context) else "No character is selected")


class _CharacterOperator(ChangeOperator):
    """Does something with one character: the one with the id `character`, or else the selected one."""

    character: StringProperty(
        name="Character", description="Name the character by its id. Leave it empty for the selected one",
        options={"SKIP_SAVE"},
    )  # fmt: skip

    def row(self, context: bpy.types.Context) -> LecternCharacter:
        """Return the row of the character. Raises LecternError if the episode has no such character."""
        row = _selected_character(context, self.character)
        if row is None:
            raise LecternError(f'There is no character "{self.character}" in this episode')
        return row


class LECTERN_OT_new_character(_CharacterOperator):
    """Copy the selected character with its drawing, so that you can change the copy. It belongs to this episode"""

    bl_idname = "lectern.new_character"
    bl_label = "New Character"

    id: StringProperty(name="Id", description="Choose the name used in the script: letters, digits and hyphens")

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether a character is selected."""
        return can_run(cls, _no_character(context))

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask for the id of the copy."""
        row = self.row(context)
        self.id = f"{row.name}-copy"
        return context.window_manager.invoke_props_dialog(self, title=f"Copy {row.title}", confirm_text="Copy")

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the dialog."""
        row = self.layout.row()
        row.activate_init = True
        row.prop(self, "id")

    def make_change(self, context: bpy.types.Context) -> None:
        """Copy the character and select the copy."""
        new_character(open_episode_folder(context), self.id, source=self.row(context).name)
        snapshot.forget()
        snapshot.refresh(edited_scene(context))
        panel = context.window_manager.lectern
        panel.active_character = max(0, panel.characters.find(self.id))


class LECTERN_OT_edit_character(_CharacterOperator):
    """Open the character's file in Blender's text editor: its voice, its drawing, its palette"""

    bl_idname = "lectern.edit_character"
    bl_label = "Edit Character"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether the selected character can be changed."""
        return can_run(cls, _no_character(context), _not_editable(_selected_character(context)))

    def make_change(self, context: bpy.types.Context) -> None:
        """Open the file."""
        row = self.row(context)
        if reason := _not_editable(row):
            raise LecternError(reason)
        texts.open_in_text_editor(Path(row.file))


class _NarratorOperator(_CharacterOperator):
    """Gives the narrator's lines to a character."""

    swap: BoolProperty(
        name="Swap Lines", default=False, options={"SKIP_SAVE"},
        description="Give the character's own lines to the former narrator",
    )  # fmt: skip

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Give the character the lines. If it has lines of its own, first ask who shall speak those."""
        row = _selected_character(context, self.character)
        if not row or row.line_count == 0 or row.is_narrator:
            return self.execute(context)
        self.swap = True
        title = f"{row.title} Already Speaks in This Episode"
        return context.window_manager.invoke_props_dialog(self, title=title, confirm_text=self.bl_label)

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the dialog."""
        self.layout.prop(self, "swap")

    def make_change(self, context: bpy.types.Context) -> None:
        """Change the speaker of the narrator's lines in script.md, and report how many lines those are."""
        row = self.row(context)
        result = recast(open_episode_folder(context), row.name, scene=self.scene(context), swap=self.swap)
        count = sum(result.lines.values())
        self.report(
            {"INFO"}, f"{row.title} now speaks {count} line{'' if count == 1 else 's'}. Build the episode to hear it."
        )

    def scene(self, context: bpy.types.Context) -> str | None:
        """Return the id of the scene to change, or None for the whole episode."""
        return None


class LECTERN_OT_narrate_episode(_NarratorOperator):
    """Let this character narrate the whole episode. Only names in script.md change"""

    bl_idname = "lectern.narrate_episode"
    bl_label = "Narrate the Episode"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether the selected character is not the narrator yet."""
        row = _selected_character(context)
        already = f"{row.title} is already the narrator" if row and row.is_narrator else ""
        return can_run(cls, _no_character(context), building(context), already)


class LECTERN_OT_narrate_scene(_NarratorOperator):
    """Let this character narrate the scene under the playhead. Only names in script.md change"""

    bl_idname = "lectern.narrate_scene"
    bl_label = "Narrate This Scene"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether a scene is under the playhead."""
        is_on_scene = no_episode(context) or snapshot.scene_at(edited_scene(context).frame_current)
        nowhere = "" if is_on_scene else "No scene is under the playhead: build the episode first"
        return can_run(cls, _no_character(context), building(context), nowhere)

    def scene(self, context: bpy.types.Context) -> str | None:
        """Return the id of the scene under the playhead."""
        return snapshot.scene_at(edited_scene(context).frame_current)


class LECTERN_OT_hear_character(_CharacterOperator):
    """Play a sample of the character's voice. A paid service charges for it as for any sentence"""

    bl_idname = "lectern.hear_character"
    bl_label = "Play Sample"

    text: StringProperty(
        name="Text", description="Choose what the voice says. Leave it empty for a greeting", options={"SKIP_SAVE"}
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether the voice of the selected character may be used."""
        return can_run(cls, _no_character(context), _voice_not_allowed(context, _selected_character(context)))

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Start recording the sample; it is played when it is done."""
        self._in_background = True
        return self.execute(context)

    def make_change(self, context: bpy.types.Context) -> None:
        """Record the sample and play it. Waits for it, unless the operator was invoked."""
        row = self.row(context)
        if reason := _voice_not_allowed(context, row):
            raise LecternError(reason)
        text = self.text or SAMPLE.format(name=row.title)
        command = background.play_sample(open_episode_folder(context), text, "--character", row.name)
        if not getattr(self, "_in_background", False):
            background.wait(command)
            if error := context.window_manager.lectern.sample_error:
                raise LecternError(error)


class LECTERN_OT_remove_character(_CharacterOperator):
    """Delete the files of a character that belongs to this episode"""

    bl_idname = "lectern.remove_character"
    bl_label = "Delete Character"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether the selected character belongs to the episode and is not used."""
        return can_run(cls, _no_character(context), building(context), _not_removable(_selected_character(context)))

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask before deleting."""
        row = self.row(context)
        return context.window_manager.invoke_confirm(
            self, event, title=f"Delete {row.title}?", icon="WARNING", confirm_text="Delete",
            message=f"{Path(row.file).name} and its drawing will be deleted. This can't be undone.",
        )  # fmt: skip

    def make_change(self, context: bpy.types.Context) -> None:
        """Delete the files."""
        remove_character(open_episode_folder(context), self.row(context).name)


def _not_editable(row: LecternCharacter | None) -> str:
    """Return why the character's file can't be changed."""
    if row is None or row.home != "lectern":
        return ""
    return f"{row.title} comes with Lectern and can't be changed: copy it with New Character, and change the copy"


def _not_removable(row: LecternCharacter | None) -> str:
    """Return why the character can't be deleted."""
    if row is None or (row.home == "episode" and not row.is_used):
        return ""
    if row.home == "episode":
        return f"The script uses {row.title}: give its lines to another character first"
    return f"{row.title} belongs to {'the studio' if row.home == 'studio' else 'Lectern'}, not to this episode"


def _voice_not_allowed(context: bpy.types.Context, row: LecternCharacter | None) -> str:
    """Return why the character's voice, if it runs a program or contacts a server, may not be used."""
    return (not_trusted(context) or offline(context)) if row and row.reaches_out else ""


CLASSES = (
    LECTERN_OT_new_character, LECTERN_OT_edit_character, LECTERN_OT_narrate_scene, LECTERN_OT_narrate_episode,
    LECTERN_OT_hear_character, LECTERN_OT_remove_character,
)  # fmt: skip
