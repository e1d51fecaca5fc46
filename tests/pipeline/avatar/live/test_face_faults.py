"""The faults that happen, at every service of a face: a clear sentence, no double charge, nothing lost, and the next build works."""

import base64
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from face_stage import FPS, before, clip_bytes, http, person, png_bytes, replicate, submits, wavespeed
from support.providers import KINDS, registry_with

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.faces.video_io import write_lossless
from lectern.pipeline.providers.faces.wavespeed import WaveSpeedClient
from lectern.pipeline.services.face import MattingClip
from lectern.pipeline.services.http import ResponseLost
from lectern.pipeline.services.prediction import PredictionContext

SECONDS = 0.4
PICTURE = before(person(96, fine=2), (0, 190, 60))


@dataclass(frozen=True)
class Step:
    """A step at a service: where it is asked for, and with what settings."""

    kind: str
    name: str
    path: str
    settings: dict[str, Any] = field(default_factory=dict)


IMAGES = Step("image", "openai", "/images/generations", {"price": 0.04})
PREDICTED = (
    Step("image", "replicate", "/v1/models/a/b/predictions", {"model": "a/b"}),
    Step("motion", "replicate", "/v1/models/a/b/predictions", {"model": "a/b"}),
    Step("motion", "wavespeed", "/api/v3/m/i2v", {"model": "m/i2v"}),
    Step("lipsync", "wavespeed", "/api/v3/wavespeed-ai/infinitetalk"),
    Step("lipsync", "latentsync", "/v1/models/bytedance/latentsync/predictions"),
    Step("lipsync", "sadtalker", "/v1/models/a/b/predictions", {"model": "a/b"}),
    Step("matting", "rvm", "/v1/models/hcolde/rvm/predictions"),
)
LOOKED_AT = {"replicate": "/v1/predictions/p1", "wavespeed": "/api/v3/predictions/w1/result"}
UPLOADED_TO = {"replicate": "/v1/files", "wavespeed": "/api/v3/media/uploads"}

REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "401": (
        {"status": 401, "body": b'{"detail": "Invalid token"}'},
        r"401: Invalid token\); the key of 127.0.0.1:\d+ comes from",
    ),
    "404": ({"status": 404, "body": b'{"detail": "No such model"}'}, "404: No such model"),
    "422": ({"status": 422, "body": b'{"detail": [{"loc": ["input", "seed"], "msg": "bad"}]}'}, "422: input.seed: bad"),
    "429 without a time": ({"status": 429, "body": b'{"message": "no quota"}'}, "quota is used up .429: no quota"),
    "500": (
        {"status": 500, "body": b"oops"},
        r"failed \(500: oops\); it was not sent again, because it may have been charged",
    ),
}
UNKNOWN: dict[str, dict[str, Any]] = {
    "a timeout": {"held": 1.0}, "a lost answer": {"lost": True}, "an answer that breaks off": {"body": b'{"id": "p1"', "cut": 5},
    "a page": {"body": b"<title>Sign in</title>", "kind": "text/html"}, "nothing": {"body": b""},
    "half an answer": {"body": b'{"id": "p1", "stat', "kind": "application/json"},
}  # fmt: skip
"""Answers to a submit after which nobody knows whether it was made."""


class Studio:
    """Does a step at the test's server; `serve` makes the server answer well."""

    def __init__(self, folder: Path, step: Step, server: Any, reply: Any) -> None:
        self.folder, self.step, self.server, self.reply = folder, step, server, reply
        self.timeout = 60.0
        (folder / "face.png").write_bytes(png_bytes(PICTURE))
        (folder / "speech.wav").write_bytes(b"RIFF")
        if step.kind == "matting":
            write_lossless(folder / "clip.mkv", (PICTURE for _ in range(3)), FPS)
        self.made = png_bytes(PICTURE) if step.kind == "image" else clip_bytes(SECONDS)

    @property
    def host(self) -> str:
        return "wavespeed" if self.step.path.startswith("/api") else "replicate"

    def serve(self) -> None:
        if self.step is IMAGES:
            picture = base64.b64encode(self.made).decode()
            self.server.on("POST", self.step.path, self.reply(json.dumps({"data": [{"b64_json": picture}]}).encode()))
        elif self.host == "wavespeed":
            wavespeed(self.server, self.reply, ["completed"], self.made, self.step.path.removeprefix("/api/v3/"))
        else:
            replicate(self.server, self.reply, ["succeeded"], self.made)

    def fault(self, method: str, path: str, *faults: Any) -> None:
        """Comes before the answers that are there."""
        self.server.on(method, path, *faults, *self.server.answers[method, path])

    def do(self) -> None:
        out = self.folder / uuid4().hex
        out.mkdir()
        provider = registry_with().find(KINDS[self.step.kind], self.step.name)
        values = {"base_url": self.server.base, "timeout": self.timeout, **self.step.settings}
        bench = PredictionContext(self.folder, self.folder / "asked", "request", http=http(self.server.base))
        self._done(provider, bench, provider.settings.model_validate(values), out)

    def _done(self, provider: Any, bench: PredictionContext, settings: Any, out: Path) -> None:
        face = self.folder / "face.png"
        if self.step.kind == "image":
            assert provider.draw(bench, settings, "a baker", out).usage
        elif self.step.kind == "motion":
            assert provider.animate(bench, settings, face, FPS, out).usage
        elif self.step.kind == "lipsync":
            assert provider.sync(bench, settings, face, self.folder / "speech.wav", SECONDS, out).usage
        else:
            assert (
                len(list(provider.matte(bench, settings, MattingClip(file=self.folder / "clip.mkv", fps=FPS), out)))
                == 3
            )


@pytest.fixture
def studio(request: pytest.FixtureRequest, tmp_path: Path, server: Any, reply: Any) -> Studio:
    made = Studio(tmp_path, request.param, server, reply)
    made.serve()
    return made


def named(step: Step) -> str:
    return f"{step.kind}-{step.name}"


served = pytest.mark.parametrize("studio", (IMAGES, PREDICTED[0], PREDICTED[2]), indirect=True, ids=named)
"""One of each service: what goes wrong before anything is made is the same for all of its steps."""
charged = pytest.mark.parametrize("studio", (IMAGES, *PREDICTED), indirect=True, ids=named)
predicted = pytest.mark.parametrize("studio", PREDICTED, indirect=True, ids=named)


@served
@pytest.mark.parametrize("fault", REFUSALS)
def test_a_refusal_is_quoted_with_a_way_out_and_not_asked_again(
    studio: Studio, server: Any, reply: Any, fault: str
) -> None:
    answer, told = REFUSALS[fault]
    studio.fault("POST", studio.step.path, reply(kind="application/json", **answer))
    with pytest.raises(LecternError, match=told):
        studio.do()
    assert submits(server) == 1
    studio.do()
    assert submits(server) == 2


@charged
@pytest.mark.parametrize("fault", UNKNOWN)
def test_what_may_have_been_charged_is_not_asked_for_again_unasked(
    studio: Studio, server: Any, reply: Any, fault: str
) -> None:
    studio.fault("POST", studio.step.path, reply(**UNKNOWN[fault]))
    studio.timeout = 0.3 if fault == "a timeout" else 60.0
    with pytest.raises(ResponseLost, match="made, and charged"):
        studio.do()
    assert submits(server) == 1
    studio.timeout = 60.0
    studio.do()
    assert submits(server) == 2


@served
def test_being_asked_to_come_back_later_is_no_fault(studio: Studio, server: Any, reply: Any) -> None:
    studio.fault("POST", studio.step.path, reply(status=429, headers={"Retry-After": "3"}))
    studio.do()
    assert submits(server) == 2


@predicted
def test_looks_and_uploads_that_fail_are_repeated(studio: Studio, server: Any, reply: Any) -> None:
    studio.fault("GET", LOOKED_AT[studio.host], reply(status=500), reply(status=429), reply(lost=True))
    studio.fault("POST", UPLOADED_TO[studio.host], reply(status=503), reply(lost=True), reply(b"{}", cut=1))
    studio.do()
    assert submits(server) == 1


@predicted
@pytest.mark.parametrize("fault", ["breaks off", "a page", "nothing", "half"])
def test_a_result_that_is_no_good_is_fetched_again_and_not_paid_for_again(
    studio: Studio, server: Any, reply: Any, fault: str
) -> None:
    kind, good = ("image/png" if studio.step.kind == "image" else "video/mp4"), studio.made
    faults = {"breaks off": reply(good, kind=kind, cut=500), "a page": reply(b"<html>gone</html>", kind="text/html"),
              "nothing": reply(kind=kind), "half": reply(good[: len(good) // 2], kind=kind)}  # fmt: skip
    server.on("GET", "/out/result", faults[fault])
    with pytest.raises(LecternError, match="broke off|not paid for again"):
        studio.do()
    server.on("GET", "/out/result", reply(good, kind=kind))
    studio.do()
    assert submits(server) == 1


REMBG = Step("matting", "rembg", "/api/remove")


@pytest.mark.parametrize("studio", [REMBG], indirect=True, ids=named)
@pytest.mark.parametrize("fault", [*REFUSALS, "a page", "nothing"])
def test_a_server_that_costs_nothing_is_asked_until_it_refuses(
    studio: Studio, server: Any, reply: Any, fault: str
) -> None:
    mask = reply(png_bytes(np.zeros(PICTURE.shape[:2], np.uint8)), kind="image/png")
    server.on("POST", REMBG.path, reply(status=500), reply(lost=True), reply(b"12", cut=1), mask)
    studio.do()
    answer, told = REFUSALS.get(fault) or (UNKNOWN[fault], "is no whole picture")
    server.on("POST", REMBG.path, reply(**answer))
    with pytest.raises(LecternError, match=told.partition("; ")[0]):
        studio.do()


@pytest.mark.parametrize("studio", [IMAGES], indirect=True, ids=named)
def test_a_picture_whose_address_holds_no_more_is_drawn_anew_by_the_next_build(
    studio: Studio, server: Any, reply: Any
) -> None:
    studio.fault("POST", IMAGES.path, reply(json.dumps({"data": [{"url": f"{server.base}/gone"}]}).encode()))
    server.on("GET", "/gone", reply(status=403))
    with pytest.raises(LecternError, match="403"):
        studio.do()
    studio.do()
    assert submits(server) == 2


@pytest.mark.parametrize("studio", PREDICTED[3:4], indirect=True, ids=named)
def test_who_is_stopped_in_the_middle_of_an_upload_has_asked_for_nothing(
    studio: Studio, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: Any) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(WaveSpeedClient, "upload", stopped)
        studio.do()
    studio.do()
    assert submits(server) == 1
