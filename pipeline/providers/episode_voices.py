"""The voices of an episode: who speaks, what is wrong with their settings, where they reach."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..base.errors import FilmFinding, LecternError, SourceError
from ..base.toml import line_of_key
from ..episode.characters import BUILT_IN, Character
from ..episode.errors import EpisodeErrors
from ..episode.folder import settings_file
from ..episode.model import Episode, Scene
from ..episode.source import SCRIPT, shown_path
from ..episode.speaking import policy_source
from ..episode.toml import fault_message
from ..episode.voices import LIKE
from ..services.cloned_voices import cloned_voice
from ..services.cloning import Cloning
from ..services.policy import SettingPairs
from ..services.provider import Reach
from ..services.registry import Registry, known_providers
from ..services.voice import VoiceProvider
from ..voice.line_request import line_requests, settings_for


def voice_faults(episode: Episode, registry: Registry) -> tuple[SourceError, ...]:
    """Return what is wrong with the voices: settings, and for those who speak a provider that nobody knows."""
    known, speak = registry.names(VoiceProvider), speaking_characters(episode)
    cast = [c for c in episode.characters if c in speak or c.provider in known]
    return tuple(fault for c in cast for fault in _faults(episode, c, registry))


def speaking_faults(episode: Episode, registry: Registry) -> tuple[SourceError, ...]:
    """Return whose voice is not installed or doesn't speak the film's language, and lines that one which does can't read."""
    faults: list[SourceError] = []
    for character in speaking_characters(episode):
        try:
            provider = registry.find(VoiceProvider, character.provider)
            settings = provider.settings_from(settings_for(episode, character))
        except LecternError:
            continue  # what is wrong with it is a fault of its own
        missing = provider.missing()
        if (
            fault := f"{missing}; {_way_to_fallback(character)}"
            if missing
            else provider.language_fault(settings, character.voice, episode.language, "")
        ):
            faults.append(SourceError(*_place_of(character, episode), f"{character.name}: {fault}"))
            continue
        for line in (
            line for scene in _enabled_scenes(episode) for line in scene.lines if line.speaker == character.id
        ):
            text = " ".join(word.spoken for word in line.words)
            if fault := provider.language_fault(settings, character.voice, episode.language, text):
                faults.append(SourceError(SCRIPT, line.line, fault))
    return tuple(faults)


def fallback_findings(episode: Episode) -> tuple[FilmFinding, ...]:
    """Return who speaks with a fallback because the voice that its file names is not installed here."""
    found = []
    for character in speaking_characters(episode):
        if character.because == "missing":
            file, line = _place_of(character, episode)
            found.append(
                FilmFinding(f"{character.name} speaks with {voice_clause(character, episode.language)}", line, file)
            )
    return tuple(found)


def draft_notes(episode: Episode) -> tuple[str, ...]:
    """Return who speaks with a fallback because that is asked for, in sentences."""
    return tuple(
        f"{c.name} speaks with {voice_clause(c, episode.language)}"
        for c in speaking_characters(episode)
        if c.because == "asked"
    )


def voice_clause(character: Character, language: str) -> str:
    """Return with what a character speaks, and if that is its fallback, why: "espeak de+f3, because …"."""
    reasons = {
        "": "",
        "language": f", because {character.instead_of} doesn't speak {language}",
        "missing": f", because {character.instead_of} is not installed here",
        "asked": f" instead of {character.instead_of}, because that is asked for: {policy_source()}",
    }
    return f"{character.provider} {character.voice}{reasons[character.because]}"


def _place_of(character: Character, episode: Episode) -> tuple[str, int]:
    """Return where the voice of a character is written: its file, or the script's top if the character is Lectern's."""
    file = Path(character.file)
    if file.is_relative_to(BUILT_IN):
        return SCRIPT, 1
    return shown_path(file, episode.folder), line_of(file, "voice")


def _way_to_fallback(character: Character) -> str:
    if character.fallback:
        return f'or let {character.fallback.provider} speak instead: write fallback_voices = "missing" below [film] in lectern.toml'
    return 'or write "provider": "espeak" in the character\'s file'


def speaking_characters(episode: Episode) -> tuple[Character, ...]:
    """Return those who say something in the film."""
    speak = {line.speaker for scene in _enabled_scenes(episode) for line in scene.lines}
    return tuple(c for c in episode.characters if c.id in speak)


def missing_recordings(episode: Episode, registry: Registry) -> tuple[SourceError, ...]:
    """Return every line of one's own that is not recorded yet, if the voices are in order."""
    try:
        line_requests(registry, episode, _enabled_scenes(episode))
    except EpisodeErrors as errors:
        return errors.problems
    return ()


def untrusted_registry(episode: Episode) -> Registry:
    """Return what is known about the episode's providers without running any of its plug-ins. It has no keys."""
    registry = known_providers().copy()
    known = registry.names(VoiceProvider)
    add_named_voices(registry, [(name, pairs) for name, pairs in episode.settings.voice if name not in known])
    return registry


def add_named_voices(registry: Registry, sections: Iterable[tuple[str, SettingPairs]]) -> None:
    """Add the voices of lectern.toml that have a name of their own, and are `like` another one."""
    for name, pairs in sections:
        if like := dict(pairs).get(LIKE):
            with registry.adding_from(registry.origin(VoiceProvider, like)):
                registry.add(registry.find(VoiceProvider, like).called(name))


def reach_of(episode: Episode, character: Character, registry: Registry | None = None) -> Reach:
    """Return where the voice of `character` reaches, as its provider in `registry` says.

    By default that is what is known without running a plug-in. A provider that isn't in it may reach anywhere. Raises
    LecternError if the voice's settings are wrong.
    """
    registry = registry or untrusted_registry(episode)
    if character.provider not in registry.names(VoiceProvider):
        return Reach(unknown=True)
    provider = registry.find(VoiceProvider, character.provider)
    if provider.local:
        return Reach()
    return provider.reach(provider.settings_from(settings_for(episode, character)))


def line_of(file: Path, key: str) -> int:
    """Return the line of a character's file in which `key` is first named; the first if it is not."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return next((number for number, line in enumerate(lines, 1) if f'"{key}"' in line), 1)


def _enabled_scenes(episode: Episode) -> tuple[Scene, ...]:
    return tuple(scene for scene in episode.scenes if scene.enabled)


def _faults(episode: Episode, character: Character, registry: Registry) -> Iterator[SourceError]:
    file, place = Path(character.file), shown_path(Path(character.file), episode.folder)
    try:
        provider = registry.find(VoiceProvider, character.provider)
    except LecternError as error:
        yield SourceError(place, line_of(file, "provider"), str(error))
        return
    if wrong := _clone_fault(character, provider, registry):
        yield SourceError(place, line_of(file, "voice"), wrong)
    try:
        settings = provider.settings.model_validate(settings_for(episode, character))
        provider.reach(settings)
    except ValidationError as error:
        for fault in error.errors():
            yield _fault(episode, character, provider, fault)
    except LecternError as error:
        yield SourceError(place, line_of(file, "settings"), str(error))


def _clone_fault(character: Character, provider: VoiceProvider[Any], registry: Registry) -> str:
    """Return why a character can't speak with the cloned voice that it names, and the way out; "" where it can, or names none."""
    if character.clone is None:
        voice = cloned_voice(character.voice) if isinstance(provider, Cloning) else None
        again = f"lectern voice clone {character.voice} --with {provider.name}"
        return (
            f'"{character.voice}" is a voice that you have cloned, but not with {provider.title}: {again}'
            if voice
            else ""
        )
    voice = cloned_voice(character.clone.name)
    enrolment = voice.at(provider.name) or voice.enrolments[-1] if voice else None
    if not voice or not enrolment:
        return f'the cloned voice "{character.clone.name}" was forgotten meanwhile'
    if enrolment.plugin != registry.origin(VoiceProvider, provider.name):
        return (
            f'the plug-in of {provider.name} is another one than when "{voice.name}" was cloned with it: if you trust it with the '
            f"voice, give lectern voice forget {voice.name} --with {provider.name}, and clone it again"
        )
    return ""


def _fault(
    episode: Episode, character: Character, provider: VoiceProvider[Any], fault: Mapping[str, Any]
) -> SourceError:
    """Return a wrong setting, where it is written: in the character's file, else in lectern.toml."""
    file, path, toml = Path(character.file), tuple(map(str, fault["loc"])), settings_file(episode.folder)
    shared = dict(dict(episode.settings.voice).get(character.provider, ()))
    if toml and path[0] in shared.keys() - dict(character.settings):
        section = ("voice", character.provider, *path)
        line = line_of_key(toml.read_text(encoding="utf-8"), section)
        return SourceError(shown_path(toml, episode.folder), line, fault_message(fault, section, provider.settings))
    message = fault_message(fault, path, provider.settings, f'"settings" of {character.provider}')
    return SourceError(shown_path(file, episode.folder), line_of(file, path[0]), message)
