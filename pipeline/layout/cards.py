"""Scenes without a capture: cards beside large narrators, so that the frame is never empty."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product

from ..base.clock import Span
from ..base.errors import FilmFinding
from ..base.geometry import Size
from ..base.theme import Theme
from ..episode.blocks import Overlay
from ..episode.characters import Character
from ..episode.model import Episode, Scene
from ..timing.overlay_cues import STAGE_KINDS, OverlayCue, overlay_cues
from ..timing.schedule import SceneSchedule
from .model import NarratorPlace, OverlayPlace, SceneLayout
from .narrator_moves import CandidatePlace, narrator_items
from .narrators import (
    STAGE_SIZES,
    arrange_in_turns,
    arrange_throughout,
    candidate_places,
    facing_share,
    is_facing_pair,
    place_combinations,
    visible_narrators,
)
from .obstacles import gather_obstacles
from .overlay_drafts import (
    OverlayDraft,
    draft_bullets,
    draft_code,
    draft_image,
    draft_title,
    place_draft,
    typesetting_context,
)
from .overlays import PlacedOverlay, PlacementContext, place_overlay

GAP = 40
"""Pixels (at 1080 lines) between a narrator's clip and a card beside it."""
NARROWEST = 640
"""A card goes beside a narrator or between two only where so many px (at 1080 lines) are left; otherwise above them."""
LARGEST_OF_SEVERAL = 560
"""The largest that two narrators can be (px at 1080 lines)."""
ABOVE_MIDDLE = 0.46
"""The share of the free height that lies above a card: a little less than half, where the eye expects the middle."""
LONGEST_EMPTY = 1.2
"""Seconds for which the stage may be without a card; after that the scene's heading is shown."""
CROWDED = "hides something: no place is free for all of its time; give it another `at:`, `seconds:` or `position:`"
HEADING = "heading"
"""The id of the card that is made from a scene's own heading."""
Area = tuple[float, float, float, float]
"""Left, top, width and height in px."""
TimedOverlay = tuple[Overlay, OverlayCue]


def lay_out_without_footage(
    scene: Scene, schedule: SceneSchedule, episode: Episode, theme: Theme, frame: Size, images: Mapping[str, Size]
) -> SceneLayout:
    """Place narrators as large as the cards leave room for, and every overlay of the scene.

    `frame` is the film's size in px; `images` are the pixel sizes of overlays' files.
    """
    cards, others = _cards_and_overlays(scene, schedule)
    characters = visible_narrators(scene, schedule, episode)
    for candidates in _place_combinations(scene, characters, schedule, frame):
        fitted = _fit_cards(cards, _card_areas(candidates, frame, theme), episode, scene, theme, frame, images)
        if all(draft.fits for draft, _ in fitted):
            break
    narrators = _narrators_on_stage(candidates, schedule, frame)
    placed = [_place_stage_card(o, draft, area, frame) for (o, _), (draft, area) in zip(cards, fitted, strict=True)]
    findings = [
        _finding(o, "does not fit beside the narrator")
        for (o, _), (draft, _) in zip(cards, fitted, strict=True)
        if not draft.fits
    ]
    more, crowded = _place_others(others, narrators, placed, cards, theme, frame, images)
    return SceneLayout(scene=scene.id, narrators=narrators, overlays=(*placed, *more), findings=(*findings, *crowded))


def _cards_and_overlays(scene: Scene, schedule: SceneSchedule) -> tuple[list[TimedOverlay], list[TimedOverlay]]:
    """Return the cards of the stage (a heading wherever there is none) and the other overlays."""
    pairs = list(zip(scene.overlays, overlay_cues(scene, schedule.marks, schedule.duration), strict=True))
    cards = [(o, c) for o, c in pairs if o.kind in STAGE_KINDS and not o.position]
    headings = heading_cards(scene, [(c.start, c.end) for _, c in cards], schedule.duration)
    return cards + headings, [(o, c) for o, c in pairs if (o, c) not in cards]


def heading_cards(scene: Scene, occupied: list[Span], duration: float) -> list[TimedOverlay]:
    """Return cards of the scene's heading for all the time outside the spans in which the stage is `occupied`."""
    heading = Overlay(id=HEADING, kind="title", text=scene.title, line=scene.line)
    return [
        (
            heading.model_copy(update={"id": HEADING + (f"-{i + 1}" if i else "")}),
            OverlayCue(overlay=HEADING, start=s, end=e),
        )
        for i, (s, e) in enumerate(_empty_spans(occupied, duration))
    ]


def _empty_spans(occupied: list[Span], duration: float) -> list[Span]:
    """Return the spans in which the stage would be without a card for too long."""
    gaps, time = [], 0.0
    for start, end in sorted(occupied):
        gaps.append((time, start))
        time = max(time, end)
    return [(s, e) for s, e in [*gaps, (time, duration)] if e - s > LONGEST_EMPTY]


def _place_combinations(
    scene: Scene, characters: tuple[Character, ...], schedule: SceneSchedule, frame: Size
) -> list[tuple[CandidatePlace, ...]]:
    """Return places for all of them together, the best first: large, face to face, not mirrored."""
    sizes = STAGE_SIZES if len(characters) == 1 else tuple(s for s in STAGE_SIZES if s <= LARGEST_OF_SEVERAL)
    choices = [candidate_places(scene, c, sizes, None, frame) for c in characters]
    pairs = [(a, b) for a, b in product(*choices) if is_facing_pair(a, b)] if len(characters) == 2 else []
    found = pairs or place_combinations(choices) or [()]

    def rank(places: tuple[CandidatePlace, ...]) -> tuple[float, float, int]:
        smallest = min((p.pixels for p in places), default=0)
        return -smallest, -facing_share(places, schedule), sum(p.mirrored for p in places)

    return sorted(found, key=rank)


def _narrators_on_stage(
    candidates: tuple[CandidatePlace, ...], schedule: SceneSchedule, frame: Size
) -> tuple[NarratorPlace, ...]:
    """Return all of them for the whole scene where nobody is in another's place, else in turn."""
    nothing = gather_obstacles([], frame)
    if not candidates:
        return ()
    if len({s.side for s in candidates}) == len(candidates):
        return arrange_throughout(candidates, schedule, nothing).places
    return arrange_in_turns(candidates, schedule, nothing).places


def _card_areas(candidates: tuple[CandidatePlace, ...], frame: Size, theme: Theme) -> list[Area]:
    """Return where a card may be (left, top, width, height in px): beside or between the narrators, or above them."""
    w, h = frame
    left, top = theme.margin * w, theme.margin * h
    right, bottom, gap = w - left, h - top, GAP * h / 1080
    inner_left = max([left, *(s.box.right * w + gap for s in candidates if s.side == "left")])
    inner_right = min([right, *(s.box.x * w - gap for s in candidates if s.side == "right")])
    beside = (inner_left, top, inner_right - inner_left, bottom - top)
    is_wide = beside[2] >= NARROWEST * h / 1080
    if not candidates or (len(candidates) == 1 and is_wide):
        return [beside]
    above = (left, top, right - left, min(s.box.y for s in candidates) * h - gap / 2 - top)
    return [above, beside] if is_wide else [above]


_FittedCards = list[tuple[OverlayDraft, Area]]


def _fit_cards(
    cards: list[TimedOverlay],
    areas: list[Area],
    episode: Episode,
    scene: Scene,
    theme: Theme,
    frame: Size,
    images: Mapping[str, Size],
) -> _FittedCards:
    """Return each card in the first of the areas in which it fits, else in the last."""
    fitted: _FittedCards = []
    for overlay, cue in cards:
        tries = [(draft_card(overlay, cue, a[2], a[3], episode, scene, theme, frame, images), a) for a in areas]
        fitted.append(next((t for t in tries if t[0].fits), tries[-1]))
    return fitted


def draft_card(
    overlay: Overlay,
    cue: OverlayCue,
    width: float,
    height: float,
    episode: Episode,
    scene: Scene,
    theme: Theme,
    frame: Size,
    images: Mapping[str, Size],
) -> OverlayDraft:
    """Set the overlay as a card of at most `width` x `height` px; `fits` says whether it is no larger."""
    page = typesetting_context(theme, frame, cue)
    match overlay.kind:
        case "bullets":
            headed = overlay.model_copy(update={"text": overlay.text or scene.title})
            draft = draft_bullets(headed, cue, width, height, page, panel=False)
        case "code":
            draft = draft_code(overlay, cue, width, height, page)
        case "image":
            draft = draft_image(overlay, width, height, page, images)
        case "chapter":
            number = f"{episode.chapter_number(overlay.id):02d}"
            draft = draft_title(overlay.text or scene.title, overlay.subtitle, width, page, number)
        case _:
            draft = draft_title(overlay.text or scene.title, overlay.subtitle, width, page)
    return draft if draft.height <= height else replace(draft, fits=False)


def _place_stage_card(overlay: Overlay, draft: OverlayDraft, area: Area, frame: Size) -> OverlayPlace:
    """Return the card in its area, a little above the middle; over the whole width in the middle, else on the left."""
    x, _, w, _ = area
    left = x + (w - draft.width) / 2 if w > 0.85 * frame[0] else x
    return place_draft(draft, overlay.id, left, card_top(draft, area), frame)


def card_top(draft: OverlayDraft, area: Area) -> float:
    """Return the upper edge (px) of a card in its area, a little above the middle."""
    return area[1] + max(0.0, (area[3] - draft.height) * ABOVE_MIDDLE)


def _place_others(
    others: list[TimedOverlay],
    narrators: tuple[NarratorPlace, ...],
    placed: list[OverlayPlace],
    cards: list[TimedOverlay],
    theme: Theme,
    frame: Size,
    images: Mapping[str, Size],
) -> tuple[list[OverlayPlace], list[FilmFinding]]:
    taken = gather_obstacles(narrator_items(narrators), frame)
    taken += gather_obstacles([(place.box, c.start, c.end) for place, (_, c) in zip(placed, cards, strict=True)], frame)
    return place_all(others, PlacementContext(theme, frame, taken, stage_anchors(frame, narrators), images))


def place_all(
    overlays: list[TimedOverlay],
    context: PlacementContext,
    fallback: Callable[[Overlay, OverlayCue], PlacedOverlay | None] = lambda overlay, cue: None,
) -> tuple[list[OverlayPlace], list[FilmFinding]]:
    """Place one overlay after another, each out of the way of those before.

    `fallback` may place one that finds no free place. Returns the places, and a finding for each that hides something.
    """
    places, findings = [], []
    for overlay, cue in overlays:
        result = place_overlay(overlay, cue, context)
        result = result if result.clear else fallback(overlay, cue) or result
        places.append(result.place)
        own = gather_obstacles([(result.place.box, cue.start, cue.end)], context.frame)
        context = replace(context, taken=context.taken + own)
        if not result.clear:
            findings.append(_finding(overlay, CROWDED))
    return places, findings


def _finding(overlay: Overlay, what: str) -> FilmFinding:
    name = (overlay.text or overlay.id).splitlines()[0][:40]
    return FilmFinding(f'the {overlay.kind} "{name}" {what}', overlay.line)


def stage_anchors(frame: Size, narrators: tuple[NarratorPlace, ...]) -> dict[str, tuple[float, float]]:
    """Return where each kind belongs, in px: lower thirds on the free side, captions in the middle of the bottom edge."""
    w, h = frame
    x = 0.0 if not narrators or narrators[0].side == "right" else float(w)
    return {"lower-third": (x, h), "caption": (w / 2, h), "callout": (w / 2, h / 3)}
