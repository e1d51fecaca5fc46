"""The request for the recording of a line: its words, and what else its provider needs to know."""

from collections.abc import Iterable, Mapping
from typing import Any

from ..base.errors import LecternError, SourceError
from ..episode.characters import Character
from ..episode.errors import EpisodeErrors
from ..episode.model import Episode, Line, Scene
from ..episode.moods import mood_at
from ..episode.source import SCRIPT
from ..episode.spoken.phonetic import respelled
from ..services.cloning import Cloning
from ..services.policy import split_settings
from ..services.registry import Registry
from ..services.transcription import TranscriptionProvider
from ..services.voice import RecordedSource, VoiceProvider, VoiceReference, VoiceRequest
from .listener import transcription_of
from .phonemes import lexicon_digest
from .recording_files import recording_of


def line_requests(registry: Registry, episode: Episode, scenes: Iterable[Scene]) -> dict[str, VoiceRequest]:
    """Return the request for every line of `scenes`, by the line's id.

    Raises EpisodeErrors with all lines that have no recording.
    """
    requests: dict[str, VoiceRequest] = {}
    problems: list[SourceError] = []
    for scene, line in ((each, line) for each in scenes for line in each.lines):
        try:
            requests[line.id] = line_request(registry, episode, scene, line)
        except SourceError as error:
            problems.append(error)
    if problems:
        raise EpisodeErrors(problems)
    return requests


def line_request(registry: Registry, episode: Episode, scene: Scene, line: Line) -> VoiceRequest:
    """Return the request for `line` in `scene`.

    It contains only what the provider needs, so that a change of anything else does not make a new take.

    Raises SourceError if the line needs a recording that does not exist, or the voice can't speak at its speed; LecternError if the
    provider is unknown.
    """
    character = episode.character(line.speaker)
    provider = registry.find(VoiceProvider, character.provider)
    settings = line_settings(provider, episode, scene, line)
    needs = provider.needs_with(provider.settings_from(settings))
    before, after = _neighbour_lines(scene, line) if "context" in needs else ("", "")
    return VoiceRequest(
        provider=character.provider,
        voice=character.voice,
        settings=split_settings(settings.items())[0],
        words=tuple(word.spoken if "phonemes" in needs else respelled(word.spoken) for word in line.words),
        pauses=tuple((rest.word, rest.seconds) for rest in line.rests),
        plugin=registry.origin(VoiceProvider, character.provider),
        language=episode.language if "language" in needs else "",
        previous=before,
        next=after,
        recording=_recorded_source(registry, episode, scene, line, settings) if "recording" in needs else None,
        emphasis=tuple(i for i, word in enumerate(line.words) if word.emphasis) if "emphasis" in needs else (),
        transcription=_transcriber_identity(registry, episode) if "transcription" in needs else "",
        reference=_reference(provider, character),
        lexicon=lexicon_digest() if "lexicon" in needs else "",
        bookkeeping=split_settings(settings.items())[1],
    )


def line_settings(provider: VoiceProvider[Any], episode: Episode, scene: Scene, line: Line) -> dict[str, str]:
    """Return the settings with which a line is spoken: those of its character, in the mood and at the speed of the line.

    Raises SourceError if the voice can't be told how fast to speak, or not so fast.
    """
    character = episode.character(line.speaker)
    settings = settings_for(episode, character)
    if mood := mood_at(scene, character.id, line):
        settings = dict(provider.in_mood(settings, mood))
    if line.speed == 1:
        return settings
    spoken = provider.at_speed(settings, character.voice, line.speed)
    if spoken is None:
        ways = "remove {speed: ...}, or set how fast it speaks where the voice comes from"
        raise SourceError(
            SCRIPT, line.line, f"the voice of {character.name} ({provider.title}) can't be told a speed; {ways}"
        )
    try:
        provider.settings_from(spoken)
    except LecternError as error:
        raise SourceError(SCRIPT, line.line, f"{{speed: {line.speed:g}}}: {error}") from None
    return dict(spoken)


def _reference(provider: VoiceProvider[Any], character: Character) -> VoiceReference | None:
    """Return the recording of a character's cloned voice, if the provider is given it with every line."""
    sent = isinstance(provider, Cloning) and not provider.keeps
    return character.clone if sent and character.clone and character.clone.file else None


def settings_for(episode: Episode, character: Character) -> dict[str, str]:
    """Return the settings of a character's voice: those of lectern.toml, overridden by the character's own."""
    defaults = dict(dict(episode.settings.voice).get(character.provider, ()))
    defaults.pop("like", None)
    return {**defaults, **dict(character.settings)}


def _transcriber_identity(registry: Registry, episode: Episode) -> str:
    choice = transcription_of(episode.settings)
    if choice is None:
        return ""
    provider = registry.find(TranscriptionProvider, choice.provider)
    return provider.identity(provider.settings_from(dict(choice.settings)))


def _neighbour_lines(scene: Scene, line: Line) -> tuple[str, str]:
    """Return what the same speaker says before and after a line of the scene."""
    same = [other for other in scene.lines if other.speaker == line.speaker]
    at = [other.id for other in same].index(line.id)
    said = [" ".join(respelled(word.spoken) for word in other.words) for other in same]
    return (said[at - 1] if at else ""), (said[at + 1] if at + 1 < len(said) else "")


def _recorded_source(
    registry: Registry, episode: Episode, scene: Scene, line: Line, settings: Mapping[str, str]
) -> RecordedSource:
    """Return the line's recording, which may contain the other recorded lines of the scene, too."""
    together = [other for other in scene.lines if _is_recorded(registry, episode, other)]
    written = frozenset(other.id for part in episode.scenes for other in part.lines)
    return recording_of(episode.folder, settings.get("folder", "recordings"), scene, line, together, written)


def _is_recorded(registry: Registry, episode: Episode, line: Line) -> bool:
    return "recording" in registry.find(VoiceProvider, episode.character(line.speaker).provider).needs
