"""Characters with a photograph: their files, what is refused, what is to be trusted, and the takes that a scene needs."""

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from face_stage import Stage, clip_bytes, http, person, straight, submits, wavespeed
from lectern.pipeline import audio
from lectern.pipeline.avatar.clip import read_clip
from lectern.pipeline.avatar.live.providers import out_of_the_box
from lectern.pipeline.avatar.live.work import chosen
from lectern.pipeline.episode.errors import EpisodeErrors
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.episode.model import Episode, Settings
from lectern.pipeline.errors import LecternError
from lectern.pipeline.jobs.takes import take_key
from lectern.pipeline.studio.face_takes import Faces
from lectern.pipeline.studio.faces import face_findings, faces, refuse_faces
from lectern.pipeline.studio.trust import dangers
from lectern.pipeline.timeline.telling import Part
from PIL import Image

SCRIPT = "---\ntitle: T\nnarrator: eve\n---\n\n# One\n\nHello there.\n"


def episode(folder: Path, **character: Any) -> Episode:
    (folder / "characters").mkdir(exist_ok=True)
    Image.fromarray(straight(person(128, fine=2))).save(folder / "characters" / "eve.png")
    (folder / "characters" / "eve.json").write_text(json.dumps({"portrait": "eve.png", **character}))
    (folder / "script.md").write_text(SCRIPT)
    return read_episode(folder)


def test_a_photograph_needs_to_be_told_who_moves_its_lips(tmp_path: Path) -> None:
    (problem,) = refuse_faces(episode(tmp_path), faces(Settings()))
    assert (problem.file, problem.line) == ("characters/eve.json", 1)
    assert 'set "lipsync" to one of:' in str(problem) and "wavespeed" in str(problem) and '"still"' in str(problem)


def test_a_still_mouth_that_was_asked_for_is_a_finding(tmp_path: Path) -> None:
    still = episode(tmp_path, lipsync="still")
    assert refuse_faces(still, faces(Settings())) == () and dangers(still) == ()
    assert face_findings(still) == ('Eve speaks with a still mouth, as "lipsync": "still" in eve.json says',)


def test_a_narrator_who_is_seen_and_says_nothing_needs_no_lips_but_trust_in_the_other_steps(tmp_path: Path) -> None:
    episode(tmp_path, matting={"provider": "rembg", "base_url": "http://evil.example"})
    (tmp_path / "script.md").write_text(SCRIPT.replace("Hello", "**Ben:** Hello"))
    silent = read_episode(tmp_path)
    assert (refuse_faces(silent, faces(Settings())), face_findings(silent)) == ((), ())
    assert ["evil.example" in danger.what for danger in dangers(silent)] == [True]


def test_drawings_need_nothing_of_it(tmp_path: Path) -> None:
    (tmp_path / "script.md").write_text(SCRIPT.replace("eve", "ada"))
    drawn = read_episode(tmp_path)
    assert refuse_faces(drawn, faces(Settings())) == () and not drawn.character("ada").photographed


@pytest.mark.parametrize(("fields", "said"), [
    ({"lipsync": {"provider": "wavespeed", "resolution": "4k"}}, "settings of the lipsync provider wavespeed: resolution.*its settings are"),
    ({"lipsync": "wavespead"}, 'no lipsync provider called "wavespead"; there are: command'),
    ({"lipsync": "still", "motion": {"provider": "replicate"}}, "model: Field required"),
    ({"lipsync": "still", "matting": "magic"}, 'no matting provider called "magic"'),
])  # fmt: skip
def test_a_wrong_provider_is_told_before_anything_is_made(tmp_path: Path, fields: dict, said: str) -> None:
    (problem,) = refuse_faces(episode(tmp_path, **fields), faces(Settings()))
    assert re.search(said, str(problem))


@pytest.mark.parametrize(("fields", "said"), [
    ({"portrait": "eve.json"}, "a portrait is an SVG drawing or a photograph"),
    ({"lipsync": {"resolution": "480p"}}, 'a "provider" is wanted'),
    ({"generate": "openai", "prompt": "a baker"}, "take one of them out"),
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
    asked = episode(tmp_path, lipsync={"provider": "command", "command": "python engine.py {face} {speech} {out}"}, matting="rembg")
    found = dangers(asked)
    assert [(danger.kind, danger.where) for danger in found] == [("program", "characters/eve.json"), ("host", "characters/eve.json")]
    assert "engine.py {face}" in found[0].what and found[1].what == "localhost:7000 is sent the face and the voice of Eve; rembg"


def test_which_host_gets_a_face_and_which_key_goes_there_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAVESPEED_API_KEY", "secret")
    lipsync = {"provider": "wavespeed", "resolution": "720p"}
    (usual,) = dangers(episode(tmp_path, lipsync=lipsync))
    key = ", with the key from WAVESPEED_API_KEY; wavespeed: resolution = 720p"
    assert usual.what == f"api.wavespeed.ai is sent the face and the voice of Eve{key}"
    (other,) = dangers(episode(tmp_path, lipsync={**lipsync, "base_url": "https://evil.example"}))
    assert other.what.startswith("evil.example is sent the face and the voice of Eve; wavespeed: base_url = ")
    (engine,) = dangers(episode(tmp_path, lipsync="musetalk"))
    assert (engine.kind, engine.what) == ("program", "musetalk")


@pytest.mark.parametrize(
    "lipsync",
    [{"command": "python engine.py {face}"}, {"command": '["python", "engine.py", "{face}"]'}, {"command": "python -m run", "home": "."}],
)
def test_a_program_of_a_face_that_lies_in_the_episode_is_asked_for_anew_when_it_changes(tmp_path: Path, lipsync: dict[str, str]) -> None:
    asked = episode(tmp_path, lipsync={"provider": "command", **lipsync})
    contents = []
    for code in ("harmless", "harmful"):
        (tmp_path / "engine.py").write_text(code)
        contents += [danger.content for danger in dangers(asked)]
    assert len(set(contents)) == 2


def test_a_command_that_can_not_be_read_is_told(tmp_path: Path) -> None:
    asked = episode(tmp_path, lipsync={"provider": "command", "command": "python 'engine.py"})
    assert dangers(asked) and "No closing quotation" in str(refuse_faces(asked, faces(Settings())))


class Shop:
    """Makes what is wanted at once."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.kinds, self.lanes, self.limits = stage, [], {}, {}

    def want(self, recipe: Any, request: Any, label: str, lane: str = "", **_: Any) -> Any:
        self.kinds.append(recipe.kind)
        self.lanes[recipe.kind] = lane
        key, take = self.stage.make(recipe.kind, request)
        return SimpleNamespace(key=key, take=take)

    def missing(self, recipe: Any, requests: Any) -> Any:
        return [request for request in requests if not self.stage.store.has(recipe.kind, take_key(recipe, request))]

    def allow(self, costs: Any) -> None:
        self.asked = costs

    def limit(self, lane: str, most: int) -> None:
        self.limits[lane] = most


def scene(episode: Episode, frames: int) -> Any:
    line = SimpleNamespace(id="l1", speaker="eve", parts=(Part(start=0.5, source_start=0.0, source_end=1.0),))
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
    wavespeed(server, reply, ["completed"], clip_bytes(tmp_path, 2.0), model)
    step = "still" if lipsync == "still" else {"provider": "wavespeed", "base_url": server.base, "model": model}
    asked, stage = episode(tmp_path, lipsync=step), Stage(tmp_path, out_of_the_box(http(server.base), lambda request, report: None))
    voice = tmp_path / "media" / "voice" / "v1"
    voice.mkdir(parents=True)
    audio.write(voice / "voice.wav", np.full((audio.RATE, 1), 0.25, np.float32))
    finished = stage.take
    stage.take = lambda kind, key: voice if kind == "voice" else finished(kind, key)  # type: ignore[method-assign]
    shop, place = Shop(stage), SimpleNamespace(character="eve", pixels=96, mirrored=False)
    recordings = SimpleNamespace(voice_sources={"l1": "media/voice/v1/voice.wav"})
    people = Faces(shop, asked, recordings, stage.registry)
    planned = people.plan(scene(asked, 61), place)
    people.allow([planned, planned])
    price = {"still": [], "wavespeed": [0.15], "wavespeed-video": [None]}[lipsync]
    assert [usage.price and round(usage.price, 4) for usage in shop.asked.asked] == price and server.asked == []
    wanted = people.want(planned)
    assert list(dict.fromkeys(shop.kinds)) == kinds and submits(server) == (0 if lipsync == "still" else 1)
    host = f"face {server.base.removeprefix('http://')}"
    assert shop.limits == ({} if lipsync == "still" else {host: 2})
    assert {kind for kind, lane in shop.lanes.items() if lane == host} == ({"lips"} if shop.limits else set())
    images = list(read_clip(stage.folder("face", wanted.key) / wanted.take.video))
    assert len(images) == 61 and images[0].shape == (96, 96, 4)
    assert images[30][0, :, 3].max() == 0 and images[30][-1, 44:52, 3].min() == 255
    smaller = people.plan(scene(asked, 61), SimpleNamespace(character="eve", pixels=64, mirrored=True))
    people.allow([smaller])
    people.want(smaller)
    assert shop.asked.free and submits(server) <= 1, "another size asks nobody again"


def test_how_a_service_is_dealt_with_is_the_characters_and_makes_nothing_anew(tmp_path: Path) -> None:
    def planned(**bookkeeping: object) -> tuple[Any, Shop]:
        asked = episode(tmp_path, lipsync={"provider": "sadtalker", "model": "a/b", **bookkeeping}, matting={"provider": "rvm"})
        shop = Shop(Stage(tmp_path))
        people = Faces(shop, asked, SimpleNamespace(voice_sources={"l1": "media/voice/v1/voice.wav"}), shop.stage.registry)
        clip = people.plan(scene(asked, 61), SimpleNamespace(character="eve", pixels=96, mirrored=False))
        people.allow([clip])
        return clip, shop

    (plain, usual), (dear, strict) = planned(), planned(price=0.5, currency="EUR", parallel=1, timeout=7)
    assert (usual.limits, strict.limits) == ({"face api.replicate.com": 2}, {"face api.replicate.com": 1})  # of lips and matte
    assert plain.key == dear.key
    lips = next(step for step in dear.all() if step.recipe.kind == "lips")
    assert (lips.usage.price, lips.usage.currency) == (pytest.approx(0.5 * 61 / 30), "EUR")
    provider, settings = chosen(strict.stage.registry, "lipsync", lips.request.lipsync)
    assert provider._at(settings).service.timeout == 7


def test_what_a_shot_is_asked_for_in_words_begins_with_how_the_character_looks(tmp_path: Path) -> None:
    lips = {"provider": "wavespeed", "prompt": "speaks calmly"}
    asked = episode(tmp_path, prompt="a baker, watercolour.", lipsync=lips, motion={"provider": "replicate", "model": "a/b"})
    stage = Stage(tmp_path)
    recordings = SimpleNamespace(voice_sources={"l1": "media/voice/v1/voice.wav"})
    people = Faces(Shop(stage), asked, recordings, stage.registry)
    eve = asked.character("eve")
    planned = people.plan(scene(asked, 61), SimpleNamespace(character="eve", pixels=96, mirrored=False))
    spoken = next(step.request for step in planned.all() if step.recipe.kind == "lips")
    assert dict(spoken.lipsync.settings)["prompt"] == "a baker, watercolour. speaks calmly"
    moved = people._motion(eve, people._portrait(eve)).request
    assert dict(moved.motion.settings)["prompt"].startswith("a baker, watercolour. the person looks at the camera")


def test_node_groups_that_a_person_changes_cut_the_figure_out_anew(tmp_path: Path) -> None:
    asked = episode(tmp_path, lipsync="still", matting={"provider": "blender-chroma", "asset": "keying.blend"})
    stage = Stage(tmp_path)
    recordings = SimpleNamespace(voice_sources={"l1": "media/voice/v1/voice.wav"})
    people = Faces(Shop(stage), asked, recordings, faces(Settings()))
    place, keys = SimpleNamespace(character="eve", pixels=96, mirrored=False), set()
    with pytest.raises(LecternError, match='no file "keying.blend"'):
        people.plan(scene(asked, 61), place)
    for nodes in (b"one", b"another", b"another"):
        (tmp_path / "keying.blend").write_bytes(nodes)
        keys.add(people.plan(scene(asked, 61), place).key)
    assert len(keys) == 2
