"""The takes that this room makes."""

import shutil
from pathlib import Path

from ..jobs.recipe import JobContext, Recipe
from .blanks import note_seen
from .fault import retry_on_browser_death
from .material.record import record_footage
from .recorder import record_screen
from .request import CaptureRequest
from .sandbox.ordinary_user import root_notes
from .take import CaptureTake
from .terminal.import_cast import record_import

ATTEMPTS = 6
"""How often a recording is tried whose browser dies."""


def record(request: CaptureRequest, folder: Path, context: JobContext) -> CaptureTake:
    """Record what `request` asks for into `folder`, and return the take. Begin again where the browser dies."""
    return retry_on_browser_death(
        lambda: record_once(request, folder, context), ATTEMPTS, lambda: _clear_folder(folder)
    )


def record_once(request: CaptureRequest, folder: Path, context: JobContext) -> CaptureTake:
    """Record what `request` asks for. Raises BrowserDied where the browser dies."""
    make = record_footage if request.kind == "footage" else record_import if request.cast else record_screen
    take = make(request, folder, context)
    if request.app or (request.kind in ("terminal", "editor") and not request.cast):
        take = take.model_copy(update={"notes": (*take.notes, *root_notes(request.environment))})
    return note_seen(take, folder)


def _clear_folder(folder: Path) -> None:
    for left in folder.iterdir():
        shutil.rmtree(left) if left.is_dir() else left.unlink()


CAPTURE: Recipe[CaptureRequest, CaptureTake] = Recipe(
    kind="capture", version=11, request=CaptureRequest, result=CaptureTake, make=record
)
