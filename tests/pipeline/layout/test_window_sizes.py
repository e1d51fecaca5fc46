"""A capture may have any size of its own that has room in the film; of any other one it is told which has."""

import itertools

import pytest

from lectern.pipeline.capture.window import frame_insets, window_around, window_boxes
from lectern.pipeline.episode.capture_block import Capture, Environment
from lectern.pipeline.episode.model import Scene
from lectern.pipeline.layout.capture_windows import content_size, largest_content, oversize

SIDES = (160, 161, 333, 540, 900, 1014, 1015, 1728, 1729, 1920, 4096)
FRAMES = ((1920, 1080), (960, 540), (1080, 1920), (3840, 2160))


def capture(size: tuple[int, int], device: str = "") -> Capture:
    return Capture(kind="browser", id="c", environment=Environment(size=size, device=device))


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("device", ["", "phone", "tablet"])
def test_a_size_has_room_where_its_window_is_in_the_frame_at_every_side(device, frame):
    shape = device or ""
    for size in itertools.product(SIDES, SIDES):
        windows = [window_around(box, frame, shape) for box in window_boxes(size, frame, shape).values()]
        inside = all(w.x >= -1e-9 and w.y >= -1e-9 and w.right <= 1 + 1e-9 and w.bottom <= 1 + 1e-9 for w in windows)
        fits = oversize(capture(size, device), frame) == ""
        assert fits <= inside, size
        pixels = [box.pixels(frame) for box in window_boxes(size, frame, shape).values()]
        assert not fits or {(r - x, b - y) for x, y, r, b in pixels} == {size}


def test_what_has_no_room_is_told_with_what_has():
    around = frame_insets()
    largest = (1728, 1080 - around.top - around.bottom)
    assert oversize(capture(largest), (1920, 1080)) == ""
    assert oversize(capture((2000, 800)), (1920, 1080)) == (
        f"size: [2000, 800] has no room in a film of 1920 x 1080 px, where a window holds at most [1728, {largest[1]}]; "
        "write a smaller size (and scale:, if letters become too large)"
    )
    assert "a phone holds" in oversize(capture((540, 1014), "phone"), (1920, 1080))


@pytest.mark.parametrize("frame", [*FRAMES, (320, 180), (160, 90), (180, 320), (1920, 200)])
@pytest.mark.parametrize("layout", ["auto", "full"])
@pytest.mark.parametrize("device", ["", "phone", "tablet"])
def test_the_size_that_a_capture_takes_by_itself_has_room_in_every_film(frame, layout, device):
    of = Capture(kind="browser", id="c", environment=Environment(device=device))
    if "no room" in oversize(of, frame):
        assert min(largest_content(frame, device)) < 32
        return
    size = content_size(Scene(id="s", title="S", layout=layout, line=1), frame, of)
    assert size[0] % 2 == size[1] % 2 == 0 and min(size) > 0
    assert oversize(capture(size, device), frame) == ""


def test_a_film_without_room_for_a_device_is_told():
    said = oversize(Capture(kind="browser", id="c", environment=Environment(device="phone")), (160, 90))
    assert said == "a film of 160 x 90 px has no room for a phone; write a larger width and height"
