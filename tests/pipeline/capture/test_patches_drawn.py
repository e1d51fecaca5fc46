"""Key-caps, spotlights, outlines and unreadable patches, by their pixels."""

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from support.assets import ASSETS, THEME
from support.contexts import context_in

from lectern.pipeline.base.box_track import box_track, track_boxes
from lectern.pipeline.base.geometry import Box, box_of_pixels
from lectern.pipeline.capture.pictures import differing_blocks, read_pictures
from lectern.pipeline.drawing.keycaps import BADGE, Chord, badge_request, badge_size, keys_of
from lectern.pipeline.drawing.outline import OUTLINE, outline_clip_bounds, outline_request
from lectern.pipeline.drawing.pixelate import with_regions_pixelated
from lectern.pipeline.drawing.spotlight import DARKNESS, draw_spotlight, spotlight_request

FRAME = (1920, 1080)
TARGET = Box(x=0.25, y=0.5, w=0.25, h=0.1)


def written(text: str) -> np.ndarray:
    picture = Image.new("RGB", (600, 120), "#ffffff")
    face = ImageFont.truetype(ASSETS / "fonts/JetBrainsMono-Regular.ttf", 30)
    ImageDraw.Draw(picture).text((40, 40), text, font=face, fill="#101010")
    return np.asarray(picture)


def read_alpha(file: Path) -> list[np.ndarray]:
    with av.open(str(file)) as clip:
        return [frame.to_ndarray(format="rgba")[..., 3] for frame in clip.decode(video=0)]


def test_nothing_of_a_hidden_text_is_left_but_a_hint_of_its_colours() -> None:
    region = Box(x=0.05, y=0.25, w=0.9, h=0.5)
    one, other = (
        with_regions_pixelated(written(text), [region]).astype(int)
        for text in ("tok_9fQ2-77aB-x81Lm", "tok_3aZ8-10kW-p55Qx")
    )
    inside = np.s_[30:90, 30:570]
    assert np.abs(np.diff(one[inside], axis=1)).max() <= 12, "no edges"
    assert np.abs(one - other)[inside].mean() < 12, "another secret looks much the same"
    assert one[inside].min() > 150, "no ink"
    assert np.array_equal(one[:15], written("x")[:15]), "what is around stays"


def test_a_spotlight_leaves_its_target_as_it_is_and_darkens_the_rest() -> None:
    alpha = draw_spotlight(spotlight_request(box_track([TARGET]), THEME, FRAME, 30), TARGET)[..., 3]
    left, top, right, bottom = TARGET.pixels(FRAME)
    assert alpha[top:bottom, left:right].max() <= 5
    assert alpha[:200].min() == round(255 * DARKNESS)


def test_an_outline_is_drawn_on_around_its_target_and_never_over_it(tmp_path: Path) -> None:
    take = OUTLINE.make(outline_request(box_track([TARGET]), THEME, FRAME, 30), tmp_path, context_in(tmp_path))
    alpha = read_alpha(tmp_path / take.video)
    ink = [int((picture > 200).sum()) for picture in alpha]
    assert len(alpha) == 14 and all(a < b for a, b in zip(ink[:6], ink[1:7], strict=True))
    inner = alpha[-1][34:-34, 34:-34]
    assert inner.max() - inner.min() <= 1 and inner.max() < 30, "an even breath of colour"


@pytest.mark.parametrize("height", [12, 24, 47])
def test_an_outline_and_a_spotlight_leave_the_letters_beside_small_ones_alone(tmp_path: Path, height: int) -> None:
    """In a line of `height` px a blank is 0.45 of that wide: behind it the next word begins."""
    word = box_of_pixels(400, 500, 200, height, FRAME)
    beside, blank = slice(600 + round(0.45 * height), 700), slice(500, 500 + height)
    take = OUTLINE.make(outline_request(box_track([word]), THEME, FRAME, 30), tmp_path, context_in(tmp_path))
    *_, last = read_alpha(tmp_path / take.video)
    left, top, _, _ = outline_clip_bounds(box_track([word]), FRAME)
    drawn = np.zeros(FRAME[::-1], np.uint8)
    drawn[top : top + last.shape[0], left : left + last.shape[1]] = last
    assert drawn[blank, beside].max() < 120, "nothing of the line, a hint of its shadow"
    assert drawn[500 - height : 500 + 2 * height, 380:620].max() > 200


def test_caps_come_as_they_are_pressed(tmp_path: Path) -> None:
    chords = (Chord(keys=("Control", "S"), presses=(0,)), Chord(keys=("Down",), presses=(10, 16, 22)))
    take = BADGE.make(badge_request(chords, THEME, 1080, 30), tmp_path, context_in(tmp_path))
    pictures = list(read_pictures(tmp_path / take.video))
    assert len(pictures) == take.frames == 28 and pictures[0].shape[1::-1] == badge_size(chords, 1080)
    half = badge_size(chords[:1], 1080)[0]
    assert not pictures[9][:, half:].any() and pictures[10][:, half:].any()
    assert not np.array_equal(pictures[15], pictures[27]), "counted"


@pytest.mark.parametrize(
    ("written", "keys"), [("Control+S", ("Control", "S")), ("+", ("+",)), ("Ctrl++", ("Ctrl", "+")), ("F5", ("F5",))]
)
def test_a_chord_is_its_keys(written: str, keys: tuple[str, ...]) -> None:
    assert keys_of(written) == keys


def test_a_course_tells_only_changes_and_gives_back_every_frame() -> None:
    other = Box(x=0, y=0, w=1, h=1)
    told = box_track([TARGET, TARGET, other, other, other])
    assert [s.frame for s in told] == [0, 2] and list(track_boxes(told, 5)) == [TARGET] * 2 + [other] * 3


def test_a_sharp_picture_of_something_else_is_noticed() -> None:
    large = np.repeat(np.repeat(written("the same"), 2, axis=0), 2, axis=1)
    assert not differing_blocks(written("the same"), large).any()
    assert differing_blocks(np.roll(written("the same"), 40, axis=0), large).mean() > 0.01
