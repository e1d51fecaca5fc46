"""Lectern's properties in Blender: the episode of a scene (saved), and what the panel shows (not saved)."""

from pathlib import Path

import bpy
from bpy.props import (
    BoolProperty,
    CollectionProperty,
    EnumProperty,
    FloatProperty,
    IntProperty,
    PointerProperty,
    StringProperty,
)

from ..pipeline.base.errors import LecternError
from ..pipeline.episode.source import SCRIPT
from . import assistant_properties
from .assistant_properties import LecternAssistant

NO_EPISODE = "No episode is open: choose its folder with Open Episode"

BUILD_STATES = (
    ("IDLE", "Idle", "No build was started"),
    ("RUNNING", "Running", "A build is running"),
    ("STOPPING", "Stopping", "The build was asked to stop"),
    ("DONE", "Done", "The last build is finished"),
    ("FAILED", "Failed", "The last build stopped with an error"),
    ("CANCELLED", "Cancelled", "The last build was cancelled"),
)


LIBRARY_KINDS = (
    ("ALL", "All", "Everything", "ASSET_MANAGER", 0),
    ("CHARACTER", "Characters", "Who can narrate", "USER", 1),
    ("IMAGE", "Images", "Pictures of the episode and its studio", "IMAGE_DATA", 2),
    ("FOOTAGE", "Footage", "Videos of the episode and its studio", "FILE_MOVIE", 3),
    ("SOUND", "Music and Sounds", "Sounds of the episode and its studio", "FILE_SOUND", 4),
    ("CLIP", "Clips", "Designed clips", "SEQ_STRIP_META", 5),
    ("TAKE", "Takes", "What the last build has recorded", "REC", 6),
)


PREVIEW_ITEMS = (
    ("HANDLES", "Handles", "Handles that move and scale what the active strip stands for", "PIVOT_BOUNDBOX", 1),
    ("CAPTIONS", "Captions", "The film's subtitles, as players show them", "FILE_TEXT", 2),
    ("MARGINS", "Safe Margins", "The theme's margins, within which text stays", "MOD_EDGESPLIT", 4),
    ("THIRDS", "Thirds", "Lines at thirds of the frame", "MESH_GRID", 8),
    ("FREE", "Free Places", "Where the active strip would hide nothing while it is shown", "SELECT_SET", 16),
    ("HEAT", "What Is Hidden", "Blue: what has to be seen in this scene; red: what is hidden of it, the longer the denser", "OVERLAY", 32),
    ("WORDS", "Words", "The words that are said, above the voices: click one to go there", "SPEAKER", 64),
)  # fmt: skip
"""What can be drawn over the preview and the timeline."""


class LecternScene(bpy.types.PropertyGroup):
    """What is saved with a scene: the folder of its episode."""

    folder: StringProperty(
        name="Episode",
        description="The folder that contains the episode's script.md",
        subtype="DIR_PATH",
        options={"PATH_SUPPORTS_BLEND_RELATIVE"},
    )
    script: StringProperty(
        name="Script", description="The state of script.md that belongs to this one, so that undo leads back to it",
        options={"HIDDEN"},
    )  # fmt: skip


class LecternSceneRow(bpy.types.PropertyGroup):
    """A scene of the episode in the panel's list (`name`: its id). `frame` is Blender's, 0 if it wasn't built yet.

    `number` counts the scenes of the film (0: left out of it), `line` is that of its heading, `state` as in `SceneCard`, and
    `made` of `total` takes are there. `expected` is how long it is expected to be, in seconds.
    """

    title: StringProperty()
    frame: IntProperty()
    seconds: FloatProperty()
    number: IntProperty()
    line: IntProperty()
    state: StringProperty()
    expected: FloatProperty()
    made: IntProperty()
    total: IntProperty()


class LecternTakeRow(bpy.types.PropertyGroup):
    """What is made for a `scene` (`name`: its id): its kind, what it says, its line, whether the last build had it."""

    scene: StringProperty()
    kind: StringProperty()
    text: StringProperty()
    line: IntProperty()
    made: BoolProperty()


class LecternJob(bpy.types.PropertyGroup):
    """A job of the last build (`name`: its number)."""

    text: StringProperty()
    state: StringProperty()
    progress: FloatProperty(min=0, max=1, subtype="FACTOR")
    error: StringProperty()
    scene: StringProperty()


class LecternLibraryItem(bpy.types.PropertyGroup):
    """Something that can be put on the timeline; see `LibraryItem`."""

    kind: StringProperty()
    id: StringProperty()
    file: StringProperty()
    place: StringProperty()
    picture: StringProperty()


class LecternEpisodeRow(bpy.types.PropertyGroup):
    """An episode in a menu (`name`: its title)."""

    folder: StringProperty()


class LecternCharacter(bpy.types.PropertyGroup):
    """A character in the panel's list (`name`: its id, `title`: what people read) and what it does in the script.

    `home` says whose it is ("lectern", "studio", "episode"). `reaches_out`: its voice contacts a server or runs a
    program. `icon` is Blender's number of the loaded thumbnail, 0 while there is none.
    """

    title: StringProperty()
    home: StringProperty()
    file: StringProperty()
    is_narrator: BoolProperty()
    is_used: BoolProperty()
    line_count: IntProperty()
    voice: StringProperty()
    reaches_out: BoolProperty()
    thumbnail: StringProperty()
    has_thumbnail: BoolProperty()
    icon: IntProperty()


class LecternVoice(bpy.types.PropertyGroup):
    """A voice in the panel's list (`name`: as its provider calls it): its `provider`, what is known of it, and what it needs first."""

    provider: StringProperty()
    about: StringProperty()
    missing: StringProperty()


class LecternPermission(bpy.types.PropertyGroup):
    """Something that the episode would run or contact: its place in the script, its kind, what exactly, and its host."""

    where: StringProperty()
    kind: StringProperty()
    what: StringProperty()
    host: StringProperty()


class LecternChange(bpy.types.PropertyGroup):
    """A change (`name`: its id): who proposes it, when, why, for which files, its diff, its state, and what was last `told` of it.

    `scenario`: the one that applying it switches to.
    """

    who: StringProperty()
    when: StringProperty()
    why: StringProperty()
    files: StringProperty()
    diff: StringProperty()
    state: StringProperty()
    told: StringProperty()
    scenario: StringProperty()


class LecternTurn(bpy.types.PropertyGroup):
    """A wish (`name`: the id of its run) of a conversation (`thread`) and what it is `about`, how that stands, the answer, its change."""

    wish: StringProperty()
    thread: StringProperty()
    about: StringProperty()
    state: StringProperty()
    note: StringProperty()
    change: StringProperty()
    error: StringProperty()


class LecternScenario(bpy.types.PropertyGroup):
    """A scenario (`name`), whether it is the current one, and what is to be said about it."""

    current: BoolProperty()
    about: StringProperty()


class LecternNote(bpy.types.PropertyGroup):
    """A line of text in the panel, about a line of script.md or a frame of the film (0: about none)."""

    text: StringProperty()
    line: IntProperty()
    frame: IntProperty()


def _show_active_scene(panel: "LecternPanel", context: bpy.types.Context) -> None:
    """Move the playhead to the scene that was selected in the list."""
    row = panel.scenes[panel.active_scene] if panel.active_scene < len(panel.scenes) else None
    panel.scene_id = row.name if row else ""
    scene = edited_scene(context)
    if row and row.frame and scene:
        scene.frame_set(row.frame)


def _redraw(_panel: "LecternPanel", context: bpy.types.Context) -> None:
    """Draw the sequencers again."""
    for window in context.window_manager.windows:
        for area in (area for area in window.screen.areas if area.type == "SEQUENCE_EDITOR"):
            area.tag_redraw()


class LecternPanel(bpy.types.PropertyGroup):
    """What the panel draws. `snapshot`, `background` and `build` fill it in; drawing never does.

    `duration` is the film's in seconds, `outdated` whether the script is newer than the timeline. `open_goal_count`
    counts the captures that have a goal but no steps yet. `build_faults` are what has failed in the running build, and
    `displaced` lists the strips that had to leave their track. `expected` is how long the film will be, in seconds, and
    `wanted_least` to `wanted_most` how long it should be (0: any length). `error_line` is where script.md is wrong.
    `following` says what others have changed that is played back, `following_step` what is shown of it now.
    """

    folder: StringProperty(options={"SKIP_SAVE"})
    title: StringProperty(options={"SKIP_SAVE"})
    duration: FloatProperty(options={"SKIP_SAVE"})
    outdated: BoolProperty(options={"SKIP_SAVE"})
    film: StringProperty(options={"SKIP_SAVE"})
    subtitles: StringProperty(options={"SKIP_SAVE"})
    expected: FloatProperty(options={"SKIP_SAVE"})
    wanted_least: FloatProperty(options={"SKIP_SAVE"})
    wanted_most: FloatProperty(options={"SKIP_SAVE"})
    script_error: StringProperty(options={"SKIP_SAVE"})
    error_line: IntProperty(options={"SKIP_SAVE"})
    trusted: BoolProperty(default=True, options={"SKIP_SAVE"})
    sandboxed: BoolProperty(default=False, options={"SKIP_SAVE"})
    permissions: CollectionProperty(type=LecternPermission, options={"SKIP_SAVE"})
    scenes: CollectionProperty(type=LecternSceneRow, options={"SKIP_SAVE"})
    active_scene: IntProperty(name="Scene", options={"SKIP_SAVE"}, update=_show_active_scene)
    scene_id: StringProperty(options={"SKIP_SAVE"})
    takes: CollectionProperty(type=LecternTakeRow, options={"SKIP_SAVE"})
    active_take: IntProperty(name="Take", options={"SKIP_SAVE"})
    jobs: CollectionProperty(type=LecternJob, options={"SKIP_SAVE"})
    active_job: IntProperty(name="Job", options={"SKIP_SAVE"})
    jobs_done: IntProperty(options={"SKIP_SAVE"})
    library: CollectionProperty(type=LecternLibraryItem, options={"SKIP_SAVE"})
    active_item: IntProperty(name="Item", options={"SKIP_SAVE"})
    library_kind: EnumProperty(
        items=LIBRARY_KINDS, name="Kind", description="Show only things of this kind", options={"SKIP_SAVE"}
    )
    library_search: StringProperty(
        name="Search", description="Show only what has these words in its name or its folder",
        options={"SKIP_SAVE", "TEXTEDIT_UPDATE"},
    )  # fmt: skip
    preview_shows: EnumProperty(
        items=PREVIEW_ITEMS, name="Show", description="What is drawn over the preview and the timeline",
        default={"HANDLES", "WORDS"}, options={"ENUM_FLAG", "SKIP_SAVE"}, update=_redraw,
    )  # fmt: skip
    build_on_save: BoolProperty(
        name="Build When the Script Changes",
        description="Build as soon as script.md is saved, here or in another program, and can be read",
        options={"SKIP_SAVE"},
    )
    characters: CollectionProperty(type=LecternCharacter, options={"SKIP_SAVE"})
    active_character: IntProperty(name="Character", options={"SKIP_SAVE"})
    sample_error: StringProperty(options={"SKIP_SAVE"})
    voices: CollectionProperty(type=LecternVoice, options={"SKIP_SAVE"})
    active_voice: IntProperty(name="Voice", options={"SKIP_SAVE"})
    voices_error: StringProperty(options={"SKIP_SAVE"})
    verify_activity: StringProperty(options={"SKIP_SAVE"})
    verify_outcome: StringProperty(options={"SKIP_SAVE"})
    export_outcome: CollectionProperty(type=LecternNote, options={"SKIP_SAVE"})
    is_cloning: BoolProperty(options={"SKIP_SAVE"})
    clone_outcome: StringProperty(options={"SKIP_SAVE"})
    clone_error: StringProperty(options={"SKIP_SAVE"})
    capture_count: IntProperty(options={"SKIP_SAVE"})
    open_goal_count: IntProperty(options={"SKIP_SAVE"})
    changes: CollectionProperty(type=LecternChange, options={"SKIP_SAVE"})
    active_change: IntProperty(name="Change", options={"SKIP_SAVE"})
    turns: CollectionProperty(type=LecternTurn, options={"SKIP_SAVE"})
    wish: StringProperty(
        name="Wish", description="What shall be different, like: a shorter intro, show the error first",
        options={"SKIP_SAVE"},
    )  # fmt: skip
    wish_about: EnumProperty(
        name="About", description="What the wish is about", options={"SKIP_SAVE"},
        items=(
            ("FILM", "The Film", "All of it", "SEQUENCE", 0),
            ("SCENE", "This Scene", "The scene under the playhead", "SCENE_DATA", 1),
            ("STRIP", "Active Strip", "What the active strip stands for in the script", "SEQ_STRIP_META", 2),
        ),
    )  # fmt: skip
    assistant: PointerProperty(type=LecternAssistant, options={"SKIP_SAVE"})
    asking: StringProperty(options={"SKIP_SAVE"})
    answer: StringProperty(options={"SKIP_SAVE"})
    asking_error: StringProperty(options={"SKIP_SAVE"})
    scenarios: CollectionProperty(type=LecternScenario, options={"SKIP_SAVE"})
    capture_activity: StringProperty(options={"SKIP_SAVE"})
    capture_error: StringProperty(options={"SKIP_SAVE"})
    recent: CollectionProperty(type=LecternEpisodeRow, options={"SKIP_SAVE"})
    siblings: CollectionProperty(type=LecternEpisodeRow, options={"SKIP_SAVE"})
    text_conflicts: StringProperty(options={"SKIP_SAVE"})
    episode_activity: StringProperty(options={"SKIP_SAVE"})
    episode_error: StringProperty(options={"SKIP_SAVE"})
    deleted_episode: StringProperty(options={"SKIP_SAVE"})
    following: StringProperty(options={"SKIP_SAVE"})
    following_step: StringProperty(options={"SKIP_SAVE"})
    following_left: IntProperty(options={"SKIP_SAVE"})
    following_paused: BoolProperty(
        name="Pause",
        description="Leave what others have changed as it is shown now, until you go on",
        options={"SKIP_SAVE"},
    )
    build_state: EnumProperty(items=BUILD_STATES, options={"SKIP_SAVE"})
    build_progress: FloatProperty(min=0, max=1, subtype="FACTOR", options={"SKIP_SAVE"})
    build_activity: StringProperty(options={"SKIP_SAVE"})
    build_error: StringProperty(options={"SKIP_SAVE"})
    build_faults: CollectionProperty(type=LecternNote, options={"SKIP_SAVE"})
    findings: CollectionProperty(type=LecternNote, options={"SKIP_SAVE"})
    displaced: CollectionProperty(type=LecternNote, options={"SKIP_SAVE"})
    doctor_output: CollectionProperty(type=LecternNote, options={"SKIP_SAVE"})

    @property
    def is_building(self) -> bool:
        """Whether a build is running or stopping."""
        return self.build_state in {"RUNNING", "STOPPING"}


CLASSES = (
    *assistant_properties.CLASSES, LecternScene, LecternSceneRow, LecternTakeRow, LecternJob, LecternLibraryItem,
    LecternEpisodeRow, LecternCharacter, LecternVoice, LecternPermission, LecternChange, LecternScenario, LecternTurn,
    LecternNote, LecternPanel,
)  # fmt: skip


def edited_scene(context: bpy.types.Context) -> bpy.types.Scene:
    """Return the scene that the sequencer shows, which in Blender 5 need not be the window's active scene."""
    return getattr(context, "sequencer_scene", None) or context.scene  # there is none while workspaces change


def episode_folder(scene: bpy.types.Scene) -> Path | None:
    """Return the folder of the scene's episode, or None if there is none.

    That is the folder that the scene names, or else the one that its .blend lies in. It must contain a script.md.
    """
    named = bpy.path.abspath(scene.lectern.folder)
    beside = bpy.path.abspath("//") if bpy.data.filepath else ""
    folders = (Path(folder) for folder in (named, beside) if folder)
    return next((folder.resolve() for folder in folders if (folder / SCRIPT).is_file()), None)


def open_episode_folder(context: bpy.types.Context) -> Path:
    """Return the folder of the episode that is open in the sequencer. Raises LecternError if none is."""
    scene = edited_scene(context)
    folder = episode_folder(scene) if scene else None
    if folder is None:
        raise LecternError(NO_EPISODE)
    return folder


def register() -> None:
    """Register the property groups, and attach them to scenes and to the window manager."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)
    bpy.types.Scene.lectern = PointerProperty(type=LecternScene)
    bpy.types.WindowManager.lectern = PointerProperty(type=LecternPanel)


def unregister() -> None:
    """Remove the properties and their classes."""
    del bpy.types.WindowManager.lectern
    del bpy.types.Scene.lectern
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
