"""What can be recognised in pictures of which only pixels are known."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from lectern.pipeline.base.assets import font_file
from lectern.pipeline.base.geometry import Box
from lectern.pipeline.capture.pixels import screen_vision
from lectern.pipeline.capture.pixels.edges import PLACEHOLDER_TEXT, busy_boxes, busy_timeline
from lectern.pipeline.capture.pixels.image_search import correlation, find_image
from lectern.pipeline.capture.pixels.read_text import all_text, find_in_context, text_boxes
from lectern.pipeline.capture.pixels.screen_vision import AmbiguousTarget, ScreenVision
from lectern.pipeline.capture.pixels.text_reader import CachedTextReader, dark_on_white
from lectern.pipeline.capture.request import CaptureRequest
from lectern.pipeline.episode.targets import Target
from lectern.pipeline.providers import tesseract
from lectern.pipeline.providers.tesseract import Tesseract
from lectern.pipeline.services.ocr import OcrRequest, OcrWord

SIZE = (800, 480)


def screen(*said: tuple[str, int, int], ground: str = "#ffffff", ink: str = "#202020", size: int = 26) -> Image.Image:
    image = Image.new("RGB", SIZE, ground)
    face = ImageFont.truetype(str(font_file("Inter-Regular.otf")), size)
    for text, x, y in said:
        ImageDraw.Draw(image).text((x, y), text, fill=ink, font=face)
    return image


def button(image: Image.Image, x: float, y: int, colour: str = "#2a7fff") -> None:
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((x, y, x + 60, y + 40), 8, fill=colour)
    draw.polygon([(x + 20, y + 8), (x + 20, y + 32), (x + 44, y + 20)], fill="#ffffff")


def find_text(read: tuple[OcrWord, ...], wanted: str) -> list[Box]:
    return [match.box for match in find_in_context(read, wanted, SIZE)]


def pixels(image: Image.Image) -> np.ndarray:
    return np.asarray(image)


def words(*read: tuple[str, int, int, int]) -> tuple[OcrWord, ...]:
    return tuple(
        OcrWord(text=text, left=x, top=y, width=12 * len(text), height=20, line=line) for text, x, y, line in read
    )


def test_a_picture_is_found_to_the_pixel_and_scores_one():
    image = screen(("File Edit View", 20, 10))
    button(image, 301, 207)
    match = find_image(pixels(image), pixels(image.crop((301, 207, 362, 248))))
    assert [m.box.pixels(SIZE) for m in match] == [(301, 207, 362, 248)] and match[0].score > 0.999


def test_smoothed_edges_and_another_background_do_not_hide_a_picture():
    image, other = screen(), screen(ground="#f2f2f2")
    button(image, 100, 100)
    large = other.resize((SIZE[0] * 4, SIZE[1] * 4))
    draw = ImageDraw.Draw(large)
    draw.rounded_rectangle((402 * 4 - 2, 800, 402 * 4 + 238, 960), 32, fill="#2c82fa")
    draw.polygon([(402 * 4 + 78, 832), (402 * 4 + 78, 928), (402 * 4 + 174, 880)], fill="#fbfbfb")
    there = pixels(large.resize(SIZE, Image.Resampling.LANCZOS))
    (match,) = find_image(there, pixels(image.crop((100, 100, 161, 141))))
    left, top, _, _ = match.box.pixels(SIZE)
    assert abs(left - 402) <= 1 and abs(top - 200) <= 1 and 0.85 < match.score < 1


def test_two_equal_places_are_two_matches_and_another_colour_is_none():
    image = screen()
    for x in (50, 400):
        button(image, x, 60)
    button(image, 50, 300, "#d03030")
    found = find_image(pixels(image), pixels(image.crop((50, 60, 111, 101))))
    assert sorted(m.box.pixels(SIZE)[:2] for m in found) == [(50, 60), (400, 60)]


def test_a_picture_that_is_nowhere_tells_how_near_the_nearest_is():
    wanted = screen()
    button(wanted, 10, 10)
    (match,) = find_image(pixels(screen(("Nothing like it here", 40, 200))), pixels(wanted.crop((10, 10, 71, 51))))
    assert match.score < 0.6


def test_a_plain_patch_can_not_be_looked_for():
    with pytest.raises(ValueError, match="of one colour"):
        find_image(pixels(screen()), pixels(screen().crop((0, 0, 30, 30))))
    with pytest.raises(ValueError, match="larger"):
        find_image(pixels(screen().crop((0, 0, 90, 90))), pixels(screen()))


def test_the_correlation_is_that_of_its_definition():
    random = np.random.default_rng(3)
    picture, wanted = (
        random.uniform(0, 255, (40, 52, 3)).astype(np.float32),
        random.uniform(0, 255, (7, 9, 3)).astype(np.float32),
    )
    window = picture[11:18, 20:29]
    one, other = window - window.mean(axis=(0, 1)), wanted - wanted.mean(axis=(0, 1))
    expected = (one * other).sum() / np.sqrt((one**2).sum() * (other**2).sum())
    assert abs(correlation(picture, wanted)[11, 20] - expected) < 1e-5


def test_busy_boxes_cover_text_and_leave_plain_ground_alone():
    picture = pixels(screen(("Some words on a line", 100, 200)))
    boxes = busy_boxes(picture)
    covered = np.zeros(SIZE[::-1], dtype=bool)
    for box in boxes:
        left, top, right, bottom = box.box.pixels(SIZE)
        covered[top:bottom, left:right] = True
    inked = (picture < 100).all(axis=2)
    assert covered[inked].mean() > 0.97 and covered.mean() < 0.04 and {box.text for box in boxes} == {PLACEHOLDER_TEXT}


def test_noise_gives_a_bounded_number_of_boxes():
    assert len(busy_boxes(np.random.default_rng(1).integers(0, 255, (900, 1504, 3), dtype=np.uint8))) <= 120


def test_busy_places_are_told_when_they_change_and_not_for_every_picture():
    plain, full = pixels(screen()), pixels(screen(("Some words", 100, 200)))
    entries = busy_timeline([(0.0, plain), (1.0, plain), (2.0, full), (2.04, plain), (3.0, plain)])
    assert [entry.time for entry in entries] == [0.0, 2.0, 3.0] and len(entries[1].boxes) > 0 == len(entries[2].boxes)


def test_text_is_found_exactly_before_it_is_found_in_any_case_or_nearly():
    read = words(("Save", 20, 20, 0), ("As…", 80, 20, 0), ("save", 20, 200, 1), ("Docunent", 300, 200, 1))
    assert [box.pixels(SIZE)[:2] for box in find_text(read, "Save")] == [(20, 20)]
    assert [box.pixels(SIZE)[:2] for box in find_text(read, "SAVE")] == [(20, 20), (20, 200)]
    assert [box.pixels(SIZE)[:2] for box in find_text(read, "Document")] == [(300, 200)]
    assert find_text(read, "Shave it") == [] and find_text(words(("Hello", 0, 0, 0)), "Shell") == []


def test_letters_that_look_alike_are_found_in_short_texts_too_but_after_the_very_text():
    read = words(("l0", 20, 20, 0), ("0K", 20, 80, 1), ("OK", 20, 140, 2))
    assert [box.pixels(SIZE)[:2] for box in find_text(read, "10")] == [(20, 20)]
    assert [box.pixels(SIZE)[:2] for box in find_text(read, "OK")] == [(20, 140)]
    assert find_text(read, "18") == []


def test_several_words_are_found_together_and_only_side_by_side():
    read = words(("Line", 20, 20, 0), ("Ending", 75, 20, 0), ("Line", 20, 80, 1), ("Ending", 600, 80, 1))
    assert [box.pixels(SIZE) for box in find_text(read, "Line Ending")] == [(20, 20, 147, 40)]
    assert [box.text for box in text_boxes(read, SIZE)] == ["Line Ending", "Line", "Ending"]


def test_an_unsure_word_is_a_drawing_only_if_it_is_short():
    """A secret with a caret behind it is read with no certainty at all, and is a secret all the same."""
    columns = ("level", "block_num", "par_num", "line_num", "left", "top", "width", "height", "conf", "text")
    read = (("swordfish", 0.0), ("~||-_-||~", 12.0), ("Save", 91.0), ("iil", 12.0), ("hunter2!", 29.0))
    rows = [("5", "1", "1", "1", "0", "0", "9", "9", str(sure), text) for text, sure in read]
    table = "\n".join("\t".join(row) for row in (columns, *rows))
    assert [word.text for word in tesseract._words(table)] == ["swordfish", "Save", "hunter2!"]


def test_tesseract_reads_menus_with_their_places():
    picture = pixels(screen(("File", 20, 10), ("Edit", 120, 10), ("Save your work first", 60, 300)))
    read = Tesseract().read(OcrRequest(picture=picture))
    (box,) = find_text(read, "Edit")
    left, top, right, bottom = box.pixels(SIZE)
    assert abs(left - 122) <= 3 and abs(right - 167) <= 4 and 8 <= top <= 20 and 30 <= bottom <= 40
    assert "Save your work first" in all_text(read)


def test_light_letters_on_a_bar_of_a_bright_screen_are_read_thoroughly_and_a_picture_is_read_once():
    image = screen(("Some dark text on white", 60, 300))
    ImageDraw.Draw(image).rectangle((200, 80, 600, 130), fill="#1d2640")
    face = ImageFont.truetype(str(font_file("Inter-Regular.otf")), 26)
    ImageDraw.Draw(image).text((370, 90), "Shell", fill="#aab6d4", font=face)
    reading = CachedTextReader(Tesseract())
    first = reading.words(pixels(image), thoroughly=True)
    assert find_text(first, "Shell") and reading.words(pixels(image).copy(), thoroughly=True) is first
    grey = dark_on_white(pixels(image))
    assert grey[105, 220].min() > 240 and grey[200, 100].min() > 240


def menu_reader(monkeypatch, *entries: str) -> ScreenVision:
    """A screen on which these entries of a menu are read, one below the other."""
    read = words(*((word, 20 + 90 * n, 40 * line, line) for line, entry in enumerate(entries) for n, word in enumerate(entry.split())))  # fmt: skip
    monkeypatch.setattr(screen_vision, "find_reader", Tesseract)
    monkeypatch.setattr(screen_vision.CachedTextReader, "words", lambda *_, **__: read)
    return ScreenVision(CaptureRequest(kind="desktop", size=SIZE, steps=()), Path())


@pytest.mark.parametrize(
    "entries, wanted, line",
    [
        (("Search", "Find…", "Find Next", "Find Previous", "Find and Replace…"), "Find", 1),
        (("Find Next", "find", "Find Previous"), "Find", None),
        (("Find Next", "Find Previous", "Find"), "Find", 2),
        (("Open", "Open Recent"), "open", 0),
        (("Save As…", "Save"), "Save As", 0),
    ],
)
def test_what_says_exactly_a_text_is_meant_before_what_contains_it(monkeypatch, entries, wanted, line):
    sight, picture = menu_reader(monkeypatch, *entries), np.zeros((*SIZE[::-1], 3), np.uint8)
    if line is None:
        with pytest.raises(
            AmbiguousTarget, match=r'2 times, at \[.*\] in "Find Next", \[.*\] in "Find Previous"; choose'
        ):
            sight.one(picture, Target(text=wanted))
    else:
        assert sight.one(picture, Target(text=wanted)).pixels(SIZE)[1] == pytest.approx(40 * line, abs=1)


def test_all_of_what_is_hidden_is_covered_and_not_only_what_says_nothing_else(monkeypatch):
    sight, picture = menu_reader(monkeypatch, "Ada", "Dear Ada Lovelace"), np.zeros((*SIZE[::-1], 3), np.uint8)
    assert len(sight.covered(picture, Target(text="Ada"))) == 2
    assert sight.one(picture, Target(text="Ada", nth=2)).y > 0
