"""What was on the screen when: text as it is read, or else where something is; and what nobody may see."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np

from ...episode.screen import Target
from ...errors import LecternError
from ..fault import written
from ..pictures import read_pictures
from ..pixels.edges import busy_through
from ..pixels.sight import Sight
from ..take import Regions, StepEvent, VisibleText

AT_ONCE = 2
"""Pictures that are read at a time."""


def text_through(
    sight: Sight, pictures: Path, times: Sequence[float], events: Sequence[StepEvent], seen: Sequence[np.ndarray]
) -> tuple[VisibleText, ...]:
    """The text from each step's effect on (`seen`: the first picture, then each step's last).

    Where nobody reads, the busy places of all `pictures`, which are shown from `times` on.
    """
    if not sight.reads:
        return busy_through(zip(times, read_pictures(pictures), strict=True))
    moments = [0.0, *(event.effect for event in events)]
    new = [i for i in range(len(seen)) if i == 0 or not np.array_equal(seen[i - 1], seen[i])]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        boxes = list(pool.map(sight.text_boxes, (seen[i] for i in new)))
    entries = {moments[i]: VisibleText(time=moments[i], boxes=read) for i, read in zip(new, boxes, strict=True)}
    return tuple(entries[moment] for moment in sorted(entries))


def blurred_through(
    sight: Sight, blur: Sequence[Target], moments: Sequence[float], seen: Sequence[np.ndarray]
) -> tuple[Regions, ...]:
    """What `blur` covers. While a step is done both places are covered, that before it and that after it.

    LecternError for a target that is never there: what was to be hidden may then be seen.
    """
    if not blur:
        return ()
    found = [[sight.covered(picture, target) for picture in seen] for target in blur]
    for target, places in zip(blur, found, strict=True):
        if not any(places):
            raise LecternError(f"blur: {written(target)} is never on the screen; correct it, or take it out")
    at = [tuple(box for places in found for box in places[i]) for i in range(len(seen))]
    between = [tuple(dict.fromkeys((*a, *b))) for a, b in pairwise(at)]
    return tuple(Regions(time=time, boxes=boxes) for time, boxes in zip(moments, [*between, at[-1]], strict=True))
