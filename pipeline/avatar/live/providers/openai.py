"""Portraits from OpenAI's images endpoint, and from servers that speak like it (developers.openai.com/api/reference)."""

import base64
import binascii
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from ....errors import LecternError
from ....services.dealings import ServiceDealings, is_charged
from ....services.http import Answer, AnswerLost, Http, Refused, Service
from ....services.images import Drawn
from ....services.prediction import GONE, ServiceBench, fetched
from ....services.listing import tested
from ....services.usage import Tested, Usage
from .pictures import PORTRAIT, check_picture, save


EXPIRED = (403, *GONE)
"""How hosts of pictures answer to an address that holds no more."""


class OpenAIImagesSettings(ServiceDealings):
    """What may be set."""

    base_url: str = Field("https://api.openai.com/v1", description="Where the service is")
    timeout: float = Field(300.0, gt=0, le=3600, description="Seconds to wait for an answer")
    price: float | None = Field(None, ge=0, description="What a picture costs; unset: unknown, or free on this computer")
    model: str = Field("gpt-image-1.5", description="The model that draws")
    size: str = Field("1024x1024", pattern=r"\d+x\d+|auto", description="Width and height in pixels")
    quality: str = Field("", description="low, medium or high; empty: the service's own")
    background: str = Field("transparent", description="transparent, opaque or auto; empty: not said (servers that don't know it)")
    response_format: str = Field("", description="b64_json for servers that would send an address; GPT models refuse it")


class OpenAIImages:
    """``POST /images/generations``: one picture, asked for once."""

    name, settings = "openai", OpenAIImagesSettings

    def __init__(self, http: Http) -> None:
        self._http = http

    def draw(self, bench: ServiceBench, settings: OpenAIImagesSettings, prompt: str, folder: Path) -> Drawn:
        bench.report(0.0)
        charged = is_charged(settings.price, settings.base_url)
        service = Service(name="The images service", base=settings.base_url, timeout=settings.timeout, paid=charged)
        own = settings.model_dump(exclude=set(ServiceDealings.model_fields))
        body = {"prompt": prompt, "n": 1, **{k: v for k, v in own.items() if v}}
        what = f"{service.host} to draw a portrait"
        kept = bench.ledger.once(bench.request, what, lambda: _readable(service, self._http.submit(service, "/images/generations", json=body)))
        return Drawn(file=save(self._picture(bench, service, kept), folder), usage=self.cost(settings))

    def cost(self, settings: OpenAIImagesSettings) -> Usage | None:
        if not is_charged(settings.price, settings.base_url):
            return None
        return Usage(service="images", model=settings.model, wait=30.0, price=settings.price, currency=settings.currency)

    def test_at(self, base: str, values: Mapping[str, str]) -> Tested:
        """Asks for the models, which is free."""
        return tested(self._http, Service(name="The images service", base=base), "/models")

    def _picture(self, bench: ServiceBench, service: Service, kept: bytes) -> bytes:
        """The picture in the answer, or at the address in it, which holds for an hour or so."""
        first = _first(Answer(body=kept).json(service))
        if first.get("b64_json"):
            return _decoded(first["b64_json"])
        try:
            return fetched(self._http, service, first["url"], lambda content, kind: check_picture(content, kind, service.name))
        except Refused as error:
            if error.status in EXPIRED:
                bench.ledger.forget(bench.request)
            raise


def _readable(service: Service, answer: Answer) -> bytes:
    """Only an answer with a picture in it is kept; whoever sent another may have charged for it all the same."""
    try:
        first = _first(answer.json(service))
        if first.get("b64_json"):
            check_picture(_decoded(first["b64_json"]), "", service.name)
    except LecternError as error:
        if not service.paid:
            raise
        raise AnswerLost(f"{error}. It may have been made, and charged; it was not asked for again") from error
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
