"""Phones and tablets: how large their page is, how large it is drawn, and what they say they are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...base.errors import LecternError
from ...base.geometry import Size
from ...episode.errors import did_you_mean
from ..request import CaptureRequest
from ..window import CONTENT, PHONE, TABLET, Shape

_MODELS = {"phone": "Pixel 7", "tablet": "Galaxy Tab S9 landscape"}
"""Whose user agent a plain phone or tablet has: those of Chromium itself, which is what draws the page."""
_CSS: dict[str, Size] = {"phone": (360, 576), "tablet": (900, 600)}
_PHONES = 600
"""CSS px of the shorter side below which a device is a phone."""


@dataclass(frozen=True)
class Device:
    """`css` is the page's size in CSS px, `size` the content's in px of the film, `scale` the one over the other."""

    shape: Shape
    css: Size
    size: Size
    scale: float
    user_agent: str


def device_of(request: CaptureRequest, known: Mapping[str, Any]) -> Device | None:
    """Return the device that `request` asks for (`known` are Playwright's); None for a plain window."""
    name, wanted = request.environment.device, request.environment.size
    if not name:
        return None
    model = _playwright_device(_MODELS.get(name, name), known)
    shape: Shape = name if name in _MODELS else _shape(model)  # type: ignore[assignment]
    room = wanted or (request.size if name in _MODELS else _fit_to_frame(model, shape, request.size))
    width, height = _CSS[name] if name in _MODELS else tuple(model["viewport"].values())
    scale = min(room[0] / width, room[1] / height) * request.environment.scale
    css = round(room[0] / scale), round(room[1] / scale)
    return Device(shape, css, room, room[0] / css[0], model["user_agent"])


def _playwright_device(name: str, known: Mapping[str, Any]) -> Mapping[str, Any]:
    if name not in known:
        family = [other for other in known if name.lower().split()[0] in other.lower() and "landscape" not in other]
        newest = ", ".join(sorted(family, key=_device_number_key)[-8:]) or "Pixel 7, iPhone 15"
        raise LecternError(f'there is no device "{name}"{did_you_mean(name, known)}; there are phone, tablet, {newest}')
    model: Mapping[str, Any] = known[name]
    return model


def _device_number_key(name: str) -> tuple[int, str]:
    """Return a key that sorts devices by their numbers."""
    return int("".join(re.findall(r"\d+", name)[:1]) or 0), name


def _shape(model: Mapping[str, Any]) -> Shape:
    return "phone" if min(model["viewport"].values()) < _PHONES else "tablet"


def _fit_to_frame(model: Mapping[str, Any], shape: Shape, most: Size) -> Size:
    """Return the device's own proportions, as large as the frame has room for."""
    width, height = model["viewport"]["width"], model["viewport"]["height"]
    highest = PHONE[1] if shape == "phone" else TABLET[1]
    limits = most[0] * TABLET[0] / CONTENT[0], most[1] * highest / CONTENT[1]
    scale = min(limits[0] / width, limits[1] / height)
    return round(width * scale / 2) * 2, round(height * scale / 2) * 2
