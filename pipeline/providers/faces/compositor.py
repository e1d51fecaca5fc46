"""The keys as node groups of Blender's compositor: an asset that a person can open and change."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

from ...avatar.sources import treatment_file
from ...base.errors import LecternError
from ...base.frozen import Frozen
from ...base.video import write_clip
from ...faces.keying import LEAST, NOISE
from ...faces.video_io import read_frames
from ...services.face import MattingClip, MattingProvider
from ...services.prediction import PredictionContext
from ...services.registry import Registry
from .key_providers import background

GROUPS = {"blender-chroma": "Chroma Key", "blender-difference": "Difference Key"}
"""The node group of each provider."""
ASSET = "lectern:keying"


class KeyRequest(Frozen):
    """A clip to send through a node group of the file `asset`: `source` and `destination` are QuickTime RLE.

    The background is `plate` (a picture) and, about, `colour` (0..1, sRGB); pixels within `tolerance` of it are it, and
    it is so `noisy` (one sigma); both parts of full scale.
    """

    asset: str
    group: str
    source: str
    destination: str
    frames: int
    fps: int
    plate: str
    colour: tuple[float, float, float]
    tolerance: float
    noise: float


class BlenderKeySettings(BaseModel):
    """A key's settings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    asset: str = Field(ASSET, description="The file of node groups: lectern:keying, or a .blend of the episode")
    noise: float = Field(0.0, ge=0, le=20, description="Levels of noise to expect beyond what is measured")


class BlenderKey(MattingProvider[BlenderKeySettings]):
    """Keys in Blender. The background is that of the first picture."""

    settings, local = BlenderKeySettings, True

    def __init__(self, name: str) -> None:
        self.name = name

    def matte(
        self, context: PredictionContext, settings: BlenderKeySettings, clip: MattingClip, folder: Path
    ) -> Iterator[np.ndarray]:
        """Yield the keyed pictures. Raises LecternError if there is no Blender."""
        if context.renderer is None:
            raise LecternError(f'"{self.name}" needs Blender; choose "chroma" or "difference" as the matting instead')
        images = read_frames(clip.file, clip.fps)
        first = next(images)
        source, keyed, plate = folder / "source.mov", folder / "keyed.mov", folder / "plate.png"
        frames = write_clip(source, chain([first], images), (first.shape[1], first.shape[0]), clip.fps)
        behind = background(first, settings.noise, clip.lossy)
        Image.fromarray((behind.colours + 0.5).astype(np.uint8)).save(plate)
        request = KeyRequest(
            asset=str(treatment_file(settings.asset, context.episode)), group=GROUPS[self.name], source=str(source),
            destination=str(keyed), frames=frames, fps=clip.fps, plate=str(plate), noise=behind.noisy / 255,
            colour=tuple((np.median(behind.colours[0], axis=0) / 255).tolist()),
            tolerance=max(LEAST, NOISE * behind.noisy) / 255,
        )  # fmt: skip
        context.renderer.run("key", request.model_dump(), context.report)
        yield from _require_all_frames(keyed, frames, clip.fps)
        for file in (source, keyed, plate):
            file.unlink()


def _require_all_frames(file: Path, frames: int, fps: int) -> Iterator[np.ndarray]:
    count = 0
    for pixels in read_frames(file, fps):
        count += 1
        yield pixels
    if count != frames:
        raise LecternError(f"Blender keyed {count} of {frames} frames; build again")


def providers(registry: Registry) -> None:
    """Add the keys."""
    for name in GROUPS:
        registry.add(BlenderKey(name))
