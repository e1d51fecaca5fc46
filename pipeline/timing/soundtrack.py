"""When music plays, and which events of a scene are heard: keys, clicks, chapters."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from ..base.clock import Span, frame_at
from ..base.frozen import Frozen
from ..capture.take import CaptureTake, StepEvent
from ..episode.model import Scene
from ..episode.music import FILM, Music
from ..episode.settings import EventSounds
from ..sounds.takes import VOICES, PlayedEffect
from .clip_cues import clip_cues
from .fit import FitPlan
from .overlay_cues import overlay_cues
from .retime import retimed_events, retimed_pointer, scene_time_of, with_their_pictures
from .schedule import SceneSchedule

PEAKS = {"key": -27.0, "enter": -24.0, "click": -22.0, "error": -20.0, "pop": -28.0, "sting": -16.0}
"""dBFS of the peaks of events in a film of -14 LUFS."""
UNDER_SPEECH = 6.0
"""dB by which a key is softer while somebody speaks."""
NTH_KEY = 3
"""One of so many keys is heard."""
KEYS_APART, EVENTS_APART = 0.12, 1.2
"""Seconds from one key to the next, and from one other event to the next, at least."""
VARIED = (0.0, -1.5, 0.8, -0.7, 1.5)
"""dB by which keys differ in turn."""
TYPING = ("type", "run", "paste")
LOUDNESS = -14.0
"""LUFS of a film, which PEAKS are for."""


class MusicCue(Frozen):
    """A music block of scene `scene`, for the `part`-th time: on frames `start` to `end` of the film (None: as long as it is)."""

    scene: str
    block: str
    part: int
    start: int
    end: int | None


def music_cues(scenes: Sequence[Scene], schedules: Sequence[SceneSchedule]) -> tuple[MusicCue, ...]:
    """Return when each piece of music is heard; `schedules` are those of the film's scenes."""
    spans = _scene_spans(schedules)
    return tuple(
        cue
        for scene, schedule in zip(scenes, schedules, strict=True)
        for music in scene.music
        for cue in _cues_of(music, scene, schedule, spans)
    )


def _scene_spans(schedules: Sequence[SceneSchedule]) -> dict[str, tuple[int, int]]:
    spans, start = {}, 0
    for schedule in schedules:
        spans[schedule.scene] = start, start + schedule.frames
        start += schedule.frames
    return spans


def _cues_of(
    music: Music, scene: Scene, schedule: SceneSchedule, spans: Mapping[str, tuple[int, int]]
) -> Iterator[MusicCue]:
    first, marks, fps = spans[scene.id][0], schedule.marks, schedule.fps
    at = first + frame_at(marks[music.at], fps) if music.at else None
    until = first + frame_at(marks[music.until], fps) if music.until else None
    if music.sort == "effect":
        yield MusicCue(scene=scene.id, block=music.id, part=0, start=first if at is None else at, end=until)
        return
    for part, (start, end) in enumerate(_runs(music.under or (scene.id,), spans)):
        begins = max(start, at) if at is not None else start
        ends = min(end, until) if until is not None else end
        if begins < ends:
            yield MusicCue(scene=scene.id, block=music.id, part=part, start=begins, end=ends)


def _runs(under: Iterable[str], spans: Mapping[str, tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the frames of the scenes that a piece is under; scenes that follow each other are one run."""
    named = set(spans) if FILM in under else set(under)
    runs: list[tuple[int, int]] = []
    for start, end in (span for id, span in spans.items() if id in named):
        if runs and runs[-1][1] == start:
            start = runs.pop()[0]
        runs.append((start, end))
    return runs


def scene_effects(
    scene: Scene, schedule: SceneSchedule, captures: Mapping[str, CaptureTake], taste: EventSounds
) -> tuple[PlayedEffect, ...]:
    """Return the effects of a scene's events in order; none where the `taste` is "off".

    With "few", keys are heard in pauses only; with "full", under the voice, too, but softer.
    """
    if taste == "off":
        return ()
    spoken = [(word.start, word.end) for word in schedule.words]
    events = [*_card_effects(scene, schedule), *_step_effects(scene, schedule, captures)]
    keys = [key for key in _keys(schedule, captures) if taste == "full" or not _is_spoken_over(key.time, spoken)]
    softer = [
        key.model_copy(update={"peak": key.peak - UNDER_SPEECH * _is_spoken_over(key.time, spoken)}) for key in keys
    ]
    loud = _apart(sorted(events, key=lambda e: (e.time, e.peak)), EVENTS_APART)
    return tuple(sorted((*loud, *softer), key=lambda e: e.time))


def _effect(name: str, time: float, variant: int = 0, by: float = 0.0) -> PlayedEffect:
    peak = PEAKS[name] - LOUDNESS + VOICES + by
    return PlayedEffect.model_validate(
        {"name": "key" if name == "enter" else name, "time": round(time, 4), "peak": round(peak, 2), "variant": variant}
    )


def _card_effects(scene: Scene, schedule: SceneSchedule) -> Iterator[PlayedEffect]:
    """Yield a sting for each chapter, and a pop for each title and for the first and the last entry of a list."""
    overlays = overlay_cues(scene, schedule.marks, schedule.duration)
    for overlay, cue in zip(scene.overlays, overlays, strict=True):
        if overlay.kind in ("chapter", "title"):
            yield _effect("sting" if overlay.kind == "chapter" else "pop", cue.start)
        elif overlay.kind == "bullets" and cue.items:
            yield from (_effect("pop", time) for time in sorted({cue.items[0], cue.items[-1]}))
    for clip, shown in zip(scene.clips, clip_cues(scene, schedule.marks, schedule.duration, schedule.fps), strict=True):
        if clip.name in ("chapter", "title"):
            yield _effect("sting" if clip.name == "chapter" else "pop", shown.start)


def _step_effects(scene: Scene, schedule: SceneSchedule, captures: Mapping[str, CaptureTake]) -> Iterator[PlayedEffect]:
    """Yield the clicks of the pointer, and an error for each command that is meant to fail."""
    steps = {capture.id: capture.steps for capture in scene.captures}
    for segment in schedule.segments:
        take = captures[segment.capture]
        events = retimed_events(take, segment.plan)
        points = with_their_pictures(retimed_pointer(take, segment.plan), events, schedule.fps)
        for before, point in pairwise((None, *points)):
            is_down = point is not None and point.pressed and not (before and before.pressed)
            if point and is_down and segment.start <= point.time <= segment.end:
                yield _effect("click", point.time)
        for event in events:
            step = steps[segment.capture][event.index] if event.index < len(steps[segment.capture]) else None
            if step is not None and getattr(step, "exit", None) and segment.start <= event.effect <= segment.end:
                yield _effect("error", event.effect)


def _keys(schedule: SceneSchedule, captures: Mapping[str, CaptureTake]) -> Iterator[PlayedEffect]:
    """Yield keys as their letters appear, one of NTH_KEY, and Enter before what it brings."""
    number, last = 0, -math.inf
    for segment in schedule.segments:
        take = captures[segment.capture]
        for event in (event for event in take.events if event.action in TYPING):
            times = _typed(take, event, segment.plan)
            for index, time in enumerate(times):
                is_enter = event.action == "run" and index == len(times) - 1
                if (index % NTH_KEY == 0 or is_enter) and time - last >= KEYS_APART:
                    if segment.start <= time <= segment.end:
                        name = "enter" if is_enter else "key"
                        yield _effect(name, time, number % len(VARIED), VARIED[number % len(VARIED)])
                        number, last = number + 1, time


def _typed(take: CaptureTake, event: StepEvent, plan: FitPlan) -> list[float]:
    """Return when (seconds of the scene) the pictures change while a step types: until what it types has its effect."""
    until = event.effect if event.action == "run" else event.end
    return [scene_time_of(plan, time) for time in take.times if event.start < time <= until]


def _is_spoken_over(time: float, spoken: Iterable[Span]) -> bool:
    return any(start - 0.05 <= time <= end + 0.05 for start, end in spoken)


def _apart(effects: Iterable[PlayedEffect], seconds: float) -> list[PlayedEffect]:
    """Return effects that are not too near each other: the first of those that are."""
    kept: list[PlayedEffect] = []
    for each in effects:
        if not kept or each.time - kept[-1].time >= seconds:
            kept.append(each)
    return kept
