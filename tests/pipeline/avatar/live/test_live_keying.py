"""The built-in keys against the analytic composite: alpha, and the picture before black, white and something busy."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from face_stage import before, bust, composite, errors, person, straight

from lectern.pipeline.faces.keying import key_frame, reaching_edges
from lectern.pipeline.faces.plate import is_plain, plate_of
from lectern.pipeline.faces.video_io import read_frames, write_mp4
from lectern.pipeline.providers.faces.key_providers import background as background_of

GREEN, BLUE = (0, 190, 60), (20, 60, 220)
WALL = np.array((205, 208, 212), np.float32) - np.linspace(0, 30, 192)[:, None, None]
JUNCTION = 0.001
"""The part of the pixels where three colours meet within a pixel, for which no key has an answer."""


def cut(seen: np.ndarray, holes: Any) -> np.ndarray:
    return key_frame(seen, plate_of(seen), holes)


@pytest.mark.parametrize(
    ("background", "holes"),
    [(GREEN, "clear"), ((220, 0, 200), "clear"), ((238, 240, 238), "kept"), ((40, 200, 40), "kept")],
)
def test_a_key_is_exact_to_four_levels_on_black_white_and_busy(background: Any, holes: Any) -> None:
    assert errors(cut(before(bust(384, 4), background), holes), bust(384, 4)).max() <= 4.0


@pytest.mark.parametrize(("background", "holes"), [(GREEN, "clear"), ((238, 240, 238), "kept")])
def test_where_three_colours_meet_in_a_pixel_a_key_guesses_and_nowhere_else(background: Any, holes: Any) -> None:
    for turn in (0.0, 0.013, 0.04):
        wrong = errors(cut(before(person(turn=turn), background), holes), person(turn=turn))
        assert np.percentile(wrong, 100 * (1 - JUNCTION)) <= 4.0 and wrong.mean() < 0.2


def test_a_wall_that_is_darker_below_is_keyed_as_well() -> None:
    wrong = errors(cut(before(person(), WALL), "kept"), person())
    assert np.percentile(wrong, 100 * (1 - JUNCTION)) <= 4.0 and wrong.mean() < 0.2


def test_green_eyes_before_green_stay_green_and_opaque() -> None:
    image = cut(before(person(), GREEN), "clear")
    eye = image[70:76, 80:85]
    assert eye[..., 3].min() == 255 and eye[3, 2, 1] > eye[3, 2, 0] + 30


def test_a_white_shirt_before_a_white_wall_is_kept_and_a_hole_in_an_arm_before_green_is_not() -> None:
    figure = person()
    figure[100:110, 90:100] = (238 / 255, 240 / 255, 238 / 255, 1)
    assert cut(before(figure, (238, 240, 238)), "kept")[105, 95, 3] == 255
    figure[100:110, 90:100] = 0
    assert cut(before(figure, GREEN), "clear")[105, 95, 3] == 0


@pytest.mark.parametrize(("background", "holes"), [(GREEN, "clear"), ((225, 228, 226), "kept")])
def test_a_clip_as_services_encode_it_is_cut_out_without_a_halo_or_a_line(
    tmp_path: Path, background: Any, holes: Any
) -> None:
    figure = person(384, fine=2)
    write_mp4(tmp_path / "clip.mp4", (before(figure, background) for _ in range(3)), 25)
    seen = list(read_frames(tmp_path / "clip.mp4", 25))[1]
    image = key_frame(seen, background_of(seen, 0.0, lossy=True), holes)
    assert np.abs(image[..., 3] / 255 - figure[..., 3]).mean() < 0.004
    far = figure[..., 3] == 0
    assert (image[..., 3][far] > 12).mean() < 0.01 and image[-60:, :20, 3].max() == 0
    edge = (figure[..., 3] > 0.1) & (figure[..., 3] < 0.9)
    alpha = image[..., 3:] / 255
    off = (image[..., :3] * alpha + 128 * (1 - alpha) - composite(figure, (128, 128, 128)))[edge]
    assert np.abs(off.mean(0)).max() < 10.0


def test_noise_is_no_veil(tmp_path: Path) -> None:
    noisy = np.clip(before(person(), GREEN) + np.random.default_rng(0).normal(0, 3, (192, 192, 3)), 0, 255).astype(
        np.uint8
    )
    image = cut(noisy, "clear")
    outside, inside = person()[..., 3] == 0, person()[..., 3] == 1
    assert (image[..., 3][outside] > 8).mean() < 0.005 and (image[..., 3][inside] < 247).mean() < 0.01


def test_only_a_plain_background_is_plain() -> None:
    assert is_plain(before(person(), GREEN)) and is_plain(before(person(), WALL))
    blocks = np.random.default_rng(2).integers(0, 256, (192, 192, 3))
    assert not is_plain(before(person(), blocks))


def test_what_is_enclosed_does_not_reach_the_edge() -> None:
    mask = np.zeros((9, 9), bool)
    mask[0], mask[1:4, 1], mask[6, 4:7] = True, True, True
    reached = reaching_edges(mask)
    assert reached[3, 1] and reached[0].all() and not reached[6].any()


def test_a_cut_out_has_straight_alpha_of_the_pictures_size() -> None:
    image = cut(before(person(), BLUE), "clear")
    assert image.shape == (192, 192, 4) and image.dtype == np.uint8
    body = (person()[..., 3] == 1) & (straight(person())[..., 2] < 100)
    assert np.abs(image[body].astype(int) - straight(person())[body]).max() <= 1
