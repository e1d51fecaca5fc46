"""From steps to the clip that Blender plays: every mark is met by its picture, counted in the file's frames."""

from pathlib import Path

import av
import numpy as np
import pytest
from support.assets import THEME
from support.contexts import context_in

from lectern.pipeline.base.clock import frame_at
from lectern.pipeline.capture.recipes import CAPTURE
from lectern.pipeline.capture.request import capture_request, with_film_fields
from lectern.pipeline.capture.take import CaptureTake
from lectern.pipeline.capture.window import BAR, BOTTOM_EDGE, window_around, window_boxes
from lectern.pipeline.drawing.footage import FOOTAGE, FootageTake, footage_request
from lectern.pipeline.drawing.plate import PLATE, plate_request
from lectern.pipeline.drawing.sprite import SPRITE, sprite_request
from lectern.pipeline.episode.capture_block import Capture
from lectern.pipeline.episode.model import Episode
from lectern.pipeline.episode.steps import Step
from lectern.pipeline.jobs.take_file import write_card
from lectern.pipeline.timing.fit import fit

pytestmark = pytest.mark.browser

SIZE, FRAME, FPS = (1504, 900), (1920, 1080), 30
MARKS = {"list": 1.5, "count": 2.4, "sum": 6.0}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[CaptureTake, FootageTake, list[np.ndarray], dict[str, float]]:
    episode = tmp_path_factory.mktemp("episode")
    folder = episode / "capture" / "k"
    folder.mkdir(parents=True)
    steps = [("touch a b c; ls", "list"), ("ls | wc -l", "count"), ("expr 6 '*' 7", "sum")]
    capture = Capture(
        id="c", kind="terminal", title="shop", steps=tuple(Step(action="run", value=v, at=at) for v, at in steps)
    )
    story = Episode(folder=episode, title="t", narrator="ada", scenes=(), characters=())
    raw = CAPTURE.make(capture_request(story, capture, THEME, SIZE), folder, context_in(episode, episode))
    write_card(folder, folder.parent.name, folder.name, {"result": raw.model_dump(mode="json")})
    take = with_film_fields(raw, capture)
    plan = fit(take, MARKS, 0.0, 8.0, FPS)
    out = episode / "out"
    out.mkdir()
    box = window_boxes(SIZE, FRAME)["left"]
    request = footage_request("k", take, plan, FPS, (0, 285), box, FRAME, THEME)
    clip = FOOTAGE.make(request, out, context_in(episode, episode))
    pauses = {name: sum(p.seconds for p in plan.pauses if MARKS[p.mark] <= t) for name, t in MARKS.items()}
    return take, clip, _frames(out / clip.video), {name: t + pauses[name] for name, t in MARKS.items()}


def _frames(file: Path) -> list[np.ndarray]:
    with av.open(str(file)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def test_the_first_changed_frame_of_every_marked_step_is_the_frame_of_its_mark(made):
    _, _, frames, marks = made
    changed = [i for i in range(1, len(frames)) if not np.array_equal(frames[i], frames[i - 1])]
    for name, time in marks.items():
        mark = frame_at(time, FPS)
        assert mark in changed, name
        assert mark - 1 not in changed, "it was still before"


def test_the_clip_has_exactly_the_frames_that_were_asked_for_at_a_constant_rate(made):
    _, clip, frames, _ = made
    assert clip.frames == len(frames) == 285
    assert {f.shape for f in frames} == {(1080, 1920, 3)}


def test_the_recording_lies_in_its_window_pixel_for_pixel(made):
    frames = made[2]
    left, top, right, bottom = window_boxes(SIZE, FRAME)["left"].pixels(FRAME)
    assert (left, top, right - left, bottom - top) == (96, 109, 1504, 900)
    blank = tuple(int(THEME.terminal["background"][i : i + 2], 16) for i in (1, 3, 5))
    assert tuple(frames[-1][top + 5, left + 5]) == tuple(frames[-1][bottom - 5, right - 5]) == blank


def test_nothing_but_the_recording_ever_changes(made):
    frames = made[2]
    left, top, right, bottom = window_boxes(SIZE, FRAME)["left"].pixels(FRAME)
    outside = np.ones((1080, 1920), bool)
    outside[top:bottom, left:right] = False
    assert all(np.array_equal(frames[0][outside], frame[outside]) for frame in frames[::20])


def test_windows_stand_within_the_margins_and_include_bar_and_lip():
    for content in ((1504, 900), (1728, 900)):
        for box in window_boxes(content, FRAME).values():
            left, top, right, bottom = window_around(box, FRAME).pixels(FRAME)
            assert left >= 96 and right <= 1824 and top >= 54 and bottom <= 1026
            assert bottom - top == content[1] + BAR + BOTTOM_EDGE


def test_the_backdrop_has_no_bands_and_no_noise_that_shows(made):
    column = made[2][0][:, 40].astype(int)
    assert np.abs(np.diff(column, axis=0)).max() <= 2
    smooth = np.stack([np.convolve(c, np.ones(31) / 31, "valid") for c in column.T])
    assert np.abs(np.diff(smooth)).max() < 0.2


def test_the_plate_is_one_opaque_frame_and_the_sprites_are_transparent_clips(tmp_path):
    context = context_in(tmp_path)
    take = PLATE.make(plate_request(THEME, FRAME, FPS), tmp_path, context)
    assert [f.shape for f in _frames(tmp_path / take.video)] == [(1080, 1920, 3)]
    for sprite, frames in (("pointer", 1), ("touch", 1), ("ripple", 14)):
        made = SPRITE.make(sprite_request(sprite, THEME, FPS), tmp_path, context)
        with av.open(str(tmp_path / made.video)) as container:
            assert container.streams.video[0].codec_context.pix_fmt == "argb"
            pictures = [frame.to_ndarray(format="rgba") for frame in container.decode(video=0)]
        assert len(pictures) == made.frames == frames
        assert all(p[0, 0, 3] == 0 for p in pictures) and pictures[0][..., 3].max() > 200
        x, y = (round(h * made.size) for h in made.hotspot)
        assert pictures[0][y + 3, x + 2, 3] > 0
