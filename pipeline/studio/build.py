"""`lectern build` and `lectern render`: from an episode's folder to its film, or to one scene of it."""

import time
from pathlib import Path
from typing import Unpack

from ..base.frozen import Frozen
from ..build.build import BuildOptions, scenes_called
from ..build.pipeline import Build, export_film, export_scene, open_build
from ..episode.source import SCRIPT, exact_text
from ..jobs.editors import ask_editors
from ..providers.episode_voices import draft_notes
from .scenes import note_built
from .words import take_in_words


class BuildResult(Frozen):
    """A finished build: how many takes were `made` and `reused`, what to know about the film, and how long it took.

    `notes` are what in the script was read otherwise than it is written, and whose fallback voice speaks because that is asked for.
    """

    film: Path
    made: int
    reused: int
    findings: tuple[str, ...]
    seconds: float
    up_to_date: bool
    notes: tuple[str, ...] = ()


def build(
    folder: Path,
    **options: Unpack[BuildOptions],
) -> BuildResult:
    """Make the film of the episode in `folder`: only what is missing or has changed.

    Raises NotTrusted if the person has not allowed what it runs (`trust` allows it), CostDeclined if it costs something
    and `agree` says no, and LecternError with file, line or scene and the reason if something can't be made; nothing is
    left out.
    """
    started, script = time.monotonic(), _script(folder)
    with open_build(folder, **options) as opened:
        if not (written := take_in_words(opened)):
            return _built(opened, script, started)
    script = _script(folder)
    with open_build(folder, **options) as opened:
        for words in written:
            opened.scheduler.note(str(words))
        return _built(opened, script, started)


def _built(opened: Build, script: str, started: float) -> BuildResult:
    report, joined = export_film(opened)
    note_built(opened.episode, script)
    made = _result(opened, opened.paths.film, report.findings, started, up_to_date=not joined)
    return made.model_copy(update={"notes": (*made.notes, *report.respoken)})


def render(
    folder: Path,
    *,
    scene: str | None = None,
    **options: Unpack[BuildOptions],
) -> BuildResult:
    """Render the film, or scene `scene` alone (picture without sound, in renders/SCENE.mp4) for a quick look."""
    if scene is None:
        return build(folder, **options)
    started, script = time.monotonic(), _script(folder)
    with open_build(folder, **options) as opened:
        scenes_called(opened.episode, scene)
        ask_editors(opened.paths.database)
        film, findings = export_scene(opened, scene)
        note_built(opened.episode, script)
        return _result(opened, film, findings, started, up_to_date=not opened.scheduler.made)


def _script(folder: Path) -> str:
    """Return the script before a build; "" if there is none, which the build reports."""
    return exact_text(folder / SCRIPT, SCRIPT) if (folder / SCRIPT).is_file() else ""


def _result(opened: Build, film: Path, findings: tuple[str, ...], started: float, *, up_to_date: bool) -> BuildResult:
    return BuildResult(
        film=film,
        made=opened.scheduler.made,
        reused=opened.scheduler.reused,
        findings=findings,
        seconds=time.monotonic() - started,
        up_to_date=up_to_date,
        notes=(
            *(f"{SCRIPT}:{one.line}: {one}" for one in opened.episode.respellings),
            *draft_notes(opened.episode),
        ),
    )
