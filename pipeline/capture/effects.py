"""When a recording shows what a step is for: a command's output, not its typing; what a click brought, not the pressed button.

It is read from the finished take, and so holds for recordings that were made before, too.
"""

from collections.abc import Sequence
from itertools import pairwise

from ..episode.steps import Step
from .take import FRAME, CaptureTake, StepEvent, VisibleText
from .text_claims import claim_holds, closed_up

ANSWERED = 0.2
"""Seconds within which a page or a program shows what a click did once the button is up."""


def effect_of(event: StepEvent, step: Step, take: CaptureTake) -> float:
    """Return the second of the recording at which what `step` is for is seen.

    A command that is run takes effect when its output comes (what it expects, if it says so), and a click when the button is
    up. (Of what is entered in a browser or at a desktop, the recorder has noted the first change after Enter.) Any other step,
    and one whose effect can't be told apart, takes effect when it first changes the picture.
    """
    if step.action == "click":
        return _effect_of_click(event, take)
    if take.kind in ("terminal", "editor") and is_answered(step):
        return _effect_of_command(event, step, take)
    return event.effect


def is_answered(step: Step) -> bool:
    """Return whether a program answers the step: it ends with Enter."""
    return step.action == "run" or step.enter or (step.action == "press" and step.value.split()[-1:] == ["Enter"])


def releases(event: StepEvent, take: CaptureTake) -> list[float]:
    """Return when a mouse button came up during a step (seconds of the recording)."""
    return [
        after.time
        for before, after in pairwise(take.pointer)
        if before.pressed and not after.pressed and event.start <= after.time <= event.end
    ]


def _effect_of_click(event: StepEvent, take: CaptureTake) -> float:
    released = releases(event, take)
    if not released:
        return event.effect
    answers = (time for time in take.times if released[-1] < time <= released[-1] + ANSWERED)
    return max(event.effect, next(answers, event.effect))


def _effect_of_command(event: StepEvent, step: Step, take: CaptureTake) -> float:
    """Return when the first text comes that is not the command itself; with `expect`, when that text does."""
    following = [other.start for other in take.events if other.start >= event.end and other.index != event.index]
    end = max(min(following, default=take.duration), event.end) + FRAME
    before = [entry for entry in take.text if entry.time < event.start]
    shown = [*before[-1:], *(entry for entry in take.text if event.start <= entry.time <= end)]
    entered = _entered(shown, step.value if step.action in ("run", "type", "paste") else "")
    if entered is None:
        return event.effect
    answers = [entry for entry in shown[entered + 1 :] if entry.boxes != shown[entered].boxes]
    if step.expect:
        command = shown[entered]
        expected = (entry.time for entry in answers if _claimed(step.expect, entry) > _claimed(step.expect, command))
        return next(expected, answers[0].time if answers else event.effect)
    return answers[0].time if answers else event.effect


def _entered(shown: Sequence[VisibleText], command: str) -> int | None:
    """Return the index of the first entry that shows the whole command, once more than the first one does.

    None: it is never seen (what is typed unseen, or at a screen that a program fills).
    """
    if not shown or not command.strip():
        return 0 if shown and not command else None
    wanted = closed_up(command)
    times = [closed_up(_text(entry)).count(wanted) for entry in shown]
    return next((index for index, count in enumerate(times) if count > times[0]), None)


def _claimed(claim: str, entry: VisibleText) -> int:
    """Return how many lines say what `claim` does; at least 1 where it goes on from one line to the next."""
    return max(sum(claim_holds(claim, box.text) for box in entry.boxes), claim_holds(claim, _text(entry)))


def _text(entry: VisibleText) -> str:
    return "\n".join(box.text for box in entry.boxes)
