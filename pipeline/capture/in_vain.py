"""Steps that change nothing on the screen, texts that are expected though they prove nothing, and fields that held a text.

All are read from the finished take, its events with the pictures and the text between them. What is not sure is not said.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..base.errors import FilmFinding
from ..episode.capture_block import Capture
from ..episode.capture_kinds import Action
from ..episode.model import Scene
from ..episode.steps import Step
from .effects import releases
from .fault import step_text
from .run_together import run_together
from .take import CaptureTake, StepEvent, TextBox, VisibleText
from .text_claims import claim_holds, closed_up

_KEYBOARD: tuple[Action, ...] = ("type", "paste", "press")
_BY_EFFECT: tuple[Action, ...] = ("click", "drag", "scroll", "run", *_KEYBOARD)
"""Actions that are right only by what they bring about. All others say what is to be there, and fail where it isn't."""
_LOOKING: tuple[Action, ...] = ("wait", "highlight", "hover", "scroll", "moment")
"""Actions that bring nothing up: a text that is expected of them is one to look at."""
_WAITING: tuple[Action, ...] = ("wait", "highlight", "moment")
"""Actions during which still comes what a step before has brought about."""
_PRESSED = 0.5
"""Seconds after a click in which a page may show that it was clicked at, and nothing else."""
_JUST_BEFORE = 1e-3
_UNSEEN = re.compile(r"(?:control|ctrl|meta|cmd|command)\+(?:shift\+)?(?:[sc]|insert)|(?:shift\+)?tab", re.I)
"""Keys that save, copy, or go to the next field, which may show nothing."""
_OF_THE_BROWSER = re.compile(
    r"(?:alt|meta|cmd|command)\+(?:arrow)?(?:left|right)|f5|(?:control|ctrl|meta|cmd|command)\+(?:shift\+)?[rtwnl]",
    re.I,
)
"""Keys that a browser takes for itself, where a person presses them."""


def vain_findings(scenes: Iterable[Scene], takes: Mapping[str, CaptureTake]) -> Iterator[FilmFinding]:
    """Yield a finding for each step in captures (by id: their takes) that was done, or checked, in vain."""
    for scene in scenes:
        for capture in (capture for capture in scene.captures if capture.id in takes and not capture.cast):
            take, steps = takes[capture.id], capture.steps
            said = [(steps[index], _idle_message(capture, steps[index])) for index in idle_steps(take, steps)]
            said += [(steps[index], message) for index, message in empty_claims(take, steps)]
            typed = run_together if capture.kind == "editor" else fields_added_to
            said += [(steps[index], message) for index, message in typed(take, steps)]
            for step, message in sorted(said, key=lambda pair: pair[0].line):
                yield FilmFinding(f'scene "{scene.id}": {message}', step.line or capture.line)


# Steps that change nothing


def idle_steps(take: CaptureTake, steps: Sequence[Step]) -> tuple[int, ...]:
    """Return the indices of those of the recorded `steps` that are to change the screen, and after which it is as it was."""
    return tuple(
        event.index
        for event in (take.events if take.looks else ())
        if _is_to_be_seen(steps[event.index])
        and not _is_a_beginning(steps[event.index], steps[event.index + 1 :])
        and not _changes_screen(take, event, steps[event.index])
    )


def _is_a_beginning(step: Step, later: Iterable[Step]) -> bool:
    """Return whether keys go on from a step: the first of several, and a click that gives the focus, may show nothing."""
    following = next((other for other in later if other.action != "wait"), None)
    keys_come = following is not None and following.action in _KEYBOARD and following.target is None
    return keys_come and step.action in ("click", *_KEYBOARD)


def _is_to_be_seen(step: Step) -> bool:
    """Return whether the step is right only by what it brings about, and nothing but the screen tells that."""
    if step.action not in _BY_EFFECT:
        return False
    to_target = step.action == "scroll" and not step.value
    unseen = step.action == "press" and any(_UNSEEN.fullmatch(keys) for keys in step.value.split())
    return not (step.expect or step.secret or to_target or unseen)


def _changes_screen(take: CaptureTake, event: StepEvent, step: Step) -> bool:
    """Return whether the picture, or a browser's bar, is another one after the step than right before it acted."""
    end = _end_of_effects(take, event)
    if any(event.start <= bar.time < end for bar in take.bars[1:]):
        return True
    is_typed = step.enter or step.action == "run"  # the typing is seen, and its effect comes after Enter
    pressed, released = (event.start, event.start) if is_typed else _press_times(take, event)
    before = take.looks[_picture_at(take, pressed - _JUST_BEFORE)]
    first = _picture_at(take, min(released, end - _JUST_BEFORE))
    after = [look for look, time in zip(take.looks[first:], take.times[first:], strict=True) if time < end]
    return any(look != before for look in after)


def _press_times(take: CaptureTake, event: StepEvent) -> tuple[float, float]:
    """Return when the step acted, and from when on what is seen comes of that: of a click, not how a button looks pressed."""
    released = releases(event, take) if event.action == "click" else []
    pressed = [point.time for point in take.pointer if point.pressed and event.start <= point.time <= event.end]
    return (pressed[0], released[-1] + _PRESSED) if released else (event.effect, event.effect)


def _end_of_effects(take: CaptureTake, event: StepEvent) -> float:
    """Return until when what changes comes of a step: until the next one begins, which may have to wait for what it needs."""
    later = next((o for o in take.events if o.index > event.index and o.action not in _WAITING), None)
    if later is None:
        return take.duration
    return next((point.time for point in take.pointer if later.start <= point.time <= later.end), later.start)


def _picture_at(take: CaptureTake, time: float) -> int:
    return max(i for i, since in enumerate(take.times) if i == 0 or since <= time)


def _idle_message(capture: Capture, step: Step) -> str:
    return f'"{step_text(step)}" changes nothing on the screen{_way_out(capture, step)}'


def _way_out(capture: Capture, step: Step) -> str:
    if step.action == "press" and capture.kind in ("browser", "ide") and _OF_THE_BROWSER.fullmatch(step.value.strip()):
        return ", for the page gets the keys and not the browser around it; to go to a page, back or again, write - open: ADDRESS"
    if step.action == "scroll":
        return ": there is nothing more to scroll that way; leave it out, or name what is to be seen, - scroll: {text: TEXT}"
    mended = {
        "click": "click something else, write hover: if the pointer alone brings it up",
        "drag": "drag something else",
        "press": "press other keys",
    }
    focus = "" if step.action in ("click", "drag") else ", or click first where the keys are to go"
    return (
        f"; {mended.get(step.action, 'correct it')}{focus}, or leave it out. With expect: and a text that it is to bring up, the "
        "recording fails where that doesn't come"
    )


# Texts that prove nothing


def empty_claims(take: CaptureTake, steps: Sequence[Step]) -> Iterator[tuple[int, str]]:
    """Yield the indices of those of the recorded `steps` whose `expect` is met without what they do, and a sentence that says how.

    Of a command in a terminal, it is held against the answer when it is recorded.
    """
    for event in take.events:
        step = steps[event.index]
        if not step.expect or step.action in _LOOKING or _is_answered(take, step):
            continue
        way = "expect a text that only this step brings up"
        before = [entry for entry in take.text if entry.time < event.start]
        after = [entry for entry in take.text if entry.time < _end_of_effects(take, event)]
        said = _saying(step.expect, after[-1]) if after else []
        if before and said and _all_stood(said, _saying(step.expect, before[-1]), take.kind == "terminal"):
            yield (
                event.index,
                f'"{step.expect}" is on the screen before "{step_text(step)}" already, so its expect: proves nothing; {way}',
            )
        elif said and _is_echo(step, event, said):
            yield (
                event.index,
                f'"{step.expect}" is on the screen only as "{step_text(step)}" types it, so its expect: proves nothing; {way}',
            )


def _is_answered(take: CaptureTake, step: Step) -> bool:
    """Return whether only what came after the command line has met the claim (`terminal/outcome.py`)."""
    return (take.kind == "terminal" and step.enter) or (take.kind in ("terminal", "editor") and step.action == "run")


def _saying(claim: str, entry: VisibleText) -> list[TextBox]:
    """Return the lines that say what `claim` does."""
    return [box for box in entry.boxes if claim_holds(claim, box.text)]


def _all_stood(now: Sequence[TextBox], before: Sequence[TextBox], moves: bool) -> bool:
    """Return whether all lines are those of `before`, at the same places too, unless the screen `moves` them by itself."""
    if moves:
        return Counter(line.text for line in now) <= Counter(line.text for line in before)
    return all(line.stands_among(before) for line in now)


def _is_echo(step: Step, event: StepEvent, said: Sequence[TextBox]) -> bool:
    """Return whether what was entered is all that says what is expected: in its field, or as part of the whole command."""
    if not (step.enter or step.action == "run") or not claim_holds(step.expect or "", step.value):
        return False
    field = event.target if step.target else None
    typed, is_part = closed_up(step.value), closed_up(step.expect or "") != closed_up(step.value)
    return all(
        (field is not None and field.overlaps(line.box)) or (is_part and typed in closed_up(line.text)) for line in said
    )


# Fields that held a text


def fields_added_to(take: CaptureTake, steps: Sequence[Step]) -> Iterator[tuple[int, str]]:
    """Yield the indices of those of the recorded `steps` that add to a text that a field held, and a sentence that says how.

    Who types into a field twice in turn, or begins with a space, goes on with it.
    """
    for event in take.events:
        step = steps[event.index]
        goes_on = event.index > 0 and steps[event.index - 1].action in _KEYBOARD
        if step.action != "type" or event.target is None or goes_on or step.value[:1] in ("", " ", "\n"):
            continue
        before = [entry for entry in take.text if entry.time < event.start]
        after = [entry for entry in take.text if entry.time < _end_of_effects(take, event)]
        if not (before and after):
            continue
        held = [box.text for box in before[-1].boxes if event.target.overlaps(box.box)]
        now = {box.text for box in after[-1].boxes if event.target.overlaps(box.box)}
        for text in (text for text in held if text and text + step.value in now):
            yield (
                event.index,
                f'"{step_text(step)}" adds to "{text}", which is in the field already; to replace that, '
                "click the field and write - press: Control+A before",
            )
