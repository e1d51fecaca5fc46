"""The recipe of voice takes: calls the provider, checks what it returns, and levels the sound where it is not yet."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..base import audio
from ..base.errors import FilmFinding, LecternError
from ..episode.model import Line
from ..jobs.recipe import JobContext, Recipe
from ..services.registry import Registry
from ..services.voice import CONFIDENT, VoiceProvider, VoiceRequest, VoiceTake
from .service_voice import context_for
from .sound import normalize_level

VOICE_KIND = "voice"
VERSION = 2


def voice_recipe(registry: Registry) -> Recipe[VoiceRequest, VoiceTake]:
    """Return the recipe of voice takes with the providers of `registry`."""

    def make(request: VoiceRequest, folder: Path, context: JobContext) -> VoiceTake:
        provider = registry.find(VoiceProvider, request.provider)
        here = context_for(context.episode, request, registry.tools, context.report)
        take = _validated_take(provider.speak(here, provider.settings_of(request), request, folder), request)
        if not provider.levelled:
            audio.write(folder / take.audio, normalize_level(audio.read(folder / take.audio)))
        return take

    return Recipe(
        kind=VOICE_KIND,
        version=VERSION,
        request=VoiceRequest,
        result=VoiceTake,
        make=make,
        unkeyed={"bookkeeping": True},
    )


def _validated_take(given: Any, request: VoiceRequest) -> VoiceTake:
    """Return what a provider returned as a take.

    A plug-in need not import Lectern, so it may be a plain dict.

    Raises LecternError if it is not a take, or its times don't fit the words.
    """
    take = _parse_take(given, request.provider)
    if [word.index for word in take.words] != list(range(len(request.words))):
        raise LecternError(
            f"the voice provider {request.provider} returned times for other words than those of the line"
        )
    times = [time for word in take.words for time in (word.start, word.end)]
    if times != sorted(times) or times[-1] > take.duration + 0.001:
        raise LecternError(f"the voice provider {request.provider} returned word times that are out of order")
    return take


def _parse_take(given: Any, provider: str) -> VoiceTake:
    try:
        return VoiceTake.model_validate(given)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()[:4])
        raise LecternError(f"the voice provider {provider} did not return a take ({faults})") from None


def doubt(line: Line, take: VoiceTake) -> FilmFinding | None:
    """Return the warning that the word times of `line` may be wrong, and with them its marks, captions and lips; else None."""
    if take.confidence >= CONFIDENT:
        return None
    unsure = f"Lectern is not sure when the words of {line.speaker} are heard ({take.confidence:.0%}, by {take.tier})"
    return FilmFinding(f"{unsure}; check that the recording says what is written", line.line)
