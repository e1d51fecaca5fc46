"""An episode on its way to a timeline: the stages before Blender, shared by everything a front end asks for."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from ..episode.errors import EpisodeErrors
from ..episode.folder import read_episode
from ..episode.later import refuse_later
from ..episode.model import Episode
from ..errors import SourceError
from ..jobs.recipe import Recipe
from ..layout.theme import Theme
from ..quality.dropped import dropped_findings
from ..timeline.edits import Edits, apply_edits
from ..timeline.findings import film_findings
from ..timeline.model import Timeline
from ..timeline.resolve import film_scenes, resolve
from ..timeline.takes import Takes
from .arranging import Arranged, arrange
from .faces import face_findings, faces, refuse_faces
from .characters import refuse_drawings
from .clips import clip_faults
from .costs import Agree, refuse
from .places import Places
from .plugins import plugins_of
from .recipes import blender_recipes
from .recording import Recordings, record
from .renderer import BlenderProcess, find_renderer
from .secrecy import secret_findings
from .staging import stage
from .themes import theme_of
from .trust import dangers, is_trusted, require_trust, trust
from .voices import refuse_voices, voice_registry
from .workshop import Listener, Workshop


@dataclass(frozen=True)
class Production:
    """What the stages before Blender came to."""

    episode: Episode
    theme: Theme
    recordings: Recordings
    arranged: tuple[Arranged, ...]
    takes: Takes

    def timeline(self, edits: Edits) -> Timeline:
        """The film as strips, with what the person changed."""
        return resolve(self.episode, self.takes, edits)

    def conflicts(self, edits: Edits) -> tuple[str, ...]:
        """What of the person's changes could not be carried over, in words."""
        return apply_edits(resolve(self.episode, self.takes), edits)[1]

    @property
    def findings(self) -> tuple[str, ...]:
        clips = (fault for a in self.arranged for fault in clip_faults((a.scene,), a.clips))
        recorded = self.recordings
        secrets = secret_findings(self.episode, recorded.captures)
        rough = dropped_findings((a.scene for a in self.arranged), recorded.captures, recorded.capture_keys)
        return (*film_findings(self.episode, self.takes), *clips, *face_findings(self.episode), *secrets, *rough)


def opened(folder: Path, config: Path | None, trusted: bool) -> Episode:
    """The episode in `folder`, checked for what can't be made yet and for trust; `trusted` gives it."""
    episode = read_episode(folder, config)
    if problems := refuse_later(episode):
        raise EpisodeErrors(problems)
    _refuse_providers(episode, config, trusted=False)
    would_run = dangers(episode, config)
    if trusted and not is_trusted(would_run):
        trust(would_run, folder)
    require_trust(would_run)
    _refuse_providers(episode, config, trusted=True)
    return episode


def provider_faults(episode: Episode, config: Path | None, *, trusted: bool) -> tuple[SourceError, ...]:
    """What is wrong with drawings, voices and faces.

    To know that of voices and faces, plug-ins are run: where there are some, only if they are trusted.
    """
    plugins, drawings = plugins_of(episode.folder, config), refuse_drawings(episode)
    if plugins and not trusted:
        return drawings
    voices = voice_registry(episode.settings, plugins)
    return (*drawings, *refuse_voices(episode, voices), *refuse_faces(episode, faces(episode.settings, plugins)))


def _refuse_providers(episode: Episode, config: Path | None, *, trusted: bool) -> None:
    if problems := provider_faults(episode, config, trusted=trusted):
        raise EpisodeErrors(problems)


def workshop(
    episode: Episode, config: Path | None, listen: Listener, agree: Agree = refuse
) -> AbstractContextManager[Workshop]:
    """The workshop of the takes of an episode that is trusted; `agree` asks the person before a service is paid."""
    places, plugins = Places(folder=episode.folder), plugins_of(episode.folder, config)
    return Workshop(places, config, episode.settings.film.processes, listen, agree, plugins)


def produce(shop: Workshop, episode: Episode) -> Production:
    """Everything up to the timeline: recordings, times, places, pictures."""
    theme, scenes = theme_of(episode), film_scenes(episode)
    recordings = record(shop, episode, scenes, theme)
    arranged = arrange(shop, episode, scenes, recordings, theme)
    takes = stage(shop, episode, theme, recordings, arranged, blender_of(episode)[1])
    return Production(episode, theme, recordings, arranged, takes)


def blender_of(episode: Episode) -> tuple[BlenderProcess, Recipe, Recipe]:
    """The episode's Blender, and the recipes it makes: treatments, segments."""
    renderer = find_renderer(episode.settings.blender)
    return renderer, *blender_recipes(renderer)
