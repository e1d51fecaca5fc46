"""A session that was recorded elsewhere: what the steps of a script do is found in it."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from ...base.errors import LecternError
from ...episode.steps import Step
from ...jobs.recipe import JobContext
from ..chromium import chromium
from ..fault import StepFault, keep_picture
from ..request import CaptureRequest
from ..screen import StepSpan
from ..take import CaptureTake, KeyPress
from ..text_claims import claim_holds, contains_words, nearest_lines, never_there
from .asciicast import Asciicast, read_cast
from .footage import SoughtText, TerminalDrawing, TerminalFootage, sought_text
from .page import TerminalSnapshot, cells_for_grid

LONGEST = 36_000.0
"""Seconds that a recorded session lasts at most."""


def record_import(request: CaptureRequest, folder: Path, context: JobContext) -> CaptureTake:
    """Draw the session that `request` names into `folder`, and find in it what the steps do.

    Raises LecternError where it is no session, or where something should be done in it. Raises StepFault where a step isn't in it.
    """
    cast = _read(context.episode / request.cast, request)
    grid = cells_for_grid(cast.columns, cast.rows, request.size)
    with chromium(request.chromium) as browser:
        footage = TerminalFootage(request, browser, cast, grid=grid)
        footage.write_log(folder / footage.log_name)
        drawing = footage.draw(folder)
        context.report(0.9)
        try:
            spans, footage.keys = spans_of(request.steps, cast, drawing)
        except StepFault as fault:
            png = footage.last_picture()
            picture = png and keep_picture(png, context.episode, request, fault.phase, fault.index)
            raise fault.with_picture(picture or None) from fault
    return footage.take(spans, drawing)


def _read(file: Path, request: CaptureRequest) -> Asciicast:
    if request.hidden or request.finally_:
        raise LecternError(f'{request.cast} was recorded before: it takes no "hidden" and no "finally" steps')
    cast = read_cast(file)
    if not cast.outputs:
        raise LecternError(f"{request.cast} holds no output")
    if cast.duration > LONGEST:
        raise LecternError(
            f"{request.cast} lasts {cast.duration:.0f} seconds, and Lectern shows {LONGEST:.0f} at most; cut it"
        )
    return cast


def spans_of(
    steps: tuple[Step, ...], cast: Asciicast, shown: TerminalDrawing
) -> tuple[list[StepSpan[SoughtText]], tuple[KeyPress, ...]]:
    """Return when each step happens in the cast; the keys that steps press.

    `type` and `run` are where the text has been typed (they begin with its first character), `wait` where its condition
    is met, `press` at the next picture, a `moment` when it says. Raises StepFault where one does not happen, or not in its turn.
    """
    found: list[_StepMatch] = []
    cursor = 0
    for index, step in enumerate(steps):
        typed = _typed_line(found[-1], shown) if found else ""
        found.append(_match_step(index, step, cursor, shown, cast, typed))
        cursor = found[-1].last
    following = [*found[1:], None][: len(found)]
    spans = [_step_span(one, after, cast, shown) for one, after in zip(found, following, strict=True)]
    for before, span in pairwise(spans):
        if span.start < before.start:
            raise StepFault(
                "steps", span.index, steps[span.index], f"the step above is done later, at {before.start:.2f} s"
            )
    for step, span in zip(steps, spans, strict=True):
        _check_expectation(step, span, _typed_line(found[span.index], shown), shown)
    pressed = [(span, step) for span, step in zip(spans, steps, strict=True) if step.action == "press"]
    return spans, tuple(KeyPress(time=span.start, keys=key) for span, step in pressed for key in step.value.split())


@dataclass(frozen=True)
class _StepMatch:
    """A step from its first picture to the one at which it is done."""

    index: int
    step: Step
    first: int
    last: int


def _match_step(
    index: int, step: Step, cursor: int, shown: TerminalDrawing, cast: Asciicast, typed: str = ""
) -> _StepMatch:
    if step.exit is not None:
        raise StepFault("steps", index, step, "a recorded cast does not tell how a command ended; leave the exit out")
    if step.action in ("type", "paste", "run"):
        return _match_typed(index, step, cursor, shown)
    if step.action == "press":
        place = min(cursor + 1, len(shown.snapshots) - 1)
        return _StepMatch(index, step, place, place)
    if step.action == "highlight":
        return _match_pointed(index, step, cursor, shown)
    if step.action in ("wait", "moment"):
        place = (
            _match_awaited(index, step, cursor, shown, cast, typed)
            if step.wait
            else _picture_at_moment(index, step, shown, cast)
        )
        return _StepMatch(index, step, place, place)
    raise StepFault(
        "steps", index, step, "a recorded cast can't do that; it has type, run, press, wait, highlight and moment"
    )


def _picture_at_moment(index: int, step: Step, shown: TerminalDrawing, cast: Asciicast) -> int:
    """Return the picture that is seen at the moment of the step."""
    moment = step.moment or 0.0
    if moment > cast.duration:
        raise StepFault(
            "steps", index, step, f"{moment:g} s is beyond the end of the cast, which lasts {cast.duration:.2f} s"
        )
    place = shown.index(moment)
    if (
        step.target
        and step.target.text
        and len(shown.snapshots[place].where(step.target.text)) < (step.target.nth or 1)
    ):
        raise _not_found_fault(index, step, place, shown, f'"{step.target.text}" is not on the screen')
    return place


def _match_typed(index: int, step: Step, cursor: int, shown: TerminalDrawing) -> _StepMatch:
    """Return the picture with all of the text on the cursor's line, and back to its first character."""
    text = step.value.rstrip()
    last = next((i for i in range(cursor, len(shown.snapshots)) if text and text in shown.snapshots[i].line), None)
    if last is None:
        raise _not_found_fault(index, step, cursor, shown, f'"{text}" is not typed in it')
    line = shown.snapshots[last].line
    prompt, first = line[: line.rindex(text)], last
    while first > cursor and _typing_begun(shown.snapshots[first - 1], prompt, text):
        first -= 1
    return _StepMatch(index, step, first, last)


def _typing_begun(look: TerminalSnapshot, prompt: str, text: str) -> bool:
    """Return whether the first characters of `text` follow the prompt."""
    typed = look.line[len(prompt) :].rstrip()
    return look.line.startswith(prompt) and bool(typed) and text.startswith(typed)


def _match_pointed(index: int, step: Step, cursor: int, shown: TerminalDrawing) -> _StepMatch:
    text = (step.target.text if step.target else None) or ""
    nth = (step.target.nth if step.target else None) or 1
    for place in range(cursor, len(shown.snapshots)):
        if len(shown.snapshots[place].where(text)) >= nth:
            return _StepMatch(index, step, place, place)
    raise _not_found_fault(index, step, cursor, shown, f'"{text}" is not on the screen')


def _match_awaited(index: int, step: Step, cursor: int, shown: TerminalDrawing, cast: Asciicast, typed: str) -> int:
    """Return the picture that meets the condition; `typed` is the line that the step before has typed."""
    wait = step.wait
    assert wait is not None
    if wait.idle is not None:
        return _match_idle(index, step, cursor, shown, cast.duration)
    if wait.text is None and wait.gone is None:
        raise StepFault("steps", index, step, "in a recorded cast, wait for a text, for one to go, or for idle")
    wanted, there = wait.text or wait.gone or "", wait.text is not None
    if not there:
        came = next((i for i, snapshot in enumerate(shown.snapshots) if contains_words(wanted, snapshot.written)), None)
        if came is None:
            raise StepFault("steps", index, step, str(never_there(wanted, "screen", shown.snapshots[cursor].written)))
        cursor = max(cursor, came)
    for place in range(cursor, len(shown.snapshots)):
        if contains_words(wanted, _without_line(shown.snapshots[place].written, typed if there else "")) == there:
            return place
    raise _not_found_fault(index, step, cursor, shown, f'"{wanted}" does not {"come" if there else "go"}')


def _match_idle(index: int, step: Step, cursor: int, shown: TerminalDrawing, duration: float) -> int:
    """Return the picture that stays for long enough."""
    wanted = (step.wait and step.wait.idle) or 0.0
    times = (*shown.times, duration)
    for place in range(cursor, len(shown.times)):
        if times[place + 1] - times[place] >= wanted:
            return place
    raise _not_found_fault(index, step, cursor, shown, f"nothing stands still for {wanted:g} s")


def _step_span(
    one: _StepMatch, after: _StepMatch | None, cast: Asciicast, shown: TerminalDrawing
) -> StepSpan[SoughtText]:
    """Return the span of a step: until the next one begins."""
    times, step, sought = shown.times, one.step, sought_text(one.step)
    start = _match_start(one, times)
    met = max(start, times[one.last] + (step.wait.idle or 0.0 if step.wait else 0.0))
    end = times[max(after.first - 1, one.last)] if after else cast.duration
    return StepSpan(one.index, step.action, start, met, start if sought else max(end, met), sought)


def _match_start(one: _StepMatch, times: tuple[float, ...]) -> float:
    """Return the step's moment, the picture waited for or pointed at, or just before the first picture, which is then its effect."""
    if one.step.moment is not None:
        return one.step.moment
    if one.step.action in ("wait", "highlight"):
        return times[one.first]
    return (times[one.first] + times[max(one.first - 1, 0)]) / 2


def _typed_line(one: _StepMatch, shown: TerminalDrawing) -> str:
    """Return the line that a step has typed, with the prompt before it; nothing where it types nothing."""
    return shown.snapshots[one.last].line.rstrip() if one.step.action in ("type", "paste", "run") else ""


def _without_line(written: str, line: str) -> str:
    """Return what is written without the last line that was typed just so: it is no answer to itself."""
    before, found, after = written.rpartition(line) if line else ("", "", written)
    return before + after if found else written


def _check_expectation(step: Step, span: StepSpan[SoughtText], typed: str, shown: TerminalDrawing) -> None:
    if step.expect and not any(
        claim_holds(step.expect, _without_line(look.written, typed))
        for t, look in zip(shown.times, shown.snapshots, strict=True)
        if span.start <= t <= span.end
    ):
        there = nearest_lines(step.expect, shown.at(span.end).written)
        raise StepFault(
            "steps", span.index, step, f'"{step.expect}" should be on the screen, and is not; nearest is {there}'
        )


def _not_found_fault(index: int, step: Step, cursor: int, shown: TerminalDrawing, what: str) -> StepFault:
    lines = "\n".join(f"    {line}" for line in shown.snapshots[-1].written.splitlines()[-12:] if line.strip())
    after = f"after {shown.times[cursor]:.1f} s of the cast "
    return StepFault("steps", index, step, f"{after}{what}; in the end the terminal shows:\n{lines}")
