"""Blender shows what the timeline says, to the pixel."""

from pathlib import Path

import pytest
from strip_stage import in_blender, write_media


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict:
    root: Path = tmp_path_factory.mktemp("pictures")
    write_media(root)
    return in_blender(
        root,
        """
compile_timeline(film(), scene, root)
first = picture(10, root)
out["plate"] = pixel(first, 300, 10)
out["bar"] = extent(first, (0xab, 0x12, 0xef), near=1)
out["narrator"] = [extent(first, (200, 40, 30), near=0), extent(first, (20, 180, 60), near=0)]
out["text"] = int((np.abs(first - (0xfe, 0xdc, 0xba)).sum(axis=2) <= 3).sum())
out["plate of text"] = extent(first, (0x10, 0x20, 0x30), near=1)
out["footage"] = [pixel(picture(frame, root), 10, 10) for frame in (36, 50, 64, 89)]
out["cross"] = [pixel(picture(frame, root), 10, 10) for frame in (29, 30, 33, 35, 36)]
out["half narrator"] = pixel(picture(50, root), 520, 310)
moving = {frame: picture(frame, root) for frame in (60, 70, 80)}
out["moving"] = [extent(image, (200, 40, 30), near=0) for image in moving.values()]
out["mirrored"] = extent(moving[60], (20, 180, 60), near=0)
out["views"] = [pixel(picture(frame, root), 320, 180) for frame in (95, 110, 120, 130, 140)]
out["darkest"] = min(int(picture(frame, root)[..., 2].min()) for frame in range(100, 131, 3))
out["last"] = pixel(picture(149, root), 320, 180)
""",
    )


def test_a_plate_fills_the_frame_in_its_own_colour(seen: dict) -> None:
    assert seen["plate"] == [18, 52, 86]


def test_a_colour_strip_has_its_box_and_its_colour(seen: dict) -> None:
    assert seen["bar"] == [33, 20, 134, 71]


def test_a_clip_of_odd_width_lands_on_whole_pixels(seen: dict) -> None:
    assert seen["narrator"] == [[505, 284, 541, 336], [541, 284, 578, 336]]


def test_text_and_its_plate_have_the_colours_they_were_given(seen: dict) -> None:
    assert seen["text"] > 100
    assert seen["plate of text"] == pytest.approx([40, 150, 137, 219], abs=3)


def test_footage_starts_where_the_timeline_says_and_holds_its_last_frame(seen: dict) -> None:
    assert [red for red, *_ in seen["footage"]] == [10 + 3 * source for source in (11, 25, 39, 39)]


def test_a_crossfade_goes_evenly_from_one_picture_to_the_other(seen: dict) -> None:
    greens = [green for _, green, _ in seen["cross"]]
    assert (greens[0], greens[-1]) == (52, 100)
    assert greens == sorted(greens)
    assert greens[2] == pytest.approx(76, abs=5)


def test_opacity_keys_fade_linearly(seen: dict) -> None:
    red, green, blue = seen["half narrator"]
    assert [red, green, blue] == pytest.approx([(200 + 10 + 3 * 25) / 2, (40 + 100) / 2, (30 + 200) / 2], abs=2)


def test_position_keys_move_the_middle_of_a_clip(seen: dict) -> None:
    """In the mirrored picture the red half is on the right, with 4 pixels of border beside it."""
    rights = [right for _, _, right, _ in seen["moving"]]
    middles = [right + 4 - 40.5 for right in rights]
    assert middles == pytest.approx([160, 320, 480], abs=1)
    assert seen["mirrored"][2] <= seen["moving"][0][0] + 1


def test_the_camera_shows_its_point_in_the_middle(seen: dict) -> None:
    wanted = [(0.5, 0.5), (0.75, 0.25), (0.5, 0.5), (0.25, 0.75), (0.25, 0.75)]
    for (red, green, _), (x, y) in zip(seen["views"], wanted, strict=True):
        assert [red, green] == pytest.approx([40 + 200 * x, 40 + 200 * y], abs=2)


def test_a_camera_move_never_looks_beyond_the_picture(seen: dict) -> None:
    assert seen["darkest"] >= 118


def test_the_film_ends_with_its_last_frame(seen: dict) -> None:
    assert seen["last"] == seen["views"][-1]
