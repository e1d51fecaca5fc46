"""Last stage of a build: the timeline becomes strips in Blender, segments, sound, and the film with what goes beside it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..episode.model import Episode, Line
from ..film.join import Caption, Chapter, FilmCard, join
from ..film.recipe import segment_request
from ..film.segments import Segment, segments
from ..jobs.recipe import Recipe
from ..publish.chapters import chapters, merged
from ..publish.credits import credits_of
from ..publish.description import description
from ..publish.subtitles import Cue, cues, srt, timed_words, vtt
from ..sound.mix import sounds
from ..sound.recipe import SOUND, sound_request
from ..timeline.edits import Edits, read_edits, write_edits
from ..timeline.model import SoundStrip, Timeline
from .files import write
from .places import Places
from .recording import Recordings
from .renderer import Renderer
from .segment_render import foreign_strips
from .workshop import Wanted, Workshop


def collect(places: Places, renderer: Renderer) -> Edits:
    """What the person changed in the .blend since it was last compiled is written to edits.json; all edits."""
    if places.timeline.exists() and places.blend.exists() and _blend_state(places) != _compiled(places).get("blend"):
        request = {"timeline": places.timeline, "root": places.folder, "blend": places.blend}
        write_edits(places.folder, Edits.model_validate(renderer.run("collect", request)["edits"]))
    return read_edits(places.folder)


def compile_blend(places: Places, timeline: Timeline, renderer: Renderer) -> tuple[str, ...]:
    """Brings the .blend to `timeline`, unless it shows it already; returns what was in the way, in sentences."""
    text = timeline.model_dump_json()
    digest, compiled = hashlib.sha256(text.encode()).hexdigest(), _compiled(places)
    shown = compiled.get("timeline"), compiled.get("blend")
    if not (places.timeline.exists() and places.blend.exists()) or shown != (digest, _blend_state(places)):
        write(places.timeline, text)
        said = renderer.run("compile", {"timeline": places.timeline, "root": places.folder, "blend": places.blend})
        write(places.compiled, json.dumps({**said, "timeline": digest, "blend": _blend_state(places)}, indent=1))
    return tuple(_compiled(places).get("blocked", ()))


@dataclass(frozen=True)
class Parts:
    """The film's segments (by scene) and its sound, asked for."""

    segments: Mapping[str, Wanted]
    sound: Wanted

    def fingerprint(self, episode: Episode, timeline: Timeline, texts: Mapping[str, str]) -> str:
        """The same for the same film, with the `texts` beside it and what its length is held against."""
        keys = [*(wanted.key for wanted in self.segments.values()), self.sound.key, timeline.model_dump_json()]
        said = [*texts.values(), episode.title, episode.description, episode.language, repr(episode.length)]
        return hashlib.sha256("\n".join([*keys, *said]).encode()).hexdigest()[:20]


def want_parts(
    shop: Workshop, episode: Episode, timeline: Timeline, segment: Recipe, only: str | None = None
) -> Parts:
    """Asks for the segments of all scenes (or of scene `only`) and for the sound."""
    found = segments(timeline, foreign_strips(shop.places))
    wanted = {s.scene: _want_segment(shop, timeline, s, segment) for s in found if only in (None, s.scene)}
    return Parts(wanted, shop.want(SOUND, sound_request(timeline, episode.settings.film), "sound", priority=3))


def _want_segment(shop: Workshop, timeline: Timeline, segment: Segment, recipe: Recipe) -> Wanted:
    request = segment_request(segment, timeline.size, timeline.fps)
    return shop.want(recipe, request, f'scene "{segment.scene}": render', priority=1)


def texts_beside(episode: Episode, timeline: Timeline, recordings: Recordings) -> dict[str, str]:
    """What lies beside the film, by the file's name: subtitles, chapters and the description."""
    spoken = film_cues(episode, timeline, recordings)
    credits = credits_of(episode, timeline, recordings.voices)
    return {
        "film.srt": srt(spoken), "film.vtt": vtt(spoken), "chapters.txt": chapters(timeline),
        "description.txt": description(episode, timeline, credits),
    }  # fmt: skip


def deliver(
    shop: Workshop, episode: Episode, timeline: Timeline, recordings: Recordings, parts: Parts, texts: Mapping[str, str]
) -> None:
    """Joins the film and writes the `texts` beside it."""
    places, spoken = shop.places, film_cues(episode, timeline, recordings)
    for name, text in texts.items():
        write(places.renders / name, text)
    pictures = [_file(shop, parts.segments[span.id]) for span in timeline.scenes]
    sound = shop.folder(parts.sound) / shop.result(parts.sound).audio
    join(pictures, sound, places.film, _card(episode, timeline, spoken))


def film_cues(episode: Episode, timeline: Timeline, recordings: Recordings) -> tuple[Cue, ...]:
    """The subtitles of the film, from where the recordings' strips lie."""
    lines = {line.id: line for scene in episode.scenes for line in scene.lines}
    words = [
        word
        for line, strips in _strips_by_line(timeline, recordings, lines)
        for word in timed_words(line, recordings.voices[line.id], strips, timeline.fps)
    ]
    return cues(sorted(words, key=lambda word: word.start), timeline.fps)


def _strips_by_line(
    timeline: Timeline, recordings: Recordings, lines: Mapping[str, Line]
) -> list[tuple[Line, list[SoundStrip]]]:
    heard = sounds(timeline)
    found = [(lines[id], [s for s in heard if s.id.startswith(f"{s.scene}/{id}/")]) for id in recordings.voice_sources]
    return [(line, strips) for line, strips in found if strips]


def _file(shop: Workshop, wanted: Wanted) -> Path:
    return shop.folder(wanted) / shop.result(wanted).video


def _card(episode: Episode, timeline: Timeline, spoken: tuple[Cue, ...]) -> FilmCard:
    return FilmCard(
        title=episode.title,
        description=episode.description,
        language=episode.language,
        chapters=tuple(Chapter(seconds=chapter.start, title=chapter.title) for chapter in merged(timeline)),
        captions=tuple(Caption(start=cue.start, end=cue.end, text="\n".join(cue.lines)) for cue in spoken),
    )


def _compiled(places: Places) -> dict[str, Any]:
    return json.loads(places.compiled.read_text(encoding="utf-8")) if places.compiled.exists() else {}


def _blend_state(places: Places) -> list[int]:
    if not places.blend.exists():
        return []
    state = places.blend.stat()
    return [state.st_size, state.st_mtime_ns]
