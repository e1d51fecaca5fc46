"""First stage of a build: what is said is spoken, and what is done is recorded. Neither depends on the other."""

import json
import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from ..capture.fault import located
from ..capture.recipes import CAPTURE
from ..capture.request import CaptureRequest, annotated, capture_request
from ..capture.take import CaptureTake
from ..episode.model import Episode, Line, Scene
from ..episode.screen import Capture
from ..errors import SourceError
from ..layout.footage import content_size
from ..layout.theme import Theme
from ..model import Frozen
from ..services.voice import Lane, VoiceRequest, VoiceTake
from ..voice.recipe import VOICE
from ..voice.wanted import line_requests
from .costs import voice_costs
from .places import Places
from .secrecy import kept_secret, refuse_secrets
from .spoken import kept, voice_lanes
from .voices import voice_registry
from .workshop import Wanted, Workshop

SCREEN = "screen"
"""The lane of recordings in real time: one at a time, or they disturb each other."""
REAL_TIME = ("browser", "ide", "desktop")


class Recordings(Frozen):
    """`voices` by line id and `captures` by capture id; their sources are relative to the episode."""

    voices: Mapping[str, VoiceTake]
    voice_sources: Mapping[str, str]
    captures: Mapping[str, CaptureTake]
    capture_keys: Mapping[str, str]


def record(shop: Workshop, episode: Episode, scenes: tuple[Scene, ...], theme: Theme) -> Recordings:
    """Speaks every line and records every capture of `scenes`."""
    wanted = want_captures(shop, episode, scenes, theme)
    captures = {c.id: (c, wanted[c.id]) for scene in scenes for c in scene.captures}
    voices = want_voices(shop, episode, scenes)
    shop.make()
    keep_in_mind(shop.places, wanted)
    recorded = {id: annotated(shop.result(job), capture) for id, (capture, job) in captures.items()}
    refuse_secrets(episode, recorded)
    return Recordings(
        voices={id: shop.result(wanted) for id, wanted in voices.items()},
        voice_sources={id: f"{wanted.source}/{shop.result(wanted).audio}" for id, wanted in voices.items()},
        captures={id: kept_secret(episode, take) for id, take in recorded.items()},
        capture_keys={id: wanted.key for id, (_, wanted) in captures.items()},
    )


def want_captures(shop: Workshop, episode: Episode, scenes: tuple[Scene, ...], theme: Theme) -> dict[str, Wanted]:
    """Asks for every capture of `scenes`; by capture id."""
    return {c.id: _want_capture(shop, episode, scene, c, theme) for scene in scenes for c in scene.captures}


def request_of(episode: Episode, scene: Scene, capture: Capture, theme: Theme) -> CaptureRequest:
    """What is recorded for a capture of the film."""
    film = episode.settings.film
    return capture_request(episode, capture, theme, content_size(scene, (film.width, film.height), capture))


def capture_faults(episode: Episode, theme: Theme) -> tuple[SourceError, ...]:
    """What the captures of the film name that is not there: pages, folders, pictures, colours."""
    return tuple(
        fault
        for scene in episode.scenes
        if scene.enabled and scene.layout != "narrator-only"
        for capture in scene.captures
        if (fault := _fault(episode, scene, capture, theme))
    )


def _fault(episode: Episode, scene: Scene, capture: Capture, theme: Theme) -> SourceError | None:
    try:
        request_of(episode, scene, capture, theme)
    except SourceError as error:
        return error
    return None


def kept_captures(folder: Path) -> dict[str, str]:
    """The key of the take that each capture of the episode in `folder` had last, by capture id."""
    try:
        return json.loads(Places(folder=folder).captures.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def want_voices(shop: Workshop, episode: Episode, scenes: tuple[Scene, ...]) -> dict[str, Wanted]:
    """Asks for every line of `scenes`; by line id."""
    registry = voice_registry(episode.settings, shop.plugins)
    said = {id: kept(shop, request) for id, request in line_requests(registry, episode, scenes).items()}
    shop.allow(voice_costs(registry, shop.missing(VOICE, said.values()), episode.settings.transcription))
    lanes = voice_lanes(registry, said)
    for lane in lanes.values():
        shop.limit(lane.name, lane.most)
    return {line.id: _want_voice(shop, said[line.id], scene, line, lanes.get(line.id)) for scene in scenes for line in scene.lines}


def _want_voice(shop: Workshop, request: VoiceRequest, scene: Scene, line: Line, lane: Lane | None) -> Wanted:
    label = f'scene "{scene.id}": {line.speaker} says "{_beginning(line)}"'
    return shop.want(VOICE, request, label, lane=lane.name if lane else "", located=f"script.md:{line.line}: {label}: ".__add__)


def _want_capture(shop: Workshop, episode: Episode, scene: Scene, capture: Capture, theme: Theme) -> Wanted:
    request = request_of(episode, scene, capture, theme)
    lane = SCREEN if capture.kind in REAL_TIME else ""
    label = f'scene "{scene.id}": {capture.kind} (script.md:{capture.line})'
    place = partial(located, file="script.md", scene=scene, capture=capture)
    return shop.want(CAPTURE, request, label, lane=lane, priority=2 if lane else 1, located=place)


def keep_in_mind(places: Places, wanted: Mapping[str, Wanted]) -> None:
    """Notes which take a capture has, so that a later one can be compared with it."""
    before = kept_captures(places.folder)
    kept = before | {id: take.key for id, take in wanted.items()}
    if kept == before:
        return
    sibling = places.captures.with_name(f".{places.captures.name}.{os.getpid()}")
    sibling.parent.mkdir(parents=True, exist_ok=True)
    sibling.write_text(json.dumps(kept, indent=1, sort_keys=True), encoding="utf-8")
    os.replace(sibling, places.captures)


def _beginning(line: Line) -> str:
    words = " ".join(word.written for word in line.words[:6])
    return words if len(line.words) <= 6 else f"{words} …"
