"""The keys that Lectern computes itself."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from ...base.errors import LecternError
from ...faces.keying import Holes, key_frame
from ...faces.plate import PLAIN, Plate, plate_of
from ...faces.video_io import map_frames, read_frames
from ...services.face import MattingClip, MattingProvider
from ...services.prediction import PredictionContext
from ...services.registry import Registry

RINGING = 1.2
"""Levels (one sigma) of noise that compression makes around edges, which a background's flat parts don't show."""


class KeySettings(BaseModel):
    """A key's settings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    noise: float = Field(0.0, ge=0, le=20, description="Levels of noise to expect beyond what is measured")


class _KeyProvider(MattingProvider[KeySettings]):
    """Keys every picture against its own background, because clips of services change colour."""

    settings, local = KeySettings, True
    holes: Holes

    def matte(
        self, context: PredictionContext, settings: KeySettings, clip: MattingClip, folder: Path
    ) -> Iterator[np.ndarray]:
        """Yield the keyed pictures."""

        def cut(pixels: np.ndarray) -> np.ndarray:
            return key_frame(pixels, background(pixels, settings.noise, clip.lossy), self.holes)

        return map_frames(read_frames(clip.file, clip.fps), cut)


class ChromaKey(_KeyProvider):
    """Removes the background's colour wherever it is."""

    name, holes = "chroma", "clear"


class DifferenceKey(_KeyProvider):
    """Removes the background where it reaches the picture's edges; the figure may have its colour."""

    name, holes = "difference", "kept"


def background(pixels: np.ndarray, noise: float, lossy: bool) -> Plate:
    """Return the picture's plain background. Raises LecternError if it has none."""
    plate = plate_of(pixels)
    if plate.share < PLAIN:
        raise LecternError(
            f"only {plate.share:.0%} of the clip's upper edges are one plain background, so it can't be keyed; "
            'choose "rembg" or "rvm" as its matting'
        )
    return Plate(plate.colours, max(plate.noisy, RINGING if lossy else 0.0) + noise, plate.share)


def providers(registry: Registry) -> None:
    """Add the keys."""
    registry.add(ChromaKey())
    registry.add(DifferenceKey())
