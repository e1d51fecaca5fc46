"""How lines are asked for: what is kept of lines that were spoken, and how many are asked of a service at once."""

from collections.abc import Iterable, Mapping

from ..services.registry import Registry
from ..services.voice import Lane, VoiceRequest
from ..voice.recipe import VOICE
from .workshop import Workshop


def kept(shop: Workshop, request: VoiceRequest) -> VoiceRequest:
    """The request, or the one without transcription if its take is there and was sure by itself: it would be the same."""
    alone = request.model_copy(update={"transcription": ""})
    if alone == request or shop.missing(VOICE, [alone]):
        return request
    return alone if shop.made_of(VOICE, alone).tier in ("service", "alignment") else request


def voice_lanes(registry: Registry, requests: Mapping[str, VoiceRequest]) -> dict[str, Lane]:
    """The lane of every line (by its id) that is in one. The strictest of a lane's limits holds."""
    lanes = {id: lane for id, request in requests.items() if (lane := _lane(registry, request))}
    least = {lane.name: lane for lane in strictest(lanes.values())}
    return {id: least[lane.name] for id, lane in lanes.items()}


def strictest(lanes: Iterable[Lane]) -> tuple[Lane, ...]:
    """Each lane once, with the strictest of its limits."""
    return tuple({lane.name: lane for lane in sorted(lanes, key=lambda lane: -lane.most)}.values())


def _lane(registry: Registry, request: VoiceRequest) -> Lane | None:
    ask = getattr(registry.find("voice", request.provider), "lane", None)
    return ask(request) if ask else None
