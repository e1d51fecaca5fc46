"""Fifth step: the background is removed, and the figure keeps its edge."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from ..base.arrays import AnyImage
from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..jobs.recipe import JobContext, Recipe
from ..services.face import MattingClip, MattingProvider
from ..services.registry import Registry
from ..services.usage import Usage
from .lips import LipsTake
from .motion import MotionTake, motion_frames
from .plate import plate_of
from .portrait import PortraitTake
from .provider_call import UNKEYED, ProviderChoice, prediction_context, resolve_provider, with_progress
from .video_io import ClipFacts, facts_of, read_frames, write_lossless

VIDEO = "matte.mkv"
CLIP = "clip.mkv"
AUTO = ProviderChoice(provider="auto")
COLOURFUL = 80
"""Levels between the strongest and the weakest channel of a background from which a chroma key is used."""


class MatteRequest(Frozen):
    """The clip in the take `clip` of kind `kind`, which was made from the portrait take `portrait`, at `fps`."""

    portrait: str
    kind: Literal["motion", "lips"]
    clip: str
    matting: ProviderChoice
    fps: int


class MatteTake(Frozen):
    """FFV1 with straight alpha at the film's rate; `matting` is the provider that was used ("" if the clip had alpha)."""

    video: str = VIDEO
    frames: int
    matting: str = ""
    usage: Usage | None = None


def matte_recipe(registry: Registry) -> Recipe[MatteRequest, MatteTake]:
    """Return the recipe of kind "matte" with the providers of `registry`."""
    make = partial(make_matte, registry)
    return Recipe(kind="matte", version=1, request=MatteRequest, result=MatteTake, make=make, unkeyed=UNKEYED)


def make_matte(registry: Registry, request: MatteRequest, folder: Path, context: JobContext) -> MatteTake:
    """Keep the alpha of a clip that has it, or have a provider remove the background."""
    images, facts, seconds = _clip(request, context)
    count = round(seconds * request.fps)
    if facts.alpha:
        return MatteTake(frames=write_lossless(folder / VIDEO, with_progress(images, count, context), request.fps))
    choice = _choice(registry, request, context)
    provider, settings = resolve_provider(registry, MattingProvider, choice)
    write_lossless(folder / CLIP, images, request.fps)
    cut = provider.matte(
        prediction_context(context, "matte", request, registry.tools),
        settings,
        _send_clip(request, facts, folder, context),
        folder,
    )
    frames = write_lossless(folder / VIDEO, with_progress(cut, count, context), request.fps)
    (folder / CLIP).unlink()
    return MatteTake(frames=frames, matting=choice.provider, usage=provider.cost(settings, seconds))


def matte_frames(context: JobContext, key: str, fps: int) -> Iterator[AnyImage]:
    """Return the pictures of a matte take, at `fps`."""
    return read_frames(context.take_folder("matte", key) / VIDEO, fps)


def _send_clip(request: MatteRequest, facts: ClipFacts, folder: Path, context: JobContext) -> MattingClip:
    portrait = context.open_take("portrait", request.portrait, PortraitTake)[1]
    return MattingClip(file=folder / CLIP, fps=request.fps, lossy=facts.lossy or portrait.lossy)


def _clip(request: MatteRequest, context: JobContext) -> tuple[Iterator[AnyImage], ClipFacts, float]:
    """Return the pictures of the clip, its facts, and its approximate length in seconds."""
    if request.kind == "motion":
        folder, take = context.open_take("motion", request.clip, MotionTake)
        facts = facts_of(folder / take.video, "the motion")
        return motion_frames(context, request.clip, request.fps), facts, (take.end - take.first) / request.fps
    folder, lips = context.open_take("lips", request.clip, LipsTake)
    facts = facts_of(folder / lips.video, "the lip-sync")
    return read_frames(folder / lips.video, request.fps), facts, facts.seconds


def _choice(registry: Registry, request: MatteRequest, context: JobContext) -> ProviderChoice:
    """Return the provider that was chosen, or else the key that suits the portrait's background."""
    if request.matting != AUTO:
        return request.matting
    place, portrait = context.open_take("portrait", request.portrait, PortraitTake)
    if portrait.alpha:
        return ProviderChoice(provider="chroma")
    if not portrait.plain:
        raise LecternError(
            "the portrait's background is not plain, so Lectern can't key it; cut the figure out (a PNG with alpha), or "
            f'write "matting" in the character\'s file with one of: {_services(registry)}'
        )
    return ProviderChoice(provider="chroma" if _colourful(place / portrait.picture) else "difference")


def _services(registry: Registry) -> str:
    """Return the names of the matting providers that are no keys, which is those that don't do it on this computer."""
    every = (registry.find(MattingProvider, name) for name in registry.names(MattingProvider))
    return ", ".join(f'"{one.name}" ({one.title})' for one in every if not one.local)


def _colourful(picture: Path) -> bool:
    with Image.open(picture) as image:
        middle = np.median(plate_of(np.asarray(image)).colours[0], axis=0)
    return float(middle.max() - middle.min()) >= COLOURFUL
