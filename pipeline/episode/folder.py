"""An episode's folder becomes an Episode."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ..errors import SourceError
from .characters import read_characters
from .errors import EpisodeErrors
from .later import SCRIPT
from .model import Character, Episode, Settings
from .pronunciation import FILE as SAID, read_pronunciation
from .script import parse_script
from .settings import FILE, read_settings
from .source import read_text, shown_path
from .spoken.dictionary import Dictionary


def read_episode(folder: Path, config: Path | None = None) -> Episode:
    """The episode in `folder`, with the settings of the nearest lectern.toml above it, or those of `config`.

    Only reads. Raises EpisodeErrors with everything that is wrong in its files.
    """
    folder = folder.resolve()
    problems: list[SourceError] = []
    settings = _collected(lambda: _settings(folder, config), problems)
    characters = _collected(lambda: read_characters(character_folders(folder, config), folder), problems)
    said = _collected(lambda: pronunciation(folder, config), problems) or Dictionary()
    values = _collected(lambda: _script(folder, characters or (), said), problems) if characters is not None else None
    if problems:
        raise EpisodeErrors(problems)
    written = {"title": _title(folder), **(values or {})}
    return Episode(**written, folder=folder, characters=characters, settings=settings)


def settings_file(folder: Path) -> Path | None:
    """The lectern.toml that serves `folder`: its own or the nearest above."""
    return next((studio / FILE for studio in _studios(folder.resolve())), None)


def _studios(folder: Path) -> Iterator[Path]:
    """The folders from the episode upwards that hold a lectern.toml."""
    return (place for place in (folder, *folder.parents) if (place / FILE).is_file())


def _collected[T](read: Callable[[], T], problems: list[SourceError]) -> T | None:
    try:
        return read()
    except EpisodeErrors as error:
        problems += error.problems
        return None


def _settings(folder: Path, config: Path | None) -> Settings:
    path = config or settings_file(folder)
    if path is None:
        return Settings()
    if not path.is_file():
        raise EpisodeErrors([SourceError(path, 1, "there is no such file; name a lectern.toml that exists")])
    return read_settings(path.resolve(), shown_path(path.resolve(), folder))


def character_folders(folder: Path, config: Path | None) -> list[Path]:
    """Where characters are looked for, nearest first; a studio that was named replaces those above the episode."""
    studios = [config.resolve().parent] if config else list(_studios(folder))
    return [place / "characters" for place in dict.fromkeys([folder, *studios])]


def pronunciation(folder: Path, config: Path | None) -> Dictionary:
    """How words are said in the episode in `folder`: its own dictionary, then those of the studios above it."""
    studios = [config.resolve()] if config else [place / FILE for place in _studios(folder)]
    files = [file for settings in studios for file in (settings.parent / SAID, settings)]
    return read_pronunciation(dict.fromkeys([folder / SAID, *files]), folder)


def _script(folder: Path, characters: tuple[Character, ...], said: Dictionary) -> dict[str, Any]:
    path = folder / SCRIPT
    if not path.is_file():
        way_out = f'"lectern new {folder.name}" starts an episode'
        raise EpisodeErrors([SourceError(path, 1, f"there is no such file; {way_out}")])
    try:
        script = read_text(path, SCRIPT)
    except SourceError as error:
        raise EpisodeErrors([error]) from error
    return parse_script(script, folder, characters, said)


def _title(folder: Path) -> str:
    """What a film without a title is called: `my-episode` is "My episode"."""
    name = folder.name.replace("-", " ").replace("_", " ").strip()
    return name[:1].upper() + name[1:] or "Untitled"
