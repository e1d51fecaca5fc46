"""`lectern timeline` and `lectern find`: the film's strips, and where a text can be read; nothing is rendered."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..build.costs import CostApproval, decline_costs
from ..build.pipeline import open_build, produce, resolve_timeline
from ..build.production import Production
from ..build.take_scheduler import ProgressListener, ignore_summary
from ..timeline.edits import read_edits
from ..timeline.model import Timeline
from ..timeline.search import TextMatch, find_text
from ..trust.allowed import Trust


def timeline(
    folder: Path,
    *,
    config: Path | None = None,
    trust: Trust = False,
    listen: ProgressListener = ignore_summary,
    wait: bool = True,
    agree: CostApproval = decline_costs,
) -> Timeline:
    """Return the film's strips; records and draws what is missing. Raises as `build` does."""
    with _resolved(folder, config, trust, listen, wait, agree) as (_, film):
        return film


def find(
    folder: Path,
    text: str,
    *,
    config: Path | None = None,
    trust: Trust = False,
    listen: ProgressListener = ignore_summary,
    wait: bool = True,
    agree: CostApproval = decline_costs,
) -> tuple[TextMatch, ...]:
    """Return every place in the film where `text` can be read; records and draws what is missing. Raises as `build` does."""
    with _resolved(folder, config, trust, listen, wait, agree) as (production, film):
        handles = [handle for scene in production.scenes for handle in scene.clips.values()]
        clips = {handle.file(handle.take.video): handle.take.text for handle in handles}
        return find_text(text, film, production.takes, production.recordings.captures, clips)


@contextmanager
def _resolved(
    folder: Path, config: Path | None, trust: Trust, listen: ProgressListener, wait: bool, agree: CostApproval
) -> Iterator[tuple[Production, Timeline]]:
    with open_build(folder, config=config, trust=trust, listen=listen, wait=wait, agree=agree) as build:
        production = produce(build)
        yield production, resolve_timeline(production, read_edits(folder))[0]
