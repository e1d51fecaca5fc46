"""The designed clips of assets/clips: what each shows, and which values it takes."""

from functools import cache
from pathlib import Path
from typing import Literal

from ..base.assets import ASSETS
from ..base.frozen import Frozen

FOLDER = ASSETS / "clips"
SHEET = "clip.json"


class ClipValue(Frozen):
    """One of the values a designed clip takes. A list's entries have the values `of`, and may have a mark (`at`).

    `texts` are a list of short texts. `most` and `least` are bounds of a number, or of how many letters or entries there may be.
    `among` is where the texts are of which this is one (`rows.cells`: the first cell of each row), with `earlier` one of an
    entry before. `needs` is the value beside which alone it is shown, `below` the one that has at least as many entries.
    `first` is after how many seconds the first entry of a list comes by itself.
    """

    type: Literal["text", "texts", "number", "choice", "list", "file", "mark"]
    about: str
    needed: bool = False
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    of: dict[str, "ClipValue"] = {}
    among: str = ""
    earlier: bool = False
    needs: str = ""
    below: str = ""
    first: float = 0.35


class DesignedClip(Frozen):
    """One clip. `example` fits into a script as it is.

    `seconds` is how long it lasts by itself (None: until the scene ends), `arrives` how many it takes from a mark until
    what comes at it is there whole.
    """

    name: str
    about: str
    place: Literal["stage", "frame"] = "stage"
    seconds: float | None = None
    arrives: float = 0.65
    values: dict[str, ClipValue]
    example: str

    @property
    def page(self) -> Path:
        """The file of the clip's page."""
        return FOLDER / self.name / "index.html"


@cache
def gallery() -> dict[str, DesignedClip]:
    """Return every designed clip, by its name."""
    sheets = sorted(FOLDER.glob(f"*/{SHEET}"))
    return {sheet.parent.name: DesignedClip.model_validate_json(sheet.read_bytes()) for sheet in sheets}
