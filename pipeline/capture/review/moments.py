"""Reads from a recording what it shows once a step is done: its picture and its text."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..pictures import read_pictures
from ..take import INSTANT, CaptureTake, StepEvent, TextBox, entry_at


@dataclass(frozen=True)
class StepMoment:
    """The screen when `event` is done: its picture (RGB uint8, height x width x 3) and its visible text."""

    event: StepEvent
    picture: np.ndarray
    text: tuple[TextBox, ...]


def step_moments(take: CaptureTake, folder: Path, only: Iterable[int] | None = None) -> tuple[StepMoment, ...]:
    """Return the moments of the steps with the indices `only` (None: of all) of the take in `folder`."""
    wanted = None if only is None else set(only)
    events = [event for event in take.events if wanted is None or event.index in wanted]
    shown = {event.index: picture_number(take, settled_time(take, event)) for event in events}
    pictures = _pictures(folder / take.pictures, set(shown.values()))
    return tuple(
        StepMoment(event, pictures[shown[event.index]], text_at(take, settled_time(take, event))) for event in events
    )


def settled_time(take: CaptureTake, event: StepEvent) -> float:
    """Return when a step's effect has come to rest (s): its end, or right before the next step begins."""
    later = [other.start for other in take.events if other.index > event.index]
    return max(event.effect, min([event.end, *later]))


def pictures_meanwhile(take: CaptureTake, folder: Path, event: StepEvent, most: int = 6) -> tuple[np.ndarray, ...]:
    """Return the last pictures (RGB uint8, latest first, `most` of them) between a step's effect and that of the next.

    In one of them, what moved has come to rest.
    """
    first, last = picture_number(take, event.effect), picture_number(take, _next_effect(take, event))
    found = _pictures(folder / take.pictures, set(range(max(first, last + 1 - most), last + 1)))
    return tuple(found[number] for number in sorted(found, reverse=True))


def texts_meanwhile(take: CaptureTake, event: StepEvent) -> tuple[tuple[TextBox, ...], ...]:
    """Return the texts that are visible between a step's effect and that of the next."""
    end = _next_effect(take, event)
    return (text_at(take, event.effect), *(entry.boxes for entry in take.text if event.effect <= entry.time <= end))


def _next_effect(take: CaptureTake, event: StepEvent) -> float:
    """Return the last instant before the effect of the next step (after the last step: the end)."""
    later = [other.effect for other in take.events if other.index > event.index and other.effect > event.effect]
    return min(later) - 1e-3 if later else take.duration


def picture_number(take: CaptureTake, time: float) -> int:
    """Return the number of the picture that is seen at `time`."""
    return max(i for i, since in enumerate(take.times) if i == 0 or since <= time + INSTANT)


def text_at(take: CaptureTake, time: float) -> tuple[TextBox, ...]:
    """Return the text that is visible at `time`."""
    entry = entry_at(take.text, time)
    return entry.boxes if entry else ()


def _pictures(file: Path, wanted: set[int]) -> dict[int, np.ndarray]:
    found: dict[int, np.ndarray] = {}
    for number, picture in enumerate(read_pictures(file)):
        if number in wanted:
            found[number] = picture
        if number >= max(wanted, default=-1):
            break
    return found
