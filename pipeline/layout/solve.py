"""Lay out a scene: where narrators, captures, clips and overlays are, so that nothing hides what the film is about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ..base.clock import Span
from ..base.errors import FilmFinding
from ..base.geometry import FULL, Box, Size
from ..base.theme import Theme
from ..capture.html.request import ClipTake
from ..capture.take import CaptureTake
from ..episode.blocks import Overlay
from ..episode.characters import Character
from ..episode.model import Episode, Scene
from ..timing.clip_cues import ClipCue, clip_cues
from ..timing.overlay_cues import CARD_KINDS, STAGE_KINDS, OverlayCue, overlay_cues
from ..timing.retime import scene_time_of
from ..timing.schedule import SceneSchedule
from .badges import place_badges
from .camera import blind_zooms, camera_at, camera_moves
from .capture_obstacles import capture_items, shown_text
from .capture_windows import CaptureWindows, capture_places, window_candidates
from .cards import (
    GAP,
    Area,
    TimedOverlay,
    card_top,
    draft_card,
    heading_cards,
    lay_out_without_footage,
    place_all,
    stage_anchors,
)
from .clip_places import clip_items, clip_places, clip_sides
from .model import CameraMove, ClipPlace, ColourPlace, ImagePlace, NarratorPlace, OverlayPlace, SceneLayout, TextPlace
from .narrator_moves import narrator_items
from .narrators import LEAST_PRESENCE, NarratorArrangement, arrangements, visible_narrators
from .obstacles import ObstacleItem, Obstacles, PointedText, gather_obstacles
from .overlay_drafts import place_draft
from .overlays import PlacedOverlay, PlacementContext, corner_centred_on

MAX_ARRANGEMENTS = 16
"""How many of the best arrangements of the narrators are tried with the overlays."""
HIDING_COST = 400.0
"""What a hidden piece of text costs, in px of a narrator's height."""
BESIDE_WINDOW_WORTH = 40.0
"""What it is worth (in the same px) that a narrator is beside the window, not in front of it."""
FAR = (0.18, 0.2)
"""How far a callout may be from its target before that is told (fractions of the frame's width and height)."""
FADE_IN_SECONDS = 0.2
"""Footage shows so many seconds before it is in view, while it fades in."""


@dataclass(frozen=True)
class _LayoutInput:
    """One scene to lay out in a film of `frame` px, and what it is laid out with."""

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
        """Whether captures are seen."""
        return bool(self.schedule.segments)

    @cached_property
    def narrators(self) -> tuple[Character, ...]:
        return visible_narrators(self.scene, self.schedule, self.episode)

    @cached_property
    def clip_cues(self) -> tuple[ClipCue, ...]:
        return clip_cues(self.scene, self.schedule.marks, self.schedule.duration, self.schedule.fps)

    @cached_property
    def overlays(self) -> list[TimedOverlay]:
        """Overlays and when they show; the card that opens the scene goes as the first capture comes."""
        cues = overlay_cues(self.scene, self.schedule.marks, self.schedule.duration)
        pairs = list(zip(self.scene.overlays, cues, strict=True))
        if not self.filmed:
            return _between_clips(pairs, self)
        first = self.schedule.segments[0].start
        return [
            (o, c.model_copy(update={"end": first}) if o.kind in CARD_KINDS and c.start < first < c.end else c)
            for o, c in pairs
        ]

    def is_card(self, overlay: Overlay) -> bool:
        """Return whether the overlay is a card of the stage."""
        return overlay.kind in CARD_KINDS if self.filmed else overlay.kind in STAGE_KINDS and not overlay.position


@dataclass(frozen=True)
class _Candidate:
    """A place of the captures' windows and of the clips' stage, and what must stay visible with them there.

    `area` is what narrators are beside: the windows, else the stage (None: there is neither).
    """

    area: Box | None
    windows: CaptureWindows | None
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
    """Lay the scene out so that no text of a capture or a clip, no pointer and no other overlay is covered.

    `captures` and `clips` by their id; `images` are the pixel sizes of overlays' files. What is not possible becomes a
    finding. Pure.
    """
    film = episode.settings.film
    frame, sizes = (film.width, film.height), images or {}
    given = _LayoutInput(scene, schedule, captures, episode, theme, frame, sizes, clips or {})
    if not given.filmed and not scene.clips:
        return lay_out_without_footage(scene, schedule, episode, theme, frame, sizes)
    return _lay_out_with_footage(given)


def _lay_out_with_footage(given: _LayoutInput) -> SceneLayout:
    """Return the best layout of all places of the windows and of the narrators."""
    tried = [
        (arrangement.worth + _beside_window_worth(arrangement, candidate.area), candidate, arrangement)
        for candidate in _candidates(given)
        for arrangement in arrangements(
            given.scene, given.narrators, given.schedule, candidate.visible, candidate.area, given.frame
        )[:MAX_ARRANGEMENTS]
    ]
    tried.sort(key=lambda entry: -entry[0])
    best: tuple[float, SceneLayout] | None = None
    for worth, candidate, arrangement in tried[:MAX_ARRANGEMENTS]:
        if best and worth <= best[0]:
            break
        layout = _layout_with_overlays(given, candidate, arrangement)
        value = worth - HIDING_COST * len(layout.findings)
        best = (value, layout) if best is None or value > best[0] else best
    assert best is not None
    return best[1]


def _candidates(given: _LayoutInput) -> list[_Candidate]:
    stages = clip_sides(given.scene, given.frame)
    if not given.filmed:
        return [_clip_candidate(stage, given) for stage in stages.values()] or [_clip_candidate(None, given)]
    return [
        _footage_candidate(windows, stages.get(side, windows), given)
        for side, windows in window_candidates(given.scene, given.frame, given.takes).items()
    ]


def _clip_candidate(stage: Box | None, given: _LayoutInput) -> _Candidate:
    clips = clip_places(given.scene, given.clip_cues, stage, filmed=False)
    return _Candidate(stage, None, (), gather_obstacles(clip_items(clips, given.clips), given.frame), clips)


def _footage_candidate(windows: CaptureWindows, stage: Box, given: _LayoutInput) -> _Candidate:
    """Return what is seen with the captures' windows and the clips' stage in one place."""
    clips = clip_places(given.scene, given.clip_cues, stage, filmed=True)
    moves = camera_moves(given.scene, given.schedule, given.takes, windows)
    items = _started_early(capture_items(given.schedule, given.takes, windows, moves, given.frame), given)
    covered = [(c.start, c.end) for o, c in given.overlays if o.kind in CARD_KINDS]
    covered += [(clip.start, clip.end) for clip in clips if clip.covers]
    seen = [*outside_spans(items, covered), *clip_items(clips, given.clips)]
    return _Candidate(windows, windows, moves, gather_obstacles(seen, given.frame), clips)


def _started_early(items: list[ObstacleItem], given: _LayoutInput) -> list[ObstacleItem]:
    """Return the items, those that begin with their capture from when it fades in."""
    starts = {segment.start for segment in given.schedule.segments}
    return [(box, s - FADE_IN_SECONDS if s in starts else s, e) for box, s, e in items]


def outside_spans(items: list[ObstacleItem], covered: list[Span]) -> list[ObstacleItem]:
    """Return the items without the time in which a card or a clip covers the footage."""
    for start, end in covered:
        items = [(box, a, b) for box, s, e in items for a, b in ((s, min(e, start)), (max(s, end), e)) if b > a]
    return items


def _beside_window_worth(arrangement: NarratorArrangement, window: Box | None) -> float:
    """Return what it is worth that narrators are beside the window: 0 for wholly beside it, less in front of it."""
    if not arrangement.places or window is None:
        return 0.0
    in_front = [max(0.0, min(p.box.right, window.right) - max(p.box.x, window.x)) / p.box.w for p in arrangement.places]
    return -BESIDE_WINDOW_WORTH * sum(in_front) / len(in_front)


def _between_clips(pairs: list[TimedOverlay], given: _LayoutInput) -> list[TimedOverlay]:
    """Return overlays whose cards take turns with the clips; the heading is shown wherever there is neither."""
    taken = [(c.start, c.end) for c in given.clip_cues]
    shown = [(o, _cue_in_gap(c, taken) if given.is_card(o) else c) for o, c in pairs]
    shown = [(o, c) for o, c in shown if c.end > c.start]
    cards = [(c.start, c.end) for o, c in shown if given.is_card(o)]
    return shown + heading_cards(given.scene, taken + cards, given.schedule.duration)


def _cue_in_gap(cue: OverlayCue, taken: list[Span]) -> OverlayCue:
    """Return the cue as far as it lies outside the spans that are taken."""
    start, end = cue.start, cue.end
    for since, until in sorted(taken):
        start = until if since <= start < until else start
        end = since if start < since < end else end
    items = tuple(min(max(time, start), end) for time in cue.items)
    return cue.model_copy(update={"start": start, "end": max(start, end), "items": items})


def _layout_with_overlays(given: _LayoutInput, candidate: _Candidate, arrangement: NarratorArrangement) -> SceneLayout:
    """Return the scene with every overlay and badge placed around windows, clips and narrators."""
    narrators = narrator_items(arrangement.places)
    cards = [_place_card(o, c, arrangement, given) for o, c in given.overlays if given.is_card(o)]
    others = [(o, c) for o, c in given.overlays if not given.is_card(o)]
    taken = candidate.visible + gather_obstacles(narrators, given.frame)
    taken += gather_obstacles([_overlay_item(place) for place in cards], given.frame)
    anchors = _anchor_points(given, candidate, arrangement, others)
    targets = dict(_callout_targets(given, candidate, others))
    context = PlacementContext(given.theme, given.frame, taken, anchors, given.images, candidate.area, targets)
    placed, crowded = place_all(others, context, lambda o, c: _as_card(o, c, arrangement, given))
    astray = [*_unseen_targets(given), *_far_callouts(others, placed, targets)]
    windows = candidate.windows
    captures = capture_places(given.schedule, windows) if windows else ()
    blind = blind_zooms(given.schedule, given.takes, windows) if windows else []
    occupied = gather_obstacles([*narrators, *map(_overlay_item, (*cards, *placed))], given.frame)
    own = {place.capture: place.window for place in captures}
    badges, hiding = place_badges(given.schedule, given.takes, own, occupied, candidate.visible, given.theme)
    return SceneLayout(
        scene=given.scene.id,
        captures=captures,
        camera_moves=candidate.moves,
        narrators=arrangement.places,
        overlays=(*cards, *placed),
        badges=tuple(badges),
        clips=candidate.clips,
        findings=(*crowded, *hiding, *blind, *astray, *_absence_findings(given, arrangement)),
    )


def _overlay_item(place: OverlayPlace) -> ObstacleItem:
    """Return what an overlay takes from its first part's coming to its last one's going: with a cover, all of the frame."""
    parts: list[TextPlace | ColourPlace | ImagePlace] = [*place.texts, *place.colours, *place.images]
    box = FULL if any(colour.part == "cover" for colour in place.colours) else place.box
    return box, min(p.start for p in parts), max(p.end for p in parts)


def _as_card(
    overlay: Overlay, cue: OverlayCue, arrangement: NarratorArrangement, given: _LayoutInput
) -> PlacedOverlay | None:
    """Return a list, code or picture for which the footage leaves no room as a card; None while the footage matters."""
    if overlay.kind not in STAGE_KINDS or overlay.position or _footage_matters(given, cue):
        return None
    return PlacedOverlay(_place_card(overlay, cue, arrangement, given), True)


def _footage_matters(given: _LayoutInput, cue: OverlayCue) -> bool:
    """Return whether a step is tied to a word within the cue, or another overlay shows then."""
    marks = given.schedule.marks
    steps = [marks[step.at] for capture in given.scene.captures for step in capture.steps if step.at]
    together = any(c.overlay != cue.overlay and c.start < cue.end and cue.start < c.end for _, c in given.overlays)
    return together or any(cue.start - 0.5 <= time <= cue.end for time in steps)


def _absence_findings(given: _LayoutInput, arrangement: NarratorArrangement) -> list[FilmFinding]:
    if not given.narrators or arrangement.presence >= LEAST_PRESENCE:
        return []
    room = f"has room for a narrator for {arrangement.presence:.0%} of its time only"
    return [FilmFinding(f'scene "{given.scene.id}" {room}', given.scene.line)]


def _place_card(
    overlay: Overlay, cue: OverlayCue, arrangement: NarratorArrangement, given: _LayoutInput
) -> OverlayPlace:
    """Return a card before the capture comes into view, or over it on a cover of its own."""
    area = _card_area(arrangement.places, cue, given)
    draft = draft_card(overlay, cue, *area[2:], given.episode, given.scene, given.theme, given.frame, given.images)
    corner = (area[0], card_top(draft, area))
    if overlay.position:
        corner = corner_centred_on(overlay.position, draft, given.theme, given.frame)
    place = place_draft(draft, overlay.id, *corner, given.frame)
    if not given.filmed or cue.start < given.schedule.segments[0].start:
        return place
    cover = ColourPlace(part="cover", colour=given.theme.background[0], box=FULL, start=cue.start, end=cue.end)
    return place.model_copy(update={"colours": (cover, *place.colours)})


def _card_area(places: tuple[NarratorPlace, ...], cue: OverlayCue, given: _LayoutInput) -> Area:
    w, h = given.frame
    margin, gap = given.theme.margin, GAP * h / 1080
    here = [p for p in places if p.start < cue.end and p.end > cue.start]
    left = max([margin * w, *(p.box.right * w + gap for p in here if p.side == "left")])
    right = min([(1 - margin) * w, *(p.box.x * w - gap for p in here if p.side == "right")])
    return left, margin * h, right - left, (1 - 2 * margin) * h


def _anchor_points(
    given: _LayoutInput, candidate: _Candidate, arrangement: NarratorArrangement, others: list[TimedOverlay]
) -> dict[str, tuple[float, float]]:
    """Return where each kind belongs, in px: lower thirds in the window's lower corner away from the narrator."""
    w, h = given.frame
    windows = candidate.windows
    if windows is None:
        return stage_anchors(given.frame, arrangement.places)
    narrator_left = bool(arrangement.places) and arrangement.places[0].side == "left"
    x = (windows.right * w - 40) if narrator_left else (windows.x * w + 40)
    middle = ((windows.x + windows.w * (0.4 if narrator_left else 0.72)) * w, windows.centre[1] * h)
    bottom = windows.bottom * h - 30
    return {
        "lower-third": (x, bottom),
        "caption": (windows.centre[0] * w, bottom),
        "bullets": middle,
        "code": middle,
        "image": middle,
        **{o.id: _focus_point(given, windows, candidate.moves, c.start) for o, c in others if o.kind == "callout"},
    }


def _callout_targets(
    given: _LayoutInput, candidate: _Candidate, others: list[TimedOverlay]
) -> Iterator[tuple[str, PointedText]]:
    """Yield the ids of callouts with a target that is on the screen, and where that is in the frame."""
    for overlay, cue in others:
        for segment in given.schedule.segments if overlay.target and candidate.windows else ():
            found = shown_text(overlay.target, given.takes[segment.capture], segment, (cue.start, cue.end))
            if found and candidate.windows:
                (time, place), window = found, candidate.windows.of(segment.capture)
                camera = camera_at(candidate.moves, time)
                yield overlay.id, PointedText(*(camera.see(box.within(window)) for box in place))
                break


def _far_callouts(
    others: list[TimedOverlay], placed: list[OverlayPlace], targets: Mapping[str, PointedText]
) -> Iterator[FilmFinding]:
    """Yield a finding for each callout that stands so far from its target that nobody sees what it belongs to."""
    for (overlay, _), place in zip(others, placed, strict=True):
        if overlay.id in targets and not place.box.overlaps(targets[overlay.id].words.grown(*FAR)):
            yield FilmFinding(
                f'the callout "{overlay.text.splitlines()[0][:40]}" stands far from "{overlay.target}", because all around that '
                "is taken; make the callout shorter, or give it another at:",
                overlay.line,
            )


def _unseen_targets(given: _LayoutInput) -> Iterator[FilmFinding]:
    """Yield a finding for each callout whose target the screen doesn't show at its time."""
    for overlay, cue in given.overlays:
        segments = given.schedule.segments if overlay.target and overlay.kind == "callout" else ()
        span = (cue.start, cue.end)
        if segments and not any(shown_text(overlay.target, given.takes[s.capture], s, span) for s in segments):
            yield FilmFinding(
                f'nothing on the screen says "{overlay.target}" while this callout is there, so it stands '
                "beside what the latest step points at",
                overlay.line,
            )


def _focus_point(
    given: _LayoutInput, windows: CaptureWindows, moves: tuple[CameraMove, ...], time: float
) -> tuple[float, float]:
    """Return the middle (px) of what the latest step at `time` is about."""
    w, h = given.frame
    for segment in given.schedule.segments:
        events = given.takes[segment.capture].events
        targets = [e.target for e in events if e.target and scene_time_of(segment.plan, e.start) <= time + 0.5]
        if targets and segment.start <= time < segment.end:
            x, y = camera_at(moves, time).see(targets[-1].within(windows.of(segment.capture))).centre
            return x * w, y * h
    return windows.centre[0] * w, windows.centre[1] * h
