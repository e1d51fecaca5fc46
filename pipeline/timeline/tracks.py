"""One channel, one owner: strips go to named tracks so that no two share a channel at the same time."""

from collections.abc import Iterable

from ..base.errors import LecternError
from .model import Strip, Track

ORDER = (
    "Ground", "Picture A", "Picture B", "Picture close", "Transitions", "Blur", "Spotlight", "Highlight", "Cards",
    "Pointer", "Ripple", "Clips", "Narrator", "Keys", "Text", "Voice", "Effects", "Ambience", "Music",
)  # fmt: skip
"""Families of tracks, lowest first; a family is widened to "Text 1", "Text 2" … as needed."""
LETTERED = ("Narrator",)
"""Families whose tracks are counted by letters."""
LAYERED = ("Cards", "Clips")
"""Families in which the parts of one overlay lie over each other."""
INTERNAL_FAULT = "a bug in Lectern, please report it"


def assign_tracks(strips: Iterable[Strip]) -> tuple[tuple[Track, ...], tuple[Strip, ...]]:
    """Return the tracks, and the strips on them; before, a strip's `track` names only its family.

    Parts of one overlay keep the order in which they are given, later ones above. Raises LecternError where two strips
    would share a channel or an id.
    """
    families: dict[str, list[list[Strip]]] = {name: [] for name in ORDER}
    for strip in strips:
        _place_on_lane(strip, families[strip.track])
    names = [(name, lane, strips) for name in ORDER for lane, strips in enumerate(families[name])]
    tracks = [
        Track(name=_lane_name(name, lane, len(families[name])), channel=i + 1)
        for i, (name, lane, _) in enumerate(names)
    ]
    placed = [
        strip.model_copy(update={"track": track.name})
        for track, (_, _, lane) in zip(tracks, names, strict=True)
        for strip in sorted(lane, key=lambda s: (s.start, s.id))
    ]
    return tuple(tracks), _check_one_owner(tuple(placed))


def _place_on_lane(strip: Strip, lanes: list[list[Strip]]) -> None:
    """Put the strip on the lowest lane that is free and above all that belongs below it."""
    for lane in lanes[_lowest_lane(strip, lanes) :]:
        if not any(_overlap(s, strip) for s in lane):
            lane.append(strip)
            return
    lanes.append([strip])


def _lowest_lane(strip: Strip, lanes: list[list[Strip]]) -> int:
    """Return the lane above all earlier parts of the same overlay."""
    owner = (strip.scene, strip.owner)
    below = [i for i, lane in enumerate(lanes) if any(_overlap(s, strip) and (s.scene, s.owner) == owner for s in lane)]
    return below[-1] + 1 if below and strip.track in LAYERED else 0


def _overlap(one: Strip, other: Strip) -> bool:
    return one.start < other.end and other.start < one.end


def _lane_name(family: str, lane: int, count: int) -> str:
    if family in LETTERED:
        return f"{family} {chr(ord('A') + lane)}"
    return family if count == 1 and family != "Text" else f"{family} {lane + 1}"


def _check_one_owner(strips: tuple[Strip, ...]) -> tuple[Strip, ...]:
    """Return the strips; two that share a channel or an id would be a bug in Lectern."""
    busy: dict[str, Strip] = {}
    for strip in strips:
        before = busy.get(strip.track)
        if before and strip.start < before.end:
            raise LecternError(
                f'the strips "{before.id}" and "{strip.id}" share the track "{strip.track}": {INTERNAL_FAULT}'
            )
        busy[strip.track] = strip
    if len({s.id for s in strips}) != len(strips):
        raise LecternError(f"two strips have the same id: {INTERNAL_FAULT}")
    return strips
