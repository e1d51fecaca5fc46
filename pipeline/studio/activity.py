"""What happens in the film: as text, which is the cheapest look at it, and as a waveform with its words."""

from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageDraw

from ..base import audio
from ..base.episode_paths import EpisodePaths
from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..base.geometry import Box
from ..build.report import read_report
from ..quality.contrast import TextArea
from ..quality.frames import DecodedFrame
from ..quality.heard import ExpectedWord
from ..timeline.camera import box_on
from ..timeline.model import MovieStrip, Timeline, is_narrator
from .places import share_covered
from .scenes import last_timeline
from .stills import DARK, LIGHT, Still, draw_label, jpeg, open_film, pictures_of

_MOST_ROWS, _LONGEST_WAVE, _LONGEST_ROW, _WIDE, _HIGH = 120, 60.0, 10.0, 1280, 156
_MOVED = 12.0
"""By how much (of 255) a place of the picture differs from before where something moves."""
_WAVE, _MARK = (90, 200, 250), (255, 210, 0)


class Activity(Frozen):
    """A stretch of the film, in rows of `step` seconds.

    A row has its time, the change of the picture (0..100), where it moves (share of the picture, and the box from left to right,
    top to bottom, from 0 to 1), the loudness (dBFS), texts that a narrator covers (share of the text), and what is said.
    """

    step: float
    rows: tuple[str, ...]


def activity(folder: Path, start: float = 0.0, end: float = 0.0, step: float = 1.0) -> Activity:
    """Return what happens from `start` to `end` seconds of the film (0: its end); at most 120 rows."""
    film, fps, frames = open_film(folder)
    start, until = _stretch(start, end, frames / fps)
    step = max(step, (until - start) / _MOST_ROWS, 1 / fps)
    times = np.arange(start, until, step)
    numbers = [min(int(time * fps), frames - 1) for time in times]
    small = {number: _small(picture) for number, picture in pictures_of(film, sorted(set(numbers)), frames)}
    sound, covered = _sound(film), _Covered(folder)
    rows, words = [], _words(folder)
    for index, (time, number) in enumerate(zip(times, numbers, strict=True)):
        seen = _moved(small[numbers[index - 1]] if index else small[number], small[number])
        said = " ".join(word.written for word in words if time <= word.start < time + step)
        rows.append(f"{time:8.2f}  {seen}  {_loudness(sound, time, step)}  {covered.at(number)}{said}".rstrip())
    return Activity(step=round(step, 3), rows=tuple(rows))


def see_wave(folder: Path, start: float = 0.0, end: float = 0.0) -> Still:
    """Return the waveform from `start` to `end` seconds of the film (0: its end, at most a minute) with its words and marks."""
    film, fps, frames = open_film(folder)
    start, until = _stretch(start, end, frames / fps)
    until = min(until, start + _LONGEST_WAVE)
    if (sound := _sound(film)) is None:
        raise LecternError("the film has no sound")
    timeline = last_timeline(folder)
    words = [word for word in _words(folder) if start <= word.start < until]
    marks = [(m.frame / fps, m.name) for m in timeline.markers if start <= m.frame / fps < until] if timeline else []
    rows = ceil((until - start) / _LONGEST_ROW)
    long = (until - start) / rows
    image = Image.new("RGB", (_WIDE, _HIGH * rows), DARK)
    for row in range(rows):
        first, top = start + row * long, row * _HIGH
        _draw_row(ImageDraw.Draw(image), top, sound, first, first + long, words, marks, _WIDE / long)
    told = (f"{word.start:.2f}-{word.end:.2f} {word.written}" for word in words)
    text = [
        f"{start:.2f} to {until:.2f} s, {long:.2f} s a row",
        *told,
        *(f"{at:.2f} mark {name}" for at, name in marks),
    ]
    return Still(text="\n".join(text), picture=jpeg(image))


def _stretch(start: float, end: float, seconds: float) -> tuple[float, float]:
    until = min(end or seconds, seconds)
    if until <= start:
        raise LecternError(f"the film is {seconds:.2f} s long: give a start before the end, and both in it")
    return start, until


# Pictures


def _small(picture: DecodedFrame) -> np.ndarray:
    return picture.luma[::8, ::8].astype(np.float32)


def _moved(before: np.ndarray, now: np.ndarray) -> str:
    """Return by how much a picture has changed, and where."""
    difference = np.abs(now - before)
    change = f"change {float(difference.mean()) / 2.55:5.1f}"
    ys, xs = np.nonzero(difference > _MOVED)
    if not len(xs):
        return f"{change}  still"
    (high, wide), share = now.shape, len(xs) / now.size
    box = (xs.min() / wide, (xs.max() + 1) / wide, ys.min() / high, (ys.max() + 1) / high)
    return f"{change}  moves {share:.0%} in x {box[0]:.2f}-{box[1]:.2f} y {box[2]:.2f}-{box[3]:.2f}"


class _Covered:
    """Which of the last build's texts a narrator covers at a frame."""

    def __init__(self, folder: Path) -> None:
        report, film = read_report(EpisodePaths(folder=folder)), last_timeline(folder)
        self._texts: tuple[TextArea, ...] = report.expected.texts if report else ()
        self._film: Timeline | None = film

    def at(self, frame: int) -> str:
        """Return each covered text with its share, "" where none is."""
        found = [f"{name} {share:.0%}" for name, share in self._shares(frame) if share >= 0.01]
        return f"covered: {', '.join(found)}  " if found else ""

    def _shares(self, frame: int) -> Iterator[tuple[str, float]]:
        over = self._narrators(frame)
        for text in self._texts if over else ():
            if text.start <= frame < text.end:
                yield text.id, share_covered(text.box, over)

    def _narrators(self, frame: int) -> list[Box]:
        strips: Iterable[MovieStrip] = filter(is_narrator, self._film.strips) if self._film else ()
        return [box_on(strip, frame) for strip in strips if strip.start <= frame < strip.end]


# Sound


def _sound(film: Path) -> np.ndarray | None:
    """Return the film's sound as one channel; None if it has none."""
    try:
        return audio.to_mono(audio.read(film))
    except (av.FFmpegError, LecternError, IndexError, ValueError):
        return None


def _loudness(sound: np.ndarray | None, time: float, step: float) -> str:
    """Return how loud a stretch is."""
    if sound is None:
        return "no sound"
    part = sound[int(time * audio.RATE) : int((time + step) * audio.RATE)]
    power = float(np.sqrt(np.mean(np.square(part)))) if len(part) else 0.0
    return f"{20 * np.log10(power):6.1f} dB" if power > 1e-5 else "silent   "


def _words(folder: Path) -> list[ExpectedWord]:
    report = read_report(EpisodePaths(folder=folder))
    return [word for line in report.expected.lines for word in line.words] if report else []


def _draw_row(
    draw: ImageDraw.ImageDraw, top: int, sound: np.ndarray, start: float, end: float, words: Sequence[ExpectedWord],
    marks: Sequence[tuple[float, str]], scale: float,
) -> None:  # fmt: skip
    """Draw a row of sound, `scale` px a second: peaks, a number each second, words below, marks above."""
    middle = top + 74
    for x in range(round((end - start) * scale)):
        at = round((start + x / scale) * audio.RATE)
        part = sound[at : at + max(round(audio.RATE / scale), 1)]
        peak = min(float(np.abs(part).max()) if len(part) else 0.0, 1.0) * 44
        draw.line([(x, middle - peak), (x, middle + peak)], _WAVE)
    for second in range(ceil(start), ceil(end)):
        draw_label(draw, ((second - start) * scale + 1, top + 2), f"{second} s", 11)
    for moment, name in marks:
        if start <= moment < end:
            mark = (moment - start) * scale
            draw.line([(mark, top + 14), (mark, top + 120)], _MARK)
            draw_label(draw, (mark + 2, top + 16), name.partition("/")[2], 12)
    free = [0.0, 0.0]
    for word in (word for word in words if start <= word.start < end):
        left = (word.start - start) * scale
        draw.line([(left, middle + 44), (left, middle + 50)], LIGHT)
        row = int(free[0] > left >= free[1] or free[0] > left and free[0] > free[1])
        draw_label(draw, (left, top + 122 + 14 * row), word.written, 11)
        free[row] = left + len(word.written) * 7 + 4
