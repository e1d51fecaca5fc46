"""The panel's copy of an episode: read from the episode's files when they change, never while drawing."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Thread
from typing import Any

import bpy

from ..pipeline.base.episode_paths import EpisodePaths
from ..pipeline.base.errors import LecternError, escape_invisible, visible
from ..pipeline.changes.store import FOLDER as CHANGES
from ..pipeline.episode.folder import character_folders
from ..pipeline.episode.pronunciation import PRONUNCIATION_FILE
from ..pipeline.episode.settings import SETTINGS_FILE
from ..pipeline.episode.source import SCRIPT
from ..pipeline.services.plugins import FOLDER as PLUGINS
from ..pipeline.studio.episodes import recent_episodes
from ..pipeline.studio.jobs import jobs
from ..pipeline.timeline.model import Timeline, read_timeline
from ..pipeline.trust.request import PermissionRequest
from . import character_list, rows
from .properties import LecternPanel, episode_folder
from .reading import Reading, read_everything
from .sequencer.strip_transform import blender_frame

_last_read: list[object] = []
"""The folder that was read last, and the modification times of its files then."""

_current: list[Reading] = []
"""What was read last; empty while no episode is open."""

_under_way: list["_ReadingThread"] = []
"""The reading that is under way beside the window."""


class _ReadingThread(Thread):
    """Reads the episode in `folder`, whose files were as `state` says, while Blender's window goes on."""

    def __init__(self, folder: Path, state: list[object]) -> None:
        super().__init__(daemon=True)
        self.folder, self.state, self.reading = folder, state, Reading(folder)

    def run(self) -> None:
        """Read. Whatever goes wrong is shown: nobody would see it raised here."""
        try:
            self.reading = read_everything(self.folder)
        except Exception as error:  # a thread's outermost level
            self.reading.error = f"{type(error).__name__}: {error}. This is a fault in Lectern: please report it."


def refresh(scene: bpy.types.Scene) -> None:
    """Read the episode of `scene` again, now, if one of its files has changed since the last time."""
    folder, state = _state_of(scene)
    if state != _last_read:
        _under_way.clear()
        _last_read[:] = state
        _show(read_everything(folder) if folder else None)


def refresh_beside(scene: bpy.types.Scene) -> bool:
    """Read the episode of `scene` again if one of its files has changed, beside the window, which is never held up.

    Returns whether that is under way: then call again soon.
    """
    if _under_way and not _under_way[0].is_alive():
        done = _under_way.pop()
        _last_read[:] = done.state
        _show(done.reading)
    folder, state = _state_of(scene)
    if folder is None:
        refresh(scene)
    elif state != _last_read and not _under_way:
        _under_way.append(_ReadingThread(folder, state))
        _under_way[0].start()
    return bool(_under_way)


def refresh_jobs(folder: Path) -> None:
    """List the jobs of the last build of the episode in `folder`, as they are now."""
    rows.fill_jobs(panel(), jobs(folder))


def current() -> Reading | None:
    """Return what was read of the open episode last; None while none is open."""
    return _current[0] if _current else None


def has_new_script() -> bool:
    """Return whether a script was read since the last call that is another one than before, can be read, and isn't built yet."""
    reading = current()
    if not reading or not reading.episode or reading.script == _seen_script.get(reading.folder):
        return False
    is_first = reading.folder not in _seen_script
    _seen_script[reading.folder] = reading.script
    return not is_first and panel().outdated


_seen_script: dict[Path, str] = {}
"""The script of each episode that was seen last by `has_new_script`."""


def redraw() -> None:
    """Have every sequencer, the text editors and the preferences drawn again."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in {"SEQUENCE_EDITOR", "TEXT_EDITOR", "PREFERENCES"}:
                area.tag_redraw()


def forget() -> None:
    """Make the next `refresh` read everything again."""
    _last_read.clear()
    _under_way.clear()


def panel() -> LecternPanel:
    """Return what the panel draws."""
    return bpy.context.window_manager.lectern


def set_properties(**values: object) -> None:
    """Set properties of the panel by name; texts as they may be shown."""
    for name, value in values.items():
        is_path = name in ("folder", "film", "subtitles")
        setattr(panel(), name, visible(value) if isinstance(value, str) and not is_path else value)


def read_last_timeline(folder: Path) -> Timeline:
    """Return the timeline of the last build. Raises LecternError if the episode has not been built."""
    path = EpisodePaths(folder=folder).timeline
    if not path.exists():
        raise LecternError(f"{folder.name} has not been built yet: press Build.")
    return read_timeline(path)


def scene_at(frame: int) -> str:
    """Return the id of the episode's scene that Blender shows at `frame`, or "" if there is none."""
    begun = [row for row in panel().scenes if 0 < row.frame <= frame]
    return max(begun, key=lambda row: row.frame).name if begun else ""


def fill_lines(notes: bpy.types.bpy_prop_collection, texts: Iterable[str]) -> None:
    """Replace the content of a list of notes by `texts`."""
    notes.clear()
    for text in texts:
        notes.add().text = visible(text)


def fill_voices(cards: Iterable[Mapping[str, Any]]) -> None:
    """List the voices that ``lectern voices --json`` has told."""
    voices = panel().voices
    voices.clear()
    for card in cards:
        row = voices.add()
        row.name, row.provider, row.missing = visible(card["voice"]), card["provider"], visible(card["missing"])
        about = (card["language"], card["sex"], "cloned" if card["cloned"] else card["provider"])
        row.about = visible(", ".join(part for part in about if part))


def fill_permissions(panel: LecternPanel, requests: Iterable[PermissionRequest]) -> None:
    """List what the episode would run or contact, with invisible characters made visible."""
    panel.permissions.clear()
    for request in requests:
        row = panel.permissions.add()
        row.where, row.kind, row.what = request.where, request.kind, escape_invisible(request.what)
        row.host = request.host


def modified_time(file: Path) -> float:
    """Return when `file` was last modified (seconds since the epoch), 0.0 if it doesn't exist."""
    return file.stat().st_mtime if file.exists() else 0.0


def _state_of(scene: bpy.types.Scene) -> tuple[Path | None, list[object]]:
    """Return the folder of the scene's episode, and what changes when one of its files does."""
    folder = episode_folder(scene)
    return folder, [folder, *((file, modified_time(file)) for file in _watched_files(folder))] if folder else [None]


def _watched_files(folder: Path) -> tuple[Path, ...]:
    """Return every file that the panel depends on, whether it exists or not."""
    paths = EpisodePaths(folder=folder)
    characters = character_folders(folder, None)
    studios = [characters_folder.parent for characters_folder in characters]
    return (
        folder / SCRIPT,
        folder / SETTINGS_FILE,
        paths.timeline,
        paths.preview,
        paths.report,
        paths.film,
        *sorted((folder / CHANGES).glob("*.json")),
        *(file for characters_folder in characters for file in sorted(characters_folder.glob("*"))),
        *(plugin for studio in studios for plugin in sorted((studio / PLUGINS).glob("*.py"))),
        *(studio / name for studio in studios for name in (SETTINGS_FILE, PRONUNCIATION_FILE)),
    )


def _show(reading: Reading | None) -> None:
    """Put what was read into the panel's properties."""
    shown, was = panel(), panel().folder
    _current[:] = [reading] if reading else []
    for listed in (shown.scenes, shown.takes, shown.permissions, shown.findings):
        listed.clear()
    folder = str(reading.folder) if reading else ""
    if was != folder:
        shown.characters.clear()
    set_properties(
        folder=folder, title=reading.title if reading else "", duration=0.0, outdated=False, film="", subtitles=""
    )
    set_properties(script_error=reading.error if reading else "", error_line=reading.error_line if reading else 0)
    set_properties(trusted=True, sandboxed=False, capture_count=0, open_goal_count=0, expected=0.0)
    if not reading:
        shown.changes.clear()
        shown.scenarios.clear()
    rows.fill_episodes(shown.recent, reading.recent if reading else recent_episodes())
    rows.fill_episodes(shown.siblings, reading.siblings if reading else ())
    if reading:
        refresh_jobs(reading.folder)
        rows.fill_changes(shown, reading)
        rows.fill_turns(shown, reading.runs)
        rows.fill_agents(shown, reading)
        if reading.episode:
            _show_episode(reading, shown)
        _show_renders(reading, shown)
    redraw()


def _show_episode(reading: Reading, shown: LecternPanel) -> None:
    episode = reading.episode
    assert episode is not None
    rows.fill_scenes(shown, reading)
    rows.fill_library(shown, reading.library)
    character_list.fill_characters(shown, episode, reading.characters)
    shown.capture_count = sum(len(scene.captures) for scene in episode.scenes if scene.enabled)
    shown.open_goal_count, shown.expected = reading.open_goals, sum(reading.expected.values())
    shown.wanted_least, shown.wanted_most = episode.length or (0.0, 0.0)
    shown.trusted, shown.sandboxed = reading.trusted, reading.sandboxed
    fill_permissions(shown, reading.permissions)


def _show_renders(reading: Reading, shown: LecternPanel) -> None:
    paths = EpisodePaths(folder=reading.folder)
    shown.outdated = 0.0 < modified_time(paths.timeline) < modified_time(paths.folder / SCRIPT)
    shown.film = str(paths.film) if paths.film.exists() else ""
    shown.subtitles = str(paths.subtitles) if paths.subtitles.exists() else ""
    for finding in reading.findings:
        row = shown.findings.add()
        row.text, row.line = visible(finding.message), finding.line if finding.file == SCRIPT else 0
        row.frame = (
            blender_frame(round(finding.at * reading.film.fps)) if finding.at is not None and reading.film else 0
        )
