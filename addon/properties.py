"""What Blender remembers for Lectern: the episode of a scene (saved), and what the panel shows (not saved)."""

from pathlib import Path

import bpy
from bpy.props import (
    BoolProperty, CollectionProperty, EnumProperty, FloatProperty, IntProperty, PointerProperty, StringProperty,
)

SCRIPT = "script.md"

STATES = (
    ("IDLE", "Idle", "Nothing runs"),
    ("RUNNING", "Running", "A build is under way"),
    ("STOPPING", "Stopping", "The build was asked to stop"),
    ("DONE", "Done", "The last build is finished"),
    ("FAILED", "Failed", "The last build met an error"),
    ("CANCELLED", "Cancelled", "The last build was stopped"),
)


class LecternScene(bpy.types.PropertyGroup):
    """Saved with the scene."""

    folder: StringProperty(
        name="Episode", description="The folder that holds the episode's script.md", subtype="DIR_PATH",
        options={"PATH_SUPPORTS_BLEND_RELATIVE"},
    )


class LecternRow(bpy.types.PropertyGroup):
    """A scene of the episode as the list shows it. `frame` is Blender's (1-based), 0 where it isn't on the timeline."""

    title: StringProperty()
    frame: IntProperty()
    seconds: FloatProperty()
    number: IntProperty()


class LecternCharacter(bpy.types.PropertyGroup):
    """Somebody who can speak (`name`: the id; `title`: what people read) and what it does in the script.

    `outside`: its voice leaves this computer or runs a program. `icon`: Blender's number of its picture, 0: none (yet).
    """

    title: StringProperty()
    home: StringProperty()
    file: StringProperty()
    narrates: BoolProperty()
    needed: BoolProperty()
    lines: IntProperty()
    voice: StringProperty()
    outside: BoolProperty()
    thumbnail: StringProperty()
    pictured: BoolProperty()
    icon: IntProperty()


class LecternDanger(bpy.types.PropertyGroup):
    """Something that the episode would run: where the script says so, of what kind, and what exactly."""

    where: StringProperty()
    kind: StringProperty()
    what: StringProperty()


class LecternChange(bpy.types.PropertyGroup):
    """A change of the script that somebody proposes (`name`: its id), with its diff."""

    who: StringProperty()
    why: StringProperty()
    diff: StringProperty()


class LecternNote(bpy.types.PropertyGroup):
    """A line of text in the panel."""

    text: StringProperty()


def _show_chosen(panel: "LecternPanel", context: bpy.types.Context) -> None:
    row = panel.scenes[panel.chosen] if panel.chosen < len(panel.scenes) else None
    scene = context.sequencer_scene or context.scene
    if row and row.frame and scene:
        scene.frame_set(row.frame)


class LecternPanel(bpy.types.PropertyGroup):
    """What the panel draws; filled by `snapshot` and `errands`, never by drawing.

    `fault` is what is wrong with the script, `error` why the last command failed; `member` is the chosen one of `cast`;
    `captures` and `goals` are how many there are (of goals: without steps), `capturing` what is done with them now.
    """

    folder: StringProperty(options={"SKIP_SAVE"})
    title: StringProperty(options={"SKIP_SAVE"})
    length: FloatProperty(options={"SKIP_SAVE"})
    stale: BoolProperty(options={"SKIP_SAVE"})
    film: StringProperty(options={"SKIP_SAVE"})
    subtitles: StringProperty(options={"SKIP_SAVE"})
    trusted: BoolProperty(default=True, options={"SKIP_SAVE"})
    scenes: CollectionProperty(type=LecternRow, options={"SKIP_SAVE"})
    chosen: IntProperty(options={"SKIP_SAVE"}, update=_show_chosen)
    cast: CollectionProperty(type=LecternCharacter, options={"SKIP_SAVE"})
    member: IntProperty(name="Character", options={"SKIP_SAVE"})
    sample_error: StringProperty(options={"SKIP_SAVE"})
    captures: IntProperty(options={"SKIP_SAVE"})
    goals: IntProperty(options={"SKIP_SAVE"})
    changes: CollectionProperty(type=LecternChange, options={"SKIP_SAVE"})
    capturing: StringProperty(options={"SKIP_SAVE"})
    capture_error: StringProperty(options={"SKIP_SAVE"})
    dangers: CollectionProperty(type=LecternDanger, options={"SKIP_SAVE"})
    findings: CollectionProperty(type=LecternNote, options={"SKIP_SAVE"})
    blocked: CollectionProperty(type=LecternNote, options={"SKIP_SAVE"})
    state: EnumProperty(items=STATES, options={"SKIP_SAVE"})
    progress: FloatProperty(min=0, max=1, subtype="FACTOR", options={"SKIP_SAVE"})
    doing: StringProperty(options={"SKIP_SAVE"})
    fault: StringProperty(options={"SKIP_SAVE"})
    error: StringProperty(options={"SKIP_SAVE"})
    advice: CollectionProperty(type=LecternNote, options={"SKIP_SAVE"})

    @property
    def busy(self) -> bool:
        return self.state in {"RUNNING", "STOPPING"}


CLASSES = (LecternScene, LecternRow, LecternCharacter, LecternDanger, LecternChange, LecternNote, LecternPanel)


def episode_folder(scene: bpy.types.Scene) -> Path | None:
    """The episode of `scene`: the folder it names, else the one its .blend lies in, if there is a script.md."""
    named = bpy.path.abspath(scene.lectern.folder)
    beside = bpy.path.abspath("//") if bpy.data.filepath else ""
    return next((Path(f).resolve() for f in (named, beside) if f and (Path(f) / SCRIPT).is_file()), None)


def edited_scene(context: bpy.types.Context) -> bpy.types.Scene:
    """The scene that the sequencer shows (Blender 5 keeps it apart from the active one)."""
    return context.sequencer_scene or context.scene


def register() -> None:
    for cls in CLASSES:
        bpy.utils.register_class(cls)
    bpy.types.Scene.lectern = PointerProperty(type=LecternScene)
    bpy.types.WindowManager.lectern = PointerProperty(type=LecternPanel)


def unregister() -> None:
    del bpy.types.WindowManager.lectern
    del bpy.types.Scene.lectern
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
