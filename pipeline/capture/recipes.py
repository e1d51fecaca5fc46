"""The takes that this room makes."""

import re
import shutil
from pathlib import Path

from ..jobs.recipe import JobContext, Recipe
from .blanks import note_seen
from .fault import retry_on_browser_death
from .material.record import record_footage
from .recorder import record_screen
from .request import CaptureRequest
from .sandbox.bubblewrap import HOME
from .sandbox.ordinary_user import root_notes
from .take import CaptureTake
from .terminal.import_cast import record_import

ATTEMPTS = 6
"""How often a recording is tried whose browser dies."""
_PLACE = re.compile(r"[^\s\"'(]*/lectern-[0-9a-f]{8}(?:-\d+)?(?=/|\b)")
"""The path of a folder for what is recorded, as it is seen."""


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
        more = (*root_notes(request.environment), *place_notes(take))
        take = take.model_copy(update={"notes": (*take.notes, *more)})
    return note_seen(take, folder)


def place_notes(take: CaptureTake) -> tuple[str, ...]:
    """Return a sentence for the report where a viewer reads the path of the temporary folder that programs run in."""
    shown = next((found[0] for entry in take.text for box in entry.boxes if (found := _PLACE.search(box.text))), "")
    way = f"write environment: {{sandbox: true}}, and their home is {HOME}"
    return (
        (f"the recording shows Lectern's temporary folder ({shown}), in which its programs run; {way}",)
        if shown
        else ()
    )


def _clear_folder(folder: Path) -> None:
    for left in folder.iterdir():
        shutil.rmtree(left) if left.is_dir() else left.unlink()


CAPTURE: Recipe[CaptureRequest, CaptureTake] = Recipe(
    kind="capture", version=11, request=CaptureRequest, result=CaptureTake, make=record
)
