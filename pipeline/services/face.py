"""The seams where the steps of a photographed face plug in: its picture, its movement, its lips, and its cut-out."""

from abc import abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import BaseModel

from ..base.frozen import Frozen
from .prediction import PredictionContext
from .provider import Provider
from .usage import Usage, service_usage


class FaceProvider[S: BaseModel](Provider[S]):
    """Does one step of a face."""

    family, sends = "face", "the face and the voice of {character}"


# Pictures: words go in, a picture comes out


class GeneratedImage(Frozen):
    """A picture's file (PNG or JPEG, in the folder it was asked for), and what it cost."""

    file: str
    usage: Usage | None = None


class ImageProvider[S: BaseModel](FaceProvider[S]):
    """Makes pictures of words."""

    kind = "image"

    @abstractmethod
    def draw(self, context: PredictionContext, settings: S, prompt: str, folder: Path) -> GeneratedImage:
        """Write a picture of `prompt` into `folder` and return its file. Raises LecternError with the way out."""

    def cost(self, settings: S) -> Usage | None:
        """Return what a picture would use; None where nothing is contacted, or it is free."""
        used = service_usage(self.title, settings, wait=30.0)
        return used and used.model_copy(update={"pictures": 1})


# Movement: a portrait goes in, a few seconds of head movement and blinking come out


class GeneratedVideo(Frozen):
    """A clip's file (in the folder it was asked for), and what it cost. `synthetic`: a model drew its pictures."""

    file: str
    usage: Usage | None = None
    synthetic: bool = True


MOVEMENT_PROMPT = (
    "the person looks at the camera, listens, moves the head slightly, blinks now and then, mouth closed; "
    "the camera does not move, the background does not change"
)
"""What a model is asked to show where nobody says something else."""


class MotionProvider[S: BaseModel](FaceProvider[S]):
    """Makes a portrait move."""

    kind = "motion"

    @abstractmethod
    def animate(
        self, context: PredictionContext, settings: S, portrait: Path, fps: int, folder: Path
    ) -> GeneratedVideo:
        """Write a clip of `portrait` (PNG) into `folder` and return it; `fps` is the film's, a provider may have its own.

        Raises LecternError with the way out.
        """

    def cost(self, settings: S) -> Usage | None:
        """Return what a clip would use; None where nothing is contacted, or it is free."""
        return service_usage(self.title, settings, wait=60.0)


# Lips: a face and a voice go in, a clip of the face that says it comes out


FaceSource = Literal["picture", "video"]
"""What a lip-sync starts from: the portrait, or a clip as long as the voice."""


class LipsProvider[S: BaseModel](FaceProvider[S]):
    """Moves lips."""

    kind = "lipsync"

    @abstractmethod
    def takes(self, settings: S) -> FaceSource:
        """Return what it wants as the face."""

    @abstractmethod
    def sync(
        self, context: PredictionContext, settings: S, face: Path, speech: Path, seconds: float, folder: Path
    ) -> GeneratedVideo:
        """Write a clip into `folder` in which `face` says `speech` (WAV, `seconds` long) from its start, and return it.

        Raises LecternError with the way out.
        """

    def cost(self, settings: S, seconds: float) -> Usage | None:
        """Return what so many seconds would use, `price` being that of one; None where it is free."""
        return service_usage(self.title, settings, seconds, wait=10 * seconds, units=seconds)


# Cut-outs: a clip goes in, its pictures with their alpha come out


class MattingClip(Frozen):
    """A clip to cut out: a `file` without loss at `fps`. `lossy`: what it was made of was compressed, so edges ring."""

    file: Path
    fps: int
    lossy: bool = False


class MattingProvider[S: BaseModel](FaceProvider[S]):
    """Removes the background of a clip."""

    kind = "matting"

    @abstractmethod
    def matte(self, context: PredictionContext, settings: S, clip: MattingClip, folder: Path) -> Iterator[np.ndarray]:
        """Yield the pictures of `clip`, all of them in their order: RGBA, uint8, straight alpha, of its size.

        `folder` is for files on the way. Raises LecternError with the way out.
        """

    def cost(self, settings: S, seconds: float) -> Usage | None:
        """Return what so many seconds would use, `price` being that of one; None where it is free."""
        return service_usage(self.title, settings, seconds, wait=10 * seconds, units=seconds)
