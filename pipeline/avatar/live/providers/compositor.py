"""The keys as node groups of Blender's compositor: an asset that a person can open and change."""

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import numpy as np
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

from ....capture.picture.clip import write_clip
from ....errors import LecternError
from ....model import Frozen
from ....services.matting import Clip
from ....services.prediction import ServiceBench
from ....services.usage import Usage
from ...sources import treatment_file
from ..film import pictures
from ..keying import LEAST, NOISE
from .matte import background

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


Key = Callable[[KeyRequest, Callable[[float], None]], None]
"""How Blender is reached: does a request, and reports how much is done."""


class BlenderKeySettings(BaseModel):
    """A key's settings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    asset: str = Field(ASSET, description="The file of node groups: lectern:keying, or a .blend of the episode")
    noise: float = Field(0.0, ge=0, le=20, description="Levels of noise to expect beyond what is measured")


class BlenderKey:
    """A `MattingProvider` in Blender. The background is that of the first picture."""

    settings = BlenderKeySettings

    def __init__(self, name: str, key: Key) -> None:
        self.name, self._key = name, key

    def matte(self, bench: ServiceBench, settings: BlenderKeySettings, clip: Clip, folder: Path) -> Iterator[np.ndarray]:
        images = pictures(clip.file, clip.fps)
        first = next(images)
        source, keyed, plate = folder / "source.mov", folder / "keyed.mov", folder / "plate.png"
        frames = write_clip(source, chain([first], images), (first.shape[1], first.shape[0]), clip.fps)
        behind = background(first, settings.noise, clip.lossy)
        Image.fromarray((behind.colours + 0.5).astype(np.uint8)).save(plate)
        request = KeyRequest(
            asset=str(treatment_file(settings.asset, bench.episode)), group=GROUPS[self.name], source=str(source),
            destination=str(keyed), frames=frames, fps=clip.fps, plate=str(plate), noise=behind.noisy / 255,
            colour=tuple((np.median(behind.colours[0], axis=0) / 255).tolist()),
            tolerance=max(LEAST, NOISE * behind.noisy) / 255,
        )  # fmt: skip
        self._key(request, bench.report)
        yield from _whole(keyed, frames, clip.fps)
        for file in (source, keyed, plate):
            file.unlink()

    def cost(self, settings: BlenderKeySettings, seconds: float) -> Usage | None:
        return None


def _whole(file: Path, frames: int, fps: int) -> Iterator[np.ndarray]:
    count = 0
    for pixels in pictures(file, fps):
        count += 1
        yield pixels
    if count != frames:
        raise LecternError(f"Blender keyed {count} of {frames} frames; build again")
