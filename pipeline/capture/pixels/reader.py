"""Finds the reader of text in pictures that this computer has."""

from ...services.ocr import OcrReader
from ...services.registry import known_providers

OWN = "tesseract"
MISSING = (
    "nothing on this computer can read text in pictures. Install Tesseract (Debian and Ubuntu: sudo apt install "
    "tesseract-ocr; macOS: brew install tesseract), or name it by image: or position:"
)


def find_reader() -> OcrReader | None:
    """Return a reader that is available, Lectern's own last; None if there is none."""
    registry = known_providers()
    names = sorted(registry.names(OcrReader), key=lambda name: name == OWN)
    return next((r for name in names if (r := registry.find(OcrReader, name)).available()), None)
