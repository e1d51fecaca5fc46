"""What nobody may read, region by region: where it is on every frame that shows anything of it."""

import math

from ..base.box_track import BoxTrack, CameraPath, box_track, camera_path, path_cameras, track_boxes
from ..base.clock import seconds_at
from ..base.frozen import Frozen
from ..base.geometry import FULL, Box, union
from ..capture.take import CaptureTake
from ..layout.model import SceneLayout
from ..timing.retime import source_at
from ..timing.segments import CaptureSegment
from .background import FootageSpan
from .camera import cameras_on
from .frames import true_runs

FARTHEST_STEP = 0.35
"""A region that moves further (fraction of the picture) from one moment to the next counts as another one."""


class RedactedRegion(Frozen):
    """A region of a capture's picture on frames `start` to `end` (exclusive) of the scene.

    `regions` is where it lies in the picture, `cameras` what the camera sees meanwhile.
    """

    capture: str
    number: int
    start: int
    end: int
    regions: BoxTrack
    cameras: CameraPath


class _RegionStay(Frozen):
    """From `start` to `end` seconds of the recording, something lies in `box` of its picture."""

    start: float
    end: float
    box: Box


def redacted_regions(
    segment: CaptureSegment, layout: SceneLayout, take: CaptureTake, span: FootageSpan, fps: int
) -> tuple[RedactedRegion, ...]:
    """Return all regions of the capture on the frames of its footage.

    A region is redacted a frame longer than it shows, on both sides; `span` includes the crosses.
    """
    found: list[RedactedRegion] = []
    frames = range(span.first, span.first + span.frames)
    moments = [source_at(segment.plan, seconds_at(frame, fps)) for frame in range(frames.start - 1, frames.stop + 1)]
    for stays in _stays_by_region(take):
        boxes = [_box_between(stays, start, end) for start, end in zip(moments, moments[2:], strict=False)]
        for first, last in true_runs(box is not None for box in boxes):
            seen = frames[first:last]
            found.append(
                RedactedRegion(
                    capture=segment.capture,
                    number=len(found),
                    start=seen.start,
                    end=seen.stop,
                    regions=box_track(box for box in boxes[first:last] if box),
                    cameras=camera_path(cameras_on(layout.camera_moves, seen, fps)),
                )
            )
    return tuple(found)


def cut_to_frames(region: RedactedRegion, start: int, end: int) -> RedactedRegion | None:
    """Return the part of the region on frames `start` to `end` (exclusive) of the scene; None where there is none."""
    first, last = max(start, region.start), min(end, region.end)
    if first >= last:
        return None
    frames, part = region.end - region.start, slice(first - region.start, last - region.start)
    regions = box_track(list(track_boxes(region.regions, frames))[part])
    cameras = camera_path(list(path_cameras(region.cameras, frames))[part])
    return region.model_copy(update={"start": first, "end": last, "regions": regions, "cameras": cameras})


def _stays_by_region(take: CaptureTake) -> list[list[_RegionStay]]:
    """Return where each region is through time: it goes on as the nearest region of the next moment, ends, or begins."""
    ends = [*(entry.time for entry in take.blurred[1:]), math.inf]
    regions: list[list[_RegionStay]] = []
    for entry, end in zip(take.blurred, ends, strict=False):
        alive = [stays for stays in regions if stays[-1].end == entry.time]
        for box in filter(None, (box.common(FULL) for box in entry.boxes)):
            nearest = _nearest(alive, box)
            stay = _RegionStay(start=entry.time, end=end, box=box)
            if nearest and _distance(nearest[-1].box, box) <= FARTHEST_STEP:
                alive.remove(nearest)
                nearest.append(stay)
            else:
                regions.append([stay])
    return regions


def _nearest(regions: list[list[_RegionStay]], box: Box) -> list[_RegionStay] | None:
    return min(regions, key=lambda stays: _distance(stays[-1].box, box), default=None)


def _distance(one: Box, other: Box) -> float:
    return math.dist((one.x, one.y, one.right, one.bottom), (other.x, other.y, other.right, other.bottom))


def _box_between(stays: list[_RegionStay], start: float, end: float) -> Box | None:
    """Return the box of all places at which a region is between two moments of the recording; None where it is none."""
    boxes = [stay.box for stay in stays if stay.start <= end and start <= stay.end]
    return union(boxes) if boxes else None
