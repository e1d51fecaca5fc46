"""The takes that this room makes."""

import shutil
from pathlib import Path

from ..errors import LecternError
from ..jobs.recipe import Bench, Recipe
from . import browser, terminal
from .chromium import BrowserDied
from .footage import FOOTAGE
from .plate import PLATE
from .request import CaptureRequest
from .sprite import SPRITE
from .take import CaptureTake

_KINDS = {"browser": browser.record, "terminal": terminal.record}

ATTEMPTS = 4
"""So often a recording is begun whose browser dies."""


def record(request: CaptureRequest, folder: Path, bench: Bench) -> CaptureTake:
    """Records what `request` asks for into `folder`, by the recorder of its kind; again where its browser dies."""
    if request.kind not in _KINDS:
        raise LecternError(f"a capture of kind {request.kind} can't be recorded yet; {', '.join(sorted(_KINDS))} can")
    for _ in range(ATTEMPTS - 1):
        try:
            return _KINDS[request.kind](request, folder, bench)
        except BrowserDied:
            _empty(folder)
    return _KINDS[request.kind](request, folder, bench)


def _empty(folder: Path) -> None:
    for left in folder.iterdir():
        shutil.rmtree(left) if left.is_dir() else left.unlink()


CAPTURE = Recipe(kind="capture", version=2, request=CaptureRequest, result=CaptureTake, make=record)
RECIPES = (CAPTURE, FOOTAGE, PLATE, SPRITE)
