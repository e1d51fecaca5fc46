"""What a picture of a screen says, read by whoever can read on this computer; each picture is read once."""

import hashlib

import numpy as np
from PIL import Image, ImageFilter

from ...services.reading import Reader, ReadingRequest, ReadWord

SURE = 0.6
"""So sure a reader has to be of a word that is only found in the levelled picture."""

Words = tuple[ReadWord, ...]


class Reading:
    """Pictures that are read by `reader` in `language` (a code), with what was read before."""

    def __init__(self, reader: Reader, language: str = "en") -> None:
        self._reader, self._language = reader, language
        self._read: dict[tuple[bytes, bool], Words] = {}

    def words(self, picture: np.ndarray, thoroughly: bool = False) -> Words:
        """The words of an RGB picture. `thoroughly`: those too that stand out from a bar of another brightness."""
        key = hashlib.sha256(np.ascontiguousarray(picture)).digest(), thoroughly
        if key not in self._read:
            self._read[key] = self._thorough(picture) if thoroughly else self._asked(picture)
        return self._read[key]

    def _thorough(self, picture: np.ndarray) -> Words:
        words = self.words(picture)
        more = [w for w in self._asked(levelled(picture)) if w.sure >= SURE and _is_word(w) and not _known(w, words)]
        first = max((word.line for word in words), default=-1) + 1
        return (*words, *(word.model_copy(update={"line": first + word.line}) for word in more))

    def _asked(self, picture: np.ndarray) -> Words:
        return self._reader.read(ReadingRequest(picture=picture, language=self._language))


def levelled(picture: np.ndarray) -> np.ndarray:
    """Dark on white, whatever it stands on: how much each pixel differs from what most of its surroundings are (RGB)."""
    image = Image.fromarray(picture).convert("L")
    small = image.resize((image.width // 4, image.height // 4), Image.Resampling.NEAREST)
    ground = np.asarray(small.filter(ImageFilter.MedianFilter(9)).resize(image.size, Image.Resampling.NEAREST), dtype=np.int16)
    grey = 255 - np.clip(1.6 * np.abs(np.asarray(image) - ground), 0, 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def _is_word(word: ReadWord) -> bool:
    return sum(char.isalnum() for char in word.text) > 1


def _known(word: ReadWord, words: Words) -> bool:
    """Whether something was read already where `word` stands."""
    return any(
        _meet(word.left, word.width, w.left, w.width) and _meet(word.top, word.height, w.top, w.height) for w in words
    )


def _meet(start: int, length: int, other: int, its_length: int) -> bool:
    return start < other + its_length and other < start + length
