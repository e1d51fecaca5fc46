"""build(): from an episode's folder to its film."""

import time
from pathlib import Path

from ..model import Frozen
from .costs import Agree, refuse
from .delivering import collect, compile_blend, deliver, texts_beside, want_parts
from .production import blender_of, opened, produce, workshop
from .report import read_report, report_of, write_report
from .workshop import Listener


class BuildResult(Frozen):
    """What a build came to: takes `made` and `reused`, what is to be said about the film, and how long it took."""

    film: Path
    made: int
    reused: int
    findings: tuple[str, ...]
    seconds: float
    up_to_date: bool


def build(
    folder: Path, *, config: Path | None, trust: bool, listen: Listener, agree: Agree = refuse
) -> BuildResult:
    """Makes the film of the episode in `folder`: only what is missing or has changed.

    Raises NotTrusted where the person has not allowed what it would run (`trust` allows it), NotAgreed where it would
    cost something and `agree` says no, and LecternError with file,
    line or scene and the reason where something can't be made; nothing is left out.
    """
    started = time.monotonic()
    episode = opened(folder, config, trust)
    with workshop(episode, config, listen, agree) as shop:
        production = produce(shop, episode)
        renderer, _, segment = blender_of(episode)
        edits = collect(shop.places, renderer)
        timeline = production.timeline(edits)
        blocked = (*production.conflicts(edits), *compile_blend(shop.places, timeline, renderer))
        parts = want_parts(shop, episode, timeline, segment)
        shop.make()
        texts, report = texts_beside(episode, timeline, production.recordings), read_report(shop.places)
        fingerprint = parts.fingerprint(episode, timeline, texts)
        stale = report is None or report.fingerprint != fingerprint or not shop.places.film.exists()
        if stale:
            deliver(shop, episode, timeline, production.recordings, parts, texts)
            report = report_of(production, timeline, shop, parts, fingerprint, blocked)
            write_report(shop.places, report)
        return BuildResult(
            film=shop.places.film,
            made=shop.made,
            reused=shop.reused,
            findings=report.findings,
            seconds=time.monotonic() - started,
            up_to_date=not stale,
        )
