"""The steps of a face as models on WaveSpeed: motion, and lip-sync by InfiniteTalk."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from ....errors import LecternError
from ....services.dealings import ServiceDealings
from ....services.http import Http, Refused
from ....services.lipsync import Takes
from ....services.prediction import ServiceBench, predicted
from ....services.usage import Tested, Usage
from ....services.video import Filmed
from ....services.wavespeed import BASE, WaveSpeed
from .on_replicate import MOVE, Inputs
from .pictures import check_video, save_video

PRICES = {"480p": 0.03, "720p": 0.06}
"""What InfiniteTalk takes for a second of voice, in US dollars (the model's page, August 2026)."""
LEAST, MOST = 5.0, 600.0
"""Seconds of voice that are charged at least, and that it takes at most."""
WAIT = 20.0
"""Seconds that a second of voice takes it, about."""


class MotionSettings(ServiceDealings):
    """A model that makes a video of a picture."""

    base_url: str = Field(BASE, description="Where the service is")
    price: float | None = Field(None, ge=0, description="What a clip costs; unset: unknown")
    model: str = Field(min_length=3, description="The model's path, like wavespeed-ai/wan-2.2/i2v-480p")
    image_field: str = Field("image", description="What the model calls the picture")
    prompt: str = Field(MOVE, description="What moves")
    inputs: Inputs = Field(default={}, description="More inputs of the model, as JSON")


class InfiniteTalkSettings(ServiceDealings):
    """InfiniteTalk, which moves the head as well."""

    base_url: str = Field(BASE, description="Where the service is")
    price: float | None = Field(None, ge=0, description="What a second of film costs; unset: as its page says, in USD")
    model: str = Field("wavespeed-ai/infinitetalk", description="Also …/infinitetalk-fast and …/infinitetalk/video-to-video")
    resolution: Literal["480p", "720p"] = "480p"
    prompt: str = Field("", description="How the person speaks, in words")
    seed: int = -1


class WaveSpeedMotion:
    """Brings portraits to life."""

    name, settings = "wavespeed", MotionSettings

    def __init__(self, http: Http) -> None:
        self._http = http

    def test_at(self, base: str, values: Mapping[str, str]) -> Tested:
        """See `_tested`."""
        return _tested(self._http, base)

    def animate(self, bench: ServiceBench, settings: MotionSettings, portrait: Path, fps: int, folder: Path) -> Filmed:
        at = WaveSpeed(self._http, settings.base_url, settings.timeout)

        def inputs() -> dict[str, Any]:
            return {settings.image_field: at.upload(portrait, "image/png"), "prompt": settings.prompt, **settings.inputs}

        return Filmed(file=_made(bench, self._http, at, settings.model, inputs, folder, "motion"), usage=self.cost(settings))

    def cost(self, settings: MotionSettings) -> Usage | None:
        return Usage(
            service="WaveSpeed", model=settings.model, seconds=5.0, wait=5 * WAIT, price=settings.price, currency=settings.currency
        )


class WaveSpeedLips:
    """InfiniteTalk. `video-to-video` keeps the movements of a clip; the others start from the portrait."""

    name, settings = "wavespeed", InfiniteTalkSettings

    def __init__(self, http: Http) -> None:
        self._http = http

    def test_at(self, base: str, values: Mapping[str, str]) -> Tested:
        """See `_tested`."""
        return _tested(self._http, base)

    def takes(self, settings: InfiniteTalkSettings) -> Takes:
        return "video" if settings.model.endswith("/video-to-video") else "picture"

    def sync(
        self, bench: ServiceBench, settings: InfiniteTalkSettings, face: Path, speech: Path, seconds: float, folder: Path
    ) -> Filmed:
        if seconds > MOST:
            raise LecternError(f"the scene is {seconds / 60:.1f} minutes long, and InfiniteTalk takes 10; split the scene")
        at = WaveSpeed(self._http, settings.base_url, settings.timeout)

        def inputs() -> dict[str, Any]:
            video = self.takes(settings) == "video"
            place = at.upload(face, "video/mp4" if video else "image/png")
            return {"video" if video else "image": place, "audio": at.upload(speech, "audio/wav"), **_own(settings)}

        file = _made(bench, self._http, at, settings.model, inputs, folder, "lips")
        return Filmed(file=file, usage=self.cost(settings, seconds))

    def cost(self, settings: InfiniteTalkSettings, seconds: float) -> Usage | None:
        charged, each, currency = max(seconds, LEAST), settings.price, settings.currency
        if each is None and settings.model == InfiniteTalkSettings().model:
            each, currency = PRICES[settings.resolution], "USD"
        return Usage(
            service="WaveSpeed", model=settings.model, seconds=charged, wait=WAIT * charged, price=each and each * charged,
            currency=currency,
        )  # fmt: skip


def _tested(http: Http, base: str) -> Tested:
    """WaveSpeed lists nothing for free, so it is asked for a prediction that nobody made: it has to know the key to say so."""
    service = WaveSpeed(http, base).service
    try:
        http.get(service, "/api/v3/predictions/lectern-test/result")
    except Refused as error:
        if error.status in (400, 404, 422):
            return Tested(ok=True, what=f"{service.name} answers at {service.base}; the key was not refused")
        return Tested(ok=False, what=str(error))
    except LecternError as error:
        return Tested(ok=False, what=str(error))
    return Tested(ok=True, what=f"{service.name} answers at {service.base}; the key was not refused")


def _own(settings: InfiniteTalkSettings) -> dict[str, Any]:
    """The inputs that the model knows: only the plain one takes a resolution."""
    known = {"prompt", "seed", "resolution"} if settings.model == InfiniteTalkSettings().model else {"prompt", "seed"}
    return {name: value for name, value in settings.model_dump(include=known).items() if value != ""}


def _made(
    bench: ServiceBench, http: Http, at: WaveSpeed, model: str, inputs: Callable[[], dict[str, Any]], folder: Path, stem: str
) -> str:
    made = predicted(bench, http, at, model, inputs, lambda content, kind: check_video(content, kind, "WaveSpeed"))
    return save_video(made.content, folder, stem)
