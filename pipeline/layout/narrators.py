"""Where narrators may stand, how large, and when they have to leave."""

from collections.abc import Iterable
from itertools import pairwise, product

from ..episode.model import AvatarBlock, Character, Episode, Scene
from ..geometry import Box, Size, box_of_pixels
from ..model import Frozen
from ..timeline.schedule import SceneSchedule
from .model import NarratorPlace
from .obstacles import Obstacles, Span, covered, merged

SIZES = (480, 400, 340, 280, 240, 208)
"""Sides in px (at 1080 lines) of a narrator's square clip beside or over a capture."""
STAGE_SIZES = (760, 560, *SIZES)
"""The same where there is no capture."""
LARGEST_OF_TWO = 400
"""Two narrators over a capture are no larger, so that the capture stays what one looks at."""
BRIEFEST = 2.5
"""A narrator neither comes nor leaves for less than so many seconds."""
MIRRORED = 0.94
"""What a mirrored narrator is worth beside one who stands as drawn."""
PRESENT = 0.7
"""The share of the time for which narrators are wanted on screen."""


class Stand(Frozen):
    """A place where `character` could stand through a scene."""

    character: str
    side: str
    mirrored: bool
    pixels: int
    box: Box


class Cast(Frozen):
    """Who stands where when, and what that is worth (px of height, weighed)."""

    places: tuple[NarratorPlace, ...] = ()
    worth: float = 0.0
    presence: float = 0.0


def on_screen(scene: Scene, schedule: SceneSchedule, episode: Episode) -> tuple[Character, ...]:
    """Who is seen in the scene: who speaks, or the narrator where nobody does; not those whom a block hides."""
    wanted = schedule.speakers or (episode.narrator,)
    known = {c.id: c for c in episode.characters}
    return tuple(known[s] for s in wanted if s in known and block_of(scene, s).visible)


def block_of(scene: Scene, character: str) -> AvatarBlock:
    """The `avatar` block that holds for `character`: its own before the one for all."""
    blocks = [b for b in scene.avatars if b.character in (character, None)]
    return max(blocks, key=lambda b: b.character is not None, default=AvatarBlock(id=""))


def stands(scene: Scene, character: Character, sizes: Iterable[int], window: Box | None, frame: Size) -> list[Stand]:
    """Every place where the character may stand, on the bottom edge: as drawn before mirrored, largest first."""
    wanted = _sizes(scene, character, tuple(sizes))
    sides = _sides(block_of(scene, character.id).side, character)
    return [
        _stand(character, side, round(size * frame[1] / 1080), window, frame) for side, size in product(sides, wanted)
    ]


def _sizes(scene: Scene, character: Character, sizes: tuple[int, ...]) -> list[int]:
    """The size asked for (the nearest step) and, should it not fit, the smaller ones."""
    asked = block_of(scene, character.id).size or character.size
    if asked is None:
        return list(sizes)
    nearest = min(STAGE_SIZES, key=lambda s: abs(s - asked * 1080))
    return [s for s in STAGE_SIZES if s <= nearest]


def _sides(asked: str, character: Character) -> tuple[str, ...]:
    """Who looks right stands on the left and the other way round; on the other side only mirrored."""
    natural = "left" if character.facing == "right" else "right"
    other = "right" if natural == "left" else "left"
    side = asked if asked != "auto" else character.side
    if side != "auto":
        return (side,)
    return (natural, other) if character.mirror else (natural,)


def _stand(character: Character, side: str, pixels: int, window: Box | None, frame: Size) -> Stand:
    """Flush with the frame's edge, or in the middle of the column beside the window where that is wide enough."""
    column = 0.0 if window is None else (window.x if side == "left" else 1 - window.right) * frame[0]
    inset = max(0, round((column - pixels) / 2)) if window is not None else 0
    x = inset if side == "left" else frame[0] - inset - pixels
    box = box_of_pixels(x, frame[1] - pixels, pixels, pixels, frame)
    mirrored = character.mirror and side == character.facing
    return Stand(character=character.id, side=side, mirrored=mirrored, pixels=pixels, box=box)


def cast_through(stood: tuple[Stand, ...], among: Obstacles, duration: float) -> Cast:
    """All of them through the whole scene but for the time in which one would cover something."""
    places = [p for s in stood for p in _stays(s, [(0.0, duration)], among)]
    presence = _share(places, duration)
    worth = min(s.pixels for s in stood) * (MIRRORED ** sum(s.mirrored for s in stood))
    least = min(_share([p for p in places if p.character == s.character], duration) for s in stood)
    return Cast(places=tuple(places), worth=_weighed(worth, least), presence=presence)


def cast_in_turn(stood: tuple[Stand, ...], schedule: SceneSchedule, among: Obstacles) -> Cast:
    """On either side whoever speaks there, or spoke there last, and listens now; before the first word who speaks there first."""
    turns = {who: spans for side in ("left", "right") for who, spans in _turns(stood, side, schedule).items()}
    places = [p for s in stood for p in _stays(s, turns.get(s.character, []), among)]
    presence = _share(places, schedule.duration)
    face_to_face = (1 + across(stood, schedule)) / 4
    worth = face_to_face * min(s.pixels for s in stood) * (MIRRORED ** sum(s.mirrored for s in stood))
    return Cast(
        places=tuple(sorted(places, key=lambda p: p.start)), worth=_weighed(worth, presence), presence=presence
    )


def _weighed(worth: float, presence: float) -> float:
    return worth if presence > 0.995 else worth * presence**4 - 60 - (200 if presence < PRESENT else 0)


def _stays(stand: Stand, spans: Iterable[Span], among: Obstacles) -> list[NarratorPlace]:
    leaves = merged([(s - 0.05, e + 0.05) for s, e in covered(among, stand.box)], BRIEFEST)
    free = [piece for span in spans for piece in _without(span, leaves)]
    return [
        NarratorPlace(
            character=stand.character,
            side=stand.side,
            mirrored=stand.mirrored,
            pixels=stand.pixels,
            box=stand.box,
            start=start,
            end=end,
        )
        for start, end in free
        if end - start >= BRIEFEST or (start, end) in spans
    ]


def _without(span: Span, holes: Iterable[Span]) -> list[Span]:
    left, end = span
    pieces = []
    for hole_start, hole_end in holes:
        if hole_end > left and hole_start < end:
            pieces.append((left, hole_start))
            left = hole_end
    return [(s, e) for s, e in [*pieces, (left, end)] if e - s > 1e-6]


def _share(places: Iterable[NarratorPlace], duration: float) -> float:
    return sum(e - s for s, e in merged([(p.start, p.end) for p in places], 0.0)) / duration if duration else 0.0


def across(stood: tuple[Stand, ...], schedule: SceneSchedule) -> float:
    """The share of the changes of speaker in which the two stand face to face."""
    sides = {s.character: s.side for s in stood}
    pairs = [(a.speaker, b.speaker) for a, b in pairwise(schedule.lines) if a.speaker != b.speaker]
    return sum(sides.get(a) != sides.get(b) for a, b in pairs) / max(1, len(pairs))


def ways(choices: list[list[Stand]]) -> list[tuple[Stand, ...]]:
    """Every way to choose a side for each of them, all as large as they may be, then all a step smaller."""
    steps = zip(*(dict.fromkeys(s.pixels for s in stood) for stood in choices), strict=False)
    of_size = ([[s for s in stood if s.pixels == size] for stood, size in zip(choices, sizes, strict=True)] for sizes in steps)
    return [way for stood in of_size for way in product(*stood)]


def _turns(stood: tuple[Stand, ...], side: str, schedule: SceneSchedule) -> dict[str, list[Span]]:
    """From a speaker's first word to that of the next one on this side, the scene's ends included."""
    here = {s.character for s in stood if s.side == side}
    lines = [line for line in schedule.lines if line.speaker in here]
    starts = [(line.speaker, line.start) for i, line in enumerate(lines) if not i or lines[i - 1].speaker != line.speaker]
    edges = [0.0, *(start - 0.2 for _, start in starts[1:]), schedule.duration]
    turns: dict[str, list[Span]] = {}
    for (speaker, _), start, end in zip(starts, edges, edges[1:], strict=False):
        turns.setdefault(speaker, []).append((start, end))
    return turns


def opposite(one: Stand, other: Stand) -> bool:
    """Whether two stand on different sides and are about equally large."""
    small, large = sorted((one.pixels, other.pixels))
    return one.side != other.side and large <= 1.25 * small


def casts(
    scene: Scene,
    who: tuple[Character, ...],
    schedule: SceneSchedule,
    among: Obstacles,
    window: Box | None,
    frame: Size,
) -> list[Cast]:
    """Every way in which these narrators could stand over a capture, best first."""
    if not who:
        return [Cast()]
    sizes = SIZES if len(who) == 1 else tuple(s for s in SIZES if s <= LARGEST_OF_TWO)
    choices = [stands(scene, c, sizes, window, frame) for c in who]
    found = [cast_in_turn(stood, schedule, among) for stood in ways(choices)] if len(who) > 1 else []
    if len(who) == 1:
        found += [cast_through((s,), among, schedule.duration) for s in choices[0]]
    if len(who) == 2:
        found += [cast_through((a, b), among, schedule.duration) for a, b in product(*choices) if opposite(a, b)]
    return sorted(found, key=lambda cast: -cast.worth)
