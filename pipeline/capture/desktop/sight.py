"""What can be recognised in the pictures of a desktop: text, where somebody can read it, and small pictures of the episode."""

from pathlib import Path

import numpy as np
from PIL import Image

from ...episode.model import Target
from ...errors import LecternError
from ...geometry import Box
from ..claims import holds, instead
from ..pixels.images import ALIKE, find_image
from ..pixels.reader import MISSING, find_reader
from ..pixels.reading import Reading
from ..pixels.words import all_text, find_text, text_boxes
from ..request import CaptureRequest
from ..take import TextBox

SPOT = (0.12, 0.05)
"""Width and height (fractions of the content) of what is covered around a mere position."""


class Sight:
    """Eyes for the pictures of one capture."""

    def __init__(self, request: CaptureRequest, episode: Path) -> None:
        reader, language = find_reader(), dict(request.environment.env).get("LANG", "en")[:2]
        self._size, self._episode = request.size, episode
        self._reading = Reading(reader, language) if reader else None

    @property
    def reads(self) -> bool:
        """Whether text is read at all."""
        return self._reading is not None

    def text(self, picture: np.ndarray) -> str:
        """All that is read; LecternError where nobody reads."""
        return all_text(self._need().words(picture, thoroughly=True))

    def text_boxes(self, picture: np.ndarray) -> tuple[TextBox, ...]:
        """The same with where it stands."""
        return text_boxes(self._need().words(picture, thoroughly=True), self._size)

    def shows(self, picture: np.ndarray, claim: str) -> bool:
        """Whether the picture says so."""
        return any(holds(claim, all_text(self._need().words(picture, thoroughly=more))) for more in (False, True))

    def find_text(self, picture: np.ndarray, text: str) -> list[Box]:
        """Where a text stands."""
        for more in (False, True):
            if found := find_text(self._need().words(picture, thoroughly=more), text, self._size):
                return found
        return []

    def find(self, picture: np.ndarray, target: Target) -> tuple[list[Box], str]:
        """All that `target` may mean, in the order of reading, and what there is instead."""
        if target.image:
            return self._find_image(picture, target.image)
        if target.text:
            found = self.find_text(picture, target.text)
            return found, "" if found else f"It reads: {instead(target.text, self.text(picture), 8)}"
        raise LecternError("on a desktop, things are named by text:, image: or position:")

    def covered(self, picture: np.ndarray, target: Target) -> list[Box]:
        """All that has to be covered so that nobody sees `target`."""
        if target.position:
            x, y = target.position
            return [Box(x=x, y=y, w=0, h=0).grown(SPOT[0] / 2, SPOT[1] / 2)]
        return [box.grown(0.004, 0.006) for box in self.find(picture, target)[0]]

    def _need(self) -> Reading:
        if self._reading is None:
            raise LecternError(MISSING)
        return self._reading

    def _find_image(self, picture: np.ndarray, name: str) -> tuple[list[Box], str]:
        with Image.open(self._episode / name) as image:
            wanted = np.asarray(image.convert("RGB"))
        try:
            matches = find_image(picture, wanted)
        except ValueError as error:
            raise LecternError(f"{name} can't be looked for: {error}") from error
        places = (f"{match.score:.2f} at [{match.box.centre[0]:.2f}, {match.box.centre[1]:.2f}]" for match in matches[:4])
        boxes = [match.box for match in matches if match.score >= ALIKE]
        said = f"Likeness (1 is the same; {ALIKE} is needed): {', '.join(places)}"
        return sorted(boxes, key=lambda box: (round(box.y * 60), box.x)), said
