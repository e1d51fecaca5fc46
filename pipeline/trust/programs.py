"""Programs that settings name, and code that is plugged in."""

import os
from collections.abc import Iterator
from pathlib import Path

from ..base.toml import line_of_key
from ..episode.model import Episode
from ..episode.settings import SETTINGS_FILE
from ..providers.episode_providers import plugins_of
from .request import PermissionRequest, hash_of_files


def settings_permissions(episode: Episode, config: Path | None) -> Iterator[PermissionRequest]:
    """Yield the programs that lectern.toml names."""
    programs = {
        ("blender", "program"): episode.settings.blender.program,
        ("capture", "chromium"): episode.settings.capture.chromium,
    }
    for key, program in programs.items():
        if program:
            yield PermissionRequest(
                kind="program",
                where=where_set(config, key),
                what=program,
                personal=True,
                content=own_program(episode, program),
            )


def plugin_permissions(episode: Path, config: Path | None) -> Iterator[PermissionRequest]:
    """Yield the Python files of the `plugins/` folders of the episode and of the studio it belongs to."""
    for plugin in plugins_of(episode, config):
        yield PermissionRequest(
            kind="plug-in",
            where=f"plugins/{plugin.file.name}:1",
            what=str(plugin.file),
            content=plugin.digest,
            personal=True,
        )


def where_set(config: Path | None, key: tuple[str, str]) -> str:
    """Return the file and line of a setting."""
    if config is None or not config.is_file():
        return f"{SETTINGS_FILE}:1"
    return f"{config.name}:{line_of_key(config.read_text(encoding='utf-8'), key)}"


def own_program(episode: Episode, program: str) -> str:
    """Return the hash of a program that comes with the episode; one of the system may be updated without a question."""
    file = _within(episode, program)
    return hash_of_files([file], episode.folder) if file and file.is_file() else ""


def _within(episode: Episode, path: str) -> Path | None:
    """Return where `path` leads, None if that is outside of the episode."""
    place = episode.folder / os.path.expanduser(path)
    return place if place.resolve().is_relative_to(episode.folder.resolve()) else None
