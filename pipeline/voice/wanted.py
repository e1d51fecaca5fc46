"""What is asked of a line's voice: the words, with the settings and whatever else its provider wants to know."""

from collections.abc import Iterable, Mapping

from ..episode.errors import EpisodeErrors
from ..episode.model import Character, Episode, Line, Scene
from ..errors import SourceError
from ..services.dealings import told_apart
from ..services.registry import Registry
from ..services.voice import Need, Recorded, VoiceRequest
from .recipe import voice_request
from .recorded import recording_of

ESPEAKS_VOICE = Character.model_fields["voice"].default


def line_requests(registry: Registry, episode: Episode, scenes: Iterable[Scene]) -> dict[str, VoiceRequest]:
    """What is to be recorded for every line of `scenes`, by the line's id; EpisodeErrors with all that is missing."""
    requests: dict[str, VoiceRequest] = {}
    problems: list[SourceError] = []
    for scene, line in ((scene, line) for scene in scenes for line in scene.lines):
        try:
            requests[line.id] = line_request(registry, episode, scene, line)
        except SourceError as error:
            problems.append(error)
    if problems:
        raise EpisodeErrors(problems)
    return requests


def line_request(registry: Registry, episode: Episode, scene: Scene, line: Line) -> VoiceRequest:
    """What is to be recorded when `line` is said in `scene`.

    Only what its provider needs is in it, so that nothing else makes it anew. LecternError where the provider is
    unknown, or wants a recording that isn't there.
    """
    character = episode.character(line.speaker)
    provider = registry.find("voice", character.provider)
    settings = settings_for(episode, character)
    needs = _needs(provider, settings)
    voice = character.voice
    if voice == ESPEAKS_VOICE and character.provider != "espeak":
        voice = getattr(provider, "default_voice", "")
    before, after = _around(scene, line) if "context" in needs else ("", "")
    more = {
        "voice": voice,
        "plugin": registry.origin("voice", character.provider),
        "settings": told_apart(settings.items())[0],
        "bookkeeping": told_apart(character.settings)[1],
        "language": episode.language if "language" in needs else "",
        "previous": before,
        "next": after,
        "recording": _recording(registry, episode, scene, line, settings) if "recording" in needs else None,
        "emphasis": tuple(i for i, word in enumerate(line.words) if word.emphasis) if "emphasis" in needs else (),
        "transcription": _listener(episode) if "transcription" in needs else "",
    }
    return voice_request(line, character).model_copy(update=more)


def settings_for(episode: Episode, character: Character) -> dict[str, str]:
    """The settings of a character's voice: its provider's in lectern.toml, and over them its own."""
    standing = dict(dict(episode.settings.voice).get(character.provider, ()))
    standing.pop("like", None)
    return {**standing, **dict(character.settings)}


def _listener(episode: Episode) -> str:
    settings = episode.settings.transcription
    return settings.identity if settings else ""


def _needs(provider: object, settings: Mapping[str, str]) -> frozenset[Need]:
    needs: frozenset[Need] = getattr(provider, "needs", frozenset())
    return needs - {"context"} if settings.get("continuity") == "false" else needs


def _around(scene: Scene, line: Line) -> tuple[str, str]:
    """What the same speaker says before and after a line of the scene."""
    same = [other for other in scene.lines if other.speaker == line.speaker]
    at = [other.id for other in same].index(line.id)
    said = [" ".join(word.spoken for word in other.words) for other in same]
    return (said[at - 1] if at else ""), (said[at + 1] if at + 1 < len(said) else "")


def _recording(registry: Registry, episode: Episode, scene: Scene, line: Line, settings: Mapping[str, str]) -> Recorded:
    """The line's recording; the lines around it that are recorded, too, may be in the same file."""
    together = [other for other in scene.lines if _is_recorded(registry, episode, other)]
    written = frozenset(other.id for part in episode.scenes for other in part.lines)
    return recording_of(episode.folder, settings.get("folder", "recordings"), scene, line, together, written)


def _is_recorded(registry: Registry, episode: Episode, line: Line) -> bool:
    provider = registry.find("voice", episode.character(line.speaker).provider)
    return "recording" in getattr(provider, "needs", frozenset())
