"""Programs that settings name, and code that is plugged in."""

import os
from collections.abc import Iterator
from pathlib import Path

from ...episode.model import Episode
from ...episode.settings import FILE
from ...episode.toml import line_of_key
from ..plugins import plugins_of
from .danger import Danger, files_below, hash_of_files


def setting_dangers(episode: Episode, config: Path | None) -> Iterator[Danger]:
    """The programs that lectern.toml names."""
    programs = {("blender", "program"): episode.settings.blender.program, ("capture", "chromium"): episode.settings.capture.chromium}
    for key, program in programs.items():
        if program:
            yield Danger(kind="program", where=where_set(config, key), what=program, content=own_program(episode, program))


def plugin_dangers(episode: Path, config: Path | None) -> Iterator[Danger]:
    """The Python files of the `plugins/` folders of the episode and of the studio it belongs to."""
    for plugin in plugins_of(episode, config):
        yield Danger(kind="plug-in", where=f"plugins/{plugin.file.name}:1", what=str(plugin.file), content=plugin.digest)


def where_set(config: Path | None, key: tuple[str, str]) -> str:
    """The file and line of a setting."""
    if config is None or not config.is_file():
        return f"{FILE}:1"
    return f"{config.name}:{line_of_key(config.read_text(encoding='utf-8'), key)}"


def own_program(episode: Episode, program: str) -> str:
    """The hash of a program that comes with the episode; one of the system may be updated without a question."""
    file = _within(episode, program)
    return hash_of_files([file], episode.folder) if file and file.is_file() else ""


def own_folder(episode: Episode, folder: str) -> str:
    """The hash of everything in a folder that comes with the episode; "" for any other."""
    place = _within(episode, folder) if folder else None
    return hash_of_files(files_below(place), episode.folder) if place and place.is_dir() else ""


def _within(episode: Episode, path: str) -> Path | None:
    """Where `path` leads, None where that is outside of the episode."""
    place = episode.folder / os.path.expanduser(path)
    return place if place.resolve().is_relative_to(episode.folder.resolve()) else None
