"""When each overlay of a scene shows: marks, the author's seconds, and what a kind needs to be read."""

from collections.abc import Iterable, Mapping

from ..episode.model import Overlay, Scene
from ..model import Frozen

STAGE_KINDS = ("title", "chapter", "bullets", "code", "image")
"""Overlays that are the picture of a scene without a capture, one after another."""
CARD_KINDS = ("title", "chapter")
"""Overlays that stand on a card of their own where the scene has a capture."""
SECONDS = {
    "lower-third": 5.0,
    "callout": 4.0,
    "caption": 5.0,
    "title": 3.2,
    "chapter": 3.2,
    "code": 6.0,
    "image": 5.0,
}
ITEM_SECONDS = 1.2
"""Between two items of a list that have no marks."""
AFTER_LIST = 4.0
"""How long a list stays after its last item came."""
SHORTEST = 1.5


class Cue(Frozen):
    """Overlay `overlay` shows from `start` to `end`; its entries come at `items` (all seconds of the scene)."""

    overlay: str
    start: float
    end: float
    items: tuple[float, ...] = ()


def cues(scene: Scene, marks: Mapping[str, float], duration: float) -> tuple[Cue, ...]:
    """A cue for every overlay of the scene, in the order of the script, all within `duration`."""
    starts = _starts(scene, marks)
    raw = [_cue(o, scene, marks, start, duration) for o, start in zip(scene.overlays, starts, strict=True)]
    return tuple(_followed(o, cue, scene, raw) for o, cue in zip(scene.overlays, raw, strict=True))


def filmed(scene: Scene) -> bool:
    """Whether captures are seen in the scene."""
    return bool(scene.captures) and scene.layout != "narrator-only"


def overlays_need(scene: Scene, marks: Mapping[str, float]) -> float:
    """Seconds after the scene's start until which its overlays have to be seen."""
    starts = _starts(scene, marks)
    return max((_need(o, scene, marks, start) for o, start in zip(scene.overlays, starts, strict=True)), default=0.0)


def opening_card(scene: Scene, marks: Mapping[str, float]) -> float:
    """The end of the card that opens a scene with captures, 0.0 where it has none."""
    pairs = sorted(zip(_starts(scene, marks), scene.overlays, strict=True), key=lambda pair: pair[0])
    end = 0.0
    for start, overlay in pairs:
        if filmed(scene) and overlay.kind in CARD_KINDS and start <= end:
            end = max(end, _wanted_end(overlay, scene, marks, start) or 0.0)
    return end


def _cue(overlay: Overlay, scene: Scene, marks: Mapping[str, float], start: float, duration: float) -> Cue:
    start = min(start, max(duration - SHORTEST, 0.0))
    wanted = _wanted_end(overlay, scene, marks, start)
    end = duration if wanted is None else min(wanted, duration)
    return Cue(overlay=overlay.id, start=start, end=end, items=_until(end, _items(overlay, marks, start)))


def _staged(overlay: Overlay, scene: Scene) -> bool:
    """Whether the overlay is one of the cards of which there is one at a time; in front of captures few kinds are."""
    return overlay.kind in (CARD_KINDS if filmed(scene) else STAGE_KINDS) and not overlay.position


def _followed(overlay: Overlay, cue: Cue, scene: Scene, all_cues: list[Cue]) -> Cue:
    """What comes next takes the place of what was there."""
    if not _staged(overlay, scene):
        return cue
    others = zip(scene.overlays, all_cues, strict=True)
    later = [c.start for o, c in others if _staged(o, scene) and c.start > cue.start]
    end = min([cue.end, *later])
    return cue.model_copy(update={"end": end, "items": _until(end, cue.items)})


def _until(end: float, times: Iterable[float]) -> tuple[float, ...]:
    return tuple(min(time, end) for time in times)


def _starts(scene: Scene, marks: Mapping[str, float]) -> list[float]:
    """When each overlay comes; a card of the stage that would come with another waits until that could be read."""
    starts = [_start(o, marks) for o in scene.overlays]
    before: tuple[float, Overlay] | None = None
    for i in sorted(range(len(starts)), key=lambda i: (starts[i], i)):
        overlay = scene.overlays[i]
        if not _staged(overlay, scene):
            continue
        if before and starts[i] < before[0] + SHORTEST:
            starts[i] = before[0] + (before[1].seconds or SECONDS.get(before[1].kind, AFTER_LIST))
        before = starts[i], overlay
    return starts


def _start(overlay: Overlay, marks: Mapping[str, float]) -> float:
    return marks[overlay.at] if overlay.at else 0.0


def _items(overlay: Overlay, marks: Mapping[str, float], start: float) -> list[float]:
    """An item comes at its mark, else `ITEM_SECONDS` after the one before; never before it."""
    times: list[float] = []
    own = overlay.item_marks + (None,) * len(overlay.items)
    for _item, mark in zip(overlay.items, own, strict=False):
        before = times[-1] if times else start
        times.append(max(before, marks[mark]) if mark else before + (ITEM_SECONDS if times else 0.4))
    return times


def _wanted_end(overlay: Overlay, scene: Scene, marks: Mapping[str, float], start: float) -> float | None:
    """None: until the scene ends, or until something takes its place."""
    if overlay.until:
        return max(marks[overlay.until], start + SHORTEST)
    if overlay.seconds:
        return start + overlay.seconds
    if not filmed(scene) and overlay.kind in STAGE_KINDS:
        return None
    if overlay.kind in SECONDS:
        return start + SECONDS[overlay.kind]
    return max(_items(overlay, marks, start), default=start) + AFTER_LIST


def _need(overlay: Overlay, scene: Scene, marks: Mapping[str, float], start: float) -> float:
    """What was asked for in seconds is given; otherwise narration decides, unless nobody speaks."""
    if overlay.seconds:
        return start + overlay.seconds
    last = max(_items(overlay, marks, start), default=start)
    if scene.lines:
        return last + SHORTEST
    return last + SECONDS.get(overlay.kind, AFTER_LIST) + 0.3
