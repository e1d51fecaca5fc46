"""Looking at the film as an agent can: one still, and one contact sheet."""

import io
import stat
from collections.abc import Iterable, Sequence
from math import ceil
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ..base.assets import font_file
from ..base.clock import time_code
from ..base.episode_paths import EpisodePaths
from ..base.errors import LecternError
from ..base.files import held
from ..base.frozen import Frozen
from ..quality.frames import DecodedFrame, decoded_frames
from ..quality.stream import measure_stream
from ..timeline.model import Timeline
from .places import strip_box
from .scenes import last_timeline

LARGEST_PICTURE = 1_000_000
"""Bytes of a picture that is handed to an agent; as base64 it is a third more."""
_GRID, _BOX, DARK, LIGHT = (255, 210, 0), (0, 230, 255), (16, 16, 20), (255, 255, 255)
_FONT = "Inter-SemiBold.otf"
_MOST_CELLS = 24


class Still(Frozen):
    """A picture (JPEG, at most a megabyte) and what it shows, in words."""

    text: str
    picture: bytes


def see_frame(folder: Path, seconds: float = -1.0, frame: int = -1, boxes: bool = False, width: int = 960) -> Still:
    """Return one still of the film with its frame number and a grid from 0 to 1; with `boxes`, those of its strips by id."""
    film, fps, frames = open_film(folder)
    if (seconds >= 0) == (frame >= 0):
        raise LecternError("give either seconds or frame")
    number = frame if frame >= 0 else round(seconds * fps)
    picture = dict(pictures_of(film, [number], frames))[number]
    image = _scaled(picture, width)
    timeline = last_timeline(folder)
    text = f"frame {number} of {frames} ({time_code(number / fps)}); x and y from 0 to 1, from the top left"
    if boxes and timeline:
        text += "".join(_draw_boxes(image, timeline, number))
    _draw_grid(image)
    draw_label(ImageDraw.Draw(image), (4, image.height - 24), f"frame {number}  {number / fps:.2f} s", 18)
    return Still(text=text, picture=jpeg(image))


def see_sheet(folder: Path, at: Sequence[float] = (), scene: str = "", cell: int = 320) -> Still:
    """Return one sheet of the film's stills with their times: `at` so many seconds, through one `scene`, or the middle of each."""
    film, fps, frames = open_film(folder)
    moments = [round(second * fps) for second in at] or _moments(last_timeline(folder), scene, frames)
    numbers = sorted(set(moments))[:_MOST_CELLS]
    shown = dict(pictures_of(film, numbers, frames))
    cells = [_scaled(shown[number], cell) for number in numbers]
    columns = min(4, len(cells))
    w, h = cells[0].width, cells[0].height + 26
    sheet = Image.new("RGB", (w * columns, h * ceil(len(cells) / columns)), DARK)
    for index, (number, image) in enumerate(zip(numbers, cells, strict=True)):
        x, y = index % columns * w, index // columns * h
        sheet.paste(image, (x, y + 26))
        draw_label(ImageDraw.Draw(sheet), (x + 4, y + 3), f"{index + 1}: {number / fps:.2f} s, frame {number}", 16)
    rows = [f"{i}: frame {n}, {n / fps:.2f} s" for i, n in enumerate(numbers, 1)]
    return Still(text="\n".join(rows), picture=jpeg(sheet))


def open_film(folder: Path) -> tuple[Path, float, int]:
    """Return the film's file, its frames a second, and how many it has. Raises LecternError where there is none, or a link."""
    film = EpisodePaths(folder=folder).film
    try:
        with held(film.parent, folder) as place:
            kind = place.kind(film.name)
    except FileNotFoundError:
        kind = 0
    if kind != stat.S_IFREG:
        raise LecternError(
            "There is no film yet: build the episode"
            if kind == 0
            else f"{film.name} is a link or no file: build the episode"
        )
    try:
        stream = measure_stream(film)
    except (OSError, EOFError, ValueError, IndexError) as error:
        raise LecternError(f"{film.name} can't be played: build the episode again") from error
    return film, stream.rate or 30.0, stream.frames


def pictures_of(film: Path, numbers: Sequence[int], frames: int) -> Iterable[tuple[int, DecodedFrame]]:
    """Return frames by their numbers, of a film that has `frames`. Raises LecternError for one that it has not."""
    if outside := [number for number in numbers if not 0 <= number < frames]:
        raise LecternError(f"the film has the frames 0 to {frames - 1}, so there is no frame {outside[0]}")
    found = list(decoded_frames(film, numbers))
    if missing := set(numbers) - {number for number, _ in found}:
        raise LecternError(f"frame {min(missing)} can't be decoded: verify the film")
    return found


def _moments(film: Timeline | None, scene: str, frames: int) -> list[int]:
    """Return twelve frames of a scene, or the middle of each scene."""
    spans = [span for span in film.scenes if scene in ("", span.id)] if film else []
    if scene and not spans:
        raise LecternError(f'there is no scene "{scene}" in the last build')
    if scene:
        return [int(n) for n in np.linspace(spans[0].start, min(spans[0].end, frames) - 1, 12)]
    if not spans:
        return [int(n) for n in np.linspace(0, frames - 1, 12)]
    chosen = [spans[i] for i in np.linspace(0, len(spans) - 1, min(len(spans), _MOST_CELLS)).astype(int)]
    return [min((span.start + span.end) // 2, frames - 1) for span in chosen]


def _scaled(picture: DecodedFrame, width: int) -> Image.Image:
    image = picture.image()
    return image.resize((width, max(2, round(image.height * width / image.width))), Image.Resampling.LANCZOS)


def _draw_grid(image: Image.Image) -> None:
    draw = ImageDraw.Draw(image, "RGBA")
    for tenth in range(1, 10):
        strong = tenth == 5
        x, y = image.width * tenth / 10, image.height * tenth / 10
        colour = (*_GRID, 150 if strong else 70)
        draw.line([(x, 0), (x, image.height)], colour)
        draw.line([(0, y), (image.width, y)], colour)
        if tenth % 2 == 0 or strong:
            draw_label(draw, (x + 2, 1), f"{tenth / 10:.1f}", 12)
            draw_label(draw, (1, y + 1), f"{tenth / 10:.1f}", 12)


def _draw_boxes(image: Image.Image, film: Timeline, frame: int) -> Iterable[str]:
    draw = ImageDraw.Draw(image)
    for strip in film.strips:
        box = strip_box(strip)
        if box and strip.start <= frame < strip.end and box.w * box.h < 0.98:
            left, top, right, bottom = box.pixels(image.size)
            draw.rectangle((left, top, max(right, left + 1), max(bottom, top + 1)), outline=_BOX, width=2)
            draw_label(draw, (left + 3, top + 2), strip.id, 12)
            yield f"\n{strip.id}: x {box.x:.3f} y {box.y:.3f} w {box.w:.3f} h {box.h:.3f}"


def draw_label(draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: int) -> None:
    """Write `text` on a dark ground; `at` and `size` in pixels."""
    font = ImageFont.truetype(str(font_file(_FONT)), size)
    left, top, right, bottom = draw.textbbox(at, text, font=font)
    draw.rectangle((left - 2, top - 1, right + 2, bottom + 1), fill=DARK)
    draw.text(at, text, font=font, fill=LIGHT)


def jpeg(image: Image.Image) -> bytes:
    """Return a picture as JPEG, as good as fits."""
    for quality in (85, 70, 50, 30):
        out = io.BytesIO()
        image.save(out, "JPEG", quality=quality)
        if out.tell() <= LARGEST_PICTURE * 3 // 4:
            return out.getvalue()
    return jpeg(image.resize((image.width // 2, image.height // 2)))
