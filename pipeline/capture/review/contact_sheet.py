"""Draws a contact sheet of captures: a picture for each step, with its number, what it does, its mark and its time."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ...base.assets import font_file
from ...base.lettering import draw_text, line_extent, line_width
from ...base.text_runs import clusters
from ...base.theme import Theme
from ...episode.steps import Step
from ..fault import step_text, target_text
from .moments import StepMoment

WIDTH, COLUMNS = 520, 3
"""The width of a picture in px, and how many are in a row."""
GAP, MARGIN, CAPTION, HEADING = 28, 44, 78, 92
RADIUS = 10


@dataclass(frozen=True)
class _Letters:
    """How something is written: the name of the font, px, and the colour."""

    font: str
    size: int
    colour: str


@dataclass(frozen=True)
class SheetCapture:
    """A capture for the sheet: its title, its steps, and their moments."""

    title: str
    steps: tuple[Step, ...]
    moments: tuple[StepMoment, ...]


def contact_sheet(captures: Sequence[SheetCapture], theme: Theme) -> Image.Image:
    """Return a picture of all captures, one below the other, in the colours of the theme."""
    heights = [_height(capture) for capture in captures]
    width = 2 * MARGIN + COLUMNS * WIDTH + (COLUMNS - 1) * GAP
    sheet = Image.new("RGB", (width, MARGIN + sum(heights)), theme.background[0])
    top = MARGIN // 2
    for capture, height in zip(captures, heights, strict=True):
        _write(sheet, (MARGIN, top + 44), capture.title, _Letters(theme.sans_bold, 34, theme.text), width - 2 * MARGIN)
        for number, moment in enumerate(capture.moments):
            row, column = divmod(number, COLUMNS)
            at = (MARGIN + column * (WIDTH + GAP), top + HEADING + row * (_picture_height(capture) + CAPTION + GAP))
            _draw_moment(sheet, at, moment, capture.steps[moment.event.index], theme)
        top += height
    return sheet


def _draw_moment(sheet: Image.Image, at: tuple[int, int], moment: StepMoment, step: Step, theme: Theme) -> None:
    draw, (left, top) = ImageDraw.Draw(sheet), at
    picture = _thumbnail(moment.picture)
    if moment.event.target:
        box = moment.event.target.pixels(picture.size)
        ImageDraw.Draw(picture).rectangle(
            (box[0] - 4, box[1] - 4, box[2] + 4, box[3] + 4), outline=theme.accent, width=3
        )
    sheet.paste(picture, at, _rounded(picture.size))
    draw.rounded_rectangle(
        (left, top, left + picture.width - 1, top + picture.height - 1), RADIUS, outline=theme.surface_line
    )
    below, number = top + picture.height + 14, str(moment.event.index + 1)
    wide = max(34, int(draw.textlength(number, _font(theme.sans_bold, 20))) + 18)
    draw.rounded_rectangle((left, below, left + wide, below + 30), 8, fill=theme.accent)
    draw.text((left + wide / 2, below + 15), number, theme.accent_text, _font(theme.sans_bold, 20), anchor="mm")
    beside, room = left + wide + 12, WIDTH - wide - 12
    _write(sheet, (beside, below + 15), _step_caption(step), _Letters(theme.sans_bold, 22, theme.text), room)
    _write(sheet, (beside, below + 44), _time_caption(moment, step), _Letters(theme.sans, 19, theme.muted), room)


def _step_caption(step: Step) -> str:
    if step.wait:
        return f"wait {target_text(step.wait)}"
    return step_text(step) if not step.secret else f"{step.action} a secret"


def _time_caption(moment: StepMoment, step: Step) -> str:
    parts = [
        f"{moment.event.effect:.1f} s",
        f"mark {step.at}" if step.at else "",
        f"line {step.line}" if step.line else "",
    ]
    if step.expect:
        parts.append(f'expects "{step.expect}"')
    return "   ·   ".join(part for part in parts if part)


def _height(capture: SheetCapture) -> int:
    rows = -(-len(capture.moments) // COLUMNS)
    return HEADING + rows * (_picture_height(capture) + CAPTION + GAP)


def _picture_height(capture: SheetCapture) -> int:
    return max((_thumbnail_size(moment.picture)[1] for moment in capture.moments), default=0)


def _thumbnail_size(picture: np.ndarray) -> tuple[int, int]:
    height, width = picture.shape[:2]
    scale = min(WIDTH / width, 1.2 * WIDTH / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _thumbnail(picture: np.ndarray) -> Image.Image:
    return Image.fromarray(picture).resize(_thumbnail_size(picture), Image.Resampling.LANCZOS)


def _rounded(size: tuple[int, int]) -> Image.Image:
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), RADIUS, fill=255)
    return mask


def _write(sheet: Image.Image, at: tuple[int, int], text: str, letters: _Letters, room: int) -> None:
    """Write a line from `at` on (its left, and the middle of its height), of whatever script, cut off after `room` px."""
    font = font_file(letters.font)
    line = _text_with_ellipsis(text, font, letters.size, room)
    ascent, descent = line_extent(font, letters.size, line)
    box = (line_width(font, letters.size, line) + 1, ascent + descent)
    picture = Image.fromarray(draw_text(line, font, letters.size, letters.colour, "left", box))
    sheet.paste(picture, (at[0], at[1] - box[1] // 2), picture)


def _text_with_ellipsis(text: str, font: Path, size: int, room: int) -> str:
    """Return the text on one line, cut off with an ellipsis if it is wider than `room` px."""
    line = " ".join(text.split())
    if line_width(font, size, line) <= room:
        return line
    pieces = list(clusters(line))
    while pieces and line_width(font, size, "".join(pieces) + "…") > room:
        pieces.pop()
    return "".join(pieces).rstrip() + "…"


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_file(name)), size)
