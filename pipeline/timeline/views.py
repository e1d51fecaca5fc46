"""Which captures of a scene are seen when, fitted to the marks; and the pauses that this takes."""

import math
from collections.abc import Mapping

from ..capture.fit import fit
from ..capture.plan import FitPlan, Pause
from ..capture.retime import retime
from ..capture.take import CaptureTake
from ..episode.model import Scene
from ..episode.screen import Capture
from ..errors import LecternError
from ..layout.clips import clips_need
from ..layout.cues import filmed, opening_card, overlays_need
from ..model import Frozen
from .telling import Told, on_frame

SHORTEST_SCENE = 2.0
SHORTEST_CARD = 2.4
"""An opening card stays at least so long before its capture comes into view."""
LEAD = 1.0
"""A capture comes into view so long before its first marked step; earlier where the step takes longer to film."""
HOLD = 0.8
"""What a capture did last stays at least so long."""
READING = 1.5
"""What the last step of a scene brought stays at least so long, the transition to the next scene included."""
NEGLIGIBLE = 0.02
"""Seconds by which a plan may end late: less than a frame."""


class View(Frozen):
    """Capture `capture` is seen from `start` to `end` by `plan`."""

    capture: str
    start: float
    end: float
    plan: FitPlan


def show(
    scene: Scene, told: Told, captures: Mapping[str, CaptureTake], fps: int
) -> tuple[tuple[View, ...], list[Pause]]:
    """The captures one after another, and the pauses they need; LecternError where one was not recorded."""
    shown = scene.captures if filmed(scene) else ()
    views: list[View] = []
    wanted: list[Pause] = []
    for capture, following in zip(shown, (*shown[1:], None), strict=False):
        take = _take(scene, capture, captures)
        start = on_frame(_first_comes(scene, capture, told) if not views else views[-1].end, fps)
        end = _ends(scene, capture, take, following, captures, start, told, fps)
        plan = fit(take, told.marks, start, end, fps)
        wanted += _pauses(scene, capture, plan, start, told)
        wanted += _collision(following, plan, end)
        views.append(View(capture=capture.id, start=start, end=end, plan=plan))
    return _last_until(scene, tuple(views), told, captures, fps), wanted


def scene_seconds(scene: Scene, told: Told, views: tuple[View, ...], fps: int) -> float:
    """How long the scene lasts: its narration and pauses, or longer where its footage or its overlays need that."""
    spoken = told.end + scene.after if scene.lines else 0.0
    seen = max((v.end for v in views), default=0.0)
    shown = max(overlays_need(scene, told.marks), clips_need(scene, told.marks))
    return on_frame(max(spoken, seen, shown, SHORTEST_SCENE), fps)


def _take(scene: Scene, capture: Capture, captures: Mapping[str, CaptureTake]) -> CaptureTake:
    if capture.id in captures:
        return captures[capture.id]
    raise LecternError(f'script.md:{capture.line}: capture "{capture.id}" of scene "{scene.id}" was not recorded')


def _first_step(capture: Capture, told: Told) -> float:
    """The mark of the first step that has one (infinite: none has)."""
    return next((told.marks[s.at] for s in capture.steps if s.at), math.inf)


def _own_mark(capture: Capture, told: Told) -> float | None:
    """When the author wants the capture to come into view, if that is before its first step."""
    mark = told.marks[capture.at] if capture.at else math.inf
    return mark if mark < _first_step(capture, told) else None


def _first_comes(scene: Scene, capture: Capture, told: Told) -> float:
    """The first capture comes with its mark, else with the scene or after the card that opens it."""
    own = _own_mark(capture, told)
    card = opening_card(scene, told.marks)
    if own is not None:
        return own
    return min(card, max(_first_step(capture, told) - LEAD, SHORTEST_CARD)) if card else 0.0


def _ends(
    scene: Scene,
    capture: Capture,
    take: CaptureTake,
    following: Capture | None,
    captures: Mapping[str, CaptureTake],
    start: float,
    told: Told,
    fps: int,
) -> float:
    """When a capture goes out of view: with its scene, or as the next comes."""
    if following is None:
        wanted = max(told.end + scene.after, start + SHORTEST_SCENE) if scene.lines else start + SHORTEST_SCENE
        plan = fit(take, told.marks, start, wanted, fps)
        return on_frame(max(wanted, plan.pieces[-1].end, _outcome(take, plan) + READING), fps)
    last = max([told.marks[s.at] for s in capture.steps if s.at], default=start + SHORTEST_SCENE - HOLD)
    least = max(last + HOLD, start + SHORTEST_SCENE)
    if following.at is None and _first_step(following, told) == math.inf:
        return on_frame(max(least, fit(take, told.marks, start, least, fps).pieces[-1].end), fps)
    own = _own_mark(following, told)
    comes = own if own is not None else _early_enough(following, _take(scene, following, captures), told, fps)
    return on_frame(max(least, comes), fps)


def _outcome(take: CaptureTake, plan: FitPlan) -> float:
    """When what the last step brought is seen: the last picture that came before the step was over."""
    if not take.events or take.kind == "footage":
        return 0.0
    return retime(plan, max((time for time in take.times if time <= take.events[-1].end), default=0.0))


def _early_enough(capture: Capture, take: CaptureTake, told: Told, fps: int) -> float:
    """When a capture has to come into view for its first step to be on its mark."""
    first = _first_step(capture, told)
    plan = fit(take, told.marks, first - LEAD, first + SHORTEST_SCENE, fps)
    mark = next(s.at for s in capture.steps if s.at)
    return first - LEAD - sum(p.seconds for p in plan.pauses if p.mark == mark)


def _first_mark(capture: Capture) -> str | None:
    return capture.at or next((s.at for s in capture.steps if s.at), None)


def _collision(following: Capture | None, plan: FitPlan, end: float) -> list[Pause]:
    """A capture that is not done when the next comes into view delays the words that bring the next."""
    mark = _first_mark(following) if following else None
    late = plan.pieces[-1].end - end
    return [Pause(mark=mark, seconds=late)] if mark and late > NEGLIGIBLE else []


def _pauses(scene: Scene, capture: Capture, plan: FitPlan, start: float, told: Told) -> list[Pause]:
    """What the footage asks for, and time for a step whose mark comes before its capture is in view."""
    early = [s.at for s in capture.steps if s.at and told.marks[s.at] < start - 1e-6]
    return [
        *_card_pause(scene, capture, told),
        *plan.pauses,
        *(Pause(mark=m, seconds=start - told.marks[m] + 0.5) for m in early[:1]),
    ]


def _card_pause(scene: Scene, capture: Capture, told: Told) -> list[Pause]:
    """Time to read the card that opens the scene, where the words that end it come too early."""
    mark = _first_mark(capture)
    short = min(opening_card(scene, told.marks), SHORTEST_CARD) - told.marks.get(mark or "", math.inf)
    return [Pause(mark=mark, seconds=short)] if mark and capture is scene.captures[0] and short > 1e-6 else []


def _last_until(
    scene: Scene, views: tuple[View, ...], told: Told, captures: Mapping[str, CaptureTake], fps: int
) -> tuple[View, ...]:
    """The last capture stays until the scene ends; each one before until the next comes."""
    if not views:
        return ()
    duration = scene_seconds(scene, told, views, fps)
    ends = [*(v.start for v in views[1:]), duration]
    last = views[-1]
    plan = fit(captures[last.capture], told.marks, last.start, duration, fps) if duration > last.end else last.plan
    plans = [*(v.plan for v in views[:-1]), plan]
    return tuple(
        v.model_copy(update={"end": end, "plan": plan}) for v, end, plan in zip(views, ends, plans, strict=True)
    )
