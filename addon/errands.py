"""Commands that the panel has sent: started, watched through the queue, and what they made taken in."""

import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import bpy

from ..pipeline.errors import LecternError
from ..pipeline.jobs.process import identity
from ..pipeline.jobs.queue import Queue, Summary
from ..pipeline.studio.places import Places
from ..pipeline.timeline.edits import read_edits, write_edits
from . import cast, child, snapshot
from .progress import progress
from .sequencer.collect import collect
from .sequencer.compile import Compiled, compile_in_slices, compile_timeline
from .sequencer.owned import owned_strips

BUSY_SECONDS = 0.25
"""How often the queue is asked."""

SLICE_SECONDS = 0.03
"""How long laying strips may hold Blender's window at a time."""


@dataclass
class Errand:
    """A command under way, the folder it works on, and the name of the scene its result goes to ("": none).

    `laying` is what lays its timeline onto that scene, once the command has ended well; `first`: none lay there before.
    `sample` is the sound file, or the picture, that it makes.
    """

    command: child.Child
    folder: Path
    scene: str = ""
    queue: Queue | None = None
    laying: Generator[float, None, Compiled] | None = None
    first: bool = False
    sample: Path | None = None


_errands: dict[str, Errand] = {}
"""At most one of each kind: "build", "doctor", "thumbnails", "sample", "capture"."""


def build(folder: Path, scene: bpy.types.Scene, verb: str = "build") -> Errand:
    """Starts ``lectern VERB FOLDER``; its timeline goes to `scene` when it has ended well.

    What the person changed in `scene` is kept first: in edits.json, and in the episode's .blend if that is the open
    file.
    """
    keep_edits(folder, scene)
    log = Places(folder=folder).database.with_name(f"{verb}.log")
    _errands["build"] = Errand(child.start([verb, str(folder), "--quiet"], log), folder, scene.name)
    snapshot.show(state="RUNNING", progress=0.0, doing="Starting", error="")
    return _errands["build"]


def advise(*argv: str) -> Errand:
    """Starts ``lectern doctor``, or what else `argv` says; its words go to the preferences."""
    argv = argv or ("doctor",)
    log = Path(bpy.app.tempdir) / f"lectern-{argv[0]}.log"
    snapshot.fill(snapshot.panel().advice, ["Looking…"])
    return _begin("doctor", Errand(child.start([*argv], log), Path()))


def draw_thumbnails(folder: Path) -> Errand:
    """Starts drawing the thumbnails that are missing; the panel shows them when they are there."""
    log = Places(folder=folder).database.with_name("thumbnails.log")
    return _begin("thumbnails", Errand(child.start(["character", "thumbnails", str(folder), "--quiet"], log), folder))


def hear(folder: Path, id: str, text: str) -> Errand:
    """Has the character `id` say `text`, and plays it when it is made. The button says that it may cost something."""
    sample = Path(bpy.app.tempdir) / f"lectern-{id}.wav"
    argv = ["say", text, "--character", id, "--in", str(folder), "--output", str(sample), "--quiet", "--yes"]
    snapshot.show(sample_error="")
    return _begin("sample", Errand(child.start(argv, sample.with_suffix(".log")), folder, sample=sample))


def capture(folder: Path, argv: list[str], doing: str, picture: Path | None = None) -> Errand:
    """Starts a command about captures; the `picture` that it makes is opened when it is there."""
    log = Places(folder=folder).database.with_name(f"{argv[0]}.log")
    snapshot.show(capturing=doing, capture_error="")
    return _begin("capture", Errand(child.start([*argv, "--quiet"], log), folder, sample=picture))


def wait(errand: Errand) -> None:
    """Waits until a command has ended and what it made is taken in."""
    errand.command.process.wait()
    while errand in _errands.values():
        attend()


def stop() -> None:
    """Asks the build to end; what is made stays made."""
    if errand := _errands.get("build"):
        errand.command.stop()
        snapshot.show(state="STOPPING", doing="Stopping")


def abandon() -> None:
    """Ends everything that is under way: Blender closes, or the extension is switched off."""
    while _errands:
        _, errand = _errands.popitem()
        errand.command.stop()
        if errand.queue:
            errand.queue.close()


def attend() -> float | None:
    """Shows how far the commands under way are and takes in what has ended.

    Returns the seconds after which to call it again, None where nothing was under way.
    """
    if not _errands:
        return None
    for kind, errand in list(_errands.items()):
        _ATTENDED[kind](errand)
    return 0.0 if any(e.laying for e in _errands.values()) else BUSY_SECONDS


def lay(folder: Path, scene: bpy.types.Scene) -> None:
    """Lays the timeline that the last build left onto the sequencer of `scene`, at once."""
    first = not owned_strips(scene)
    compiled = compile_timeline(snapshot.timeline_of(folder), scene, folder, read_edits(folder))
    _show_compiled(compiled, scene, first)


def keep_edits(folder: Path, scene: bpy.types.Scene) -> None:
    """Writes what the person changed on Lectern's strips in `scene` to edits.json."""
    if owned_strips(scene) and Places(folder=folder).timeline.exists():
        write_edits(folder, collect(scene, snapshot.timeline_of(folder), read_edits(folder)))
    if bpy.data.filepath and Path(bpy.data.filepath) == Places(folder=folder).blend:
        bpy.ops.wm.save_mainfile()


def _attend_build(errand: Errand) -> None:
    try:
        if errand.laying:
            _lay_on(errand)
        elif errand.command.code is None:
            _show_progress(errand)
        elif not bpy.app.is_job_running("RENDER"):  # the sequencer must not be touched while Blender renders from it
            _conclude(errand, errand.command.code)
    except LecternError as error:
        _end(errand, state="FAILED", error=str(error))
    except ReferenceError:  # a timer that raises is never called again
        _end(errand, state="FAILED", error="The scene was removed or undone while its timeline was laid: build again")


def _attend_doctor(errand: Errand) -> None:
    if errand.command.code is not None:
        del _errands["doctor"]
        snapshot.fill(snapshot.panel().advice, errand.command.lines())


def _attend_thumbnails(errand: Errand) -> None:
    if errand.command.code is not None:
        del _errands["thumbnails"]
        snapshot.forget()


def _attend_sample(errand: Errand) -> None:
    if errand.command.code is None:
        return
    del _errands["sample"]
    try:
        if errand.command.code != 0:
            raise LecternError("\n".join(errand.command.lines()[-4:]) or "The voice said nothing")
        cast.play(errand.sample)
    except LecternError as error:
        snapshot.show(sample_error=str(error))


def _attend_capture(errand: Errand) -> None:
    if errand.command.code is None:
        return
    del _errands["capture"]
    failed = errand.command.code != 0 and not errand.command.cancelled
    said = "\n".join(errand.command.lines()[-6:]) or f"It ended with exit code {errand.command.code}."
    snapshot.show(capturing="", capture_error=said if failed else "")
    if not failed and errand.sample and not bpy.app.background:
        bpy.ops.wm.path_open(filepath=str(errand.sample))
    snapshot.forget()
    snapshot.redraw()


_ATTENDED = {
    "build": _attend_build, "doctor": _attend_doctor, "thumbnails": _attend_thumbnails, "sample": _attend_sample,
    "capture": _attend_capture,
}  # fmt: skip


def _begin(kind: str, errand: Errand) -> Errand:
    """Notes a command that was started; one of its kind that is under way is ended."""
    if former := _errands.get(kind):
        former.command.stop()
    _errands[kind] = errand
    return errand


def _show_progress(errand: Errand) -> None:
    summary = _summary(errand)
    if summary and not errand.command.cancelled:
        done = max(progress(summary), snapshot.panel().progress)
        snapshot.show(progress=done, doing=_doing(summary))


def _summary(errand: Errand) -> Summary | None:
    """How the command's own run stands, None until it has asked for the first take."""
    database = Places(folder=errand.folder).database
    if errand.queue is None and database.exists():
        errand.queue = Queue(database)
    run = errand.queue and errand.queue.latest_run()
    return errand.queue.summary(run) if run and run.startswith(f"{identity(errand.command.process.pid)}/") else None


def _doing(summary: Summary) -> str:
    names = ", ".join(dict.fromkeys(r.label for r in summary.running))
    return f"{summary.number('done')} of {summary.number()}: {names}" if names else "Planning what comes next"


def _conclude(errand: Errand, code: int) -> None:
    scene = bpy.data.scenes.get(errand.scene)
    if errand.command.cancelled:
        _end(errand, state="CANCELLED")
    elif code != 0:
        said = errand.command.lines()[-6:]
        _end(errand, state="FAILED", error="\n".join(said) or f"It ended with exit code {code}.")
    elif scene is None:
        _end(errand, state="DONE")
    else:
        errand.first, folder = not owned_strips(scene), errand.folder
        errand.laying = compile_in_slices(snapshot.timeline_of(folder), scene, folder, read_edits(folder))
        snapshot.show(progress=1.0, doing="Laying it on the timeline")


def _lay_on(errand: Errand) -> None:
    """A slice of the laying: as many strips as a window that must stay alive can bear."""
    until = time.monotonic() + SLICE_SECONDS
    try:
        while time.monotonic() < until:
            next(errand.laying)
    except StopIteration as laid:
        _end(errand, state="DONE")
        if scene := bpy.data.scenes.get(errand.scene):  # it may have another name by now
            _show_compiled(laid.value, scene, errand.first)


def _show_compiled(compiled: Compiled, scene: bpy.types.Scene, first: bool) -> None:
    snapshot.forget()
    snapshot.fill(snapshot.panel().blocked, compiled.blocked)
    if first:
        _view_all()
    if not bpy.app.background:
        bpy.ops.ed.undo_push(message="Lectern's timeline")


def _view_all() -> None:
    """Has the windows' sequencers show the whole film."""
    for window in bpy.context.window_manager.windows:
        areas = (a for a in window.screen.areas if a.type == "SEQUENCE_EDITOR")
        for area in (a for a in areas if a.spaces.active.view_type != "PREVIEW"):
            region = next(r for r in area.regions if r.type == "WINDOW")
            with bpy.context.temp_override(window=window, area=area, region=region):
                bpy.ops.sequencer.view_all()


def _end(errand: Errand, state: str, error: str = "") -> None:
    _errands.pop("build", None)
    if errand.queue:
        errand.queue.close()
    snapshot.forget()
    snapshot.show(state=state, doing="", error=error)
