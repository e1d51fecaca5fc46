"""Strips in time: moved without ever touching another, for Blender resolves every overlap by moving strips."""

from typing import NamedTuple

import bpy

from ...pipeline.clock import frame_at
from ...pipeline.timeline.model import MovieStrip, SoundStrip, Strip
from .channels import LAST
from .placement import blender_frame

AWAY = 400_000
"""Frames by which strips are put aside while others move."""


class Place(NamedTuple):
    """Channel, handles and the frame of the content's beginning, as Blender counts."""

    channel: int
    start: int
    end: int
    content: int


def place_of(strip: Strip, channel: int, fps: int) -> Place:
    """Where Blender should have a strip of the timeline."""
    start, end = blender_frame(strip.start), blender_frame(strip.end)
    match strip:
        case MovieStrip():
            before = strip.source_start
        case SoundStrip():
            before = frame_at(strip.source_start, fps)
        case _:
            before = 0
    return Place(channel, start, end, start - before)


def place_now(strip: bpy.types.Strip) -> Place:
    """Where Blender has the strip."""
    return Place(strip.channel, int(strip.left_handle), int(strip.right_handle), round(strip.content_start))


def put_aside(strip: bpy.types.Strip) -> None:
    """Moves the strip out of everybody's way."""
    strip.content_start += AWAY


def put(strip: bpy.types.Strip, place: Place) -> None:
    """Moves the strip, which has been put aside, to its place, by way of the topmost channel."""
    strip.channel = LAST
    strip.content_start = place.content
    if place.start < strip.right_handle:
        strip.left_handle, strip.right_handle = place.start, place.end
    else:
        strip.right_handle, strip.left_handle = place.end, place.start
    strip.channel = place.channel
