"""The steps of a face as models on WaveSpeed: motion, and lip-sync by InfiniteTalk."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from ...base.errors import LecternError
from ...services.face import MOVEMENT_PROMPT, FaceSource, GeneratedVideo, LipsProvider, MotionProvider
from ...services.http import HttpClient, HttpStatusError, Service
from ...services.policy import ServicePolicy
from ...services.prediction import (
    PredictionContext,
    PredictionStatus,
    addresses_in,
    number_or_zero,
    run_prediction,
    value_at,
)
from ...services.registry import Registry
from ...services.setting_types import ModelInputs
from ...services.usage import ConnectionTest, Usage
from .pictures import check_video, save_video

BASE = "https://api.wavespeed.ai"
FAILED = frozenset({"failed", "cancelled", "canceled", "timeout", "deleted"})
OK, TIMED_OUT = 200, 5004
"""Codes in an answer's body; the second says that a wait at the service is over and the prediction goes on."""

PRICES = {"480p": 0.03, "720p": 0.06}
"""What InfiniteTalk takes for a second of voice, in US dollars (the model's page, August 2026)."""
LEAST, MOST = 5.0, 600.0
"""Seconds of voice that are charged at least, and that it takes at most."""
WAIT = 20.0
"""Seconds that a second of voice takes it, about."""


class WaveSpeedClient:
    """The `Predictor` (wavespeed-python; wavespeed.ai/docs). Models are called by their path, like `wavespeed-ai/infinitetalk`."""

    def __init__(self, http: HttpClient, service: Service) -> None:
        self._http, self.service = http, service

    def submit(self, model: str, inputs: dict[str, Any]) -> bytes:
        """Ask for a prediction, once."""
        body = {**inputs, "enable_sync_mode": False}
        return self._http.submit(self.service, f"/api/v3/{model}", json=body).body

    def upload(self, file: Path, kind: str) -> str:
        """Ask for a place, put the file there, and return its address."""
        content, free = file.read_bytes(), self.service.model_copy(update={"paid": False})
        asked = {"filename": file.name, "size": len(content), "content_type": kind}
        data = _data(self._http.submit(free, "/api/v3/media/uploads", json=asked).json(self.service))
        place, headers = value_at(data, "upload", "url"), value_at(data, "upload", "headers")
        address = data.get("download_url")
        if not isinstance(place, str) or not isinstance(address, str):
            raise LecternError(
                "WaveSpeed gave no place to upload to; build again, and if it stays so, look at its status page"
            )
        self._http.put(self.service, place, content, headers if isinstance(headers, dict) else {})
        return address

    def state(self, answer: Any) -> PredictionStatus:
        """Return what an answer says."""
        data = _data(answer)
        _id(data)
        status, error = data.get("status"), str(data.get("error") or "")
        if status == "completed":
            seconds = number_or_zero(value_at(data, "timings", "inference")) / 1000
            return PredictionStatus(status="done", outputs=addresses_in(data.get("outputs")), seconds=seconds)
        return (
            PredictionStatus(status="failed", error=error or f"its status is {status}")
            if status in FAILED
            else PredictionStatus(status="under way")
        )

    def poll(self, submitted: Any) -> Any:
        """Ask for the prediction's current status, at the address that the submit gave, if it gave one."""
        data = _data(submitted)
        url = value_at(data, "urls", "get") or self.service.url(f"/api/v3/predictions/{_id(data)}/result")
        return self._http.download(self.service, url).json(self.service)

    def cancel(self, submitted: Any) -> None:
        """Stop the prediction."""
        self._http.delete(self.service, f"/api/v3/predictions/{_id(_data(submitted))}")


def _data(answer: Any) -> dict[str, Any]:
    """Return what an answer is about. Raises LecternError if its code says that it failed."""
    code = answer.get("code", OK) if isinstance(answer, dict) else None
    data = answer.get("data") if isinstance(answer, dict) else None
    if code not in (OK, TIMED_OUT) or not isinstance(data, dict):
        message = answer.get("message") if isinstance(answer, dict) else ""
        raise LecternError(
            f"WaveSpeed refused this ({code}: {message or 'no reason'}); look at the model's page for what it takes"
        )
    return data


def _id(data: dict[str, Any]) -> str:
    if not isinstance(data.get("id"), str) or not data["id"]:
        raise LecternError("WaveSpeed sent an answer that names no prediction; is its address right?")
    return str(data["id"])


class WaveSpeedMotionSettings(ServicePolicy):
    """A model that makes a video of a picture."""

    base_url: str = Field(BASE, description="Where the service is")
    price: float | None = Field(None, ge=0, description="What a clip costs; unset: unknown")
    model: str = Field(min_length=3, description="The model's path, like wavespeed-ai/wan-2.2/i2v-480p")
    image_field: str = Field("image", description="What the model calls the picture")
    prompt: str = Field(MOVEMENT_PROMPT, description="What moves")
    inputs: ModelInputs = Field(default={}, description="More inputs of the model, as JSON")


class InfiniteTalkSettings(ServicePolicy):
    """InfiniteTalk, which moves the head as well."""

    base_url: str = Field(BASE, description="Where the service is")
    price: float | None = Field(None, ge=0, description="What a second of film costs; unset: as its page says, in USD")
    model: str = Field(
        "wavespeed-ai/infinitetalk", description="Also …/infinitetalk-fast and …/infinitetalk/video-to-video"
    )
    resolution: Literal["480p", "720p"] = "480p"
    prompt: str = Field("", description="How the person speaks, in words")
    seed: int = -1


KEYS = {"api.wavespeed.ai": ("WAVESPEED_API_KEY",)}


class WaveSpeedMotion(MotionProvider[WaveSpeedMotionSettings]):
    """Brings portraits to life."""

    name, label, settings, keys = "wavespeed", "WaveSpeed", WaveSpeedMotionSettings, KEYS

    def test(self, settings: WaveSpeedMotionSettings, http: HttpClient) -> ConnectionTest:
        """Ask for a prediction that nobody made."""
        return _tested(http, settings.service(self.title))

    def animate(
        self, context: PredictionContext, settings: WaveSpeedMotionSettings, portrait: Path, fps: int, folder: Path
    ) -> GeneratedVideo:
        """Have the clip made, once, and write it."""
        at = WaveSpeedClient(context.http, settings.service(self.title))

        def inputs() -> dict[str, Any]:
            return {
                settings.image_field: at.upload(portrait, "image/png"),
                "prompt": settings.prompt,
                **settings.inputs,
            }

        return GeneratedVideo(
            file=_make_video(context, at, settings.model, inputs, folder, "motion", self.cost(settings)),
            usage=self.cost(settings),
        )

    def cost(self, settings: WaveSpeedMotionSettings) -> Usage | None:
        """Return what a clip would use."""
        return Usage(
            service="WaveSpeed",
            model=settings.model,
            seconds=5.0,
            wait=5 * WAIT,
            price=settings.price,
            currency=settings.currency,
        )


class WaveSpeedLips(LipsProvider[InfiniteTalkSettings]):
    """InfiniteTalk. `video-to-video` keeps the movements of a clip; the others start from the portrait."""

    name, label, settings, keys = "wavespeed", "WaveSpeed", InfiniteTalkSettings, KEYS

    def test(self, settings: InfiniteTalkSettings, http: HttpClient) -> ConnectionTest:
        """Ask for a prediction that nobody made."""
        return _tested(http, settings.service(self.title))

    def takes(self, settings: InfiniteTalkSettings) -> FaceSource:
        """Return what the model starts from."""
        return "video" if settings.model.endswith("/video-to-video") else "picture"

    def sync(
        self,
        context: PredictionContext,
        settings: InfiniteTalkSettings,
        face: Path,
        speech: Path,
        seconds: float,
        folder: Path,
    ) -> GeneratedVideo:
        """Have the clip made, once, and write it."""
        if seconds > MOST:
            raise LecternError(
                f"the scene is {seconds / 60:.1f} minutes long, and InfiniteTalk takes 10; split the scene"
            )
        at = WaveSpeedClient(context.http, settings.service(self.title))

        def inputs() -> dict[str, Any]:
            video = self.takes(settings) == "video"
            place = at.upload(face, "video/mp4" if video else "image/png")
            return {
                "video" if video else "image": place,
                "audio": at.upload(speech, "audio/wav"),
                **_known_inputs(settings),
            }

        file = _make_video(context, at, settings.model, inputs, folder, "lips", self.cost(settings, seconds))
        return GeneratedVideo(file=file, usage=self.cost(settings, seconds))

    def cost(self, settings: InfiniteTalkSettings, seconds: float) -> Usage | None:
        """Return what so many seconds would use, at the price of the model's page where nobody set another."""
        charged, each, currency = max(seconds, LEAST), settings.price, settings.currency
        if each is None and settings.model == InfiniteTalkSettings().model:
            each, currency = PRICES[settings.resolution], "USD"
        return Usage(
            service="WaveSpeed", model=settings.model, seconds=charged, wait=WAIT * charged, price=each and each * charged,
            currency=currency,
        )  # fmt: skip


def _tested(http: HttpClient, service: Service) -> ConnectionTest:
    """Ask for a prediction that nobody made, as WaveSpeed lists nothing for free: it has to know the key to say so."""
    try:
        http.get(service, "/api/v3/predictions/lectern-test/result")
    except LecternError as error:
        if not (isinstance(error, HttpStatusError) and error.status in (400, 404, 422)):
            return ConnectionTest(ok=False, what=str(error))
    return ConnectionTest(ok=True, what=f"{service.name} answers at {service.base}; the key was not refused")


def _known_inputs(settings: InfiniteTalkSettings) -> dict[str, Any]:
    """Return the inputs that the model knows: only the plain one takes a resolution."""
    known = {"prompt", "seed", "resolution"} if settings.model == InfiniteTalkSettings().model else {"prompt", "seed"}
    return {name: value for name, value in settings.model_dump(include=known).items() if value != ""}


def _make_video(
    context: PredictionContext,
    at: WaveSpeedClient,
    model: str,
    inputs: Callable[[], dict[str, Any]],
    folder: Path,
    stem: str,
    usage: Usage | None,
) -> str:
    made = run_prediction(
        context, at, model, inputs, lambda content, kind: check_video(content, kind, "WaveSpeed"), usage
    )
    return save_video(made.content, folder, stem)


def providers(registry: Registry) -> None:
    """Add the steps of a face."""
    registry.add(WaveSpeedMotion())
    registry.add(WaveSpeedLips())
