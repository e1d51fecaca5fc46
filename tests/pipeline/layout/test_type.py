"""Type can be read: measured, broken into even lines, and of enough contrast."""

import pytest
from staged import THEME

from lectern.pipeline.base.colour import contrast
from lectern.pipeline.layout.text import block_size, break_lines, text_width


def test_contrast_is_that_of_the_web_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_a_translucent_plate_is_judged_over_what_is_worst_behind_it() -> None:
    assert contrast("#ffffff", "#00000080") < contrast("#ffffff", "#000000")
    assert contrast("#ffffff", "#00000000") == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("front", "back"),
    [
        (front, back)
        for front in (THEME.text, THEME.muted, THEME.accent)
        for back in (*THEME.background, THEME.surface, THEME.plate)
    ]
    + [(THEME.accent_text, THEME.accent), (THEME.window_text, THEME.window_bar)]
    + [(THEME.terminal["foreground"], THEME.window)],
)
def test_every_pair_of_colours_that_the_theme_sets_text_in_can_be_read(front: str, back: str) -> None:
    assert contrast(front, back) >= 4.5


def test_lines_are_few_and_even() -> None:
    lines = break_lines("Why one tool replaces the four we had", THEME.display, 104, 1060)
    widths = [text_width(line, THEME.display, 104) for line in lines]
    assert len(lines) == 2
    assert max(widths) <= 1060
    assert min(widths) > 0.7 * max(widths)


def test_the_authors_line_breaks_stay() -> None:
    assert break_lines("One\nTwo three", THEME.sans, 40, 1000) == ("One", "Two three")


def test_a_block_is_as_high_as_its_lines() -> None:
    one, two = block_size("a", THEME.sans, 40), block_size("a\na", THEME.sans, 40)
    assert two == (one[0], 2 * one[1])
    assert 44 <= one[1] <= 56


@pytest.mark.blender
def test_scripts_without_blanks_break_between_their_letters_but_not_before_a_full_stop() -> None:
    lines = break_lines("日本語のタイトルは、とても長いので。二行に分けます。「括弧」", THEME.display, 80, 700)
    assert len(lines) > 2
    assert max(text_width(line, THEME.display, 80) for line in lines) <= 700
    assert not any(line[0] in "、。」ー" or line[-1] == "「" for line in lines)
    assert "".join(lines) == "日本語のタイトルは、とても長いので。二行に分けます。「括弧」"


@pytest.mark.parametrize(
    "word", ["Donaudampfschifffahrtselektrizitätenhauptbetriebswerk", "https://example.com/" + "a/" * 60]
)
def test_a_word_that_is_longer_than_any_line_is_cut_and_no_letter_gets_lost(word: str) -> None:
    lines = break_lines(f"See {word} now", THEME.sans, 40, 500)
    assert max(text_width(line, THEME.sans, 40) for line in lines) <= 500
    assert "".join(lines).replace(" ", "") == f"See{word}now"


def test_a_word_longer_than_a_line_but_not_than_the_frame_gets_a_line_of_its_own() -> None:
    assert break_lines("See Donaudampfschifffahrt now", THEME.sans, 40, 300, 900) == (
        "See",
        "Donaudampfschifffahrt",
        "now",
    )


@pytest.mark.blender
def test_a_block_is_high_enough_for_the_highest_of_its_fonts() -> None:
    assert block_size("العربية", THEME.sans, 40)[1] > block_size("a", THEME.sans, 40)[1]
    assert block_size("\u4e2d\n\u6587", THEME.sans, 40)[1] == 2 * block_size("\u4e2d", THEME.sans, 40)[1]
