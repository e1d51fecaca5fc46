"""Videos and pictures that are there already become takes."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from support.assets import THEME
from support.contexts import context_in
from support.transparent import CARRIERS, Carrier, still_video

from lectern.pipeline.base.colour import rgb_of
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.capture.fault import StepFault
from lectern.pipeline.capture.material.decoding import letterbox
from lectern.pipeline.capture.pictures import read_pictures
from lectern.pipeline.capture.recipes import CAPTURE
from lectern.pipeline.capture.request import capture_request, with_film_fields
from lectern.pipeline.capture.take import CaptureTake
from lectern.pipeline.episode.capture_block import Capture
from lectern.pipeline.episode.model import Episode
from lectern.pipeline.episode.steps import Step
from lectern.pipeline.episode.targets import Target
from lectern.pipeline.timing.fit import fit
from lectern.pipeline.timing.retime import scene_time_of

SIZE = (320, 180)
GROUND = rgb_of(THEME.window)


def video(file: Path, times: list[float], size=(64, 36), codec="libx264rgb", pix="rgb24", aspect: int = 1) -> str:
    """A video whose pictures are greys of 10 times their number, the left half blue."""
    with av.open(str(file), "w") as container:
        stream = container.add_stream(codec, rate=30, options={"qp": "0"} if codec == "libx264rgb" else {})
        stream.width, stream.height, stream.pix_fmt = *size, pix
        stream.sample_aspect_ratio, stream.time_base = Fraction(aspect), Fraction(1, 1000)
        for number, time in enumerate(times):
            shape = (size[1], size[0], 4 if pix == "argb" else 3)
            picture = np.full(shape, 128 if shape[2] == 4 else 10 * number, dtype=np.uint8)
            picture[:, : size[0] // 2, :3] = (0, 0, 200)
            frame = av.VideoFrame.from_ndarray(picture, format="rgba" if shape[2] == 4 else "rgb24")
            frame.pts, frame.time_base = round(time * 1000), Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file.name


def shown(folder: Path, **capture) -> tuple[CaptureTake, list[np.ndarray]]:
    (out := folder / "out").mkdir(exist_ok=True)
    block = Capture(id="c", kind="footage", line=3, **capture)
    story = Episode(folder=folder, title="t", narrator="ada", scenes=(), characters=())
    take = with_film_fields(CAPTURE.make(capture_request(story, block, THEME, SIZE), out, context_in(folder)), block)
    return take, list(read_pictures(out / take.pictures))


def grey(picture: np.ndarray) -> int:
    return int(picture[90, 240, 0])


def test_a_video_is_trimmed_to_the_picture_seen_at_its_start(tmp_path: Path):
    file = video(tmp_path / "a.mkv", [0, 0.1, 0.2, 0.3, 0.4, 0.5])
    take, pictures = shown(tmp_path, file=file, start=0.15, end=0.45)
    assert [round(t, 3) for t in take.times] == [0.0, 0.05, 0.15, 0.25] and [grey(p) for p in pictures] == [
        10,
        20,
        30,
        40,
    ]
    assert abs(take.duration - 0.3) < 1e-6


def test_pictures_of_a_video_of_changing_rate_keep_their_own_times(tmp_path: Path):
    times = [0, 0.033, 0.067, 0.9, 0.967, 2.0]
    take, pictures = shown(tmp_path, file=video(tmp_path / "a.mkv", times))
    assert np.allclose(take.times, times, atol=0.002) and [grey(p) for p in pictures] == [0, 10, 20, 30, 40, 50]


def test_a_moment_is_an_event_that_meets_its_mark(tmp_path: Path):
    step = Step(action="moment", moment=0.3, at="now", zoom=2.0, target=Target(position=(0.25, 0.5)), line=9)
    take, _ = shown(tmp_path, file=video(tmp_path / "a.mkv", [i / 10 for i in range(8)]), start=0.1, steps=(step,))
    event = take.events[0]
    assert abs(event.effect - 0.2) < 1e-9 and (event.at, event.zoom, event.line) == ("now", 2.0, 9)
    assert event.target.centre == (0.25, 0.5)
    assert abs(scene_time_of(fit(take, {"now": 3.0}, 0.0, 5.0, 30), event.effect) - 3.0) < 1e-6


def test_another_aspect_stands_in_the_middle_on_the_colour_of_windows(tmp_path: Path):
    _, (picture, *_) = shown(tmp_path, file=video(tmp_path / "a.mkv", [0, 0.1], size=(36, 36)))
    assert tuple(picture[90, 69]) == GROUND == tuple(picture[90, 250]) and tuple(picture[90, 71]) == (0, 0, 200)
    _, (picture, *_) = shown(tmp_path, file=video(tmp_path / "b.mkv", [0, 0.1], aspect=2))
    assert tuple(picture[40, 160]) == GROUND and tuple(picture[90, 2]) == (0, 0, 200)


def test_sides_that_are_odd_or_turned_still_fill_the_content_evenly():
    wide = letterbox((641, 361), Fraction(1), (1504, 900), "#000000")
    assert (wide.size, wide.left, wide.top) == ((1504, 847), 0, 26)
    high = letterbox((360, 640), Fraction(1), (1504, 900), "#000000")
    assert (high.size, high.left, high.top) == ((506, 900), 499, 0)


def test_what_is_half_transparent_shows_the_colour_of_windows(tmp_path: Path):
    _, (picture,) = shown(tmp_path, file=video(tmp_path / "a.mov", [0, 0.1], codec="qtrle", pix="argb"))
    assert np.abs(picture[90, 240].astype(int) - (np.array(GROUND) + 128) / 2).max() <= 1


def test_a_still_is_reduced_without_fringes_and_held(tmp_path: Path):
    art = np.zeros((720, 1280, 4), dtype=np.uint8)
    art[180:540, 320:960] = (255, 255, 255, 255)
    Image.fromarray(art).save(tmp_path / "a.png")
    take, (picture,) = shown(tmp_path, file="a.png", steps=(Step(action="moment", moment=2.5, at="now"),))
    assert take.times == (0.0,) and take.duration == 2.5 and take.events[0].effect == 2.5
    assert tuple(picture[90, 160]) == (255, 255, 255) and tuple(picture[10, 10]) == GROUND
    assert take.text and take.text[0].boxes  # its edges


def test_a_photograph_stands_upright(tmp_path: Path):
    image = Image.new("RGB", (180, 320), "#ff0000")
    image.paste("#00ff00", (0, 0, 180, 160))
    exif = Image.Exif()
    exif[0x0112] = 8
    image.save(tmp_path / "a.jpg", exif=exif, quality=95)
    _, (picture,) = shown(tmp_path, file="a.jpg")
    assert picture[90, 40, 1] > 200 and picture[90, 280, 0] > 200


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"start": 9.0}, r"start: 9 is beyond the end of a\.mkv, which lasts 0\.5\d s"),
        ({"start": 0.4, "end": 0.2}, "end: 0.2 is not after start: 0.4"),
    ],
)
def test_a_part_that_is_not_there_is_an_error(tmp_path: Path, wrong: dict, said: str):
    with pytest.raises(LecternError, match=said):
        shown(tmp_path, file=video(tmp_path / "a.mkv", [0, 0.1, 0.2, 0.3, 0.4, 0.5]), **wrong)


def test_a_moment_outside_names_its_step(tmp_path: Path):
    file = video(tmp_path / "a.mkv", [0, 0.1, 0.2, 0.3])
    with pytest.raises(
        StepFault, match=r"steps\[2\] \(moment\): 0.9 s is outside of what is shown of a.mkv: 0 to 0.33 s"
    ):
        shown(tmp_path, file=file, steps=(Step(action="moment", moment=0.1), Step(action="moment", moment=0.9)))


@pytest.mark.parametrize(
    ("name", "said"),
    [("a.mp4", "a.mp4 can't be read as a video: .*convert it"), ("a.png", "can't read a.png as a picture; save it")],
)
def test_a_broken_file_says_what_to_do(tmp_path: Path, name: str, said: str):
    (tmp_path / name).write_bytes(b"neither one nor the other" * 40)
    with pytest.raises(LecternError, match=said):
        shown(tmp_path, file=name)


def test_a_sound_without_pictures_is_no_footage(tmp_path: Path):
    with av.open(str(tmp_path / "a.wav"), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), dtype=np.int16), format="s16", layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
    with pytest.raises(LecternError, match="a.wav has no pictures in it"):
        shown(tmp_path, file="a.wav")


def test_what_is_blurred_by_position_stays_so_from_the_first_picture(tmp_path: Path):
    file = video(tmp_path / "a.mkv", [i / 10 for i in range(8)])
    take, _ = shown(tmp_path, file=file, blur=(Target(position=(0.5, 0.5)),))
    assert take.blurred[0].time == 0.0 and all(r.boxes[0].centre == pytest.approx((0.5, 0.5)) for r in take.blurred)


INK = (230, 200, 40)


def disc() -> np.ndarray:
    """A yellow disc with a soft edge over nothing, whose invisible pixels are black."""
    rows, columns = np.mgrid[0:360, 0:640]
    picture = np.zeros((360, 640, 4), np.uint8)
    alpha = np.clip((140 - np.hypot(rows - 180, columns - 320)) / 10 + 0.5, 0, 1)
    picture[..., :3], picture[..., 3] = INK, (alpha * 255).astype(np.uint8)
    return picture


@pytest.mark.parametrize("carrier", CARRIERS, ids=[carrier.codec for carrier in CARRIERS])
def test_a_transparent_video_stands_on_the_colour_of_windows_without_a_dark_fringe(tmp_path: Path, carrier: Carrier):
    _, pictures = shown(tmp_path, file=still_video(tmp_path, carrier, disc(), count=4).name)
    picture = pictures[0].astype(int)
    assert np.abs(picture[90, 160] - INK).max() <= 6
    assert np.abs(picture[5, 5] - GROUND).max() <= 3
    lit = picture[90, 70:160].sum(axis=1)  # from the ground to the disc
    assert lit.min() >= sum(GROUND) - 12 and np.diff(lit).min() >= -12
