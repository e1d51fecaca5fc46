"""The voices of an episode: built in, installed and plugged in, with its settings and the person's keys."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from ..episode.errors import EpisodeErrors
from ..episode.model import Character, Episode, Scene, Settings
from ..episode.source import shown_path
from ..episode.toml import fault_message
from ..errors import LecternError, SourceError
from ..services.http import Http
from ..services.keys import FILE, Keys
from ..services.plugins import Plugin, add_plugins
from ..services.profile import profile_folder
from ..services.registry import Registry, add_installed
from ..services.transcription import OpenAITranscription
from ..voice.reach import reach_of
from ..voice.recipe import out_of_the_box
from ..voice.speaking import Means
from ..voice.wanted import line_requests, settings_for

OFFLINE = "LECTERN_OFFLINE"
"""The variable that Lectern in Blender sets for its processes where online access is not allowed."""


def voice_registry(
    settings: Settings, plugins: tuple[Plugin, ...] = (), environment: Mapping[str, str] = os.environ
) -> Registry:
    """What can speak, with the settings of lectern.toml; `plugins` are run, so they have to be trusted."""
    http = services(environment)
    sections = {name: dict(pairs) for name, pairs in settings.voice}
    registry = out_of_the_box(sections, http, _means(settings, http))
    add_installed(registry)
    add_plugins(registry, plugins)
    return registry


def refuse_voices(episode: Episode, registry: Registry) -> tuple[SourceError, ...]:
    """What is wrong with the voices: settings, and for those who speak a provider that nobody knows."""
    known, speak = registry.names("voice"), speaking(episode)
    cast = [c for c in episode.characters if c in speak or c.provider in known]
    return tuple(fault for c in cast for fault in _faults(episode, c, registry))


def speaking(episode: Episode) -> tuple[Character, ...]:
    """Those who say something in the film."""
    speak = {line.speaker for scene in _told(episode) for line in scene.lines}
    return tuple(c for c in episode.characters if c.id in speak)


def missing_recordings(episode: Episode, registry: Registry) -> tuple[SourceError, ...]:
    """Every line of one's own that is not recorded yet, where the voices are in order."""
    try:
        line_requests(registry, episode, _told(episode))
    except EpisodeErrors as errors:
        return errors.problems
    return ()


def keys(environment: Mapping[str, str] = os.environ) -> Keys:
    """The person's keys, from the environment and from their profile."""
    return Keys(environment, profile_folder() / FILE)


def services(environment: Mapping[str, str] = os.environ) -> Http:
    """The door to services, with the person's keys."""
    return Http(keys(environment), offline=bool(environment.get(OFFLINE)))


def _told(episode: Episode) -> tuple[Scene, ...]:
    return tuple(scene for scene in episode.scenes if scene.enabled)


def _faults(episode: Episode, character: Character, registry: Registry) -> Iterator[SourceError]:
    file, place = Path(character.file), shown_path(Path(character.file), episode.folder)
    try:
        provider = registry.find("voice", character.provider)
    except LecternError as error:
        yield SourceError(place, line_of(file, "provider"), str(error))
        return
    try:
        provider.settings.model_validate(settings_for(episode, character))
        reach_of(episode, character)
    except ValidationError as error:
        for fault in error.errors():
            path, where = tuple(map(str, fault["loc"])), f'"settings" of {character.provider}'
            yield SourceError(place, line_of(file, path[0]), fault_message(fault, path, provider.settings, where))
    except LecternError as error:
        yield SourceError(place, line_of(file, "settings"), str(error))


def line_of(file: Path, key: str) -> int:
    """The line of a character's file in which `key` is first named; the first where it is not."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return next((number for number, line in enumerate(lines, 1) if f'"{key}"' in line), 1)


def _means(settings: Settings, http: Http) -> Means:
    asked = settings.transcription
    listening = (lambda ledger: OpenAITranscription(http, asked, ledger)) if asked else None
    return Means(listening=listening, processes=settings.film.processes)
