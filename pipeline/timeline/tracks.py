"""One channel, one owner: strips are given to named tracks so that no two share a channel at a time."""

from collections.abc import Iterable

from ..errors import LecternError
from .model import Strip, Track

ORDER = (
    "Picture A", "Picture B", "Picture close", "Transitions", "Blur", "Spotlight", "Highlight", "Cards", "Pointer", "Ripple",
    "Clips", "Narrator", "Keys", "Text", "Voice", "Music",
)  # fmt: skip
"""Families of tracks, lowest first; a family is widened to "Text 1", "Text 2" … as needed."""
LETTERED = ("Narrator",)
LAYERED = ("Cards", "Clips")
"""Families in which the parts of one overlay lie upon each other."""
FAULT = "a fault of Lectern, please report it"


def assigned(strips: Iterable[Strip]) -> tuple[tuple[Track, ...], tuple[Strip, ...]]:
    """The strips on tracks of their own (their `track` names a family until now), and those tracks.

    Cards of one overlay keep the order in which they are given, later ones above.
    """
    families: dict[str, list[list[Strip]]] = {name: [] for name in ORDER}
    for strip in strips:
        _put(strip, families[strip.track])
    names = [(name, lane, strips) for name in ORDER for lane, strips in enumerate(families[name])]
    tracks = [
        Track(name=_named(name, lane, len(families[name])), channel=i + 1) for i, (name, lane, _) in enumerate(names)
    ]
    placed = [
        strip.model_copy(update={"track": track.name})
        for track, (_, _, lane) in zip(tracks, names, strict=True)
        for strip in sorted(lane, key=lambda s: (s.start, s.id))
    ]
    return tuple(tracks), _owned(tuple(placed))


def _put(strip: Strip, lanes: list[list[Strip]]) -> None:
    """On the lowest lane that is free and above all that belongs below the strip."""
    for lane in lanes[_above(strip, lanes) :]:
        if not any(_together(s, strip) for s in lane):
            lane.append(strip)
            return
    lanes.append([strip])


def _above(strip: Strip, lanes: list[list[Strip]]) -> int:
    below = [
        i for i, lane in enumerate(lanes) if any(_together(s, strip) and _group(s) == _group(strip) for s in lane)
    ]
    return below[-1] + 1 if below and strip.track in LAYERED else 0


def _together(one: Strip, other: Strip) -> bool:
    return one.start < other.end and other.start < one.end


def _group(strip: Strip) -> str:
    return strip.id.rsplit("/", 1)[0]


def _named(family: str, lane: int, count: int) -> str:
    if family in LETTERED:
        return f"{family} {chr(ord('A') + lane)}"
    return family if count == 1 and family != "Text" else f"{family} {lane + 1}"


def _owned(strips: tuple[Strip, ...]) -> tuple[Strip, ...]:
    """The strips themselves; raises where two would share a channel or an id, which would be a fault of Lectern's."""
    busy: dict[str, Strip] = {}
    for strip in strips:
        before = busy.get(strip.track)
        if before and strip.start < before.end:
            raise LecternError(f'the strips "{before.id}" and "{strip.id}" share the track "{strip.track}": {FAULT}')
        busy[strip.track] = strip
    if len({s.id for s in strips}) != len(strips):
        raise LecternError(f"two strips have the same id: {FAULT}")
    return strips
