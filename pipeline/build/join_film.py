"""Last stage of a build: the rendered parts become the film, with the files that go beside it."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..base.episode_paths import EpisodePaths
from ..base.files import replacing, write_changed
from ..film.card import FilmCard, SubtitleCue
from ..film.join import join
from ..film.sound import sound_strips
from ..publish.chapters import chapters, merge_short_chapters
from ..publish.description import Credit, credits_of, description
from ..publish.subtitles import cues, srt, timed_words, vtt
from ..timeline.model import Timeline
from .build import Build
from .production import Production
from .render_film import FilmParts
from .segment_take import SegmentTake
from .take_scheduler import TakeHandle


@dataclass(frozen=True)
class Sidecars:
    """What goes with a film: subtitles, credits, and the `texts` of the files beside it by their name."""

    subtitles: tuple[SubtitleCue, ...]
    credits: tuple[Credit, ...]
    texts: Mapping[str, str]


def sidecars_of(production: Production, timeline: Timeline) -> Sidecars:
    """Write the subtitles, chapters and description of a film (as texts, not yet as files)."""
    episode, voices = production.build.episode, production.recordings.voices
    subtitles, credits = film_subtitles(production, timeline), credits_of(episode, timeline, voices)
    texts = {
        "film.srt": srt(subtitles),
        "film.vtt": vtt(subtitles),
        "chapters.txt": chapters(timeline),
        "description.txt": description(episode, timeline, credits),
    }
    return Sidecars(subtitles, credits, texts)


def film_subtitles(production: Production, timeline: Timeline) -> tuple[SubtitleCue, ...]:
    """Return the film's subtitles; where the strips of a line's recording are decides when its words are said."""
    strips, voices = sound_strips(timeline), production.recordings.voices
    words = [
        word
        for scene in production.scenes
        for line in scene.scene.lines
        if (spoken := [strip for strip in strips if strip.owner == line.id])
        for word in timed_words(line, voices[line.id], spoken, timeline.fps)
    ]
    return cues(sorted(words, key=lambda word: word.start), timeline.fps)


def write_sidecars(paths: EpisodePaths, sidecars: Sidecars) -> None:
    """Write the texts beside the film, those that are there and right excepted."""
    for name, text in sidecars.texts.items():
        write_changed(paths.renders / name, text, inside=paths.folder)


def join_film(build: Build, timeline: Timeline, parts: FilmParts, sidecars: Sidecars) -> None:
    """Write the film."""
    pictures = [segment_file(parts.segments[span.id]) for span in timeline.scenes]
    card = FilmCard(
        title=build.episode.title,
        description=build.episode.description,
        language=build.episode.language,
        chapters=merge_short_chapters(timeline),
        subtitles=sidecars.subtitles,
    )
    join(pictures, parts.sound.folder / parts.sound.take.audio, build.paths.film, card, inside=build.paths.folder)


def copy_segment(paths: EpisodePaths, segment: TakeHandle[SegmentTake], scene: str) -> Path:
    """Copy the rendered segment of a scene beside the film; return the file."""
    target = paths.renders / f"{scene}.mp4"
    with replacing(target, inside=paths.folder) as draft:
        shutil.copyfile(segment_file(segment), draft)
    return target


def segment_file(segment: TakeHandle[SegmentTake]) -> Path:
    """Return the video of a rendered segment."""
    return segment.folder / segment.take.video
