"""A narrator who is on screen by plan is looked for in the film itself."""

from pathlib import Path

import made_films
import numpy as np
import pytest

from lectern.pipeline.base.geometry import Box, box_of_pixels
from lectern.pipeline.base.video import clip_picture, write_clip
from lectern.pipeline.quality.frames import probe_frames
from lectern.pipeline.quality.presence import (
    NarratorLook,
    judge_presence,
    look_of,
    presence_findings,
    presence_probe,
)

PLACE = (200, 40, 96, 96)
BOX: Box = box_of_pixels(*PLACE, made_films.SIZE)


def narrator() -> np.ndarray:
    """A clip's picture: somebody in a light jumper, with nothing around."""
    picture = np.zeros((96, 96, 4), np.uint8)
    rows, columns = np.mgrid[0:96, 0:96]
    picture[(columns - 48) ** 2 + (rows - 34) ** 2 < 28**2] = (190, 140, 110, 255)
    picture[(rows > 60) & (abs(columns - 40) < 32)] = (60, 200, 180, 255)
    return picture


def film(file: Path, shown: np.ndarray | None, behind: tuple[int, int, int] = (20, 24, 48)) -> Path:
    frame = made_films.plain(behind).astype(np.float32)
    if shown is not None:
        left, top, width, height = PLACE
        alpha = shown[..., 3:] / 255
        part = frame[top : top + height, left : left + width]
        frame[top : top + height, left : left + width] = shown[..., :3] * alpha + part * (1 - alpha)
    return made_films.write_film(file, [frame.astype(np.uint8)] * 12)


def findings(file: Path, luma: tuple[int | None, ...], frame: int = 6) -> tuple[str, ...]:
    looks = (NarratorLook(scene="new", character="ada", frame=frame, box=BOX, luma=luma),)
    probe = presence_probe(looks)
    probe_frames(file, (probe,))
    return tuple(map(str, presence_findings(judge_presence(looks, probe.seen), 30)))


@pytest.mark.parametrize("behind", [(20, 24, 48), (240, 240, 240), (60, 200, 180)])
def test_a_narrator_who_is_there_is_found_whatever_is_behind(tmp_path: Path, behind: tuple[int, int, int]) -> None:
    assert findings(film(tmp_path / "film.mp4", narrator(), behind), look_of(narrator())) == ()


@pytest.mark.parametrize("behind", [(20, 24, 48), (250, 250, 250)])
def test_one_who_is_not_in_the_film_is_a_finding_with_the_scene_and_time(
    tmp_path: Path, behind: tuple[int, int, int]
) -> None:
    (finding,) = findings(film(tmp_path / "film.mp4", None, behind), look_of(narrator()))
    assert finding == 'scene "new", 0.2 s: ada is on screen by plan, and is not seen in the film'


def test_one_who_became_a_solid_rectangle_or_is_covered_is_a_finding(tmp_path: Path) -> None:
    solid = narrator()
    solid[...] = (0, 0, 0, 255)
    assert len(findings(film(tmp_path / "film.mp4", solid), look_of(narrator()))) == 1


def test_a_clip_that_shows_nothing_is_a_finding(tmp_path: Path) -> None:
    empty = np.zeros((96, 96, 4), np.uint8)
    assert len(findings(film(tmp_path / "film.mp4", empty), look_of(empty))) == 1


def test_a_film_that_ends_too_early_is_a_finding(tmp_path: Path) -> None:
    assert len(findings(film(tmp_path / "film.mp4", narrator()), look_of(narrator()), frame=40)) == 1


def test_a_mirrored_clip_is_compared_with_its_mirror_image(tmp_path: Path) -> None:
    assert look_of(narrator(), mirrored=True) == look_of(narrator()[:, ::-1])
    assert look_of(narrator(), mirrored=True) != look_of(narrator())


def test_the_picture_of_a_clip_is_read_with_its_alpha_and_the_last_is_held(tmp_path: Path) -> None:
    clips = [np.full((16, 16, 4), (value, 0, 0, value), np.uint8) for value in range(0, 250, 5)]
    write_clip(tmp_path / "clip.mov", clips, (16, 16), 30)
    assert [tuple(clip_picture(tmp_path / "clip.mov", n, 30)[0, 0]) for n in (0, 31, 49, 90)] == [
        (0, 0, 0, 0), (155, 0, 0, 155), (245, 0, 0, 245), (245, 0, 0, 245)
    ]  # fmt: skip
