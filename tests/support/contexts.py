"""The context in which tests make takes."""

from pathlib import Path

from lectern.pipeline.jobs.recipe import JobContext


def context_in(episode: Path, media: Path | None = None) -> JobContext:
    """A context of `episode` whose finished takes are in `media`; it refuses a share of progress that is none."""
    return JobContext(episode, media or episode / "media", _is_share)


def _is_share(done: float) -> None:
    assert 0 <= done <= 1
