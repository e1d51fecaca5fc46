"""Who reads screens on this computer."""

from ...services.reading import Reader
from ...services.registry import Registry, add_installed
from ...services.tesseract import Tesseract

KIND = "reading"
MISSING = (
    "nothing on this computer can read text in pictures. Install Tesseract (Debian and Ubuntu: sudo apt install "
    "tesseract-ocr; macOS: brew install tesseract), or name it by image: or position:"
)


def find_reader() -> Reader | None:
    """A reader that is available, what was installed besides first; None where there is none."""
    registry = Registry()
    registry.add(KIND, Tesseract())
    add_installed(registry)
    names = sorted(registry.names(KIND), key=lambda name: name == Tesseract.name)
    return next((r for name in names if (r := registry.find(KIND, name)).available()), None)
