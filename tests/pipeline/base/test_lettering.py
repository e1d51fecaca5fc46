"""Letters that a film's own font lacks: which font they get, how they are ordered and shaped, and that they can be seen."""

import numpy as np
import pytest

from lectern.pipeline.base.assets import font_file
from lectern.pipeline.base.fonts import FontFace, face_for, has_letter, own_face
from lectern.pipeline.base.lettering import draw_text, fallback_fonts, line_extent, line_width, needs_picture
from lectern.pipeline.base.svg import render_svg, svg_text
from lectern.pipeline.base.text_runs import clusters, runs_right_to_left, text_runs, unsettable

INTER = own_face("Inter-Regular.otf")
FONT = font_file("Inter-Regular.otf")
SAMPLES = {
    "Chinese": "中文字体测试：你好，世界！",
    "Japanese": "日本語のテキスト、カタカナ",
    "Korean": "한국어 텍스트",
    "Hindi": "हिन्दी में क्षत्रिय श्री",
    "Bengali": "বাংলা",
    "Tamil": "தமிழ்",
    "Telugu": "తెలుగు",
    "Arabic": "العربية: البرمجة 123",
    "Persian": "می‌خواهم",
    "Hebrew": "שלום עולם",
    "Thai": "ภาษาไทย น้ำ",
    "Khmer": "ខ្មែរ",
    "Georgian": "ქართული",
    "Armenian": "Հայերեն",
    "Amharic": "አማርኛ",
    "emoji": "🎉 👨‍👩‍👧‍👦 🇩🇪 👍🏽 ❤️ 1️⃣ ☃",
    "marks": "e\u0301 n\u0303 x\u0302",
    "mixed": "Hello 漢字 emoji 🎉 привет नमस्ते",
}


@pytest.mark.blender
@pytest.mark.parametrize("text", SAMPLES.values(), ids=SAMPLES)
def test_every_letter_gets_a_font_that_has_it_and_is_no_box(text: str) -> None:
    assert needs_picture(FONT, text)
    assert unsettable(text, INTER) == ()
    for run in text_runs(text, INTER):
        assert run.face
        assert all(has_letter(run.face, letter) for letter in run.text if letter.isalpha())


@pytest.mark.parametrize(
    "text", ["Step 1. A new project", "Ünïcödé déjà vu", "Привет, мир", "Ελληνικά", "Tiếng Việt", "→ ✓ ⌘ “…”"]
)
def test_letters_that_the_own_font_has_stay_text_that_blender_sets(text: str) -> None:
    assert not needs_picture(FONT, text)
    assert fallback_fonts(FONT, text) == ()


def test_a_font_that_only_decomposes_a_letter_does_not_have_it() -> None:
    assert not has_letter(INTER, "ำ")


def test_a_letter_that_no_font_has_is_named() -> None:
    assert unsettable("a\u0378b", INTER) == ("\u0378",)
    assert face_for("\u0378", INTER) is None


def test_what_a_reader_takes_for_one_letter_stays_together() -> None:
    assert clusters("👨‍👩‍👧‍👦🇩🇪🇯🇵👍🏽❤️1️⃣e\u0301नि") == ("👨‍👩‍👧‍👦", "🇩🇪", "🇯🇵", "👍🏽", "❤️", "1️⃣", "e\u0301", "नि")


@pytest.mark.blender
@pytest.mark.parametrize(
    ("line", "backwards", "seen"),
    [
        ("abc אבג def", False, ["abc ", "אבג", " def"]),
        ("אבג abc דהו", True, ["דהו", " ", "abc", " ", "אבג"]),
        ("אבג (abc) 12", True, ["12", ") ", "abc", " (", "אבג"]),
        ("אבג 12:30", True, ["12:30", " ", "אבג"]),
        ("עברית!", True, ["!", "עברית"]),
        ("abc (אבג) 1", False, ["abc (", "אבג", ") ", "1"]),
        ("בג 50%", True, ["50%", " ", "בג"]),
    ],
)
def test_runs_stand_in_the_order_of_unicodes_bidirectional_algorithm(
    line: str, backwards: bool, seen: list[str]
) -> None:
    assert [run.text for run in text_runs(line, INTER, backwards)] == seen


def test_the_first_letter_says_which_way_a_paragraph_runs() -> None:
    assert runs_right_to_left("12 (שלום) abc")
    assert not runs_right_to_left("12 abc שלום")
    assert not runs_right_to_left("123")


@pytest.mark.blender
def test_letters_join_and_stack_and_a_family_is_one_picture() -> None:
    def width(text: str) -> int:
        return line_width(FONT, 100, text)

    assert width("ببب") < 0.8 * sum(map(width, "ببب"))
    assert width("क्ष") < 0.8 * (width("क") + width("ष") + width("्"))
    assert width("👨‍👩‍👧‍👦") == width("🎉")
    assert width("🇩🇪") == width("🎉")
    assert width("e\u0301") == width("é")


@pytest.mark.blender
@pytest.mark.parametrize("text", ["漢字", "ש", "नि", "🎉"])
def test_a_picture_has_straight_alpha_and_its_edges_have_the_inks_colour(text: str) -> None:
    ascent, descent = line_extent(FONT, 60, text)
    picture = draw_text(text, FONT, 60, "#ff8000", "left", (line_width(FONT, 60, text), ascent + descent))
    seen = picture[..., 3] > 0
    assert 0.05 < seen.mean() < 0.95
    if text != "🎉":
        assert np.abs(picture[picture[..., 3] > 40][:, :3].astype(int) - (255, 128, 0)).max() <= 4


@pytest.mark.blender
def test_nothing_of_a_line_is_cut_off_above_or_below() -> None:
    for text in SAMPLES.values():
        ascent, descent = line_extent(FONT, 50, text)
        picture = draw_text(text, FONT, 50, "#ffffff", "left", (line_width(FONT, 50, text), ascent + descent))
        assert not picture[0, :, 3].any()
        assert not picture[-1, :, 3].any(), text


def test_plain_text_of_a_drawing_stays_text() -> None:
    assert svg_text("Save & go", 10, 20, 28, "#fff", "middle", bold=True) == (
        '<text x="10" y="20" text-anchor="middle" font-family="Inter" font-weight="600" font-size="28" fill="#fff">Save &amp; go</text>'
    )


@pytest.mark.blender
def test_text_of_a_drawing_is_seen_in_any_script_and_where_it_belongs() -> None:
    drawing = svg_text("漢字", 100, 60, 40, "#ffffff", "middle", bold=True)
    picture = render_svg(f'<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100">{drawing}</svg>')
    rows, columns = np.nonzero(picture[..., 3] > 128)
    assert (columns.min() + columns.max()) / 2 == pytest.approx(100, abs=2)
    assert columns.max() - columns.min() == pytest.approx(80, abs=8)
    assert 20 < rows.min() < 32 and 58 < rows.max() < 72


def test_a_font_that_is_not_there_has_no_letter() -> None:
    assert not has_letter(FontFace("/nowhere/font.ttf"), "a")
