"""Whether texts can be read, measured on pictures that are right and on pictures that are wrong."""

from pathlib import Path

import made_films
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

import lectern
from lectern.pipeline.base.colour import contrast
from lectern.pipeline.base.geometry import Box, box_of_pixels
from lectern.pipeline.quality.contrast import (
    TextArea,
    contrast_in,
    judge_texts,
    sampled_frames,
    text_findings,
    text_probe,
)
from lectern.pipeline.quality.frames import probe_frames

FONTS = Path(lectern.__file__).parent / "assets" / "fonts"
WHITE, NIGHT, GREY, PALE = (244, 247, 255), (23, 29, 66), (119, 119, 119), (205, 210, 220)


def hexed(colour: tuple[int, int, int]) -> str:
    return "#" + "".join(f"{value:02x}" for value in colour)


def lettered(
    behind: np.ndarray, colour: tuple[int, int, int] = WHITE, size: int = 40, font: str = "Inter-Regular.otf"
) -> np.ndarray:
    """`behind` with a text on it."""
    image = Image.fromarray(behind)
    ImageDraw.Draw(image).text((20, 20), "Three things", fill=colour, font=ImageFont.truetype(str(FONTS / font), size))
    return np.array(image)


def text(**fields: object) -> TextArea:
    given = {"id": "a/title/text", "scene": "a", "text": "Three things", "colour": hexed(WHITE), "size": 40}
    return TextArea.model_validate(
        {**given, "start": 0, "end": 30, "box": box_of_pixels(10, 10, 290, 70, made_films.SIZE), **fields}
    )


@pytest.mark.parametrize(
    "font,size", (("Inter-Regular.otf", 28), ("Inter-SemiBold.otf", 48), ("InterDisplay-Bold.otf", 60))
)
def test_the_edges_of_letters_do_not_count_as_what_is_behind(font: str, size: int) -> None:
    found = contrast_in(lettered(made_films.plain(NIGHT)[:90], font=font, size=size), hexed(WHITE), size)
    assert found == pytest.approx(contrast(hexed(WHITE), hexed(NIGHT)), rel=0.02)


def test_a_text_after_the_end_of_the_film_is_not_seen() -> None:
    late = text(start=500, end=560)
    assert text_findings([late], judge_texts([late], {}), made_films.SIZE, 30)[0].message.endswith("is not seen")


def test_text_on_a_colour_near_its_own_has_little_contrast() -> None:
    assert contrast_in(lettered(made_films.plain((150, 155, 170))[:90]), hexed(WHITE), 40) < 3


def test_text_on_its_own_colour_has_none() -> None:
    assert contrast_in(lettered(made_films.plain(PALE)[:90]), hexed(WHITE), 40) == 1.0


def test_a_bright_corner_behind_the_end_of_a_text_is_found() -> None:
    behind = made_films.plain(NIGHT)[:90]
    assert contrast_in(lettered(behind), hexed(WHITE), 40) > 10
    behind[:, 190:] = PALE
    assert contrast_in(lettered(behind), hexed(WHITE), 40) == 1.0
    behind[:, 190:] = GREY
    assert contrast_in(lettered(behind), hexed(WHITE), 40) < 4.5


def test_a_box_without_its_text_is_found() -> None:
    assert contrast_in(made_films.plain(NIGHT)[:90], hexed(WHITE), 40) == 0.0


def test_what_goes_by_behind_a_text_is_found_in_the_film(tmp_path: Path) -> None:
    def behind(number: int) -> np.ndarray:
        frame = made_films.plain(NIGHT)
        frame[:, :] = (160, 165, 175) if number > 25 else NIGHT
        return lettered(frame)

    film = made_films.write_film(tmp_path / "film.mp4", map(behind, range(30)))
    probe_frames(film, [probe := text_probe([text()])])
    (found,) = judge_texts([text()], probe.seen)
    assert found.frame == 29 and found.contrast < 3
    assert "has a contrast of 2." in text_findings([text()], [found], (1920, 1080), 30)[0].message


def test_a_film_with_legible_text_has_no_findings(tmp_path: Path) -> None:
    film = made_films.write_film(tmp_path / "film.mp4", [lettered(made_films.plain(NIGHT))] * 30)
    probe_frames(film, [probe := text_probe([text()])])
    found = judge_texts([text()], probe.seen)
    assert found[0].contrast == pytest.approx(15.4, abs=0.8)
    assert text_findings([text(box=Box(x=0.1, y=0.1, w=0.5, h=0.2))], found, (1920, 1080), 30) == ()


def test_a_text_is_looked_at_in_its_first_and_its_last_frame() -> None:
    assert sampled_frames(text(start=10, end=40)) == [10, 19, 29, 39]
    assert sampled_frames(text(start=10, end=11)) == [10]
    assert sampled_frames(text(start=10, end=10)) == []


@pytest.mark.parametrize(
    "box,wrong",
    (((0.05, 0.05, 0.9, 0.9), 0), ((0.04, 0.2, 0.2, 0.2), 1), ((0.5, 0.2, 0.46, 0.2), 1), ((0.2, 0.9, 0.2, 0.06), 1)),
)
def test_text_in_the_margin_is_a_finding(box: tuple[float, ...], wrong: int) -> None:
    placed = text(box=Box(**dict(zip("xywh", box, strict=True))))
    assert len(text_findings([placed], (), (1920, 1080), 30)) == wrong


@pytest.mark.parametrize("size,lines,wrong", ((28, 1080, 0), (27, 1080, 1), (19, 720, 0), (18, 720, 1)))
def test_text_too_small_for_a_telephone_is_a_finding(size: int, lines: int, wrong: int) -> None:
    small = text(size=size, box=Box(x=0.1, y=0.1, w=0.5, h=0.1))
    assert len(text_findings([small], (), (lines * 16 // 9, lines), 30)) == wrong
