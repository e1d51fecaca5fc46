"""A session that was recorded elsewhere: what the steps of a script do is found in it."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from ...episode.screen import Step
from ...errors import LecternError
from ..claims import holds, instead, stands
from ..fault import StepFault
from ..request import CaptureRequest
from ..take import KeyPress
from .cast import Cast, read_cast
from .replay import POINTING, Replay, Span
from .screen import Look

_ENTER = ("enter", "return")


def read_import(file: Path, request: CaptureRequest) -> Cast:
    """The cast that `request` shows; LecternError where it is none, or where something should be done in it."""
    if request.hidden or request.finally_:
        raise LecternError(f'{request.cast} was recorded before: it takes no "hidden" and no "finally" steps')
    cast = read_cast(file)
    if not cast.outputs:
        raise LecternError(f"{request.cast} holds no output")
    return cast


def spans_of(steps: tuple[Step, ...], cast: Cast, shown: Replay) -> tuple[list[Span], tuple[KeyPress, ...]]:
    """When each step happens in the cast; the keys that steps press.

    `type` and `run` are where the text has been typed (they begin with its first character), `wait` where its condition
    is met, `press` at the next picture, a `moment` when it says. StepFault where one does not happen, or not in its turn.
    """
    found: list[_Found] = []
    cursor = 0
    for index, step in enumerate(steps):
        found.append(_find(index, step, cursor, shown, cast))
        cursor = found[-1].last
    spans = [_span(one, after, cast, shown) for one, after in zip(found, [*found[1:], None], strict=True)]
    for before, span in pairwise(spans):
        if span.start < before.start:
            raise StepFault("steps", span.index, steps[span.index], f"the step above is done later, at {before.start:.2f} s")
    for step, span in zip(steps, spans, strict=True):
        _expect(step, span, shown)
    pressed = [(span, step) for span, step in zip(spans, steps, strict=True) if step.action == "press"]
    return spans, tuple(KeyPress(time=span.start, keys=key) for span, step in pressed for key in step.value.split())


@dataclass(frozen=True)
class _Found:
    """A step from its first picture to the one at which it is done."""

    index: int
    step: Step
    first: int
    last: int


def _find(index: int, step: Step, cursor: int, shown: Replay, cast: Cast) -> _Found:
    if step.action in ("type", "run"):
        return _typed(index, step, cursor, shown)
    if step.action == "press":
        place = min(cursor + 1, len(shown.looks) - 1)
        return _Found(index, step, place, place)
    if step.action == "highlight":
        return _pointed(index, step, cursor, shown)
    if step.action in ("wait", "moment"):
        place = _awaited(index, step, cursor, shown, cast) if step.wait else _at(index, step, shown, cast)
        return _Found(index, step, place, place)
    raise StepFault("steps", index, step, "a recorded cast can't do that; it has type, run, press, wait, highlight and moment")


def _at(index: int, step: Step, shown: Replay, cast: Cast) -> int:
    """The picture that is seen at the moment of the step."""
    moment = step.moment or 0.0
    if moment > cast.duration:
        raise StepFault("steps", index, step, f"{moment:g} s is beyond the end of the cast, which lasts {cast.duration:.2f} s")
    place = shown.index(moment)
    if step.target and step.target.text and len(shown.looks[place].where(step.target.text)) < (step.target.nth or 1):
        raise _missing(index, step, place, shown, f'"{step.target.text}" is not on the screen')
    return place


def _typed(index: int, step: Step, cursor: int, shown: Replay) -> _Found:
    """The picture with all of the text on the cursor's line, and back to its first character."""
    text = step.value.rstrip()
    last = next((i for i in range(cursor, len(shown.looks)) if text and text in shown.looks[i].line), None)
    if last is None:
        raise _missing(index, step, cursor, shown, f'"{text}" is not typed in it')
    line = shown.looks[last].line
    prompt, first = line[: line.rindex(text)], last
    while first > cursor and _begun(shown.looks[first - 1], prompt, text):
        first -= 1
    return _Found(index, step, first, last)


def _begun(look: Look, prompt: str, text: str) -> bool:
    """Whether the first characters of `text` stand behind the prompt."""
    typed = look.line[len(prompt) :].rstrip()
    return look.line.startswith(prompt) and bool(typed) and text.startswith(typed)


def _pointed(index: int, step: Step, cursor: int, shown: Replay) -> _Found:
    text = (step.target.text if step.target else None) or ""
    nth = (step.target.nth if step.target else None) or 1
    for place in range(cursor, len(shown.looks)):
        if len(shown.looks[place].where(text)) >= nth:
            return _Found(index, step, place, place)
    raise _missing(index, step, cursor, shown, f'"{text}" is not on the screen')


def _awaited(index: int, step: Step, cursor: int, shown: Replay, cast: Cast) -> int:
    wait = step.wait
    assert wait is not None
    if wait.idle is not None:
        return _idle(index, step, cursor, shown, cast.duration)
    if wait.text is None and wait.gone is None:
        raise StepFault("steps", index, step, "in a recorded cast, wait for a text, for one to go, or for idle")
    wanted, there = wait.text or wait.gone or "", wait.text is not None
    for place in range(cursor, len(shown.looks)):
        if stands(wanted, shown.looks[place].written) == there:
            return place
    raise _missing(index, step, cursor, shown, f'"{wanted}" does not {"come" if there else "go"}')


def _idle(index: int, step: Step, cursor: int, shown: Replay, duration: float) -> int:
    """The picture that stays for long enough."""
    wanted = (step.wait and step.wait.idle) or 0.0
    times = (*shown.times, duration)
    for place in range(cursor, len(shown.times)):
        if times[place + 1] - times[place] >= wanted:
            return place
    raise _missing(index, step, cursor, shown, f"nothing stands still for {wanted:g} s")


def _span(one: _Found, after: _Found | None, cast: Cast, shown: Replay) -> Span:
    """Until the next step begins."""
    times, step, target = shown.times, one.step, one.step.target
    sought = (target.text or "") if target and step.action in POINTING else ""
    start = _begins(one, times)
    met = max(start, times[one.last] + (step.wait.idle or 0.0 if step.wait else 0.0))
    end = times[max(after.first - 1, one.last)] if after else cast.duration
    return Span(one.index, step.action, start, met, start if sought else max(end, met), sought, (target and target.nth or 1) - 1)


def _begins(one: _Found, times: tuple[float, ...]) -> float:
    """Its moment, the picture that is waited for or pointed at, or just before the first picture, which is then its effect."""
    if one.step.moment is not None:
        return one.step.moment
    if one.step.action in ("wait", "highlight"):
        return times[one.first]
    return (times[one.first] + times[max(one.first - 1, 0)]) / 2


def _expect(step: Step, span: Span, shown: Replay) -> None:
    if step.expect and not any(
        holds(step.expect, look.written) for t, look in zip(shown.times, shown.looks, strict=True) if span.start <= t <= span.end
    ):
        there = instead(step.expect, shown.at(span.end).written)
        raise StepFault("steps", span.index, step, f'"{step.expect}" should be on the screen, and is not; nearest is {there}')


def _missing(index: int, step: Step, cursor: int, shown: Replay, what: str) -> StepFault:
    lines = "\n".join(f"    {line}" for line in shown.looks[-1].written.splitlines()[-12:] if line.strip())
    after = f"after {shown.times[cursor]:.1f} s of the cast "
    return StepFault("steps", index, step, f"{after}{what}; in the end the terminal shows:\n{lines}")
