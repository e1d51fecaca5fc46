"""`lectern voice`: the voices of an episode alone, and how sure their times are."""

from pathlib import Path

from ..base.frozen import Frozen
from ..build.build import scenes_called, start_build
from ..build.costs import CostApproval, decline_costs
from ..build.paces import note_paces
from ..build.record_takes import schedule_voices
from ..build.take_scheduler import ProgressListener, ignore_summary
from ..episode.errors import EpisodeErrors
from ..episode.folder import read_episode
from ..episode.model import Episode, Line, Scene
from ..episode.speaking import with_voice
from ..providers.episode_providers import Providers, plugins_of
from ..providers.episode_voices import speaking_faults, voice_faults
from ..services.voice import Tier, VoiceProvider, VoiceTake
from ..trust.allowed import Trust, require_sandbox
from ..trust.grants import grants_cover, require_trust
from ..trust.permissions import fully_trusted_requests, voice_permissions
from ..trust.services import placed_programs
from ..voice.recipe import doubt


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
    folder: Path,
    *,
    scene: str | None = None,
    provider: str | None = None,
    config: Path | None = None,
    trust: Trust = False,
    listen: ProgressListener = ignore_summary,
    wait: bool = True,
    agree: CostApproval = decline_costs,
) -> tuple[SpokenLine, ...]:
    """Speak every line of the episode, or of one scene; with `provider`, in that provider's voice instead.

    Nothing is captured, so only trust in the voices is asked for. Raises NotTrusted and CostDeclined as `build` does.
    """
    episode = spoken_by(read_episode(folder, config), provider)
    with placed_programs(episode) as programs:
        providers = Providers(episode.settings, plugins_of(folder, config), programs)
        if provider and not providers.plugins:
            providers.registry.find(VoiceProvider, provider)  # an unknown one is an error before trust is asked for
        allow_voices(episode, config, providers, trust=trust)
        scenes = scenes_called(episode, scene)
        with start_build(episode, scenes, config, listen, agree, providers, wait=wait) as build:
            handles = schedule_voices(build)
            build.scheduler.make()
            lines = [line for part in scenes for line in part.lines]
            note_paces(episode, lines, {line.id: handles[line.id].take for line in lines})
    return tuple(
        _spoken_line(episode, part, line, handles[line.id].file(handles[line.id].take.audio), handles[line.id].take)
        for part in scenes
        for line in part.lines
    )


def spoken_by(episode: Episode, provider: str | None) -> Episode:
    """Return the episode with everybody who speaks in the voice of `provider`: its default, for those with another's."""
    if provider is None:
        return episode
    speak = {line.speaker for scene in episode.scenes for line in scene.lines}
    other = {"provider": provider, "voice": "", "settings": (), "clone": None, "fallback": None}
    characters = tuple(
        with_voice(c.model_copy(update=other), episode.language) if c.id in speak and c.provider != provider else c
        for c in episode.characters
    )
    return episode.model_copy(update={"characters": characters})


def allow_voices(episode: Episode, config: Path | None, providers: Providers, *, trust: Trust) -> None:
    """Raise `NotTrusted` unless this person allows what the voices of `episode` run; `trust` says they do.

    Trust in the whole episode that is in the folder holds for each of its voices. Raises EpisodeErrors, before that if
    no plug-in has to run for it, with everything that is wrong with the voices.
    """
    if not providers.plugins:
        _refuse_faults(episode, providers)
    requests = voice_permissions(episode, config, providers.programs)
    if not grants_cover(fully_trusted_requests(episode.folder, config), requests):
        if trust == "sandboxed":
            require_sandbox(requests)
        require_trust(requests, episode.folder, trust=bool(trust))
    if providers.plugins:
        _refuse_faults(episode, providers)


def _refuse_faults(episode: Episode, providers: Providers) -> None:
    if problems := (*voice_faults(episode, providers.registry), *speaking_faults(episode, providers.registry)):
        raise EpisodeErrors(problems)


def _spoken_line(episode: Episode, scene: Scene, line: Line, file: str, take: VoiceTake) -> SpokenLine:
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
        finding=str(doubt(line, take) or ""),
    )
