"""A capture as the film shows it: fitted to the marks, in its window, on the theme's background, at full size."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ..geometry import Box, Size
from ..jobs.recipe import Bench, Recipe
from ..layout.theme import Theme
from ..model import Frozen
from . import canvas
from .clips import write_clip
from .fit import pictures_seen
from .pictures import read_pictures
from .plan import FitPlan
from .take import CaptureTake

VIDEO = "footage.mov"


class FootageRequest(Frozen):
    """All that a scene's footage depends on: `frames` frames of capture take `capture`, from frame `first` of the scene on."""

    capture: str
    plan: FitPlan
    first: int
    frames: int
    fps: int
    size: Size
    window: Box
    title: str
    theme: Theme


class PlateRequest(Frozen):
    """The background alone, for cards and narrators without a window."""

    size: Size
    fps: int
    theme: Theme


class ClipTake(Frozen):
    """A video (QuickTime RLE) in the take's folder: its size in px and how many frames it has."""

    video: str
    size: Size
    frames: int


def make_footage(request: FootageRequest, folder: Path, bench: Bench) -> ClipTake:
    """Writes exactly the frames that were asked for."""
    source = bench.take("capture", request.capture)
    take = CaptureTake.model_validate(json.loads((source / "take.json").read_text(encoding="utf-8"))["result"])
    seen = pictures_seen(take, request.plan, request.first, request.frames, request.fps)
    empty = canvas.window(request.theme, request.size, request.window, take.kind, request.title)
    frames = _frames(empty, request.window.pixels(request.size), source / take.pictures, seen, bench)
    write_clip(folder / VIDEO, frames, request.fps)
    return ClipTake(video=VIDEO, size=request.size, frames=request.frames)


def make_plate(request: PlateRequest, folder: Path, bench: Bench) -> ClipTake:
    """Writes one frame; Blender holds it."""
    write_clip(folder / VIDEO, [canvas.plate(request.theme, request.size)], request.fps)
    return ClipTake(video=VIDEO, size=request.size, frames=1)


FOOTAGE = Recipe(kind="footage", version=1, request=FootageRequest, result=ClipTake, make=make_footage)
PLATE = Recipe(kind="plate", version=1, request=PlateRequest, result=ClipTake, make=make_plate)


def _frames(
    empty: np.ndarray, inside: tuple[int, int, int, int], pictures: Path, seen: list[int], bench: Bench
) -> Iterator[np.ndarray]:
    """The canvas frame by frame; a new array only where the picture changes."""
    left, top, right, bottom = inside
    content = enumerate(read_pictures(pictures))
    shown, frame = -1, empty
    for number, wanted in enumerate(seen):
        while shown < wanted:
            shown, picture = next(content)
            if shown == wanted:
                frame = empty.copy()
                frame[top:bottom, left:right] = picture
        bench.report(number / len(seen))
        yield frame
