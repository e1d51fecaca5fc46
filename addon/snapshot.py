"""The panel's copy of an episode: read from the episode's files when they change, never while drawing."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import bpy
from pydantic import BaseModel

from ..pipeline.base.episode_paths import EpisodePaths
from ..pipeline.base.errors import LecternError, escape_invisible, visible
from ..pipeline.base.files import read_own
from ..pipeline.changes.store import FOLDER as CHANGES, ChangesetStore
from ..pipeline.episode.folder import character_folders, read_episode
from ..pipeline.episode.model import Episode
from ..pipeline.episode.pronunciation import PRONUNCIATION_FILE
from ..pipeline.episode.settings import SETTINGS_FILE
from ..pipeline.episode.source import SCRIPT
from ..pipeline.services.plugins import FOLDER as PLUGINS
from ..pipeline.studio.goals import open_goals
from ..pipeline.timeline.model import SceneSpan, Timeline, read_timeline
from ..pipeline.trust.allowed import allowed_form
from ..pipeline.trust.permissions import permission_requests
from ..pipeline.trust.request import PermissionRequest
from . import character_list
from .properties import LecternPanel, episode_folder
from .sequencer.strip_transform import blender_frame

MAX_FINDINGS = 12


class _ReportFindings(BaseModel):
    """What the panel shows of a build's report (`pipeline.build.report`, which takes long to load)."""

    findings: tuple[str, ...] = ()


_last_read: list[object] = []
"""The folder that was read last, and the modification times of its files then."""


def refresh(scene: bpy.types.Scene) -> None:
    """Read the episode of `scene` again if one of its files has changed since the last time."""
    folder = episode_folder(scene)
    current = [folder, *((file, modified_time(file)) for file in _watched_files(folder))] if folder else [None]
    if current != _last_read:
        _last_read[:] = current
        _read(folder, panel())
        redraw()


def redraw() -> None:
    """Have every sequencer and the preferences drawn again."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in {"SEQUENCE_EDITOR", "PREFERENCES"}:
                area.tag_redraw()


def forget() -> None:
    """Make the next `refresh` read everything again."""
    _last_read.clear()


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


def fill_lines(rows: bpy.types.bpy_prop_collection, texts: Iterable[str]) -> None:
    """Replace the content of a list of notes by `texts`."""
    rows.clear()
    for text in texts:
        rows.add().text = visible(text)


def fill_voices(cards: Iterable[Mapping[str, Any]]) -> None:
    """List the voices that ``lectern voices --json`` has told."""
    rows = panel().voices
    rows.clear()
    for card in cards:
        row = rows.add()
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


def _watched_files(folder: Path) -> tuple[Path, ...]:
    """Return every file that the panel depends on, whether it exists or not."""
    paths = EpisodePaths(folder=folder)
    characters = character_folders(folder, None)
    studios = [characters_folder.parent for characters_folder in characters]
    return (
        folder / SCRIPT,
        folder / SETTINGS_FILE,
        paths.timeline,
        paths.report,
        paths.film,
        *sorted((folder / CHANGES).glob("*.json")),
        *(file for characters_folder in characters for file in sorted(characters_folder.glob("*"))),
        *(plugin for studio in studios for plugin in sorted((studio / PLUGINS).glob("*.py"))),
        *(studio / name for studio in studios for name in (SETTINGS_FILE, PRONUNCIATION_FILE)),
    )


def _read(folder: Path | None, panel: LecternPanel) -> None:
    for rows in (panel.scenes, panel.permissions, panel.findings, panel.changes):
        rows.clear()
    if panel.folder != str(folder or ""):
        panel.characters.clear()
    set_properties(
        folder=str(folder or ""),
        title=folder.name if folder else "",
        duration=0.0,
        outdated=False,
        film="",
        subtitles="",
        script_error="",
        trusted=True,
        sandboxed=False,
        capture_count=0,
        open_goal_count=0,
    )
    if folder:
        _read_script(folder, panel)
        _read_renders(EpisodePaths(folder=folder), panel)


def _read_script(folder: Path, panel: LecternPanel) -> None:
    try:
        episode = read_episode(folder)
        panel.title = episode.title
        _fill_scenes(panel, episode, _scene_spans(folder))
        character_list.fill_characters(panel, episode)
        _fill_captures(panel, episode)
        _read_trust(panel, episode)
    except LecternError as error:
        panel.script_error = str(error)


def _scene_spans(folder: Path) -> dict[str, SceneSpan]:
    """Return where each scene lies on the timeline, by id; nothing before the first build."""
    if not EpisodePaths(folder=folder).timeline.exists():
        return {}
    return {span.id: span for span in read_last_timeline(folder).scenes}


def _fill_scenes(panel: LecternPanel, episode: Episode, spans: dict[str, SceneSpan]) -> None:
    fps = episode.settings.film.fps
    for number, scene in enumerate((scene for scene in episode.scenes if scene.enabled), start=1):
        row = panel.scenes.add()
        row.name, row.title, row.number = scene.id, scene.title, number
        if span := spans.get(scene.id):
            row.frame, row.seconds = blender_frame(span.start), span.start / fps
    panel.duration = max((span.end for span in spans.values()), default=0) / fps


def _fill_captures(panel: LecternPanel, episode: Episode) -> None:
    panel.capture_count = sum(len(scene.captures) for scene in episode.scenes if scene.enabled)
    panel.open_goal_count = len(open_goals(episode))
    store = ChangesetStore(episode.folder)
    for change in (change for change in store.all() if change.state == "proposed" and not store.outdated(change)):
        row = panel.changes.add()
        row.name, row.who, row.why, row.diff = change.id, change.who, change.why, change.diff


def _read_trust(panel: LecternPanel, episode: Episode) -> None:
    form = allowed_form(episode, permission_requests)
    panel.trusted, panel.sandboxed = form is not None, form is not None and form is not episode
    fill_permissions(panel, permission_requests(form or episode))


def _read_renders(paths: EpisodePaths, panel: LecternPanel) -> None:
    panel.outdated = 0.0 < modified_time(paths.timeline) < modified_time(paths.folder / SCRIPT)
    panel.film = str(paths.film) if paths.film.exists() else ""
    panel.subtitles = str(paths.subtitles) if paths.subtitles.exists() else ""
    fill_lines(panel.findings, (*ChangesetStore(paths.folder).damaged(), *_findings(paths.report)))


def _findings(report: Path) -> tuple[str, ...]:
    """Return the first findings of a build's report; none from a file that is missing or damaged."""
    try:
        content = read_own(report, inside=None) or b"{}"
        return _ReportFindings.model_validate_json(content).findings[:MAX_FINDINGS]
    except (OSError, ValueError, LecternError):
        return ()
