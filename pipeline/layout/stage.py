"""Scenes without a capture: cards beside large narrators, so that the frame is never empty."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product

from ..episode.model import Character, Episode, Overlay, Scene
from ..geometry import Size
from ..timeline.schedule import SceneSchedule
from .cues import STAGE_KINDS, Cue, cues
from .drafts import Draft, bullets, code, desk, image, put, title
from .model import NarratorPlace, OverlayPlace, SceneLayout
from .narrators import STAGE_SIZES, Stand, across, cast_in_turn, cast_through, on_screen, opposite, stands, ways
from .obstacles import Span, obstacles
from .placing import Placed, Room, placed
from .theme import Theme

GAP = 40
"""Pixels between a narrator's clip and what stands beside it."""
NARROWEST = 640
"""Text stands between two narrators only where so many px are left; otherwise above them."""
LARGEST_OF_SEVERAL = 560
"""Two narrators are no larger than so many px (at 1080 lines)."""
EMPTY = 1.2
"""For longer than this the stage is not left without a card."""
CROWDED = "hides something: no place is free for all of its time; give it another `at:`, `seconds:` or `position:`"
HEADING = "heading"
"""The id of the card that is made from a scene's own heading."""


def on_stage(
    scene: Scene, schedule: SceneSchedule, episode: Episode, theme: Theme, frame: Size, images: Mapping[str, Size]
) -> SceneLayout:
    """Narrators as large as the cards leave room for, and every overlay of the scene."""
    cards, others = _acts(scene, schedule)
    who = on_screen(scene, schedule, episode)
    for stood in _ways_to_stand(scene, who, schedule, frame):
        drawn = _drawn(cards, _areas(stood, frame, theme), episode, scene, theme, frame, images)
        if all(draft.fits for draft, _ in drawn):
            break
    places = _standing(stood, schedule, frame)
    shown = [
        _put(overlay, draft, area, frame) for (overlay, _), (draft, area) in zip(cards, drawn, strict=True)
    ]
    findings = [
        _finding(o, "does not fit beside the narrator")
        for (o, _), (d, _) in zip(cards, drawn, strict=True)
        if not d.fits
    ]
    more, hidden = _others(others, places, shown, cards, theme, frame, images)
    return SceneLayout(scene=scene.id, narrators=places, overlays=(*shown, *more), findings=(*findings, *hidden))


def _acts(scene: Scene, schedule: SceneSchedule) -> tuple[list[tuple[Overlay, Cue]], list[tuple[Overlay, Cue]]]:
    """The cards of the stage (a heading wherever there is none) and the other overlays."""
    pairs = list(zip(scene.overlays, cues(scene, schedule.marks, schedule.duration), strict=True))
    cards = [(o, c) for o, c in pairs if o.kind in STAGE_KINDS and not o.position]
    named = headings(scene, [(c.start, c.end) for _, c in cards], schedule.duration)
    return cards + named, [(o, c) for o, c in pairs if (o, c) not in cards]


def headings(scene: Scene, shown: list[Span], duration: float) -> list[tuple[Overlay, Cue]]:
    """Cards of the scene's heading for all the time in which nothing else is `shown`."""
    heading = Overlay(id=HEADING, kind="title", text=scene.title, line=scene.line)
    return [
        (
            heading.model_copy(update={"id": HEADING + (f"-{i + 1}" if i else "")}),
            Cue(overlay=HEADING, start=s, end=e),
        )
        for i, (s, e) in enumerate(_empty(shown, duration))
    ]


def _empty(shown: list[Span], duration: float) -> list[Span]:
    """The spans in which the stage would stand without a card."""
    gaps, time = [], 0.0
    for start, end in sorted(shown):
        gaps.append((time, start))
        time = max(time, end)
    return [(s, e) for s, e in [*gaps, (time, duration)] if e - s > EMPTY]


def _ways_to_stand(
    scene: Scene, who: tuple[Character, ...], schedule: SceneSchedule, frame: Size
) -> list[tuple[Stand, ...]]:
    """Places for all of them together, the most wanted first: large, face to face, not mirrored."""
    sizes = STAGE_SIZES if len(who) == 1 else tuple(s for s in STAGE_SIZES if s <= LARGEST_OF_SEVERAL)
    choices = [stands(scene, c, sizes, None, frame) for c in who]
    pairs = [(a, b) for a, b in product(*choices) if opposite(a, b)] if len(who) == 2 else []
    found = pairs or ways(choices) or [()]

    def least_wanted(way: tuple[Stand, ...]) -> tuple[float, float, int]:
        return -min((s.pixels for s in way), default=0), -across(way, schedule), sum(s.mirrored for s in way)

    return sorted(found, key=least_wanted)


def _standing(stood: tuple[Stand, ...], schedule: SceneSchedule, frame: Size) -> tuple[NarratorPlace, ...]:
    """All of them through the whole scene where nobody is in another's place, else in turn."""
    nothing = obstacles([], frame)
    if not stood:
        return ()
    if len({s.side for s in stood}) == len(stood):
        return cast_through(stood, nothing, schedule.duration).places
    return cast_in_turn(stood, schedule, nothing).places


def _areas(stood: tuple[Stand, ...], frame: Size, theme: Theme) -> list[tuple[float, float, float, float]]:
    """Left, top, width, height in px of where a card may stand: beside or between the narrators, or above them."""
    w, h = frame
    left, top = theme.margin * w, theme.margin * h
    right, bottom, gap = w - left, h - top, GAP * h / 1080
    inner_left = max([left, *(s.box.right * w + gap for s in stood if s.side == "left")])
    inner_right = min([right, *(s.box.x * w - gap for s in stood if s.side == "right")])
    beside = (inner_left, top, inner_right - inner_left, bottom - top)
    if len(stood) < 2:
        return [beside]
    above = (left, top, right - left, min(s.box.y for s in stood) * h - gap / 2 - top)
    return [above, beside] if beside[2] >= NARROWEST * h / 1080 else [above]


_Drawn = list[tuple[Draft, tuple[float, float, float, float]]]


def _drawn(
    cards: list[tuple[Overlay, Cue]],
    areas: list[tuple[float, float, float, float]],
    episode: Episode,
    scene: Scene,
    theme: Theme,
    frame: Size,
    images: Mapping[str, Size],
) -> _Drawn:
    """Each card in the first of the areas in which it fits."""
    drawn: _Drawn = []
    for overlay, cue in cards:
        tries = [(card(overlay, cue, a[2], a[3], episode, scene, theme, frame, images), a) for a in areas]
        drawn.append(next((t for t in tries if t[0].fits), tries[-1]))
    return drawn


def card(
    overlay: Overlay,
    cue: Cue,
    width: float,
    height: float,
    episode: Episode,
    scene: Scene,
    theme: Theme,
    frame: Size,
    images: Mapping[str, Size],
) -> Draft:
    """The overlay as a card of at most `width` x `height` px; `fits` says whether it is."""
    at = desk(theme, frame, cue)
    match overlay.kind:
        case "bullets":
            headed = overlay.model_copy(update={"text": overlay.text or scene.title})
            draft = bullets(headed, cue, width, height, at, panel=False)
        case "code":
            draft = code(overlay, width, height, at)
        case "image":
            draft = image(overlay, width, height, at, images)
        case "chapter":
            draft = title(overlay.text or scene.title, overlay.subtitle, width, at, chapter_number(overlay, episode))
        case _:
            draft = title(overlay.text or scene.title, overlay.subtitle, width, at)
    return draft if draft.height <= height else replace(draft, fits=False)


def chapter_number(overlay: Overlay, episode: Episode) -> str:
    """Two digits: the how-manieth chapter overlay of the film this is."""
    chapters = [o.id for s in episode.scenes if s.enabled for o in s.overlays if o.kind == "chapter"]
    return f"{chapters.index(overlay.id) + 1:02d}" if overlay.id in chapters else ""


def _put(
    overlay: Overlay, draft: Draft, area: tuple[float, float, float, float], frame: Size
) -> OverlayPlace:
    """In the area's middle, a little higher; a card above two narrators in the middle of both."""
    x, y, w, h = area
    left = x + (w - draft.width) / 2 if w > 0.85 * frame[0] else x
    return put(draft, overlay.id, left, y + max(0.0, (h - draft.height) * 0.46), frame)


def _others(
    others: list[tuple[Overlay, Cue]],
    narrators: tuple[NarratorPlace, ...],
    shown: list[OverlayPlace],
    cards: list[tuple[Overlay, Cue]],
    theme: Theme,
    frame: Size,
    images: Mapping[str, Size],
) -> tuple[list[OverlayPlace], list[str]]:
    taken = obstacles([(n.box, n.start, n.end) for n in narrators], frame)
    taken += obstacles([(place.box, c.start, c.end) for place, (_, c) in zip(shown, cards, strict=True)], frame)
    return place_all(others, Room(theme, frame, taken, stage_anchors(frame, narrators), images))


def place_all(
    overlays: list[tuple[Overlay, Cue]],
    room: Room,
    instead: Callable[[Overlay, Cue], Placed | None] = lambda overlay, cue: None,
) -> tuple[list[OverlayPlace], list[str]]:
    """One overlay after another, each out of the way of those before; and what could not be had.

    `instead` may know another way for an overlay that finds no free place.
    """
    places, findings = [], []
    for overlay, cue in overlays:
        result = placed(overlay, cue, room)
        result = result if result.clear else instead(overlay, cue) or result
        places.append(result.place)
        room = room.holding(room.taken + obstacles([(result.place.box, cue.start, cue.end)], room.frame))
        if not result.clear:
            findings.append(_finding(overlay, CROWDED))
    return places, findings


def _finding(overlay: Overlay, what: str) -> str:
    return (
        f'script.md:{overlay.line}: the {overlay.kind} "{(overlay.text or overlay.id).splitlines()[0][:40]}" {what}'
    )


def stage_anchors(frame: Size, narrators: tuple[NarratorPlace, ...]) -> dict[str, tuple[float, float]]:
    """Lower thirds on the side where nobody stands, captions in the middle of the bottom edge."""
    w, h = frame
    x = 0.0 if not narrators or narrators[0].side == "right" else float(w)
    return {"lower-third": (x, h), "caption": (w / 2, h), "callout": (w / 2, h / 3)}
