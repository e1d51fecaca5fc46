"""`lectern edits`: what a person changed on the timeline by hand, and how to take it back or to give it to another strip."""

from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path

from ..base.episode_paths import EpisodePaths
from ..base.errors import LecternError
from ..build.build import only_writer
from ..timeline.editable import BY_NAME, Curve, Value
from ..timeline.edits import FILE, TRACK, Edit, Edits, edits_of, read_edits, write_edits
from ..timeline.model import BLENDERS_TYPES, Strip, StripId, read_timeline
from .scenarios import collect_open


@contextmanager
def _alone(folder: Path, wait: bool) -> Iterator[None]:
    """Change the edits while nobody else does; what was changed in an open Blender is collected before."""
    collect_open(folder)
    with only_writer(EpisodePaths(folder=folder), wait=wait):
        yield


def episode_edits(folder: Path) -> Edits:
    """Return the edits of the episode in `folder`, as they were collected last. Raises LecternError for a damaged file."""
    return read_edits(folder)


def reset_edits(folder: Path, strip: str, property: str = "", *, wait: bool = True) -> tuple[Edit, ...]:
    """Give a strip, or one property of it, back to the script; the next build shows it. Returns the edits that are gone.

    Raises LecternError if there is no such edit, or if a build works on the episode and `wait` is False.
    """
    with _alone(folder, wait):
        before = read_edits(folder)
        after = before.without(strip, property)
        gone = tuple(edit for edit in before.edits if edit not in after.edits)
        if not gone:
            known = ", ".join(sorted({edit.strip for edit in before.edits})) or "none"
            what = f"{property} of {strip}" if property else strip
            raise LecternError(f"{folder / FILE} has no edit of {what}. Strips that were edited: {known}")
        write_edits(folder, after)
        return gone


def reset_all_edits(folder: Path, scene: str = "", *, wait: bool = True) -> tuple[Edit, ...]:
    """Give all strips of a scene, or of the film, back to the script; the next build shows it. Returns the edits that are gone.

    Raises LecternError if there are none, or if a build works on the episode and `wait` is False.
    """
    with _alone(folder, wait):
        before = read_edits(folder)
        gone = tuple(edit for edit in before.edits if not scene or StripId.parse(edit.strip).scene == scene)
        if not gone:
            raise LecternError(f"nothing was changed by hand in {f'scene "{scene}"' if scene else 'the film'}")
        write_edits(folder, Edits(edits=tuple(edit for edit in before.edits if edit not in gone)))
        return gone


def orphaned_edits(folder: Path) -> tuple[Edit, ...]:
    """Return the edits of strips that the script no longer makes, as of the last build; none if nothing was built."""
    strips = _scripted(folder)
    return (
        ()
        if strips is None
        else tuple(
            edit
            for edit in read_edits(folder).edits
            if not edit.strip.startswith(TRACK) and _element(edit.strip) not in strips
        )
    )


def drop_edits(folder: Path, strip: str = "", *, wait: bool = True) -> tuple[Edit, ...]:
    """Drop the edits of strips that the script no longer makes: of all, or of `strip`. Returns the edits that are gone.

    Raises LecternError if there are none, or if a build works on the episode and `wait` is False.
    """
    with _alone(folder, wait):
        gone = tuple(edit for edit in orphaned_edits(folder) if not strip or _element(edit.strip) == _element(strip))
        if not gone:
            raise LecternError(
                f"there is nothing to drop{f' of {strip}' if strip else ''}: the script makes every strip that was edited. "
                "To take edits back, say: lectern edits DIR reset STRIP"
            )
        write_edits(folder, Edits(edits=tuple(edit for edit in read_edits(folder).edits if edit not in gone)))
        return gone


def apply_edits_elsewhere(folder: Path, strip: str, to: str, *, wait: bool = True) -> tuple[Edit, ...]:
    """Give the edits of `strip`, its pieces and its copies to the strip `to`; the next build shows it. Returns them, as they are now.

    Raises LecternError if there are none, if the script makes no strip `to`, if that is of another kind or was edited
    itself, or if a build works on the episode and `wait` is False.
    """
    with _alone(folder, wait):
        before, strips = read_edits(folder), _scripted(folder)
        moved = [edit for edit in before.edits if _element(edit.strip) == strip]
        if not moved:
            raise LecternError(f"{folder / FILE} has no edit of {strip}. See: lectern edits {folder}")
        if strips is None:
            raise LecternError("the episode was not built yet, so it has no strips. Say: lectern build")
        if to not in strips:
            near = ", ".join(get_close_matches(to, strips, 3, 0.4) or sorted(strips)[:3])
            raise LecternError(f'the script makes no strip "{to}"; it makes {near} …')
        kind = BLENDERS_TYPES[strips[to].kind]
        if unfit := sorted({edit.property for edit in moved if kind not in BY_NAME[edit.property].types}):
            raise LecternError(
                f'"{to}" has no {", ".join(BY_NAME[name].label for name in unfit)}: it is another kind of strip'
            )
        if own := sorted({edit.property for edit in before.edits if _element(edit.strip) == to}):
            raise LecternError(
                f'"{to}" was edited itself ({", ".join(own)}). Take that back first: lectern edits {folder} reset {to}'
            )
        # what the script had is not known for the other strip; the next build finds out
        now = tuple(
            edit.model_copy(
                update={
                    "strip": to + edit.strip.removeprefix(strip),
                    "value": to if edit.property == "copy_of" else edit.value,
                    "script": edit.script if edit.property in _RELATIVE else None,
                }
            )
            for edit in moved
        )
        write_edits(folder, edits_of((*(edit for edit in before.edits if edit not in moved), *now)))
        return now


_RELATIVE = ("move", "trim_start", "trim_end", "muted", "deleted")
"""Properties of which the script has the same value for every strip."""


def _scripted(folder: Path) -> dict[str, Strip] | None:
    """Return the strips that the script alone made at the last build, by id; None if nothing was built."""
    file = EpisodePaths(folder=folder).scripted
    return {strip.id: strip for strip in read_timeline(file).strips} if file.is_file() else None


def _element(id: str) -> str:
    """Return the id of the strip that a piece or a copy is one of; a track is none."""
    return id.partition("#")[0]


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
