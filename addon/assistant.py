"""A conversation about the episode: each wish is a run of a language model, whose answer is a proposed change."""

from pathlib import Path

import bpy

from ..pipeline.base.errors import LecternError
from ..pipeline.studio.runs import cancel_run, run_events, runs
from . import background, child, snapshot
from .inspected import active_strip
from .properties import edited_scene
from .sequencer.owned import ID

KIND = "revise"
MOST_SEEN = 300
"""How many letters of an answer that is arriving the panel shows."""


class Asking(background.BackgroundCommand):
    """A running ``lectern revise``; what the model writes is shown as it arrives."""

    def __init__(self, process: child.ChildProcess, folder: Path) -> None:
        """Watch `process`, which asks for the episode in `folder`."""
        super().__init__(process, lambda ended: self._finish_asking(ended))
        self._folder, self._before = folder, {run.id for run in runs(folder)}
        self.run, self._after = "", 0

    def poll(self) -> float | None:
        """Show what has arrived, or take in the result."""
        if self.process.code is None:
            self._hear()
        return super().poll()

    def cancel(self) -> None:
        """Ask the model to stop."""
        if self.run:
            cancel_run(self._folder, self.run)
        else:
            self.process.stop()

    def _hear(self) -> None:
        if not self.run:
            self.run = next((r.id for r in runs(self._folder) if r.kind == KIND and r.id not in self._before), "")
        for event in run_events(self._folder, self.run, self._after) if self.run else ():
            self._after = event.seq
            if event.kind == "text":
                snapshot.set_properties(answer=(snapshot.panel().answer + event.data["text"])[-MOST_SEEN:])
            elif event.kind == "note":
                snapshot.set_properties(asking=str(event.data["message"]))

    def _finish_asking(self, process: child.ChildProcess) -> None:
        failed = process.code != 0
        error = background.failure_message(process) if failed and not process.cancelled else ""
        snapshot.set_properties(asking="", answer="", asking_error=error)
        snapshot.forget()
        snapshot.redraw()


def ask(folder: Path, wish: str) -> background.BackgroundCommand:
    """Start asking for a change of the episode in `folder`; the panel shows the answer as it arrives."""
    snapshot.set_properties(asking="Asking", answer="", asking_error="")
    log = background.log_file(KIND)
    return background.start_command(
        "assistant", Asking(child.start((KIND, str(folder), wish, "--quiet", "--yes"), log), folder)
    )


def stop() -> None:
    """Stop asking. Raises LecternError if it has ended already."""
    asking = background.running_command("assistant")
    if isinstance(asking, Asking):
        asking.cancel()


def with_context(wish: str, about: str) -> str:
    """Return a wish with what it is about: the scene under the playhead, or the active strip ("FILM": all of it)."""
    scene = edited_scene(bpy.context)
    if about == "SCENE" and (id := snapshot.scene_at(scene.frame_current)):
        return f"In the scene {id}: {wish}"
    strip = active_strip(scene) if about == "STRIP" else None
    if strip is not None and strip.get(ID):
        return f"About {strip[ID]} (scene/element): {wish}"
    if about != "FILM":
        raise LecternError("There is nothing of Lectern's there: choose a scene or a strip, or ask about the film")
    return wish
