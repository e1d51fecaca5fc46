"""The seam where reading plugs in: a picture of a screen goes in; its words come out, with where they stand."""

from typing import Protocol

import numpy as np

from ..model import Frozen


class ReadingRequest(Frozen):
    """`picture` is RGB (uint8, height x width x 3); `language` a code ("en")."""

    model_config = {"arbitrary_types_allowed": True, "frozen": True}

    picture: np.ndarray
    language: str = "en"


class ReadWord(Frozen):
    """A word and its rectangle in px (left, top, width, height). Words of one `line` stand side by side.

    `sure` is how sure the reader is (0..1).
    """

    text: str
    left: int
    top: int
    width: int
    height: int
    line: int
    sure: float = 1.0


class Reader(Protocol):
    """Reads what a picture says."""

    name: str

    def available(self) -> bool:
        """Whether it can read on this computer."""
        ...

    def read(self, request: ReadingRequest) -> tuple[ReadWord, ...]:
        """The words, line by line, from the left; raises LecternError with the way out."""
        ...
