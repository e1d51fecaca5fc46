"""Commands that the panel has sent: started, watched through the queue, and what they made taken in."""

from dataclasses import dataclass
from pathlib import Path

import bpy

from ..pipeline.errors import LecternError
from ..pipeline.jobs.process import identity
from ..pipeline.jobs.queue import Queue, Summary
from ..pipeline.studio.places import Places
from . import child, snapshot


@dataclass
class Errand:
    """A command under way, the folder it works on, and the name of the scene its result goes to ("": none)."""

    command: child.Child
    folder: Path
    scene: str = ""
    queue: Queue | None = None


_errands: dict[str, Errand] = {}
"""At most one of the panel ("build") and one of the preferences ("doctor")."""


def build(folder: Path, scene: bpy.types.Scene, verb: str = "build") -> Errand:
    """Starts ``lectern VERB FOLDER``; its timeline goes to `scene` when it has ended well."""
    log = Places(folder=folder).database.with_name(f"{verb}.log")
    _errands["build"] = Errand(child.start([verb, str(folder), "--quiet"], log), folder, scene.name)
    snapshot.show(state="RUNNING", progress=0.0, doing="Starting", error="")
    return _errands["build"]


def advise() -> Errand:
    """Starts ``lectern doctor``; its words go to the preferences."""
    _errands["doctor"] = Errand(child.start(["doctor"], Path(bpy.app.tempdir) / "lectern-doctor.log"), Path())
    snapshot.fill(snapshot.panel().advice, ["Looking…"])
    return _errands["doctor"]


def wait(errand: Errand) -> None:
    """Waits until a command has ended, and takes in what it made."""
    errand.command.process.wait()
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
        _close(errand)


def attend() -> bool:
    """Shows how far the commands under way are and takes in what has ended; whether there was anything to attend to."""
    busy = bool(_errands)
    if errand := _errands.get("build"):
        _attend_build(errand)
    if errand := _errands.get("doctor"):
        _attend_doctor(errand)
    return busy


def place(folder: Path, scene: bpy.types.Scene) -> None:
    """Lays the timeline that the last build left onto the sequencer of `scene`."""
    from .sequencer.compile import compile_timeline

    compile_timeline(snapshot.timeline_of(folder), scene, folder)
    snapshot.forget()


def _attend_build(errand: Errand) -> None:
    code = errand.command.code
    if code is None:
        _show_progress(errand)
    elif not bpy.app.is_job_running("RENDER"):  # the sequencer must not be touched while Blender renders from it
        del _errands["build"]
        _close(errand)
        _conclude(errand, code)


def _attend_doctor(errand: Errand) -> None:
    if errand.command.code is not None:
        del _errands["doctor"]
        snapshot.fill(snapshot.panel().advice, errand.command.lines())


def _show_progress(errand: Errand) -> None:
    summary = _summary(errand)
    if summary and not errand.command.cancelled:
        snapshot.show(progress=summary.fraction, doing=_doing(summary))


def _summary(errand: Errand) -> Summary | None:
    """How the command's own run stands, None until it has asked for the first take."""
    database = Places(folder=errand.folder).database
    if errand.queue is None and database.exists():
        errand.queue = Queue(database)
    run = errand.queue and errand.queue.latest_run()
    return errand.queue.summary(run) if run and run.startswith(f"{identity(errand.command.process.pid)}/") else None


def _doing(summary: Summary) -> str:
    names = ", ".join(dict.fromkeys(r.label for r in summary.running))
    return f"{summary.number('done')} of {summary.number()}: {names}" if names else "Putting it together"


def _conclude(errand: Errand, code: int) -> None:
    snapshot.forget()
    if errand.command.cancelled:
        snapshot.show(state="CANCELLED", doing="")
    elif code != 0:
        said = errand.command.lines()[-6:]
        snapshot.show(state="FAILED", doing="", error="\n".join(said) or f"It ended with exit code {code}.")
    else:
        _take_in(errand)


def _take_in(errand: Errand) -> None:
    try:
        if scene := bpy.data.scenes.get(errand.scene):
            place(errand.folder, scene)
        snapshot.show(state="DONE", progress=1.0, doing="")
    except LecternError as error:
        snapshot.show(state="FAILED", doing="", error=str(error))


def _close(errand: Errand) -> None:
    if errand.queue:
        errand.queue.close()
