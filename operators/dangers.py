"""What a person is asked to allow, as a dialog shows it: all of it, however long."""

from collections.abc import Iterable

import bpy

from ..addon.lines import broken
from ..pipeline.studio.trust import Danger, visible

WIDTH = 700
"""Of such a dialog, in pixels at a resolution scale of 1."""
_WHERE = 0.28
"""The share of it that says what kind of thing it is, and where it stands."""
_WHOLE = 0.8
"""Lines are broken early: in a text of wide letters, too, nothing may be left out."""


def draw_dangers(layout: bpy.types.UILayout, dangers: Iterable[Danger]) -> None:
    """A row for each, in a dialog of `WIDTH`."""
    rows = layout.box().column(align=True)
    for danger in dangers:
        row = rows.split(factor=_WHERE)
        row.label(text=f"{danger.kind}, {danger.where}")
        said = row.column(align=True)
        for line in broken(visible(danger.what), _WHOLE * (1 - _WHERE) * WIDTH):
            said.label(text=line)
