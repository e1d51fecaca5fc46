"""What the panel shows of an episode, read from its files: plain values, so that it can be read beside Blender's window."""

from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel

from ..pipeline.base.episode_paths import EpisodePaths
from ..pipeline.base.errors import LecternError, SourceError, visible
from ..pipeline.base.files import read_own
from ..pipeline.changes.model import Changeset
from ..pipeline.changes.scenarios import Scenario, Scenarios
from ..pipeline.changes.store import ChangesetStore
from ..pipeline.characters.cards import CharacterCard, character_cards
from ..pipeline.characters.thumbnails import thumbnail_file
from ..pipeline.episode.characters import Character
from ..pipeline.episode.errors import EpisodeErrors
from ..pipeline.episode.folder import read_episode
from ..pipeline.episode.model import Episode
from ..pipeline.episode.source import SCRIPT, exact_text
from ..pipeline.jobs.runs import Run
from ..pipeline.providers.episode_voices import reach_of
from ..pipeline.quality.preview_data import PreviewData, read_preview_data
from ..pipeline.services.provider import Reach
from ..pipeline.studio.agent_settings import AgentSettings, agent_settings
from ..pipeline.studio.elements import Known
from ..pipeline.studio.episodes import EpisodeCard, episodes, recent_episodes
from ..pipeline.studio.goals import open_goals
from ..pipeline.studio.library import LibraryItem, library
from ..pipeline.studio.prompts import prompt_ids
from ..pipeline.studio.runs import runs
from ..pipeline.studio.scenes import SceneCard, last_timeline, scene_cards
from ..pipeline.timeline.model import Timeline
from ..pipeline.timing.expected_length import expected_scenes
from ..pipeline.trust.allowed import allowed_form
from ..pipeline.trust.permissions import permission_requests
from ..pipeline.trust.request import PermissionRequest

MAX_FINDINGS, MAX_CHANGES = 40, 50


class Finding(BaseModel):
    """A sentence about the film: at a `line` of `file` (0: of none), seen `at` so many seconds (None: in no one place)."""

    message: str
    line: int = 0
    file: str = SCRIPT
    at: float | None = None


class _ReportFindings(BaseModel):
    """What the panel shows of a build's report (`pipeline.build.report`, which takes long to load)."""

    findings: tuple[str, ...] = ()
    noticed: tuple[Finding, ...] = ()


@dataclass
class CharacterReading:
    """A character, whether its voice contacts a server or runs a program, and its thumbnail (None: there is none to draw)."""

    card: CharacterCard
    reaches_out: bool
    thumbnail: Path | None
    has_thumbnail: bool


@dataclass
class Reading:
    """An episode as its files were. Without an `episode`, `error` says what is wrong, and at which line of script.md (0: none).

    `expected` is how long each scene is expected to be, in seconds, by its id.
    """

    folder: Path
    title: str = ""
    error: str = ""
    error_line: int = 0
    script: str = ""
    episode: Episode | None = None
    film: Timeline | None = None
    preview: PreviewData | None = None
    scenes: tuple[SceneCard, ...] = ()
    characters: list[CharacterReading] = field(default_factory=list)
    changes: tuple[Changeset, ...] = ()
    outdated: set[str] = field(default_factory=set)
    scenarios: tuple[Scenario, ...] = ()
    runs: tuple[Run, ...] = ()
    prompts: tuple[str, ...] = ()
    agents: AgentSettings | None = None
    open_goals: int = 0
    trusted: bool = True
    sandboxed: bool = False
    permissions: tuple[PermissionRequest, ...] = ()
    findings: tuple[Finding, ...] = ()
    expected: dict[str, float] = field(default_factory=dict)
    library: tuple[LibraryItem, ...] = ()
    siblings: tuple[EpisodeCard, ...] = ()
    recent: tuple[EpisodeCard, ...] = ()

    @property
    def known(self) -> Known | None:
        """What is needed to tell what a strip stands for, as far as there is a film and a script that can be read."""
        return Known(self.episode, self.script, self.film) if self.episode and self.film else None


def read_everything(folder: Path) -> Reading:
    """Return the episode in `folder` as its files are now; what is wrong with them is in the reading, not raised."""
    reading = Reading(folder=folder, title=folder.name)
    try:
        reading.script = exact_text(folder / SCRIPT, SCRIPT)
        reading.episode = read_episode(folder)
        reading.title = reading.episode.title
        reading.film, reading.preview = last_timeline(folder), read_preview_data(EpisodePaths(folder=folder))
        _read_script(reading, reading.episode)
    except LecternError as error:
        reading.error, reading.error_line = str(error), _line_of(error)
    paths, store = EpisodePaths(folder=folder), ChangesetStore(folder)
    reading.changes = store.all()[::-1][:MAX_CHANGES]
    reading.outdated = {c.id for c in reading.changes if c.state == "proposed" and store.outdated(c)}
    reading.scenarios, reading.runs = Scenarios(folder, store).all(), runs(folder)
    damaged = (Finding(message=text) for text in store.damaged())
    reading.findings = (*damaged, *_findings(paths.report))
    reading.siblings, reading.recent = episodes(folder), recent_episodes()
    reading.prompts, reading.agents = prompt_ids(folder), agent_settings(folder)
    return reading


def _read_script(reading: Reading, episode: Episode) -> None:
    reading.scenes = scene_cards(episode, reading.film)
    reading.expected = {scene.id: scene.seconds for scene in expected_scenes(episode)}
    reading.characters = [_character(card, episode) for card in character_cards(episode)]
    reading.open_goals = len(open_goals(episode))
    form = allowed_form(episode, permission_requests)
    reading.trusted, reading.sandboxed = form is not None, form is not None and form is not episode
    reading.permissions = permission_requests(form or episode)
    reading.library = library(episode, reading.film)


def _character(card: CharacterCard, episode: Episode) -> CharacterReading:
    thumbnail = thumbnail_file(episode.folder, card)
    return CharacterReading(
        card, _reaches_out(episode, episode.character(card.id)), thumbnail, bool(thumbnail and thumbnail.exists())
    )


def _reaches_out(episode: Episode, character: Character) -> bool:
    """Return whether the character's voice contacts a server or runs a program."""
    try:
        return reach_of(episode, character) != Reach()
    except LecternError:  # wrong settings; playing a sample reports them
        return False


def _line_of(error: LecternError) -> int:
    """Return the first line of script.md at which something is wrong, 0 if it is another file."""
    problems = error.problems if isinstance(error, EpisodeErrors) else (error,)
    return next((p.line for p in problems if isinstance(p, SourceError) and p.file == SCRIPT), 0)


def _findings(report: Path) -> tuple[Finding, ...]:
    """Return the first findings of a build's report; none from a file that is missing or damaged."""
    try:
        content = _ReportFindings.model_validate_json(read_own(report, inside=None) or b"{}")
    except (OSError, ValueError, LecternError):
        return ()
    found = content.noticed or tuple(Finding(message=text) for text in content.findings)
    return tuple(each.model_copy(update={"message": visible(each.message)}) for each in found[:MAX_FINDINGS])
