"""Move strips in time without letting them overlap, since Blender resolves every overlap by moving a strip."""

from typing import NamedTuple

import bpy

from ...pipeline.base.clock import frame_at
from ...pipeline.timeline.model import MovieStrip, SoundStrip, Strip
from .strip_transform import blender_frame

LAST = 128
"""Blender's highest channel. It is kept free for strips that are being moved."""

AWAY = 400_000
"""Frames by which strips are moved out of the way while others are moved."""


class StripPosition(NamedTuple):
    """A strip's channel, its two handles, and the frame at which its content begins, as Blender counts frames."""

    channel: int
    start: int
    end: int
    content: int


def position_of(strip: Strip, channel: int, fps: int) -> StripPosition:
    """Return the position that a strip of the timeline has in Blender."""
    start, end = blender_frame(strip.start), blender_frame(strip.end)
    match strip:
        case MovieStrip():
            skipped = strip.source_start
        case SoundStrip():
            skipped = frame_at(strip.source_start, fps)
        case _:
            skipped = 0
    return StripPosition(channel, start, end, start - skipped)


def current_position(strip: bpy.types.Strip) -> StripPosition:
    """Return the position that a strip has now."""
    return StripPosition(strip.channel, int(strip.left_handle), int(strip.right_handle), round(strip.content_start))


def has_content(strip: bpy.types.Strip) -> bool:
    """Return whether a strip plays something that has a beginning of its own, which a trim leaves where it is."""
    return strip.type in ("MOVIE", "SOUND")


def anchor(strip: bpy.types.Strip) -> int:
    """Return the frame that a strip's curves are counted from to compare them: they move along with it."""
    return round(strip.content_start) if has_content(strip) else int(strip.left_handle)


def move_out_of_the_way(strip: bpy.types.Strip) -> None:
    """Move the strip far behind the end of the film."""
    strip.content_start += AWAY


def move_to(strip: bpy.types.Strip, position: StripPosition) -> None:
    """Move a strip, which was moved out of the way, to its position. On the way it is on the topmost channel.

    Only what differs is written: for each of these, Blender looks at all strips.
    """
    if current_position(strip) == position:
        return
    if strip.channel != LAST:
        strip.channel = LAST
    if strip.content_start != position.content:
        strip.content_start = position.content
    if position.start < strip.right_handle:
        _set_handles(strip, left_handle=position.start, right_handle=position.end)
    else:
        _set_handles(strip, right_handle=position.end, left_handle=position.start)
    strip.channel = position.channel


def _set_handles(strip: bpy.types.Strip, **frames: int) -> None:
    for name, frame in frames.items():
        if getattr(strip, name) != frame:
            setattr(strip, name, frame)
