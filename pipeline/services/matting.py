"""The seam where backgrounds are removed: a clip goes in; its pictures with their alpha come out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
from pydantic import BaseModel

from ..model import Frozen
from .prediction import ServiceBench
from .usage import Usage


class Clip(Frozen):
    """A clip to cut out: a `file` without loss at `fps`. `lossy`: what it was made of was compressed, so edges ring."""

    file: Path
    fps: int
    lossy: bool = False


class MattingProvider(Protocol):
    """Removes the background of a clip. `settings` is the type of its own settings, declared once."""

    name: str
    settings: type[BaseModel]

    def matte(self, bench: ServiceBench, settings: BaseModel, clip: Clip, folder: Path) -> Iterator[np.ndarray]:
        """The pictures of `clip`, all of them in their order: RGBA, uint8, straight alpha, of its size.

        `folder` is for files on the way.
        """
        ...

    def cost(self, settings: BaseModel, seconds: float) -> Usage | None:
        """What it would use; None where nothing is contacted."""
        ...
