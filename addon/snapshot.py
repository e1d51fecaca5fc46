"""The panel's picture of an episode: read from its files when they change, never while drawing."""

import json
from collections.abc import Iterable
from pathlib import Path

import bpy

from ..pipeline.changes.book import FOLDER as CHANGES, Book
from ..pipeline.episode.folder import character_folders, read_episode
from ..pipeline.episode.model import Episode
from ..pipeline.episode.pronunciation import FILE as PRONUNCIATION
from ..pipeline.episode.settings import FILE as SETTINGS
from ..pipeline.errors import LecternError
from ..pipeline.services.plugins import FOLDER as PLUGINS
from ..pipeline.studio.places import Places
from ..pipeline.studio.goals import goals
from ..pipeline.studio.trust import Danger, dangers, is_trusted, visible
from ..pipeline.timeline.kept import read_timeline
from ..pipeline.timeline.model import SceneSpan, Timeline
from . import cast
from .properties import SCRIPT, LecternPanel, episode_folder

SUBTITLES = "film.srt"
MOST_FINDINGS = 12

_seen: list[object] = []
"""The folder and the times of its files at the last reading."""


def refresh(scene: bpy.types.Scene) -> None:
    """Reads the episode of `scene` anew if one of its files has changed since the last time."""
    folder = episode_folder(scene)
    now = [folder, *((f, changed(f)) for f in _watched(folder))] if folder else [None]
    if now != _seen:
        _seen[:] = now
        _read(folder, panel())
        redraw()


def redraw() -> None:
    """Has the windows draw the panel again."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in {"SEQUENCE_EDITOR", "PREFERENCES"}:
                area.tag_redraw()


def forget() -> None:
    """Makes the next `refresh` read everything."""
    _seen.clear()


def timeline_of(folder: Path) -> Timeline:
    """The timeline that the last build left; LecternError where there is none."""
    path = Places(folder=folder).timeline
    if not path.exists():
        raise LecternError(f"{folder.name} hasn't been built yet: press Build.")
    return read_timeline(path)


def scene_at(frame: int) -> str:
    """The id of the scene that Blender shows at `frame` ("": none of the episode)."""
    begun = [row for row in panel().scenes if 0 < row.frame <= frame]
    return max(begun, key=lambda row: row.frame).name if begun else ""


def panel() -> LecternPanel:
    """What the panel shows."""
    return bpy.context.window_manager.lectern


def show(**values: object) -> None:
    """Sets properties of the panel by name."""
    for name, value in values.items():
        setattr(panel(), name, value)


def fill(rows: bpy.types.bpy_prop_collection, texts: Iterable[str]) -> None:
    """Puts lines of text in place of what a list held."""
    rows.clear()
    for text in texts:
        rows.add().text = text


def fill_dangers(shown: LecternPanel, found: Iterable[Danger]) -> None:
    """Lists what the episode would run."""
    shown.dangers.clear()
    for danger in found:
        row = shown.dangers.add()
        row.where, row.kind, row.what = danger.where, danger.kind, visible(danger.what)


def changed(file: Path) -> float:
    """When a file was last written, 0.0 where there is none."""
    return file.stat().st_mtime if file.exists() else 0.0


def _watched(folder: Path) -> tuple[Path, ...]:
    places = Places(folder=folder)
    homes = character_folders(folder, None)
    people = (file for home in homes for file in sorted(home.glob("*")))
    plugins = (plugin for home in homes for plugin in sorted((home.parent / PLUGINS).glob("*.py")))
    studio = (home.parent / name for home in homes for name in (SETTINGS, PRONUNCIATION))
    proposed = sorted((folder / CHANGES).glob("*.json"))
    return *proposed, folder / SCRIPT, places.timeline, places.report, places.film, folder / SETTINGS, *studio, *people, *plugins


def _read(folder: Path | None, shown: LecternPanel) -> None:
    for rows in (shown.scenes, shown.dangers, shown.findings, shown.changes):
        rows.clear()
    if shown.folder != str(folder or ""):
        shown.cast.clear()
    show(folder=str(folder or ""), title=folder.name if folder else "", length=0.0, stale=False, film="", subtitles="",
         fault="", trusted=True, captures=0, goals=0)
    if folder:
        _read_script(folder, shown)
        _read_renders(Places(folder=folder), shown)


def _read_script(folder: Path, shown: LecternPanel) -> None:
    try:
        episode = read_episode(folder)
        shown.title = episode.title
        _fill_scenes(shown, episode, _spans(folder))
        cast.fill(shown, episode)
        _fill_captures(shown, episode)
        _read_trust(shown, episode)
    except LecternError as error:
        shown.fault = str(error)


def _spans(folder: Path) -> dict[str, SceneSpan]:
    return {s.id: s for s in timeline_of(folder).scenes} if Places(folder=folder).timeline.exists() else {}


def _fill_scenes(shown: LecternPanel, episode: Episode, spans: dict[str, SceneSpan]) -> None:
    fps = episode.settings.film.fps
    for number, scene in enumerate((s for s in episode.scenes if s.enabled), start=1):
        row = shown.scenes.add()
        row.name, row.title, row.number = scene.id, scene.title, number
        if span := spans.get(scene.id):
            row.frame, row.seconds = span.start + 1, span.start / fps
    shown.length = max((s.end for s in spans.values()), default=0) / fps


def _fill_captures(shown: LecternPanel, episode: Episode) -> None:
    shown.captures = sum(len(scene.captures) for scene in episode.scenes if scene.enabled)
    shown.goals = len(goals(episode))
    book = Book(episode.folder)
    for change in (c for c in book.all() if c.state == "proposed" and not book.outdated(c)):
        row = shown.changes.add()
        row.name, row.who, row.why, row.diff = change.id, change.who, change.why, change.diff


def _read_trust(shown: LecternPanel, episode: Episode) -> None:
    found = dangers(episode)
    shown.trusted = is_trusted(found)
    fill_dangers(shown, found)


def _read_renders(places: Places, shown: LecternPanel) -> None:
    subtitles = places.renders / SUBTITLES
    shown.stale = 0.0 < changed(places.timeline) < changed(places.folder / SCRIPT)
    shown.film = str(places.film) if places.film.exists() else ""
    shown.subtitles = str(subtitles) if subtitles.exists() else ""
    fill(shown.findings, _findings(places.report))


def _findings(report: Path) -> list[str]:
    if not report.exists():
        return []
    try:
        said = json.loads(report.read_text(encoding="utf-8")).get("findings", [])
    except ValueError:  # half of one, by another program
        return []
    return [f if isinstance(f, str) else f.get("message", str(f)) for f in said][:MOST_FINDINGS]
