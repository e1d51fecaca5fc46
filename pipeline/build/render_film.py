"""Sixth stage of a build: the scenes of the .blend become pictures, its voices the sound."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..base.files import digest
from ..episode.model import Episode
from ..film.segments import segments
from ..film.sound import SOUND, SoundTake, sound_request
from ..timeline.model import Timeline
from .blend_file import read_compiled
from .build import Build
from .recipes import blender_recipes
from .segment_take import SegmentTake, segment_request
from .take_scheduler import TakeHandle

PLANNED = "lines, voices and captions"
"""What the report says that the film should be, besides what is seen: a film whose report says less is made again."""


@dataclass(frozen=True)
class FilmParts:
    """The film's segments (by scene) and its sound."""

    segments: Mapping[str, TakeHandle[SegmentTake]]
    sound: TakeHandle[SoundTake]

    def fingerprint(self, episode: Episode, timeline: Timeline, texts: Mapping[str, str]) -> str:
        """Return the same 20 hex digits for the same film, with the `texts` beside it and its wanted length."""
        keys = [*(handle.key for handle in self.segments.values()), self.sound.key, timeline.model_dump_json()]
        about = [*texts.values(), episode.title, episode.description, episode.language, repr(episode.length), PLANNED]
        return digest("\n".join([*keys, *about]), 20)


def render_parts(build: Build, timeline: Timeline, only: str | None = None) -> FilmParts:
    """Render the segments of all scenes (or of scene `only`), and the sound."""
    recipe, scheduler = blender_recipes(build.renderer).segment, build.scheduler
    handles = {
        segment.scene: scheduler.want(
            recipe,
            segment_request(segment, timeline.size, timeline.fps),
            f'scene "{segment.scene}": render',
            priority=1,
        )
        for segment in segments(timeline, read_compiled(build.paths).foreign)
        if only in (None, segment.scene)
    }
    by_hand = read_compiled(build.paths).sounds
    sound = scheduler.want(
        SOUND, sound_request(timeline, build.episode.settings, build.paths.folder, by_hand), "sound", priority=3
    )
    scheduler.make()
    return FilmParts(handles, sound)
