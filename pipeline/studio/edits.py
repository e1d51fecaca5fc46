"""`lectern edits`: what a person changed on the timeline by hand, and how to take it back."""

from pathlib import Path

from ..base.episode_paths import EpisodePaths
from ..base.errors import LecternError
from ..build.build import only_writer
from ..timeline.editable import BY_NAME, Curve, Value
from ..timeline.edits import FILE, Edit, Edits, read_edits, write_edits


def episode_edits(folder: Path) -> Edits:
    """Return the edits of the episode in `folder`, as they were collected last. Raises LecternError for a damaged file."""
    return read_edits(folder)


def reset_edits(folder: Path, strip: str, property: str = "", *, wait: bool = True) -> tuple[Edit, ...]:
    """Give a strip, or one property of it, back to the script; the next build shows it. Returns the edits that are gone.

    Raises LecternError if there is no such edit, or if a build works on the episode and `wait` is False.
    """
    with only_writer(EpisodePaths(folder=folder), wait=wait):
        before = read_edits(folder)
        after = before.without(strip, property)
        gone = tuple(edit for edit in before.edits if edit not in after.edits)
        if not gone:
            known = ", ".join(sorted({edit.strip for edit in before.edits})) or "none"
            what = f"{property} of {strip}" if property else strip
            raise LecternError(f"{folder / FILE} has no edit of {what}. Strips that were edited: {known}")
        write_edits(folder, after)
        return gone


def edit_label(edit: Edit) -> str:
    """Return what an edit changes, in words."""
    return BY_NAME[edit.property].label


def value_label(value: Value | None) -> str:
    """Return a value as a person reads it."""
    if value is None:
        return "not known"
    if isinstance(value, Curve):
        return f"{len(value.keys)} keyframes"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    return " ".join(f"{part:.3g}" for part in value) if isinstance(value, tuple) else str(value)
