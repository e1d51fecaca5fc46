"""The keys that Lectern computes itself."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from ....errors import LecternError
from ....services.matting import Clip
from ....services.prediction import ServiceBench
from ....services.usage import Usage
from ..film import changed, pictures
from ..keying import Holes, keyed
from ..plate import PLAIN, Plate, plate_of

RINGING = 1.2
"""Levels (one sigma) of noise that compression makes around edges, which a background's flat parts don't show."""


class KeySettings(BaseModel):
    """A key's settings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    noise: float = Field(0.0, ge=0, le=20, description="Levels of noise to expect beyond what is measured")


class _Key:
    """A `MattingProvider` that keys every picture against its own background, because clips of services change colour."""

    settings = KeySettings
    name: str
    holes: Holes

    def matte(self, bench: ServiceBench, settings: KeySettings, clip: Clip, folder: Path) -> Iterator[np.ndarray]:
        def cut(pixels: np.ndarray) -> np.ndarray:
            return keyed(pixels, background(pixels, settings.noise, clip.lossy), self.holes)

        return changed(pictures(clip.file, clip.fps), cut)

    def cost(self, settings: KeySettings, seconds: float) -> Usage | None:
        return None


class Chroma(_Key):
    """Removes the background's colour wherever it is."""

    name, holes = "chroma", "clear"


class Difference(_Key):
    """Removes the background where it reaches the picture's edges; the figure may have its colour."""

    name, holes = "difference", "kept"


def background(pixels: np.ndarray, noise: float, lossy: bool) -> Plate:
    """The picture's plain background; LecternError where it has none."""
    plate = plate_of(pixels)
    if plate.share < PLAIN:
        raise LecternError(
            f"only {plate.share:.0%} of the clip's upper edges are one plain background, so it can't be keyed; "
            'choose "rembg" or "rvm" as its matting'
        )
    return Plate(plate.colours, max(plate.noisy, RINGING if lossy else 0.0) + noise, plate.share)
