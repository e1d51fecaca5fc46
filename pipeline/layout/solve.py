"""Who is where, how large, when: a scene laid out so that nobody hides what the film is about."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..capture.html.request import ClipTake
from ..capture.retime import retime
from ..capture.take import CaptureTake
from ..episode.model import Episode, Overlay, Scene
from ..geometry import FULL, Box, Size
from ..timeline.schedule import SceneSchedule
from .badges import place_badges
from .clips import ClipCue, clip_cues, clip_items, clip_places, clip_sides
from .cues import CARD_KINDS, STAGE_KINDS, Cue, cues
from .drafts import put
from .footage import blind_zooms, camera_at, camera_moves, content_size, footage_items, shots, windows
from .model import CameraMove, ClipPlace, ColourPlace, NarratorPlace, OverlayPlace, SceneLayout
from .narrators import PRESENT, Cast, casts, on_screen
from .obstacles import Item, Obstacles, Span, obstacles
from .placing import Placed, Room, at_point
from .stage import card, headings, on_stage, place_all, stage_anchors
from .theme import Theme

__all__ = ["content_size", "lay_out"]

TRIED = 16
"""So many of the best ways for narrators to stand are tried against the overlays."""
HIDING = 400.0
"""What a hidden piece of text costs, in px of a narrator's height."""
CROSSING = 0.2
"""Footage shows so many seconds before it is in view, while it fades in."""


@dataclass(frozen=True)
class _Case:
    """One scene to lay out, and what it is laid out with."""

    scene: Scene
    schedule: SceneSchedule
    takes: Mapping[str, CaptureTake]
    episode: Episode
    theme: Theme
    frame: Size
    images: Mapping[str, Size]
    clips: Mapping[str, ClipTake]

    @property
    def filmed(self) -> bool:
        return bool(self.schedule.views)


@dataclass(frozen=True)
class _Set:
    """A place of the window (None: there is none) and of the clips, and what must stay visible with them there."""

    window: Box | None
    moves: tuple[CameraMove, ...]
    visible: Obstacles
    clips: tuple[ClipPlace, ...] = ()


def lay_out(
    scene: Scene,
    schedule: SceneSchedule,
    captures: Mapping[str, CaptureTake],
    episode: Episode,
    theme: Theme,
    images: Mapping[str, Size] | None = None,
    clips: Mapping[str, ClipTake] | None = None,
) -> SceneLayout:
    """The scene laid out; pure. `captures` and `clips` by their id; `images` are the pixel sizes of overlays' files.

    No text of the footage or of a clip, no pointer and no other overlay is covered; what can't be had becomes a finding.
    """
    film = episode.settings.film
    case = _Case(scene, schedule, captures, episode, theme, (film.width, film.height), images or {}, clips or {})
    if not case.filmed and not scene.clips:
        return on_stage(scene, schedule, episode, theme, case.frame, case.images)
    return _over_pictures(case)


def _over_pictures(case: _Case) -> SceneLayout:
    """The best of all places of the window and of the narrators."""
    who = on_screen(case.scene, case.schedule, case.episode)
    tried = [
        (cast.worth + _beside(cast, set_.window), set_, cast)
        for set_ in _sets(case)
        for cast in casts(case.scene, who, case.schedule, set_.visible, set_.window, case.frame)[:TRIED]
    ]
    tried.sort(key=lambda t: -t[0])
    best: tuple[float, SceneLayout] | None = None
    for worth, set_, cast in tried[:TRIED]:
        if best and worth <= best[0]:
            break
        layout = _with_overlays(case, set_, cast)
        value = worth - HIDING * len(layout.findings)
        best = (value, layout) if best is None or value > best[0] else best
    assert best is not None
    return best[1]


def _sets(case: _Case) -> list[_Set]:
    stages = clip_sides(case.scene, case.frame)
    if not case.filmed:
        return [_set(window, window, case) for window in stages.values()] or [_set(None, None, case)]
    return [_set(window, stages.get(side, window), case) for side, window in windows(case.scene, case.frame, case.takes).items()]


def _set(window: Box | None, stage: Box | None, case: _Case) -> _Set:
    """What is seen with the footage's window and the clips' stage in one place."""
    clips = clip_places(case.scene, _clip_cues(case), stage, case.filmed)
    shown = clip_items(clips, case.clips)
    if not case.filmed or window is None:
        return _Set(window, (), obstacles(shown, case.frame), clips)
    moves = camera_moves(case.scene, case.schedule, case.takes, window)
    items = footage_items(case.schedule, case.takes, window, moves, case.frame)
    covering = [(c.start, c.end) for c in clips if c.covers]
    bare = _bare(_early(items, case), _cards_over(case) + covering)
    return _Set(window, moves, obstacles(bare + shown, case.frame), clips)


def _clip_cues(case: _Case) -> tuple[ClipCue, ...]:
    return clip_cues(case.scene, case.schedule.marks, case.schedule.duration, case.schedule.fps)


def _early(items: list[Item], case: _Case) -> list[Item]:
    starts = {v.start for v in case.schedule.views}
    return [(box, s - CROSSING if s in starts else s, e) for box, s, e in items]


def _cards_over(case: _Case) -> list[Span]:
    """The spans in which a full card hides the footage."""
    return [(c.start, c.end) for o, c in _cues(case) if o.kind in CARD_KINDS]


def _bare(items: list[Item], cards: list[Span]) -> list[Item]:
    """`items` without the time in which a card hides them."""
    for start, end in cards:
        items = [(box, a, b) for box, s, e in items for a, b in ((s, min(e, start)), (max(s, end), e)) if b > a]
    return items


def _beside(cast: Cast, window: Box | None) -> float:
    """A narrator who stands beside the window is worth a little more than one who stands in front of it."""
    if not cast.places or window is None:
        return 0.0
    over = [max(0.0, min(p.box.right, window.right) - max(p.box.x, window.x)) / p.box.w for p in cast.places]
    return -40 * sum(over) / len(over)


def _cues(case: _Case) -> list[tuple[Overlay, Cue]]:
    """Overlays and when they show; the card that opens the scene goes as the first capture comes."""
    pairs = list(zip(case.scene.overlays, cues(case.scene, case.schedule.marks, case.schedule.duration), strict=True))
    if not case.filmed:
        return _between_clips(pairs, case)
    first = case.schedule.views[0].start
    return [
        (o, c.model_copy(update={"end": first}) if o.kind in CARD_KINDS and c.start < first < c.end else c)
        for o, c in pairs
    ]


def _between_clips(pairs: list[tuple[Overlay, Cue]], case: _Case) -> list[tuple[Overlay, Cue]]:
    """On a stage without footage clips take turns with cards; the heading is shown wherever there is neither."""
    taken = [(c.start, c.end) for c in _clip_cues(case)]
    shown = [(o, _out_of_the_way(c, taken) if _is_card(o, case) else c) for o, c in pairs]
    shown = [(o, c) for o, c in shown if c.end > c.start]
    cards = [(c.start, c.end) for o, c in shown if _is_card(o, case)]
    return shown + headings(case.scene, taken + cards, case.schedule.duration)


def _out_of_the_way(cue: Cue, taken: list[Span]) -> Cue:
    start, end = cue.start, cue.end
    for since, until in sorted(taken):
        start = until if since <= start < until else start
        end = since if start < since < end else end
    items = tuple(min(max(time, start), end) for time in cue.items)
    return cue.model_copy(update={"start": start, "end": max(start, end), "items": items})


def _is_card(overlay: Overlay, case: _Case) -> bool:
    return overlay.kind in CARD_KINDS if case.filmed else overlay.kind in STAGE_KINDS and not overlay.position


def _with_overlays(case: _Case, set_: _Set, cast: Cast) -> SceneLayout:
    pairs = _cues(case)
    cards = [_card(o, c, cast, case) for o, c in pairs if _is_card(o, case)]
    taken = set_.visible + obstacles([(p.box, p.start, p.end) for p in cast.places], case.frame)
    taken += obstacles([_stays(p) for p in cards], case.frame)
    others = [(o, c) for o, c in pairs if not _is_card(o, case)]
    room = Room(case.theme, case.frame, taken, _anchors(case, set_, cast, others), case.images, set_.window)
    places, findings = place_all(others, room, lambda o, c: _card_instead(o, c, cast, case))
    shown_in = shots(case.schedule, set_.window) if set_.window else ()
    held = obstacles([*((p.box, p.start, p.end) for p in cast.places), *map(_stays, (*cards, *places))], case.frame)
    blind = blind_zooms(case.schedule, case.takes, set_.window) if set_.window else []
    badges, hidden = place_badges(case.schedule, case.takes, shown_in, held, set_.visible, case.theme)
    return SceneLayout(
        scene=case.scene.id,
        shots=shown_in,
        cameras=set_.moves,
        narrators=cast.places,
        overlays=(*cards, *places),
        badges=tuple(badges),
        clips=set_.clips,
        findings=(*findings, *hidden, *blind, *_absent(case, cast)),
    )


def _stays(place: OverlayPlace) -> Item:
    """What an overlay takes, from its first part's coming to its last one's going."""
    parts = (*place.texts, *place.colours, *place.images)
    return _held(place), min(p.start for p in parts), max(p.end for p in parts)


def _held(card_place: OverlayPlace) -> Box:
    """What a card keeps free of others: all of the frame where it has a cover."""
    return FULL if any(colour.part == "cover" for colour in card_place.colours) else card_place.box


def _card_instead(overlay: Overlay, cue: Cue, cast: Cast, case: _Case) -> Placed | None:
    """A list, code or picture for which the footage leaves no room, on a card; not while the footage matters."""
    if overlay.kind not in STAGE_KINDS or overlay.position or _matters(case, cue):
        return None
    return Placed(_card(overlay, cue, cast, case), True)


def _matters(case: _Case, cue: Cue) -> bool:
    """Whether a step is tied to a word within the cue, or another overlay shows then."""
    marks = case.schedule.marks
    steps = [marks[s.at] for c in case.scene.captures for s in c.steps if s.at]
    others = [c for o, c in _cues(case) if c.overlay != cue.overlay and c.start < cue.end and cue.start < c.end]
    return bool(others) or any(cue.start - 0.5 <= t <= cue.end for t in steps)


def _absent(case: _Case, cast: Cast) -> list[str]:
    who = on_screen(case.scene, case.schedule, case.episode)
    if not who or cast.presence >= PRESENT:
        return []
    where = f'script.md:{case.scene.line}: scene "{case.scene.id}"'
    return [f"{where} has room for a narrator for {cast.presence:.0%} of its time only"]


def _card(overlay: Overlay, cue: Cue, cast: Cast, case: _Case) -> OverlayPlace:
    """A card before the capture comes into view, or over it on a cover of its own."""
    x, y, w, h = _card_area(cast.places, cue, case)
    draft = card(overlay, cue, w, h, case.episode, case.scene, case.theme, case.frame, case.images)
    corner = (x, y + max(0.0, (h - draft.height) * 0.46))
    if overlay.position:
        corner = at_point(overlay.position, draft, case.theme, case.frame)
    place = put(draft, overlay.id, *corner, case.frame)
    if not case.filmed or cue.start < case.schedule.views[0].start:
        return place
    cover = ColourPlace(part="cover", colour=case.theme.background[0], box=FULL, start=cue.start, end=cue.end)
    return place.model_copy(update={"colours": (cover, *place.colours)})


def _card_area(places: tuple[NarratorPlace, ...], cue: Cue, case: _Case) -> tuple[float, float, float, float]:
    w, h = case.frame
    margin, gap = case.theme.margin, 40 * h / 1080
    here = [p for p in places if p.start < cue.end and p.end > cue.start]
    left = max([margin * w, *(p.box.right * w + gap for p in here if p.side == "left")])
    right = min([(1 - margin) * w, *(p.box.x * w - gap for p in here if p.side == "right")])
    return left, margin * h, right - left, (1 - 2 * margin) * h


def _anchors(
    case: _Case, set_: _Set, cast: Cast, others: list[tuple[Overlay, Cue]]
) -> dict[str, tuple[float, float]]:
    """Where each kind belongs, in px: lower thirds in the window's lower corner away from the narrator."""
    w, h = case.frame
    window = set_.window
    if window is None or not case.filmed:
        return stage_anchors(case.frame, cast.places)
    away = bool(cast.places) and cast.places[0].side == "left"
    x = (window.right * w - 40) if away else (window.x * w + 40)
    lists = (window.x + window.w * (0.72 if not away else 0.4)) * w
    middle = (lists, window.centre[1] * h)
    bottom = window.bottom * h - 30
    return {
        "lower-third": (x, bottom),
        "caption": (window.centre[0] * w, bottom),
        "bullets": middle,
        "code": middle,
        "image": middle,
        **{o.id: _focus(case, set_, c.start) for o, c in others if o.kind == "callout"},
    }


def _focus(case: _Case, set_: _Set, time: float) -> tuple[float, float]:
    """The middle (px) of what the step at this time is about."""
    for view in case.schedule.views:
        done = [e for e in case.takes[view.capture].events if e.target and retime(view.plan, e.start) <= time + 0.5]
        if done and view.start <= time < view.end:
            x, y = camera_at(set_.moves, time).see(done[-1].target.within(set_.window.of(view.capture))).centre  # type: ignore[union-attr]
            return x * case.frame[0], y * case.frame[1]
    return set_.window.centre[0] * case.frame[0], set_.window.centre[1] * case.frame[1]
