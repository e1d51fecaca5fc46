"""Keying in Blender's compositor, compared with the exact composite and the built-in key."""

import sys
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

sys.path.append(str(Path(__file__).parents[1] / "pipeline" / "avatar" / "live"))

from face_stage import before, bust, errors, person

import lectern
from lectern.addon import keying
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.renderer import find_renderer
from lectern.pipeline.faces.video_io import read_frames, write_lossless
from lectern.pipeline.providers.faces.compositor import GROUPS, BlenderKey, BlenderKeySettings
from lectern.pipeline.services.face import MattingClip
from lectern.pipeline.services.prediction import PredictionContext

ASSET = Path(lectern.__file__).parent / "assets" / "compositor" / "keying.blend"
FPS = 30


@pytest.fixture(autouse=True)
def empty_blender() -> None:
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)


class ThisBlender:
    """A renderer that runs the task at once, in the test's own process."""

    def run(self, task: str, request: Any, report: Any) -> None:
        keying.key(request, report)


def cut(
    folder: Path, name: str, images: list[np.ndarray], asset: str = "lectern:keying", *, renderer: Any = ThisBlender()
) -> list[np.ndarray]:
    write_lossless(folder / "clip.mkv", images, FPS)
    reports: list[float] = []
    context = PredictionContext(folder, folder, "x", reports.append, renderer=renderer)
    cut = list(
        BlenderKey(name).matte(
            context, BlenderKeySettings(asset=asset), MattingClip(file=folder / "clip.mkv", fps=FPS), folder
        )
    )
    assert (
        reports[-1] == 1.0 and [file.name for file in folder.glob("*.*") if file.suffix not in (".mkv", ".blend")] == []
    )
    return cut


@pytest.mark.parametrize(
    ("name", "background"), [("blender-chroma", (0, 190, 60)), ("blender-difference", (238, 240, 238))]
)
def test_the_node_groups_are_exact_to_four_levels_on_black_white_and_busy(
    tmp_path: Path, name: str, background: Any
) -> None:
    assert errors(cut(tmp_path, name, [before(bust(384, 4), background)])[0], bust(384, 4)).max() <= 4.0
    turns = (0.0, 0.01, 0.02, 0.03)
    images = cut(tmp_path, name, [before(person(turn=turn), background) for turn in turns])
    assert len(images) == len(turns)
    for image, turn in zip(images, turns, strict=True):
        wrong = errors(image, person(turn=turn))
        assert np.percentile(wrong, 99.8) <= 4.0 and wrong.mean() < 0.3


def test_a_wall_that_is_darker_below_is_keyed_by_its_plate(tmp_path: Path) -> None:
    wall = np.array((205, 208, 212), np.float32) - np.linspace(0, 30, 192)[:, None, None]
    wrong = errors(cut(tmp_path, "blender-difference", [before(person(), wall)])[0], person())
    assert np.percentile(wrong, 99.8) <= 4.0


def test_the_renderer_keys_a_clip_in_a_process_of_its_own(tmp_path: Path) -> None:
    image = cut(tmp_path, "blender-chroma", [before(person(), (0, 190, 60))] * 3, renderer=find_renderer())[2]
    assert np.percentile(errors(image, person()), 99.8) <= 4.0


def test_the_asset_holds_the_groups_that_the_pipeline_names_and_a_person_can_change_them(tmp_path: Path) -> None:
    assert {keying.CHROMA, keying.DIFFERENCE} == set(GROUPS.values())
    with bpy.data.libraries.load(str(ASSET)) as (held, _):
        assert set(held.node_groups) >= set(GROUPS.values())
    bpy.ops.wm.open_mainfile(filepath=str(ASSET))
    group = bpy.data.node_groups[keying.CHROMA]
    group.nodes.clear()
    into, out = group.nodes.new("NodeGroupInput"), group.nodes.new("NodeGroupOutput")
    group.links.new(into.outputs["Image"], out.inputs["Image"])
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "mine.blend"), copy=True)
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    seen = before(person(), (0, 190, 60))
    assert np.array_equal(cut(tmp_path, "blender-chroma", [seen], asset="mine.blend")[0][..., :3], seen)


def test_what_is_built_is_what_is_shipped(tmp_path: Path) -> None:
    keying.build_asset(tmp_path / "keying.blend")
    images = [before(person(), (0, 190, 60))]
    assert np.array_equal(
        cut(tmp_path, "blender-chroma", images, asset="keying.blend")[0], cut(tmp_path, "blender-chroma", images)[0]
    )


def test_an_asset_without_the_group_is_told(tmp_path: Path) -> None:
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "empty.blend"), copy=True)
    with pytest.raises(LecternError, match='no node group "Chroma Key"'):
        cut(tmp_path, "blender-chroma", [before(person(), (0, 190, 60))], asset="empty.blend")


def test_blender_and_the_built_in_key_agree(tmp_path: Path) -> None:
    from lectern.pipeline.faces.keying import key_frame
    from lectern.pipeline.faces.plate import plate_of

    seen = before(person(), (0, 190, 60))
    own, theirs = key_frame(seen, plate_of(seen), "clear"), cut(tmp_path, "blender-chroma", [seen])[0]
    assert (np.abs(own[..., 3].astype(int) - theirs[..., 3]) > 4).mean() < 0.003
    assert len(list(read_frames(tmp_path / "clip.mkv", FPS))) == 1
