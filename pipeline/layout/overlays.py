"""Overlays over a picture: each goes where it hides nothing for as long as it shows."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ..base.geometry import Box, Size
from ..base.theme import Theme
from ..episode.blocks import Overlay
from ..timing.overlay_cues import OverlayCue
from .model import OverlayPlace
from .obstacles import Obstacles, PointedText, covered_spans, free_places
from .overlay_drafts import (
    OverlayDraft,
    draft_bullets,
    draft_callout,
    draft_caption,
    draft_code,
    draft_image,
    draft_lower_third,
    draft_one_line,
    draft_title,
    place_draft,
    typesetting_context,
)

INSET = (440, 330)
"""A picture beside footage is at least so large (px at 1080 lines) on one side."""
WIDTHS = {"lower-third": (900, 620, 460), "callout": (620, 420, 300), "caption": (1200, 800, 560)}
"""The widths that are tried for each kind, the best first (px at 1080 lines)."""
OTHER_WIDTHS = (900, 720, 560, 440)
"""The same for all other kinds."""
LOST_SECOND_COST = 120.0
"""What a second less on screen costs, in px of distance from where an overlay belongs."""
NEXT_SHAPE_COST = 30.0
"""The same for each step to a shape that reads less well."""
OTHER_SIDE_COST = 60.0
"""The same for a lower third on the narrator's side."""
CROSSING_COST = 200.0
"""The same for lying half on the window and half beside it."""
TARGET_GAP = 28.0
"""Px between an overlay and its target, in a frame 1080 px high."""
FAR_SIDE = 0.12
"""How far from a target its line may end for an overlay to stand beside it there (fraction of the frame's width)."""
DraftFunction = Callable[[OverlayCue], OverlayDraft]


@dataclass(frozen=True)
class PlacementContext:
    """What overlays are placed in: a frame of `frame` px, what is `taken` there, and where each belongs.

    `anchors` are points in px by an overlay's id, or by its kind; `images` are the pixel sizes of overlays' files. `targets` are
    what overlays (by id) are about.
    """

    theme: Theme
    frame: Size
    taken: Obstacles
    anchors: Mapping[str, tuple[float, float]]
    images: Mapping[str, Size]
    window: Box | None = None
    targets: Mapping[str, PointedText] = field(default_factory=dict)

    @property
    def safe(self) -> Box:
        """The part of the frame that lies within the margins."""
        return safe_area(self.theme)


@dataclass(frozen=True)
class PlacedOverlay:
    """Where an overlay is; `clear` is whether it hides nothing."""

    place: OverlayPlace
    clear: bool


def place_overlay(overlay: Overlay, cue: OverlayCue, context: PlacementContext) -> PlacedOverlay:
    """Place the overlay where it hides nothing, as near to where it belongs as another shape or a shorter time allow.

    Where there is no such place it goes where it belongs, and is not `clear`.
    """
    if overlay.position:
        return _place_at_position(overlay, cue, context)
    best = _FreePlace(math.inf)
    for cost, draft_for, option in _placement_options(overlay, cue, context):
        if cost < best.cost:
            found = _nearest_free_place(overlay, draft_for(option), option, cost, context)
            best = min(best, found, key=lambda place: place.cost)
    if best.draft:
        return PlacedOverlay(place_draft(best.draft, overlay.id, *best.corner, context.frame), True)
    draft = next(_draft_options(overlay, context))(cue)
    return PlacedOverlay(
        place_draft(draft, overlay.id, *_preferred_corners(overlay, draft, context)[0], context.frame), False
    )


def safe_area(theme: Theme) -> Box:
    """Return the part of the frame that lies within the margins."""
    m = theme.margin
    return Box(x=m, y=m, w=1 - 2 * m, h=1 - 2 * m)


def corner_centred_on(
    point: tuple[float, float], draft: OverlayDraft, theme: Theme, frame: Size
) -> tuple[float, float]:
    """Return the left top corner (px) of a draft whose middle is at a point of the frame, as far as the margins let it."""
    x, y = point
    return _clamped(x * frame[0] - draft.width / 2, y * frame[1] - draft.height / 2, draft, safe_area(theme), frame)


@dataclass(frozen=True)
class _FreePlace:
    """A free place, the draft to put there, and its `cost`: distance in px plus what shape and time cost."""

    cost: float
    draft: OverlayDraft | None = None
    corner: tuple[float, float] = (0.0, 0.0)


def _placement_options(
    overlay: Overlay, cue: OverlayCue, context: PlacementContext
) -> Iterator[tuple[float, DraftFunction, OverlayCue]]:
    """Yield shapes and times, and what each costs in px, the best first."""
    for option in _cue_options(overlay, cue):
        lost = (cue.end - cue.start) - (option.end - option.start)
        for number, draft_for in enumerate(_draft_options(overlay, context)):
            yield LOST_SECOND_COST * lost + NEXT_SHAPE_COST * number, draft_for, option


def _cue_options(overlay: Overlay, cue: OverlayCue) -> Iterator[OverlayCue]:
    """Yield the time of the cue and, for what can be read quickly, shorter and later times."""
    yield cue
    if overlay.until or overlay.seconds or overlay.kind not in ("lower-third", "callout", "caption"):
        return
    for later, seconds in ((0.0, 4.0), (0.0, 3.0), (0.5, 3.0), (1.0, 2.5), (0.0, 2.2)):
        if later + seconds < cue.end - cue.start:
            yield cue.model_copy(update={"start": cue.start + later, "end": cue.start + later + seconds})


def _draft_options(overlay: Overlay, context: PlacementContext) -> Iterator[DraftFunction]:
    """Yield the kind's shapes, the best first."""
    safe_width, scale = context.safe.w * context.frame[0], context.frame[1] / 1080
    for width in WIDTHS.get(overlay.kind, OTHER_WIDTHS):
        yield partial(_draft, overlay, context, min(safe_width, width * scale))
    if overlay.kind == "lower-third":
        yield lambda cue: draft_one_line(overlay, typesetting_context(context.theme, context.frame, cue))


def _draft(overlay: Overlay, context: PlacementContext, width: float, cue: OverlayCue) -> OverlayDraft:
    """Set the overlay `width` px wide at most."""
    page = typesetting_context(context.theme, context.frame, cue)
    height = context.safe.h * context.frame[1] * 0.8
    match overlay.kind:
        case "lower-third":
            return draft_lower_third(overlay, width, page)
        case "callout":
            return draft_callout(overlay, width, page)
        case "bullets":
            return draft_bullets(overlay, cue, width, height, page, panel=True)
        case "title" | "chapter":
            return draft_title(overlay.text, overlay.subtitle, width, page)
        case "code":
            return draft_code(overlay, cue, width, height, page)
        case "image":
            return draft_image(overlay, width, height, page, context.images, INSET)
        case _:
            return draft_caption(overlay, width, page)


def _preferred_corners(overlay: Overlay, draft: OverlayDraft, context: PlacementContext) -> list[tuple[float, float]]:
    """Return the left top corners nearest to where the kind belongs, within the margins.

    An anchor is the middle of the overlay; that of a lower third is its outer lower corner, on either side. What has a target
    belongs beside it.
    """
    if target := context.targets.get(overlay.id):
        return list(_corners_beside(target, draft, context))
    middle = (context.frame[0] / 2, context.frame[1] / 2)
    x, y = context.anchors.get(overlay.id) or context.anchors.get(overlay.kind) or middle
    if overlay.kind != "lower-third":
        return [_clamped(x - draft.width / 2, y - draft.height / 2, draft, context.safe, context.frame)]
    edges = (0.0, 1.0) if context.window is None else (context.window.x, context.window.right)
    other = sum(edges) * context.frame[0] - x
    lefts = [edge if edge < context.frame[0] / 2 else edge - draft.width for edge in (x, other)]
    return [_clamped(left, y - draft.height, draft, context.safe, context.frame) for left in lefts]


def _corners_beside(
    target: PointedText, draft: OverlayDraft, context: PlacementContext
) -> Iterator[tuple[float, float]]:
    """Yield the left top corners of places beside a target's line, where that ends near it, and below and above the target.

    They are as far out as the margins let them.
    """
    w, h = context.frame
    gap, words, line = TARGET_GAP * h / 1080, target.words, target.line
    middle_x, middle_y = words.centre[0] * w - draft.width / 2, words.centre[1] * h - draft.height / 2
    for away, x, y in (
        (line.right - words.right, line.right * w + gap, middle_y),
        (words.x - line.x, line.x * w - gap - draft.width, middle_y),
        (0.0, middle_x, words.bottom * h + gap),
        (0.0, middle_x, words.y * h - gap - draft.height),
    ):
        if away <= FAR_SIDE:
            yield _clamped(x, y, draft, context.safe, context.frame)


def _clamped(x: float, y: float, draft: OverlayDraft, safe: Box, frame: Size) -> tuple[float, float]:
    w, h = frame
    left = max(safe.x * w, min(x, safe.right * w - draft.width))
    return left, max(safe.y * h, min(y, safe.bottom * h - draft.height))


def _nearest_free_place(
    overlay: Overlay, draft: OverlayDraft, cue: OverlayCue, cost: float, context: PlacementContext
) -> _FreePlace:
    """Return the free place for the draft that is nearest to where it belongs; its cost is infinite where there is none."""
    if not draft.fits:
        return _FreePlace(math.inf)
    wanted = _preferred_corners(overlay, draft, context)
    for number, corner in enumerate(wanted):
        box = place_draft(draft, overlay.id, *corner, context.frame).box
        if not any(s < cue.end and e > cue.start for s, e in covered_spans(context.taken, box)):
            return _FreePlace(cost + OTHER_SIDE_COST * number, draft, corner)
    corners = free_places(context.taken, (cue.start, cue.end), (round(draft.width), round(draft.height)), context.safe)
    if not len(corners):
        return _FreePlace(math.inf)
    distances = np.min([np.hypot(*(corners - np.array(corner)).T) for corner in wanted], axis=0)
    costs = distances + CROSSING_COST * _crosses_window_edge(corners[:, 0], draft.width, context)
    nearest = int(np.argmin(costs))
    return _FreePlace(cost + float(costs[nearest]), draft, (float(corners[nearest, 0]), float(corners[nearest, 1])))


def _crosses_window_edge(lefts: NDArray[np.int_], width: float, context: PlacementContext) -> NDArray[np.bool_]:
    """Return which of the places would lie half on the window and half beside it (bool, shape (n,))."""
    if context.window is None:
        return np.zeros(len(lefts), dtype=bool)
    edges = (context.window.x * context.frame[0], context.window.right * context.frame[0])
    left, right = ((lefts < edge) & (lefts + width > edge) for edge in edges)
    return left | right


def _place_at_position(overlay: Overlay, cue: OverlayCue, context: PlacementContext) -> PlacedOverlay:
    draft = next(_draft_options(overlay, context))(cue)
    corner = corner_centred_on(overlay.position or (0.5, 0.5), draft, context.theme, context.frame)
    place = place_draft(draft, overlay.id, *corner, context.frame)
    hides = any(s < cue.end and e > cue.start for s, e in covered_spans(context.taken, place.box, 0))
    return PlacedOverlay(place, not hides)
