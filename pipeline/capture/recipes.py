"""The takes that this room makes."""

import shutil
from collections.abc import Callable
from pathlib import Path

from ..episode.screen import CaptureKind
from ..jobs.recipe import Bench, Recipe
from .browser.record import record as record_browser
from .desktop.record import record as record_desktop
from .died import outliving
from .editor.record import record as record_editor
from .material.record import record as record_material
from .picture.footage import FOOTAGE
from .picture.plate import PLATE
from .picture.sprite import SPRITE
from .request import CaptureRequest
from .take import CaptureTake
from .terminal.record import record as record_terminal

_KINDS: dict[CaptureKind, Callable[[CaptureRequest, Path, Bench], CaptureTake]] = {
    "browser": record_browser, "desktop": record_desktop, "editor": record_editor, "footage": record_material,
    "ide": record_browser, "terminal": record_terminal,
}  # fmt: skip

ATTEMPTS = 6
"""So often a recording is begun whose browser dies."""


def record(request: CaptureRequest, folder: Path, bench: Bench) -> CaptureTake:
    """Records what `request` asks for into `folder`, by the recorder of its kind; again where its browser dies."""
    return outliving(lambda: _KINDS[request.kind](request, folder, bench), ATTEMPTS, lambda: _empty(folder))


def _empty(folder: Path) -> None:
    for left in folder.iterdir():
        shutil.rmtree(left) if left.is_dir() else left.unlink()


CAPTURE = Recipe(kind="capture", version=7, request=CaptureRequest, result=CaptureTake, make=record)
RECIPES = (CAPTURE, FOOTAGE, PLATE, SPRITE)
