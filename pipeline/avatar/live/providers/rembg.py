"""A rembg server (`rembg s`): the background of every frame is removed by a model (rembg/commands/s_command.py)."""

import io
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from PIL import Image
from pydantic import Field

from ....errors import LecternError
from ....services.dealings import Dealings
from ....services.http import Http, Service
from ....services.matting import Clip
from ....services.prediction import ServiceBench
from ....services.usage import Tested, Usage
from ..film import changed, pictures
from .masked import cut_out
from .pictures import check_picture


class RembgSettings(Dealings):
    """Where the server is, and which of its models."""

    base_url: str = Field("http://localhost:7000", description="Where the server is")
    model: str = Field("u2net", description="The model, as the server calls it")
    smooth: bool = Field(False, description="Smooth the mask's edges (the server's post-processing)")


class Rembg:
    """Asks for the mask of each picture; nothing is charged, so what fails is asked again."""

    name, settings = "rembg", RembgSettings

    def __init__(self, http: Http) -> None:
        self._http = http

    def matte(self, bench: ServiceBench, settings: RembgSettings, clip: Clip, folder: Path) -> Iterator[np.ndarray]:
        return changed(pictures(clip.file, clip.fps), lambda pixels: cut_out(pixels, self._mask(settings, pixels)))

    def cost(self, settings: RembgSettings, seconds: float) -> Usage | None:
        return None

    def test_at(self, base: str, values: Mapping[str, str]) -> Tested:
        """Asks for the server's own page about its interface (/api)."""
        service = Service(name="The rembg server", base=base, paid=False)
        try:
            self._http.get(service, "/api")
        except LecternError as error:
            return Tested(ok=False, what=f"{error}; start it with: rembg s")
        return Tested(ok=True, what=f"{service.name} answers at {base}")

    def _mask(self, settings: RembgSettings, pixels: np.ndarray) -> np.ndarray:
        service = Service(name="The rembg server", base=settings.base_url, paid=False, timeout=settings.timeout)
        form = {"model": settings.model, "om": "true", **({"ppm": "true"} if settings.smooth else {})}
        answer = self._http.submit(service, "/api/remove", form=form, files={"file": ("frame.png", _png(pixels), "image/png")})
        check_picture(answer.body, answer.kind, service.name)
        with Image.open(io.BytesIO(answer.body)) as picture:
            mask = picture.convert("L")
        if mask.size != (pixels.shape[1], pixels.shape[0]):
            raise LecternError(f"{service.name} sent a mask of {mask.width}x{mask.height} for a frame of {pixels.shape[1]}x{pixels.shape[0]}")
        return np.asarray(mask)


def _png(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels[..., :3]).save(file, "PNG", compress_level=1)
    return file.getvalue()
