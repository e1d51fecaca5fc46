"""`lectern voice`: the voices of an episode alone, and how sure their times are."""

from pathlib import Path

from ..episode.errors import EpisodeErrors
from ..episode.folder import read_episode
from ..episode.model import Character, Episode, Line, Scene
from ..errors import LecternError
from ..model import Frozen
from ..services.plugins import Plugin
from ..services.voice import SURE, Tier, VoiceTake
from ..timeline.resolve import film_scenes
from .costs import Agree, refuse
from .plugins import plugins_of
from .production import workshop
from .recording import want_voices
from .trust import covers, is_trusted, require_trust, trust, trusted_whole, voice_dangers
from .voices import refuse_voices, voice_registry
from .workshop import Listener


class SpokenLine(Frozen):
    """A line as it was spoken: `line` of the script, `file` of the recording relative to the episode.

    `note` says why its times could not be found better, `finding` that they may be wrong.
    """

    scene: str
    line: int
    speaker: str
    text: str
    provider: str
    seconds: float
    tier: Tier
    confidence: float
    file: str
    note: str = ""
    finding: str = ""


def voice(
    folder: Path, *, scene: str | None = None, provider: str | None = None, config: Path | None = None,
    trusted: bool = False, listen: Listener = lambda summary: None, agree: Agree = refuse,
) -> tuple[SpokenLine, ...]:  # fmt: skip
    """Speaks every line of the episode, or of one scene; with `provider`, in that provider's voice instead.

    Nothing is captured, so only trust in the voices is asked for.
    """
    episode = spoken_by(read_episode(folder, config), provider)
    if provider and not plugins_of(folder, config):
        voice_registry(episode.settings).find("voice", provider)  # an unknown one is told before trust is asked for
    allow_voices(episode, config, trusted)
    scenes = scenes_called(episode, scene)
    with workshop(episode, config, listen, agree) as shop:
        wanted = want_voices(shop, episode, scenes)
        shop.make()
        takes = {id: (take, shop.result(take)) for id, take in wanted.items()}
    return tuple(
        _spoken(episode, part, line, f"{takes[line.id][0].source}/{takes[line.id][1].audio}", takes[line.id][1])
        for part in scenes
        for line in part.lines
    )


def spoken_by(episode: Episode, provider: str | None) -> Episode:
    """The episode with the voice of everybody who speaks from `provider`: its default, for those who have another's."""
    if provider is None:
        return episode
    speak = {line.speaker for scene in episode.scenes for line in scene.lines}
    other = {"provider": provider, "voice": Character.model_fields["voice"].default, "settings": ()}
    characters = tuple(
        c.model_copy(update=other) if c.id in speak and c.provider != provider else c for c in episode.characters
    )
    return episode.model_copy(update={"characters": characters})


def allow_voices(episode: Episode, config: Path | None, trusted: bool) -> None:
    """Raises `NotTrusted` unless this person allows what the voices of `episode` run; `trusted` says they do.

    Trust in the whole episode that is in the folder holds for each of its voices. What is wrong with them is told first.
    """
    plugins = plugins_of(episode.folder, config)
    if not plugins:  # else they would be run before they are trusted
        _refuse(episode, plugins)
    would_run = voice_dangers(episode, config)
    if not is_trusted(would_run) and not covers(trusted_whole(episode.folder, config), would_run):
        if trusted:
            trust(would_run, episode.folder)
        require_trust(would_run)
    _refuse(episode, plugins)


def _refuse(episode: Episode, plugins: tuple[Plugin, ...]) -> None:
    """Raises EpisodeErrors with all that is wrong with the voices."""
    if problems := refuse_voices(episode, voice_registry(episode.settings, plugins)):
        raise EpisodeErrors(problems)


def scenes_called(episode: Episode, id: str | None) -> tuple[Scene, ...]:
    """The film's scenes, or the one called `id`; LecternError, with those there are, if there is none."""
    scenes = film_scenes(episode)
    found = tuple(scene for scene in scenes if id in (None, scene.id))
    if not found:
        raise LecternError(f'The film has no scene "{id}"; its scenes are: {", ".join(scene.id for scene in scenes)}')
    return found


def _spoken(episode: Episode, scene: Scene, line: Line, file: str, take: VoiceTake) -> SpokenLine:
    return SpokenLine(
        scene=scene.id,
        line=line.line,
        speaker=line.speaker,
        text=" ".join(word.written for word in line.words),
        provider=episode.character(line.speaker).provider,
        seconds=take.duration,
        tier=take.tier,
        confidence=take.confidence,
        file=file,
        note=take.note,
        finding=unsure(line, take),
    )


def unsure(line: Line, take: VoiceTake) -> str:
    """What is said of a line whose words may be heard at other times than marks, captions and lips believe; else nothing."""
    if take.confidence >= SURE:
        return ""
    heard = f"when the words of {line.speaker} are heard is not sure ({take.confidence:.0%}, by {take.tier})"
    return f"script.md:{line.line}: {heard}; does the recording say what is written?"
