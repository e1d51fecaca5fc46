"""Second stage of a build: every line is spoken and every capture recorded. Neither depends on the other."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter

from ..base.episode_paths import EpisodePaths
from ..base.errors import LecternError, SourceError
from ..base.files import read_own, write_atomic
from ..base.theme import Theme
from ..capture.fault import CaptureFault, read_fault
from ..capture.material.faults import footage_faults
from ..capture.recipes import CAPTURE
from ..capture.request import CaptureRequest, capture_request, request_faults, with_film_fields
from ..capture.take import CaptureTake
from ..episode.capture_block import Capture
from ..episode.model import Episode, Line, Scene
from ..episode.source import SCRIPT
from ..jobs.recipe import Recipe
from ..layout.capture_windows import content_size, oversize
from ..services.provider import Lane
from ..services.registry import Registry
from ..services.voice import VoiceProvider, VoiceRequest, VoiceTake
from ..trust.secret_scan import redact_secrets, refuse_secrets
from ..voice.line_request import line_requests
from ..voice.recipe import voice_recipe
from .build import Build
from .costs import voice_costs
from .hear_voices import SpeakAgain, better_voices, hearing_ahead
from .paces import note_paces
from .take_scheduler import TakeHandle, TakeScheduler, strictest_lanes

SCREEN = Lane(name="screen", most=1)
"""The lane of recordings in real time: one at a time, or they disturb each other."""
REAL_TIME = ("browser", "ide", "desktop")
_KEYS = TypeAdapter(dict[str, str])
SURE_TIERS = ("service", "alignment")
"""The sources of word times that need no check by transcription."""
OPENING = 6
"""How many words of a line a label quotes."""


@dataclass(frozen=True)
class Recordings:
    """Voices by line id and captures by capture id: what was recorded, and the takes it is in.

    `captures` are as the film may show them: with today's marks, and with secrets redacted where the settings say so.
    `respoken` says which lines were spoken once more because they were not understood.
    """

    voices: Mapping[str, VoiceTake]
    voice_handles: Mapping[str, TakeHandle[VoiceTake]]
    captures: Mapping[str, CaptureTake]
    capture_handles: Mapping[str, TakeHandle[CaptureTake]]
    respoken: tuple[str, ...] = ()

    def voice_file(self, line: str) -> str:
        """Return the file in which a line is spoken, relative to the episode."""
        return self.voice_handles[line].file(self.voices[line].audio)

    @property
    def capture_keys(self) -> dict[str, str]:
        """The key of every capture's take."""
        return {id: handle.key for id, handle in self.capture_handles.items()}


def record_takes(build: Build) -> Recordings:
    """Speak every line and record every capture. Raises LecternError for a secret where the settings say to stop."""
    captures, spoken = schedule_captures(build), schedule_lines(build)
    with hearing_ahead(build, spoken.handles, spoken.requests):
        build.scheduler.make()
    voices, respoken = better_voices(build, spoken.handles, spoken.requests, spoken.want)
    note_capture_keys(build.paths, captures)
    spoken_now = {id: handle.take for id, handle in voices.items()}
    note_paces(build.episode, (line for scene in build.scenes for line in scene.lines), spoken_now)
    recorded = {c.id: with_film_fields(captures[c.id].take, c) for scene in build.scenes for c in scene.captures}
    refuse_secrets(build.episode, recorded)
    return Recordings(
        voices=spoken_now,
        voice_handles=voices,
        captures={id: redact_secrets(build.episode, take) for id, take in recorded.items()},
        capture_handles=captures,
        respoken=respoken,
    )


# Captures


def schedule_captures(build: Build) -> dict[str, TakeHandle[CaptureTake]]:
    """Ask for every capture of the build's scenes; by capture id."""
    return {c.id: _schedule_capture(build, scene, c) for scene in build.scenes for c in scene.captures}


def _schedule_capture(build: Build, scene: Scene, capture: Capture) -> TakeHandle[CaptureTake]:
    in_real_time = capture.kind in REAL_TIME
    return build.scheduler.want(
        CAPTURE,
        request_of_capture(build.episode, scene, capture, build.theme),
        f'scene "{scene.id}": {capture.kind} ({SCRIPT}:{capture.line})',
        lane=SCREEN if in_real_time else None,
        priority=2 if in_real_time else 1,
        locate=lambda job: str(CaptureFault(read_fault(job.fault, job.error), SCRIPT, scene, capture)),
    )


def request_of_capture(episode: Episode, scene: Scene, capture: Capture, theme: Theme) -> CaptureRequest:
    """Return what is recorded for a capture of the film. Raises SourceError for a file or colours that aren't there."""
    film = episode.settings.film
    first = capture.earlier[0].scene if capture.earlier else scene.id  # what goes on keeps its size
    whose = next((other for other in episode.scenes if other.id == first), scene)
    size = capture.environment.size or content_size(whose, (film.width, film.height), capture)
    if size is None:
        raise SourceError(SCRIPT, capture.line, f'scene "{scene.id}" shows only its narrator; give it another layout')
    if fault := _size_fault(episode, capture):
        raise fault
    return capture_request(episode, capture, theme, size)


def capture_faults(episode: Episode, theme: Theme) -> tuple[SourceError, ...]:
    """Return what the captures of the film name that isn't there, or can't be shown: pages, folders, pictures, colours, videos."""
    scenes = [scene for scene in episode.scenes if scene.enabled and scene.layout != "narrator-only"]
    captures = [capture for scene in scenes for capture in scene.captures]
    missing = (fault for capture in captures for fault in request_faults(episode, capture, theme))
    unfit = (fault for capture in captures if (fault := _size_fault(episode, capture)))
    return (*missing, *unfit, *(fault for capture in captures for fault in footage_faults(episode.folder, capture)))


def _size_fault(episode: Episode, capture: Capture) -> SourceError | None:
    message = oversize(capture, (episode.settings.film.width, episode.settings.film.height))
    return SourceError(SCRIPT, capture.line, message) if message else None


def last_capture_keys(paths: EpisodePaths) -> dict[str, str]:
    """Return the key of the take that each capture had last, by capture id; nothing where none is noted."""
    try:
        return _KEYS.validate_json(read_own(paths.captures, inside=None) or b"{}")
    except (ValueError, LecternError):
        return {}


def note_capture_keys(paths: EpisodePaths, captures: Mapping[str, TakeHandle[CaptureTake]]) -> None:
    """Note which take each capture has, so that a later recording can be compared with it."""
    before = last_capture_keys(paths)
    now = before | {id: handle.key for id, handle in captures.items()}
    if now != before:
        write_atomic(paths.captures, json.dumps(now, indent=1, sort_keys=True), inside=None)


# Voices


@dataclass(frozen=True)
class ScheduledLines:
    """The voice takes that were asked for, by the line's id, and their requests; `want` asks for a line in another one."""

    handles: Mapping[str, TakeHandle[VoiceTake]]
    requests: Mapping[str, VoiceRequest]
    want: SpeakAgain


def schedule_voices(build: Build) -> Mapping[str, TakeHandle[VoiceTake]]:
    """Ask for every line of the build's scenes; by line id. Raises CostDeclined if the person won't pay for them."""
    return schedule_lines(build).handles


def schedule_lines(build: Build) -> ScheduledLines:
    """Ask for every line of the build's scenes. Raises CostDeclined if the person won't pay for them."""
    scheduler, registry, settings = build.scheduler, build.providers.registry, build.episode.settings
    recipe = voice_recipe(registry)
    requests = {
        id: reusable_request(scheduler, recipe, request)
        for id, request in line_requests(registry, build.episode, build.scenes).items()
    }
    scheduler.allow(voice_costs(registry, scheduler.missing(recipe, requests.values()), settings.transcription))
    lanes = voice_lanes(registry, requests)
    scheduler.limit(lanes.values())

    def want(scene: Scene, line: Line, request: VoiceRequest) -> TakeHandle[VoiceTake]:
        return _schedule_voice(scheduler, recipe, request, scene, line, lanes.get(line.id))

    handles = {line.id: want(scene, line, requests[line.id]) for scene in build.scenes for line in scene.lines}
    return ScheduledLines(handles, requests, want)


def _schedule_voice(
    scheduler: TakeScheduler,
    recipe: Recipe[VoiceRequest, VoiceTake],
    request: VoiceRequest,
    scene: Scene,
    line: Line,
    lane: Lane | None,
) -> TakeHandle[VoiceTake]:
    label = f'scene "{scene.id}": {line.speaker} says "{_opening_words(line)}"'
    where = f"{SCRIPT}:{line.line}: {label}"
    return scheduler.want(recipe, request, label, lane=lane, locate=lambda job: f"{where}: {job.error}")


def reusable_request(
    scheduler: TakeScheduler, recipe: Recipe[VoiceRequest, VoiceTake], request: VoiceRequest
) -> VoiceRequest:
    """Return `request`, or the same without transcription if its take is there and is sure without.

    Transcription would change nothing about such a take.
    """
    alone = request.model_copy(update={"transcription": ""})
    if alone == request or scheduler.missing(recipe, [alone]):
        return request
    return alone if scheduler.load(recipe, alone).tier in SURE_TIERS else request


def voice_lanes(registry: Registry, requests: Mapping[str, VoiceRequest]) -> dict[str, Lane]:
    """Return the lane of every line (by its id) that is in one. The strictest of a lane's limits holds."""
    lanes = {id: lane for id, request in requests.items() if (lane := _lane(registry, request))}
    strictest = strictest_lanes(lanes.values())
    return {id: strictest[lane.name] for id, lane in lanes.items()}


def _lane(registry: Registry, request: VoiceRequest) -> Lane | None:
    provider = registry.find(VoiceProvider, request.provider)
    return provider.lane(provider.settings_of(request))


def _opening_words(line: Line) -> str:
    words = " ".join(word.written for word in line.words[:OPENING])
    return words if len(line.words) <= OPENING else f"{words} …"
