"""Portraits from OpenAI's images endpoint, and from servers that speak like it (developers.openai.com/api/reference)."""

import base64
import binascii
from pathlib import Path

from pydantic import Field

from ...base.errors import LecternError
from ...services.connection_test import probe_connection
from ...services.face import GeneratedImage, ImageProvider
from ...services.http import HttpClient, HttpResponse, HttpStatusError, ResponseLost, Service
from ...services.policy import ServicePolicy, is_charged
from ...services.prediction import GONE, PredictionContext, fetch_output
from ...services.registry import Registry
from ...services.usage import ConnectionTest, Usage
from .pictures import PORTRAIT, check_picture, save

EXPIRED = (403, *GONE)
"""How hosts of pictures answer to an address that holds no more."""


class OpenAIImagesSettings(ServicePolicy):
    """What may be set."""

    base_url: str = Field("https://api.openai.com/v1", description="Where the service is")
    timeout: float = Field(300.0, gt=0, le=3600, description="Seconds to wait for an answer")
    price: float | None = Field(
        None, ge=0, description="What a picture costs; unset: unknown, or free on this computer"
    )
    model: str = Field("gpt-image-1.5", description="The model that draws")
    size: str = Field("1024x1024", pattern=r"\d+x\d+|auto", description="Width and height in pixels")
    quality: str = Field("", description="low, medium or high; empty: the service's own")
    background: str = Field(
        "transparent", description="transparent, opaque or auto; empty: not said (servers that don't know it)"
    )
    response_format: str = Field(
        "", description="b64_json for servers that would send an address; GPT models refuse it"
    )


class OpenAIImages(ImageProvider[OpenAIImagesSettings]):
    """``POST /images/generations``: one picture, asked for once."""

    name, label, settings = "openai", "images", OpenAIImagesSettings
    keys = {"api.openai.com": ("OPENAI_API_KEY",)}

    def draw(
        self, context: PredictionContext, settings: OpenAIImagesSettings, prompt: str, folder: Path
    ) -> GeneratedImage:
        """Ask for a picture, once, and write it."""
        context.report(0.0)
        service = _service(settings)
        own = settings.model_dump(exclude=set(ServicePolicy.model_fields))
        body = {"prompt": prompt, "n": 1, **{k: v for k, v in own.items() if v}}
        what = f"{service.host} to draw a portrait"
        kept = context.ledger.once(
            context.request,
            what,
            lambda: _readable(service, context.http.submit(service, "/images/generations", json=body)),
            self.cost(settings) or Usage(service=self.title, price=0.0),
        )
        return GeneratedImage(file=save(_picture(context, service, kept), folder), usage=self.cost(settings))

    def test(self, settings: OpenAIImagesSettings, http: HttpClient) -> ConnectionTest:
        """Ask for the models, which is free."""
        return probe_connection(http, _service(settings), "/models")


def _service(settings: OpenAIImagesSettings) -> Service:
    return settings.service("The images service", paid=is_charged(settings.price, settings.base_url))


def _picture(context: PredictionContext, service: Service, kept: bytes) -> bytes:
    """Return the picture in the answer, or at the address in it, which holds for an hour or so."""
    first = _first(HttpResponse(body=kept).json(service))
    if first.get("b64_json"):
        return _decoded(first["b64_json"])
    try:
        return fetch_output(
            context.http, service, first["url"], lambda content, kind: check_picture(content, kind, service.name)
        )
    except HttpStatusError as error:
        if error.status in EXPIRED:
            context.ledger.forget(context.request)
        raise


def _readable(service: Service, answer: HttpResponse) -> bytes:
    """Return only an answer with a picture in it is kept; whoever sent another may have charged for it all the same."""
    try:
        first = _first(answer.json(service))
        if first.get("b64_json"):
            check_picture(_decoded(first["b64_json"]), "", service.name)
    except LecternError as error:
        if not service.paid:
            raise
        raise ResponseLost(f"{error}. It may have been made, and charged; it was not asked for again") from error
    return answer.body


def _first(answer: object) -> dict[str, str]:
    data = answer.get("data") if isinstance(answer, dict) else None
    first = data[0] if isinstance(data, list) and data and isinstance(data[0], dict) else {}
    if not (first.get("b64_json") or first.get("url")):
        raise LecternError(f"the images service sent no picture; is {PORTRAIT} asked of an images endpoint?")
    return first


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise LecternError("the images service sent a picture that breaks off") from error


def providers(registry: Registry) -> None:
    """Add the drawing of portraits."""
    registry.add(OpenAIImages())
