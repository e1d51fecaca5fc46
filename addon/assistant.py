"""What the panel asks language models: conversations about the episode, of which each wish is a run; ideas; and plans."""

import json
from pathlib import Path

import bpy

from ..pipeline.base.errors import LecternError, visible
from ..pipeline.studio.conversation import WISH, note_so_far
from ..pipeline.studio.runs import cancel_run, run_events, runs
from . import background, child, snapshot
from .inspected import active_strip
from .properties import edited_scene
from .sequencer.owned import ID

MOST_SEEN = 300
"""How many letters of an answer that is arriving the panel shows."""


class Asking(background.BackgroundCommand):
    """A running ``lectern revise``; what the model writes is shown as it arrives."""

    def __init__(self, process: child.ChildProcess, folder: Path) -> None:
        """Watch `process`, which asks for the episode in `folder`."""
        super().__init__(process, lambda ended: self._finish_asking(ended))
        self._folder, self._before = folder, {run.id for run in runs(folder)}
        self.run, self._after, self._raw = "", 0, ""

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
            self.run = next((r.id for r in runs(self._folder) if r.kind == WISH and r.id not in self._before), "")
        for event in run_events(self._folder, self.run, self._after) if self.run else ():
            self._after = event.seq
            if event.kind == "text":
                self._raw += event.data["text"]
                snapshot.set_properties(answer=note_so_far(self._raw)[-MOST_SEEN:])
            elif event.kind == "again":
                self._raw = ""
            elif event.kind == "note":
                snapshot.set_properties(asking=str(event.data["message"]))

    def _finish_asking(self, process: child.ChildProcess) -> None:
        failed = process.code != 0
        error = background.failure_message(process) if failed and not process.cancelled else ""
        snapshot.set_properties(asking="", answer="", asking_error=error)
        snapshot.panel().assistant.begins = False
        snapshot.forget()
        snapshot.redraw()


def ask(folder: Path, wish: str, about: str = "") -> background.BackgroundCommand:
    """Start asking for a change of the episode in `folder`; the panel shows the answer as it arrives.

    It goes on from the last answer of the conversation that is shown.
    """
    snapshot.set_properties(asking="Asking", answer="", asking_error="")
    panel = snapshot.panel()
    shown = panel.assistant
    answered = [turn for turn in panel.turns if turn.thread == shown.thread and turn.state == "done"]
    after = ("--after", answered[-1].name) if answered and not shown.begins else ()
    argv = (WISH, str(folder), wish, "--about", about, *after, *shown.chosen(WISH), "--quiet", "--yes")
    return background.start_command("assistant", Asking(child.start(argv, background.log_file(WISH)), folder))


def get_ideas(project: Path) -> background.BackgroundCommand:
    """Start looking for ideas for films about a project; the panel lists them when they are there."""
    shown = snapshot.panel().assistant
    shown.working, shown.failed, shown.planned = "Looking for ideas", "", ""
    shown.ideas.clear()
    argv = ("ideas", str(project), "--json", "--quiet", "--yes", *shown.chosen("ideas"))
    process = child.start(argv, background.log_file("ideas"))
    return background.start_command("ideas", background.BackgroundCommand(process, _finish_ideas))


def plan(folder: Path, idea: str, project: Path | None, length: str) -> background.BackgroundCommand:
    """Start planning an episode in `folder` from an idea; the panel offers to open it when it is written."""
    shown = snapshot.panel().assistant
    shown.working, shown.failed, shown.planned = f"Planning {folder.name}", "", ""
    source = ("--from", str(project)) if project else ()
    long = ("--length", length) if length else ()
    argv = ("plan", str(folder), "--idea", idea, *source, *long, "--quiet", "--yes", *shown.chosen("brief", "script"))
    process = child.start(argv, background.log_file("plan"))
    return background.start_command(
        "ideas", background.BackgroundCommand(process, lambda ended: _finish_plan(ended, folder))
    )


def stop_working() -> None:
    """Stop looking for ideas, or planning."""
    if running := background.running_command("ideas"):
        running.process.stop()


def _finish_ideas(process: child.ChildProcess) -> None:
    shown = snapshot.panel().assistant
    shown.working = ""
    if process.code != 0:
        shown.failed = "" if process.cancelled else visible(background.failure_message(process))
    else:
        for found in json.loads("\n".join(process.lines()))["ideas"]:
            row = shown.ideas.add()
            row.name, row.idea, row.reason = (visible(found[key]) for key in ("title", "idea", "reason"))
            row.files = visible(", ".join(found["files"]))
    snapshot.redraw()


def _finish_plan(process: child.ChildProcess, folder: Path) -> None:
    shown = snapshot.panel().assistant
    shown.working, shown.planned = "", "" if process.code else str(folder)
    shown.failed = visible(background.failure_message(process)) if process.code and not process.cancelled else ""
    snapshot.redraw()


def stop() -> None:
    """Stop asking. Raises LecternError if it has ended already."""
    asking = background.running_command("assistant")
    if isinstance(asking, Asking):
        asking.cancel()


def about_of(about: str) -> str:
    """Return the id of what a wish is about: the scene under the playhead, or the active strip ("FILM": none).

    Raises LecternError if there is nothing of Lectern's.
    """
    scene = edited_scene(bpy.context)
    strip = active_strip(scene) if about == "STRIP" else None
    found = snapshot.scene_at(scene.frame_current) if about == "SCENE" else str(strip.get(ID) or "") if strip else ""
    if about != "FILM" and not found:
        raise LecternError("There is nothing of Lectern's there: choose a scene or a strip, or ask about the film")
    return found
