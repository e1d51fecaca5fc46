"""How the take of a voice is made."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from .. import audio
from ..episode.model import Character, Line
from ..errors import LecternError
from ..jobs.recipe import Bench, Recipe
from ..services.http import Http
from ..services.registry import Registry
from ..services.voice import VoiceProvider, VoiceRequest, VoiceService, VoiceTake
from .built_in import Sections, add_built_in
from .level import level
from .speaking import Means, bench_for

VERSION = 2


def voice_request(line: Line, character: Character) -> VoiceRequest:
    """What is to be recorded when `character` says `line`."""
    return VoiceRequest(
        provider=character.provider,
        voice=character.voice,
        settings=tuple(sorted(character.settings)),
        words=tuple(word.spoken for word in line.words),
        pauses=tuple((rest.word, rest.seconds) for rest in line.rests),
    )


def voice_recipe(registry: Registry) -> Recipe:
    """The recipe of voice takes with the providers of `registry`."""

    def make(request: VoiceRequest, folder: Path, bench: Bench | None) -> VoiceTake:
        provider = registry.find("voice", request.provider)
        take = _checked(_spoken(provider, request, folder, bench), request)
        audio.write(folder / take.audio, level(audio.read(folder / take.audio)))
        return take

    return Recipe(kind="voice", version=VERSION, request=VoiceRequest, result=VoiceTake, make=make, unkeyed={"bookkeeping": True})


def out_of_the_box(sections: Sections = {}, http: Http | None = None, means: Means = Means()) -> Registry:
    """A registry of the voices that Lectern carries, with settings of lectern.toml; without `http`, without keys."""
    registry = Registry()
    add_built_in(registry, sections, http or Http(), means)
    return registry


VOICE = voice_recipe(out_of_the_box())


def _spoken(provider: VoiceProvider | VoiceService, request: VoiceRequest, folder: Path, bench: Bench | None) -> Any:
    if bench and isinstance(provider, VoiceService):
        return provider.speak_at(bench_for(bench.episode, request, bench.report), request, folder)
    return provider.speak(request, folder)


def _checked(given: Any, request: VoiceRequest) -> VoiceTake:
    """A provider may return a plain dict (a plug-in need not import Lectern); its times must fit the words."""
    take = _taken(given, request.provider)
    if [word.index for word in take.words] != list(range(len(request.words))):
        raise LecternError(f"the voice provider {request.provider} gave times for other words than it was asked to say")
    times = [time for word in take.words for time in (word.start, word.end)]
    if times != sorted(times) or times[-1] > take.duration + 0.001:
        raise LecternError(f"the voice provider {request.provider} gave word times that are out of order")
    return take


def _taken(given: Any, provider: str) -> VoiceTake:
    try:
        return VoiceTake.model_validate(given)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()[:4])
        raise LecternError(f"what the voice provider {provider} returned is no take ({faults})") from None
