"""Reads the text in pictures of a screen: with the reader that this computer has, and each picture once."""

import numpy as np
from PIL import Image, ImageFilter

from ...base.files import digest
from ...services.ocr import OcrReader, OcrRequest, OcrWord
from ...services.registry import known_providers

OWN = "tesseract"
MISSING = (
    "nothing on this computer can read text in pictures. Install Tesseract (Debian and Ubuntu: sudo apt install "
    "tesseract-ocr; macOS: brew install tesseract), or name it by image: or position:"
)

LEAST_CONFIDENCE = 0.6
"""The confidence (0..1) that a word needs if it is only found in the levelled picture."""

ReadWords = tuple[OcrWord, ...]


def find_reader() -> OcrReader | None:
    """Return a reader that is available, Lectern's own last; None if there is none."""
    registry = known_providers()
    names = sorted(registry.names(OcrReader), key=lambda name: name == OWN)
    return next((r for name in names if (r := registry.find(OcrReader, name)).available()), None)


class CachedTextReader:
    """A `reader` of text in `language` (a code) that remembers what it has read."""

    def __init__(self, reader: OcrReader, language: str = "en") -> None:
        self._reader, self._language = reader, language
        self._read: dict[tuple[str, bool], ReadWords] = {}

    def words(self, picture: np.ndarray, thoroughly: bool = False) -> ReadWords:
        """Return the words of an RGB picture (uint8); `thoroughly`, also those on a bar of another brightness."""
        key = digest(np.ascontiguousarray(picture).data), thoroughly
        if key not in self._read:
            self._read[key] = self._thorough(picture) if thoroughly else self._asked(picture)
        return self._read[key]

    def _thorough(self, picture: np.ndarray) -> ReadWords:
        words = self.words(picture)
        more = [
            w
            for w in self._asked(dark_on_white(picture))
            if w.sure >= LEAST_CONFIDENCE and _is_word(w) and not _already_read(w, words)
        ]
        first = max((word.line for word in words), default=-1) + 1
        return (*words, *(word.model_copy(update={"line": first + word.line}) for word in more))

    def _asked(self, picture: np.ndarray) -> ReadWords:
        return self._reader.read(OcrRequest(picture=picture, language=self._language))


def dark_on_white(picture: np.ndarray) -> np.ndarray:
    """Return the picture dark on white, whatever its ground: how far each pixel is from the median around it (RGB uint8)."""
    image = Image.fromarray(picture).convert("L")
    small = image.resize((image.width // 4, image.height // 4), Image.Resampling.NEAREST)
    ground = np.asarray(
        small.filter(ImageFilter.MedianFilter(9)).resize(image.size, Image.Resampling.NEAREST), dtype=np.int16
    )
    grey = 255 - np.clip(1.6 * np.abs(np.asarray(image) - ground), 0, 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def _is_word(word: OcrWord) -> bool:
    return sum(char.isalnum() for char in word.text) > 1


def _already_read(word: OcrWord, words: ReadWords) -> bool:
    """Return whether something was read already at the place of `word`."""
    return any(
        _overlap(word.left, word.width, w.left, w.width) and _overlap(word.top, word.height, w.top, w.height)
        for w in words
    )


def _overlap(start: int, length: int, other: int, its_length: int) -> bool:
    return start < other + its_length and other < start + length
