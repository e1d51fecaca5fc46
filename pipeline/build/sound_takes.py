"""Part of the fourth stage: the film's music, and what its events sound like."""

import math
from collections.abc import Mapping, Sequence

from ..base.clock import seconds_at
from ..capture.take import CaptureTake
from ..episode.music import FADE, Music
from ..sounds.takes import ALONE, EFFECTS, MUSIC, EffectsRequest, MusicTake, ducked_by, music_request
from ..timeline.model import StripId
from ..timeline.soundtrack_strips import EFFECTS_TRACK
from ..timeline.takes import PlacedSound
from ..timing.soundtrack import MusicCue, music_cues, scene_effects
from .build import Build
from .layout_scenes import ArrangedScene
from .take_scheduler import TakeHandle

TRACKS = {"music": "Music", "ambient": "Ambience", "effect": EFFECTS_TRACK}

type MusicHandles = Sequence[tuple[MusicCue, Music, TakeHandle[MusicTake]]]


def want_music(build: Build, scenes: Sequence[ArrangedScene]) -> MusicHandles:
    """Ask for every piece of music as long as it is heard."""
    blocks = {music.id: music for arranged in scenes for music in arranged.scene.music}
    cues = music_cues([arranged.scene for arranged in scenes], [arranged.schedule for arranged in scenes])
    return [(cue, blocks[cue.block], _want(build, cue, blocks[cue.block])) for cue in cues]


def _want(build: Build, cue: MusicCue, music: Music) -> TakeHandle[MusicTake]:
    fade = FADE[music.sort] if music.fade is None else music.fade
    seconds = seconds_at(cue.end - cue.start, build.fps) if cue.end is not None else 0.0
    request = music_request(music, seconds, fade, build.episode.folder)
    return build.scheduler.want(MUSIC, request, f'scene "{cue.scene}": {music.label}')


def placed_music(handles: MusicHandles, fps: int, frames: int) -> tuple[PlacedSound, ...]:
    """Return the finished pieces where the film of so many frames has them; each ends where its file does, at the latest."""
    placed = (_placed(cue, music, handle, fps, frames) for cue, music, handle in handles)
    return tuple(sound for sound in placed if sound.start < sound.end)


def _placed(cue: MusicCue, music: Music, handle: TakeHandle[MusicTake], fps: int, frames: int) -> PlacedSound:
    end = cue.start + math.ceil(handle.take.seconds * fps - 1e-6)
    return PlacedSound(
        id=str(StripId(cue.scene, cue.block, f"music-{cue.part}")),
        scene=cue.scene,
        name=music.label,
        track=TRACKS[music.sort],
        start=cue.start,
        end=min(end, frames if cue.end is None else cue.end),
        source=handle.file(handle.take.audio),
        duck=max(0.0, ducked_by(music) - ALONE) if music.sort == "music" else 0.0,
    )


def want_effects(
    build: Build, arranged: ArrangedScene, captures: Mapping[str, CaptureTake]
) -> TakeHandle[MusicTake] | None:
    """Ask for the sounds of a scene's events; None if nothing of it is heard."""
    schedule = arranged.schedule
    effects = scene_effects(arranged.scene, schedule, captures, build.episode.settings.sound.effects)
    if not effects:
        return None
    request = EffectsRequest(effects=effects, seconds=seconds_at(schedule.frames, schedule.fps))
    return build.scheduler.want(EFFECTS, request, f'scene "{arranged.scene.id}": sounds')
