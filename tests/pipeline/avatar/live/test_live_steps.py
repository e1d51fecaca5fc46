"""From a portrait to a narrator's clip without any service."""

from pathlib import Path

import av
import numpy as np
import pytest
from face_stage import FPS, Stage, before, busy, composite, person, straight
from PIL import Image

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.faces.face import FaceRequest, fit_into_square
from lectern.pipeline.faces.frame_mapping import frame_changes, frame_mapping, largest_jump, longest_uncut
from lectern.pipeline.faces.matte import AUTO, MatteRequest
from lectern.pipeline.faces.motion import MotionRequest
from lectern.pipeline.faces.portrait import PortraitRequest
from lectern.pipeline.faces.provider_call import ProviderChoice
from lectern.pipeline.faces.stretch import StretchRequest
from lectern.pipeline.faces.video_io import read_frames, write_mp4

SWAY = ProviderChoice(provider="sway", settings=(("seconds", "1"),))


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def portrait(stage: Stage, pixels: np.ndarray, name: str = "eve.png") -> tuple[str, object]:
    Image.fromarray(pixels).save(stage.episode / name)
    return stage.make("portrait", PortraitRequest(file=name, digest=str(pixels.sum())))


def clip(stage: Stage, pixels: np.ndarray, frames: int, side: int = 96, mirrored: bool = False) -> list[np.ndarray]:
    key, _ = portrait(stage, pixels)
    motion, _ = stage.make("motion", MotionRequest(portrait=key, motion=SWAY, fps=FPS))
    matte, _ = stage.make("matte", MatteRequest(portrait=key, kind="motion", clip=motion, matting=AUTO, fps=FPS))
    request = FaceRequest(matte=matte, in_step=False, pixels=side, mirrored=mirrored, fps=FPS, frames=frames)
    face, take = stage.make("face", request)
    assert (take.mouth, take.frames, take.pixels) == (None, frames, side)
    return list(read_frames(stage.folder("face", face) / take.video, FPS))


@pytest.mark.parametrize("frames", [1, 29, 77, 200])
def test_the_clip_has_exactly_the_frames_of_the_scene_and_is_qtrle_with_alpha(stage: Stage, frames: int) -> None:
    images = clip(stage, straight(person()), frames)
    assert len(images) == frames and images[0].shape == (96, 96, 4)
    with av.open(str(next((stage.episode / "media" / "face").glob("*/narrator.mov")))) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt, stream.average_rate, stream.frames) == (
            "qtrle",
            "argb",
            FPS,
            frames,
        )


def test_a_cut_out_portrait_keeps_its_alpha_through_every_step(stage: Stage) -> None:
    images = clip(stage, straight(person()), 31)
    assert all(image[0, :, 3].max() == 0 for image in images), "clear above the head"
    assert all(image[-1, 40:56, 3].min() == 255 for image in images), "the bust stands on the lower edge"
    assert 0.25 < (images[0][..., 3] > 128).mean() < 0.6


def test_a_photograph_before_a_wall_is_cut_out(stage: Stage) -> None:
    wall = np.array((205, 208, 212), np.float32) - np.linspace(0, 20, 192)[:, None, None]
    images = clip(stage, before(person(), wall), 12)
    assert images[0][:3, :, 3].max() == 0 and images[0][60:, 44:52, 3].min() == 255


def test_what_has_no_plain_background_is_refused_with_the_way_out(stage: Stage) -> None:
    with pytest.raises(LecternError, match='not plain.*"rembg"'):
        clip(stage, before(person(), busy(192)), 5)


def test_the_sway_moves_gently_and_goes_back_without_a_jump(stage: Stage) -> None:
    images = clip(stage, straight(person()), 150)
    moved = frame_changes(images)
    assert 0 < max(moved) < 4.0
    assert max(moved) <= 1.05 * max(frame_changes(images[:30]))


def test_a_mirrored_narrator_is_the_mirror_image(stage: Stage) -> None:
    lopsided = straight(person(turn=0.05))
    plain, mirrored = clip(stage, lopsided, 3), clip(stage, lopsided, 3, mirrored=True)
    assert np.array_equal(plain[1][:, ::-1], mirrored[1])


def test_a_taller_clip_stands_in_the_middle_of_the_lower_edge() -> None:
    tall = np.full((200, 100, 4), 255, np.uint8)
    square = np.asarray(fit_into_square(tall, 80))
    assert square[:, 20:60, 3].min() == 255 and square[:, :19, 3].max() == 0 and square.shape == (80, 80, 4)


def test_reducing_leaves_no_halo_on_black_white_and_busy() -> None:
    large, small = person(384), person(128, fine=12)
    hidden = straight(large)
    hidden[hidden[..., 3] == 0] = (0, 255, 0, 0)
    cut = np.asarray(fit_into_square(hidden, 128))
    for behind in (0.0, 255.0):
        alpha = cut[..., 3:] / 255
        exact = Image.fromarray(before(large, np.full(3, behind))).resize((128, 128), Image.Resampling.HAMMING)
        assert np.abs(cut[..., :3] * alpha + behind * (1 - alpha) - np.asarray(exact, np.float32)).max() <= 4.0
    assert np.abs(cut[..., 3] - small[..., 3] * 255).mean() < 0.5
    over_busy = cut[..., :3] * (cut[..., 3:] / 255) + busy(128) * (1 - cut[..., 3:] / 255)
    assert np.abs(over_busy - composite(small, busy(128))).mean() < 1.5


@pytest.mark.parametrize(
    ("source", "wanted", "step"),
    [(100, 100, 1), (100, 110, 1), (100, 84, 2), (100, 300, 1), (100, 40, 1), (1, 9, 0), (2, 9, 1)],
)
def test_every_shown_frame_follows_a_neighbour_of_its_own(source: int, wanted: int, step: int) -> None:
    order = frame_mapping(source, wanted)
    assert len(order) == wanted and min(order) >= 0 and max(order) < source
    assert max(abs(b - a) for a, b in zip(order, order[1:], strict=False)) == step


def test_a_clip_that_is_stretched_never_jumps_more_than_it_does_itself(stage: Stage) -> None:
    key, _ = portrait(stage, straight(person()))
    motion, _ = stage.make("motion", MotionRequest(portrait=key, motion=SWAY, fps=FPS))
    stretched, take = stage.make("stretch", StretchRequest(motion=motion, portrait=key, frames=131, fps=FPS))
    assert take.jump <= 1.0
    images = list(read_frames(stage.folder("stretch", stretched) / take.video, FPS))
    assert len(images) == 131 and np.abs(images[0][2, 2].astype(int) - np.array(stage_backing(stage))).max() <= 3


def stage_backing(stage: Stage) -> tuple[int, int, int]:
    return stage.make("portrait", PortraitRequest(file="eve.png", digest=str(straight(person()).sum())))[1].backing


def test_a_cut_in_a_clip_is_found_and_what_lies_on_one_side_of_it_is_used() -> None:
    calm = [before(person(96, 0.01 * np.sin(i / 5), fine=2), (0, 190, 60)) for i in range(30)]
    other = [before(person(96, 0.2, fine=2), (200, 30, 60)) for _ in range(10)]
    assert longest_uncut(calm + other) == (0, 30) and longest_uncut(other + calm) == (10, 40)
    assert largest_jump(calm + other, frame_mapping(40, 40)) == 1.0


def test_a_file_that_is_no_picture_is_named(stage: Stage) -> None:
    (stage.episode / "eve.png").write_bytes(b"no picture")
    with pytest.raises(LecternError, match="can't read eve.png as a picture"):
        stage.make("portrait", PortraitRequest(file="eve.png", digest="x"))


def test_a_clip_of_another_rate_is_shown_at_the_films(tmp_path: Path) -> None:
    write_mp4(tmp_path / "clip.mp4", (before(person(64, fine=1), (0, 190, 60)) for _ in range(50)), 25)
    assert len(list(read_frames(tmp_path / "clip.mp4", 30))) == 60
    assert len({id(image) for image in list(read_frames(tmp_path / "clip.mp4", 30))}) == 50
