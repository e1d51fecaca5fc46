"""A build on one page: its seven stages, in the order in which they run.

1. Open: read and check the episode, ask for trust (`open_build`).
2. Record takes: speak every line, record every capture.
3. Lay out scenes: decide when everything happens and where it is; draw clips.
4. Render takes: footage fitted to the marks, narrators, overlays.
5. Resolve the timeline: every strip of the film, and what the person changed in Blender.
6. Compile and render: the strips into the .blend, the scenes into pictures, the sound.
7. Join and report: the film, the files beside it, and what there is to say about it.

Every stage is a function of the build and of what earlier stages returned. Stages ask the scheduler for takes, so what
was made before is not made again.
"""

from pathlib import Path

from ..base.files import content_digest, set_aside
from ..quality.preview_data import write_preview_data
from ..timeline.edits import apply_edits
from ..timeline.model import Timeline
from ..timeline.resolve import resolve
from .blend_file import EpisodeBlend
from .build import Build, open_build
from .join_film import copy_segment, join_film, sidecars_of, write_sidecars
from .layout_scenes import layout_scenes
from .preview_data import preview_data
from .production import Production
from .progress import FILM_STAGES, JOINING, STRIPS
from .record_takes import record_takes
from .render_film import render_parts
from .render_takes import render_takes
from .report import Report, forget_report, own_report, report_of, write_report

__all__ = ["Build", "export_film", "export_scene", "open_build", "produce", "resolve_timeline"]


def produce(build: Build) -> Production:
    """Do stages 2 to 4: make everything that the film's timeline is resolved from."""
    recordings = record_takes(build)
    scenes = layout_scenes(build, recordings)
    takes, narrators = render_takes(build, recordings, scenes)
    return Production(build, recordings, scenes, takes, narrators)


def resolve_timeline(production: Production) -> Timeline:
    """Do stage 5: return the film's strips as the script alone makes them."""
    return resolve(production.build.episode, production.takes)


def export_film(build: Build) -> tuple[Report, bool]:
    """Do stages 2 to 7; return the report, and whether the film had to be joined (else it was up to date)."""
    build.scheduler.expect(FILM_STAGES)
    production = produce(build)
    blend = EpisodeBlend(build.paths, build.renderer, build.scheduler.note)
    build.scheduler.begin(STRIPS)
    timeline, conflicts, displaced = _lay_strips(production, blend)
    parts, sidecars = render_parts(build, timeline), sidecars_of(production, timeline)
    write_sidecars(build.paths, sidecars)
    fingerprint, last = parts.fingerprint(build.episode, timeline, sidecars.texts), own_report(build.paths)
    if last and _film_is_whole(build, last) and last.fingerprint == fingerprint:
        return last, False
    build.scheduler.begin(JOINING)
    forget_report(build.paths)
    join_film(build, timeline, parts, sidecars)
    report = report_of(production, timeline, parts, sidecars, fingerprint, (*conflicts, *displaced))
    write_report(build.paths, report)
    return report, True


def _lay_strips(production: Production, blend: EpisodeBlend) -> tuple[Timeline, tuple[str, ...], tuple[str, ...]]:
    """Resolve the timeline and compile it into the .blend; return it, the edits that don't fit, and what was in the way."""
    scripted = resolve_timeline(production)
    timeline, conflicts = apply_edits(scripted, blend.follow(blend.collect(), scripted))
    write_preview_data(production.build.paths, preview_data(production))
    return timeline, conflicts, blend.compile(timeline, scripted)


def _film_is_whole(build: Build, last: Report) -> bool:
    """Return whether the film is as the last build left it; a changed one is set aside, for somebody may want it."""
    film = build.paths.film
    if not film.exists():
        return False
    if content_digest(film) != last.film:
        kept = set_aside(film, inside=build.paths.folder)
        build.scheduler.note(f"{film} was damaged or replaced. It is kept as {kept}, and the film made again.")
        return False
    return True


def export_scene(build: Build, scene: str) -> tuple[Path, tuple[str, ...]]:
    """Do stages 2 to 6, of the last for `scene` alone; return its video (without sound) and the findings."""
    build.scheduler.expect(FILM_STAGES[:-1])
    production = produce(build)
    blend = EpisodeBlend(build.paths, build.renderer, build.scheduler.note)
    build.scheduler.begin(STRIPS)
    timeline, _, displaced = _lay_strips(production, blend)
    segment = render_parts(build, timeline, only=scene).segments[scene]
    return copy_segment(build.paths, segment, scene), (*map(str, production.findings), *displaced)
