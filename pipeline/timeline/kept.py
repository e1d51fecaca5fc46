"""The timeline as a file: what Blender was last brought to."""

from pathlib import Path

from pydantic import ValidationError

from ..errors import LecternError
from .model import Timeline


def read_timeline(file: Path) -> Timeline:
    """The timeline in `file`; LecternError, with the way out, where it is none that this Lectern knows."""
    try:
        return Timeline.model_validate_json(file.read_bytes())
    except ValidationError as error:
        told = "delete it, and build again; what was moved in Blender since the last build is then made anew"
        raise LecternError(f"{file} is damaged, or of another version of Lectern: {told}") from error
