"""Which captures of a scene are seen when, fitted to the marks; and the pauses in the narration that this takes."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from ..base.clock import on_frame
from ..base.errors import SourceError
from ..base.frozen import Frozen
from ..capture.take import CaptureTake
from ..episode.capture_block import Capture
from ..episode.model import Scene
from ..episode.source import SCRIPT
from .clip_cues import clips_need_until
from .fit import FitPlan, NarrationPause, fit, lead_seconds
from .narration import NarrationTiming
from .overlay_cues import has_captures, opening_card_end, overlays_need_until
from .retime import scene_time_of

SHORTEST_SCENE = 2.0
"""Seconds that a scene, and a capture in it, lasts at least."""
SHORTEST_CARD = 2.4
"""Seconds for which an opening card is seen at least before its capture comes into view."""
LEAD = 1.0
"""Seconds for which a capture is in view before its first marked effect; more where what leads to it takes longer."""
HOLD = 0.8
"""Seconds for which what a capture did last is seen at least."""
READING = 1.5
"""Seconds for which what the last step of a scene brought is seen at least, the transition to the next included."""
NEGLIGIBLE = 0.02
"""Seconds by which a plan may end late: less than a frame."""


class CaptureSegment(Frozen):
    """Capture `capture` is seen from `start` to `end` (seconds of the scene) by `plan`."""

    capture: str
    start: float
    end: float
    plan: FitPlan


def segment_captures(
    scene: Scene, narration: NarrationTiming, takes: Mapping[str, CaptureTake], fps: int
) -> tuple[tuple[CaptureSegment, ...], list[NarrationPause]]:
    """Return the scene's captures one after another, and the pauses they need.

    `takes` by capture id. Raises SourceError where a capture was not recorded.
    """
    shown = _ShownScene(scene, narration, takes, fps)
    captures = scene.captures if has_captures(scene) else ()
    segments: list[CaptureSegment] = []
    pauses: list[NarrationPause] = []
    for capture, following in zip(captures, (*captures[1:], None), strict=False):
        take = shown.take(capture)
        start = on_frame(segments[-1].end if segments else _first_segment_start(shown, capture), fps)
        end = _segment_end(shown, capture, take, following, start)
        plan = fit(take, narration.marks, start, end, fps)
        pauses += _pauses(shown, capture, plan, start)
        pauses += _overlap_pauses(following, plan, end)
        segments.append(CaptureSegment(capture=capture.id, start=start, end=end, plan=plan))
    return _extend_segments(shown, tuple(segments)), pauses


def scene_seconds(scene: Scene, narration: NarrationTiming, segments: tuple[CaptureSegment, ...], fps: int) -> float:
    """Return how long the scene lasts: its narration and pauses, or longer where footage, overlays or clips need it."""
    spoken = narration.end + scene.after if scene.lines else 0.0
    filmed = max((segment.end for segment in segments), default=0.0)
    drawn = max(overlays_need_until(scene, narration.marks), clips_need_until(scene, narration.marks))
    return on_frame(max(spoken, filmed, drawn, SHORTEST_SCENE), fps)


@dataclass(frozen=True)
class _ShownScene:
    """A scene whose captures are put in time, with its narration and the recordings by capture id."""

    scene: Scene
    narration: NarrationTiming
    takes: Mapping[str, CaptureTake]
    fps: int

    @property
    def marks(self) -> dict[str, float]:
        return self.narration.marks

    def take(self, capture: Capture) -> CaptureTake:
        if capture.id in self.takes:
            return self.takes[capture.id]
        message = f'capture "{capture.id}" of scene "{self.scene.id}" was not recorded; build again'
        raise SourceError(SCRIPT, capture.line, message)

    def first_step_mark(self, capture: Capture) -> float:
        """Return when the first marked step is due (infinity: no step has a mark)."""
        return next((self.marks[step.at] for step in capture.steps if step.at), math.inf)

    def lead(self, capture: Capture) -> float:
        """Return for how many seconds a capture is in view before its first marked effect."""
        return max(LEAD, lead_seconds(self.take(capture)))

    def own_start(self, capture: Capture) -> float | None:
        """Return when the author wants the capture to come into view, if that is before its first marked step."""
        mark = self.marks[capture.at] if capture.at else math.inf
        return mark if mark < self.first_step_mark(capture) else None


def _first_segment_start(shown: _ShownScene, capture: Capture) -> float:
    """Return when the first capture comes into view: at its mark, else with the scene or after its opening card."""
    own = shown.own_start(capture)
    if own is not None:
        return own
    card = opening_card_end(shown.scene, shown.marks)
    return min(card, max(shown.first_step_mark(capture) - shown.lead(capture), SHORTEST_CARD)) if card else 0.0


def _segment_end(
    shown: _ShownScene, capture: Capture, take: CaptureTake, following: Capture | None, start: float
) -> float:
    """Return when a capture goes out of view: with its scene, or as the next one comes."""
    if following is None:
        return _last_segment_end(shown, take, start)
    marked = [shown.marks[step.at] for step in capture.steps if step.at]
    least = max(max(marked, default=start + SHORTEST_SCENE - HOLD) + HOLD, start + SHORTEST_SCENE)
    if following.at is None and shown.first_step_mark(following) == math.inf:
        return on_frame(max(least, fit(take, shown.marks, start, least, shown.fps).pieces[-1].end), shown.fps)
    own = shown.own_start(following)
    return on_frame(max(least, own if own is not None else _latest_start(shown, following)), shown.fps)


def _last_segment_end(shown: _ShownScene, take: CaptureTake, start: float) -> float:
    spoken = shown.narration.end + shown.scene.after if shown.scene.lines else start + SHORTEST_SCENE
    least = max(spoken, start + SHORTEST_SCENE)
    plan = fit(take, shown.marks, start, least, shown.fps)
    return on_frame(max(least, plan.pieces[-1].end, _last_effect_seen(take, plan) + READING), shown.fps)


def _last_effect_seen(take: CaptureTake, plan: FitPlan) -> float:
    """Return when what the last step brought is seen: the last picture that came before the step was over."""
    if not take.events or take.kind == "footage":
        return 0.0
    return scene_time_of(plan, max((time for time in take.times if time <= take.events[-1].end), default=0.0))


def _latest_start(shown: _ShownScene, capture: Capture) -> float:
    """Return when a capture has to come into view for its first marked step to be on time."""
    first, lead = shown.first_step_mark(capture), shown.lead(capture)
    plan = fit(shown.take(capture), shown.marks, first - lead, first + SHORTEST_SCENE, shown.fps)
    mark = next(step.at for step in capture.steps if step.at)
    return first - lead - sum(pause.seconds for pause in plan.pauses if pause.mark == mark)


def _first_mark(capture: Capture) -> str | None:
    return capture.at or next((step.at for step in capture.steps if step.at), None)


def _overlap_pauses(following: Capture | None, plan: FitPlan, end: float) -> list[NarrationPause]:
    """Delay the words that bring the next capture where this one is not done when the next comes into view."""
    mark = _first_mark(following) if following else None
    late = plan.pieces[-1].end - end
    return [NarrationPause(mark=mark, seconds=late)] if mark and late > NEGLIGIBLE else []


def _pauses(shown: _ShownScene, capture: Capture, plan: FitPlan, start: float) -> list[NarrationPause]:
    """Return what the footage asks for, and time for a step whose mark comes before its capture is in view."""
    early = [step.at for step in capture.steps if step.at and shown.marks[step.at] < start - 1e-6]
    return [
        *_card_pause(shown, capture),
        *plan.pauses,
        *(NarrationPause(mark=mark, seconds=start - shown.marks[mark] + 0.5) for mark in early[:1]),
    ]


def _card_pause(shown: _ShownScene, capture: Capture) -> list[NarrationPause]:
    """Give time to read the card that opens the scene, where the words that end it come too early."""
    mark = _first_mark(capture)
    card = min(opening_card_end(shown.scene, shown.marks), SHORTEST_CARD)
    short = card - shown.marks.get(mark or "", math.inf)
    is_first = capture is shown.scene.captures[0]
    return [NarrationPause(mark=mark, seconds=short)] if mark and is_first and short > 1e-6 else []


def _extend_segments(shown: _ShownScene, segments: tuple[CaptureSegment, ...]) -> tuple[CaptureSegment, ...]:
    """Let the last capture stay until the scene ends, and each one before until the next comes."""
    if not segments:
        return ()
    duration = scene_seconds(shown.scene, shown.narration, segments, shown.fps)
    last = segments[-1]
    if duration > last.end:
        plan = fit(shown.takes[last.capture], shown.marks, last.start, duration, shown.fps)
        last = last.model_copy(update={"plan": plan})
    ends = [*(segment.start for segment in segments[1:]), duration]
    return tuple(
        segment.model_copy(update={"end": end}) for segment, end in zip((*segments[:-1], last), ends, strict=True)
    )
