"""Pictures on their way into a video: decoded and encoded beside the browser that draws the next ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Thread

import av
import numpy as np

from ...geometry import Size
from ..pictures import picture_of_png, write_pictures

_AHEAD = 8
"""Pictures that may wait to be encoded."""


class Reel:
    """A lossless video of `size` that PNGs are added to."""

    def __init__(self, file: Path, size: Size) -> None:
        self._file, self._size = file, size
        self._waiting: Queue[bytes | None] = Queue(_AHEAD)
        self._fault: Exception | None = None
        self._complete = False
        self._thread = Thread(target=self._write, daemon=True)
        self._thread.start()

    def add(self, png: bytes) -> None:
        """Takes the next picture; OSError where those before it could not be written."""
        self._complain()
        self._waiting.put(png)

    def close(self) -> None:
        """Waits until all is written. OSError where it couldn't be."""
        self.leave()
        self._complain()

    def leave(self) -> None:
        """Waits until the writer has gone, however it went."""
        self._waiting.put(None)
        self._thread.join()

    def _write(self) -> None:
        try:
            write_pictures(self._file, self._pictures())
        except (OSError, av.FFmpegError) as error:
            self._fault = error
            for _ in self._added():  # who adds must never wait for a writer that has gone
                continue

    def _pictures(self) -> Iterator[np.ndarray]:
        for png in self._added():
            yield picture_of_png(png, self._size)

    def _added(self) -> Iterator[bytes]:
        """What is added from now on, until the reel is closed."""
        while not self._complete:
            png = self._waiting.get()
            self._complete = png is None
            if png is not None:
                yield png

    def _complain(self) -> None:
        if self._fault:
            raise self._fault


@contextmanager
def reel(file: Path, size: Size) -> Iterator[Reel]:
    """A reel that is closed at the end of the block."""
    made = Reel(file, size)
    try:
        yield made
    finally:
        made.leave()
    made.close()
