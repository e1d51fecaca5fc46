"""How far a build is. Its jobs are asked for in stages, so a plain share of the jobs would jump back at each new one."""

from ..pipeline.jobs.queue import Summary

FACES = ("portrait", "motion", "stretch", "lips", "matte", "face")
"""The steps of a photographed narrator."""

STAGES = (
    (0.4, frozenset({"voice", "capture", "picture"})),
    (0.35, frozenset({"footage", "plate", "sprite", "treatment", "narrator", *FACES})),
    (0.25, frozenset({"segment", "sound"})),
)
"""A stage's share of a build's time, and the kinds of takes that are made in it."""


def progress(summary: Summary) -> float:
    """How much of the build is done (0..1); a stage that nothing was asked of yet counts as not begun."""
    return sum(share * _done(summary, kinds) for share, kinds in STAGES)


def _done(summary: Summary, kinds: frozenset[str]) -> float:
    jobs = [c for c in summary.counts if c.kind in kinds]
    every = sum(c.number for c in jobs)
    ended = sum(c.number for c in jobs if c.state not in ("waiting", "running"))
    return (ended + sum(r.progress for r in summary.running if r.kind in kinds)) / every if every else 0.0
