"""What can be recognised in pictures of a screen: text, where somebody can read it, and small pictures of the episode."""

from pathlib import Path

import numpy as np
from PIL import Image

from ...episode.screen import Target
from ...errors import LecternError
from ...geometry import Box
from ..claims import holds, instead
from ..fault import written
from ..request import CaptureRequest
from ..take import TextBox
from .images import ALIKE, find_image
from .reader import MISSING, find_reader
from .reading import Reading
from .words import all_text, find_text, text_boxes, word_boxes

SPOT = (0.12, 0.05)
"""Width and height (fractions of the content) of what is covered around a mere position."""


class Unclear(LecternError):
    """A target that is not on the screen, or there `count` times."""

    def __init__(self, message: str, count: int) -> None:
        self.count = count
        super().__init__(message)


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

    def word_boxes(self, picture: np.ndarray) -> tuple[TextBox, ...]:
        """The same word by word."""
        return word_boxes(self._need().words(picture, thoroughly=True), self._size)

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
        raise LecternError("where only pixels are known, things are named by text:, image: or position:")

    def one(self, picture: np.ndarray, target: Target) -> Box:
        """The one box that `target` names; a position is a box without extent. `Unclear` tells how many there are."""
        if target.position:
            return Box(x=target.position[0], y=target.position[1], w=0, h=0)
        boxes, said = self.find(picture, target)
        wanted = target.nth or 1
        if len(boxes) < wanted or (len(boxes) > 1 and target.nth is None):
            raise Unclear(_complaint(target, boxes, said), len(boxes))
        return boxes[wanted - 1]

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
        try:
            with Image.open(self._episode / name) as image:
                matches = find_image(picture, np.asarray(image.convert("RGB")))
        except (ValueError, OSError) as error:  # OSError: it is no picture
            raise LecternError(f"{name} can't be looked for: {error}") from error
        places = (f"{match.score:.2f} at [{match.box.centre[0]:.2f}, {match.box.centre[1]:.2f}]" for match in matches[:4])
        boxes = [match.box for match in matches if match.score >= ALIKE]
        said = f"Likeness (1 is the same; {ALIKE} is needed): {', '.join(places)}"
        return sorted(boxes, key=lambda box: (round(box.y * 60), box.x)), said


def _complaint(target: Target, boxes: list[Box], said: str) -> str:
    if not boxes:
        return f"nothing on the screen is {written(target)}. {said}"
    places = ", ".join(f"[{box.centre[0]:.2f}, {box.centre[1]:.2f}]" for box in boxes)
    times = f"{len(boxes)} times" if len(boxes) > 1 else "once"
    return f"{written(target)} is on the screen {times}, at {places}; choose one with nth:, or say more. {said}".rstrip()
