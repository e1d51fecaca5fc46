"""A synthetic person with a known alpha, a bench over a real take store, and services as their pages describe them."""

import io
import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from PIL import Image
from support.providers import registry_with

from lectern.pipeline.base import audio
from lectern.pipeline.base.frozen import Frozen
from lectern.pipeline.faces.face import face_recipes
from lectern.pipeline.faces.video_io import write_mp4
from lectern.pipeline.jobs.recipe import Cancelled, JobContext, Recipe, take_key
from lectern.pipeline.jobs.take_file import write_card
from lectern.pipeline.jobs.takes import TakeStore
from lectern.pipeline.services.http import HttpClient
from lectern.pipeline.services.keys import Keys
from lectern.pipeline.services.registry import Registry

KEY = "key-of-a-test"
FPS = 30


def person(side: int = 192, turn: float = 0.0, mouth: float = 0.0, fine: int = 4) -> np.ndarray:
    """A bust as premultiplied RGBA (float, 0..1), exact to a sixteenth of a pixel; `turn` moves the head sideways."""
    return _person(side, turn, mouth, fine).copy()


@cache
def _person(side: int, turn: float, mouth: float, fine: int) -> np.ndarray:
    n = side * fine
    y, x = (np.mgrid[0:n, 0:n] + 0.5) / n
    picture = np.zeros((n, n, 4), np.float32)

    def put(mask: np.ndarray, colour: tuple[int, int, int]) -> None:
        picture[mask] = (*(c / 255 for c in colour), 1.0)

    head = x - turn
    put(((x - 0.5) / 0.40) ** 2 + ((y - 1.10) / 0.42) ** 2 < 1, (60, 70, 160))
    put((np.abs(head - 0.5) < 0.09) & (y > 0.5) & (y < 0.8), (205, 150, 120))
    put(((head - 0.5) / 0.24) ** 2 + ((y - 0.38) / 0.30) ** 2 < 1, (70, 42, 30))
    put(((head - 0.5) / 0.17) ** 2 + ((y - 0.42) / 0.22) ** 2 < 1, (224, 172, 140))
    for eye in (0.43, 0.57):
        put(((head - eye) / 0.030) ** 2 + ((y - 0.38) / 0.020) ** 2 < 1, (245, 245, 245))
        put(((head - eye) / 0.014) ** 2 + ((y - 0.38) / 0.016) ** 2 < 1, (60, 120, 70))
    put(((head - 0.5) / 0.05) ** 2 + ((y - 0.54) / (0.008 + 0.04 * mouth)) ** 2 < 1, (120, 30, 40))
    picture[..., :3] *= picture[..., 3:]
    return picture.reshape(side, fine, side, fine, 4).mean((1, 3))


@cache
def bust(side: int = 192, fine: int = 8) -> np.ndarray:
    """A bust of one colour that is shaded all over, so that every pixel of its edge has one answer. Not to be changed."""
    n = side * fine
    y, x = (np.mgrid[0:n, 0:n] + 0.5) / n
    inside = (((x - 0.5) / 0.24) ** 2 + ((y - 0.38) / 0.30) ** 2 < 1) | (
        ((x - 0.5) / 0.40) ** 2 + ((y - 1.0) / 0.42) ** 2 < 1
    )
    light = 0.75 + 0.25 * np.sin(3 * x + 2 * y)
    picture = np.dstack([*(inside * light * c / 255 for c in (214, 150, 120)), inside])
    return picture.reshape(side, fine, side, fine, 4).mean((1, 3)).astype(np.float32)


def before(picture: np.ndarray, background: Any) -> np.ndarray:
    """The person before a background, as a camera sees it: uint8 RGB."""
    return (composite(picture, background) + 0.5).astype(np.uint8)


def composite(picture: np.ndarray, background: Any) -> np.ndarray:
    return picture[..., :3] * 255 + np.asarray(background, np.float32) * (1 - picture[..., 3:])


@cache
def busy(side: int) -> np.ndarray:
    blocks = np.random.default_rng(1).integers(0, 256, (side // 8, side // 8, 3)).astype(np.uint8)
    return np.asarray(Image.fromarray(blocks).resize((side, side), Image.Resampling.NEAREST)).astype(np.float32)


def errors(cut: np.ndarray, picture: np.ndarray) -> np.ndarray:
    """The largest error of each pixel (levels) of a cut-out in alpha and before black, white and something busy."""
    alpha = cut[..., 3:].astype(np.float32) / 255
    worst = np.abs(alpha - picture[..., 3:])[..., 0] * 255
    for behind in (np.zeros(3), np.full(3, 255.0), busy(len(picture))):
        seen = cut[..., :3] * alpha + behind * (1 - alpha)
        worst = np.maximum(worst, np.abs(seen - composite(picture, behind)).max(2))
    return worst


def straight(picture: np.ndarray) -> np.ndarray:
    """uint8 RGBA with straight alpha."""
    alpha = picture[..., 3:]
    colours = np.where(alpha > 0, picture[..., :3] / np.maximum(alpha, 1e-6), 0)
    return (np.dstack([colours, alpha]) * 255 + 0.5).astype(np.uint8)


@cache
def clip_bytes(seconds: float, fps: int = 25) -> bytes:
    """An MP4 as services send them: the person speaking before a colour."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "served.mp4"
        write_mp4(file, (_speaking()[i % len(_speaking())] for i in range(round(seconds * fps))), fps)
        return file.read_bytes()


@cache
def _speaking() -> list[np.ndarray]:
    return [before(person(96, 0.01 * np.sin(i / 24 * 2 * np.pi), (i % 6) / 6, fine=2), (0, 190, 60)) for i in range(24)]


def png_bytes(image: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


class Stage(JobContext):
    """An episode's folder with takes, and the recipes of faces over a registry."""

    def __init__(self, episode: Path, registry: Registry | None = None) -> None:
        super().__init__(episode, episode / "media", self._report)
        self.store = TakeStore(episode / "media")
        self.registry = registry or registry_with(http=http())
        self.recipes = {recipe.kind: recipe for recipe in face_recipes(self.registry)}
        self.reports = 0
        self.cancel_after: int | None = None
        self.die_after: int | None = None

    def _report(self, done: float) -> None:
        self.reports += 1
        if self.cancel_after is not None and self.reports > self.cancel_after:
            raise Cancelled("it was cancelled.")
        if self.die_after is not None and self.reports > self.die_after:
            raise Killed

    def make(self, kind: str, request: Frozen) -> tuple[str, Any]:
        """The key and the description of the take."""
        recipe: Recipe = self.recipes[kind]
        return take_key(recipe, request), self.store.put(recipe, request, self)

    def folder(self, kind: str, key: str) -> Path:
        return self.store.folder(kind, key)


def write_voice(episode: Path) -> None:
    """Writes a second of sound as the voice take "v1" of an episode."""
    folder = episode / "media" / "voice" / "v1"
    folder.mkdir(parents=True)
    audio.write(folder / "voice.wav", np.full((audio.RATE, 1), 0.25, np.float32))
    write_card(folder, folder.parent.name, folder.name, {"result": {}})


class Killed(BaseException):
    """What stands for the end of a process: nothing in the pipeline may catch it."""


def http(base: str = "") -> HttpClient:
    host = base.removeprefix("http://")
    return HttpClient(Keys({"LECTERN_KEYS": f"{host}={KEY}"} if host else {}), sleep=lambda seconds: None)


def replicate(
    server: Any, reply: Any, statuses: list[str], output: bytes, kind: str = "video/mp4", **changes: Any
) -> None:
    """Replicate on the test's server: predictions that go through `statuses`, whose output is `output`."""

    def prediction(status: str) -> bytes:
        done = status == "succeeded"
        return json.dumps(
            {
                "id": "p1",
                "model": "a/b",
                "version": "v",
                "status": status,
                "input": {},
                "logs": "",
                "metrics": {"predict_time": 7.5} if done else {},
                "output": f"{server.base}/out/result" if done else None,
                "error": "out of memory" if status == "failed" else None,
                "created_at": "2026-11-20T10:00:00Z",
                "started_at": None,
                "completed_at": changes.get("completed_at"),
                "urls": {
                    "get": f"{server.base}/v1/predictions/p1",
                    "cancel": f"{server.base}/v1/predictions/p1/cancel",
                },
            }
        ).encode()

    files = json.dumps({"id": "f1", "urls": {"get": f"{server.base}/v1/files/f1"}}).encode()
    server.on("POST", "/v1/files", reply(files, 201, "application/json"))
    for path in (
        "/v1/predictions",
        "/v1/models/bytedance/latentsync/predictions",
        "/v1/models/hcolde/rvm/predictions",
        "/v1/models/a/b/predictions",
    ):
        server.on("POST", path, reply(prediction("starting"), 201, "application/json"))
    server.on("POST", "/v1/predictions/p1/cancel", reply(prediction("canceled"), 200, "application/json"))
    server.on("GET", "/v1/predictions/p1", *(reply(prediction(status), 200, "application/json") for status in statuses))
    server.on("GET", "/out/result", reply(output, 200, kind))


def wavespeed(
    server: Any, reply: Any, statuses: list[str], output: bytes, model: str = "wavespeed-ai/infinitetalk"
) -> None:
    """WaveSpeed on the test's server."""

    def prediction(status: str) -> bytes:
        outputs = [f"{server.base}/out/result"] if status == "completed" else []
        data = {
            "id": "w1",
            "status": status,
            "outputs": outputs,
            "urls": {"get": f"{server.base}/api/v3/predictions/w1/result"},
            "error": "no face" if status == "failed" else "",
            "timings": {"inference": 2500},
        }
        return json.dumps({"code": 200, "message": "success", "data": data}).encode()

    upload = {
        "upload": {"method": "PUT", "url": f"{server.base}/bucket/x", "headers": {"x-amz-acl": "private"}},
        "download_url": f"{server.base}/x",
    }
    server.on(
        "POST",
        "/api/v3/media/uploads",
        reply(json.dumps({"code": 200, "data": upload}).encode(), 200, "application/json"),
    )
    server.on("PUT", "/bucket/x", reply(b""))
    server.on("POST", f"/api/v3/{model}", reply(prediction("created"), 200, "application/json"))
    server.on(
        "GET",
        "/api/v3/predictions/w1/result",
        *(reply(prediction(status), 200, "application/json") for status in statuses),
    )
    server.on("DELETE", "/api/v3/predictions/w1", reply(prediction("deleted"), 200, "application/json"))
    server.on("GET", "/out/result", reply(output, 200, "video/mp4"))


def submits(server: Any) -> int:
    """How often a prediction was asked for."""
    asked = [a.path for a in server.asked if a.method == "POST"]
    return sum(not path.endswith(("/files", "/cancel", "/uploads")) for path in asked)
