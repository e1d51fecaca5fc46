"""A pose becomes a picture."""

import io
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import resvg_py
from PIL import Image

import lectern
from lectern.pipeline.avatar.artwork import LIDS, SHAPES, read_artwork
from lectern.pipeline.avatar.drawing import Figure, quantize_pose
from lectern.pipeline.avatar.pose import REST, Pose
from lectern.pipeline.base.errors import LecternError

AVATARS = Path(lectern.__file__).parent / "assets" / "avatars"
NAMES = ("ada", "ben", "kai", "ruth")
GROUNDS = ("black", "white", "busy")


@cache
def figure(name: str, pixels: int = 320) -> Figure:
    return Figure(read_artwork(AVATARS / f"{name}.svg"), pixels)


def ground(kind: str, pixels: int) -> np.ndarray:
    flat = {"black": 0, "white": 255}.get(kind)
    if flat is not None:
        return np.full((pixels, pixels, 3), flat, float)
    return np.random.default_rng(5).integers(0, 256, (pixels, pixels, 3)).astype(float)


def over(picture: Image.Image, under: np.ndarray) -> np.ndarray:
    """The analytic composite of a straight-alpha picture, in floats."""
    pixels = np.asarray(picture).astype(float)
    alpha = pixels[..., 3:] / 255
    return pixels[..., :3] * alpha + under * (1 - alpha)


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_at_rest_is_the_drawing_as_any_viewer_shows_it(name: str) -> None:
    """resvg on the whole file is the judge; the head is resampled, so that its edges may differ a little."""
    png = resvg_py.svg_to_bytes(svg_path=str(AVATARS / f"{name}.svg"), width=480, height=480)
    whole = np.asarray(Image.open(io.BytesIO(bytes(png))).convert("RGBa")).astype(float)
    drawn = np.asarray(figure(name, 480).draw(REST).convert("RGBa")).astype(float)
    assert (np.abs(drawn - whole)[400:] > 2).mean() < 1e-4
    assert np.sqrt(((drawn - whole) ** 2).mean()) < 2.5


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", GROUNDS)
def test_edges_have_no_halo_on_any_ground(name: str, kind: str) -> None:
    """The 8-bit straight alpha picture, laid over a ground, is what composing all layers in floats over it gives."""
    fig = figure(name)
    pose = quantize_pose(Pose("C", "C", tilt=1.3, dx=1.1, dy=0.7, breath=0.6), fig.scale)
    expected = ground(kind, 320)
    for layer, box in fig.layers(pose):
        left, top, right, bottom = box
        pixels = np.asarray(layer.convert("RGBa")).astype(float)
        part = expected[max(0, top) : bottom, max(0, left) : right]
        pixels = pixels[max(0, -top) :, max(0, -left) :][: part.shape[0], : part.shape[1]]
        part[:] = pixels[..., :3] + part * (1 - pixels[..., 3:] / 255)
    assert np.abs(over(fig.draw(pose), ground(kind, 320)) - expected).max() <= 4


@pytest.mark.parametrize("name", NAMES)
def test_colour_is_bled_under_transparent_pixels(name: str) -> None:
    pixels = np.asarray(figure(name).draw(REST))
    clear, edge = pixels[..., 3] == 0, (pixels[..., 3] > 20) & (pixels[..., 3] < 250)
    assert clear.mean() > 0.2 and edge.any()
    near = clear & (np.roll(edge, 1, 0) | np.roll(edge, -1, 0) | np.roll(edge, 1, 1) | np.roll(edge, -1, 1))
    assert (pixels[near][:, :3].sum(axis=1) > 0).mean() > 0.99


@pytest.mark.parametrize("name", NAMES)
def test_every_mouth_lid_and_look_is_different(name: str) -> None:
    fig = figure(name, 240)
    poses = [Pose(s, s) for s in SHAPES] + [Pose(lid=n) for n in range(1, LIDS)]
    poses += [Pose(gaze_x=1), Pose(brow=1), Pose(smile=3), Pose(smile=-3)]
    assert len({fig.draw(pose).tobytes() for pose in poses}) == len(poses)


@pytest.mark.parametrize("name", NAMES)
def test_an_in_between_lies_between(name: str) -> None:
    fig = figure(name, 240)
    left, top, width, height = (n * 240 for n in fig.mouth_box())
    box = tuple(round(n) for n in (left, top, left + width, top + height))
    poses = REST, Pose("X", "D", 0.5), Pose("D", "D")
    shut, half, wide = (np.asarray(fig.draw(pose).crop(box)).astype(int) for pose in poses)
    assert np.abs(shut - half).mean() < np.abs(shut - wide).mean()
    assert np.abs(half - wide).mean() < np.abs(shut - wide).mean()


@pytest.mark.parametrize("name", NAMES)
def test_a_tilted_head_leaves_no_hole_at_the_neck(name: str) -> None:
    fig = figure(name)
    for tilt in (-3, -1.5, 1.5, 3):
        alpha = np.asarray(fig.draw(Pose("D", "D", tilt=tilt, dx=tilt, breath=1.2)))[..., 3]
        neck = alpha[int(0.62 * 320) : int(0.85 * 320), int(0.44 * 320) : int(0.56 * 320)]
        assert neck.min() == 255


@pytest.mark.parametrize("name", NAMES)
def test_the_bust_stands_on_the_lower_edge_and_keeps_clear_of_the_sides(name: str) -> None:
    fig = figure(name)
    for breath in (0.0, 1.2):
        alpha = np.asarray(fig.draw(Pose(breath=breath)))[..., 3]
        assert (alpha[-1] == 255).mean() > (0.33 if fig.artwork.rig else 0.75)
        assert alpha[:, :16].max() == 0 and alpha[:, -16:].max() == 0 and alpha[:8].max() == 0


def test_the_same_pose_is_the_same_object_and_tiny_moves_are_no_moves() -> None:
    fig = figure("ada", 240)
    assert fig.draw(Pose(tilt=0.5)) is fig.draw(Pose(tilt=0.51, dx=0.05))
    assert fig.draw(Pose(tilt=0.5)) is not fig.draw(Pose(tilt=0.6))


def test_a_palette_recolours_a_class_and_nothing_else() -> None:
    palettes = (), (("cloth", "#2040ff"),)
    pictures = (Figure(read_artwork(AVATARS / "ada.svg", palette), 240).draw(REST) for palette in palettes)
    plain, blue = (np.asarray(picture.convert("RGBa")).astype(int) for picture in pictures)
    changed = np.abs(plain - blue).max(axis=2) > 0
    assert 0.05 < changed.mean() < 0.3
    assert not changed[:100].any()
    assert blue[157, 72, :3].tolist() == [0x20, 0x40, 0xFF]


def test_a_drawing_without_a_needed_group_is_refused_with_its_name(tmp_path: Path) -> None:
    text = (AVATARS / "ada.svg").read_text("utf-8").replace('id="mouth_G"', 'id="mouth_g"')
    file = tmp_path / "x.svg"
    file.write_text(text, "utf-8")
    with pytest.raises(LecternError, match='x.svg.*id="mouth_G".*docs/narrators.md'):
        read_artwork(file)


def test_a_palette_of_an_unknown_class_is_refused_with_the_classes_there_are() -> None:
    with pytest.raises(LecternError, match='"hat".*cloth.*skin'):
        read_artwork(AVATARS / "ada.svg", [("hat", "#ffffff")])


def test_a_palette_colour_that_is_no_colour_is_refused() -> None:
    with pytest.raises(LecternError, match='"cloth".*#rrggbb'):
        read_artwork(AVATARS / "ada.svg", [("cloth", "red;} * {fill:none")])


def test_a_drawing_on_another_canvas_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.svg"
    file.write_text((AVATARS / "ada.svg").read_text("utf-8").replace("0 0 720 720", "0 0 480 480"), "utf-8")
    with pytest.raises(LecternError, match="with arms.*0 0 720 720"):
        read_artwork(file)


def test_a_drawing_saved_by_an_editor_looks_the_same(tmp_path: Path) -> None:
    """Inkscape hides by style, adds attributes of its own and moves gradients to <defs>."""
    text = (AVATARS / "ada.svg").read_text("utf-8")
    text = text.replace("<svg ", '<svg xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" ', 1)
    text = text.replace('display="none"', 'style="display:none" inkscape:label="a &quot;b&quot; &amp; c"')
    stop = '<stop offset="{}" stop-color="#1f8a8c"/>'
    gradient = f'<linearGradient id="g">{stop.format(0)}{stop.format(1)}</linearGradient>'
    text = text.replace("<style>", f"<defs>{gradient}</defs><style>", 1).replace("fill:#1f8a8c", "fill:url(#g)")
    file = tmp_path / "ada.svg"
    file.write_text(text, "utf-8")
    for pose in (Pose("C", "C"), Pose(lid=2)):
        edited, shipped = (Figure(read_artwork(f), 240).draw(pose) for f in (file, AVATARS / "ada.svg"))
        difference = np.asarray(edited.convert("RGBa")).astype(int) - np.asarray(shipped.convert("RGBa"))
        assert np.abs(difference).max() <= 2
