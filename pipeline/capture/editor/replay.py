"""The log of an editor becomes pictures, always the same ones: a frame shows what changed by its time."""

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Full, Queue

from ...geometry import Size
from ..pictures import PICTURES, picture_of_png, write_pictures
from ..secrets import refuse_revealed
from ..take import VisibleText
from .log import EditLog, Entry
from .page import EditorPage, Look

FPS = 30
SHARP = "sharp.mkv"
WAITING = 6
"""Pictures that may wait for the encoder."""


@dataclass
class Replay:
    """The pictures of a log: i-th picture from `times[i]`, showing `looks[i]`."""

    times: list[float] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)

    @property
    def text(self) -> tuple[VisibleText, ...]:
        """The text through time, an entry for each change."""
        entries = [VisibleText(time=t, boxes=look.boxes) for t, look in zip(self.times, self.looks, strict=True)]
        return tuple(e for i, e in enumerate(entries) if i == 0 or e.boxes != entries[i - 1].boxes)

    def at(self, seconds: float) -> Look:
        """What is seen just before `seconds`."""
        return self.looks[max(bisect_right(self.times, seconds - 1e-3) - 1, 0)]


def replay(
    log: EditLog, page: EditorPage, folder: Path, sharpness: float, secrets: tuple[str, ...], report: Callable[[float], None]
) -> Replay:
    """Draws `log` on a fresh `page` on a 30 fps grid into `folder`, one picture for every moment that looks different.

    With a `sharpness` above 1 each of them is drawn a second time, so many times as large; the layout is the same.
    LecternError where one of the `secrets` could be read.
    """
    shown, before = Replay(), b""
    with ExitStack() as films:
        film = films.enter_context(_film(folder / PICTURES, log.size))
        sharp = films.enter_context(_film(folder / SHARP, _times(log.size, sharpness))) if sharpness > 1 else None
        for tick, entries in _ticks(log):
            look = page.show(entries)
            refuse_revealed(look.said, secrets)
            png = page.png()
            if png != before:
                shown.times.append(tick / FPS)
                shown.looks.append(look)
                film(png)
                if sharp:
                    sharp(page.png(sharpness))
            before = png
            report(min(1.0, tick / FPS / max(log.duration, 0.1)))
    return shown


@contextmanager
def _film(file: Path, size: Size) -> Iterator[Callable[[bytes], None]]:
    """Writes the PNGs it is given, while the next are drawn."""
    waiting: Queue[bytes | None] = Queue(WAITING)
    with ThreadPoolExecutor(1) as writer:
        written = writer.submit(write_pictures, file, (picture_of_png(png, size) for png in iter(waiting.get, None)))
        try:
            yield lambda png: _put(png, waiting, written)
        finally:
            _put(None, waiting, written)
        written.result()


def _put(png: bytes | None, waiting: Queue[bytes | None], written: Future[None]) -> None:
    """Hands a picture on; where the writing has failed, that is raised."""
    while not written.done():
        with suppress(Full):
            return waiting.put(png, timeout=0.5)
    written.result()


def _times(size: Size, sharpness: float) -> Size:
    return round(size[0] * sharpness), round(size[1] * sharpness)


def _ticks(log: EditLog) -> Iterator[tuple[int, list[Entry]]]:
    """The entries of each frame at which there are some (the first frame always), by the frame's number."""
    due: dict[int, list[Entry]] = {0: []}
    for entry in log.entries:
        due.setdefault(math.ceil(entry.time * FPS - 0.01), []).append(entry)
    yield from sorted(due.items())
