"""Code that was typed at an editor and stands on one line with what was there already, which nobody meant.

Read from the finished take, from the text between its events. Additions to a line, like an argument or a remark, are not told.
"""

import re
from collections.abc import Iterator, Sequence

from ..episode.steps import Step
from .fault import step_text
from .take import CaptureTake, StepEvent, VisibleText

_TYPED = ("type", "paste")
_WHOLE_LINE = re.compile(r"(?:[ \t]{2,}\S.*|[\w\"'<#@].*[;{}:,)\]>])\s*")
"""What begins as a line of its own: indented, or from its first word to a sign that ends a line of code."""
_GOES_ON = (" ", "\t", "(", "[", "{", ".", ",", "=", "+", "-", '"', "'")


def run_together(take: CaptureTake, steps: Sequence[Step]) -> Iterator[tuple[int, str]]:
    """Yield the indices of those of the recorded `steps` whose text runs together with a line, and a sentence that says how."""
    for number, event in enumerate(take.events):
        step = steps[event.index]
        if step.action not in _TYPED or not step.value.strip():
            continue
        before = [entry for entry in take.text if entry.time < event.start]
        later = take.events[number + 1].start if number + 1 < len(take.events) else take.duration
        after = [entry for entry in take.text if entry.time <= later]
        if before and after and (found := _joined(step, _lines(before[-1], event), _lines(after[-1], event))):
            yield event.index, found


def _lines(entry: VisibleText, event: StepEvent) -> set[str]:
    return {box.text.strip() for box in entry.boxes if box.text.strip()}


def _joined(step: Step, held: set[str], now: set[str]) -> str:
    """Return what to say of a text and the lines before and after it ("": nothing)."""
    typed = step.value.split("\n")
    first, last = typed[0], typed[-1]
    new = now - held
    if first.strip() and (len(typed) > 1 or _WHOLE_LINE.fullmatch(first)):
        for text in held - now:
            if f"{text}{first}".strip() in new:
                return (
                    f'"{step_text(step)}" stands behind "{text}", on one line: for a line of its own begin it with a line '
                    'break, in quotes: type: "\\n..."; to replace a line, write edit: with its number and with:'
                )
    if len(typed) > 1 and last.strip() and not last.endswith(_GOES_ON):
        for text in held - now:
            if f"{last}{text}".strip() in new:
                return (
                    f'"{step_text(step)}" ends in front of "{text}", on one line: end it with a line break, in quotes: '
                    'type: "...\\n"'
                )
    return ""
