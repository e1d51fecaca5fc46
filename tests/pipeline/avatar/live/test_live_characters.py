"""Characters with a photograph: their files, what is refused, what is to be trusted, and the takes that a scene needs."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from face_stage import Stage, clip_bytes, http, person, straight, submits, wavespeed, write_voice
from PIL import Image
from support.providers import registry_with

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.build.face_takes import FaceTakes
from lectern.pipeline.build.take_scheduler import strictest_lanes
from lectern.pipeline.episode.errors import EpisodeErrors
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.episode.model import Episode
from lectern.pipeline.episode.settings import Settings
from lectern.pipeline.faces.provider_call import resolve_provider
from lectern.pipeline.faces.video_io import read_frames
from lectern.pipeline.jobs.recipe import take_key
from lectern.pipeline.providers.episode_faces import face_faults, face_findings
from lectern.pipeline.providers.episode_providers import provider_registry
from lectern.pipeline.services.face import LipsProvider
from lectern.pipeline.services.provider import Lane
from lectern.pipeline.services.registry import Registry
from lectern.pipeline.timing.narration import LinePart
from lectern.pipeline.trust.permissions import permission_requests

SCRIPT = "---\ntitle: T\nnarrator: eve\n---\n\n# One\n\nHello there.\n"


def episode(folder: Path, **character: Any) -> Episode:
    (folder / "characters").mkdir(exist_ok=True)
    Image.fromarray(straight(person(128, fine=2))).save(folder / "characters" / "eve.png")
    (folder / "characters" / "eve.json").write_text(json.dumps({"portrait": "eve.png", **character}))
    (folder / "script.md").write_text(SCRIPT)
    return read_episode(folder)


def test_a_photograph_needs_to_be_told_who_moves_its_lips(tmp_path: Path) -> None:
    (problem,) = face_faults(episode(tmp_path), provider_registry(Settings()))
    assert (problem.file, problem.line) == ("characters/eve.json", 1)
    assert 'set "lipsync" to one of:' in str(problem) and "wavespeed" in str(problem) and '"still"' in str(problem)


def test_a_still_mouth_that_was_asked_for_is_a_finding(tmp_path: Path) -> None:
    still = episode(tmp_path, lipsync="still")
    assert face_faults(still, provider_registry(Settings())) == () and permission_requests(still) == ()
    assert tuple(map(str, face_findings(still))) == (
        'Eve speaks with a still mouth, as "lipsync": "still" in eve.json says',
    )


def test_a_narrator_who_is_seen_and_says_nothing_needs_no_lips_but_trust_in_the_other_steps(tmp_path: Path) -> None:
    episode(tmp_path, matting={"provider": "rembg", "base_url": "http://evil.example"})
    (tmp_path / "script.md").write_text(SCRIPT.replace("Hello", "**Ben:** Hello"))
    silent = read_episode(tmp_path)
    assert (face_faults(silent, provider_registry(Settings())), face_findings(silent)) == ((), ())
    assert ["evil.example" in danger.what for danger in permission_requests(silent)] == [True]


def test_drawings_need_nothing_of_it(tmp_path: Path) -> None:
    (tmp_path / "script.md").write_text(SCRIPT.replace("eve", "ada"))
    drawn = read_episode(tmp_path)
    assert face_faults(drawn, provider_registry(Settings())) == () and not drawn.character("ada").photographed


@pytest.mark.parametrize(("fields", "said"), [
    ({"lipsync": {"provider": "wavespeed", "resolution": "4k"}}, "settings of the lipsync provider wavespeed: resolution.*there are"),
    ({"lipsync": "wavespead"}, 'no lipsync provider called "wavespead"; there are: command'),
    ({"lipsync": "still", "motion": {"provider": "replicate"}}, "model: Field required"),
    ({"lipsync": "still", "matting": "magic"}, 'no matting provider called "magic"'),
])  # fmt: skip
def test_a_wrong_provider_is_told_before_anything_is_made(tmp_path: Path, fields: dict, said: str) -> None:
    (problem,) = face_faults(episode(tmp_path, **fields), provider_registry(Settings()))
    assert re.search(said, str(problem))


@pytest.mark.parametrize(("fields", "said"), [
    ({"portrait": "eve.json"}, "a portrait is an SVG drawing or a photograph"),
    ({"lipsync": {"resolution": "480p"}}, 'name the "provider", too'),
    ({"generate": "openai", "prompt": "a baker"}, "remove one of them"),
])  # fmt: skip
def test_a_wrong_field_is_told_with_its_line(tmp_path: Path, fields: dict, said: str) -> None:
    with pytest.raises(EpisodeErrors, match=f"characters/eve.json:1: .*{said}"):
        episode(tmp_path, **fields)


def test_a_generated_portrait_needs_no_file_but_words(tmp_path: Path) -> None:
    episode(tmp_path)
    file = tmp_path / "characters" / "eve.json"
    file.write_text('{"generate": "openai", "prompt": "a baker", "lipsync": "still"}')
    assert read_episode(tmp_path).character("eve").photographed
    file.write_text('{"generate": "openai"}')
    with pytest.raises(EpisodeErrors, match='needs a "prompt"'):
        read_episode(tmp_path)


def test_services_and_programs_of_a_face_are_shown_before_they_are_trusted(tmp_path: Path) -> None:
    (tmp_path / "engine.py").write_text("print()")
    asked = episode(
        tmp_path, lipsync={"provider": "command", "command": "python engine.py {face} {speech} {out}"}, matting="rembg"
    )
    found = permission_requests(asked)
    assert [(danger.kind, danger.where) for danger in found] == [
        ("program", "characters/eve.json"),
        ("host", "characters/eve.json"),
    ]
    assert (
        "engine.py {face}" in found[0].what
        and found[1].what == "localhost:7000 is sent the face and the voice of Eve; rembg"
    )


def test_which_host_gets_a_face_and_which_key_goes_there_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAVESPEED_API_KEY", "secret")
    lipsync = {"provider": "wavespeed", "resolution": "720p"}
    (usual,) = permission_requests(episode(tmp_path, lipsync=lipsync))
    key = ", with the key from WAVESPEED_API_KEY; wavespeed: resolution = 720p"
    assert usual.what == f"api.wavespeed.ai is sent the face and the voice of Eve{key}"
    (other,) = permission_requests(episode(tmp_path, lipsync={**lipsync, "base_url": "https://evil.example"}))
    assert other.what.startswith("evil.example is sent the face and the voice of Eve; wavespeed: base_url = ")
    (engine,) = permission_requests(episode(tmp_path, lipsync="musetalk"))
    assert (engine.kind, engine.what) == ("program", "musetalk")


@pytest.mark.parametrize(
    "lipsync",
    [
        {"command": "python engine.py {face}"},
        {"command": '["python", "engine.py", "{face}"]'},
        {"command": "python -m run", "home": "."},
    ],
)
def test_a_program_of_a_face_that_lies_in_the_episode_is_asked_for_anew_when_it_changes(
    tmp_path: Path, lipsync: dict[str, str]
) -> None:
    asked = episode(tmp_path, lipsync={"provider": "command", **lipsync})
    contents = []
    for code in ("harmless", "harmful"):
        (tmp_path / "engine.py").write_text(code)
        contents += [danger.content for danger in permission_requests(asked)]
    assert len(set(contents)) == 2


def test_a_command_that_can_not_be_read_is_told(tmp_path: Path) -> None:
    asked = episode(tmp_path, lipsync={"provider": "command", "command": "python 'engine.py"})
    assert permission_requests(asked) and "No closing quotation" in str(
        face_faults(asked, provider_registry(Settings()))
    )


class Shop:
    """Makes what is wanted at once."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.kinds, self.lanes, self.limits = stage, [], {}, {}

    def want(self, recipe: Any, request: Any, label: str, lane: Lane | None = None, **_: Any) -> Any:
        self.kinds.append(recipe.kind)
        self.lanes[recipe.kind] = lane.name if lane else ""
        key, take = self.stage.make(recipe.kind, request)
        return SimpleNamespace(key=key, take=take)

    def missing(self, recipe: Any, requests: Any) -> Any:
        return [request for request in requests if not self.stage.store.has(recipe.kind, take_key(recipe, request))]

    def allow(self, costs: Any) -> None:
        self.asked = costs

    def limit(self, lanes: Iterable[Lane]) -> None:
        self.limits |= {lane.name: lane.most for lane in strictest_lanes(lanes).values()}


def faces(scheduler: Shop, episode: Episode, registry: Registry | None = None) -> FaceTakes:
    """The faces of a build whose one line is spoken in the take `v1`."""
    providers = SimpleNamespace(registry=registry or scheduler.stage.registry)
    build = SimpleNamespace(scheduler=scheduler, episode=episode, providers=providers, fps=episode.settings.film.fps)
    take, handle = SimpleNamespace(audio="voice.wav"), SimpleNamespace(key="v1")
    return FaceTakes(build, SimpleNamespace(voices={"l1": take}, voice_handles={"l1": handle}))


def scene(episode: Episode, frames: int) -> Any:
    line = SimpleNamespace(id="l1", speaker="eve", parts=(LinePart(start=0.5, source_start=0.0, source_end=1.0),))
    return SimpleNamespace(scene=episode.scenes[0], schedule=SimpleNamespace(lines=(line,), frames=frames))


@pytest.mark.parametrize(("lipsync", "kinds"), [
    ("wavespeed", ["portrait", "lips", "matte", "face"]),
    ("wavespeed-video", ["portrait", "motion", "stretch", "lips", "matte", "face"]),
    ("still", ["portrait", "motion", "matte", "face"]),
])  # fmt: skip
def test_a_scene_gets_its_clip_by_the_steps_that_its_lipsync_needs(
    tmp_path: Path, server: Any, reply: Any, lipsync: str, kinds: list[str]
) -> None:
    model = "wavespeed-ai/infinitetalk/video-to-video" if lipsync == "wavespeed-video" else "wavespeed-ai/infinitetalk"
    wavespeed(server, reply, ["completed"], clip_bytes(2.0), model)
    step = "still" if lipsync == "still" else {"provider": "wavespeed", "base_url": server.base, "model": model}
    asked, stage = (
        episode(tmp_path, lipsync=step),
        Stage(tmp_path, registry_with(http=http(server.base))),
    )
    write_voice(tmp_path)
    scheduler, place = Shop(stage), SimpleNamespace(character="eve", pixels=96, mirrored=False)
    people = faces(scheduler, asked)
    planned = people.plan(scene(asked, 61), place)
    people.allow([planned, planned])
    price = {"still": [], "wavespeed": [0.15], "wavespeed-video": [None]}[lipsync]
    assert [usage.price and round(usage.price, 4) for usage in scheduler.asked.asked] == price and server.asked == []
    wanted = people.want(planned)
    assert list(dict.fromkeys(scheduler.kinds)) == kinds and submits(server) == (0 if lipsync == "still" else 1)
    host = f"face {server.base.removeprefix('http://')}"
    assert scheduler.limits == ({} if lipsync == "still" else {host: 2})
    assert {kind for kind, lane in scheduler.lanes.items() if lane == host} == ({"lips"} if scheduler.limits else set())
    images = list(read_frames(stage.folder("face", wanted.key) / wanted.take.video, 30))
    assert len(images) == 61 and images[0].shape == (96, 96, 4)
    assert images[30][0, :, 3].max() == 0 and images[30][-1, 44:52, 3].min() == 255
    smaller = people.plan(scene(asked, 61), SimpleNamespace(character="eve", pixels=64, mirrored=True))
    people.allow([smaller])
    people.want(smaller)
    assert scheduler.asked.free and submits(server) <= 1, "another size asks nobody again"


def test_how_a_service_is_dealt_with_is_the_characters_and_makes_nothing_anew(tmp_path: Path) -> None:
    def planned(**bookkeeping: object) -> tuple[Any, Shop]:
        asked = episode(
            tmp_path, lipsync={"provider": "sadtalker", "model": "a/b", **bookkeeping}, matting={"provider": "rvm"}
        )
        scheduler = Shop(Stage(tmp_path))
        people = faces(scheduler, asked)
        clip = people.plan(scene(asked, 61), SimpleNamespace(character="eve", pixels=96, mirrored=False))
        people.allow([clip])
        return clip, scheduler

    (plain, usual), (dear, strict) = planned(), planned(price=0.5, currency="EUR", parallel=1, timeout=7)
    assert (usual.limits, strict.limits) == (
        {"face api.replicate.com": 2},
        {"face api.replicate.com": 1},
    )  # of lips and matte
    assert plain.key == dear.key
    lips = next(step for step in dear.all() if step.recipe.kind == "lips")
    assert (lips.usage.price, lips.usage.currency) == (pytest.approx(0.5 * 61 / 30), "EUR")
    provider, settings = resolve_provider(strict.stage.registry, LipsProvider, lips.request.lipsync)
    assert provider.name == "sadtalker" and settings.timeout == 7


def test_what_a_shot_is_asked_for_in_words_begins_with_how_the_character_looks(tmp_path: Path) -> None:
    lips = {"provider": "wavespeed", "prompt": "speaks calmly"}
    asked = episode(
        tmp_path, prompt="a baker, watercolour.", lipsync=lips, motion={"provider": "replicate", "model": "a/b"}
    )
    stage = Stage(tmp_path)
    people = faces(Shop(stage), asked)
    eve = asked.character("eve")
    planned = people.plan(scene(asked, 61), SimpleNamespace(character="eve", pixels=96, mirrored=False))
    spoken = next(step.request for step in planned.all() if step.recipe.kind == "lips")
    assert dict(spoken.lipsync.settings)["prompt"] == "a baker, watercolour. speaks calmly"
    moved = people._motion(eve, people._portrait(eve)).request
    assert dict(moved.motion.settings)["prompt"].startswith("a baker, watercolour. the person looks at the camera")


def test_node_groups_that_a_person_changes_cut_the_figure_out_anew(tmp_path: Path) -> None:
    asked = episode(tmp_path, lipsync="still", matting={"provider": "blender-chroma", "asset": "keying.blend"})
    stage = Stage(tmp_path)
    people = faces(Shop(stage), asked, provider_registry(Settings()))
    place, keys = SimpleNamespace(character="eve", pixels=96, mirrored=False), set()
    with pytest.raises(LecternError, match='can\'t find "keying.blend"'):
        people.plan(scene(asked, 61), place)
    for nodes in (b"one", b"another", b"another"):
        (tmp_path / "keying.blend").write_bytes(nodes)
        keys.add(people.plan(scene(asked, 61), place).key)
    assert len(keys) == 2
