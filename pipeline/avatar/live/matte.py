"""Fifth step: the background goes, and the figure keeps its edge."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from ...errors import LecternError
from ...jobs.recipe import Bench, Recipe
from ...model import Frozen
from ...services.matting import Clip
from ...services.registry import Registry
from ...services.usage import Usage
from .film import ClipFacts, facts_of, pictures, write_lossless
from .lips import LipsTake
from .motion import MotionTake, moving
from .plate import plate_of
from .portrait import PortraitTake
from .work import UNKEYED, Choice, chosen, reported, result_of, service_bench

VIDEO = "matte.mkv"
CLIP = "clip.mkv"
AUTO = Choice(provider="auto")
COLOURFUL = 80
"""Levels between the strongest and the weakest colour of a background from which it is keyed by its colour."""


class MatteRequest(Frozen):
    """The clip of the take `clip` of `kind`, made of the portrait take `portrait`, at `fps`."""

    portrait: str
    kind: Literal["motion", "lips"]
    clip: str
    matting: Choice
    fps: int


class MatteTake(Frozen):
    """FFV1 with straight alpha at the film's rate; `matting` is the provider that was used ("" where the clip had alpha)."""

    video: str = VIDEO
    frames: int
    matting: str = ""
    usage: Usage | None = None


def matte_recipe(registry: Registry) -> Recipe:
    """The recipe of kind "matte" with the providers of `registry`."""
    make = partial(make_matte, registry)
    return Recipe(kind="matte", version=1, request=MatteRequest, result=MatteTake, make=make, unkeyed=UNKEYED)


def make_matte(registry: Registry, request: MatteRequest, folder: Path, bench: Bench) -> MatteTake:
    """Keeps the alpha that the clip has, else has the background removed."""
    images, facts, seconds = _clip(request, bench)
    count = round(seconds * request.fps)
    if facts.alpha:
        return MatteTake(frames=write_lossless(folder / VIDEO, reported(images, count, bench), request.fps))
    choice = _choice(request, bench)
    provider, settings = chosen(registry, "matting", choice)
    write_lossless(folder / CLIP, images, request.fps)
    cut = provider.matte(service_bench(bench, "matte", request), settings, _sent(request, facts, folder, bench), folder)
    frames = write_lossless(folder / VIDEO, reported(cut, count, bench), request.fps)
    (folder / CLIP).unlink()
    return MatteTake(frames=frames, matting=choice.provider, usage=provider.cost(settings, seconds))


def matted(bench: Bench, key: str, fps: int) -> Iterator[np.ndarray]:
    """The pictures of a matte take."""
    return pictures(bench.take("matte", key) / VIDEO, fps)


def _sent(request: MatteRequest, facts: ClipFacts, folder: Path, bench: Bench) -> Clip:
    portrait = result_of(bench, "portrait", request.portrait, PortraitTake)[1]
    return Clip(file=folder / CLIP, fps=request.fps, lossy=facts.lossy or portrait.lossy)


def _clip(request: MatteRequest, bench: Bench) -> tuple[Iterator[np.ndarray], ClipFacts, float]:
    """The pictures, what is known of their clip, and about how many seconds they are."""
    if request.kind == "motion":
        folder, take = result_of(bench, "motion", request.clip, MotionTake)
        facts = facts_of(folder / take.video, "the motion")
        return moving(bench, request.clip, request.fps), facts, (take.end - take.first) / request.fps
    folder, lips = result_of(bench, "lips", request.clip, LipsTake)
    facts = facts_of(folder / lips.video, "the lip-sync")
    return pictures(folder / lips.video, request.fps), facts, facts.seconds


def _choice(request: MatteRequest, bench: Bench) -> Choice:
    """What was chosen; else the key that suits the portrait's background."""
    if request.matting != AUTO:
        return request.matting
    place, portrait = result_of(bench, "portrait", request.portrait, PortraitTake)
    if portrait.alpha:
        return Choice(provider="chroma")
    if not portrait.plain:
        raise LecternError(
            'the portrait\'s background is not plain, so it can\'t be keyed; cut the figure out (a PNG with alpha), or set "matting": '
            '"rembg" (a rembg server) or "rvm" (Replicate) in the character\'s file'
        )
    return Choice(provider="chroma" if _colourful(place / portrait.picture) else "difference")


def _colourful(picture: Path) -> bool:
    with Image.open(picture) as image:
        middle = np.median(plate_of(np.asarray(image)).colours[0], axis=0)
    return float(middle.max() - middle.min()) >= COLOURFUL
