"""Building the episode that is open in a scene, and putting its timeline on that scene's sequencer."""

import time
from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import bpy

from ..pipeline.base.disk_space import no_room, room_in
from ..pipeline.base.episode_paths import EpisodePaths
from ..pipeline.base.errors import LecternError, visible
from ..pipeline.base.files import LinkRefused
from ..pipeline.base.lock import locked
from ..pipeline.changes.author import made_by
from ..pipeline.jobs.summary import time_left
from ..pipeline.studio.edits import reset_edits
from ..pipeline.studio.words import write_words
from ..pipeline.timeline.edits import Edits, apply_edits, read_edits, write_edits
from ..pipeline.timeline.follow import follow_script
from ..pipeline.timeline.model import Timeline, read_timeline
from . import child, mark_moves, script_undo, snapshot
from .background import POLL_SECONDS, BackgroundCommand, failure_message, log_file, running_command, start_command
from .sequencer.collect import collect, collect_again
from .sequencer.compile import CompileResult, compile_in_slices, compile_timeline
from .sequencer.owned import Collected, collected_then, owned_strips, remember_collected, remembered

SLICE_SECONDS = 0.03
"""How long compiling strips may block Blender's window at a time."""


class Build(BackgroundCommand):
    """A running ``lectern build`` or ``lectern render``.

    When it has ended well, its timeline is compiled into the scene it was started from, a slice at a time
    (`compiling`), so that the window stays responsive.
    """

    def __init__(
        self, process: child.ChildProcess, folder: Path, scene: bpy.types.Scene, said: tuple[str, ...] = ()
    ) -> None:
        """Watch `process`, which builds the episode in `folder` for `scene`; `said` is shown with what compiling finds."""
        super().__init__(process, lambda _: self._start_compiling())
        self.compiling: Generator[float, None, CompileResult] | None = None
        self._folder, self._said = folder, said
        self._scene_name = scene.name  # a reference to the scene would not survive undo
        self._is_first = False
        self._ended = False

    def poll(self) -> float | None:
        """Show the progress, or compile the next slice of the timeline once the command has ended.

        Returns the seconds after which to poll again, or None if the build is done.
        """
        try:
            self._advance()
        except LecternError as error:
            self._end("FAILED", str(error))
        except ReferenceError:  # a timer that raises is never called again
            self._end("FAILED", "The scene was removed or undone while its timeline was being updated. Build again.")
        if self._ended:
            return None
        return 0.0 if self.compiling else POLL_SECONDS

    def _advance(self) -> None:
        if self.compiling:
            self._compile_slice(self.compiling)
        elif self.process.code is None:
            self._show_progress()
        elif not bpy.app.is_job_running("RENDER"):  # strips must not change while Blender renders them
            self._take_in(self.process.code)

    def _show_progress(self) -> None:
        """Show what the command has told since the last look."""
        for event in () if self.process.cancelled else self.process.new_events():
            if event["event"] == "progress":
                snapshot.set_properties(build_progress=event["fraction"], build_activity=_activity(event))
            elif event["event"] == "note":
                snapshot.set_properties(build_activity=event["message"])
            elif event["event"] == "fault":
                snapshot.panel().build_faults.add().text = visible(event["message"])

    def _take_in(self, exit_code: int) -> None:
        if self.process.cancelled:
            self._end("CANCELLED")
        elif exit_code != 0:
            self._end("FAILED", failure_message(self.process))
        else:
            self._finish(self.process)

    def _start_compiling(self) -> None:
        scene = bpy.data.scenes.get(self._scene_name)
        if scene is None:
            self._end("DONE")
            return
        self._is_first = not owned_strips(scene)
        timeline, edits = _newest(self._folder, scene)
        self.compiling = compile_in_slices(timeline, scene, self._folder, edits)
        snapshot.set_properties(build_progress=1.0, build_activity="Updating the timeline")

    def _compile_slice(self, compiling: Generator[float, None, CompileResult]) -> None:
        deadline = time.monotonic() + SLICE_SECONDS
        try:
            while time.monotonic() < deadline:
                next(compiling)
        except StopIteration as finished:
            self._end("DONE")
            note_compiled(self._folder)
            if bpy.data.scenes.get(self._scene_name):  # it may have been renamed meanwhile
                _show_compiled(finished.value, self._is_first, self._said)

    def _end(self, state: str, error: str = "") -> None:
        self._ended, self.compiling = True, None
        snapshot.forget()
        snapshot.set_properties(build_state=state, build_activity="", build_error=error)


def start_build(folder: Path, scene: bpy.types.Scene, verb: str = "build", *options: str) -> Build:
    """Start ``lectern VERB FOLDER OPTIONS``; its timeline is compiled into `scene` when it has ended well.

    What the person changed in `scene` is saved first (see `save_edits`), and changed words are written into the script. Raises
    LecternError if that fails.
    """
    with only_this_writer(folder):
        _save_edits(folder, scene)
        script_undo.note_before(scene, folder)
        with made_by(script_undo.PERSON):
            said = tuple(map(str, write_words(folder)))
        script_undo.note_now(scene, folder)
    log = log_file(verb)
    build = Build(child.start((verb, str(folder), "--json", "--no-wait", *options), log), folder, scene, said)
    start_command("build", build)
    snapshot.fill_lines(snapshot.panel().build_faults, ())
    snapshot.set_properties(build_state="RUNNING", build_progress=0.0, build_activity="Starting", build_error="")
    return build


def cancel_build() -> None:
    """Ask the running build to end. The takes that are finished stay."""
    if build := running_command("build"):
        build.process.stop()
        snapshot.set_properties(build_state="STOPPING", build_activity="Stopping")


def compile_last_timeline(folder: Path, scene: bpy.types.Scene) -> None:
    """Compile the timeline of the last build into the sequencer of `scene`, in one go.

    Raises LecternError if the episode in `folder` has not been built, or if one of its files is missing.
    """
    is_first = not owned_strips(scene)
    timeline, edits = _newest(folder, scene)
    compiled = compile_timeline(timeline, scene, folder, edits)
    note_compiled(folder)
    _show_compiled(compiled, is_first)


def forget_place(folder: Path, scene: bpy.types.Scene, strip: str) -> None:
    """Give the place of a strip, if a person has moved it, back to the script. Raises LecternError during a build."""
    save_edits(folder, scene)
    compile_last_timeline(folder, scene)  # what was moved just now is an edit from here on
    places = [edit.property for edit in read_edits(folder).edits if edit.strip == strip and edit.property in ("x", "y")]
    for property in places:
        reset_edits(folder, strip, property, wait=False)
    if places:
        compile_last_timeline(folder, scene)


def save_edits(folder: Path, scene: bpy.types.Scene) -> None:
    """Write what the person changed on Lectern's strips in `scene` to edits.json.

    The episode's .blend is saved, too, if that is the open file. Raises LecternError if a build in another process works on
    the episode.
    """
    with only_this_writer(folder):
        _save_edits(folder, scene)


def save_for_build(folder: Path, scene: bpy.types.Scene) -> None:
    """Do what `save_edits` does for a build that asks for it, and lets nobody else write meanwhile."""
    _save_edits(folder, scene)


def only_this_writer(folder: Path) -> AbstractContextManager[None]:
    """Return a context in which no build in another process works on the episode. Raises LockHeld if one does."""
    return locked(EpisodePaths(folder=folder).state / "lock", "Blender", f"{folder.name} is being built", wait=False)


def _newest(folder: Path, scene: bpy.types.Scene) -> tuple[Timeline, Edits]:
    """Return the timeline of the last build with the newest edits: also those that were made while it was built."""
    by_script, edits = newest_parts(folder, scene)
    if by_script is None:
        return snapshot.read_last_timeline(folder), edits
    return apply_edits(by_script, edits)[0], edits


def newest_parts(folder: Path, scene: bpy.types.Scene) -> tuple[Timeline | None, Edits]:
    """Return the last build's timeline as the script alone makes it (None: nobody has kept it), and the newest edits.

    What the person changed in the scene is written to edits.json. Raises LecternError if the episode was not built.
    """
    snapshot.read_last_timeline(folder)
    scripted = EpisodePaths(folder=folder).scripted
    edits = _collect_edits(folder, scene)
    if not scripted.exists():
        return None, edits
    by_script = read_timeline(scripted)
    edits, _ = follow_script(edits, remembered(scene).elements, by_script)  # the build has told of it
    write_edits(folder, edits)
    return by_script, edits


def shown_edits(scene: bpy.types.Scene) -> Edits:
    """Return the edits that the scene shows, those included that a person has just made in it."""
    return collect(scene, remembered(scene).edits)


def note_compiled(folder: Path) -> None:
    """Note that the scene shows what others have written to the edits.json of `folder`."""
    if folder in _collected:
        _collected[folder] = Collected(written=_collected[folder].written)


def wrote_last(folder: Path, edits: Edits) -> bool:
    """Return whether `edits` are what this Blender wrote last for `folder`, so that nobody else has changed them."""
    return folder in _collected and _collected[folder].written == edits


def _collect_edits(folder: Path, scene: bpy.types.Scene) -> Edits:
    """Write what the person changed in the scene to edits.json; return all edits.

    The scene knows better than the file what this Blender has written there: an undo takes edits back. What others have
    written since is laid over that.
    """
    edits = read_edits(folder)
    if not remembered(scene).strips:
        return edits
    then = collect_again(scene, edits, _collected.get(folder) or collected_then(scene))
    write_edits(folder, then.written)
    _collected[folder] = then
    remember_collected(scene, then)
    return then.written


_collected: dict[Path, Collected] = {}
"""What this Blender has collected for a folder; the scene remembers it, too, but an undo takes the scene back."""


def _save_edits(folder: Path, scene: bpy.types.Scene) -> None:
    _collect_edits(folder, scene)
    blend = EpisodePaths(folder=folder).blend
    if bpy.data.filepath and Path(bpy.data.filepath) == blend:
        refuse_links_of(blend)
        if room_in(folder) < 2 * blend.stat().st_size:  # Blender would save half of it, and be content
            raise no_room(folder)
        bpy.ops.wm.save_mainfile()


def refuse_links_of(blend: Path) -> None:
    """Raise LinkRefused for a link where Blender writes when it saves `blend`: it writes through links."""
    for file in (blend.with_name(f"{blend.name}@"), blend):  # it writes the first, and moves it to the second
        if file.is_symlink():
            raise LinkRefused(file)


def _activity(progress: Mapping[str, Any]) -> str:
    """Return what is under way, and how long the rest will take."""
    doing = ", ".join(dict.fromkeys(progress["doing"])) or "Planning the next step"
    left = progress["seconds_left"]
    return doing if left is None else f"{doing} ({time_left(left)} left)"


def _show_compiled(compiled: CompileResult, is_first: bool, said: tuple[str, ...] = ()) -> None:
    """Show a timeline that was just compiled; the first one is fitted into the sequencers' view."""
    snapshot.forget()
    mark_moves.forget()
    snapshot.fill_lines(snapshot.panel().displaced, (*said, *compiled.displaced, *compiled.conflicts))
    if is_first:
        _view_all()
    if not bpy.app.background:
        bpy.ops.ed.undo_push(message="Update Lectern's Timeline")


def _view_all() -> None:
    """Zoom every open sequencer to the whole film."""
    for window in bpy.context.window_manager.windows:
        areas = (area for area in window.screen.areas if area.type == "SEQUENCE_EDITOR")
        for area in (area for area in areas if area.spaces.active.view_type != "PREVIEW"):
            region = next(region for region in area.regions if region.type == "WINDOW")
            with bpy.context.temp_override(window=window, area=area, region=region):
                bpy.ops.sequencer.view_all()
