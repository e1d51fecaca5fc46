"""The narrators' shadow and rim light in Blender's compositor."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from PIL import Image

import lectern
from lectern.addon import compositor
from lectern.addon.compositor import bake, build_asset
from lectern.pipeline.avatar.artwork import read_artwork
from lectern.pipeline.avatar.drawing import Figure
from lectern.pipeline.avatar.pose import REST
from lectern.pipeline.avatar.treatment import (
    RIM,
    SHADOW,
    TreatmentRequest,
    crop_padding,
    make_treatment,
    pad_picture,
    read_plates,
)
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.jobs.recipe import JobContext

ASSETS = Path(lectern.__file__).parent / "assets"
ASSET = ASSETS / "compositor" / "narrator.blend"
PIXELS = 240


@pytest.fixture(autouse=True)
def empty_blender() -> None:
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)


class InBlender:
    """A renderer that is the Blender in which this runs."""

    def run(self, task: str, request: Mapping[str, Any], report: Callable[[float], None] = print) -> dict[str, Any]:
        for item in request["items"]:
            bake(Path(item["source"]), Path(item["destination"]), item["group"], Path(item["asset"]))
        return {}


def treated(name: str, asset: Path, folder: Path, mirrored: bool = False) -> Figure:
    drawing = str(ASSETS / "avatars" / f"{name}.svg")
    request = TreatmentRequest(
        drawing=drawing, drawing_hash="", pixels=PIXELS, mirrored=mirrored, asset=str(asset), asset_hash=""
    )
    make_treatment(InBlender(), request, folder, JobContext.scratch(folder))
    return Figure(read_artwork(drawing), PIXELS, read_plates(folder, mirrored))


def plain(name: str) -> Figure:
    return Figure(read_artwork(ASSETS / "avatars" / f"{name}.svg"), PIXELS)


def changed_asset(file: Path, change: object) -> Path:
    """Save a copy of the asset after `change(group)` for every group."""
    bpy.ops.wm.open_mainfile(filepath=str(ASSET))
    for group in (bpy.data.node_groups[SHADOW], bpy.data.node_groups[RIM]):
        change(group)
    bpy.ops.wm.save_as_mainfile(filepath=str(file), copy=True)
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    return file


def pass_through(group: bpy.types.NodeTree) -> None:
    group.nodes.clear()
    into, out = group.nodes.new("NodeGroupInput"), group.nodes.new("NodeGroupOutput")
    group.links.new(into.outputs["Image"], out.inputs["Image"])


def red(group: bpy.types.NodeTree) -> None:
    for node in group.nodes:
        if node.bl_idname == "CompositorNodeSetAlpha":
            node.inputs["Image"].default_value = (1, 0, 0, 1)


def test_the_pipeline_and_blender_name_the_same_groups_and_the_asset_has_them() -> None:
    assert (compositor.SHADOW, compositor.RIM) == (SHADOW, RIM)
    with bpy.data.libraries.load(str(ASSET)) as (held, _):
        assert {SHADOW, RIM} <= set(held.node_groups)
    with bpy.data.libraries.load(str(ASSET), assets_only=True) as (assets, _):
        assert set(assets.node_groups) == {SHADOW, RIM}


@pytest.mark.parametrize("name", ["ada", "ben"])
def test_through_a_group_that_changes_nothing_the_plates_are_the_drawing_bit_for_bit(name: str, tmp_path: Path) -> None:
    asset = changed_asset(tmp_path / "pass.blend", pass_through)
    for part, picture in plain(name).silhouettes().items():
        pad_picture(picture).save(tmp_path / f"{part}.png")
        bake(tmp_path / f"{part}.png", tmp_path / f"{part}.out.png", RIM, asset)
        given, back = np.asarray(pad_picture(picture)), np.asarray(Image.open(tmp_path / f"{part}.out.png"))
        seen = given[..., 3] > 0
        assert np.array_equal(given[..., 3], back[..., 3])
        assert np.array_equal(given[seen], back[seen])
        assert np.array_equal(np.asarray(crop_padding(Image.fromarray(back)))[..., 3], np.asarray(picture)[..., 3])


def test_the_shadow_is_soft_dark_and_below_and_the_light_stays_on_the_figure(tmp_path: Path) -> None:
    treated("ada", ASSET, tmp_path)
    alpha = np.asarray(plain("ada").draw(REST))[..., 3]
    shadow = np.asarray(Image.open(tmp_path / "behind.png"))
    assert shadow[..., :3][shadow[..., 3] > 20].max() < 40
    outside = shadow[..., 3][alpha == 0]
    assert 40 < outside.max() < 160 and (outside > 5).mean() > 0.05
    assert shadow[:, [0, -1], 3].max() <= 3 and shadow[0, :, 3].max() <= 1
    light = np.asarray(Image.open(tmp_path / "on_body.png"))[..., 3]
    assert light.max() > 40 and light[alpha == 0].max() == 0


def test_editing_the_asset_changes_the_film(tmp_path: Path) -> None:
    shipped = treated("ada", ASSET, _folder(tmp_path / "a")).draw(REST)
    edited = treated("ada", changed_asset(tmp_path / "red.blend", red), _folder(tmp_path / "b")).draw(REST)
    difference = np.abs(np.asarray(shipped.convert("RGBa")).astype(int) - np.asarray(edited.convert("RGBa")))
    assert difference[..., 0].max() > 60
    assert (difference.max(axis=2) > 8).mean() > 0.05


def test_a_mirrored_figure_is_lit_from_the_same_side(tmp_path: Path) -> None:
    one = np.asarray(treated("ada", ASSET, _folder(tmp_path / "a")).draw(REST).convert("RGBa")).astype(int)
    other = np.asarray(treated("ada", ASSET, _folder(tmp_path / "b"), mirrored=True).draw(REST).convert("RGBa"))
    assert np.abs(one - other).max() <= 6


@pytest.mark.parametrize("name", ["ada", "ben"])
@pytest.mark.parametrize("kind", ["black", "white", "busy"])
def test_a_treated_figure_has_no_halo_on_any_background(name: str, kind: str, tmp_path: Path) -> None:
    """Compare 8-bit straight alpha over a background with all layers composited as floats: at most 4 of 255 apart."""
    figure = treated(name, ASSET, tmp_path)
    ground = _background(kind)
    expected = ground.copy()
    for layer, (left, top, right, bottom) in figure.layers(REST):
        part = expected[top:bottom, left:right]
        pixels = np.asarray(layer).astype(float)[: part.shape[0], : part.shape[1]]
        alpha = pixels[..., 3:] / 255
        part[:] = pixels[..., :3] * alpha + part * (1 - alpha)
    drawn = np.asarray(figure.draw(REST)).astype(float)
    alpha = drawn[..., 3:] / 255
    assert np.abs(drawn[..., :3] * alpha + ground * (1 - alpha) - expected).max() <= 4


def test_an_asset_without_the_group_is_refused_with_the_groups_there_are(tmp_path: Path) -> None:
    plain("ada").draw(REST).save(tmp_path / "a.png")
    with pytest.raises(LecternError, match=f'no node group "Glow".*{RIM}'):
        bake(tmp_path / "a.png", tmp_path / "b.png", "Glow", ASSET)
    assert not (tmp_path / "b.png").exists()


def test_baking_leaves_nothing_behind_in_blender(tmp_path: Path) -> None:
    plain("ada").draw(REST).save(tmp_path / "a.png")
    before = len(bpy.data.scenes), len(bpy.data.node_groups)
    bake(tmp_path / "a.png", tmp_path / "b.png", SHADOW, ASSET)
    assert (len(bpy.data.scenes), len(bpy.data.node_groups)) == before


def test_the_asset_can_be_written_anew_and_does_the_same(tmp_path: Path) -> None:
    plain("ada").draw(REST).save(tmp_path / "a.png")
    build_asset(tmp_path / "new.blend", tmp_path / "a.png")
    for asset, out in ((ASSET, "old.png"), (tmp_path / "new.blend", "new.png")):
        bake(tmp_path / "a.png", tmp_path / out, RIM, asset)
    old, new = (np.asarray(Image.open(tmp_path / out)) for out in ("old.png", "new.png"))
    assert np.array_equal(old, new)


def test_the_asset_opens_with_a_preview_of_the_groups_at_work() -> None:
    bpy.ops.wm.open_mainfile(filepath=str(ASSET))
    tree = bpy.data.scenes["Narrator"].compositing_node_group
    assert {node.node_tree.name for node in tree.nodes if node.bl_idname == "CompositorNodeGroup"} == {SHADOW, RIM}
    image = next(node.image for node in tree.nodes if node.bl_idname == "CompositorNodeImage")
    assert image.packed_file and tuple(image.size) == (480, 480)


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def _background(kind: str) -> np.ndarray:
    if kind == "busy":
        return np.random.default_rng(5).integers(0, 256, (PIXELS, PIXELS, 3)).astype(float)
    return np.full((PIXELS, PIXELS, 3), 255.0 if kind == "white" else 0.0)
