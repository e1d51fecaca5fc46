"""check(): is the episode in order, and does the film do what it should? Makes nothing, changes nothing."""

from pathlib import Path

from ..episode.clip import clip_findings
from ..episode.errors import EpisodeErrors
from ..episode.folder import read_episode
from ..episode.later import refuse_later
from ..episode.model import Episode
from ..errors import SourceError
from ..model import Frozen
from ..quality.film import FilmMeasures, findings, measure
from .places import Places
from .report import Report, read_report
from .plugins import plugins_of
from .production import provider_faults
from .recording import capture_faults
from .secrecy import typed_findings
from .themes import theme_of
from .trust import Danger, dangers, is_trusted
from .voices import missing_recordings, voice_registry


class CheckResult(Frozen):
    """`problems` stop a build; `findings` are what a viewer would notice; `dangers` what a build would run and the
    person has not allowed; `film` as measured."""

    problems: tuple[str, ...]
    findings: tuple[str, ...] = ()
    dangers: tuple[Danger, ...] = ()
    film: FilmMeasures | None = None


def check(folder: Path, *, config: Path | None) -> CheckResult:
    """Reads the episode, and measures the film of the last build where there is one."""
    try:
        episode = read_episode(folder, config)
    except EpisodeErrors as errors:
        return CheckResult(problems=tuple(str(problem) for problem in errors.problems))
    problems = (
        *refuse_later(episode),
        *provider_faults(episode, config, trusted=False),
        *capture_faults(episode, theme_of(episode)),
    )
    would_run = () if problems else dangers(episode, config)
    trusted = not problems and is_trusted(would_run)
    problems += () if problems else _of_providers(episode, config, trusted)
    places = Places(folder=folder)
    report = read_report(places)
    film = measure(places.film, report.promise) if report and places.film.exists() else None
    written = (*clip_findings(episode), *typed_findings(scene for scene in episode.scenes if scene.enabled))
    return CheckResult(
        problems=tuple(map(str, EpisodeErrors(problems).problems)),
        findings=tuple(dict.fromkeys((*written, *_said(report, film is not None), *_measured(report, film)))),
        dangers=() if trusted else would_run,
        film=film,
    )


def _of_providers(episode: Episode, config: Path | None, trusted: bool) -> tuple[SourceError, ...]:
    """What is wrong with plug-ins that are trusted, and the recordings that are missing."""
    plugins = plugins_of(episode.folder, config)
    if plugins and not trusted:
        return ()
    faults = provider_faults(episode, config, trusted=True)
    return faults or missing_recordings(episode, voice_registry(episode.settings, plugins))


def _measured(report: Report | None, film: FilmMeasures | None) -> tuple[str, ...]:
    return findings(film, report.promise) if report and film else ()


def _said(report: Report | None, film: bool) -> tuple[str, ...]:
    return report.findings if report and film else ("there is no film yet: build it",)
