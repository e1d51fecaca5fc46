"""How lines are asked for: what is kept of lines that were spoken, and how many are asked of a service at once."""

from collections.abc import Mapping

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
    least = {lane.name: min(other.most for other in lanes.values() if other.name == lane.name) for lane in lanes.values()}
    return {id: Lane(name=lane.name, most=least[lane.name]) for id, lane in lanes.items()}


def _lane(registry: Registry, request: VoiceRequest) -> Lane | None:
    ask = getattr(registry.find("voice", request.provider), "lane", None)
    return ask(request) if ask else None
