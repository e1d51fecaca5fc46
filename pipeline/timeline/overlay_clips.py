"""What lies over a scene's footage: which clips are to be made, and where and when they are seen."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..base.box_track import box_of_bounds
from ..base.clock import frame_at
from ..base.geometry import Size
from ..base.theme import Theme
from ..capture.take import CaptureTake
from ..drawing.closeup import CLOSE_UP, CloseUpRequest
from ..drawing.footage import FootageRequest, RedactionSpan
from ..drawing.keycaps import BADGE, badge_request
from ..drawing.outline import OUTLINE
from ..drawing.redact import BLUR, BlurRequest, blur_clip_bounds
from ..drawing.spotlight import SPOTLIGHT
from ..layout.model import BadgePlace, SceneLayout
from ..timing.schedule import SceneSchedule
from ..timing.segments import CaptureSegment
from .background import BackgroundSpan
from .camera import close_ups
from .emphasis import emphases
from .redaction import RedactedRegion, cut_to_frames, redacted_regions
from .takes import OverlayClip, PendingOverlay

OVERLAY_RECIPES = (CLOSE_UP, BLUR, SPOTLIGHT, OUTLINE, BADGE)
"""The recipes of all that lies over footage."""


@dataclass(frozen=True)
class FilmedCapture:
    """A capture in the film: when it is seen, where in the background, what nobody may read, and its footage."""

    segment: CaptureSegment
    background: BackgroundSpan
    regions: tuple[RedactedRegion, ...]
    request: FootageRequest


def filmed_capture(
    segment: CaptureSegment,
    background: BackgroundSpan,
    layout: SceneLayout,
    take: CaptureTake,
    footage: FootageRequest,
) -> FilmedCapture:
    """Return a capture whose `footage` is redacted where transitions mix or move it, since no strip can lie over it there."""
    regions = redacted_regions(segment, layout, take, background.footage, footage.fps)
    first, last = background.resting
    crosses = [(footage.start, first), (last, footage.end)]
    parts = [
        part for region in regions for start, end in crosses if (part := cut_to_frames(region, start - 1, end + 1))
    ]
    redactions = tuple(RedactionSpan(start=part.start, end=part.end, regions=part.regions) for part in parts)
    return FilmedCapture(segment, background, regions, footage.model_copy(update={"redactions": redactions}))


def pending_overlays(
    schedule: SceneSchedule,
    layout: SceneLayout,
    takes: Mapping[str, CaptureTake],
    filmed: tuple[FilmedCapture, ...],
    theme: Theme,
    size: Size,
) -> Iterator[PendingOverlay]:
    """Yield every clip over the footage of a scene whose captures are `filmed`.

    `takes` by capture id; `size` is the film's frame in px.
    """
    for capture in filmed:
        yield from _pending_close_ups(capture, layout)
        yield from _pending_blurs(capture)
    yield from emphases(schedule, layout, takes, theme, size)
    for number, place in enumerate(layout.badges):
        yield _pending_badge(place, number, theme, size, schedule.fps)


def _pending_close_ups(filmed: FilmedCapture, layout: SceneLayout) -> Iterator[PendingOverlay]:
    span, request = filmed.background, filmed.request
    for close_up in close_ups(layout, span.start - span.origin, span.end - span.origin, request.fps):
        clip = OverlayClip(
            capture=filmed.segment.capture,
            part=f"close-up-{close_up.number}",
            name="Close-up",
            track="Picture close",
            start=close_up.start,
            end=close_up.end,
            fades=False,
        )
        footage = request.model_copy(update={"start": close_up.start, "end": close_up.end})
        yield PendingOverlay(clip, CLOSE_UP, CloseUpRequest(footage=footage, cameras=close_up.cameras))


def _pending_blurs(filmed: FilmedCapture) -> Iterator[PendingOverlay]:
    """Yield a clip over every region between the transitions, in which the footage itself is redacted."""
    footage, (start, end) = filmed.request, filmed.background.resting
    for region in filter(None, (cut_to_frames(region, start, end) for region in filmed.regions)):
        request = BlurRequest(
            capture=footage.capture,
            plan=footage.plan,
            fps=footage.fps,
            start=region.start,
            end=region.end,
            content=footage.content,
            frame=footage.frame,
            regions=region.regions,
            cameras=region.cameras,
        )
        clip = OverlayClip(
            capture=filmed.segment.capture,
            part=f"blur-{region.number}",
            name="Blur",
            track="Blur",
            start=region.start,
            end=region.end,
            box=box_of_bounds(blur_clip_bounds(request), footage.frame),
            fades=False,
        )
        yield PendingOverlay(clip, BLUR, request)


def _pending_badge(place: BadgePlace, number: int, theme: Theme, size: Size, fps: int) -> PendingOverlay:
    start = frame_at(place.start, fps)
    clip = OverlayClip(
        capture=place.capture,
        part=f"keys-{number}",
        name="Keys " + " ".join("+".join(chord.keys) for chord in place.chords),
        track="Keys",
        start=start,
        end=max(frame_at(place.end, fps), start + 1),
        box=place.box,
    )
    return PendingOverlay(clip, BADGE, badge_request(place.chords, theme, size[1], fps))
