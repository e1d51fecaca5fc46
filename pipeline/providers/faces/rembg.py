"""A rembg server (`rembg s`): the background of every frame is removed by a model (rembg/commands/s_command.py)."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from pydantic import Field

from ...base.errors import LecternError
from ...base.picture import open_picture
from ...faces.video_io import map_frames, read_frames
from ...services.face import MattingClip, MattingProvider
from ...services.http import HttpClient, Service
from ...services.policy import ProviderPolicy, RemotePolicy
from ...services.prediction import PredictionContext
from ...services.registry import Registry
from ...services.usage import ConnectionTest
from .pictures import apply_mask, check_picture


class RembgSettings(RemotePolicy, ProviderPolicy):
    """Where the server is, and which of its models."""

    base_url: str = Field("http://localhost:7000", description="Where the server is")
    model: str = Field("u2net", description="The model, as the server calls it")
    smooth: bool = Field(False, description="Smooth the mask's edges (the server's post-processing)")


class Rembg(MattingProvider[RembgSettings]):
    """Asks for the mask of each picture; nothing is charged, so what fails is asked again."""

    name, label, settings = "rembg", "The rembg server", RembgSettings

    def matte(
        self, context: PredictionContext, settings: RembgSettings, clip: MattingClip, folder: Path
    ) -> Iterator[np.ndarray]:
        """Yield the pictures with the masks that the server made."""
        frames = read_frames(clip.file, clip.fps)
        return map_frames(frames, lambda pixels: apply_mask(pixels, self._mask(context.http, settings, pixels)))

    def test(self, settings: RembgSettings, http: HttpClient) -> ConnectionTest:
        """Ask for the server's own page about its interface (/api)."""
        try:
            http.get(self._service(settings), "/api")
        except LecternError as error:
            return ConnectionTest(ok=False, what=f"{error}; start it with: rembg s")
        return ConnectionTest(ok=True, what=f"{self.title} answers at {settings.base_url}")

    def _service(self, settings: RembgSettings) -> Service:
        return settings.service(self.title, paid=False)

    def _mask(self, http: HttpClient, settings: RembgSettings, pixels: np.ndarray) -> np.ndarray:
        service = self._service(settings)
        form = {"model": settings.model, "om": "true", **({"ppm": "true"} if settings.smooth else {})}
        answer = http.submit(
            service, "/api/remove", form=form, files={"file": ("frame.png", _png(pixels), "image/png")}
        )
        check_picture(answer.body, answer.kind, service.name)
        with open_picture(answer.body, f"what {service.name} sent") as picture:
            mask = picture.convert("L")
        if mask.size != (pixels.shape[1], pixels.shape[0]):
            raise LecternError(
                f"{service.name} sent a mask of {mask.width}x{mask.height} for a frame of {pixels.shape[1]}x{pixels.shape[0]}"
            )
        return np.asarray(mask)


def _png(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels[..., :3]).save(file, "PNG", compress_level=1)
    return file.getvalue()


def providers(registry: Registry) -> None:
    """Add the matting."""
    registry.add(Rembg())
