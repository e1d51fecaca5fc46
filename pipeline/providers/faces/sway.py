"""The motion that always works: the still portrait sways a little, as somebody who listens does."""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

from ...base.picture import open_picture
from ...faces.video_io import write_lossless
from ...services.face import GeneratedVideo, MotionProvider
from ...services.prediction import PredictionContext
from ...services.registry import Registry

VIDEO = "motion.mkv"
TURN, SHIFT, BREATH = 0.9, 0.006, 0.008
"""Degrees about the middle of the lower edge; parts of the picture sideways; how much taller a breath makes."""


class SwaySettings(BaseModel):
    """How the portrait sways."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seconds: float = Field(4.0, ge=1, le=20, description="From one side to the other, and all the smaller movements")
    amount: float = Field(1.0, ge=0, le=3, description="How much; 0: not at all")


class Sway(MotionProvider[SwaySettings]):
    """Makes a portrait move without a model.

    It rests at both ends of the clip, so going back is as smooth as going on.
    """

    name, settings, local = "sway", SwaySettings, True

    def animate(
        self, context: PredictionContext, settings: SwaySettings, portrait: Path, fps: int, folder: Path
    ) -> GeneratedVideo:
        """Write a clip without loss, at the film's rate."""
        with open_picture(portrait) as picture:
            still = picture.copy()
        write_lossless(folder / VIDEO, _sway_frames(still, settings, fps), fps)
        return GeneratedVideo(file=VIDEO, synthetic=False)


def _sway_frames(still: Image.Image, settings: SwaySettings, fps: int) -> Iterator[np.ndarray]:
    room = still.width // 10
    pixels = np.pad(np.asarray(still), ((room, room), (room, room), (0, 0)), mode="edge")
    wide = Image.fromarray(pixels, still.mode)
    frames = max(2, round(settings.seconds * fps))
    for index in range(frames):
        matrix = _matrix(math.pi * index / (frames - 1), settings.amount, still.width, room)
        yield np.asarray(wide.transform(still.size, Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC))


def _matrix(phase: float, amount: float, side: int, room: int) -> tuple[float, ...]:
    """Return where each pixel comes from. All is made of cosines, which stand still at 0 and at pi."""
    angle = math.radians(TURN) * amount * math.cos(phase)
    shift = SHIFT * amount * side * math.cos(phase)
    grow = 1 + BREATH * amount * (1 - math.cos(4 * phase)) / 2
    middle, bottom = side / 2, float(side)
    a, b = math.cos(angle), math.sin(angle) / grow
    d, e = -math.sin(angle), math.cos(angle) / grow
    x = middle + room - a * (middle + shift) - b * bottom
    y = bottom + room - d * (middle + shift) - e * bottom
    return a, b, x, d, e, y


def providers(registry: Registry) -> None:
    """Add the motion."""
    registry.add(Sway())
