"""The rows of the panel's lists: scenes and what is made for them, proposed changes, jobs, the library."""

import time
from collections.abc import Iterable

import bpy

from ..pipeline.base.errors import visible
from ..pipeline.jobs.runs import Run
from ..pipeline.studio.conversation import WISH, thread_of
from ..pipeline.studio.episodes import EpisodeCard
from ..pipeline.studio.jobs import JobCard
from ..pipeline.studio.library import LibraryItem
from ..pipeline.studio.scenes import SceneCard
from .properties import LecternPanel
from .reading import Reading
from .sequencer.strip_transform import blender_frame

MAX_JOBS, MOST_TURNS = 200, 60


def fill_scenes(panel: LecternPanel, reading: Reading) -> None:
    """List the scenes; the selected one stays selected."""
    film, selected = reading.film, panel.scene_id
    panel.scenes.clear()
    for card in reading.scenes:
        row = panel.scenes.add()
        row.name, row.title, row.number, row.line, row.state = (
            card.id,
            visible(card.title),
            card.number,
            card.line,
            card.state,
        )
        row.made, row.total = sum(take.made for take in card.takes), len(card.takes)
        row.expected = reading.expected.get(card.id, 0.0)
        if film and card.duration:
            row.frame, row.seconds = blender_frame(round(card.start * film.fps)), card.start
    panel.duration = max((span.end for span in film.scenes), default=0) / film.fps if film else 0.0
    panel["active_scene"] = max(0, panel.scenes.find(selected) if selected else -1)  # without moving the playhead
    panel.scene_id = panel.scenes[panel.active_scene].name if panel.scenes else ""
    _fill_takes(panel, reading.scenes)


def _fill_takes(panel: LecternPanel, scenes: Iterable[SceneCard]) -> None:
    """List what is made for every scene; the panel shows those of the selected one."""
    panel.takes.clear()
    for card in scenes:
        for take in card.takes:
            row = panel.takes.add()
            row.name, row.scene, row.kind, row.text = take.id, card.id, take.kind, visible(take.label)
            row.line, row.made = take.line, take.made


def fill_episodes(listed: bpy.types.bpy_prop_collection, episodes: Iterable[EpisodeCard]) -> None:
    """List episodes in a menu."""
    listed.clear()
    for card in episodes:
        row = listed.add()
        row.name, row.folder = visible(card.title), str(card.folder)


def fill_changes(panel: LecternPanel, reading: Reading) -> None:
    """List the changes, the newest first, and the scenarios; the selected change stays selected."""
    selected = panel.changes[panel.active_change].name if panel.active_change < len(panel.changes) else ""
    panel.changes.clear()
    for change in reading.changes:
        row, last = panel.changes.add(), change.history[-1]
        row.name, row.who, row.why, row.diff = change.id, visible(change.who), visible(change.why), visible(change.diff)
        row.state = "outdated" if change.id in reading.outdated else change.state
        row.files, row.scenario = visible(change.names), change.scenario
        row.when = time.strftime("%Y-%m-%d %H:%M", time.localtime(change.history[0].when))
        row.told = visible(last.note) if last.what in ("outdated", "overruled") else ""
    panel.active_change = max(0, panel.changes.find(selected) if selected else 0)
    panel.scenarios.clear()
    for scenario in reading.scenarios:
        row = panel.scenarios.add()
        row.name, row.current = scenario.name, scenario.current
        row.about = f"other {', '.join(scenario.differs)}" if scenario.differs else ""


def fill_turns(panel: LecternPanel, runs: Iterable[Run]) -> None:
    """List the last wishes and what has come of them, the oldest first: the runs of the episode keep them.

    The conversation that is shown stays; the newest is, where there is none.
    """
    panel.turns.clear()
    for run in [run for run in runs if run.kind == WISH][:MOST_TURNS][::-1]:
        row = panel.turns.add()
        row.name, row.wish, row.state = run.id, visible(run.title), run.state
        row.thread, row.about = thread_of(run), visible(str(run.about.get("on", "")))
        row.note, row.change = visible(str(run.result.get("note", ""))), str(run.result.get("change", ""))
        row.error = visible(run.error[:400])
    shown = panel.assistant
    if shown.thread not in [turn.thread for turn in panel.turns]:
        shown.thread = panel.turns[-1].thread if panel.turns and not shown.begins else ""


def fill_agents(panel: LecternPanel, reading: Reading) -> None:
    """Say how agents find the episode, and which prompts there are."""
    shown = panel.assistant
    shown.prompt_ids = " ".join(reading.prompts)
    if found := reading.agents:
        shown.settings, shown.command, shown.note = found.settings, found.command, found.note


def fill_jobs(panel: LecternPanel, jobs: Iterable[JobCard]) -> None:
    """List the jobs of the last build; those that are done are only counted."""
    jobs = tuple(jobs)
    panel.jobs.clear()
    panel.jobs_done = sum(job.state == "done" for job in jobs)
    for job in [job for job in jobs if job.state != "done"][:MAX_JOBS]:
        row = panel.jobs.add()
        row.name, row.text, row.state = str(job.id), visible(job.label), job.state
        row.progress, row.error, row.scene = job.progress, visible(job.error), job.scene


def fill_library(panel: LecternPanel, items: Iterable[LibraryItem]) -> None:
    """List what can be put on the timeline. Thumbnails are loaded when they are first drawn."""
    panel.library.clear()
    for item in items:
        row = panel.library.add()
        row.name, row.kind, row.id, row.file = visible(item.name), item.kind, item.id, item.file
        row.place, row.picture = visible(item.place), item.picture
