"""The steps of a face at services: asked for once, looked after, fetched once; what goes wrong is said and costs nothing twice."""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from face_stage import (
    FPS,
    KEY,
    Killed,
    Stage,
    before,
    clip_bytes,
    http,
    person,
    png_bytes,
    replicate,
    straight,
    submits,
    wavespeed,
    write_voice,
)  # fmt: skip
from PIL import Image
from support.providers import registry_with

from lectern.pipeline.base import audio
from lectern.pipeline.base.episode_paths import EpisodePaths
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.profile import asked_folder
from lectern.pipeline.build.take_scheduler import TakeScheduler
from lectern.pipeline.faces.face import face_recipes
from lectern.pipeline.faces.lips import LipsRequest, VoiceSpan
from lectern.pipeline.faces.matte import MatteRequest
from lectern.pipeline.faces.motion import MotionRequest
from lectern.pipeline.faces.portrait import PortraitRequest
from lectern.pipeline.faces.provider_call import ProviderChoice
from lectern.pipeline.faces.stretch import StretchRequest
from lectern.pipeline.faces.video_io import read_frames, write_mp4
from lectern.pipeline.jobs.recipe import Cancelled
from lectern.pipeline.jobs.summary import QueueSummary
from lectern.pipeline.services.http import ResponseLost
from lectern.pipeline.services.provider import Lane

SECONDS = 2.0
FACE = straight(person())


@pytest.fixture
def stage(tmp_path: Path, server: Any) -> Stage:
    made = Stage(tmp_path, registry_with(http=http(server.base)))
    Image.fromarray(FACE).save(tmp_path / "eve.png")
    write_voice(made.episode)
    return made


def portrait(stage: Stage) -> str:
    return stage.make("portrait", PortraitRequest(file="eve.png", digest="1"))[0]


def lips(
    stage: Stage, server: Any, provider: str, seconds: float = SECONDS, stretch: str | None = None, **settings: str
) -> tuple[str, Any]:
    sounds = (VoiceSpan(voice="v1", audio="voice.wav", start=0.5, source_start=0.0, source_end=1.0),)
    choice = ProviderChoice(provider=provider, settings=tuple(sorted({"base_url": server.base, **settings}.items())))
    request = LipsRequest(portrait=portrait(stage), stretch=stretch, lipsync=choice, sounds=sounds, seconds=seconds)
    return stage.make("lips", request)


def body(server: Any, path: str) -> Any:
    return next(asked for asked in server.asked if asked.method == "POST" and asked.path == path).json()


def test_infinitetalk_gets_the_portrait_and_exactly_the_scenes_voice(
    stage: Stage, server: Any, reply: Any, tmp_path: Path
) -> None:
    wavespeed(server, reply, ["processing", "completed"], clip_bytes(SECONDS))
    key, take = lips(stage, server, "wavespeed", resolution="720p")
    assert body(server, "/api/v3/wavespeed-ai/infinitetalk") == {
        "image": f"{server.base}/x", "audio": f"{server.base}/x", "resolution": "720p", "seed": -1, "enable_sync_mode": False
    }  # fmt: skip
    picture, voice = [asked for asked in server.asked if asked.method == "PUT"]
    assert voice.headers["x-amz-acl"] == "private" and "authorization" not in voice.headers
    (tmp_path / "sent.wav").write_bytes(voice.body)
    sent = audio.read(tmp_path / "sent.wav")
    assert len(sent) == SECONDS * audio.RATE and np.flatnonzero(sent)[[0, -1]].tolist() == [
        audio.RATE // 2,
        audio.RATE * 3 // 2 - 1,
    ]
    assert picture.body[:4] == b"\x89PNG"
    assert len(list(read_frames(stage.folder("lips", key) / take.video, FPS))) == SECONDS * FPS
    assert (take.usage.seconds, take.usage.price, take.synthetic) == (5.0, pytest.approx(0.30), True)
    assert {f.name for f in stage.folder("lips", key).iterdir()} - {"take.json", "take.sig"} == {"lips.mp4"}


def test_the_key_goes_to_its_host_and_is_written_nowhere(stage: Stage, server: Any, reply: Any, tmp_path: Path) -> None:
    wavespeed(server, reply, ["completed"], clip_bytes(SECONDS))
    lips(stage, server, "wavespeed")
    assert next(a for a in server.asked if a.path.endswith("infinitetalk")).headers["authorization"] == f"Bearer {KEY}"
    assert not any(KEY.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


def test_latentsync_gets_the_motion_stretched_to_the_scene(
    stage: Stage, server: Any, reply: Any, tmp_path: Path
) -> None:
    replicate(server, reply, ["starting", "processing", "succeeded"], clip_bytes(SECONDS))
    sway = ProviderChoice(provider="sway", settings=(("seconds", "1"),))
    motion, _ = stage.make("motion", MotionRequest(portrait=portrait(stage), motion=sway, fps=FPS))
    stretch, _ = stage.make("stretch", StretchRequest(motion=motion, portrait=portrait(stage), frames=60, fps=FPS))
    _, take = lips(stage, server, "latentsync", stretch=stretch)
    assert body(server, "/v1/models/bytedance/latentsync/predictions") == {
        "input": {"video": f"{server.base}/v1/files/f1", "audio": f"{server.base}/v1/files/f1", "guidance_scale": 2.0, "inference_steps": 20, "seed": 0}
    }  # fmt: skip
    sent = [asked for asked in server.asked if asked.path == "/v1/files"]
    assert (
        b'name="content"' in sent[0].body
        and b"video/mp4" in sent[0].body
        and b"ftyp" in sent[0].body
        and b"RIFF" in sent[1].body
    )
    assert (take.usage.wait, take.usage.price) == (7.5, None)


def test_sadtalker_gets_the_picture_at_the_version_that_was_chosen(
    stage: Stage, server: Any, reply: Any, tmp_path: Path
) -> None:
    replicate(server, reply, ["succeeded"], clip_bytes(SECONDS))
    lips(stage, server, "sadtalker", model="cjwbw/sadtalker:abc")
    asked = body(server, "/v1/predictions")
    assert asked["version"] == "cjwbw/sadtalker:abc"
    assert asked["input"] | {"source_image": 0, "driven_audio": 0} == {
        "source_image": 0, "driven_audio": 0, "enhancer": "gfpgan", "preprocess": "full", "still": True
    }  # fmt: skip


@pytest.mark.parametrize(("provider", "serve", "statuses", "said"), [
    ("wavespeed", wavespeed, ["processing", "failed"], "WaveSpeed could not make it .no face."),
    ("wavespeed", wavespeed, ["cancelled"], "its status is cancelled"),
    ("wavespeed", wavespeed, ["timeout"], "its status is timeout"),
    ("sadtalker", replicate, ["processing", "failed"], "Replicate could not make it .out of memory."),
    ("sadtalker", replicate, ["aborted"], "its status is aborted"),
])  # fmt: skip
def test_a_prediction_that_fails_is_told_and_asked_for_anew_by_the_next_build(
    stage: Stage, server: Any, reply: Any, tmp_path: Path, provider: str, serve: Any, statuses: list[str], said: str
) -> None:
    more = {"model": "a/b"} if provider == "sadtalker" else {}
    serve(server, reply, statuses, b"")
    with pytest.raises(LecternError, match=said):
        lips(stage, server, provider, **more)
    assert submits(server) == 1
    done = "completed" if provider == "wavespeed" else "succeeded"
    serve(server, reply, [done], clip_bytes(SECONDS))
    lips(stage, server, provider, **more)
    assert submits(server) == 2


def test_a_status_that_nobody_knows_is_waited_for_until_it_is_completed(
    stage: Stage, server: Any, reply: Any, tmp_path: Path
) -> None:
    replicate(server, reply, ["queued", "warming", "succeeded"], clip_bytes(SECONDS))
    lips(stage, server, "sadtalker", model="a/b")
    assert submits(server) == 1


def test_a_status_that_nobody_knows_is_the_end_once_a_time_of_completion_is_there(
    stage: Stage, server: Any, reply: Any
) -> None:
    replicate(server, reply, ["vanished"], b"", completed_at="2026-11-20T10:01:00Z")
    with pytest.raises(LecternError, match="its status is vanished"):
        lips(stage, server, "sadtalker", model="a/b")


def test_a_build_that_is_killed_goes_on_looking_at_the_same_prediction(
    stage: Stage, server: Any, reply: Any, tmp_path: Path
) -> None:
    wavespeed(server, reply, ["processing", "processing", "completed"], clip_bytes(SECONDS))
    portrait(stage)
    stage.die_after = stage.reports + 6
    with pytest.raises(Killed):
        lips(stage, server, "wavespeed")
    looked = server.count("GET")
    assert submits(server) == 1 and looked >= 1
    stage.die_after = None
    _, take = lips(stage, server, "wavespeed")
    assert submits(server) == 1 and server.count("PUT") == 2
    assert {asked.path for asked in server.asked if asked.method == "GET"} == {
        "/api/v3/predictions/w1/result",
        "/out/result",
    }
    assert take.usage.price == pytest.approx(0.15)


def test_a_build_that_was_killed_during_the_submit_says_so_once_and_then_asks_anew(
    stage: Stage, server: Any, reply: Any, tmp_path: Path
) -> None:
    wavespeed(server, reply, ["processing", "completed"], clip_bytes(SECONDS))
    portrait(stage)
    stage.die_after = stage.reports + 2
    with pytest.raises(Killed):
        lips(stage, server, "wavespeed")
    stage.die_after = None
    answer = next(asked_folder(stage.episode).glob("*.answer"))
    answer.with_suffix(".asked").write_text('{"what": "WaveSpeed to run wavespeed-ai/infinitetalk", "at": 0}')
    answer.unlink()
    with pytest.raises(ResponseLost, match="stopped while it waited for WaveSpeed to run wavespeed-ai/infinitetalk"):
        lips(stage, server, "wavespeed")
    assert submits(server) == 1
    lips(stage, server, "wavespeed")
    assert submits(server) == 2


def test_a_cancelled_job_cancels_at_replicate_and_passes(stage: Stage, server: Any, reply: Any) -> None:
    replicate(server, reply, ["processing"], b"")
    portrait(stage)
    stage.cancel_after = stage.reports + 4
    with pytest.raises(Cancelled):
        lips(stage, server, "sadtalker", model="a/b")
    assert [asked.path for asked in server.asked if asked.path.endswith("/cancel")] == ["/v1/predictions/p1/cancel"]


def test_a_cancelled_job_cancels_at_wavespeed_and_the_next_build_asks_anew(
    stage: Stage, server: Any, reply: Any, tmp_path: Path
) -> None:
    wavespeed(server, reply, ["processing"], b"")
    portrait(stage)
    stage.cancel_after = stage.reports + 4
    with pytest.raises(Cancelled):
        lips(stage, server, "wavespeed")
    assert [(a.method, a.path) for a in server.asked if a.method == "DELETE"] == [("DELETE", "/api/v3/predictions/w1")]
    stage.cancel_after = None
    wavespeed(server, reply, ["completed"], clip_bytes(SECONDS))
    lips(stage, server, "wavespeed")
    assert submits(server) == 2


def test_where_cancelling_fails_the_prediction_is_found_again(
    stage: Stage, server: Any, reply: Any, tmp_path: Path
) -> None:
    wavespeed(server, reply, ["processing"], b"")
    server.on("DELETE", "/api/v3/predictions/w1", reply(b"", 403))
    portrait(stage)
    stage.cancel_after = stage.reports + 4
    with pytest.raises(Cancelled):
        lips(stage, server, "wavespeed")
    stage.cancel_after = None
    wavespeed(server, reply, ["completed"], clip_bytes(SECONDS))
    lips(stage, server, "wavespeed")
    assert submits(server) == 1


def test_a_job_that_is_cancelled_before_the_submit_costs_nothing(stage: Stage, server: Any, reply: Any) -> None:
    wavespeed(server, reply, [], b"")
    portrait(stage)
    stage.cancel_after = stage.reports
    with pytest.raises(Cancelled):
        lips(stage, server, "wavespeed")
    assert server.asked == []


def test_what_was_fetched_is_kept_though_the_take_was_not_finished(
    stage: Stage, server: Any, reply: Any, tmp_path: Path
) -> None:
    wavespeed(server, reply, ["completed"], clip_bytes(1.0))
    for _ in range(2):
        with pytest.raises(LecternError, match="moved the lips for only 1.0 of 2.0 s"):
            lips(stage, server, "wavespeed")
    assert submits(server) == 1 and sum(asked.path == "/out/result" for asked in server.asked) == 1


def test_a_code_in_the_answer_is_a_refusal(stage: Stage, server: Any, reply: Any) -> None:
    wavespeed(server, reply, [], b"")
    refusal = json.dumps({"code": 400, "message": "audio too long", "data": None}).encode()
    server.on("POST", "/api/v3/wavespeed-ai/infinitetalk", reply(refusal, 200, "application/json"))
    with pytest.raises(LecternError, match="400: audio too long"):
        lips(stage, server, "wavespeed")


@pytest.mark.parametrize("provider", ["wavespeed", "replicate"])
def test_portraits_come_to_life_at_services(
    stage: Stage, server: Any, reply: Any, tmp_path: Path, provider: str
) -> None:
    served = clip_bytes(1.5, fps=16)
    wavespeed(server, reply, ["completed"], served, "m/i2v") if provider == "wavespeed" else replicate(
        server, reply, ["succeeded"], served
    )
    model = "m/i2v" if provider == "wavespeed" else "a/b"
    settings = (
        ("base_url", server.base),
        ("image_field", "first_frame"),
        ("inputs", '{"duration": 5}'),
        ("model", model),
    )
    request = MotionRequest(
        portrait=portrait(stage), motion=ProviderChoice(provider=provider, settings=settings), fps=FPS
    )
    _, take = stage.make("motion", request)
    assert (take.first, take.end, take.alpha, take.synthetic) == (0, 45, False, True)
    inputs = next(
        a for a in server.asked if a.method == "POST" and a.path.endswith(("m/i2v", "a/b/predictions"))
    ).json()
    inputs = inputs.get("input", inputs)
    assert inputs["duration"] == 5 and inputs["first_frame"].startswith(server.base) and "blink" in inputs["prompt"]


def generated(stage: Stage, server: Any, provider: str = "openai", **settings: str) -> Any:
    choice = ProviderChoice(
        provider=provider, settings=(("base_url", server.base), *settings.items()), bookkeeping=(("price", "0.04"),)
    )
    return stage.make("portrait", PortraitRequest(generate=choice, prompt="a baker, smiling"))[1]


@pytest.mark.parametrize("by", ["b64_json", "url"])
def test_a_portrait_is_drawn_by_an_openai_compatible_server(stage: Stage, server: Any, reply: Any, by: str) -> None:
    given = (
        {"b64_json": base64.b64encode(png_bytes(FACE)).decode()}
        if by == "b64_json"
        else {"url": f"{server.base}/out/result"}
    )
    server.on(
        "POST",
        "/images/generations",
        reply(json.dumps({"created": 1, "data": [given]}).encode(), 200, "application/json"),
    )
    server.on("GET", "/out/result", reply(png_bytes(FACE), 200, "image/png"))
    take = generated(stage, server)
    assert take.alpha and take.synthetic and (take.usage.model, take.usage.price) == ("gpt-image-1.5", 0.04)
    assert body(server, "/images/generations") == {
        "model": "gpt-image-1.5", "prompt": "a baker, smiling", "n": 1, "size": "1024x1024", "background": "transparent"
    }  # fmt: skip


@pytest.mark.parametrize(
    "answer", [b'{"data": [{"b64_json": "AAAA"}]}', b'{"data": []}', b"<html>", b'{"data": [{"b64_json": "iVBOR']
)
def test_an_answer_without_a_picture_may_have_been_charged_and_is_not_asked_for_again(
    stage: Stage, server: Any, reply: Any, answer: bytes
) -> None:
    server.on("POST", "/images/generations", reply(answer, 200, "application/json"))
    with pytest.raises(ResponseLost, match="may have been made, and charged"):
        generated(stage, server)
    assert submits(server) == 1


def test_a_portrait_is_drawn_at_replicate(stage: Stage, server: Any, reply: Any) -> None:
    replicate(server, reply, ["processing", "succeeded"], png_bytes(before(person(), (0, 190, 60))), "image/png")
    take = generated(stage, server, "replicate", model="a/b")
    assert (take.alpha, take.plain, take.side) == (False, True, 192)


def matted(stage: Stage, provider: str, server: Any) -> tuple[list[np.ndarray], Any]:
    sway = ProviderChoice(provider="sway", settings=(("amount", "0"), ("seconds", "1")))
    Image.fromarray(before(person(), (200, 205, 210))).save(stage.episode / "opaque.png")
    key, _ = stage.make("portrait", PortraitRequest(file="opaque.png", digest="2"))
    motion, _ = stage.make("motion", MotionRequest(portrait=key, motion=sway, fps=FPS))
    choice = ProviderChoice(provider=provider, settings=(("base_url", server.base),))
    matte, take = stage.make("matte", MatteRequest(portrait=key, kind="motion", clip=motion, matting=choice, fps=FPS))
    return list(read_frames(stage.folder("matte", matte) / take.video, FPS)), take


def mask() -> np.ndarray:
    return (person()[..., 3] * 255 + 0.5).astype(np.uint8)


def test_a_rembg_server_gives_the_mask_of_every_frame_and_is_asked_again_where_it_fails(
    stage: Stage, server: Any, reply: Any
) -> None:
    good = reply(png_bytes(mask()), 200, "image/png")
    server.on("POST", "/api/remove", reply(b"", 500), good, reply(lost=True), good)
    images, take = matted(stage, "rembg", server)
    assert len(images) == FPS and take.usage is None
    assert np.array_equal(images[3][..., 3], mask())
    sent = server.asked[0].body
    assert (
        b'name="file"; filename="frame.png"' in sent
        and b'name="om"\r\n\r\ntrue' in sent
        and b'name="model"\r\n\r\nu2net' in sent
    )
    edge = (images[3][..., 3] > 60) & (images[3][..., 3] < 200)
    assert images[3][edge][:, :3].max(1).mean() < 200, "no wall in the edge's colour"


@pytest.mark.parametrize(("answer", "said"), [
    ({"body": b'{"detail": [{"loc": ["body", "file"], "msg": "Field required"}]}', "status": 422, "kind": "application/json"}, "Field required"),
    ({"body": b"<html>", "kind": "text/html"}, "no whole picture .text/html"),
    ({"body": png_bytes(np.zeros((10, 20), np.uint8)), "kind": "image/png"}, "a mask of 20x10 for a frame of 192x192"),
])  # fmt: skip
def test_a_rembg_server_that_answers_something_else_is_told(
    stage: Stage, server: Any, reply: Any, answer: dict, said: str
) -> None:
    server.on("POST", "/api/remove", reply(**answer))
    with pytest.raises(LecternError, match=said):
        matted(stage, "rembg", server)


def test_rvms_mask_is_laid_over_the_clip(stage: Stage, server: Any, reply: Any, tmp_path: Path) -> None:
    write_mp4(tmp_path / "mask.mp4", (np.repeat(mask()[..., None], 3, 2) for _ in range(FPS - 1)), FPS)
    replicate(server, reply, ["succeeded"], (tmp_path / "mask.mp4").read_bytes())
    images, take = matted(stage, "rvm", server)
    assert body(server, "/v1/models/hcolde/rvm/predictions") == {"input": {"input_video": f"{server.base}/v1/files/f1"}}
    assert len(images) == FPS and take.matting == "rvm" and take.usage.service == "Replicate"
    assert np.abs(images[9][..., 3].astype(int) - mask()).mean() < 2


@pytest.mark.workers
def test_a_build_that_a_person_stops_cancels_at_the_service(
    stage: Stage, server: Any, reply: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replicate(server, reply, ["processing"], b"")
    monkeypatch.setenv("LECTERN_KEYS", f"{server.base.removeprefix('http://')}={KEY}")
    face = PortraitRequest(file="eve.png", digest="x")
    recipes = {recipe.kind: recipe for recipe in face_recipes(stage.registry)}
    choice = ProviderChoice(provider="replicate", settings=(("base_url", server.base), ("model", "a/b")))

    def stop(summary: QueueSummary) -> None:
        if any(asked.path == "/v1/predictions/p1" for asked in server.asked):
            raise KeyboardInterrupt

    with (
        pytest.raises(KeyboardInterrupt),
        TakeScheduler(EpisodePaths(folder=stage.episode), None, 1, stop) as scheduler,
    ):
        drawn = scheduler.want(recipes["portrait"], face, "a portrait")
        lane = Lane(name="face replicate", most=1)
        scheduler.limit([lane])
        moved = MotionRequest(portrait=drawn.key, motion=choice, fps=30)
        scheduler.want(recipes["motion"], moved, "a motion", after=[drawn], lane=lane, at_service=True)
        scheduler.make()
    assert [asked.path for asked in server.asked if asked.path.endswith("/cancel")] == ["/v1/predictions/p1/cancel"]
    assert not list(asked_folder(stage.episode).glob("*.answer"))  # the next build asks again
