"""What the active strip of the sequencer stands for, told from what was read last: no file is read here."""

import bpy

from ..pipeline.base.errors import LecternError
from ..pipeline.studio.elements import ElementCard, element_of
from . import snapshot
from .sequencer.owned import ID

_last: list[tuple[object, str, ElementCard | None, str]] = []
"""The reading and the strip's id of the last answer, and the answer."""


def active_strip(scene: bpy.types.Scene | None) -> bpy.types.Strip | None:
    """Return the strip that is active in the sequencer of `scene`."""
    editor = scene.sequence_editor if scene else None
    return editor.active_strip if editor else None


def inspect(scene: bpy.types.Scene | None) -> tuple[ElementCard | None, str]:
    """Return what the active strip stands for, or None and the reason why that can't be told."""
    strip, reading = active_strip(scene), snapshot.current()
    if strip is None:
        return None, "No strip is active: click one"
    id = strip.get(ID)
    if not isinstance(id, str):
        return None, "This strip is your own: Lectern leaves it alone, and it travels with its scene"
    if reading is None or reading.known is None:
        return (
            None,
            "The script can't be read: mend it first" if reading and reading.error else "Build the episode first",
        )
    if not _last or _last[0][:2] != (reading, id):
        try:
            _last[:] = [(reading, id, element_of(reading.known, id), "")]
        except LecternError as error:
            _last[:] = [(reading, id, None, str(error))]
    return _last[0][2], _last[0][3]


def forget() -> None:
    """Keep nothing of the last answer."""
    _last.clear()
