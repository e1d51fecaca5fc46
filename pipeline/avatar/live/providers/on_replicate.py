"""The steps of a face as models on Replicate: portraits, motion, lip-sync (LatentSync, SadTalker), mattes (RVM)."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from PIL import Image
from pydantic import BeforeValidator, Field

from ....services.dealings import ServiceDealings
from ....services.http import Http
from ....services.images import Drawn
from ....services.lipsync import Takes
from ....services.matting import Clip
from ....services.prediction import Made, ServiceBench, predicted
from ....services.replicate import BASE, Replicate
from ....services.listing import tested
from ....services.usage import Tested, Usage
from ....services.video import Filmed
from ..film import flattened, pictures, write_mp4
from .masked import cut_out
from .pictures import check_picture, check_video, save, save_video

MOVE = (
    "the person looks at the camera, listens, moves the head slightly, blinks now and then, mouth closed; "
    "the camera does not move, the background does not change"
)
"""What a clip of a face is asked to show."""

Inputs = Annotated[dict[str, Any], BeforeValidator(lambda value: json.loads(value) if isinstance(value, str) else value)]
"""More inputs of a model; JSON where it is written as a text."""


class ModelSettings(ServiceDealings):
    """What models on Replicate have."""

    base_url: str = Field(BASE, description="Where the service is")
    price: float | None = Field(None, ge=0, description="What a second of film costs; unset: unknown")
    model: str = Field(min_length=3, description="owner/name, or owner/name:version for a model that is not official")
    inputs: Inputs = Field(default={}, description="More inputs of the model, as JSON")


class ImageSettings(ModelSettings):
    """A model that draws."""

    price: float | None = Field(None, ge=0, description="What a picture costs; unset: unknown")


class MotionSettings(ModelSettings):
    """A model that makes a video of a picture."""

    price: float | None = Field(None, ge=0, description="What a clip costs; unset: unknown")
    image_field: str = Field("image", description="What the model calls the picture")
    prompt: str = Field(MOVE, description="What moves")


class LatentSyncSettings(ModelSettings):
    """bytedance/latentsync."""

    model: str = "bytedance/latentsync"
    guidance_scale: float = Field(2.0, ge=1, le=3)
    inference_steps: int = Field(20, ge=20, le=50)
    seed: int = 0


class SadTalkerSettings(ModelSettings):
    """SadTalker."""

    enhancer: str = Field("gfpgan", pattern="gfpgan|RestoreFormer")
    preprocess: str = Field("full", pattern="crop|resize|full")
    still: bool = True


class MatteSettings(ModelSettings):
    """Robust Video Matting."""

    model: str = "hcolde/rvm"


class _OnReplicate:
    """What they all do."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def test_at(self, base: str, values: Mapping[str, str]) -> Tested:
        """Asks for the list of predictions, which is free and needs the key."""
        return tested(self._http, Replicate(self._http, base).service, "/v1/predictions")

    def _at(self, settings: ModelSettings) -> Replicate:
        return Replicate(self._http, settings.base_url, settings.timeout)

    def _used(self, settings: ModelSettings, seconds: float = 0.0, computed: float = 0.0, charged: float = 1.0) -> Usage:
        """What makes so many seconds of film, where the price is charged `charged` times.

        Replicate charges by the second that it computes; what that comes to depends on the model.
        """
        price, wait = settings.price and settings.price * charged, computed or 30 + 10 * seconds
        return Usage(service="Replicate", model=settings.model, seconds=seconds, wait=wait, price=price, currency=settings.currency)


class ReplicateImages(_OnReplicate):
    """Draws portraits."""

    name, settings = "replicate", ImageSettings

    def draw(self, bench: ServiceBench, settings: ImageSettings, prompt: str, folder: Path) -> Drawn:
        inputs = {"prompt": prompt, **settings.inputs}
        made = predicted(bench, self._http, self._at(settings), settings.model, lambda: inputs, _picture)
        return Drawn(file=save(made.content, folder), usage=self._used(settings, computed=made.state.seconds))

    def cost(self, settings: ImageSettings) -> Usage | None:
        return self._used(settings)


class ReplicateMotion(_OnReplicate):
    """Brings portraits to life."""

    name, settings = "replicate", MotionSettings

    def animate(self, bench: ServiceBench, settings: MotionSettings, portrait: Path, fps: int, folder: Path) -> Filmed:
        at = self._at(settings)

        def inputs() -> dict[str, Any]:
            return {settings.image_field: at.upload(portrait, "image/png"), "prompt": settings.prompt, **settings.inputs}

        made = predicted(bench, self._http, at, settings.model, inputs, _video)
        return Filmed(file=save_video(made.content, folder, "motion"), usage=self._used(settings, 5.0, made.state.seconds))

    def cost(self, settings: MotionSettings) -> Usage | None:
        return self._used(settings, 5.0)


class ReplicateLips(_OnReplicate):
    """Moves lips: LatentSync those of a video, SadTalker those of a picture."""

    def __init__(self, http: Http, name: str) -> None:
        super().__init__(http)
        self.name = name
        self.settings = {"latentsync": LatentSyncSettings, "sadtalker": SadTalkerSettings}[name]

    def takes(self, settings: ModelSettings) -> Takes:
        return "video" if self.name == "latentsync" else "picture"

    def sync(
        self, bench: ServiceBench, settings: ModelSettings, face: Path, speech: Path, seconds: float, folder: Path
    ) -> Filmed:
        at, own = self._at(settings), settings.model_dump(exclude={"model", "inputs", *ServiceDealings.model_fields})

        def inputs() -> dict[str, Any]:
            return {**_face(self.name, at, face), **_voice(self.name, at, speech), **own, **settings.inputs}

        made = predicted(bench, self._http, at, settings.model, inputs, _video)
        used = self._used(settings, seconds, made.state.seconds, charged=seconds)
        return Filmed(file=save_video(made.content, folder, "lips"), usage=used)

    def cost(self, settings: ModelSettings, seconds: float) -> Usage | None:
        return self._used(settings, seconds, charged=seconds)


class ReplicateMatte(_OnReplicate):
    """RVM's mask, a video in black and white of the clip's size and rate, laid over the clip itself."""

    name, settings = "rvm", MatteSettings

    def matte(self, bench: ServiceBench, settings: MatteSettings, clip: Clip, folder: Path) -> Iterator[np.ndarray]:
        mask = folder / "mask.mp4"
        mask.write_bytes(self._mask(bench, settings, clip, folder).content)
        before = cut = None
        for pixels, grey in zip(pictures(clip.file, clip.fps), _held(pictures(mask, clip.fps)), strict=False):
            if pixels is not before:
                cut, before = cut_out(pixels, _sized(grey, pixels)), pixels
            yield cut
        mask.unlink()

    def cost(self, settings: MatteSettings, seconds: float) -> Usage | None:
        return self._used(settings, seconds, charged=seconds)

    def _mask(self, bench: ServiceBench, settings: MatteSettings, clip: Clip, folder: Path) -> Made:
        at, sent = self._at(settings), folder / "clip.mp4"

        def inputs() -> dict[str, Any]:
            write_mp4(sent, (flattened(pixels, (0, 0, 0)) for pixels in pictures(clip.file, clip.fps)), clip.fps)
            address = at.upload(sent, "video/mp4")
            sent.unlink()
            return {"input_video": address, **settings.inputs}

        return predicted(bench, self._http, at, settings.model, inputs, _video)


def _face(name: str, at: Replicate, face: Path) -> dict[str, str]:
    if name == "latentsync":
        return {"video": at.upload(face, "video/mp4")}
    return {"source_image": at.upload(face, "image/png")}


def _voice(name: str, at: Replicate, speech: Path) -> dict[str, str]:
    return {"audio" if name == "latentsync" else "driven_audio": at.upload(speech, "audio/wav")}


def _held(masks: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
    """The masks, the last one for ever: a mask may end a frame before its clip."""
    last = None
    for last in masks:
        yield last
    while last is not None:
        yield last


def _sized(grey: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """The mask as (height, width), at the clip's size."""
    mask = grey[..., 0]
    if mask.shape == pixels.shape[:2]:
        return mask
    return np.asarray(Image.fromarray(mask).resize((pixels.shape[1], pixels.shape[0]), Image.Resampling.BILINEAR))


def _picture(content: bytes, kind: str) -> None:
    check_picture(content, kind, "Replicate")


def _video(content: bytes, kind: str) -> None:
    check_video(content, kind, "Replicate")
