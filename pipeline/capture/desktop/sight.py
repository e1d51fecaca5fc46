"""What was on the screen when: text as a reader reads it, or else where something is; and what nobody may see."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from ...episode.model import Target
from ...errors import LecternError
from ..pictures import read_pictures
from ..pixels.edges import busy_through
from ..pixels.reader import find_reader
from ..pixels.words import text_boxes
from ..request import CaptureRequest
from ..take import Regions, StepEvent, VisibleText
from .find import covered, read


def text_through(
    pictures: Path, times: Sequence[float], events: Sequence[StepEvent], seen: Sequence[np.ndarray], request: CaptureRequest
) -> tuple[VisibleText, ...]:
    """The text from each step's effect on (`seen`: the first picture, then each step's last); without a reader, the busy places."""
    if find_reader() is None:
        return busy_through(zip(times, read_pictures(pictures), strict=True))
    moments = [0.0, *(event.effect for event in events)]
    entries: dict[float, VisibleText] = {}
    before: tuple[np.ndarray, VisibleText] | None = None
    for moment, picture in zip(moments, seen, strict=True):
        if before is None or not np.array_equal(before[0], picture):
            before = picture, VisibleText(time=moment, boxes=text_boxes(read(picture, request), request.size))
            entries[moment] = before[1]
    return tuple(entries[moment] for moment in sorted(entries))


def blurred_through(
    moments: Sequence[float], seen: Sequence[np.ndarray], request: CaptureRequest, episode: Path
) -> tuple[Regions, ...]:
    """What `blur` covers. While a step is done both places are covered, that before it and that after it.

    LecternError for a target that is never there: what was to be hidden may then be seen.
    """
    if not request.blur:
        return ()
    boxes = {target: [covered(picture, target, request, episode) for picture in seen] for target in request.blur}
    for target, places in boxes.items():
        if not any(places):
            raise LecternError(f"blur: {_named(target)} is never on the screen; correct it, or take it out")
    at = [[box for places in boxes.values() for box in places[i]] for i in range(len(seen))]
    between = [tuple(dict.fromkeys([*a, *b])) for a, b in pairwise(at)]
    return tuple(Regions(time=time, boxes=found) for time, found in zip(moments, [*between, tuple(at[-1])], strict=True))


def _named(target: Target) -> str:
    return ", ".join(f"{key}: {value}" for key, value in target.model_dump(exclude_none=True).items())
