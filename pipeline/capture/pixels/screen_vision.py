"""Recognises things in pictures of a screen: text, if this computer can read it, and small pictures of the episode."""

from pathlib import Path

import numpy as np

from ...base.errors import LecternError
from ...base.geometry import Box
from ...base.picture import open_picture, seen
from ...episode.targets import Target
from ..fault import target_text
from ..request import CaptureRequest
from ..take import TextBox
from ..text_claims import claim_is_read, nearest_lines
from .image_search import LEAST_SCORE, find_image
from .read_text import all_text, find_in_context, is_whole, text_boxes, word_boxes
from .text_reader import MISSING, CachedTextReader, find_reader

SPOT_SIZE = (0.12, 0.05)
"""Width and height (fractions of the content) of what is covered around a position."""


class AmbiguousTarget(LecternError):
    """A target that is on the screen `count` times, and not once."""

    def __init__(self, message: str, count: int) -> None:
        self.count = count
        super().__init__(message)


class ScreenVision:
    """Recognition for the pictures of one capture. Pictures are RGB uint8; methods that read raise LecternError without a reader."""

    def __init__(self, request: CaptureRequest, episode: Path) -> None:
        reader, language = find_reader(), dict(request.environment.env).get("LANG", "en")[:2]
        self._size, self._episode = request.size, episode
        self._reading = CachedTextReader(reader, language) if reader else None

    @property
    def reads(self) -> bool:
        """Whether this computer can read text."""
        return self._reading is not None

    def text(self, picture: np.ndarray) -> str:
        """Return all that can be read, a line for each run of words."""
        return all_text(self._need().words(picture, thoroughly=True))

    def text_boxes(self, picture: np.ndarray) -> tuple[TextBox, ...]:
        """Return all that can be read in runs of words, with their places."""
        return text_boxes(self._need().words(picture, thoroughly=True), self._size)

    def word_boxes(self, picture: np.ndarray) -> tuple[TextBox, ...]:
        """Return all that can be read word by word, with their places."""
        return word_boxes(self._need().words(picture, thoroughly=True), self._size)

    def shows(self, picture: np.ndarray, claim: str) -> bool:
        """Return whether the picture shows the text `claim`."""
        return any(
            claim_is_read(claim, all_text(self._need().words(picture, thoroughly=more))) for more in (False, True)
        )

    def saying(self, picture: np.ndarray, claim: str) -> list[TextBox]:
        """Return the runs of words that say what `claim` does, each with its place."""
        return [run for run in self.text_boxes(picture) if claim_is_read(claim, run.text)]

    def find_text(self, picture: np.ndarray, text: str) -> list[TextBox]:
        """Return the places of a text, in reading order, each with the whole run of words of which it is a part."""
        for more in (False, True):
            if found := find_in_context(self._need().words(picture, thoroughly=more), text, self._size):
                return found
        return []

    def one(self, picture: np.ndarray, target: Target) -> Box:
        """Return the one box that `target` names (for a position, one without extent). Raises AmbiguousTarget if it isn't one.

        Of several places of a text without a number, the one that says this and nothing else is meant.
        """
        if target.position:
            return Box(x=target.position[0], y=target.position[1], w=0, h=0)
        matches, scores = self._find(picture, target)
        whole = [match for match in matches if target.text and is_whole(match, target.text)]
        if target.nth is None and len(whole) == 1:
            return whole[0].box
        wanted = target.nth or 1
        if len(matches) < wanted or (len(matches) > 1 and target.nth is None):
            raise AmbiguousTarget(_not_found_message(target, matches, scores), len(matches))
        return matches[wanted - 1].box

    def covered(self, picture: np.ndarray, target: Target) -> list[Box]:
        """Return everything that has to be covered so that nobody sees `target`."""
        if target.position:
            x, y = target.position
            return [Box(x=x, y=y, w=0, h=0).grown(SPOT_SIZE[0] / 2, SPOT_SIZE[1] / 2)]
        return [match.box.grown(0.004, 0.006) for match in self._find(picture, target)[0]]

    def _find(self, picture: np.ndarray, target: Target) -> tuple[list[TextBox], str]:
        """Return all places that `target` may mean, in reading order, and a sentence about what there is instead."""
        if target.image:
            return self._find_image(picture, target.image)
        if target.text:
            found = self.find_text(picture, target.text)
            return found, "" if found else f"It reads: {nearest_lines(target.text, self.text(picture), 8)}"
        raise LecternError("where only pixels are known, things are named by text:, image: or position:")

    def _need(self) -> CachedTextReader:
        if self._reading is None:
            raise LecternError(MISSING)
        return self._reading

    def _find_image(self, picture: np.ndarray, name: str) -> tuple[list[TextBox], str]:
        try:
            with open_picture(self._episode / name) as image:
                wanted = np.asarray(seen(image).convert("RGB"))
            matches = find_image(picture, wanted)
        except ValueError as error:
            raise LecternError(f"{name} can't be looked for: {error}") from error
        places = (
            f"{match.score:.2f} at [{match.box.centre[0]:.2f}, {match.box.centre[1]:.2f}]" for match in matches[:4]
        )
        boxes = [match.box for match in matches if match.score >= LEAST_SCORE]
        scores = f"Likeness (1 is the same; {LEAST_SCORE} is needed): {', '.join(places)}"
        in_order = sorted(boxes, key=lambda box: (round(box.y * 60), box.x))
        return [TextBox(text="", box=box) for box in in_order], scores


def _not_found_message(target: Target, matches: list[TextBox], scores: str) -> str:
    if not matches:
        return f"nothing on the screen is {target_text(target)}. {scores}"
    places = ", ".join(_place(match, target) for match in matches)
    times = f"{len(matches)} times" if len(matches) > 1 else "once"
    more = "choose one with nth:, or say more"
    return f"{target_text(target)} is on the screen {times}, at {places}; {more}. {scores}".rstrip()


def _place(match: TextBox, target: Target) -> str:
    """Return where something is, and of which longer text it is a part."""
    at = f"[{match.box.centre[0]:.2f}, {match.box.centre[1]:.2f}]"
    return f'{at} in "{match.text}"' if target.text and not is_whole(match, target.text) else at
