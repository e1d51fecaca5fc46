"""Second step: the portrait moves its head and blinks for a few seconds."""

from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from ..base.arrays import AnyImage
from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..jobs.recipe import JobContext, Recipe
from ..services.face import MotionProvider
from ..services.registry import Registry
from ..services.usage import Usage
from .frame_mapping import longest_uncut
from .portrait import PortraitTake
from .provider_call import UNKEYED, ProviderChoice, prediction_context, resolve_provider
from .video_io import facts_of, read_frames

LEAST = 0.8
"""Seconds without a cut that a clip must have."""


class MotionRequest(Frozen):
    """The portrait take to animate, the provider, and the film's frames per second."""

    portrait: str
    motion: ProviderChoice
    fps: int


class MotionTake(Frozen):
    """A clip as the provider made it, at its own rate. Read at the film's rate, frames `first` to `end` have no cut."""

    video: str
    first: int
    end: int
    alpha: bool
    usage: Usage | None = None
    synthetic: bool = True


def motion_recipe(registry: Registry) -> Recipe[MotionRequest, MotionTake]:
    """Return the recipe of kind "motion" with the providers of `registry`."""
    make = partial(make_motion, registry)
    return Recipe(kind="motion", version=1, request=MotionRequest, result=MotionTake, make=make, unkeyed=UNKEYED)


def make_motion(registry: Registry, request: MotionRequest, folder: Path, context: JobContext) -> MotionTake:
    """Have the provider animate the portrait, and find the clip's longest run without a cut."""
    place, portrait = context.open_take("portrait", request.portrait, PortraitTake)
    provider, settings = resolve_provider(registry, MotionProvider, request.motion)
    filmed = provider.animate(
        prediction_context(context, "motion", request, registry.tools),
        settings,
        place / portrait.picture,
        request.fps,
        folder,
    )
    facts = facts_of(folder / filmed.file, provider.name)
    first, end = longest_uncut(read_frames(folder / filmed.file, request.fps))
    if end - first < LEAST * request.fps:
        raise LecternError(
            f"the clip that {provider.name} made of the portrait has too many cuts; ask for calmer movements in its prompt"
        )
    return MotionTake(
        video=filmed.file, first=first, end=end, alpha=facts.alpha, usage=filmed.usage, synthetic=filmed.synthetic
    )


def motion_frames(context: JobContext, key: str, fps: int) -> Iterator[AnyImage]:
    """Return the pictures of a motion take's longest run without a cut, at the film's rate."""
    folder, take = context.open_take("motion", key, MotionTake)
    return islice(read_frames(folder / take.video, fps), take.first, take.end)
