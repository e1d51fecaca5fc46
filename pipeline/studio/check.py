"""`lectern check`: is the episode in order, and does the film do what it should? Makes nothing, changes nothing."""

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import Field

from ..base.episode_paths import EpisodePaths
from ..base.errors import FilmFinding, LecternError, SourceError, place_of
from ..base.files import write_atomic
from ..base.frozen import Frozen
from ..build.paces import paces_of
from ..build.record_takes import capture_faults
from ..capture.terminal.page import fitting_cells
from ..characters.check import drawing_faults
from ..episode.capture_block import Capture
from ..episode.clip import clip_findings
from ..episode.errors import EpisodeErrors
from ..episode.fields import keys_to_write
from ..episode.folder import read_episode
from ..episode.located import located, texts_of
from ..episode.model import Episode, Scene
from ..episode.nodes import Respelling
from ..episode.respelled import respell
from ..episode.source import SCRIPT, exact_text
from ..episode.suspicions import Columns, partial_suspicions, surely_wrong, suspicions
from ..episode.themes import brand_findings, theme_of
from ..episode.unsupported import refuse_unsupported
from ..layout.capture_windows import content_size
from ..layout.letters import lettering_faults
from ..providers.episode_providers import Providers, plugins_of
from ..providers.episode_voices import draft_notes, fallback_findings, missing_recordings
from ..quality.film import FilmMeasures
from ..timing.expected_length import ExpectedScene, expected_scenes, length_finding
from ..trust.allowed import allowed_form
from ..trust.permissions import permission_requests
from ..trust.request import PermissionRequest
from ..trust.secret_scan import typed_findings
from .damaged_pictures import damaged_pictures
from .verify import measured_film


class Diagnostic(Frozen):
    """A problem or a finding: at `line` and `column` (from 1; 0: not known) of `file` ("": it is about the film).

    `path` leads to the value, such as ``scenes[2].captures[0].steps[1].wait``; `found` is what is written there,
    `allowed` are the names that may be there, and `instead` is what to write ("": that is for the author to say).
    """

    file: str = ""
    line: int = 0
    column: int = 0
    path: str = ""
    message: str
    found: Any = None
    allowed: tuple[str, ...] = ()
    instead: str = ""

    def __str__(self) -> str:
        """Return it as a person reads it."""
        return f"{place_of(self.file, self.line, self.column)}: {self.message}" if self.file else self.message


class CheckResult(Frozen):
    """What a check found: `problems` stop a build, `findings` are likely slips, and what a viewer would notice.

    `notes` are what was read otherwise than it is written; `fixed` are those of them that are now written so, and `by_hand`
    those that `fix` can't write. `voices` says whose fallback voice speaks because that is asked for.
    `film` is what was measured of the last build's film; None: there is no film yet, so that only the script was checked.
    `seconds` is how long the film is expected to be (0: the script has problems).
    `permissions` are what a build would run and the person has not allowed (in JSON they are called `dangers`).
    """

    problems: tuple[Diagnostic, ...]
    findings: tuple[Diagnostic, ...] = ()
    notes: tuple[Diagnostic, ...] = ()
    fixed: tuple[Diagnostic, ...] = ()
    by_hand: tuple[Diagnostic, ...] = ()
    voices: tuple[str, ...] = ()
    permissions: tuple[PermissionRequest, ...] = Field(default=(), serialization_alias="dangers")
    film: FilmMeasures | None = None
    seconds: float = 0.0


def check(folder: Path, *, config: Path | None = None, fix: bool = False, film: bool = True) -> CheckResult:
    """Read the episode in `folder`, and measure the film of the last build if there is one; without `film`, only read it.

    `fix` writes into script.md what it was read as, and nothing else.
    """
    fixed = _fix(folder) if fix else ()
    try:
        episode = read_episode(folder, config)
    except EpisodeErrors as errors:
        return _partly_read(errors, folder, fixed)
    problems, permissions = _problems(episode, config)
    measured = measured_film(EpisodePaths(folder=folder)) if film else None
    typed = typed_findings(scene for scene in episode.scenes if scene.enabled)
    scenes = expected_scenes(episode, paces_of(episode))
    written = (*suspicions(episode, _columns(episode)), *_about_length(episode, scenes), *damaged_pictures(episode))
    noticed = map(
        _placed,
        (
            *map(FilmFinding, brand_findings(episode)),
            *fallback_findings(episode),
            *clip_findings(episode),
            *typed,
            *(measured.findings if measured else ()),
        ),
    )
    return CheckResult(
        problems=_diagnostics(EpisodeErrors(problems).problems, folder),
        findings=tuple(dict.fromkeys(_diagnostics((*written, *noticed), folder))),
        notes=_notes(episode.respellings),
        fixed=fixed,
        by_hand=_by_hand(folder, episode.respellings),
        voices=draft_notes(episode),
        permissions=permissions,
        film=measured.measures if measured else None,
        seconds=round(sum(scene.seconds for scene in scenes), 1),
    )


def _partly_read(errors: EpisodeErrors, folder: Path, fixed: tuple[Diagnostic, ...]) -> CheckResult:
    """Return the faults of the files, with the faults and slips of what could be read all the same."""
    problems, findings = list(errors.problems), tuple[SourceError, ...]()
    respellings = (errors.rest or {}).get("respellings", ())
    if errors.rest and "scenes" in errors.rest:
        rest = Episode(**{"title": "", **errors.rest})
        opening = [fault.line for fault in problems if "open" in keys_to_write((fault,))]
        wrong = [fault for fault in surely_wrong(rest) if not _followed_by(fault.line, opening, rest)]
        problems += (*wrong, *refuse_unsupported(rest), *capture_faults(rest, theme_of(rest)))
        script = exact_text(rest.folder / SCRIPT, SCRIPT)
        findings = (
            *partial_suspicions(rest, _columns(rest), script, problems),
            *_about_length(rest, expected_scenes(rest, paces_of(rest))),
        )
    return CheckResult(
        problems=_diagnostics(EpisodeErrors(problems).problems, folder),
        findings=_diagnostics(findings, folder),
        notes=_notes(respellings),
        fixed=fixed,
        by_hand=_by_hand(folder, respellings),
    )


def _followed_by(line: int, lines: Iterable[int], episode: Episode) -> bool:
    """Return whether one of `lines` is in the capture that starts at `line`: it would open its page under another name."""
    starts = sorted(capture.line for scene in episode.scenes for capture in scene.captures)
    end = next((start for start in starts if start > line), None)
    return any(line < other and (end is None or other < end) for other in lines)


def _diagnostics(faults: tuple[SourceError, ...], folder: Path) -> tuple[Diagnostic, ...]:
    return tuple(map(diagnostic, located(faults, texts_of(faults, folder))))


def diagnostic(fault: SourceError) -> Diagnostic:
    """Return a fault of a file with all that is known of it."""
    details = fault.details
    where = {"file": fault.file, "line": fault.line, "column": details.column, "path": details.path}
    return Diagnostic(
        **where, message=fault.message, found=details.found, allowed=details.allowed, instead=details.instead
    )


def _placed(finding: FilmFinding) -> SourceError:
    """Return a finding as the faults of files are, whose columns are looked up ("": it is about no file)."""
    return SourceError(finding.file if finding.line else "", finding.line, finding.message)


def _notes(respellings: Iterable[Respelling]) -> tuple[Diagnostic, ...]:
    return tuple(
        Diagnostic(file=SCRIPT, line=one.line, message=str(one), found=one.written, instead=one.meant)
        for one in respellings
    )


def _fix(folder: Path) -> tuple[Diagnostic, ...]:
    """Write into script.md what it is read as; return what was changed. Raises LecternError if it can't be written."""
    path = folder / SCRIPT
    if not path.is_file():
        return ()
    before = exact_text(path, SCRIPT)
    after, done, _ = respell(before)
    if after != before:
        write_atomic(path, after, inside=folder)
    return _notes(done)


def _by_hand(folder: Path, respellings: Iterable[Respelling]) -> tuple[Diagnostic, ...]:
    """Return what was read otherwise than it is written and can't be rewritten: a whole list, say, becomes another one."""
    if not any(True for _ in respellings):
        return ()
    try:
        return _notes(respell(exact_text(folder / SCRIPT, SCRIPT))[2])
    except LecternError:
        return _notes(respellings)


def _columns(episode: Episode) -> Columns:
    """Return what tells how many letters a line of a terminal has."""
    film = episode.settings.film

    def columns(scene: Scene, capture: Capture) -> int | None:
        size = capture.environment.size or content_size(scene, (film.width, film.height), capture)
        return fitting_cells(size, capture.environment.scale).columns if size else None

    return columns


LONG_UNSEEN = 45.0
"""Seconds of narration after which a viewer wants to see something."""


def _about_length(episode: Episode, scenes: Iterable[ExpectedScene]) -> Iterator[SourceError]:
    """Yield findings about a film, or a narration with nothing to look at, that is too long or too short."""
    scenes = tuple(scenes)
    if episode.length and (told := length_finding(episode, episode.length, scenes)):
        yield SourceError(SCRIPT, 1, told)
    written = {scene.id: scene for scene in episode.scenes}
    for expected in scenes:
        scene = written.get(expected.id)
        shown = scene and (scene.captures or scene.overlays or scene.clips or scene.shots)
        if scene and not shown and scene.layout != "narrator-only" and expected.spoken > LONG_UNSEEN:
            yield SourceError(
                SCRIPT, scene.line, f'scene "{scene.id}": about {expected.spoken:.0f} s of narration with nothing to look at but '
                "the narrator; a capture, an overlay or a clip shows what is meant",
            )  # fmt: skip


def _problems(episode: Episode, config: Path | None) -> tuple[tuple[SourceError, ...], tuple[PermissionRequest, ...]]:
    """Return what stops a build, and what it would run that is not allowed. Plug-ins run only if they are trusted."""
    plugins = plugins_of(episode.folder, config)
    providers = Providers(episode.settings, plugins)
    problems = (
        *surely_wrong(episode),
        *refuse_unsupported(episode),
        *drawing_faults(episode),
        *lettering_faults(episode, theme_of(episode)),
        *(() if plugins else providers.faults(episode)),
        *capture_faults(episode, theme_of(episode)),
    )
    if problems:
        return problems, ()
    requests_of = partial(permission_requests, config=config)
    requests = requests_of(episode)
    trusted = allowed_form(episode, requests_of) is not None
    if plugins and trusted:
        problems = providers.faults(episode)
    if not problems and (trusted or not plugins):
        problems = missing_recordings(episode, providers.registry)
    return problems, () if trusted else requests
