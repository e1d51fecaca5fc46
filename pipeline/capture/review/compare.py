"""Compares a new recording with the kept one: pictures as an eye compares them, text line by line."""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...base.frozen import Frozen
from ...base.geometry import Box
from ..take import CaptureTake, TextBox, entry_at
from .moments import StepMoment, pictures_meanwhile, step_moments, texts_meanwhile

LEAST_DIFFERENCE = 0.1
"""A difference of colours that a viewer notices; black and white differ by 1."""
MAX_DIFFERING = 0.005
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
"""Text that is different in every run."""


class RecordingChange(Frozen):
    """What has changed at a step (`index` from 0; -1: in the whole recording): in words, and for text as a diff.

    `line` is the step's in the script, 0 until it is filled in.
    """

    index: int
    what: str
    diff: tuple[str, ...] = ()
    line: int = 0


def compare_recordings(
    kept: CaptureTake, kept_folder: Path, now: CaptureTake, now_folder: Path
) -> tuple[RecordingChange, ...]:
    """Return what the recording `now` shows differently from `kept`, step by step, but for times and other volatile text."""
    if kept.size != now.size:
        sizes = [f"{width}x{height}" for width, height in (now.size, kept.size)]
        return (RecordingChange(index=-1, what=f"its picture is {sizes[0]} px, and was {sizes[1]}"),)
    before, after = step_moments(kept, kept_folder), step_moments(now, now_folder)
    pairs = zip(before, after, strict=False)
    was, is_ = _ComparedTake(kept, kept_folder), _ComparedTake(now, now_folder)
    return tuple(change for old, new in pairs for change in _step_changes(old, new, was, is_))


@dataclass(frozen=True)
class _ComparedTake:
    take: CaptureTake
    folder: Path


def difference_mask(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Return where two RGB pictures (uint8) of one size differ noticeably: bool, height x width.

    A pixel that the other picture has one pixel aside doesn't count: edges may be smoothed differently.
    """
    a, b = old.astype(np.float32) / 255, new.astype(np.float32) / 255
    if not (unlike := np.abs(a - b).max(axis=2) > LEAST_DIFFERENCE).any():
        return unlike
    return unlike & (
        (_nearest_colour_distance(a, b) > LEAST_DIFFERENCE) | (_nearest_colour_distance(b, a) > LEAST_DIFFERENCE)
    )


def visible_lines(boxes: Iterable[TextBox]) -> list[str]:
    """Return the visible text as lines, from the top, with an ellipsis for what is different in every run."""
    rows: list[list[TextBox]] = []
    for box in sorted(boxes, key=lambda box: box.box.centre[1]):
        near = rows and abs(rows[-1][-1].box.centre[1] - box.box.centre[1]) < 0.4 * box.box.h
        rows[-1].append(box) if near else rows.append([box])
    lines = ("  ".join(b.text for b in sorted(row, key=lambda b: b.box.x)) for row in rows)
    return [_VOLATILE.sub("…", " ".join(line.split())) for line in lines]


def _step_changes(
    old: StepMoment, new: StepMoment, kept: _ComparedTake, now: _ComparedTake
) -> Iterator[RecordingChange]:
    before, after = visible_lines(old.text), visible_lines(new.text)
    if before != after and not _text_matches_meanwhile(before, after, old, new, kept, now):
        unlike_lines = difflib.unified_diff(before, after, n=0, lineterm="")
        rows = [line for line in unlike_lines if not line.startswith(("---", "+++", "@@"))]
        yield RecordingChange(index=new.event.index, what="the text is different", diff=tuple(rows))
        return
    ignored = (
        *_volatile_boxes(old.text),
        *_volatile_boxes(new.text),
        *_blurred_boxes(kept.take, old),
        *_blurred_boxes(now.take, new),
    )
    unlike = _difference_outside(old.picture, new.picture, ignored)
    share = float(unlike.mean())
    if share > MAX_DIFFERING and not _picture_matches_meanwhile(old, new, kept, now, ignored):
        yield RecordingChange(
            index=new.event.index, what=f"the picture differs in {share:.1%} of its area, {_position_in_words(unlike)}"
        )


def _text_matches_meanwhile(
    before: list[str], after: list[str], old: StepMoment, new: StepMoment, kept: _ComparedTake, now: _ComparedTake
) -> bool:
    """Return whether one recording shows at another instant of the step what the other reads in the end: it was slower."""
    others = ((after, kept.take, old.event), (before, now.take, new.event))
    return any(text == visible_lines(boxes) for text, take, event in others for boxes in texts_meanwhile(take, event))


def _picture_matches_meanwhile(
    old: StepMoment, new: StepMoment, kept: _ComparedTake, now: _ComparedTake, ignored: tuple[Box, ...]
) -> bool:
    """Return whether one recording shows at another instant of the step what the other shows in the end."""
    then = ((new.picture, p) for p in pictures_meanwhile(kept.take, kept.folder, old.event))
    today = ((old.picture, p) for p in pictures_meanwhile(now.take, now.folder, new.event))
    return any(
        float(_difference_outside(a, b, ignored).mean()) <= MAX_DIFFERING for pairs in (then, today) for a, b in pairs
    )


def _difference_outside(a: np.ndarray, b: np.ndarray, ignored: tuple[Box, ...]) -> np.ndarray:
    """Return where two pictures differ outside the boxes that don't count."""
    unlike, size = difference_mask(a, b), (a.shape[1], a.shape[0])
    for box in ignored:
        left, top, right, bottom = (max(0, side) for side in box.pixels(size))
        unlike[top:bottom, left:right] = False
    return unlike


def _nearest_colour_distance(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return for each pixel of `a` how far its colour is from the nearest among the 3 x 3 pixels of `b` around it."""
    padded = np.pad(b, ((1, 1), (1, 1), (0, 0)), mode="edge")
    height, width = a.shape[:2]
    least = np.full((height, width), np.inf, np.float32)
    for dy in range(3):
        for dx in range(3):
            np.minimum(least, np.abs(a - padded[dy : dy + height, dx : dx + width]).max(axis=2), out=least)
    return least


def _volatile_boxes(boxes: tuple[TextBox, ...]) -> list[Box]:
    """Return the places of times and the like."""
    return [box.box.grown(0.01, 0.005) for box in boxes if _VOLATILE.search(box.text)]


def _blurred_boxes(take: CaptureTake, moment: StepMoment) -> tuple[Box, ...]:
    entry = entry_at(take.blurred, moment.event.end)
    return entry.boxes if entry else ()


def _position_in_words(unlike: np.ndarray) -> str:
    """Say roughly where most of the difference is."""
    rows, columns = np.nonzero(unlike)
    height, width = unlike.shape
    vertical = ("at the top", "in the middle", "at the bottom")[min(2, int(3 * np.median(rows) / height))]
    horizontal = ("left", "", "right")[min(2, int(3 * np.median(columns) / width))]
    return f"{vertical} {horizontal}".strip()
