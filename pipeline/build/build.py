"""First stage of a build: the episode is read and checked, and the person has allowed what it runs."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TypedDict

from ..base.episode_paths import EpisodePaths
from ..base.errors import LecternError, SourceError
from ..base.geometry import Size
from ..base.lock import LockHolder, locked
from ..base.renderer import BlenderProcess, find_renderer
from ..base.theme import Theme
from ..changes.store import ChangesetStore
from ..characters.check import drawing_faults
from ..episode.errors import EpisodeErrors
from ..episode.film_scenes import film_scenes
from ..episode.folder import read_episode
from ..episode.model import Episode, Scene
from ..episode.suspicions import surely_wrong
from ..episode.themes import theme_of
from ..episode.unsupported import refuse_unsupported
from ..jobs.runs import new_run_id, running
from ..jobs.summary import QueueSummary
from ..layout.letters import lettering_faults
from ..providers.episode_providers import Providers, keep_budget, plugins_of
from ..trust.allowed import Trust, allow
from ..trust.grants import note_own
from ..trust.permissions import permission_requests
from ..trust.services import placed_programs
from .costs import CostApproval, decline_costs
from .progress import BuildEvents
from .take_scheduler import ProgressListener, TakeScheduler, ignore_summary


@dataclass(frozen=True)
class Build:
    """One build of an episode: what is found out once, for all stages to use.

    `scenes` are those that are made: the whole film's, or the one that was asked for.
    """

    episode: Episode
    scenes: tuple[Scene, ...]
    theme: Theme
    providers: Providers
    scheduler: TakeScheduler

    @property
    def paths(self) -> EpisodePaths:
        """The files and folders that the build writes."""
        return self.scheduler.paths

    @property
    def fps(self) -> int:
        """The film's frames a second."""
        return self.episode.settings.film.fps

    @property
    def size(self) -> Size:
        """The film's frame in px."""
        return self.episode.settings.film.width, self.episode.settings.film.height

    @cached_property
    def renderer(self) -> BlenderProcess:
        """The episode's Blender. Raises LecternError, with the way out, if there is none."""
        return find_renderer(self.episode.settings.blender.program)


class RecordingOptions(TypedDict, total=False):
    """What whoever records an episode may say; `open_build` and `start_build` have the defaults.

    `config` takes the place of the nearest lectern.toml. `trust` allows what the episode runs, as it is now or in the
    sandbox. `listen` is called with how far the takes are. `wait` waits for another process that works on the episode.
    """

    config: Path | None
    trust: Trust
    listen: ProgressListener
    wait: bool


class BuildOptions(RecordingOptions, total=False):
    """What whoever builds an episode may say; `agree` is asked before a service is paid."""

    agree: CostApproval


@contextmanager
def open_build(
    folder: Path,
    *,
    config: Path | None = None,
    trust: Trust = False,
    listen: ProgressListener = ignore_summary,
    wait: bool = True,
    agree: CostApproval = decline_costs,
    scene: str | None = None,
) -> Iterator[Build]:
    """Yield a build of the episode in `folder` (of all its scenes, or of `scene`); its workers end with the block.

    The other parameters are as in `BuildOptions`. Raises EpisodeErrors with every fault of the episode, NotTrusted if the
    person has not allowed what it runs, and LockHeld if another build is not waited for.
    """
    ChangesetStore(folder).recover()  # else it would read half of a change whose process was killed
    episode = read = read_episode(folder, config)
    _refuse((*surely_wrong(episode), *refuse_unsupported(episode), *lettering_faults(episode, theme_of(episode))))
    with placed_programs(episode) as programs:
        providers = Providers(episode.settings, plugins_of(folder, config), programs)
        # Plug-ins have to be trusted before they can say what is wrong; all else is said before the person is asked.
        _refuse((*drawing_faults(episode), *(() if providers.plugins else providers.faults(episode))))
        episode = allow(episode, partial(permission_requests, config=config, programs=programs), trust)
        if providers.plugins:
            _refuse(providers.faults(episode))
        with start_build(episode, scenes_called(episode, scene), config, listen, agree, providers, wait=wait) as build:
            yield build
    if episode is read:
        note_own(folder)


@contextmanager
def start_build(
    episode: Episode,
    scenes: tuple[Scene, ...],
    config: Path | None,
    listen: ProgressListener = ignore_summary,
    agree: CostApproval = decline_costs,
    providers: Providers | None = None,
    *,
    wait: bool = True,
) -> Iterator[Build]:
    """Yield a build of some `scenes` of an episode for which the person has allowed what will be done.

    No other build of the episode runs beside it; see `only_writer`.
    """
    known = providers or Providers(episode.settings, plugins_of(episode.folder, config))
    paths, processes = EpisodePaths(folder=episode.folder), episode.settings.film.processes
    events, run = BuildEvents(listen), new_run_id("build")
    title = ", ".join(scene.id for scene in scenes) if len(scenes) < len(film_scenes(episode)) else episode.title
    keep_budget(episode)
    with (
        only_writer(paths, listen, wait=wait),
        TakeScheduler(paths, config, processes, events, agree, known.plugins, known.programs, run) as scheduler,
        running(paths.database, "build", title, id=run) as events.run,
    ):
        yield Build(episode, scenes, theme_of(episode), known, scheduler)
        events.run.result(made=scheduler.made, reused=scheduler.reused)


@contextmanager
def only_writer(paths: EpisodePaths, listen: ProgressListener = ignore_summary, *, wait: bool = True) -> Iterator[None]:
    """Let no other process write takes, the timeline, the .blend or the film of the episode while the block runs.

    It waits for another one that does, and tells `listen` which; without `wait`, it raises `LockHeld`.
    """

    def report(holder: LockHolder) -> None:
        listen(QueueSummary(notes=(f"waiting for {holder}, which works on this episode",)))

    busy = f"{paths.folder.name} is being worked on"
    with locked(paths.state / "lock", "a build", busy, wait=wait, listen=report):
        yield


def scenes_called(episode: Episode, id: str | None) -> tuple[Scene, ...]:
    """Return the film's scenes, or the one called `id`. Raises LecternError, with those there are, if there is none."""
    scenes = film_scenes(episode)
    found = tuple(scene for scene in scenes if id in (None, scene.id))
    if not found:
        raise LecternError(f'The film has no scene "{id}"; its scenes are: {", ".join(scene.id for scene in scenes)}')
    return found


def _refuse(problems: Iterable[SourceError]) -> None:
    if found := tuple(problems):
        raise EpisodeErrors(found)
