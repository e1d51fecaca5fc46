"""Overlays over a picture: each goes where, for all of its time, it hides nothing."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from ..episode.model import Overlay
from ..geometry import Box, Size
from .cues import Cue
from .drafts import Desk, Draft, bullets, callout, caption, code, desk, image, lower_third, one_line, put, title
from .model import OverlayPlace
from .obstacles import Obstacles, covered, free_places
from .theme import Theme

INSET = (440, 330)
"""A picture beside footage is at least so large (px at 1080 lines) on one side."""
LOST_SECOND = 120.0
"""What a second less on screen is worth in px of distance from where an overlay belongs."""
NEXT_SHAPE = 30.0
"""The same for each shape that is less wanted."""
OTHER_SIDE = 60.0
"""The same for a lower third on the side where the narrator stands."""
ASTRIDE = 200.0
"""The same for lying half on the window and half beside it."""
Draw = Callable[[Cue], Draft]


@dataclass(frozen=True)
class Room:
    """What overlays are placed in: the frame, what is taken, and the point (px) each (by id, or kind) is drawn to."""

    theme: Theme
    frame: Size
    taken: Obstacles
    anchors: Mapping[str, tuple[float, float]]
    images: Mapping[str, Size]
    window: Box | None = None

    @property
    def safe(self) -> Box:
        return safe_area(self.theme)

    def holding(self, taken: Obstacles) -> "Room":
        return replace(self, taken=taken)


@dataclass(frozen=True)
class Placed:
    """Where an overlay went; `clear` is whether it hides nothing."""

    place: OverlayPlace
    clear: bool


def placed(overlay: Overlay, cue: Cue, room: Room) -> Placed:
    """The overlay where it hides nothing, as near to where it belongs as another shape or a shorter time allow.

    Where there is no such place it stands where it belongs, and is not `clear`.
    """
    if overlay.position:
        return _at_position(overlay, cue, room)
    best = _Found(math.inf)
    for price, draw, when in _ways(overlay, cue, room):
        if price < best.price:
            best = min(best, _found(overlay, draw(when), when, price, room), key=lambda found: found.price)
    if best.draft:
        return Placed(put(best.draft, overlay.id, *best.corner, room.frame), True)
    draft = next(_drawings(overlay, room))(cue)
    return Placed(put(draft, overlay.id, *_wanted(overlay, draft, room)[0], room.frame), False)


def safe_area(theme: Theme) -> Box:
    """What of the frame lies within the margins."""
    m = theme.margin
    return Box(x=m, y=m, w=1 - 2 * m, h=1 - 2 * m)


def at_point(point: tuple[float, float], draft: Draft, theme: Theme, frame: Size) -> tuple[float, float]:
    """The left top corner (px) of a draft whose middle is at a point of the frame, as far as the margins let it."""
    x, y = point
    return _clamped(x * frame[0] - draft.width / 2, y * frame[1] - draft.height / 2, draft, safe_area(theme), frame)


@dataclass(frozen=True)
class _Found:
    """A free place: how far (px) it is from what is wanted, all in all, and the draft to put there."""

    price: float
    draft: Draft | None = None
    corner: tuple[float, float] = (0.0, 0.0)


def _ways(overlay: Overlay, cue: Cue, room: Room) -> Iterator[tuple[float, Draw, Cue]]:
    """Shapes and times in the order in which they are wanted, and what each costs in px."""
    for when in _times(overlay, cue):
        lost = (cue.end - cue.start) - (when.end - when.start)
        for number, draw in enumerate(_drawings(overlay, room)):
            yield LOST_SECOND * lost + NEXT_SHAPE * number, draw, when


def _times(overlay: Overlay, cue: Cue) -> Iterator[Cue]:
    yield cue
    if overlay.until or overlay.seconds or overlay.kind not in ("lower-third", "callout", "caption"):
        return
    for later, seconds in ((0.0, 4.0), (0.0, 3.0), (0.5, 3.0), (1.0, 2.5), (0.0, 2.2)):
        if later + seconds < cue.end - cue.start:
            yield cue.model_copy(update={"start": cue.start + later, "end": cue.start + later + seconds})


def _drawings(overlay: Overlay, room: Room) -> Iterator[Draw]:
    """The kind's shapes, the best first."""
    w, h = room.safe.w * room.frame[0], room.safe.h * room.frame[1]
    at: Callable[[Cue], Desk] = partial(desk, room.theme, room.frame)
    scale = room.frame[1] / 1080
    wide = {"lower-third": (900, 620, 460), "callout": (620, 420, 300), "caption": (1200, 800, 560)}
    for width in wide.get(overlay.kind, (900, 720, 560, 440)):
        room_w, most = min(w, width * scale), h * 0.8
        match overlay.kind:
            case "lower-third":
                yield lambda cue, room_w=room_w: lower_third(overlay, room_w, at(cue))
            case "callout":
                yield lambda cue, room_w=room_w: callout(overlay, room_w, at(cue))
            case "bullets":
                yield lambda cue, room_w=room_w: bullets(overlay, cue, room_w, most, at(cue), True)
            case "title" | "chapter":
                yield lambda cue, room_w=room_w: title(overlay.text, overlay.subtitle, room_w, at(cue))
            case "code":
                yield lambda cue, room_w=room_w: code(overlay, room_w, most, at(cue))
            case "image":
                yield lambda cue, room_w=room_w: image(overlay, room_w, most, at(cue), room.images, INSET)
            case _:
                yield lambda cue, room_w=room_w: caption(overlay, room_w, at(cue))
    if overlay.kind == "lower-third":
        yield lambda cue: one_line(overlay, at(cue))


def _wanted(overlay: Overlay, draft: Draft, room: Room) -> list[tuple[float, float]]:
    """The left top corners nearest to where the kind belongs, within the margins.

    An anchor is the middle of the overlay; that of a lower third is its outer lower corner, on either side.
    """
    x, y = room.anchors.get(overlay.id) or room.anchors.get(overlay.kind) or (room.frame[0] / 2, room.frame[1] / 2)
    if overlay.kind != "lower-third":
        return [_clamped(x - draft.width / 2, y - draft.height / 2, draft, room.safe, room.frame)]
    edges = (0.0, 1.0) if room.window is None else (room.window.x, room.window.right)
    other = sum(edges) * room.frame[0] - x
    lefts = [edge if edge < room.frame[0] / 2 else edge - draft.width for edge in (x, other)]
    return [_clamped(left, y - draft.height, draft, room.safe, room.frame) for left in lefts]


def _clamped(x: float, y: float, draft: Draft, safe: Box, frame: Size) -> tuple[float, float]:
    w, h = frame
    left = max(safe.x * w, min(x, safe.right * w - draft.width))
    return left, max(safe.y * h, min(y, safe.bottom * h - draft.height))


def _found(overlay: Overlay, draft: Draft, cue: Cue, price: float, room: Room) -> _Found:
    """The free place for the draft that is nearest to where it belongs."""
    if not draft.fits:
        return _Found(math.inf)
    wanted = _wanted(overlay, draft, room)
    for number, corner in enumerate(wanted):
        box = put(draft, overlay.id, *corner, room.frame).box
        if not any(s < cue.end and e > cue.start for s, e in covered(room.taken, box)):
            return _Found(price + OTHER_SIDE * number, draft, corner)
    corners = free_places(room.taken, (cue.start, cue.end), (round(draft.width), round(draft.height)), room.safe)
    if not len(corners):
        return _Found(math.inf)
    away = np.min([np.hypot(*(corners - np.array(corner)).T) for corner in wanted], axis=0)
    away = away + ASTRIDE * _astride(corners[:, 0], draft.width, room)
    nearest = int(np.argmin(away))
    return _Found(price + float(away[nearest]), draft, (float(corners[nearest, 0]), float(corners[nearest, 1])))


def _astride(lefts: np.ndarray, width: float, room: Room) -> np.ndarray:
    """Which of the places would lie half on the window and half beside it."""
    if room.window is None:
        return np.zeros(len(lefts), dtype=bool)
    edges = (room.window.x * room.frame[0], room.window.right * room.frame[0])
    return np.logical_or.reduce([(lefts < edge) & (lefts + width > edge) for edge in edges])


def _at_position(overlay: Overlay, cue: Cue, room: Room) -> Placed:
    draft = next(_drawings(overlay, room))(cue)
    corner = at_point(overlay.position or (0.5, 0.5), draft, room.theme, room.frame)
    place = put(draft, overlay.id, *corner, room.frame)
    hides = any(s < cue.end and e > cue.start for s, e in covered(room.taken, place.box, 0))
    return Placed(place, not hides)
