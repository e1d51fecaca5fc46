"""`lectern timeline` and `lectern find`: the film's strips, and where a text can be read; nothing is rendered."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Unpack

from ..build.build import BuildOptions
from ..build.pipeline import open_build, produce, resolve_timeline
from ..build.production import Production
from ..timeline.edits import apply_edits, read_edits
from ..timeline.model import Timeline
from ..timeline.search import TextMatch, find_text


def timeline(
    folder: Path,
    **options: Unpack[BuildOptions],
) -> Timeline:
    """Return the film's strips; records and draws what is missing. Raises as `build` does."""
    with _resolved(folder, **options) as (_, film):
        return film


def find(
    folder: Path,
    text: str,
    **options: Unpack[BuildOptions],
) -> tuple[TextMatch, ...]:
    """Return every place in the film where `text` can be read; records and draws what is missing. Raises as `build` does."""
    with _resolved(folder, **options) as (production, film):
        handles = [handle for scene in production.scenes for handle in scene.clips.values()]
        clips = {handle.file(handle.take.video): handle.take.text for handle in handles}
        return find_text(text, film, production.takes, production.recordings.captures, clips)


@contextmanager
def _resolved(folder: Path, **options: Unpack[BuildOptions]) -> Iterator[tuple[Production, Timeline]]:
    with open_build(folder, **options) as build:
        production = produce(build)
        yield production, apply_edits(resolve_timeline(production), read_edits(folder))[0]
