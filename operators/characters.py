"""Characters: made, edited, heard, given the narrator's role, deleted. Without a name, the chosen one is meant."""

from pathlib import Path

import bpy
from bpy.props import BoolProperty, StringProperty

from ..addon import errands, snapshot, texts
from ..addon.properties import LecternCharacter, edited_scene, episode_folder
from ..pipeline.errors import LecternError
from ..pipeline.studio.characters import new_character, remove_character
from ..pipeline.studio.recast import recast
from .outcome import changed
from .reasons import busy, explains, no_episode, not_trusted, offline

SAMPLE = "Hello, I am {name}, and this is how I sound."


def _member(context: bpy.types.Context, id: str = "") -> LecternCharacter | None:
    """The row of the character `id`, or of the chosen one."""
    panel = context.window_manager.lectern
    index = panel.cast.find(id) if id else panel.member
    return panel.cast[index] if 0 <= index < len(panel.cast) else None


def _nobody(context: bpy.types.Context) -> str:
    """Why there is nobody to work on ("" where there is)."""
    return no_episode(context) or ("" if _member(context) else "No character is chosen")


class _OnCharacter:
    """Something done with a character: by its id, else the chosen one."""

    character: StringProperty(name="Character", description="Its id; empty: the chosen one", options={"SKIP_SAVE"})

    def execute(self, context: bpy.types.Context) -> set[str]:
        return changed(self, context, lambda: self._done(context))

    def _done(self, context: bpy.types.Context) -> None:
        row = _member(context, self.character)
        if row is None:
            raise LecternError(f'There is no character "{self.character}" in this episode')
        self._do(context, episode_folder(edited_scene(context)), row)


class LECTERN_OT_new_character(_OnCharacter, bpy.types.Operator):
    """Make a character of the episode's own: a copy of the chosen one, with its drawing, to be changed"""

    bl_idname = "lectern.new_character"
    bl_label = "New Character"

    character: _OnCharacter.__annotations__["character"]
    id: StringProperty(name="Id", description="What the script calls it: letters, digits and hyphens")

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return explains(cls, _nobody(context))

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        row = _member(context, self.character)
        self.id = f"{row.name}-copy"
        title = f"A Copy of {row.title}"
        return context.window_manager.invoke_props_dialog(self, title=title, confirm_text="Make")

    def draw(self, context: bpy.types.Context) -> None:
        row = self.layout.row()
        row.activate_init = True
        row.prop(self, "id")

    def _do(self, context: bpy.types.Context, folder: Path, row: LecternCharacter) -> None:
        new_character(folder, self.id, source=row.name)
        snapshot.forget()
        snapshot.refresh(edited_scene(context))
        panel = context.window_manager.lectern
        panel.member = max(0, panel.cast.find(self.id))


class LECTERN_OT_edit_character(_OnCharacter, bpy.types.Operator):
    """Open the character's file in Blender's text editor: its voice, its drawing, its palette"""

    bl_idname = "lectern.edit_character"
    bl_label = "Edit Character"

    character: _OnCharacter.__annotations__["character"]

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return explains(cls, _nobody(context), _not_editable(_member(context)))

    def _do(self, context: bpy.types.Context, folder: Path, row: LecternCharacter) -> None:
        if said := _not_editable(row):
            raise LecternError(said)
        texts.edit(Path(row.file))


class _Narrates(_OnCharacter):
    """Lets a character speak what the narrator says."""

    swap: BoolProperty(
        name="Change Places", default=False, options={"SKIP_SAVE"},
        description="Where both speak: the former narrator speaks the character's lines",
    )  # fmt: skip

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        row = _member(context, self.character)
        if not row or row.lines == 0 or row.narrates:
            return self.execute(context)
        self.swap = True
        title = f"{row.title} Speaks in This Episode"
        return context.window_manager.invoke_props_dialog(self, title=title, confirm_text=self.bl_label)

    def draw(self, context: bpy.types.Context) -> None:
        self.layout.prop(self, "swap")

    def _do(self, context: bpy.types.Context, folder: Path, row: LecternCharacter) -> None:
        done = recast(folder, row.name, scene=self._scene(context), swap=self.swap)
        number = sum(done.lines.values())
        self.report({"INFO"}, f"{row.title} speaks {number} line{'' if number == 1 else 's'} now: build the episode")

    def _scene(self, context: bpy.types.Context) -> str | None:
        """The scene that is meant, None: all of them."""
        return None


class LECTERN_OT_narrate_episode(_Narrates, bpy.types.Operator):
    """Let this character tell the whole episode in the narrator's place. Only names in script.md change"""

    bl_idname = "lectern.narrate_episode"
    bl_label = "Narrate the Episode"

    character: _OnCharacter.__annotations__["character"]
    swap: _Narrates.__annotations__["swap"]

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        row = _member(context)
        already = f"{row.title} is the narrator already" if row and row.narrates else ""
        return explains(cls, _nobody(context), busy(context), already)


class LECTERN_OT_narrate_scene(_Narrates, bpy.types.Operator):
    """Let this character tell the scene under the playhead in the narrator's place. Only names in script.md change"""

    bl_idname = "lectern.narrate_scene"
    bl_label = "Narrate This Scene"

    character: _OnCharacter.__annotations__["character"]
    swap: _Narrates.__annotations__["swap"]

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        here = no_episode(context) or snapshot.scene_at(edited_scene(context).frame_current)
        nowhere = "" if here else "No scene is under the playhead: build the episode first"
        return explains(cls, _nobody(context), busy(context), nowhere)

    def _scene(self, context: bpy.types.Context) -> str | None:
        return snapshot.scene_at(edited_scene(context).frame_current)


class LECTERN_OT_hear_character(_OnCharacter, bpy.types.Operator):
    """Hear how the character speaks. A voice of a paid service costs what a sentence costs there"""

    bl_idname = "lectern.hear_character"
    bl_label = "Hear a Sample"

    character: _OnCharacter.__annotations__["character"]
    text: StringProperty(name="Text", description="What is said; empty: a greeting", options={"SKIP_SAVE"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return explains(cls, _nobody(context), _silenced(context, _member(context)))

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self._waits = False
        return self.execute(context)

    def _do(self, context: bpy.types.Context, folder: Path, row: LecternCharacter) -> None:
        if said := _silenced(context, row):
            raise LecternError(said)
        errand = errands.hear(folder, row.name, self.text or SAMPLE.format(name=row.title))
        if getattr(self, "_waits", True):
            errands.wait(errand)
            if error := context.window_manager.lectern.sample_error:
                raise LecternError(error)


class LECTERN_OT_remove_character(_OnCharacter, bpy.types.Operator):
    """Delete the files of a character of the episode's own"""

    bl_idname = "lectern.remove_character"
    bl_label = "Delete Character"

    character: _OnCharacter.__annotations__["character"]

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return explains(cls, _nobody(context), busy(context), _not_removable(_member(context)))

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        row = _member(context, self.character)
        return context.window_manager.invoke_confirm(
            self, event, title=f"Delete {row.title}?", icon="WARNING", confirm_text="Delete",
            message=f"{Path(row.file).name} and its drawing are deleted. This can't be undone.",
        )  # fmt: skip

    def _do(self, context: bpy.types.Context, folder: Path, row: LecternCharacter) -> None:
        remove_character(folder, row.name)


def _not_editable(row: LecternCharacter | None) -> str:
    own = row is not None and row.home == "lectern"
    return f"{row.title} is Lectern's own and stays as it is: make a copy (New Character), and change that" if own else ""


def _not_removable(row: LecternCharacter | None) -> str:
    if row is None or (row.home == "episode" and not row.needed):
        return ""
    if row.home == "episode":
        return f"The script needs {row.title}: let somebody else speak first"
    return f"{row.title} is {'the studio' if row.home == 'studio' else 'Lectern'}'s, not this episode's own"


def _silenced(context: bpy.types.Context, row: LecternCharacter | None) -> str:
    """Why a voice that runs a program or contacts a server may not be heard ("" where it may)."""
    return (not_trusted(context) or offline(context)) if row and row.outside else ""


CLASSES = (
    LECTERN_OT_new_character, LECTERN_OT_edit_character, LECTERN_OT_narrate_scene, LECTERN_OT_narrate_episode,
    LECTERN_OT_hear_character, LECTERN_OT_remove_character,
)  # fmt: skip
