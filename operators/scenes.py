"""The scenes of the episode: order, which are in the film, new ones, copies, and what is added to one."""

from pathlib import Path

import bpy
from bpy.props import EnumProperty, StringProperty

from ..addon import snapshot
from ..addon.build import Build, start_build
from ..addon.properties import LecternSceneRow, edited_scene, open_episode_folder
from ..pipeline.base.errors import LecternError
from ..pipeline.episode.gallery import gallery
from ..pipeline.studio import scene_changes
from .bases import ScriptOperator
from .build import BuildOperator
from .poll_messages import can_run, no_episode

KINDS = (
    ("title", "Title", "The film's title, large"),
    ("chapter", "Chapter", "The title of a part, under its number"),
    ("lower-third", "Lower Third", "A line at the lower edge, for a name"),
    ("bullets", "Bullets", "A list; write one entry a line"),
    ("callout", "Callout", "A remark beside what the latest step points at"),
    ("caption", "Caption", "A line of text"),
)


def _row(context: bpy.types.Context, id: str = "") -> LecternSceneRow | None:
    """Return the row of the scene `id`, or of the selected one."""
    panel = context.window_manager.lectern
    index = panel.scenes.find(id) if id else panel.active_scene
    return panel.scenes[index] if 0 <= index < len(panel.scenes) else None


def _no_scene(context: bpy.types.Context) -> str:
    """Return why there is no scene to work on."""
    panel = context.window_manager.lectern
    broken = "The script can't be read: mend what the panel shows" if panel.script_error else ""
    return no_episode(context) or broken or ("" if _row(context) else "No scene is selected")


class _SceneOperator(ScriptOperator):
    """Changes one scene in the script: the one with the id `scene`, or else the selected one."""

    scene: StringProperty(
        name="Scene", description="Name the scene by its id. Leave it empty for the selected one", options={"SKIP_SAVE"}
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether a scene is selected."""
        return can_run(cls, _no_scene(context))

    def id(self, context: bpy.types.Context) -> str:
        """Return the scene's id. Raises LecternError if there is no such scene."""
        row = _row(context, self.scene)
        if row is None:
            raise LecternError(f'There is no scene "{self.scene}" in this episode')
        return row.name

    def make_change(self, context: bpy.types.Context) -> None:
        """Change the scene. Raises LecternError if it can't be changed."""
        self.change(open_episode_folder(context), self.id(context))

    def change(self, folder: Path, scene: str) -> None:
        """Change the scene with this id in the script of the episode in `folder`."""
        raise NotImplementedError


class LECTERN_OT_move_scene(_SceneOperator):
    """Move the scene up or down in script.md; the next build shows it"""

    bl_idname = "lectern.move_scene"
    bl_label = "Move Scene"

    direction: EnumProperty(name="Direction", items=(("UP", "Up", "Earlier"), ("DOWN", "Down", "Later")), default="UP")

    def change(self, folder: Path, scene: str) -> None:
        """Move it, and keep it selected."""
        scene_changes.shift_scene(folder, scene, -1 if self.direction == "UP" else 1)
        snapshot.panel().scene_id = scene


class LECTERN_OT_enable_scene(_SceneOperator):
    """Take the scene into the film, or leave it out of it. It stays in script.md"""

    bl_idname = "lectern.enable_scene"
    bl_label = "Enable or Leave Out Scene"

    state: EnumProperty(
        name="State", options={"SKIP_SAVE"},
        items=(("TOGGLE", "Toggle", "The other way"), ("ON", "In the Film", ""), ("OFF", "Left Out", "")),
    )  # fmt: skip

    def change(self, folder: Path, scene: str) -> None:
        """Write it into the script."""
        row = _row(bpy.context, scene)
        enabled = bool(row and row.number == 0) if self.state == "TOGGLE" else self.state == "ON"
        scene_changes.set_scene_enabled(folder, scene, enabled)


class LECTERN_OT_duplicate_scene(_SceneOperator):
    """Add a copy of the scene below it, with ids of its own"""

    bl_idname = "lectern.duplicate_scene"
    bl_label = "Duplicate Scene"

    def change(self, folder: Path, scene: str) -> None:
        """Copy it, and select the copy."""
        snapshot.panel().scene_id = scene_changes.copy_scene(folder, scene)


class LECTERN_OT_delete_scene(_SceneOperator):
    """Delete the scene from script.md. Undo brings it back"""

    bl_idname = "lectern.delete_scene"
    bl_label = "Delete Scene"

    def change(self, folder: Path, scene: str) -> None:
        """Delete it."""
        scene_changes.delete_scene(folder, scene)


class LECTERN_OT_rename_scene(_SceneOperator):
    """Change the scene's title; its id, its takes and what you changed by hand stay its own"""

    bl_idname = "lectern.rename_scene"
    bl_label = "Rename Scene"

    title: StringProperty(name="Title", description="The scene's heading in script.md")

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask for the title."""
        row = _row(context, self.scene)
        self.title = row.title if row else ""
        return context.window_manager.invoke_props_dialog(self, title="Rename Scene", confirm_text="Rename")

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the dialog."""
        row = self.layout.row()
        row.activate_init = True
        row.prop(self, "title")

    def change(self, folder: Path, scene: str) -> None:
        """Write the title."""
        scene_changes.retitle_scene(folder, scene, self.title)


class LECTERN_OT_add_scene(ScriptOperator):
    """Add a scene below the selected one"""

    bl_idname = "lectern.add_scene"
    bl_label = "Add Scene"

    title: StringProperty(name="Title", description="The scene's heading in script.md", default="New scene")
    text: StringProperty(name="Narration", description="What is said in it. You can write it later, in the script")

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether the script can be read."""
        return can_run(cls, _no_scene(context))

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask for the title and the first words."""
        return context.window_manager.invoke_props_dialog(self, title="Add Scene", confirm_text="Add", width=420)

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the dialog."""
        column = self.layout.column()
        column.activate_init = True
        column.prop(self, "title")
        column.prop(self, "text")

    def make_change(self, context: bpy.types.Context) -> None:
        """Add the scene and select it."""
        row = _row(context)
        folder, after = open_episode_folder(context), row.name if row else ""
        snapshot.panel().scene_id = scene_changes.add_scene(folder, self.title, after=after, text=self.text)


class _AddOperator(_SceneOperator):
    """Adds something to a scene, at the mark that the playhead has passed last."""

    at: StringProperty(
        name="At",
        description="The mark at which it appears. Nothing: the last one before the playhead",
        options={"SKIP_SAVE"},
    )
    text: StringProperty(name="Text", description="What it says. You can change it later", options={"SKIP_SAVE"})

    def mark(self, context: bpy.types.Context, scene: str) -> str:
        """Return the mark that is named, or else the last one before the playhead in this scene; "" for the scene's start."""
        frame, film = edited_scene(context).frame_current, snapshot.current()
        if self.at or not film or not film.film or not film.episode:
            return self.at
        marks = {m.name for s in film.episode.scenes if s.id == scene for line in s.lines for m in line.marks}
        passed = [
            (marker.frame, name)
            for marker in film.film.markers
            if (name := marker.name.removeprefix(f"{scene}/")) in marks and marker.name != name and marker.frame < frame
        ]
        return max(passed)[1] if passed and snapshot.scene_at(frame) == scene else ""


class LECTERN_OT_add_overlay(_AddOperator):
    """Add this to the selected scene. It appears at the last mark before the playhead, or when the scene begins"""

    bl_idname = "lectern.add_overlay"
    bl_label = "Add Overlay"

    kind: EnumProperty(name="Kind", items=KINDS)

    @classmethod
    def description(cls, context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        """Return the tooltip: what this kind is."""
        about = next(about for kind, _, about in KINDS if kind == properties.kind)
        return f"{about}. It appears at the last mark before the playhead, or when the scene begins"

    def make_change(self, context: bpy.types.Context) -> None:
        """Write the overlay into the script."""
        scene = self.id(context)
        scene_changes.add_to_scene(
            open_episode_folder(context), scene, self.kind, self.text, at=self.mark(context, scene)
        )


def _designed_clips(_operator: object, _context: bpy.types.Context | None) -> list[tuple[str, str, str]]:
    if not _CLIPS:
        _CLIPS.extend((clip.name, clip.name.capitalize(), clip.about) for clip in gallery().values())
    return _CLIPS


_CLIPS: list[tuple[str, str, str]] = []
"""The items of a menu, which Blender wants to be kept."""


class LECTERN_OT_add_clip(_AddOperator):
    """Add a designed clip to the selected scene, with an example to change"""

    bl_idname = "lectern.add_clip"
    bl_label = "Add Clip"

    clip: EnumProperty(name="Clip", items=_designed_clips)

    @classmethod
    def description(cls, context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        """Return the tooltip: what this clip shows."""
        clip = gallery().get(properties.clip)
        return clip.about.removesuffix(".") if clip else "Add a designed clip to the selected scene"

    def make_change(self, context: bpy.types.Context) -> None:
        """Write the clip into the script."""
        scene = self.id(context)
        scene_changes.add_to_scene(
            open_episode_folder(context), scene, "clip", self.text, at=self.mark(context, scene), name=self.clip
        )


class LECTERN_OT_undo_script(ScriptOperator):
    """Take back the last change of script.md that was made here, in the panel or with lectern scenes"""

    bl_idname = "lectern.undo_script"
    bl_label = "Undo Change of the Script"

    again: bpy.props.BoolProperty(name="Again", description="Do it again instead", options={"SKIP_SAVE"})

    def make_change(self, context: bpy.types.Context) -> None:
        """Take it back, and say what it was."""
        told = scene_changes.undo_change(open_episode_folder(context), again=self.again)
        self.report({"INFO"}, f"{'Done again' if self.again else 'Undone'}: {told}")


class LECTERN_OT_play_scene(bpy.types.Operator):
    """Play the film from the beginning of the selected scene, or stop"""

    bl_idname = "lectern.play_scene"
    bl_label = "Play From This Scene"

    scene: StringProperty(
        name="Scene", description="Name the scene by its id. Leave it empty for the selected one", options={"SKIP_SAVE"}
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether the selected scene is on the timeline."""
        row = _row(context)
        return can_run(
            cls, _no_scene(context), "" if row and row.frame else "It is not on the timeline yet: build first"
        )

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Move the playhead there and start playing; without a window, only move it."""
        row = _row(context, self.scene)
        if row is None or not row.frame:
            self.report({"ERROR"}, f'The scene "{self.scene}" is not on the timeline: build the episode')
            return {"CANCELLED"}
        is_playing = bool(context.screen and context.screen.is_animation_playing)
        if not is_playing:
            edited_scene(context).frame_set(row.frame)
        if not bpy.app.background:
            bpy.ops.screen.animation_play()
        return {"FINISHED"}


class LECTERN_OT_rebuild_scene(BuildOperator):
    """Make what is new or has changed, lay it on the timeline, and render the picture of this scene alone"""

    bl_idname = "lectern.rebuild_scene"
    bl_label = "Rebuild This Scene"

    scene: StringProperty(
        name="Scene", description="Name the scene by its id. Leave it empty for the selected one", options={"SKIP_SAVE"}
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether the selected scene may be built now."""
        row = _row(context)
        off = "The scene is left out of the film: take it in first" if row and row.number == 0 else ""
        return can_run(cls, _no_scene(context), off) and super().poll(context)

    def start(self, context: bpy.types.Context) -> Build:
        """Save the person's edits and start the command. Raises LecternError if that can't be done."""
        row = _row(context, self.scene)
        if row is None:
            raise LecternError(f'There is no scene "{self.scene}" in this episode')
        return start_build(open_episode_folder(context), edited_scene(context), "render", "--scene", row.name)


CLASSES = (
    LECTERN_OT_move_scene, LECTERN_OT_enable_scene, LECTERN_OT_duplicate_scene, LECTERN_OT_delete_scene,
    LECTERN_OT_rename_scene, LECTERN_OT_add_scene, LECTERN_OT_add_overlay, LECTERN_OT_add_clip, LECTERN_OT_undo_script,
    LECTERN_OT_play_scene, LECTERN_OT_rebuild_scene,
)  # fmt: skip
