"""Two narrators in one scene, made as a build makes them, with Blender's treatment: one speaks, the other listens."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from lectern.pipeline.avatar.meter import CLOSED, mouth_openness
from lectern.pipeline.avatar.recipe import NARRATOR
from lectern.pipeline.avatar.take import NarratorRequest, NarratorTake
from lectern.pipeline.characters.replace import recast
from lectern.pipeline.jobs.take_file import TakeFile
from lectern.pipeline.jobs.takes import TakeStore
from lectern.pipeline.studio.avatar import NarratorClip, avatar

pytestmark = pytest.mark.blender

SCRIPT = """---
narrator: kai
---

# Talk {#talk}

Where does it say so?

**Ruth:** In the lock file, on every line.

```avatar
character: ruth
mood: serious
```
"""
FPS = 30


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, NarratorClip]]:
    folder = tmp_path_factory.mktemp("dialogue") / "film"
    folder.mkdir()
    (folder / "script.md").write_text(SCRIPT)
    (folder / "lectern.toml").write_text("[film]\nwidth = 640\nheight = 360\n")
    return folder, {clip.character: clip for clip in avatar(folder, scene="talk")}


def take_of(folder: Path, clip: NarratorClip) -> tuple[NarratorRequest, NarratorTake]:
    """What was asked for, and the take."""
    card = TakeStore(folder / "media").folder("narrator", TakeFile.parse(clip.file).key) / "take.json"
    said = json.loads(card.read_text("utf-8"))
    return NarratorRequest.model_validate(said["request"]), NARRATOR.result.model_validate(said["result"])


def takes(folder: Path) -> set[str]:
    return {f"{take.parent.parent.name}/{take.parent.name}" for take in (folder / "media").glob("*/*/take.json")}


def test_both_face_inwards_as_they_are_drawn(made: tuple[Path, dict[str, NarratorClip]]) -> None:
    clips = made[1]
    assert {who: (clip.side, clip.mirrored) for who, clip in clips.items()} == {
        "kai": ("left", False), "ruth": ("right", False),
    }  # fmt: skip


def _pictures(clip: Path, frames: set[int]) -> Iterator[np.ndarray]:
    """Those `frames` of a clip: RGBA, straight alpha."""
    with av.open(str(clip)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            if index in frames:
                yield frame.to_ndarray(format="rgba")


@pytest.mark.parametrize(("speaker", "listener"), [("kai", "ruth"), ("ruth", "kai")])
def test_who_speaks_moves_the_mouth_and_who_listens_keeps_it_shut(
    speaker: str, listener: str, made: tuple[Path, dict[str, NarratorClip]]
) -> None:
    folder, clips = made
    heard = take_of(folder, clips[listener])[0].listening
    frames = {frame for start, end in heard for frame in range(round(start * FPS) + 2, round(end * FPS) - 2)}
    assert len(frames) > 20
    openness = {}
    for who in (speaker, listener):
        take = take_of(folder, clips[who])[1]
        openness[who] = [mouth_openness(picture, take) for picture in _pictures(folder / clips[who].file, frames)]
    assert np.mean(openness[speaker]) > 0.05 and max(openness[listener]) < CLOSED


def test_the_mood_is_the_one_of_the_script(made: tuple[Path, dict[str, NarratorClip]]) -> None:
    folder, clips = made
    assert {who: take_of(folder, clip)[0].mood for who, clip in clips.items()} == {"kai": None, "ruth": "serious"}


def test_a_moved_episode_makes_nothing_again_and_a_replaced_narrator_only_what_is_his(
    made: tuple[Path, dict[str, NarratorClip]], tmp_path: Path
) -> None:
    folder = tmp_path / "elsewhere" / "film"
    shutil.copytree(made[0], folder)
    before = takes(folder)
    avatar(folder, scene="talk")
    assert takes(folder) == before
    recast(folder, "ada")
    clips = {clip.character: clip.file for clip in avatar(folder, scene="talk")}
    fresh = sorted(take.split("/")[0] for take in takes(folder) - before)
    assert clips.keys() == {"ada", "ruth"} and fresh[:2] == ["narrator", "narrator"]
    assert fresh.count("voice") == 1 and fresh.count("treatment") == 1
