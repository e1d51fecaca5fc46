"""How far a whole build is, and how long the rest will take, although it asks for its takes stage by stage."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..jobs.runs import RunLog
from ..jobs.summary import QueueSummary

FACES = ("portrait", "motion", "stretch", "lips", "matte", "face")
"""The kinds of takes that a photographed narrator is made of."""

OVER_FOOTAGE = ("badge", "blur", "close-up", "outline", "spotlight")
"""The kinds of takes that lie over footage."""

SOUNDS = ("music", "effects")
MADE_FOR_SCENES = (
    "footage",
    *OVER_FOOTAGE,
    "lettering",
    "picture",
    "plate",
    "sprite",
    "treatment",
    "narrator",
    *FACES,
    *SOUNDS,
)


@dataclass(frozen=True)
class Stage:
    """A stage of a build: its share of the time that a build takes, and the kinds of takes that are made in it.

    A stage that makes no takes has the name of its step, which is what a person reads meanwhile.
    """

    share: float
    kinds: frozenset[str] = frozenset()
    step: str = ""


STRIPS = "laying out the strips in Blender"
JOINING = "joining the film and looking at it"
FILM_STAGES = (
    Stage(0.38, frozenset({"voice", "capture"})),
    Stage(0.08, frozenset({"clip"})),
    Stage(0.25, frozenset(MADE_FOR_SCENES)),
    Stage(0.02, step=STRIPS),
    Stage(0.24, frozenset({"segment", "sound"})),
    Stage(0.03, step=JOINING),
)
"""The stages of a build from the script to the film, as long as they were for the examples."""

SURE_SECONDS, SURE_FRACTION = 4.0, 0.04
"""After so much, the time that has passed says how much is left."""

LEAST_TO_MAKE = 0.1
"""The share of a later stage's takes that is expected to be made again, however little was made so far."""


class BuildProgress:
    """Tells how far a build of `stages` is; without stages, the takes that were asked for are all there is.

    What was there already costs no time and doesn't count. How much of a stage that has not begun will have to be made is
    taken to be what the last one needed, so what is all there is to do never grows.
    """

    def __init__(self, stages: tuple[Stage, ...] = (), stopwatch: Callable[[], float] = time.monotonic) -> None:
        self._stages, self._stopwatch = stages, stopwatch
        self._since, self._furthest = stopwatch(), 0.0
        self._step, self._known, self._reused = -1, QueueSummary(), Counter[str]()

    def begin(self, step: str) -> QueueSummary:
        """Note that a stage without takes begins; return what to tell about it."""
        self._step = next((i for i, stage in enumerate(self._stages) if stage.step == step), -1)
        return self._with_fraction(QueueSummary(step=step))

    def follow(self, summary: QueueSummary, reused: Mapping[str, int]) -> QueueSummary:
        """Return the summary with the fraction of the whole build; `reused` takes of each kind were there already."""
        self._known, self._reused = summary, Counter(reused)
        return self._with_fraction(summary)

    def _with_fraction(self, summary: QueueSummary) -> QueueSummary:
        self._furthest = max(self._furthest, self._fraction() if self._stages else self._known.fraction)
        passed, done = self._stopwatch() - self._since, self._furthest
        sure = passed >= SURE_SECONDS and done >= SURE_FRACTION
        left = passed * (1 - done) / done if sure else None
        return summary.model_copy(update={"fraction": done, "seconds_left": left})

    def _fraction(self) -> float:
        """Return the share that is done: of what is made, by the time that each stage takes."""
        asked, ended = _asked(self._known), _ended(self._known)
        begun = [i for i, stage in enumerate(self._stages) if any(asked[kind] for kind in stage.kinds)]
        last = max(self._step, *begun, -1)
        done, needed, made_before = 0.0, 0.0, 1.0
        for index, stage in enumerate(self._stages):
            number, there = (sum(of[kind] for kind in stage.kinds) for of in (asked, self._reused))
            if number:
                made_before = (number - there) / number
            expected = made_before if number else max(made_before, LEAST_TO_MAKE) if index > last else 0.0
            weight = stage.share * (1.0 if stage.step else expected)
            needed += weight
            if index < last:
                done += weight
            elif index == last and number > there:
                done += weight * (sum(ended[kind] for kind in stage.kinds) - there) / (number - there)
        return done / needed if needed else 1.0


def _asked(summary: QueueSummary) -> Counter[str]:
    """Return how many takes of each kind were asked for."""
    asked = Counter[str]()
    for count in summary.counts:
        asked[count.kind] += count.number
    return asked


def _ended(summary: QueueSummary) -> defaultdict[str, float]:
    """Return how many takes of each kind are made, or will never be; those under way count in part."""
    ended = defaultdict[str, float](float)
    for count in summary.counts:
        ended[count.kind] += 0 if count.state in ("waiting", "running") else count.number
    for job in summary.running:
        ended[job.kind] += job.progress
    return ended


EVENT_SECONDS = 1.0
"""Seconds between two events of a run about how much is done."""


class BuildEvents:
    """A build as a run: passes on how far it is to `listen`, tells its `run`, once there is one, and ends with that."""

    def __init__(self, listen: Callable[[QueueSummary], None]) -> None:
        self.run: RunLog | None = None
        self._listen, self._told, self._last = listen, "", 0.0

    def __call__(self, summary: QueueSummary) -> None:
        """Tell what is new. Raises RunCancelled if the run was cancelled."""
        self._listen(summary)
        if self.run is None:
            return
        for kind, said in (("note", summary.notes), ("fault", summary.faults)):
            for message in said:
                self.run.tell(kind, message=message)
        doing = [summary.step] if summary.step else [job.label for job in summary.running]
        told = f"{summary.fraction:.2f} {doing}"
        if told != self._told and time.monotonic() - self._last >= EVENT_SECONDS:
            self._told, self._last = told, time.monotonic()
            self.run.tell("progress", fraction=round(summary.fraction, 3), doing=doing)
        self.run.require_wanted()
