"""Fourth step: the lips move in sync with the voice."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from ..base import audio
from ..base.arrays import Samples
from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..jobs.recipe import JobContext, Recipe
from ..services.face import LipsProvider
from ..services.registry import Registry
from ..services.usage import Usage
from .portrait import PortraitTake
from .provider_call import UNKEYED, ProviderChoice, prediction_context, resolve_provider
from .stretch import STRETCHED_VIDEO
from .video_io import facts_of, flatten_alpha

SPEECH, FACE = "speech.wav", "face.png"
SHORT = 0.5
"""Seconds that may be missing at the end, where nothing is said: the last picture is held."""


class VoiceSpan(Frozen):
    """A stretch of the voice take `voice` (its file `audio`), heard from `start` of the scene; seconds."""

    voice: str
    audio: str
    start: float
    source_start: float
    source_end: float


class LipsRequest(Frozen):
    """A face (a portrait take, or the clip of it in the take `stretch`) that says `sounds` within `seconds`."""

    portrait: str
    stretch: str | None = None
    lipsync: ProviderChoice
    sounds: tuple[VoiceSpan, ...]
    seconds: float


class LipsTake(Frozen):
    """A clip as the provider made it, at its own rate: opaque, and in sync with the voice from its first frame."""

    video: str
    usage: Usage | None = None
    synthetic: bool = True


def lips_recipe(registry: Registry) -> Recipe[LipsRequest, LipsTake]:
    """Return the recipe of kind "lips" with the providers of `registry`."""
    make = partial(make_lips, registry)
    return Recipe(kind="lips", version=1, request=LipsRequest, result=LipsTake, make=make, unkeyed=UNKEYED)


def make_lips(registry: Registry, request: LipsRequest, folder: Path, context: JobContext) -> LipsTake:
    """Have the provider make the clip; its inputs are not kept with the take."""
    provider, settings = resolve_provider(registry, LipsProvider, request.lipsync)
    voice = folder / SPEECH
    audio.write(voice, speech_of(request.sounds, request.seconds, context))
    face = _face(request, folder, context)
    filmed = provider.sync(
        prediction_context(context, "lips", request, registry.tools), settings, face, voice, request.seconds, folder
    )
    made = facts_of(folder / filmed.file, provider.name).seconds
    if made < request.seconds - SHORT:
        raise LecternError(
            f"{provider.name} moved the lips for only {made:.1f} of {request.seconds:.1f} s; split the scene, "
            "or choose a lip-sync that can do longer ones"
        )
    voice.unlink()
    (folder / FACE).unlink(missing_ok=True)
    return LipsTake(video=filmed.file, usage=filmed.usage, synthetic=filmed.synthetic)


def speech_of(sounds: Iterable[VoiceSpan], seconds: float, context: JobContext) -> Samples:
    """Return what a narrator says in a scene as one channel, exactly `seconds` long; silent where nothing is said."""
    whole = np.zeros((round(seconds * audio.RATE), 1), np.float32)
    for sound in sounds:
        source = audio.read(_file(sound, context))
        clip = source[_sample(sound.source_start) : _sample(sound.source_end)].mean(axis=1, keepdims=True)
        start = _sample(sound.start)
        clip = clip[: max(0, len(whole) - start)]
        whole[start : start + len(clip)] += clip
    return whole


def _face(request: LipsRequest, folder: Path, context: JobContext) -> Path:
    """Return the file of the clip, or of the portrait on its backing."""
    if request.stretch:
        return context.take_folder("stretch", request.stretch) / STRETCHED_VIDEO
    place, portrait = context.open_take("portrait", request.portrait, PortraitTake)
    with Image.open(place / portrait.picture) as picture:
        Image.fromarray(flatten_alpha(np.asarray(picture), portrait.backing), "RGB").save(folder / FACE)
    return folder / FACE


def _file(sound: VoiceSpan, context: JobContext) -> Path:
    return context.take_folder("voice", sound.voice) / sound.audio


def _sample(seconds: float) -> int:
    return round(seconds * audio.RATE)
