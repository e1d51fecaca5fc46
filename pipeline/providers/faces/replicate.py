"""The steps of a face as models on Replicate: portraits, motion, lip-sync (LatentSync, SadTalker), mattes (RVM)."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from PIL import Image
from pydantic import Field

from ...base.errors import LecternError
from ...base.video import clip_seconds
from ...faces.video_io import flatten_alpha, read_frames, write_mp4
from ...services.connection_test import probe_connection
from ...services.face import (
    MOVEMENT_PROMPT,
    FaceSource,
    GeneratedImage,
    GeneratedVideo,
    ImageProvider,
    LipsProvider,
    MattingClip,
    MattingProvider,
    MotionProvider,
)
from ...services.http import HttpClient, Service
from ...services.policy import ServicePolicy
from ...services.prediction import (
    PredictionContext,
    PredictionResult,
    PredictionStatus,
    addresses_in,
    number_or_zero,
    run_prediction,
    value_at,
)
from ...services.provider import Provider
from ...services.registry import Registry
from ...services.setting_types import ModelInputs
from ...services.usage import ConnectionTest, Usage
from .pictures import apply_mask, check_picture, check_video, save, save_video

BASE = "https://api.replicate.com"
FAILED = frozenset({"failed", "canceled", "aborted"})


class ReplicateClient:
    """The `Predictor` (replicate-python; replicate.com/docs/topics/predictions/lifecycle).

    Models are called `owner/name`, `owner/name:version`, or by the version's 64 digits alone.
    """

    def __init__(self, http: HttpClient, service: Service) -> None:
        self._http, self.service = http, service

    def submit(self, model: str, inputs: dict[str, Any]) -> bytes:
        """Ask for a prediction, once."""
        if ":" in model or re.fullmatch(r"[0-9a-f]{64}", model):
            return self._http.submit(self.service, "/v1/predictions", json={"version": model, "input": inputs}).body
        return self._http.submit(self.service, f"/v1/models/{model}/predictions", json={"input": inputs}).body

    def upload(self, file: Path, kind: str) -> str:
        """Put a file there, and return its address."""
        content = {"content": (file.name, file.read_bytes(), kind)}
        answer = self._http.submit(_without_charge(self.service), "/v1/files", files=content).json(self.service)
        return _text_at(answer, "urls", "get")

    def state(self, answer: Any) -> PredictionStatus:
        """Return what an answer says. Statuses that are not known end only with a time of completion."""
        _text_at(answer, "id")
        status, error = answer.get("status"), str(answer.get("error") or "")
        if status == "succeeded":
            seconds = number_or_zero(value_at(answer, "metrics", "predict_time"))
            return PredictionStatus(status="done", outputs=addresses_in(answer.get("output")), seconds=seconds)
        if status in FAILED or (status not in ("starting", "processing") and answer.get("completed_at")):
            return PredictionStatus(status="failed", error=error or f"its status is {status}")
        return PredictionStatus(status="under way")

    def poll(self, submitted: Any) -> Any:
        """Ask for the prediction's current status."""
        return self._http.get(self.service, f"/v1/predictions/{_text_at(submitted, 'id')}").json(self.service)

    def cancel(self, submitted: Any) -> None:
        """Stop the prediction."""
        self._http.submit(_without_charge(self.service), f"/v1/predictions/{_text_at(submitted, 'id')}/cancel")


def _without_charge(service: Service) -> Service:
    """Return the same service for what it does not charge."""
    return service.model_copy(update={"paid": False})


def _text_at(answer: Any, *path: str) -> str:
    found = value_at(answer, *path)
    if not isinstance(found, str) or not found:
        raise LecternError(f'Replicate sent an answer without "{".".join(path)}"; is its address right?')
    return found


class ReplicateModelSettings(ServicePolicy):
    """What models on Replicate have."""

    base_url: str = Field(BASE, description="Where the service is")
    price: float | None = Field(None, ge=0, description="What a second of film costs; unset: unknown")
    model: str = Field(min_length=3, description="owner/name, or owner/name:version for a model that is not official")
    inputs: ModelInputs = Field(default={}, description="More inputs of the model, as JSON")


class ReplicateImageSettings(ReplicateModelSettings):
    """A model that draws."""

    price: float | None = Field(None, ge=0, description="What a picture costs; unset: unknown")


class ReplicateMotionSettings(ReplicateModelSettings):
    """A model that makes a video of a picture."""

    price: float | None = Field(None, ge=0, description="What a clip costs; unset: unknown")
    image_field: str = Field("image", description="What the model calls the picture")
    prompt: str = Field(MOVEMENT_PROMPT, description="What moves")


class LatentSyncSettings(ReplicateModelSettings):
    """bytedance/latentsync."""

    model: str = "bytedance/latentsync"
    guidance_scale: float = Field(2.0, ge=1, le=3)
    inference_steps: int = Field(20, ge=20, le=50)
    seed: int = 0


class SadTalkerSettings(ReplicateModelSettings):
    """SadTalker."""

    enhancer: str = Field("gfpgan", pattern="gfpgan|RestoreFormer")
    preprocess: str = Field("full", pattern="crop|resize|full")
    still: bool = True


class ReplicateMatteSettings(ReplicateModelSettings):
    """Robust Video Matting."""

    model: str = "hcolde/rvm"


class _ReplicateProvider[S: ReplicateModelSettings](Provider[S]):
    """What they all do."""

    label = "Replicate"
    keys = {"api.replicate.com": ("REPLICATE_API_TOKEN",)}

    def test(self, settings: S, http: HttpClient) -> ConnectionTest:
        """Ask for the list of predictions, which is free and needs the key."""
        return probe_connection(http, settings.service(self.title), "/v1/predictions")

    def _client(self, context: PredictionContext, settings: S) -> ReplicateClient:
        return ReplicateClient(context.http, settings.service(self.title))

    def _used(self, settings: S, seconds: float = 0.0, computed: float = 0.0, charged: float = 1.0) -> Usage:
        """Return what makes so many seconds of film, where the price is charged `charged` times.

        Replicate charges by the second that it computes; what that comes to depends on the model.
        """
        price, wait = settings.price and settings.price * charged, computed or 30 + 10 * seconds
        return Usage(
            service="Replicate",
            model=settings.model,
            seconds=seconds,
            wait=wait,
            price=price,
            currency=settings.currency,
        )


class ReplicateImages(_ReplicateProvider[ReplicateImageSettings], ImageProvider[ReplicateImageSettings]):
    """Draws portraits."""

    name, settings = "replicate", ReplicateImageSettings

    def draw(
        self, context: PredictionContext, settings: ReplicateImageSettings, prompt: str, folder: Path
    ) -> GeneratedImage:
        """Have a picture drawn, once, and write it."""
        inputs = {"prompt": prompt, **settings.inputs}
        made = run_prediction(
            context, self._client(context, settings), settings.model, lambda: inputs, _picture, self.cost(settings)
        )
        return GeneratedImage(file=save(made.content, folder), usage=self._used(settings, computed=made.state.seconds))

    def cost(self, settings: ReplicateImageSettings) -> Usage | None:
        """Return what a picture would use."""
        return self._used(settings).model_copy(update={"pictures": 1})


class ReplicateMotion(_ReplicateProvider[ReplicateMotionSettings], MotionProvider[ReplicateMotionSettings]):
    """Brings portraits to life."""

    name, settings = "replicate", ReplicateMotionSettings

    def animate(
        self, context: PredictionContext, settings: ReplicateMotionSettings, portrait: Path, fps: int, folder: Path
    ) -> GeneratedVideo:
        """Have the clip made, once, and write it."""
        at = self._client(context, settings)

        def inputs() -> dict[str, Any]:
            return {
                settings.image_field: at.upload(portrait, "image/png"),
                "prompt": settings.prompt,
                **settings.inputs,
            }

        made = run_prediction(context, at, settings.model, inputs, _video, self.cost(settings))
        return GeneratedVideo(
            file=save_video(made.content, folder, "motion"), usage=self._used(settings, 5.0, made.state.seconds)
        )

    def cost(self, settings: ReplicateMotionSettings) -> Usage | None:
        """Return what a clip would use."""
        return self._used(settings, 5.0)


class _ReplicateLips[S: ReplicateModelSettings](_ReplicateProvider[S], LipsProvider[S]):
    """Moves lips."""

    face_field: ClassVar[str]
    voice_field: ClassVar[str]

    def sync(
        self, context: PredictionContext, settings: S, face: Path, speech: Path, seconds: float, folder: Path
    ) -> GeneratedVideo:
        """Have the clip made, once, and write it."""
        at, own = (
            self._client(context, settings),
            settings.model_dump(exclude={"model", "inputs", *ServicePolicy.model_fields}),
        )

        def inputs() -> dict[str, Any]:
            kind = "video/mp4" if self.takes(settings) == "video" else "image/png"
            sent = {self.face_field: at.upload(face, kind), self.voice_field: at.upload(speech, "audio/wav")}
            return {**sent, **own, **settings.inputs}

        made = run_prediction(context, at, settings.model, inputs, _video, self.cost(settings, seconds))
        used = self._used(settings, seconds, made.state.seconds, charged=seconds)
        return GeneratedVideo(file=save_video(made.content, folder, "lips"), usage=used)

    def cost(self, settings: S, seconds: float) -> Usage | None:
        """Return what so many seconds would use."""
        return self._used(settings, seconds, charged=seconds)


class LatentSync(_ReplicateLips[LatentSyncSettings]):
    """Moves the lips of a video."""

    name, settings, face_field, voice_field = "latentsync", LatentSyncSettings, "video", "audio"

    def takes(self, settings: LatentSyncSettings) -> FaceSource:
        """Return that it starts from a video."""
        return "video"


class SadTalker(_ReplicateLips[SadTalkerSettings]):
    """Moves the lips of a picture."""

    name, settings, face_field, voice_field = "sadtalker", SadTalkerSettings, "source_image", "driven_audio"

    def takes(self, settings: SadTalkerSettings) -> FaceSource:
        """Return that it starts from a picture."""
        return "picture"


class ReplicateMatte(_ReplicateProvider[ReplicateMatteSettings], MattingProvider[ReplicateMatteSettings]):
    """RVM's mask, a video in black and white of the clip's size and rate, laid over the clip itself."""

    name, settings = "rvm", ReplicateMatteSettings

    def matte(
        self, context: PredictionContext, settings: ReplicateMatteSettings, clip: MattingClip, folder: Path
    ) -> Iterator[np.ndarray]:
        """Have the mask made, once, and yield the pictures with it."""
        mask = folder / "mask.mp4"
        mask.write_bytes(self._mask(context, settings, clip, folder).content)
        before: np.ndarray | None = None
        cut = np.empty(0, np.uint8)
        masks = _repeat_last(read_frames(mask, clip.fps))
        for pixels, grey in zip(read_frames(clip.file, clip.fps), masks, strict=False):
            if pixels is not before:
                cut, before = apply_mask(pixels, _sized(grey, pixels)), pixels
            yield cut
        mask.unlink()

    def cost(self, settings: ReplicateMatteSettings, seconds: float) -> Usage | None:
        """Return what so many seconds would use."""
        return self._used(settings, seconds, charged=seconds)

    def _mask(
        self, context: PredictionContext, settings: ReplicateMatteSettings, clip: MattingClip, folder: Path
    ) -> PredictionResult:
        at, sent = self._client(context, settings), folder / "clip.mp4"

        def inputs() -> dict[str, Any]:
            write_mp4(sent, (flatten_alpha(pixels, (0, 0, 0)) for pixels in read_frames(clip.file, clip.fps)), clip.fps)
            address = at.upload(sent, "video/mp4")
            sent.unlink()
            return {"input_video": address, **settings.inputs}

        used = self.cost(settings, clip_seconds(clip.file))
        return run_prediction(context, at, settings.model, inputs, _video, used)


def _repeat_last(masks: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
    """Yield the masks, the last one for ever: a mask may end a frame before its clip."""
    last = None
    for last in masks:
        yield last
    while last is not None:
        yield last


def _sized(grey: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """Return the mask as (height, width), at the clip's size."""
    mask = grey[..., 0]
    if mask.shape == pixels.shape[:2]:
        return mask
    return np.asarray(Image.fromarray(mask).resize((pixels.shape[1], pixels.shape[0]), Image.Resampling.BILINEAR))


def _picture(content: bytes, kind: str) -> None:
    check_picture(content, kind, "Replicate")


def _video(content: bytes, kind: str) -> None:
    check_video(content, kind, "Replicate")


def providers(registry: Registry) -> None:
    """Add the steps of a face."""
    registry.add(ReplicateImages())
    registry.add(ReplicateMotion())
    registry.add(LatentSync())
    registry.add(SadTalker())
    registry.add(ReplicateMatte())
