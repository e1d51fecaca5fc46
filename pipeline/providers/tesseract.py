"""Tesseract, where it is installed, reads the text on a screen."""

import csv
import io
import os
import shutil
import subprocess
from functools import cache

from PIL import Image

from ..base.errors import LecternError
from ..base.hangs import run_briefly
from ..services.ocr import OcrReader, OcrRequest, OcrWord
from ..services.registry import Registry

PROGRAM = "tesseract"
LEAST_SURE = 0.3
"""Short words that it is less sure of are drawings that it took for letters."""
LONG = 6
"""Letters and digits from which on a word is one, however unsure: it may be a secret with a caret behind it."""
PATIENCE = 30.0
ENLARGED = 2
"""Screens are read so many times as large: Tesseract wants capitals of 30 px or so, and menus have fewer."""
_LANGUAGES = {
    "en": "eng", "de": "deu", "fr": "fra", "es": "spa", "it": "ita", "pt": "por", "nl": "nld", "pl": "pol", "sv": "swe",
    "da": "dan", "cs": "ces", "tr": "tur", "uk": "ukr", "ru": "rus", "ja": "jpn", "ko": "kor", "zh": "chi_sim",
}  # fmt: skip


class Tesseract(OcrReader):
    """The program `tesseract` (4 or later), asked for words as a table (its TSV renderer)."""

    name, label, local = "tesseract", "Tesseract", True

    def available(self) -> bool:
        """Return whether the program is on the PATH."""
        return shutil.which(PROGRAM) is not None

    def read(self, request: OcrRequest) -> tuple[OcrWord, ...]:
        """Return the words; they are looked for all over the picture, as on a screen they can be anywhere."""
        return _words(_run_tesseract(_bmp(Image.fromarray(request.picture).convert("L")), _language(request.language)))


def _bmp(image: Image.Image) -> bytes:
    large = image.resize((image.width * ENLARGED, image.height * ENLARGED), Image.Resampling.BICUBIC)
    out = io.BytesIO()
    large.save(out, "BMP")
    return out.getvalue()


def _run_tesseract(picture: bytes, language: str) -> str:
    argv = [PROGRAM, "stdin", "stdout", "--psm", "11", "--dpi", "192", "-l", language, "tsv"]
    # One thread, and after all others: a screen may be filmed meanwhile.
    polite = ["nice", "-n", "5", *argv] if shutil.which("nice") else argv
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(
            polite, input=picture, capture_output=True, timeout=PATIENCE, env=environment, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LecternError(f"tesseract can't read the screen: {error}") from error
    if done.returncode:
        output = done.stderr.decode(errors="replace").strip().splitlines() or [f"exit status {done.returncode}"]
        raise LecternError(f"tesseract can't read the screen: {output[-1]}")
    return done.stdout.decode(errors="replace")


@cache
def _installed() -> frozenset[str]:
    return frozenset(run_briefly([PROGRAM, "--list-langs"]).stdout.split())


def _language(code: str) -> str:
    """Return its own name of a language, with English, which menus are often in; English where it is not installed."""
    wanted = _LANGUAGES.get(code.partition("-")[0].lower(), "eng")
    return "eng" if wanted == "eng" or wanted not in _installed() else f"{wanted}+eng"


def _words(table: str) -> tuple[OcrWord, ...]:
    lines: dict[tuple[str, ...], int] = {}
    words = []
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        text, sure = (row["text"] or "").strip(), float(row["conf"]) / 100
        if row["level"] != "5" or not text or (sure < LEAST_SURE and sum(map(str.isalnum, text)) < LONG):
            continue
        place = {name: round(int(row[name]) / ENLARGED) for name in ("left", "top", "width", "height")}
        line = lines.setdefault((row["block_num"], row["par_num"], row["line_num"]), len(lines))
        words.append(OcrWord(text=text, line=line, sure=sure, **place))
    return tuple(words)


def providers(registry: Registry) -> None:
    """Add the reader."""
    registry.add(Tesseract())
