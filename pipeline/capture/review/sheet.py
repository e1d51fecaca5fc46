"""A contact sheet of captures: a picture a step, with its number, what is done, its mark and its time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ...episode.screen import Step
from ...layout.theme import Theme
from ..carried import font
from ..fault import described, written
from .moments import Moment

WIDTH, COLUMNS = 520, 3
"""Of a picture, in px; and how many stand in a row."""
GAP, MARGIN, CAPTION, HEADING = 28, 44, 78, 92
RADIUS = 10


@dataclass(frozen=True)
class Filmed:
    """A capture for the sheet: what it is called, its steps, and its moments."""

    title: str
    steps: tuple[Step, ...]
    moments: tuple[Moment, ...]


def contact_sheet(captures: Sequence[Filmed], theme: Theme) -> Image.Image:
    """All captures, one below the other, in the colours of the theme."""
    heights = [_height(capture) for capture in captures]
    width = 2 * MARGIN + COLUMNS * WIDTH + (COLUMNS - 1) * GAP
    sheet = Image.new("RGB", (width, MARGIN + sum(heights)), theme.background[0])
    draw, top = ImageDraw.Draw(sheet), MARGIN // 2
    for capture, height in zip(captures, heights, strict=True):
        draw.text((MARGIN, top + 24), capture.title, theme.text, _font(theme.sans_bold, 34))
        for number, moment in enumerate(capture.moments):
            row, column = divmod(number, COLUMNS)
            at = (MARGIN + column * (WIDTH + GAP), top + HEADING + row * (_picture_height(capture) + CAPTION + GAP))
            _draw_moment(sheet, at, moment, capture.steps[moment.event.index], theme)
        top += height
    return sheet


def _draw_moment(sheet: Image.Image, at: tuple[int, int], moment: Moment, step: Step, theme: Theme) -> None:
    draw, (left, top) = ImageDraw.Draw(sheet), at
    picture = _thumbnail(moment.picture)
    if moment.event.target:
        box = moment.event.target.pixels(picture.size)
        ImageDraw.Draw(picture).rectangle((box[0] - 4, box[1] - 4, box[2] + 4, box[3] + 4), outline=theme.accent, width=3)
    sheet.paste(picture, at, _rounded(picture.size))
    draw.rounded_rectangle((left, top, left + picture.width - 1, top + picture.height - 1), RADIUS, outline=theme.surface_line)
    below, number = top + picture.height + 14, str(moment.event.index + 1)
    wide = max(34, int(draw.textlength(number, _font(theme.sans_bold, 20))) + 18)
    draw.rounded_rectangle((left, below, left + wide, below + 30), 8, fill=theme.accent)
    draw.text((left + wide / 2, below + 15), number, theme.accent_text, _font(theme.sans_bold, 20), anchor="mm")
    room = WIDTH - wide - 12
    draw.text((left + wide + 12, below + 15), _fitted(draw, _said(step), _font(theme.sans_bold, 22), room), theme.text,
              _font(theme.sans_bold, 22), anchor="lm")  # fmt: skip
    draw.text((left + wide + 12, below + 44), _fitted(draw, _when(moment, step), _font(theme.sans, 19), room), theme.muted,
              _font(theme.sans, 19), anchor="lm")  # fmt: skip


def _said(step: Step) -> str:
    if step.wait:
        return f"wait {written(step.wait)}"
    return described(step) if not step.secret else f"{step.action} a secret"


def _when(moment: Moment, step: Step) -> str:
    parts = [f"{moment.event.effect:.1f} s", f"mark {step.at}" if step.at else "", f"line {step.line}" if step.line else ""]
    if step.expect:
        parts.append(f'expects "{step.expect}"')
    return "   ·   ".join(part for part in parts if part)


def _height(capture: Filmed) -> int:
    rows = -(-len(capture.moments) // COLUMNS)
    return HEADING + rows * (_picture_height(capture) + CAPTION + GAP)


def _picture_height(capture: Filmed) -> int:
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


def _fitted(draw: ImageDraw.ImageDraw, text: str, face: ImageFont.FreeTypeFont, room: float) -> str:
    """The text on one line, ended with an ellipsis where it is too long."""
    line = " ".join(text.split())
    if draw.textlength(line, face) <= room:
        return line
    while line and draw.textlength(line + "…", face) > room:
        line = line[:-1]
    return line.rstrip() + "…"


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font(name)), size)
