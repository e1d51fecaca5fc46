"""check(): is the episode in order, and does the film do what it should? Makes nothing, changes nothing."""

from pathlib import Path

from ..episode.errors import EpisodeErrors
from ..episode.folder import read_episode
from ..episode.later import refuse_later
from ..model import Frozen
from ..quality.sync import Met, measure_sync
from .places import Places
from .report import Report, read_report
from .trust import Danger, dangers

LATE = 2
"""Frames by which a marked step may miss its word."""


class CheckResult(Frozen):
    """`problems` stop a build; `findings` are what a viewer would notice; `dangers` what a build would run; `steps` as measured."""

    problems: tuple[str, ...]
    findings: tuple[str, ...] = ()
    dangers: tuple[Danger, ...] = ()
    steps: tuple[Met, ...] = ()


def check(folder: Path, *, config: Path | None) -> CheckResult:
    """Reads the episode, and measures the film of the last build where there is one."""
    try:
        episode = read_episode(folder, config)
    except EpisodeErrors as errors:
        return CheckResult(problems=tuple(str(problem) for problem in errors.problems))
    places = Places(folder=folder)
    report = read_report(places)
    steps = measure_sync(places.film, report.expected) if report and places.film.exists() else ()
    return CheckResult(
        problems=tuple(str(problem) for problem in refuse_later(episode)),
        findings=(*_said(report), *(_late(step) for step in steps if step.late is None or abs(step.late) > LATE)),
        dangers=dangers(episode, config),
        steps=steps,
    )


def _said(report: Report | None) -> tuple[str, ...]:
    return report.findings if report else ("there is no film yet: build it",)


def _late(step: Met) -> str:
    how = "is not seen" if step.late is None else f"shows {abs(step.late)} frames {'late' if step.late > 0 else 'early'}"
    return f'script.md:{step.line}: the step at "{step.mark}" of scene "{step.scene}" {how}'
