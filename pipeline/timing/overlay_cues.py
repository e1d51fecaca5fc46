"""When each overlay of a scene shows: marks, the author's seconds, and what a kind needs to be read."""

from collections.abc import Iterable, Mapping

from ..base.frozen import Frozen
from ..episode.blocks import Overlay
from ..episode.model import Scene

STAGE_KINDS = ("title", "chapter", "bullets", "code", "image")
"""Overlays that are the picture of a scene without a capture, one after another."""
CARD_KINDS = ("title", "chapter")
"""Overlays that are cards of their own, over the whole frame, where the scene has a capture."""
SECONDS = {
    "lower-third": 5.0,
    "callout": 4.0,
    "caption": 5.0,
    "title": 3.2,
    "chapter": 3.2,
    "code": 6.0,
    "image": 5.0,
}
"""How long each kind shows where the author doesn't say."""
ITEM_SECONDS = 1.2
"""Seconds between two items of a list that have no marks."""
FIRST_ITEM_SECONDS = 0.4
"""Seconds from the list's start to its first item, if that has no mark."""
AFTER_LIST = 4.0
"""Seconds for which a list shows after its last item came, and code after its last lines lit up."""
SHORTEST = 1.5
"""Seconds for which an overlay shows at least."""


class OverlayCue(Frozen):
    """Overlay `overlay` shows from `start` to `end`; its entries come at `items` (all seconds of the scene).

    `lit` are from when until when each of its highlights lights up: no longer than the overlay shows.
    """

    overlay: str
    start: float
    end: float
    items: tuple[float, ...] = ()
    lit: tuple[tuple[float, float], ...] = ()


def overlay_cues(scene: Scene, marks: Mapping[str, float], duration: float) -> tuple[OverlayCue, ...]:
    """Return a cue for every overlay of the scene, in the order of the script, all within `duration`."""
    starts = _overlay_starts(scene, marks)
    cues = [_cue(o, scene, marks, start, duration) for o, start in zip(scene.overlays, starts, strict=True)]
    return tuple(_ended_by_next(o, cue, scene, cues) for o, cue in zip(scene.overlays, cues, strict=True))


def has_captures(scene: Scene) -> bool:
    """Return whether captures are seen in the scene."""
    return bool(scene.captures) and scene.layout != "narrator-only"


def stands_for_heading(text: str, scene: Scene) -> bool:
    """Return whether a card says what the scene's heading says: it stays, then, where the heading would come in its place."""
    return _letters(text) == _letters(scene.title)


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def overlays_need_until(scene: Scene, marks: Mapping[str, float]) -> float:
    """Return how many seconds the scene has to last for all its overlays to be read."""
    starts = _overlay_starts(scene, marks)
    return max(
        (_needed_until(o, scene, marks, start) for o, start in zip(scene.overlays, starts, strict=True)), default=0.0
    )


def opening_card_end(scene: Scene, marks: Mapping[str, float]) -> float:
    """Return the end of the card that opens a scene with captures, 0.0 where there is none."""
    pairs = sorted(zip(_overlay_starts(scene, marks), scene.overlays, strict=True), key=lambda pair: pair[0])
    end = 0.0
    for start, overlay in pairs:
        if has_captures(scene) and overlay.kind in CARD_KINDS and start <= end:
            end = max(end, _requested_end(overlay, scene, marks, start) or 0.0)
    return end


def _cue(overlay: Overlay, scene: Scene, marks: Mapping[str, float], start: float, duration: float) -> OverlayCue:
    start = min(start, max(duration - SHORTEST, 0.0))
    requested = _requested_end(overlay, scene, marks, start)
    end = duration if requested is None else min(requested, duration)
    items = _times_before(end, _item_times(overlay, marks, start))
    return OverlayCue(overlay=overlay.id, start=start, end=end, items=items, lit=_lit_spans(overlay, marks, start, end))


def _is_stage_card(overlay: Overlay, scene: Scene) -> bool:
    """Return whether the overlay is a card that replaces the one before; over captures only titles and chapters are."""
    return overlay.kind in (CARD_KINDS if has_captures(scene) else STAGE_KINDS) and not overlay.position


def _ended_by_next(overlay: Overlay, cue: OverlayCue, scene: Scene, cues: list[OverlayCue]) -> OverlayCue:
    """Return `cue`, over as soon as a later card takes its place."""
    if not _is_stage_card(overlay, scene):
        return cue
    pairs = zip(scene.overlays, cues, strict=True)
    later = [c.start for o, c in pairs if _is_stage_card(o, scene) and c.start > cue.start]
    end = min([cue.end, *later])
    return cue.model_copy(update={"end": end, "items": _times_before(end, cue.items)})


def _times_before(end: float, times: Iterable[float]) -> tuple[float, ...]:
    return tuple(min(time, end) for time in times)


def _overlay_starts(scene: Scene, marks: Mapping[str, float]) -> list[float]:
    """Return when each overlay comes; of two cards at once, the second waits until the first could be read."""
    starts = [marks[overlay.at] if overlay.at else 0.0 for overlay in scene.overlays]
    card: tuple[float, Overlay] | None = None
    for i in sorted(range(len(starts)), key=lambda i: (starts[i], i)):
        overlay = scene.overlays[i]
        if not _is_stage_card(overlay, scene):
            continue
        if card and starts[i] < card[0] + SHORTEST:
            starts[i] = card[0] + (card[1].seconds or SECONDS.get(card[1].kind, AFTER_LIST))
        card = starts[i], overlay
    return starts


def _item_times(overlay: Overlay, marks: Mapping[str, float], start: float) -> list[float]:
    """Return when each item of a list comes: at its mark, else `ITEM_SECONDS` after the one before; never before it."""
    times: list[float] = []
    item_marks = overlay.item_marks + (None,) * len(overlay.items)
    for _item, mark in zip(overlay.items, item_marks, strict=False):
        before = times[-1] if times else start
        gap = ITEM_SECONDS if times else FIRST_ITEM_SECONDS
        times.append(max(before, marks[mark]) if mark else before + gap)
    return times


def _lit_starts(overlay: Overlay, marks: Mapping[str, float], start: float) -> list[float]:
    """Return when each of the highlights lights up: at its mark, else with the overlay; never before it."""
    return [max(marks[lit.at], start) if lit.at else start for lit in overlay.highlight]


def _lit_spans(
    overlay: Overlay, marks: Mapping[str, float], start: float, end: float
) -> tuple[tuple[float, float], ...]:
    """Return from when until when each of the highlights is lit: until its own mark, or as later ones light up."""
    starts = _lit_starts(overlay, marks, start)
    ends = [
        marks[lit.until] if lit.until else min((later for later in starts if later > since), default=end)
        for lit, since in zip(overlay.highlight, starts, strict=True)
    ]
    return tuple((since, max(since, until)) for since, until in zip(starts, ends, strict=True))


def _requested_end(overlay: Overlay, scene: Scene, marks: Mapping[str, float], start: float) -> float | None:
    """Return when the overlay goes; None: when the scene ends, or when something takes its place."""
    if _is_stage_card(overlay, scene) and stands_for_heading(overlay.text, scene) and not has_captures(scene):
        return None
    if overlay.until:
        return max(marks[overlay.until], start + SHORTEST)
    if overlay.seconds:
        return start + overlay.seconds
    if not has_captures(scene) and overlay.kind in STAGE_KINDS:
        return None
    if overlay.kind in SECONDS:
        lit = max(_lit_starts(overlay, marks, start), default=start)
        return max(start + SECONDS[overlay.kind], lit + (AFTER_LIST if overlay.highlight else 0.0))
    return max(_item_times(overlay, marks, start), default=start) + AFTER_LIST


def _needed_until(overlay: Overlay, scene: Scene, marks: Mapping[str, float], start: float) -> float:
    """Return until when the overlay has to be seen: the author's seconds, else what reading takes.

    A scene with narration goes on by itself, so that only the last item's coming has to be seen.
    """
    if overlay.seconds:
        return start + overlay.seconds
    last = max((*_item_times(overlay, marks, start), *_lit_starts(overlay, marks, start)), default=start)
    if scene.lines:
        return last + SHORTEST
    return last + SECONDS.get(overlay.kind, AFTER_LIST) + 0.3
