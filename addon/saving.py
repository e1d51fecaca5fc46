"""Keeps Blender from writing through what lies in an episode's folder when a person saves a .blend there.

Blender writes `NAME.blend@` and moves that to `NAME.blend`. It would follow a link of the first name, fill a file that is somewhere
else, too, and wait for ever at a pipe.
"""

import stat
from contextlib import suppress
from pathlib import Path

import bpy
from bpy.app.handlers import persistent

from ..pipeline.base.files import remove_file


@persistent
def _clear_draft(file: str, _: object = None) -> None:
    """Delete `FILE@` before a .blend is saved in the folder of an episode, unless it is what Blender itself leaves there."""
    draft = Path(f"{file}@")
    with suppress(OSError):  # it isn't there, as a rule
        found = draft.lstat()
        is_own = stat.S_ISDIR(found.st_mode) or (stat.S_ISREG(found.st_mode) and found.st_nlink == 1)
        if not is_own and (draft.parent / "script.md").exists():
            remove_file(draft, inside=draft.parent)


def register() -> None:
    """Look at the folder before every save."""
    bpy.app.handlers.save_pre.append(_clear_draft)


def unregister() -> None:
    """Look no more."""
    bpy.app.handlers.save_pre.remove(_clear_draft)
