"""The takes that this room makes."""

from pathlib import Path

from ..errors import LecternError
from ..jobs.recipe import Bench, Recipe
from . import browser, terminal
from .footage import FOOTAGE
from .plate import PLATE
from .request import CaptureRequest
from .sprite import SPRITE
from .take import CaptureTake

_KINDS = {"browser": browser.record, "terminal": terminal.record}


def record(request: CaptureRequest, folder: Path, bench: Bench) -> CaptureTake:
    """Records what `request` asks for into `folder`, by the recorder of its kind."""
    if request.kind not in _KINDS:
        raise LecternError(f"a capture of kind {request.kind} can't be recorded yet; {', '.join(sorted(_KINDS))} can")
    return _KINDS[request.kind](request, folder, bench)


CAPTURE = Recipe(kind="capture", version=2, request=CaptureRequest, result=CaptureTake, make=record)
RECIPES = (CAPTURE, FOOTAGE, PLATE, SPRITE)
