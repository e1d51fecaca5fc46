"""A recording as the scene shows it: fitted to the marks, in its window, on the theme's backdrop, one opaque clip."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ...clock import seconds_at
from ...geometry import Box, Size
from ...jobs.recipe import Bench, Recipe
from ...layout.theme import Theme
from ...model import Frozen
from .backdrop import Rgb
from .clip import write_clip
from .course import Course, box_at
from .frame_art import WindowColours, furnished
from .unreadable import unreadable_in
from ..pictures import read_pictures
from ..plan import FitPlan
from ..retime import picture_at, source_at
from ..take import Bar, CaptureTake


class Veil(Frozen):
    """On frames `start` to `end` (exclusive) of the scene nobody may read what is in `regions` of the recording."""

    start: int
    end: int
    regions: Course


class FootageRequest(Frozen):
    """All that a piece of footage depends on.

    `capture` is the key of the raw recording; frames `start` to `end` (exclusive) of the scene are shown by `plan`
    (whose times are seconds of the scene); `content` is where the recording lies in the frame, 1:1. `veils` are drawn
    into the footage where it crosses into its neighbours, over which no strip could lie; elsewhere strips do that.
    """

    capture: str
    plan: FitPlan
    fps: int
    start: int
    end: int
    content: Box
    frame: Size
    title: str
    colours: WindowColours
    veils: tuple[Veil, ...] = ()


class FootageTake(Frozen):
    """A clip of `frames` frames of the whole film frame; frame 0 is frame `start` of the scene."""

    video: str
    frames: int
    start: int


def footage_request(
    capture: str,
    take: CaptureTake,
    plan: FitPlan,
    fps: int,
    span: tuple[int, int],
    content: Box,
    frame: Size,
    theme: Theme,
) -> FootageRequest:
    """The footage of `take` (whose key is `capture`) over `span`, frames of the scene, as `theme` dresses it."""
    return FootageRequest(
        capture=capture,
        plan=plan,
        fps=fps,
        start=span[0],
        end=span[1],
        content=content,
        frame=frame,
        title=take.title,
        colours=window_colours(theme),
    )


def window_colours(theme: Theme) -> WindowColours:
    """What a window takes from the theme."""
    return WindowColours(
        background=theme.background,
        window=theme.window,
        window_bar=theme.window_bar,
        window_text=theme.window_text,
        surface=theme.surface,
        line=theme.surface_line,
        dots=(theme.terminal["red"], theme.terminal["yellow"], theme.terminal["green"]),
    )


def make_footage(request: FootageRequest, folder: Path, bench: Bench) -> FootageTake:
    """Writes the clip; each picture of the recording is decoded at most once."""
    raw = bench.take("capture", request.capture)
    take = CaptureTake.model_validate(json.loads((raw / "take.json").read_text(encoding="utf-8"))["result"])
    frames = write_clip(folder / "footage.mov", _frames(request, take, raw, bench), request.frame, request.fps)
    return FootageTake(video="footage.mov", frames=frames, start=request.start)


FOOTAGE = Recipe(kind="footage", version=3, request=FootageRequest, result=FootageTake, make=make_footage)


def furnishing(request: FootageRequest, take: CaptureTake, scale: int = 1, frame: int | None = None) -> Rgb:
    """What is around the recording on `frame` of the scene, `scale` times as large, the content still to be put in."""
    bar = bar_at(request, take, request.start if frame is None else frame)
    return furnished(request.colours, request.content, request.frame, take.kind, request.title, scale, take.shape, bar)


def bar_at(request: FootageRequest, take: CaptureTake, frame: int) -> Bar | None:
    """What a browser's bar shows on a frame of the scene; None where it is the title that the script gives (to a single tab)."""
    if take.kind != "browser":
        return None
    source = source_at(request.plan, seconds_at(frame, request.fps)) + 1e-6
    bar = next((bar for bar in reversed(take.bars) if bar.time <= source), None)
    return bar if request.title == take.title or (bar and len(bar.tabs) > 1) else None


def _frames(request: FootageRequest, take: CaptureTake, raw: Path, bench: Bench) -> Iterator[np.ndarray]:
    canvas = furnishing(request, take)
    left, top, right, bottom = request.content.pixels(request.frame)
    shown: tuple[int, list[Box]] | None = None
    bar = bar_at(request, take, request.start)
    pictures, at, picture = enumerate(read_pictures(raw / take.pictures)), -1, canvas
    for frame in range(request.start, request.end):
        now = picture_at(take, request.plan, seconds_at(frame, request.fps)), _veiled(request, frame)
        while at < now[0]:
            at, picture = next(pictures)
        if (here := bar_at(request, take, frame)) != bar:
            bar, shown, canvas = here, None, furnishing(request, take, frame=frame)
        if now != shown:
            shown, canvas = now, canvas.copy()
            canvas[top:bottom, left:right] = unreadable_in(picture, now[1])
        if frame % 30 == 0:
            bench.report((frame - request.start) / (request.end - request.start))
        yield canvas


def _veiled(request: FootageRequest, frame: int) -> list[Box]:
    """What nobody may read on a frame of the scene."""
    here = [veil for veil in request.veils if veil.start <= frame < veil.end]
    return [box_at(veil.regions, frame - veil.start) for veil in here]
