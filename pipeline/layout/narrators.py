"""Where narrators may be, how large, and when they have to leave."""

from collections.abc import Iterable, Sequence
from itertools import pairwise, product
from statistics import fmean
from typing import Literal

from ..base.clock import Span
from ..base.frozen import Frozen
from ..base.geometry import Box, Size, box_of_pixels
from ..episode.blocks import AvatarBlock
from ..episode.characters import Character
from ..episode.model import Episode, Scene
from ..timing.schedule import SceneSchedule
from .model import NarratorPlace, Side
from .narrator_moves import CandidatePlace, mean_pixels, narrator_places
from .obstacles import Obstacles, merge_spans

SIZES = (480, 400, 340, 280, 240, 208)
"""Sides in px (at 1080 lines) of a narrator's square clip beside or over a capture."""
STAGE_SIZES = (760, 560, *SIZES)
"""The same where there is no capture."""
LARGEST_OF_TWO = 400
"""Two narrators over a capture are no larger, so that the capture keeps the viewer's eye."""
MIRRORED_WEIGHT = 0.94
"""What a mirrored narrator is worth, compared with one as drawn."""
MOVE_COST = 40.0
"""What it costs, in px of height, that a narrator changes her size."""
LEAST_PRESENCE = 0.7
"""The share of the time for which narrators should be on screen at least."""


class NarratorArrangement(Frozen):
    """Where the narrators are through a scene.

    `worth` is how good that is (px of height at 1080 lines, weighted), `presence` the share of the time in which a narrator is seen.
    """

    places: tuple[NarratorPlace, ...] = ()
    worth: float = 0.0
    presence: float = 0.0


def visible_narrators(scene: Scene, schedule: SceneSchedule, episode: Episode) -> tuple[Character, ...]:
    """Return who is seen in the scene: who speaks, or the narrator where nobody does; not those whom a block hides."""
    speakers = schedule.speakers or (episode.narrator,)
    known = {c.id: c for c in episode.characters}
    return tuple(known[s] for s in speakers if s in known and avatar_block_of(scene, s).visible)


def avatar_block_of(scene: Scene, character: str) -> AvatarBlock:
    """Return the `avatar` block that holds for `character`: its own before the one for all."""
    blocks = [b for b in scene.avatars if b.character in (character, None)]
    return max(blocks, key=lambda b: (b.at is None, b.character is not None), default=AvatarBlock(id=""))


def candidate_places(
    scene: Scene, character: Character, sizes: Iterable[int], window: Box | None, frame: Size
) -> list[CandidatePlace]:
    """Return every place where the character may be, on the bottom edge: as drawn before mirrored, largest first.

    `sizes` are sides in px at 1080 lines; `window` is the capture that they are beside (None: there is none).
    """
    sizes = _candidate_sizes(scene, character, tuple(sizes))
    sides = _candidate_sides(avatar_block_of(scene, character.id).side, character)
    found: list[CandidatePlace] = []
    for side in sides:
        places = [_candidate_place(character, side, round(size * frame[1] / 1080), window, frame) for size in sizes]
        found += [place.model_copy(update={"smaller": tuple(places[i + 1 :])}) for i, place in enumerate(places)]
    return found


def _candidate_sizes(scene: Scene, character: Character, sizes: tuple[int, ...]) -> list[int]:
    """Return the size asked for (the nearest of `STAGE_SIZES`) and, in case it doesn't fit, the smaller ones."""
    asked = avatar_block_of(scene, character.id).size or character.size
    if asked is None:
        return list(sizes)
    nearest = min(STAGE_SIZES, key=lambda s: abs(s - asked * 1080))
    return [s for s in STAGE_SIZES if s <= nearest]


def _candidate_sides(asked: Side | Literal["auto"], character: Character) -> tuple[Side, ...]:
    """Return the sides for a character: left for one who looks right and the other way round; mirrored, the other too."""
    natural: Side = "left" if character.facing == "right" else "right"
    other: Side = "right" if natural == "left" else "left"
    side = asked if asked != "auto" else character.side
    if side != "auto":
        return (side,)
    return (natural, other) if character.mirror else (natural,)


def _candidate_place(character: Character, side: Side, pixels: int, window: Box | None, frame: Size) -> CandidatePlace:
    """Return the place at the frame's edge, or in the middle of the column beside the window where that is wide enough."""
    column = 0.0 if window is None else (window.x if side == "left" else 1 - window.right) * frame[0]
    inset = max(0, round((column - pixels) / 2)) if window is not None else 0
    x = inset if side == "left" else frame[0] - inset - pixels
    box = box_of_pixels(x, frame[1] - pixels, pixels, pixels, frame)
    mirrored = character.mirror and side == character.facing
    return CandidatePlace(character=character.id, side=side, mirrored=mirrored, pixels=pixels, box=box)


def arrange_throughout(
    candidates: tuple[CandidatePlace, ...], schedule: SceneSchedule, obstacles: Obstacles
) -> NarratorArrangement:
    """Arrange all of them for the whole scene; while one would cover something, she is smaller, or away."""
    whole = [(0.0, schedule.duration)]
    by_character = [narrator_places(c, whole, obstacles, schedule) for c in candidates]
    places = [place for own in by_character for place in own]
    least = min(_presence_share(own, schedule.duration) for own in by_character)
    return NarratorArrangement(
        places=tuple(places),
        worth=_weighted_worth(_worth(by_character, obstacles.frame), least),
        presence=_presence_share(places, schedule.duration),
    )


def arrange_in_turns(
    candidates: tuple[CandidatePlace, ...], schedule: SceneSchedule, obstacles: Obstacles
) -> NarratorArrangement:
    """Arrange on either side whoever speaks there or spoke there last; before the first word, who speaks there first."""
    turns = _turn_spans_by_speaker(candidates, "left", schedule) | _turn_spans_by_speaker(candidates, "right", schedule)
    by_character = [narrator_places(c, turns.get(c.character, []), obstacles, schedule) for c in candidates]
    places = [place for own in by_character for place in own]
    presence = _presence_share(places, schedule.duration)
    face_to_face = (1 + facing_share(candidates, schedule)) / 4
    return NarratorArrangement(
        places=tuple(sorted(places, key=lambda p: p.start)),
        worth=_weighted_worth(face_to_face * _worth(by_character, obstacles.frame), presence),
        presence=presence,
    )


def _worth(by_character: Iterable[Sequence[NarratorPlace]], frame: Size) -> float:
    """Return the size (px at 1080 lines) of the one who is seen the smallest, less what it costs that they move and are mirrored."""
    own = [places for places in by_character if places]
    smallest = min((fmean(map(mean_pixels, places)) for places in own), default=0.0) * 1080 / frame[1]
    moves = sum(len(place.moves) for places in own for place in places)
    return smallest * MIRRORED_WEIGHT ** sum(places[0].mirrored for places in own) - MOVE_COST * moves


def _weighted_worth(worth: float, presence: float) -> float:
    return worth if presence > 0.995 else worth * presence**4 - 60 - (200 if presence < LEAST_PRESENCE else 0)


def _presence_share(places: Iterable[NarratorPlace], duration: float) -> float:
    return sum(e - s for s, e in merge_spans([(p.start, p.end) for p in places], 0.0)) / duration if duration else 0.0


def facing_share(candidates: tuple[CandidatePlace, ...], schedule: SceneSchedule) -> float:
    """Return the share of the changes of speaker in which the two are face to face."""
    sides = {c.character: c.side for c in candidates}
    pairs = [(a.speaker, b.speaker) for a, b in pairwise(schedule.lines) if a.speaker != b.speaker]
    return sum(sides.get(a) != sides.get(b) for a, b in pairs) / max(1, len(pairs))


def place_combinations(choices: list[list[CandidatePlace]]) -> list[tuple[CandidatePlace, ...]]:
    """Return every way to choose a side for each of them, all as large as they may be, then all a step smaller."""
    steps = zip(*(dict.fromkeys(c.pixels for c in candidates) for candidates in choices), strict=False)
    of_size = (
        [[c for c in candidates if c.pixels == size] for candidates, size in zip(choices, sizes, strict=True)]
        for sizes in steps
    )
    return [combination for sides in of_size for combination in product(*sides)]


def _turn_spans_by_speaker(
    candidates: tuple[CandidatePlace, ...], side: str, schedule: SceneSchedule
) -> dict[str, list[Span]]:
    """Return each speaker's spans on this side: from their first word to that of the next one, the scene's ends included."""
    here = {c.character for c in candidates if c.side == side}
    lines = [line for line in schedule.lines if line.speaker in here]
    starts = [
        (line.speaker, line.start) for i, line in enumerate(lines) if not i or lines[i - 1].speaker != line.speaker
    ]
    edges = [0.0, *(start - 0.2 for _, start in starts[1:]), schedule.duration]
    turns: dict[str, list[Span]] = {}
    for (speaker, _), start, end in zip(starts, edges, edges[1:], strict=False):
        turns.setdefault(speaker, []).append((start, end))
    return turns


def is_facing_pair(one: CandidatePlace, other: CandidatePlace) -> bool:
    """Return whether two are on different sides and about equally large."""
    small, large = sorted((one.pixels, other.pixels))
    return one.side != other.side and large <= 1.25 * small


def arrangements(
    scene: Scene,
    characters: tuple[Character, ...],
    schedule: SceneSchedule,
    obstacles: Obstacles,
    window: Box | None,
    frame: Size,
) -> list[NarratorArrangement]:
    """Return every way in which these narrators could be over a capture, best first."""
    if not characters:
        return [NarratorArrangement()]
    sizes = SIZES if len(characters) == 1 else tuple(s for s in SIZES if s <= LARGEST_OF_TWO)
    choices = [candidate_places(scene, c, sizes, window, frame) for c in characters]
    found: list[NarratorArrangement] = []
    if len(characters) > 1:
        found += [arrange_in_turns(candidates, schedule, obstacles) for candidates in place_combinations(choices)]
    if len(characters) == 1:
        found += [arrange_throughout((c,), schedule, obstacles) for c in choices[0]]
    if len(characters) == 2:
        found += [arrange_throughout((a, b), schedule, obstacles) for a, b in product(*choices) if is_facing_pair(a, b)]
    return sorted(found, key=lambda arrangement: -arrangement.worth)
