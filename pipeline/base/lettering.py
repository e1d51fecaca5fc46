"""Measure text as the film shows it, so that a box computed without Blender holds the text, and draw what Blender can't set.

Blender's text strips (5.2) round every glyph's advance to whole pixels and have no kerning. Pillow's advances of single
glyphs, rounded, add up to the same pixels. tests/blender/test_lettering_in_blender.py checks that the two agree.

They have one font without a fallback, and don't shape. So text with letters that its font lacks, or of a script that
has to be shaped or ordered, is drawn as a picture, run by run with the fonts of `fonts.py` (`needs_picture`).
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .arrays import RgbaImage
from .colour import alpha_of, rgb_of
from .files import file_digest
from .fonts import EM, FontFace, can_shape, has_weights, open_face
from .frozen import Frozen
from .text_runs import TextRun, is_plain, runs_right_to_left, text_runs

_EM = 2000
_BOX_DESCENT = 0.215
"""How far Blender's box reaches below the last line, in font sizes (measured; right to 1 px up to 48 px)."""
_WEIGHTS = {"SemiBold": 600, "Bold": 700}
_STROKE = 0.018
"""By how much (in font sizes) the strokes of bold text are widened where a font has no bold letters."""


class LineMetrics(Frozen):
    """A line's measures in pixels: `pitch` from baseline to baseline, `baseline` from the line's top (Blender's) down."""

    pitch: int
    baseline: int
    ascent: float
    descent: float


def needs_picture(font: Path, text: str) -> bool:
    """Return whether Blender's text strip can't show `text` in `font`: it lacks letters, or they have to be shaped."""
    return not is_plain(text, FontFace(str(font)))


def fallback_fonts(font: Path, text: str) -> tuple[str, ...]:
    """Return name and digest of every other font that `text` in `font` is drawn with: what a take's key needs."""
    if not needs_picture(font, text):
        return ()
    faces = {run.face for line in text.split("\n") for run in text_runs(line, FontFace(str(font))) if run.face}
    files = sorted({Path(face.file) for face in faces if face.file != str(font)})
    return tuple(f"{file.name} {file_digest(file, 16)}" for file in files)


def line_width(font: Path, size: int, line: str) -> int:
    """Return the width in pixels that `line` takes at `size` px."""
    if not needs_picture(font, line):
        return sum(_advances(str(font), size, line))
    return round(sum(_run_width(run, str(font), size) for run in text_runs(line, FontFace(str(font)))))


def line_extent(font: Path, size: int, text: str) -> tuple[int, int]:
    """Return how far above and below its baseline (px) a line of `text` needs room: as far as the highest of its fonts."""
    faces = {FontFace(str(font))}
    if needs_picture(font, text):
        faces |= {run.face for line in text.split("\n") for run in text_runs(line, FontFace(str(font))) if run.face}
    ascents, descents = zip(*(_face_extent(face, size) for face in faces), strict=True)
    return max(ascents), max(descents)


def text_size(font: Path, size: int, text: str, pitch: int | None = None) -> tuple[int, int]:
    """Return width and height in pixels of the box that Blender draws around `text` without a margin.

    `pitch` is the distance between two baselines (None: the font's own).
    """
    lines = text.split("\n")
    metrics = line_metrics(font, size)
    below = round(_BOX_DESCENT * size)
    height = (pitch or metrics.pitch) * (len(lines) - 1) + metrics.pitch + below
    return max(line_width(font, size, line) for line in lines), height


def line_metrics(font: Path, size: int) -> LineMetrics:
    """Return the metrics of a line of `font` at `size` px."""
    ascent, descent = (value * size / _EM for value in _face(str(font), _EM).getmetrics())
    pitch = round(ascent + descent)
    return LineMetrics(pitch=pitch, baseline=int(pitch - descent), ascent=ascent, descent=descent)


def draw_text(
    text: str,
    font: Path,
    size: int,
    colour: str,
    align: str,
    box: tuple[int, int],
    padding: float = 0.0,
    language: str = "",
) -> RgbaImage:
    """Draw `text`, whose lines are broken, into `box` px (width, height), `padding` px from its edges.

    `language` chooses between forms of a letter that languages write differently (Chinese, Japanese, Korean).
    """
    lines = text.split("\n")
    backwards = runs_right_to_left(text)
    ascent, descent = line_extent(font, size, text)
    pitch = (box[1] - 2 * padding) / len(lines)
    canvas = Image.new("RGBA", box)
    for number, line in enumerate(lines):
        runs = text_runs(line, FontFace(str(font)), backwards)
        widths = [_run_width(run, str(font), size) for run in runs]
        spare = box[0] - 2 * padding - sum(widths)
        side = {"left": "right"}.get(align, align) if backwards else align
        x = padding + {"left": 0.0, "center": spare / 2, "right": spare}[side]
        baseline = padding + number * pitch + (pitch - ascent - descent) / 2 + ascent
        for run, width in zip(runs, widths, strict=True):
            _draw_run(canvas, run, font, size, (x, baseline), (*rgb_of(colour), 255), language)
            x += width
    return _straight(canvas, alpha_of(colour) / 255)


def _draw_run(
    canvas: Image.Image, run: TextRun, font: Path, size: int, origin: tuple[float, float],
    ink: tuple[int, int, int, int], language: str,
) -> None:  # fmt: skip
    """Draw a run with its baseline's left end at `origin`. The canvas holds premultiplied colours."""
    face = run.face or FontFace(str(font))
    if face.colour:
        return _draw_colours(canvas, run, size, origin)
    own = face.file == str(font)
    if own and is_plain(run.text, face) and not run.right_to_left:
        return _draw_plain(canvas, run.text, str(font), size, origin, ink)
    weight = _weight(font)
    opened = open_face(face, size, weight)
    if opened is None:
        return None
    bold = size * _STROKE if weight > 400 and not own and not has_weights(opened) else 0.0
    mask = Image.new("L", canvas.size)
    ImageDraw.Draw(mask).text(
        origin, run.text, fill=255, font=opened, anchor="ls", stroke_width=bold, **_shaping(run, language)
    )
    canvas.paste(Image.new("RGBA", canvas.size, ink), mask=mask)
    return None


def _draw_plain(
    canvas: Image.Image, text: str, font: str, size: int, origin: tuple[float, float], ink: tuple[int, int, int, int]
) -> None:
    """Draw letter by letter, as Blender sets text."""
    x, y = round(origin[0]), origin[1]
    mask = Image.new("L", canvas.size)
    pen = ImageDraw.Draw(mask)
    for letter, advance in zip(text, _advances(font, size, text), strict=True):
        pen.text((x, y), letter, fill=255, font=_face(font, size), anchor="ls")
        x += advance
    canvas.paste(Image.new("RGBA", canvas.size, ink), mask=mask)


def _draw_colours(canvas: Image.Image, run: TextRun, size: int, origin: tuple[float, float]) -> None:
    """Draw emoji at their font's own size, and scale the picture."""
    opened = open_face(run.face, size) if run.face else None
    if opened is None:
        return
    ascent, descent = opened.getmetrics()
    large = Image.new("RGBA", (round(opened.getlength(run.text, **_shaping(run))) or 1, ascent + descent))
    ImageDraw.Draw(large).text((0, ascent), run.text, font=opened, anchor="ls", embedded_color=True, **_shaping(run))
    factor = _colour_factor(opened, size)
    small = large.resize(
        (max(1, round(large.width * factor)), max(1, round(large.height * factor))), Image.Resampling.LANCZOS
    )
    corner = (round(origin[0]), round(origin[1] - ascent * factor))
    canvas.alpha_composite(small, *_clipped(corner))


def _clipped(corner: tuple[int, int]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return where a picture goes, and which of its pixels comes first, if its corner lies outside of the canvas."""
    left, top = corner
    return (max(0, left), max(0, top)), (max(0, -left), max(0, -top))


def _straight(canvas: Image.Image, opacity: float) -> RgbaImage:
    """Return premultiplied colours as straight ones, their alpha times `opacity`."""
    picture = np.asarray(canvas).astype(np.float32)
    alpha = picture[..., 3:]
    picture[..., :3] = np.minimum(picture[..., :3] * 255 / np.maximum(alpha, 1), 255)
    picture[..., 3:] = alpha * opacity
    return np.round(picture).astype(np.uint8)


def _run_width(run: TextRun, font: str, size: int) -> float:
    face = run.face or FontFace(font)
    if face.file == font and is_plain(run.text, face) and not run.right_to_left:
        return sum(_advances(font, size, run.text))
    return _shaped_width(run, font, _weight(Path(font))) * size


@lru_cache(maxsize=20_000)
def _shaped_width(run: TextRun, font: str, weight: int) -> float:
    """Return the width of a run in font sizes."""
    face = run.face or FontFace(font)
    opened = open_face(face, EM, weight)
    if opened is None:
        return 0.0
    width = opened.getlength(run.text, **_shaping(run))
    return width * (_colour_factor(opened, EM) if face.colour else 1) / EM


def _face_extent(face: FontFace, size: int) -> tuple[int, int]:
    if face.colour:
        return round(0.95 * size), round(0.25 * size)
    opened = open_face(face, size if face.file.endswith((".otf", ".ttf")) else EM)
    if opened is None:
        return 0, 0
    ascent, descent = (value * size / opened.size for value in opened.getmetrics())
    return round(ascent), round(descent)


def _colour_factor(opened: ImageFont.FreeTypeFont, size: int) -> float:
    """Return by how much emoji are scaled so that they are as high as a line's letters."""
    return 1.17 * size / sum(opened.getmetrics())


def _shaping(run: TextRun, language: str = "") -> dict[str, Any]:
    """Return Pillow's arguments for the direction and the language of a run."""
    if not can_shape():
        return {}
    return {"direction": "rtl" if run.right_to_left else "ltr"} | ({"language": language} if language else {})


def _weight(font: Path) -> int:
    return next((weight for name, weight in _WEIGHTS.items() if name in font.name), 400)


@lru_cache(maxsize=5_000)
def _advances(font: str, size: int, line: str) -> list[int]:
    face = _face(font, size)
    return [round(face.getlength(letter)) for letter in line]


@lru_cache(maxsize=64)
def _face(font: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font, size, layout_engine=ImageFont.Layout.BASIC)
