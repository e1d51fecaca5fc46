"""The seam where reading plugs in: a picture of a screen goes in; its words come out, with where they are."""

from abc import abstractmethod

import numpy as np
from pydantic import BaseModel, ConfigDict

from ..base.frozen import Frozen
from .provider import Provider


class OcrRequest(Frozen):
    """`picture` is RGB (uint8, height x width x 3); `language` a code ("en")."""

    model_config = {"arbitrary_types_allowed": True, "frozen": True}

    picture: np.ndarray
    language: str = "en"


class OcrWord(Frozen):
    """A word and its rectangle in px (left, top, width, height). Words of one `line` are side by side.

    `sure` is how sure the reader is (0..1).
    """

    text: str
    left: int
    top: int
    width: int
    height: int
    line: int
    sure: float = 1.0


class NoSettings(BaseModel):
    """Nothing can be set."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class OcrReader(Provider[NoSettings]):
    """Reads what a picture says."""

    kind, family, settings = "reading", "reading", NoSettings

    @abstractmethod
    def available(self) -> bool:
        """Return whether it can read on this computer."""

    @abstractmethod
    def read(self, request: OcrRequest) -> tuple[OcrWord, ...]:
        """Return the words, line by line, from the left. Raises LecternError with the way out."""
