"""Draw over the preview and the timeline what `overview` and `words` have found."""

from functools import lru_cache
from typing import Any

import bpy
import numpy as np

from ...pipeline.base.geometry import FULL
from ...pipeline.layout.obstacles import OccupancyGrid
from ...pipeline.quality.visibility import Shares
from .. import snapshot
from ..properties import edited_scene
from ..sequencer.strip_transform import blender_frame
from ..take_marks import HEIGHT, RULER
from .boxes import canvas_of
from .overview import Overview, overview, overviews, placed
from .paint import Rectangle, fill, inside, lines, outline, width_of, write
from .words import WordSpot, caption_at, word_spots

MARGIN, THIRD, GUIDE = (1.0, 0.85, 0.3, 0.75), (1.0, 1.0, 1.0, 0.3), (0.25, 0.9, 1.0, 0.95)
SEEN, HIDDEN, FREE = (0.2, 0.55, 1.0), (1.0, 0.12, 0.1), (0.25, 0.9, 0.45)
CAPTION_SIZE, CAPTION_LIFT = 44 / 1080, 0.06
"""The letters of a caption, and its distance from the frame's lower edge, as fractions of the frame's height."""
ROW = 16
"""Px that the row of words is high, at a resolution scale of 1."""
_handles: list[tuple[Any, str]] = []
guides: list[tuple[bool, float]] = []
"""The lines to which something is snapping while it is dragged: across or down, and where."""


def frame_rectangle(region: bpy.types.Region, scene: bpy.types.Scene) -> Rectangle:
    """Return where the film's frame lies in a preview."""
    w, h = canvas_of(scene)
    left, bottom = region.view2d.view_to_region(-w / 2, -h / 2, clip=False)
    right, top = region.view2d.view_to_region(w / 2, h / 2, clip=False)
    return left, bottom, right, top


def _draw_preview() -> None:
    scene, shows = edited_scene(bpy.context), snapshot.panel().preview_shows
    if scene is None or not snapshot.panel().folder:
        return
    frame = frame_rectangle(bpy.context.region, scene)
    if "HEAT" in shows and (seen := overview(scene, scene.frame_current)):
        _draw_heat(seen, frame, scene.render.fps)
    element, _ = placed(scene) if shows & {"FREE", "MARGINS"} else (None, "")
    if "FREE" in shows and element and element.room is not None:
        _draw_cells(_free_picture(element.room.cells.tobytes(), element.room.cells.shape), frame)
        outline(inside(frame, element.box), (*FREE, 0.9), 1.5)
    if "MARGINS" in shows:
        margin = element.margin if element else frame_margin()
        outline(inside(frame, FULL.grown(-margin, -margin)), MARGIN)
    if "THIRDS" in shows:
        lines(_thirds(frame), THIRD)
    lines(_guide_lines(frame), GUIDE, 1.5)
    if "CAPTIONS" in shows:
        spots = tuple(word_spots(scene))
        _draw_caption(caption_at(spots, scene.frame_current, scene.render.fps), frame)


def frame_margin() -> float:
    """Return the margin of the film's theme."""
    reading = snapshot.current()
    return reading.preview.margin if reading and reading.preview else 0.05


def _thirds(frame: Rectangle) -> list[tuple[float, float]]:
    left, bottom, right, top = frame
    across = [(left + (right - left) * n / 3, y) for n in (1, 2) for y in (bottom, top)]
    return across + [(x, bottom + (top - bottom) * n / 3) for n in (1, 2) for x in (left, right)]


def _guide_lines(frame: Rectangle) -> list[tuple[float, float]]:
    left, bottom, right, top = frame
    ends: list[tuple[float, float]] = []
    for across, at in guides:
        x, y = left + at * (right - left), top - at * (top - bottom)
        ends += [(x, bottom), (x, top)] if across else [(left, y), (right, y)]
    return ends


def _draw_heat(seen: Overview, frame: Rectangle, fps: int) -> None:
    """Draw where something has to be seen, and in red where it is hidden, the longer the more."""
    picture = _heat_picture(seen.seen_map.tobytes(), seen.hidden_map.tobytes(), seen.seen_map.shape)
    _draw_cells(picture, frame)
    seconds = sum(end - start for start, end in seen.hidden_spans) / fps
    told = f"Hidden for {seconds:.1f} s of {seen.frames / fps:.1f} s" if seconds else "Nothing is hidden in this scene"
    size = max(11.0, (frame[3] - frame[1]) / 38)
    x, y = frame[0] + size, frame[3] - 2 * size
    fill([(x - size / 2, y - size / 2, x + width_of(told, size) + size / 2, y + size * 1.1)], (0, 0, 0, 0.7))
    write(told, x, y, size, (1.0, 0.5, 0.45, 1.0) if seconds else (0.6, 1.0, 0.7, 1.0))


@lru_cache(maxsize=4)
def _heat_picture(seen: bytes, hidden: bytes, shape: tuple[int, int]) -> "np.ndarray[Any, Any]":
    """Return RGBA for each cell, the top row first."""
    return heat_colours(np.frombuffer(seen).reshape(shape), np.frombuffer(hidden).reshape(shape))


def heat_colours(seen: Shares, hidden: Shares) -> "np.ndarray[Any, Any]":
    """Return RGBA (0..1) for each cell: blue where something has to be seen, red where it is hidden; the longer the denser."""
    picture = np.zeros((*seen.shape, 4), dtype=np.float32)
    picture[..., :3], picture[..., 3] = SEEN, np.where(seen > 0, 0.12 + 0.3 * seen, 0.0)
    covered = hidden > 0
    picture[covered, :3], picture[covered, 3] = HIDDEN, 0.45 + 0.4 * hidden[covered]
    return picture


@lru_cache(maxsize=4)
def _free_picture(cells: bytes, shape: tuple[int, int]) -> "np.ndarray[Any, Any]":
    grid: OccupancyGrid = np.frombuffer(cells, dtype=np.int_).reshape(shape)
    picture = np.zeros((*shape, 4), dtype=np.float32)
    picture[..., :3], picture[..., 3] = FREE, np.where(grid > 0, 0.22, 0.0)
    return picture


def _draw_cells(picture: "np.ndarray[Any, Any]", frame: Rectangle) -> None:
    """Draw a picture of cells over the whole frame."""
    import gpu
    from gpu_extras.presets import draw_texture_2d

    rows, columns, _ = picture.shape
    turned = np.ascontiguousarray(picture[::-1])
    data = gpu.types.Buffer("FLOAT", turned.size, turned.ravel().tolist())
    texture = gpu.types.GPUTexture((columns, rows), format="RGBA16F", data=data)
    gpu.state.blend_set("ALPHA")
    draw_texture_2d(texture, frame[:2], frame[2] - frame[0], frame[3] - frame[1])
    gpu.state.blend_set("NONE")


def _draw_caption(written: tuple[str, ...], frame: Rectangle) -> None:
    """Draw a caption as players show the film's subtitles: in the middle, above the lower edge."""
    high = frame[3] - frame[1]
    size, middle = CAPTION_SIZE * high, (frame[0] + frame[2]) / 2
    for number, text in enumerate(reversed(written)):
        bottom, half = frame[1] + CAPTION_LIFT * high + number * size * 1.35, width_of(text, size) / 2
        fill([(middle - half - size / 3, bottom - size * 0.32, middle + half + size / 3, bottom + size * 1.03)],
             (0, 0, 0, 0.72))  # fmt: skip
        write(text, middle - half, bottom, size)


# Over the timeline


def _draw_timeline() -> None:
    scene, shows = edited_scene(bpy.context), snapshot.panel().preview_shows
    if scene is None or bpy.context.space_data.view_type == "PREVIEW" or not snapshot.panel().folder:
        return
    region, scale = bpy.context.region, bpy.context.preferences.system.ui_scale
    if "WORDS" in shows:
        for spot, rectangle in word_rectangles(region, scene, scale):
            _draw_word(spot, rectangle, scale, scene.frame_current)
    if "HEAT" in shows:
        top = region.height - (RULER + HEIGHT) * scale
        spans = [span for seen in overviews(scene) for span in seen.hidden_spans]
        fill([(_x(region, a), top - 5 * scale, _x(region, b), top) for a, b in spans], (*HIDDEN, 0.9))


def _x(region: bpy.types.Region, frame: int) -> float:
    return float(region.view2d.view_to_region(blender_frame(frame), 0, clip=False)[0])


def word_rectangles(region: bpy.types.Region, scene: bpy.types.Scene, scale: float) -> list[tuple[WordSpot, Rectangle]]:
    """Return the words that are in view, and where they stand: on the upper edge of their strip, below the times at least."""
    found, highest = [], region.height - (RULER + ROW) * scale
    for spot in word_spots(scene):
        left, base = region.view2d.view_to_region(spot.start, spot.channel + 0.98, clip=False)
        right = region.view2d.view_to_region(spot.end, 0, clip=False)[0]
        below = region.view2d.view_to_region(0, spot.channel, clip=False)[1]
        if right > 0 and left < region.width and base > 0 and below < highest:
            base = min(float(base), highest)
            found.append((spot, (float(left), base, float(right), base + ROW * scale)))
    return found


def _draw_word(spot: WordSpot, rectangle: Rectangle, scale: float, now: int) -> None:
    """Draw a word; where it has no room, only where it begins, so that the waveform below is seen."""
    left, bottom, right, top = rectangle
    said, size = spot.start <= now < spot.end, 10.5 * scale
    if width_of(spot.written, size) > right - left - 3:
        fill([(left, bottom, left + 1, bottom + (top - bottom) / 3)], (1, 1, 1, 0.6))
        return
    fill([(left + 1, bottom, right - 1, top)], (0.2, 0.5, 0.85, 0.95) if said else (0.1, 0.1, 0.12, 0.85))
    write(spot.written, left + 3, bottom + 4 * scale, size)


def register() -> None:
    """Draw in every sequencer; without a window nothing is drawn."""
    if not bpy.app.background:
        for draw, region in ((_draw_preview, "PREVIEW"), (_draw_timeline, "WINDOW")):
            handle = bpy.types.SpaceSequenceEditor.draw_handler_add(draw, (), region, "POST_PIXEL")
            _handles.append((handle, region))


def unregister() -> None:
    """Draw no more."""
    while _handles:
        bpy.types.SpaceSequenceEditor.draw_handler_remove(*_handles.pop())
