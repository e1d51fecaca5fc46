"""An episode's folder becomes an Episode."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ..base.errors import FaultDetails, LecternError, SourceError
from .characters import Character, read_characters
from .errors import EpisodeErrors
from .frontmatter import FrontMatter, split
from .model import Episode
from .nodes import MappingNode, ScalarNode, read_yaml
from .pronunciation import PRONUNCIATION_FILE, read_pronunciation
from .script import parse_script
from .settings import SETTINGS_FILE, FilmSettings, Settings, read_settings
from .source import SCRIPT, read_text, shown_path
from .speaking import fallback_policy, with_voice
from .spoken.dictionary import Dictionary
from .themes import read_theme


def read_episode(folder: Path, config: Path | None = None) -> Episode:
    """Return the episode in `folder`, with the settings of the nearest lectern.toml above it, or those of `config`.

    Only reads. Raises EpisodeErrors with everything that is wrong in its files.
    """
    folder = folder.resolve()
    problems: list[SourceError] = []
    rest: dict[str, Any] = {}
    settings = _collected(lambda: settings_in(folder, config), problems, rest) or rest.pop("settings", Settings())
    settings = _with_theme(settings, folder, config, problems)
    characters = _collected(lambda: read_characters(character_folders(folder, config), folder), problems)
    dictionary = _collected(lambda: pronunciation(folder, config), problems) or Dictionary()
    values = (
        _collected(lambda: _script(folder, characters or (), dictionary), problems, rest)
        if characters is not None
        else None
    )
    language = (values or {}).get("language") or language_in(folder)
    policy = fallback_policy(settings.film)
    voiced = tuple(with_voice(each, language, policy) for each in characters or ())
    read = {"folder": folder, "characters": voiced, "settings": settings}
    if problems:
        raise EpisodeErrors(problems, rest | (values or {}) | read)
    return Episode(**{"title": _title(folder), **(values or {}), **read})


def settings_file(folder: Path) -> Path | None:
    """Return the lectern.toml that serves `folder`: its own or the nearest above."""
    return next((studio / SETTINGS_FILE for studio in _studios(folder.resolve())), None)


def settings_in(folder: Path, config: Path | None = None) -> Settings:
    """Return the settings that hold in `folder`: those of `config` or of the nearest lectern.toml, else the defaults."""
    path = config or settings_file(folder)
    if path is None:
        return Settings()
    if not path.is_file():
        raise EpisodeErrors([SourceError(path, 1, "there is no such file; name a lectern.toml that exists")])
    return read_settings(path.resolve(), shown_path(path.resolve(), folder))


def _with_theme(settings: Settings, folder: Path, config: Path | None, problems: list[SourceError]) -> Settings:
    """Return the settings with a theme that can be read: the usual one where theirs can't, which is reported."""
    try:
        read_theme(settings.film.theme, folder)
    except LecternError as error:
        path = config or settings_file(folder)
        text, shown = (
            (read_text(path, SETTINGS_FILE), shown_path(path.resolve(), folder)) if path else ("", SETTINGS_FILE)
        )
        name = settings.film.theme.strip()
        line = next((number for number, written in enumerate(text.split("\n"), 1) if name in written), 1)
        problems.append(SourceError(shown, line, str(error), FaultDetails(found=name)))
        return settings.model_copy(update={"film": settings.film.model_copy(update={"theme": FilmSettings().theme})})
    return settings


def _studios(folder: Path) -> Iterator[Path]:
    """Yield the folders from the episode upwards that hold a lectern.toml."""
    return (place for place in (folder, *folder.parents) if (place / SETTINGS_FILE).is_file())


def _collected[T](read: Callable[[], T], problems: list[SourceError], rest: dict[str, Any] | None = None) -> T | None:
    try:
        return read()
    except EpisodeErrors as error:
        problems += error.problems
        if rest is not None:
            rest.update(error.rest or {})
        return None


def character_folders(folder: Path, config: Path | None) -> list[Path]:
    """Return where characters are looked for, nearest first; `config` replaces the studios above the episode."""
    studios = [config.resolve().parent] if config else list(_studios(folder))
    return [place / "characters" for place in dict.fromkeys([folder, *studios])]


def characters_in(folder: Path, config: Path | None = None) -> tuple[Character, ...]:
    """Return the characters of the episode (or the studio) in `folder`, of the studios above it, and Lectern's own, in their voices.

    Raises EpisodeErrors with everything that is wrong in their files.
    """
    try:
        film = settings_in(folder, config).film
    except EpisodeErrors:
        film = FilmSettings()
    policy = fallback_policy(film)
    language = language_in(folder)
    known = read_characters(character_folders(folder, config), folder)
    return tuple(with_voice(character, language, policy) for character in known)


def pronunciation(folder: Path, config: Path | None) -> Dictionary:
    """Return how words are said in the episode in `folder`: its own dictionary, then those of the studios above it."""
    studios = [config.resolve()] if config else [place / SETTINGS_FILE for place in _studios(folder)]
    files = [file for settings in studios for file in (settings.parent / PRONUNCIATION_FILE, settings)]
    return read_pronunciation(dict.fromkeys([folder / PRONUNCIATION_FILE, *files]), folder)


def language_in(folder: Path) -> str:
    """Return the language of the film in `folder`: the usual one where there is no script, or none that can be read."""
    return _written_in_front(folder, "language") or FrontMatter().language


def title_in(folder: Path) -> str:
    """Return the title of the film in `folder`: made of the folder's name where the script doesn't say, or can't be read."""
    return _written_in_front(folder, "title") or _title(folder)


def _written_in_front(folder: Path, key: str) -> str:
    """Return what the script's front matter says for `key`, "" where there is nothing that can be read."""
    try:
        front, _ = split(read_text(folder / SCRIPT, SCRIPT), SCRIPT)
        node = read_yaml(front, SCRIPT, 2)
    except (SourceError, OSError):
        node = None
    given = node.get(key) if isinstance(node, MappingNode) else None
    return given.text if isinstance(given, ScalarNode) else ""


def _script(folder: Path, characters: tuple[Character, ...], dictionary: Dictionary) -> dict[str, Any]:
    path = folder / SCRIPT
    if not path.is_file():
        way_out = f'"lectern new {folder.name}" starts an episode'
        raise EpisodeErrors([SourceError(path, 1, f"there is no such file; {way_out}")])
    try:
        script = read_text(path, SCRIPT)
    except SourceError as error:
        raise EpisodeErrors([error]) from error
    return parse_script(script, folder, characters, dictionary)


def _title(folder: Path) -> str:
    """Return what a film without a title is called: `my-episode` is "My episode"."""
    name = folder.name.replace("-", " ").replace("_", " ").strip()
    return name[:1].upper() + name[1:] or "Untitled"
