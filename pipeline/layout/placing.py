"""Overlays over a picture: each goes where, for all of its time, it hides nothing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
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
Draw = Callable[[Cue], Draft]


@dataclass(frozen=True)
class Room:
    """What overlays are placed in: the frame, what is taken, and the point (px) each (by id, or kind) is drawn to."""

    theme: Theme
    frame: Size
    taken: Obstacles
    anchors: Mapping[str, tuple[float, float]]
    images: Mapping[str, Size]

    @property
    def safe(self) -> Box:
        m = self.theme.margin
        return Box(x=m, y=m, w=1 - 2 * m, h=1 - 2 * m)

    def holding(self, taken: Obstacles) -> "Room":
        return Room(self.theme, self.frame, taken, self.anchors, self.images)


@dataclass(frozen=True)
class Placed:
    """Where an overlay went; `clear` is whether it hides nothing."""

    place: OverlayPlace
    clear: bool


def placed(overlay: Overlay, cue: Cue, room: Room) -> Placed:
    """The overlay where it hides nothing, if need be in another shape or for a shorter time.

    Where there is no such place it stands where it belongs, and is not `clear`.
    """
    if overlay.position:
        return _at_position(overlay, cue, room)
    for draw, when in _ways(overlay, cue, room):
        draft = draw(when)
        corner = _free_corner(overlay, draft, when, room) if draft.fits else None
        if corner is not None:
            return Placed(put(draft, overlay.id, *corner, room.frame), True)
    draft = next(_drawings(overlay, room))(cue)
    return Placed(put(draft, overlay.id, *_drawn_to(overlay, draft, room), room.frame), False)


def _ways(overlay: Overlay, cue: Cue, room: Room) -> Iterator[tuple[Draw, Cue]]:
    """Shapes and times in the order in which they are wanted."""
    for when in _times(overlay, cue):
        for draw in _drawings(overlay, room):
            yield draw, when


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


def _drawn_to(overlay: Overlay, draft: Draft, room: Room) -> tuple[float, float]:
    """The left top corner nearest to where the kind belongs, within the margins.

    An anchor is the middle of the overlay; that of a lower third is its outer lower corner.
    """
    x, y = room.anchors.get(overlay.id) or room.anchors.get(overlay.kind) or (room.frame[0] / 2, room.frame[1] / 2)
    if overlay.kind == "lower-third":
        return _clamped(x if x < room.frame[0] / 2 else x - draft.width, y - draft.height, draft, room)
    return _clamped(x - draft.width / 2, y - draft.height / 2, draft, room)


def _clamped(x: float, y: float, draft: Draft, room: Room) -> tuple[float, float]:
    w, h = room.frame
    safe = room.safe
    left = max(safe.x * w, min(x, safe.right * w - draft.width))
    return left, max(safe.y * h, min(y, safe.bottom * h - draft.height))


def _free_corner(overlay: Overlay, draft: Draft, cue: Cue, room: Room) -> tuple[float, float] | None:
    wanted = _drawn_to(overlay, draft, room)
    size = (round(draft.width), round(draft.height))
    exact = put(draft, overlay.id, *wanted, room.frame).box
    if not any(s < cue.end and e > cue.start for s, e in covered(room.taken, exact)):
        return wanted
    corners = free_places(room.taken, (cue.start, cue.end), size, room.safe)
    if not len(corners):
        return None
    x, y = corners[np.argmin(((corners - np.array(wanted)) ** 2).sum(axis=1))]
    return float(x), float(y)


def _at_position(overlay: Overlay, cue: Cue, room: Room) -> Placed:
    x, y = overlay.position or (0.5, 0.5)
    draft = next(_drawings(overlay, room))(cue)
    left, top = x * room.frame[0] - draft.width / 2, y * room.frame[1] - draft.height / 2
    place = put(draft, overlay.id, *_clamped(left, top, draft, room), room.frame)
    hides = any(s < cue.end and e > cue.start for s, e in covered(room.taken, place.box, 0))
    return Placed(place, not hides)
