"""Handles in the preview for what the active strip places, and words over the timeline that take a click."""

import bpy

from .. import snapshot
from ..properties import edited_scene
from .draw import GUIDE, frame_rectangle, word_rectangles
from .overview import placed
from .paint import Rectangle, fill, inside, lines, outline

HALF, TAB = 6, 22
"""Half the side of a corner's handle, and the distance of the one that moves from the box, in px at a resolution scale of 1."""
PARTS = ("MOVE", "TOP_LEFT", "TOP_RIGHT", "BOTTOM_LEFT", "BOTTOM_RIGHT")


def handle_places(box: Rectangle, scale: float, top: float) -> dict[str, tuple[float, float]]:
    """Return the middle of each handle around a box; the one that moves is above it, or inside where there is no room above."""
    left, bottom, right, upper = box
    above = upper + TAB * scale
    return {
        "MOVE": ((left + right) / 2, above if above < top - HALF * scale else upper - TAB * scale),
        "TOP_LEFT": (left, upper),
        "TOP_RIGHT": (right, upper),
        "BOTTOM_LEFT": (left, bottom),
        "BOTTOM_RIGHT": (right, bottom),
    }


class LECTERN_GT_handle(bpy.types.Gizmo):
    """One handle of what is being placed: drag it to move or scale."""

    __slots__ = ("part",)

    def setup(self) -> None:
        """Begin as the handle that moves."""
        self.part = getattr(self, "part", "MOVE")

    def _middle(self, context: bpy.types.Context) -> tuple[tuple[float, float], Rectangle] | None:
        scene = edited_scene(context)
        element, _ = placed(scene)
        if element is None or scene is None:
            return None
        box = inside(frame_rectangle(context.region, scene), element.box)
        scale = context.preferences.system.ui_scale
        return handle_places(box, scale, context.region.height)[self.part], box

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the handle; the one that moves draws the box, too."""
        if found := self._middle(context):
            (x, y), box = found
            half = HALF * context.preferences.system.ui_scale
            colour = (1.0, 1.0, 1.0, 1.0) if self.is_highlight else GUIDE
            if self.part == "MOVE":
                outline(box, GUIDE, 1.5)
                fill([(x - 1.6 * half, y - half, x + 1.6 * half, y + half)], (0.05, 0.05, 0.05, 0.85))
                lines([(x - half, y), (x + half, y), (x, y - half * 0.8), (x, y + half * 0.8)], colour, 2.0)
            else:
                fill([(x - half, y - half, x + half, y + half)], (0.05, 0.05, 0.05, 0.85))
                fill([(x - half + 2, y - half + 2, x + half - 2, y + half - 2)], colour)

    def test_select(self, context: bpy.types.Context, location: tuple[int, int]) -> int:
        """Return 0 if the pointer is on the handle, else -1."""
        if found := self._middle(context):
            (x, y), _ = found
            reach = (HALF + 3) * context.preferences.system.ui_scale
            if abs(location[0] - x) <= reach * (1.6 if self.part == "MOVE" else 1) and abs(location[1] - y) <= reach:
                return 0
        return -1


class LECTERN_GGT_handles(bpy.types.GizmoGroup):
    """The handles of the active strip's element in the preview."""

    bl_label = "Lectern's Handles"
    bl_space_type = "SEQUENCE_EDITOR"
    bl_region_type = "PREVIEW"
    bl_options = {"PERSISTENT", "SHOW_MODAL_ALL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether something can be placed."""
        panel = snapshot.panel()
        return bool(panel.folder) and "HANDLES" in panel.preview_shows and placed(edited_scene(context))[0] is not None

    def setup(self, context: bpy.types.Context) -> None:
        """Make the handles; a drag runs the operator that moves."""
        for part in PARTS:
            handle = self.gizmos.new(LECTERN_GT_handle.__name__)
            handle.part = part
            handle.use_draw_modal = True
            properties = handle.target_set_operator("lectern.move_element")
            properties.part = part


class LECTERN_GT_words(bpy.types.Gizmo):
    """The words over the voices: a click puts the playhead at one."""

    __slots__ = ("goes",)

    def setup(self) -> None:
        """Have a click run the operator that goes to a word."""
        self.goes = self.target_set_operator("lectern.go_to_word")

    def draw(self, context: bpy.types.Context) -> None:
        """Draw nothing: the words are drawn without a pointer near them, too."""

    def test_select(self, context: bpy.types.Context, location: tuple[int, int]) -> int:
        """Return 0 if the pointer is on a word, which a click then goes to; else -1."""
        frame = self._frame_at(context, *location)
        if frame is not None and self.goes.frame != frame:
            self.goes.frame = frame
        return -1 if frame is None else 0

    def _frame_at(self, context: bpy.types.Context, x: float, y: float) -> int | None:
        scene = edited_scene(context)
        if scene is None or "WORDS" not in snapshot.panel().preview_shows:
            return None
        for spot, (left, bottom, right, top) in word_rectangles(
            context.region, scene, context.preferences.system.ui_scale
        ):
            if left <= x < right and bottom <= y < top:
                return round(spot.start)
        return None


class LECTERN_GGT_words(bpy.types.GizmoGroup):
    """The words over the timeline."""

    bl_label = "Lectern's Words"
    bl_space_type = "SEQUENCE_EDITOR"
    bl_region_type = "WINDOW"
    bl_options = {"PERSISTENT"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether words are shown."""
        return bool(snapshot.panel().folder) and context.space_data.view_type != "PREVIEW"

    def setup(self, context: bpy.types.Context) -> None:
        """Make what takes the clicks."""
        self.gizmos.new(LECTERN_GT_words.__name__)


CLASSES = (LECTERN_GT_handle, LECTERN_GGT_handles, LECTERN_GT_words, LECTERN_GGT_words)


def register() -> None:
    """Add the handles."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    """Remove them."""
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
