"""Letters fill the boxes that were computed for them without Blender, on a frame that has just the room."""

import json
from pathlib import Path

import pytest
from strip_stage import in_blender

from lectern.pipeline.base.geometry import box_of_pixels
from lectern.pipeline.base.lettering import line_metrics, line_width
from lectern.pipeline.timeline.model import TextStrip

FONTS = Path(__file__).parents[2] / "assets" / "fonts"
SIZE = (1320, 480)
TEXTS = ("Hxg", "Step 1. A new project", "HAVATo WAVE\nfijpq (ÄÅ)\nlast line")
CASES = [
    (text, font, size, align)
    for text in TEXTS
    for font, size, align in (
        ("Inter-Regular.otf", 32, "left"), ("Inter-SemiBold.otf", 48, "center"), ("InterDisplay-Bold.otf", 104, "right"),
        ("JetBrainsMono-Regular.ttf", 34, "left"), ("Inter-Regular.otf", 40, "right"),
    )
]  # fmt: skip
LEFT, TOP, PAD = 40, 30, 24


def block(text: str, font: str, size: int) -> tuple[int, int]:
    """Width and height of the lines as a layout computes them: ascent and descent a line."""
    face = line_metrics(FONTS / font, size)
    lines = text.split("\n")
    return max(line_width(FONTS / font, size, line) for line in lines), round((face.ascent + face.descent) * len(lines))


def strip(text: str, font: str, size: int, align: str, plate: str | None) -> TextStrip:
    width, height = block(text, font, size)
    return TextStrip(
        id="t", scene="a", name="t", track="Text", start=0, end=10, text=text, font=font, size=size, align=align, colour="#ffffff",
        plate=plate, padding=PAD, box=box_of_pixels(LEFT, TOP, width + 2 * PAD, height + 2 * PAD, SIZE),
    )  # fmt: skip


@pytest.fixture(scope="module")
def inks(tmp_path_factory: pytest.TempPathFactory) -> list[dict]:
    """Of every case: the extent of the plate, of the letters without one, and how Pillow draws the same letters."""
    root = tmp_path_factory.mktemp("letters")
    strips = [[json.loads(strip(*case, plate).model_dump_json()) for plate in ("#ff0000", None)] for case in CASES]
    return in_blender(
        root,
        """
from lectern.addon.sequencer.settings import set_scene
from lectern.addon.sequencer.text import set_text
scene.sequence_editor_create()
set_scene(scene, film().model_copy(update={"size": size}))
made = scene.sequence_editor.strips.new_effect("t", "TEXT", 1, 1, length=10)
out["seen"] = []
for with_plate, without in strips:
    set_text(made, TextStrip.model_validate(with_plate), size)
    red = picture(1, root)
    plate = extent(red, (255, 0, 0), near=2)
    set_text(made, TextStrip.model_validate(without), size)
    white = picture(1, root)
    rows, columns = np.where(white[..., 0] > 100)
    out["seen"].append({"plate": plate, "ink": [int(columns.min()), int(rows.min()), int(columns.max() + 1), int(rows.max() + 1)]})
""",
        strips=strips,
        size=SIZE,
    )["seen"]


@pytest.mark.parametrize(
    "number", range(len(CASES)), ids=[f"{text[:3]}-{font[:12]}-{size}" for text, font, size, _ in CASES]
)
def test_the_plate_is_the_box_within_three_pixels(inks: list[dict], number: int) -> None:
    text, font, size, _ = CASES[number]
    width, height = block(text, font, size)
    near = 3 if size <= 48 else 6
    assert inks[number]["plate"] == pytest.approx([LEFT, TOP, LEFT + width + 2 * PAD, TOP + height + 2 * PAD], abs=near)


@pytest.mark.parametrize(
    "number", range(len(CASES)), ids=[f"{text[:3]}-{font[:12]}-{size}" for text, font, size, _ in CASES]
)
def test_letters_stand_where_pillow_draws_them_within_three_pixels(inks: list[dict], number: int) -> None:
    text, font, size, align = CASES[number]
    left, top, right, bottom = inks[number]["ink"]
    assert [left, top, right, bottom] == pytest.approx(drawn_by_pillow(text, font, size, align), abs=3)


def drawn_by_pillow(text: str, font: str, size: int, align: str) -> list[int]:
    """The extent of the letters when each line stands on its baseline, glyph by glyph."""
    import numpy as np
    from PIL import Image, ImageDraw, ImageFont

    face, metrics = ImageFont.truetype(FONTS / font, size), line_metrics(FONTS / font, size)
    picture = Image.new("L", SIZE)
    draw = ImageDraw.Draw(picture)
    widest = block(text, font, size)[0]
    for number, line in enumerate(text.split("\n")):
        spare = widest - line_width(FONTS / font, size, line)
        x = LEFT + PAD + spare * {"left": 0, "center": 0.5, "right": 1}[align]
        y = TOP + PAD + (metrics.ascent + metrics.descent) * number + metrics.ascent
        for letter in line:
            draw.text((x, y), letter, font=face, fill=255, anchor="ls")
            x += line_width(FONTS / font, size, letter)
    rows, columns = np.where(np.asarray(picture) > 100)
    return [int(columns.min()), int(rows.min()), int(columns.max() + 1), int(rows.max() + 1)]
