"""How far a build is. Its jobs are asked for in stages, so a plain share of the jobs would jump back at each new one."""

from ..pipeline.jobs.queue import Count, Summary

FACES = ("portrait", "motion", "stretch", "lips", "matte", "face")
"""The steps of a photographed narrator."""

OVER_FOOTAGE = ("badge", "blur", "close-up", "outline", "spotlight")
"""What lies over a recording."""

STAGES = (
    (0.4, frozenset({"voice", "capture"})),
    (0.1, frozenset({"clip"})),
    (0.25, frozenset({"footage", *OVER_FOOTAGE, "picture", "plate", "sprite", "treatment", "narrator", *FACES})),
    (0.25, frozenset({"segment", "sound"})),
)
"""A stage's share of a build's time, and the kinds of takes that are made in it."""


def progress(summary: Summary) -> float:
    """How much of the build is done (0..1); a stage that nothing was asked of is done once a later one has begun."""
    done, untouched = 0.0, 0.0
    for share, kinds in reversed(STAGES):
        jobs = [count for count in summary.counts if count.kind in kinds]
        done += share * (_done(jobs, summary, kinds) if jobs else untouched)
        untouched = 1.0 if jobs else untouched
    return done


def _done(jobs: list[Count], summary: Summary, kinds: frozenset[str]) -> float:
    ended = sum(count.number for count in jobs if count.state not in ("waiting", "running"))
    running = sum(job.progress for job in summary.running if job.kind in kinds)
    return (ended + running) / sum(count.number for count in jobs)
