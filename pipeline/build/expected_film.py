"""What the finished film has to show, when and where: `quality` compares the film with it."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path

from ..avatar.take import NarratorTake
from ..avatar.visemes import PRESSED, shapes_of
from ..base.clock import frame_at, seconds_at
from ..base.geometry import FULL, Box
from ..base.text_block import TextBlock
from ..base.video import clip_picture
from ..drawing.outline import DRAW_FRAMES
from ..film.card import SubtitleCue
from ..film.sound import mix_sounds, sound_strips
from ..layout.camera import camera_at
from ..publish.subtitles import placed_words
from ..quality.contrast import TextArea
from ..quality.film import ExpectedFilm
from ..quality.heard import ExpectedLine, ExpectedWord
from ..quality.lips import MouthArea, SpeechSpan
from ..quality.presence import NarratorLook, look_of
from ..quality.sync import CoveredArea, ExpectedStep, search_window
from ..quality.voices import VoiceTrack, voice_track, with_others
from ..services.voice import Phoneme, VoiceProvider
from ..timeline.camera import box_on, camera_rests, value_on
from ..timeline.frames import FADE
from ..timeline.model import (
    ColourStrip,
    MovieStrip,
    SceneSpan,
    Strip,
    StripId,
    TextStrip,
    Timeline,
    is_narrator,
    shown_text,
)
from ..timing.retime import retimed_events
from ..timing.segments import CaptureSegment
from .blend_file import read_compiled
from .layout_scenes import ArrangedScene
from .production import Production

POINTING = ("Spotlight", "Highlight")
"""Tracks of what comes with a step's effect: it is part of what is seen to happen then."""
OPAQUE = 0.99
"""Of its opacity, from which a strip counts as wholly seen."""
PHRASE = 0.15
"""Seconds without a sound between two phrases."""


def expected_film(production: Production, timeline: Timeline, captions: tuple[SubtitleCue, ...] = ()) -> ExpectedFilm:
    """Return what the film of `timeline` has to be, with its `captions`."""
    lines = _expected_lines(production, timeline)
    film = production.build.episode.settings.film
    scenes = list(zip(production.scenes, timeline.scenes, strict=True))
    return ExpectedFilm(
        frames=timeline.frames,
        fps=timeline.fps,
        size=timeline.size,
        loudness=film.loudness,
        true_peak=film.true_peak,
        steps=tuple(e for arranged, span in scenes for e in _expected_steps(arranged, span, production, timeline)),
        mouths=tuple(_mouths(timeline, production.narrators)),
        speeches=tuple(s for a, span in scenes for s in _speeches(a, seconds_at(span.start, timeline.fps))),
        texts=tuple(
            _text(strip, block, timeline.frames)
            for strip in timeline.strips
            if isinstance(strip, (MovieStrip, TextStrip)) and (block := shown_text(strip)) and block.text.strip()
        ),
        narrators=tuple(_looks(timeline, production.build.episode.folder)),
        language=production.build.episode.language,
        lines=lines,
        voices=_expected_voices(production, timeline, lines),
        captions=captions,
    )


# Steps


def _expected_steps(
    arranged: ArrangedScene, span: SceneSpan, production: Production, timeline: Timeline
) -> Iterator[ExpectedStep]:
    strips = [s for s in timeline.strips if s.start < span.end and s.end > span.start]
    for segment in arranged.schedule.segments:
        take = production.recordings.captures[segment.capture]
        moving = tuple(_camera_moves(s for s in strips if s.id == str(StripId(span.id, segment.capture, "footage"))))
        for event in retimed_events(take, segment.plan):
            if event.at:
                time = arranged.schedule.marks[event.at]
                frame = span.start + frame_at(time, timeline.fps)
                yield ExpectedStep(
                    scene=span.id,
                    line=event.line,
                    mark=event.at,
                    frame=frame,
                    region=_region(arranged, segment, time),
                    covers=tuple(cover for s in strips for cover in _covers(s, frame)),
                    moving=(*moving, *(span for s in strips for span in _pointing(s, frame))),
                )


def _region(arranged: ArrangedScene, segment: CaptureSegment, time: float) -> Box:
    """Return where the capture's content is seen at `time` of the scene, cut at the frame's edges."""
    shown = arranged.layout.windows[segment.capture]
    return camera_at(arranged.layout.camera_moves, time).see(shown).common(FULL) or Box(x=0, y=0, w=0, h=0)


def _camera_moves(strips: Iterable[Strip]) -> Iterator[tuple[int, int]]:
    """Yield the spans (frames) in which the camera of footage moves."""
    for strip in strips:
        if isinstance(strip, MovieStrip):
            for one, other in pairwise(strip.camera):
                if (one.scale, one.x, one.y) != (other.scale, other.x, other.y):
                    yield one.frame, other.frame


def _pointing(strip: Strip, mark: int) -> Iterator[tuple[int, int]]:
    """Yield the spans in which something comes or goes that points at another step than that at the frame `mark`."""
    if strip.is_on(*POINTING):
        if strip.start != mark:
            yield strip.start, strip.start + DRAW_FRAMES + 1
        yield strip.end - FADE, strip.end


def _covers(strip: Strip, mark: int) -> Iterator[CoveredArea]:
    """Yield what `strip` hides of the footage around the frame `mark`; frame by frame where it moves."""
    near = search_window(mark)
    start, end = max(strip.start, near.start), min(strip.end, near.stop)
    if start >= end or not isinstance(strip, (MovieStrip, TextStrip, ColourStrip)) or strip.is_on("Picture", *POINTING):
        return
    if isinstance(strip, MovieStrip) and strip.box and (strip.position_x or strip.camera):
        yield from (CoveredArea(start=n, end=n + 1, box=box_on(strip, n)) for n in range(start, end))
    else:
        yield CoveredArea(start=start, end=end, box=strip.box or FULL)


# Narrators and texts


def _mouths(timeline: Timeline, narrators: Mapping[str, NarratorTake]) -> Iterator[MouthArea]:
    """Yield where a mouth is seen; `narrators` are the takes of those whose mouth is known, by their clip's file."""
    for strip in timeline.strips:
        take = narrators.get(strip.source) if isinstance(strip, MovieStrip) else None
        if isinstance(strip, MovieStrip) and take and take.mouth:
            left, top, width, height = take.mouth
            box = Box(x=1 - left - width if strip.mirrored else left, y=top, w=width, h=height)
            for start, end in camera_rests(strip, *_opaque_span(strip, timeline.frames)):
                yield MouthArea(
                    scene=strip.scene,
                    character=strip.owner,
                    start=start,
                    end=end,
                    box=box.within(box_on(strip, start)),
                    inside=take.inside,
                )


def _looks(timeline: Timeline, episode: Path) -> Iterator[NarratorLook]:
    """Yield what every narrator looks like in the middle of the longest time for which they are wholly seen at one size."""
    for strip in timeline.strips:
        if is_narrator(strip) and strip.box:
            rests = camera_rests(strip, *_opaque_span(strip, timeline.frames))
            if longest := max(rests, key=lambda span: span[1] - span[0], default=None):
                frame = sum(longest) // 2
                yield NarratorLook(
                    scene=strip.scene,
                    character=strip.owner,
                    frame=frame,
                    box=box_on(strip, frame),
                    luma=look_of(
                        clip_picture(episode / strip.source, strip.source_start + frame - strip.start, timeline.fps),
                        strip.mirrored,
                    ),
                )


def _text(strip: MovieStrip | TextStrip, block: TextBlock, frames: int) -> TextArea:
    start, end = _opaque_span(strip, frames)
    return TextArea(
        id=strip.id,
        scene=strip.scene,
        text=block.text.strip().splitlines()[0],
        colour=block.colour,
        size=block.size,
        box=strip.box or block.box,
        start=start,
        end=end,
    )


def _opaque_span(strip: MovieStrip | TextStrip, frames: int) -> tuple[int, int]:
    """Return the first and last (exclusive) of a film's `frames` at which nothing shines through the strip."""
    seen = [
        n
        for n in range(max(strip.start, 0), min(strip.end, frames))
        if not strip.opacity or value_on(strip.opacity, n) >= OPAQUE
    ]
    return (seen[0], seen[-1] + 1) if seen else (strip.start, strip.start)


# Speech


def _expected_lines(production: Production, timeline: Timeline) -> tuple[ExpectedLine, ...]:
    """Return every line of the film with its words, where the strips of its recording put them."""
    return tuple(_lines(production, timeline))


def _lines(production: Production, timeline: Timeline) -> Iterator[ExpectedLine]:
    strips, voices, build = sound_strips(timeline), production.recordings.voices, production.build
    for arranged in production.scenes:
        for line in arranged.scene.lines:
            spoken = [strip for strip in strips if strip.owner == line.id]
            words = tuple(
                ExpectedWord(
                    spoken=line.words[word.index].spoken,
                    written=line.words[word.index].written,
                    start=round(word.start, 3),
                    end=round(word.end, 3),
                )
                for word, _ in placed_words(voices[line.id], spoken, timeline.fps)
            )
            if words:
                provider = build.providers.registry.find(VoiceProvider, build.episode.character(line.speaker).provider)
                yield ExpectedLine(
                    id=line.id,
                    scene=arranged.scene.id,
                    line=line.line,
                    speaker=line.speaker,
                    words=words,
                    exact=provider.exact,
                )


def _expected_voices(production: Production, timeline: Timeline, lines: tuple[ExpectedLine, ...]) -> VoiceTrack:
    """Return what the voices of the film sound like without music and noises."""
    own = {line.id for line in lines}
    strips, folder = sound_strips(timeline), production.build.episode.folder
    spoken = [strip for strip in strips if strip.owner in own]
    voices = mix_sounds(spoken, timeline.frames, timeline.fps, folder)
    track = voice_track(voices, lines)
    others = [strip for strip in strips if strip.owner not in own]
    by_hand = [sound for sound in read_compiled(production.build.paths).sounds if not sound.strip]
    if not others and not by_hand:
        return track
    return with_others(track, voices, mix_sounds(others, timeline.frames, timeline.fps, folder, by_hand))


def _speeches(arranged: ArrangedScene, begin: float) -> Iterator[SpeechSpan]:
    """Yield every phrase of a scene that begins at `begin` seconds of the film."""
    for speaker in arranged.schedule.speakers:
        sounds = [p for p in arranged.schedule.phonemes_of(speaker) if shapes_of(p.symbol)]
        for phrase in _phrases(sounds):
            opens = next((p for p in phrase if shapes_of(p.symbol)[0] != PRESSED), phrase[0])
            shuts = next((p for p in reversed(phrase) if shapes_of(p.symbol)[-1] != PRESSED), phrase[-1])
            pressed = [p for p in phrase if shapes_of(p.symbol)[0] == PRESSED]
            yield SpeechSpan(
                character=speaker,
                start=round(begin + phrase[0].start, 3),
                end=round(begin + phrase[-1].end, 3),
                shut=round(opens.start - phrase[0].start, 3),
                shuts=round(phrase[-1].end - shuts.end, 3),
                pressed=tuple((round(begin + p.start, 3), round(begin + p.end, 3)) for p in pressed),
            )


def _phrases(sounds: Iterable[Phoneme]) -> list[list[Phoneme]]:
    phrases: list[list[Phoneme]] = []
    for sound in sorted(sounds, key=lambda p: p.start):
        if phrases and sound.start - phrases[-1][-1].end < PHRASE:
            phrases[-1].append(sound)
        else:
            phrases.append([sound])
    return phrases
