"""Fourth step: the lips move as the voice says."""

from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from ... import audio
from ...errors import LecternError
from ...jobs.recipe import Bench, Recipe
from ...model import Frozen
from ...services.registry import Registry
from ...services.usage import Usage
from .film import facts_of, flattened
from .portrait import PortraitTake
from .speech import Sound, speech
from .stretch import VIDEO as STRETCHED
from .work import UNKEYED, Choice, chosen, result_of, service_bench

SPEECH, FACE = "speech.wav", "face.png"
SHORT = 0.5
"""Seconds that may be missing at the end, where nothing is said any more: the last picture is held."""


class LipsRequest(Frozen):
    """The face (a portrait take, or with `stretch` the clip made of it) that says `sounds` over `seconds`."""

    portrait: str
    stretch: str | None = None
    lipsync: Choice
    sounds: tuple[Sound, ...]
    seconds: float


class LipsTake(Frozen):
    """A clip as it was made, at its own rate: opaque, and in step with the voice from its first frame."""

    video: str
    usage: Usage | None = None
    synthetic: bool = True


def lips_recipe(registry: Registry) -> Recipe:
    """The recipe of kind "lips" with the providers of `registry`."""
    make = partial(make_lips, registry)
    return Recipe(kind="lips", version=1, request=LipsRequest, result=LipsTake, make=make, unkeyed=UNKEYED)


def make_lips(registry: Registry, request: LipsRequest, folder: Path, bench: Bench) -> LipsTake:
    """Has the clip made; what it was made from is not kept with it."""
    provider, settings = chosen(registry, "lipsync", request.lipsync)
    voice = folder / SPEECH
    audio.write(voice, speech(request.sounds, request.seconds, bench))
    face = _face(request, folder, bench)
    filmed = provider.sync(service_bench(bench, "lips", request), settings, face, voice, request.seconds, folder)
    made = facts_of(folder / filmed.file, provider.name).seconds
    if made < request.seconds - SHORT:
        raise LecternError(
            f"{provider.name} moved the lips for {made:.1f} s of {request.seconds:.1f} s; split the scene, "
            "or choose a lip-sync that takes longer ones"
        )
    voice.unlink()
    (folder / FACE).unlink(missing_ok=True)
    return LipsTake(video=filmed.file, usage=filmed.usage, synthetic=filmed.synthetic)


def _face(request: LipsRequest, folder: Path, bench: Bench) -> Path:
    """The clip, or the portrait upon its backing."""
    if request.stretch:
        return bench.take("stretch", request.stretch) / STRETCHED
    place, portrait = result_of(bench, "portrait", request.portrait, PortraitTake)
    with Image.open(place / portrait.picture) as picture:
        Image.fromarray(flattened(np.asarray(picture), portrait.backing), "RGB").save(folder / FACE)
    return folder / FACE
