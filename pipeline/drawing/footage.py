"""A recording as the scene shows it: fitted to the marks, in its window, on the theme's backdrop, an opaque clip."""

from collections.abc import Iterator
from operator import not_
from pathlib import Path

from pydantic import AliasChoices, Field

from ..base.arrays import RgbImage
from ..base.box_track import BoxTrack, box_at
from ..base.clock import seconds_at
from ..base.frozen import Frozen
from ..base.geometry import Box, Size
from ..base.lettering import fallback_fonts
from ..base.svg import INTER_BOLD
from ..base.theme import Theme
from ..base.video import write_clip
from ..capture.take import BrowserBar, CaptureTake, entry_at
from ..jobs.recipe import JobContext, Recipe
from ..timing.fit import FitPlan
from ..timing.retime import picture_at, source_at
from .drawn_clip import DrawnClip, FramedFootage, PictureReader
from .frame_art import DARK_SHADOW, LIGHT_SHADOW, WindowColours, draw_window_frame
from .motifs import motif_of
from .pixelate import with_regions_pixelated


class RedactionSpan(Frozen):
    """On frames `start` to `end` (exclusive) of the scene nobody may read what is in `regions` of the recording."""

    start: int
    end: int
    regions: BoxTrack


class FootageRequest(FramedFootage):
    """All that a piece of footage depends on.

    `redactions` are drawn into the footage where it crosses into its neighbours, over which no strip could lie; elsewhere
    strips do that. (They are part of the take's key under their former name, so that finished takes stay valid.)
    `fallbacks` are the fonts beside Inter that the title is drawn with, by name and digest.
    """

    title: str
    colours: WindowColours
    redactions: tuple[RedactionSpan, ...] = Field(
        default=(), validation_alias=AliasChoices("redactions", "veils"), serialization_alias="veils"
    )
    fallbacks: tuple[str, ...] = Field(default=(), exclude_if=not_)


class FootageTake(DrawnClip):
    """A clip of the whole film frame; its frame 0 is frame `start` of the scene."""

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
    """Return the request for the footage of `take` (whose key is `capture`) over `span`, frames of the scene."""
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
        fallbacks=fallback_fonts(INTER_BOLD, take.title),
    )


def window_colours(theme: Theme) -> WindowColours:
    """Return what a window takes from the theme."""
    red, yellow, green = (theme.terminal[name] for name in ("red", "yellow", "green"))
    return WindowColours(
        background=theme.background,
        motif=motif_of(theme),
        window=theme.window,
        window_bar=theme.window_bar,
        window_text=theme.window_text,
        surface=theme.surface,
        line=theme.window_line or theme.surface_line,
        dots=(theme.window_dots or red, theme.window_dots or yellow, theme.window_dots or green),
        shadow=LIGHT_SHADOW if theme.is_light else DARK_SHADOW,
    )


def make_footage(request: FootageRequest, folder: Path, context: JobContext) -> FootageTake:
    """Write the clip; each picture of the recording is decoded at most once."""
    capture_folder, take = context.open_take("capture", request.capture, CaptureTake)
    pictures = _frames(request, take, capture_folder, context)
    frames = write_clip(folder / "footage.mov", pictures, request.frame, request.fps)
    return FootageTake(video="footage.mov", frames=frames, start=request.start)


FOOTAGE: Recipe[FootageRequest, FootageTake] = Recipe(
    kind="footage", version=5, request=FootageRequest, result=FootageTake, make=make_footage
)


def draw_surroundings(request: FootageRequest, take: CaptureTake, scale: int = 1, frame: int | None = None) -> RgbImage:
    """Draw what is around the recording on `frame` of the scene, `scale` times as large, without the content."""
    bar = bar_at(request, take, request.start if frame is None else frame)
    return draw_window_frame(
        request.colours, request.content, request.frame, take.kind, request.title, scale, take.shape, bar
    )


def bar_at(request: FootageRequest, take: CaptureTake, frame: int) -> BrowserBar | None:
    """Return what a browser's bar shows on a frame of the scene; None: the title that the script gives to a single tab."""
    if take.kind != "browser":
        return None
    bar = entry_at(take.bars, source_at(request.plan, seconds_at(frame, request.fps)))
    return bar if request.title == take.title or (bar and len(bar.tabs) > 1) else None


def _frames(request: FootageRequest, take: CaptureTake, folder: Path, context: JobContext) -> Iterator[RgbImage]:
    canvas = draw_surroundings(request, take)
    left, top, right, bottom = request.content.pixels(request.frame)
    shown: tuple[int, list[Box]] | None = None
    bar = bar_at(request, take, request.start)
    pictures = PictureReader(folder / take.pictures)
    for frame in range(request.start, request.end):
        number, redacted = (
            picture_at(take, request.plan, seconds_at(frame, request.fps)),
            _redacted_boxes(request, frame),
        )
        if (new_bar := bar_at(request, take, frame)) != bar:
            bar, shown, canvas = new_bar, None, draw_surroundings(request, take, frame=frame)
        if (number, redacted) != shown:
            shown, canvas = (number, redacted), canvas.copy()
            canvas[top:bottom, left:right] = with_regions_pixelated(pictures.picture(number), redacted)
        if frame % 30 == 0:
            context.report((frame - request.start) / (request.end - request.start))
        yield canvas


def _redacted_boxes(request: FootageRequest, frame: int) -> list[Box]:
    """Return what nobody may read on a frame of the scene, as boxes of the recording."""
    return [box_at(r.regions, frame - r.start) for r in request.redactions if r.start <= frame < r.end]
