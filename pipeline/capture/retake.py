"""A recording in real time that lacks too much of what moved is made once more."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from .died import BrowserDied
from .fault import StepFault
from .take import CaptureTake


def retaken(take: CaptureTake, folder: Path, record: Callable[[Path], CaptureTake]) -> CaptureTake:
    """The better of `take`, whose files are in `folder`, and one that `record` makes; its files are there then.

    Where the second fails, nothing is lost: what the first did to a server may be the reason.
    """
    with tempfile.TemporaryDirectory(dir=folder, prefix=".again-") as beside:
        try:
            again = record(Path(beside))
        except (StepFault, BrowserDied):
            return take
        if again.dropped >= take.dropped:
            return take
        for file in Path(beside).iterdir():
            shutil.move(file, folder / file.name)
    return again
