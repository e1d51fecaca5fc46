"""Second step: the portrait moves its head and blinks for a few seconds."""

from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np

from ...errors import LecternError
from ...jobs.recipe import Bench, Recipe
from ...model import Frozen
from ...services.registry import Registry
from ...services.usage import Usage
from .film import facts_of, pictures
from .pace import steady
from .portrait import PortraitTake
from .work import UNKEYED, Choice, chosen, result_of, service_bench

LEAST = 0.8
"""Seconds without a cut that a clip must have."""


class MotionRequest(Frozen):
    """The portrait take `portrait`, brought to life by a provider; `fps` is the film's."""

    portrait: str
    motion: Choice
    fps: int


class MotionTake(Frozen):
    """A clip as it was made, at its own rate. At the film's, its pictures from `first` to `end` hold no cut."""

    video: str
    first: int
    end: int
    alpha: bool
    usage: Usage | None = None
    synthetic: bool = True


def motion_recipe(registry: Registry) -> Recipe:
    """The recipe of kind "motion" with the providers of `registry`."""
    make = partial(make_motion, registry)
    return Recipe(kind="motion", version=1, request=MotionRequest, result=MotionTake, make=make, unkeyed=UNKEYED)


def make_motion(registry: Registry, request: MotionRequest, folder: Path, bench: Bench) -> MotionTake:
    """Has the clip made, and finds its longest run without a cut."""
    place, portrait = result_of(bench, "portrait", request.portrait, PortraitTake)
    provider, settings = chosen(registry, "motion", request.motion)
    filmed = provider.animate(service_bench(bench, "motion", request), settings, place / portrait.picture, request.fps, folder)
    facts = facts_of(folder / filmed.file, provider.name)
    first, end = steady(pictures(folder / filmed.file, request.fps))
    if end - first < LEAST * request.fps:
        raise LecternError(f"the clip that {provider.name} made of the portrait has cuts everywhere; ask for a calmer one in its prompt")
    return MotionTake(
        video=filmed.file, first=first, end=end, alpha=facts.alpha, usage=filmed.usage, synthetic=filmed.synthetic
    )


def moving(bench: Bench, key: str, fps: int) -> Iterator[np.ndarray]:
    """The pictures of a motion take without a cut, at the film's rate."""
    folder, take = result_of(bench, "motion", key, MotionTake)
    return islice(pictures(folder / take.video, fps), take.first, take.end)
