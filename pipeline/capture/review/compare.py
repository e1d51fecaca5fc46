"""Whether a recording made today shows what the kept one shows: pictures as an eye compares them, text line by line."""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...geometry import Box
from ...model import Frozen
from ..take import CaptureTake, TextBox
from .moments import Moment, meanwhile, moments, texts_meanwhile

NOTICED = 0.1
"""A difference of colours, of 1 between black and white, that a viewer notices."""
MOST = 0.005
"""The share of a picture that may differ noticeably."""

_VOLATILE = re.compile(
    r"\b\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?(?:\s?[ap]\.?m\.?)?\b"  # times of day, durations
    r"|\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b"  # dates
    r"|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?\s+(?:\d{1,2}\s+)?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b(?:\s+\d{1,2})?"
    r"|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+\d{1,2}(?:,?\s+\d{4})?\b"
    r"|\b\d+(?:\.\d+)?\s?(?:ns|µs|us|ms|s|sec|secs|seconds?|minutes?|hours?|days?)\b(?:\s+ago\b)?"  # how long something took
    r"|\b\d+(?:\.\d+)?\s?(?:[KMG]i?B|bytes?)/s\b"  # how fast it was
    r"|(?<![\w/])127\.0\.0\.1:\d+|\blocalhost:\d+"
    r"|/tmp/\S+",
    re.IGNORECASE,
)
"""What is another on every run."""


class Change(Frozen):
    """What is another at a step (`index` from 0; -1: of the whole recording): in words, and for text as a diff.

    `line` is the script's, 0 as long as nobody has said so.
    """

    index: int
    what: str
    diff: tuple[str, ...] = ()
    line: int = 0


def changes(kept: CaptureTake, kept_folder: Path, now: CaptureTake, now_folder: Path) -> tuple[Change, ...]:
    """What the recording `now` shows otherwise than `kept`, step by step; times and other volatile text don't count."""
    if kept.size != now.size:
        sizes = [f"{width}x{height}" for width, height in (now.size, kept.size)]
        return (Change(index=-1, what=f"its picture is {sizes[0]} px, and was {sizes[1]}"),)
    before, after = moments(kept, kept_folder), moments(now, now_folder)
    pairs = zip(before, after, strict=False)
    was, is_ = _Recording(kept, kept_folder), _Recording(now, now_folder)
    return tuple(change for old, new in pairs for change in _at_step(old, new, was, is_))


@dataclass(frozen=True)
class _Recording:
    take: CaptureTake
    folder: Path


def difference(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Where two RGB pictures of one size differ noticeably: bool, height x width.

    A pixel that is found in the other picture one pixel aside doesn't count: that is how edges are smoothed.
    """
    a, b = old.astype(np.float32) / 255, new.astype(np.float32) / 255
    if not (unlike := np.abs(a - b).max(axis=2) > NOTICED).any():
        return unlike
    return unlike & ((_nearest(a, b) > NOTICED) | (_nearest(b, a) > NOTICED))


def said(boxes: Iterable[TextBox]) -> list[str]:
    """Visible text as lines, from the top, with dots for what is another on every run."""
    rows: list[list[TextBox]] = []
    for box in sorted(boxes, key=lambda box: box.box.centre[1]):
        near = rows and abs(rows[-1][-1].box.centre[1] - box.box.centre[1]) < 0.4 * box.box.h
        rows[-1].append(box) if near else rows.append([box])
    lines = ("  ".join(b.text for b in sorted(row, key=lambda b: b.box.x)) for row in rows)
    return [_VOLATILE.sub("…", " ".join(line.split())) for line in lines]


def _at_step(old: Moment, new: Moment, kept: _Recording, now: _Recording) -> Iterator[Change]:
    before, after = said(old.text), said(new.text)
    if before != after and not _read_meanwhile(before, after, old, new, kept, now):
        unlike_lines = difflib.unified_diff(before, after, n=0, lineterm="")
        rows = [line for line in unlike_lines if not line.startswith(("---", "+++", "@@"))]
        yield Change(index=new.event.index, what="the text is another", diff=tuple(rows))
        return
    ignored = (*_unsteady(old.text), *_unsteady(new.text), *_blurred(kept.take, old), *_blurred(now.take, new))
    unlike = _unlike(old.picture, new.picture, ignored)
    share = float(unlike.mean())
    if share > MOST and not _seen_meanwhile(old, new, kept, now, ignored):
        yield Change(index=new.event.index, what=f"the picture differs in {share:.1%} of its area, {_where(unlike)}")


def _read_meanwhile(
    before: list[str], after: list[str], old: Moment, new: Moment, kept: _Recording, now: _Recording
) -> bool:
    """Whether one recording read at another instant of the step what the other reads in the end: something was slower."""
    others = ((after, kept.take, old.event), (before, now.take, new.event))
    return any(text == said(boxes) for text, take, event in others for boxes in texts_meanwhile(take, event))


def _seen_meanwhile(old: Moment, new: Moment, kept: _Recording, now: _Recording, ignored: tuple[Box, ...]) -> bool:
    """Whether one recording showed at another instant of the step what the other shows in the end."""
    then = ((new.picture, p) for p in meanwhile(kept.take, kept.folder, old.event))
    today = ((old.picture, p) for p in meanwhile(now.take, now.folder, new.event))
    return any(float(_unlike(a, b, ignored).mean()) <= MOST for pairs in (then, today) for a, b in pairs)


def _unlike(a: np.ndarray, b: np.ndarray, ignored: tuple[Box, ...]) -> np.ndarray:
    """Where two pictures differ, but for the boxes that don't count."""
    unlike, size = difference(a, b), (a.shape[1], a.shape[0])
    for box in ignored:
        left, top, right, bottom = (max(0, side) for side in box.pixels(size))
        unlike[top:bottom, left:right] = False
    return unlike


def _nearest(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """For each pixel of `a`, how far its colour is from the nearest in the 3 x 3 pixels of `b` around it."""
    padded = np.pad(b, ((1, 1), (1, 1), (0, 0)), mode="edge")
    height, width = a.shape[:2]
    least = np.full((height, width), np.inf, np.float32)
    for dy in range(3):
        for dx in range(3):
            np.minimum(least, np.abs(a - padded[dy : dy + height, dx : dx + width]).max(axis=2), out=least)
    return least


def _unsteady(boxes: tuple[TextBox, ...]) -> list[Box]:
    """Where times and their like stand."""
    return [box.box.grown(0.01, 0.005) for box in boxes if _VOLATILE.search(box.text)]


def _blurred(take: CaptureTake, moment: Moment) -> tuple[Box, ...]:
    entries = [entry for entry in take.blurred if entry.time <= moment.event.end]
    return entries[-1].boxes if entries else ()


def _where(unlike: np.ndarray) -> str:
    """About where most of it is, for a person."""
    rows, columns = np.nonzero(unlike)
    height, width = unlike.shape
    vertical = ("at the top", "in the middle", "at the bottom")[min(2, int(3 * np.median(rows) / height))]
    horizontal = ("left", "", "right")[min(2, int(3 * np.median(columns) / width))]
    return f"{vertical} {horizontal}".strip()
