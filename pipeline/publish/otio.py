"""The film's timeline for other editing programs: OpenTimelineIO's JSON, of what it has words for.

https://opentimelineio.readthedocs.io says what its objects are. Lectern writes them itself, since the library can't be had for
each Python that a Blender has; the tests read back what is written with the library.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..base.clock import frame_at
from ..base.geometry import FULL, Box
from ..timeline.model import (
    ColourStrip,
    CrossStrip,
    MovieStrip,
    SoundStrip,
    Strip,
    TextStrip,
    Timeline,
    WipeStrip,
    is_transition,
    shown_text,
)

type Json = dict[str, Any]

PICTURES, TRANSITIONS = ("Picture A", "Picture B"), "Transitions"
"""The tracks whose strips take turns, and that of their crossfades: one track with transitions elsewhere."""
_SCENE, _MARK = "GREEN", "YELLOW"
_KEPT = {"id", "scene", "kind", "by_hand", "script", "name", "track", "start", "end"}
"""Fields of a strip that its clip's metadata don't repeat, or name themselves."""


class Media(NamedTuple):
    """A file that strips show: its address for the reader of the timeline, and its length in seconds (0: not known)."""

    url: str
    seconds: float = 0.0


class OtioTimeline(NamedTuple):
    """A timeline as OpenTimelineIO's JSON, and what it could not say, a sentence each."""

    json: Json
    left_out: tuple[str, ...]


class _Laid(NamedTuple):
    """What a strip becomes on a track: frames `start` to `end` (exclusive) of it, and the crossfade that begins it."""

    strip: Strip
    start: int
    end: int
    cross: CrossStrip | WipeStrip | None = None


def otio_timeline(film: Timeline, media: Mapping[str, Media]) -> OtioTimeline:
    """Return the timeline of a film for other programs; `media` has each file by its `source`."""
    laid = [lane for name, strips in _families(film) for lane in _lanes(name, strips)]
    tracks = [_track(film, media, name, parts) for name, parts in laid]
    stack = _object("Stack.1", "tracks", children=tracks, markers=[*_markers(film)])
    about = {"size": [*film.size], "frames": film.frames}
    json = {
        "OTIO_SCHEMA": "Timeline.1",
        "name": film.title,
        "global_start_time": _time(0, film.fps),
        "metadata": {"lectern": about},
        "tracks": stack,
    }
    joined = {part.cross.id for _, parts in laid for part in parts if part.cross}
    return OtioTimeline(json, tuple(_left_out(film, joined)))


def _families(film: Timeline) -> Iterator[tuple[str, list[Strip]]]:
    """Yield what becomes one track each, lowest first, by its name."""
    on = {track.name: [s for s in film.strips if s.track == track.name] for track in film.tracks}
    taking_turns = [strip for name in (*PICTURES, TRANSITIONS) for strip in on.pop(name, [])]
    if taking_turns:
        yield "Picture", taking_turns
    yield from ((name, strips) for name, strips in on.items() if strips)


def _lanes(name: str, strips: Sequence[Strip]) -> Iterator[tuple[str, list[_Laid]]]:
    """Yield the strips as tracks on which none lies over another; a crossfade joins two to one track."""
    crosses = {(s.first, s.second): s for s in strips if is_transition(s)}
    lanes: list[list[_Laid]] = []
    for strip in sorted((s for s in strips if not is_transition(s)), key=lambda s: (s.start, s.id)):
        for lane in lanes:
            last = lane[-1]
            cross = crosses.get((last.strip.id, strip.id))
            if cross and last.start < (cut := (cross.start + cross.end) // 2) < strip.end:
                lane[-1] = last._replace(end=cut)
                lane.append(_Laid(strip, cut, strip.end, cross))
                break
            if last.end <= strip.start:
                lane.append(_Laid(strip, strip.start, strip.end))
                break
        else:
            lanes.append([_Laid(strip, strip.start, strip.end)])
    for number, lane in enumerate(lanes, 1):
        yield (name if number == 1 else f"{name} ({number})"), lane


def _track(film: Timeline, media: Mapping[str, Media], name: str, parts: Sequence[_Laid]) -> Json:
    children: list[Json] = []
    at = 0
    for part in parts:
        if part.start > at:
            children.append(_object("Gap.1", "", source_range=_range(0, part.start - at, film.fps)))
        if part.cross:
            children.append(_transition(part.cross, part.start, film.fps))
        clips = [*_clips(film, media, part)]
        children += [clip for clip, _ in clips]
        at = part.start + sum(frames for _, frames in clips)
    kind = "Audio" if all(isinstance(part.strip, SoundStrip) for part in parts) else "Video"
    return _object("Track.1", name, children=children, kind=kind)


def _transition(cross: CrossStrip | WipeStrip, cut: int, fps: int) -> Json:
    return {
        "OTIO_SCHEMA": "Transition.1",
        "name": cross.name,
        "transition_type": "SMPTE_Dissolve" if isinstance(cross, CrossStrip) else "Custom_Transition",
        "in_offset": _time(cut - cross.start, fps),
        "out_offset": _time(cross.end - cut, fps),
        "metadata": {"lectern": {"id": cross.id, "scene": cross.scene}},
    }


def _clips(film: Timeline, media: Mapping[str, Media], part: _Laid) -> Iterator[tuple[Json, int]]:
    """Yield what shows a part of a strip, with its frames: past its file's end, the last picture stands still, and a sound ends."""
    strip, frames, fps = part.strip, part.end - part.start, film.fps
    skipped = part.start - strip.start
    if isinstance(strip, SoundStrip):
        first = strip.source_start * fps + skipped
        there = media[strip.source].seconds * fps
        heard = min(frames, max(1, int(there - first))) if there else frames
        yield _clip(film, media, strip, first, heard), heard
    elif isinstance(strip, MovieStrip):
        first = strip.source_start + skipped
        there = frame_at(media[strip.source].seconds, fps)
        moving = min(frames, max(0, there - first)) if there else frames
        moving = 0 if moving == 1 else moving  # a still
        if moving:
            yield _clip(film, media, strip, first, moving), moving
        if moving < frames:
            still = {"OTIO_SCHEMA": "FreezeFrame.1", "name": "", "effect_name": "FreezeFrame", "time_scalar": 0.0}
            yield _clip(film, media, strip, there - 1, frames - moving, still), frames - moving
    else:
        yield _clip(film, media, strip, skipped, frames), frames


def _clip(
    film: Timeline, media: Mapping[str, Media], strip: Strip, first: float, frames: float, *effects: Json
) -> Json:
    text = shown_text(strip)
    words = {element.key: element.text for element in film.elements}.get((strip.scene, strip.owner), "")
    own = strip.model_dump(mode="json", exclude_defaults=True, exclude=_KEPT)
    about = {"id": strip.id, "scene": strip.scene, "kind": strip.kind, **({"says": words} if words else {}), **own}
    return _object(
        "Clip.2",
        " ".join(text.text.split()) if text else strip.name,
        source_range=_range(first, frames, film.fps),
        effects=[*effects],
        metadata={"lectern": about},
        media_references={"DEFAULT_MEDIA": _reference(film, media, strip)},
        active_media_reference_key="DEFAULT_MEDIA",
    )


def _reference(film: Timeline, media: Mapping[str, Media], strip: Strip) -> Json:
    if isinstance(strip, MovieStrip | SoundStrip):
        url, seconds = media[strip.source]
        frames = frame_at(seconds, film.fps) if isinstance(strip, MovieStrip) else seconds * film.fps
        there: Json = {"available_range": _range(0, frames, film.fps)} if seconds else {}
        return {"OTIO_SCHEMA": "ExternalReference.1", "target_url": url, **there, **_bounds(film, strip)}
    kind, shown = ("Text", strip.text) if isinstance(strip, TextStrip) else ("SolidColor", "")
    parameters = {"text": shown} if shown else {}
    colour = strip.colour if isinstance(strip, TextStrip | ColourStrip) else ""
    return {
        "OTIO_SCHEMA": "GeneratorReference.1",
        "generator_kind": kind,
        "parameters": {**parameters, "colour": colour},
        "available_range": _range(0, strip.end - strip.start, film.fps),
        **_bounds(film, strip),
    }


def _bounds(film: Timeline, strip: Strip) -> Json:
    """Return where a picture is in the frame: in pixels, upwards from the bottom left, as OpenTimelineIO counts."""
    if isinstance(strip, SoundStrip) or is_transition(strip):
        return {}
    (width, height), box = film.size, box_of(strip)
    points = ("min", box.x, box.bottom), ("max", box.right, box.y)
    corners = {n: {"OTIO_SCHEMA": "V2d.1", "x": x * width, "y": (1 - y) * height} for n, x, y in points}
    return {"available_image_bounds": {"OTIO_SCHEMA": "Box2d.1", **corners}}


def box_of(strip: MovieStrip | TextStrip | ColourStrip) -> Box:
    """Return where a strip is in the frame."""
    return strip.box or FULL


def _markers(film: Timeline) -> Iterator[Json]:
    for span in film.scenes:
        range = _range(span.start, span.end - span.start, film.fps)
        yield _object("Marker.2", span.title or span.id, marked_range=range, color=_SCENE, metadata=_scene(span.id))
    for mark in film.markers:
        scene = mark.name.partition("/")[0]
        range = _range(mark.frame, 1, film.fps)
        yield _object("Marker.2", mark.name, marked_range=range, color=_MARK, metadata=_scene(scene))


def _scene(id: str) -> Json:
    return {"lectern": {"scene": id}}


def _object(schema: str, name: str, **fields: Any) -> Json:
    return {"OTIO_SCHEMA": schema, "name": name, **fields}


def _time(value: float, fps: int) -> Json:
    return {"OTIO_SCHEMA": "RationalTime.1", "value": value, "rate": fps}


def _range(start: float, frames: float, fps: int) -> Json:
    return {"OTIO_SCHEMA": "TimeRange.1", "start_time": _time(start, fps), "duration": _time(frames, fps)}


# What other programs are not told


def _left_out(film: Timeline, joined: set[str]) -> Iterator[str]:
    """Yield what a film has and OpenTimelineIO has no words for; most of it is in the clips' metadata, for programs."""
    strips = film.strips
    pictures = [s for s in strips if isinstance(s, MovieStrip | TextStrip | ColourStrip)]
    kinds: tuple[tuple[Iterable[Strip], str], ...] = (
        ((s for s in pictures if box_of(s) != FULL), "the place and size of {}: only as image bounds, which few programs read"),
        ((s for s in strips if isinstance(s, TextStrip)), "the look of texts ({}): their words are the clips' names, and generators"),
        ((s for s in strips if isinstance(s, ColourStrip)), "the drawing of rectangles ({}): they are generators of one colour"),
        ((s for s in pictures if s.opacity), "fades and opacity of {}"),
        ((s for s in strips if isinstance(s, MovieStrip) and s.camera), "camera moves of {}"),
        ((s for s in strips if isinstance(s, MovieStrip) and (s.position_x or s.position_y)), "the movement of {}"),
        ((s for s in strips if isinstance(s, MovieStrip) and s.mirrored), "the mirroring of {}"),
        ((s for s in strips if isinstance(s, SoundStrip) and (s.level or s.volume != 1.0)), "the level of {}"),
        ((s for s in strips if is_transition(s) and s.id not in joined), "crossfades between pictures that overlap others ({})"),
        (film.off, "{} muted by hand: left out"),
    )  # fmt: skip
    for found, sentence in kinds:
        if number := len([*found]):
            yield sentence.format("one strip" if number == 1 else f"{number} strips")
