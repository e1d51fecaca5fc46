"""What can be done in the preview: move and scale what lies there, and choose what is shown over it."""

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty, StringProperty

from ..addon.preview import draw
from ..addon.preview.moving import Held
from ..addon.preview.overview import NOT_BUILT, Placed, known, placed
from ..addon.preview.words import said_after, word_spots
from ..addon.properties import PREVIEW_ITEMS, edited_scene
from ..addon.proxies import ask_for_proxies, heavy_strips, show_proxies
from ..addon.snapshot import redraw
from ..pipeline.base.errors import LecternError
from ..pipeline.base.geometry import Box
from ..pipeline.layout.snapping import snapped
from .poll_messages import can_run, no_episode

PARTS = (
    ("MOVE", "Move", "Move it"),
    ("TOP_LEFT", "Top Left", "Scale it from its lower right corner"),
    ("TOP_RIGHT", "Top Right", "Scale it from its lower left corner"),
    ("BOTTOM_LEFT", "Bottom Left", "Scale it from its upper right corner"),
    ("BOTTOM_RIGHT", "Bottom Right", "Scale it from its upper left corner"),
)
LEAST = 0.02
"""The width, in fractions of the frame, below which nothing is scaled."""
NO_FRAME = -(2**31)
KEEP = -1.0
"""A position or width that is not to be changed."""


def box_moved(box: Box, part: str, across: float, down: float) -> Box:
    """Return a box after a handle of it was moved by fractions of the frame; scaled, it keeps its proportions."""
    if part == "MOVE":
        return box.model_copy(update={"x": box.x + across, "y": box.y + down})
    wider = across if part.endswith("RIGHT") else -across
    taller = down if part.startswith("BOTTOM") else -down
    w = max(LEAST, box.w + (wider + taller * box.w / box.h) / 2)
    h = box.h * w / box.w
    x = box.x if part.endswith("RIGHT") else box.right - w
    y = box.y if part.startswith("BOTTOM") else box.bottom - h
    return Box(x=x, y=y, w=w, h=h)


class LECTERN_OT_move_element(bpy.types.Operator):
    """Move or scale what the active strip stands for, with all its parts. It snaps to lines and to free places; with Ctrl it doesn't"""

    bl_idname = "lectern.move_element"
    bl_label = "Move in Preview"
    bl_options = {"REGISTER", "UNDO", "BLOCKING"}

    part: EnumProperty(name="Handle", items=PARTS, options={"SKIP_SAVE"})
    x: FloatProperty(
        name="X", description="Where its middle goes, as a fraction of the frame from the left; -1: where it is",
        default=KEEP, precision=3, options={"SKIP_SAVE"},
    )  # fmt: skip
    y: FloatProperty(
        name="Y", description="The same from the top; -1: where it is", default=KEEP, precision=3, options={"SKIP_SAVE"}
    )
    width: FloatProperty(
        name="Width", description="How wide it becomes, as a fraction of the frame; -1: as it is",
        default=KEEP, precision=3, options={"SKIP_SAVE"},
    )  # fmt: skip
    snap: BoolProperty(
        name="Snap", description="Snap to thirds, margins and places in which nothing is hidden", options={"SKIP_SAVE"}
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether the active strip has a place in the frame."""
        return can_run(cls, no_episode(context), placed(edited_scene(context))[1])

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Put it at the position and width given."""
        element, reason = placed(edited_scene(context))
        if element is None:
            self.report({"ERROR"}, reason)
            return {"CANCELLED"}
        factor = 1.0 if self.width == KEEP else max(LEAST, self.width) / element.box.w
        w, h = element.box.w * factor, element.box.h * factor
        x, y = element.box.centre
        x, y = (x if self.x == KEEP else self.x), (y if self.y == KEEP else self.y)
        box = Box(x=x - w / 2, y=y - h / 2, w=w, h=h)
        self._hold(context, element)
        self._put(context, box, self.snap)
        return self._finish(context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Follow the pointer until the button is released; outside of a preview, ask for numbers."""
        element, reason = placed(edited_scene(context))
        if element is None:
            self.report({"ERROR"}, reason)
            return {"CANCELLED"}
        if context.region is None or context.region.type != "PREVIEW":
            (self.x, self.y), self.width = element.box.centre, element.box.w
            return context.window_manager.invoke_props_dialog(self, title="Move in Preview", confirm_text="Move")
        self._hold(context, element)
        self._from = (event.mouse_region_x, event.mouse_region_y)
        self._is_drag = event.value == "PRESS" and event.type == "LEFTMOUSE"
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the dialog."""
        column = self.layout.column()
        column.use_property_split = True
        for name in ("x", "y", "width", "snap"):
            column.prop(self, name)

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Move along; Escape and the right button put everything back."""
        if event.type in ("ESC", "RIGHTMOUSE"):
            self._held.put_back()
            self._finish(context)
            return {"CANCELLED"}
        if event.type in ("RET", "NUMPAD_ENTER") or (
            event.type == "LEFTMOUSE" and event.value == ("RELEASE" if self._is_drag else "PRESS")
        ):
            return self._finish(context)
        if event.type in ("MOUSEMOVE", "LEFT_CTRL", "RIGHT_CTRL"):
            left, bottom, right, top = draw.frame_rectangle(context.region, edited_scene(context))
            across = (event.mouse_region_x - self._from[0]) / (right - left)
            down = (self._from[1] - event.mouse_region_y) / (top - bottom)
            self._put(context, box_moved(self._element.box, self.part, across, down), not event.ctrl)
        return {"RUNNING_MODAL"}

    def _hold(self, context: bpy.types.Context, element: Placed) -> None:
        self._element = element
        self._held = Held(edited_scene(context), element.strips, element.canvas)

    def _put(self, context: bpy.types.Context, box: Box, snap: bool) -> None:
        """Put it into a box, or where that snaps to; say where that is, and what it hides there."""
        draw.guides.clear()
        w, h = self._element.canvas
        if snap and self.part == "MOVE":
            same_size = abs(box.w - self._element.box.w) < 1e-6
            room = self._element.room if same_size else None
            found = snapped(box, self._element.margin, w / h, room.fractions((w, h)) if room else ())
            box = found.box
            draw.guides.extend(found.guides)
        self._held.put(self._element.box, box)
        now, _ = placed(edited_scene(context))
        hides = now.hides() if now else ""
        if context.area:
            says = f"X {box.centre[0]:.3f}  Y {box.centre[1]:.3f}  Width {box.w:.3f}"
            context.area.header_text_set(
                f"{says}   {'It ' + hides if hides else 'It hides nothing'}   Ctrl: no snapping"
            )
        redraw()

    def _finish(self, context: bpy.types.Context) -> set[str]:
        draw.guides.clear()
        if context.area:
            context.area.header_text_set(None)
        redraw()
        return {"FINISHED"}


class LECTERN_OT_show_in_preview(bpy.types.Operator):
    """Show or hide this over the preview or the timeline"""

    bl_idname = "lectern.show_in_preview"
    bl_label = "Show in Preview"

    what: EnumProperty(name="What", items=[item[:3] for item in PREVIEW_ITEMS])

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether an episode is open."""
        return can_run(cls, no_episode(context))

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Switch it."""
        panel = context.window_manager.lectern
        panel.preview_shows ^= {self.what}
        return {"FINISHED"}


class LECTERN_OT_go_to_word(bpy.types.Operator):
    """Put the playhead where these words are said next"""

    bl_idname = "lectern.go_to_word"
    bl_label = "Go to Words"

    words: StringProperty(
        name="Words", description="What is said there, as the script writes it", options={"SKIP_SAVE"}
    )
    frame: IntProperty(name="Frame", default=NO_FRAME, options={"HIDDEN", "SKIP_SAVE"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether it is known which words are said when."""
        return can_run(cls, no_episode(context), "" if known() else NOT_BUILT)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask for the words, unless a word was clicked."""
        if self.frame != NO_FRAME:
            return self.execute(context)
        return context.window_manager.invoke_props_dialog(self, title="Go to Words", confirm_text="Go")

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the dialog."""
        row = self.layout.row()
        row.activate_init = True
        row.prop(self, "words", text="")

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Go there."""
        scene = edited_scene(context)
        frame = self.frame
        if frame == NO_FRAME:
            found = said_after(tuple(word_spots(scene)), self.words, scene.frame_current)
            if found is None:
                self.report({"ERROR"}, f'Nobody says "{self.words}" in this film')
                return {"CANCELLED"}
            frame = round(found.start)
        scene.frame_set(frame)
        return {"FINISHED"}


class LECTERN_OT_make_proxies(bpy.types.Operator):
    """Let Blender make smaller copies of videos that are larger than the film, for playing in the preview; the film has the originals"""

    bl_idname = "lectern.make_proxies"
    bl_label = "Make Proxies"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether a video on the timeline is larger than the film."""
        scene = edited_scene(context)
        heavy = scene and next(heavy_strips(scene), None)
        return can_run(
            cls, no_episode(context), "" if heavy else "No video here is larger than the film: it plays as it is"
        )

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Ask for them; with a window, Blender makes them beside it, and the previews play them."""
        scene = edited_scene(context)
        heavy = [*heavy_strips(scene)]
        new = [strip for strip in heavy if ask_for_proxies(strip)]
        show_proxies(context.window_manager)
        if not bpy.app.background:
            selected = [strip for strip in scene.sequence_editor.strips_all if strip.select]
            for strip in scene.sequence_editor.strips_all:
                strip.select = strip in heavy
            with context.temp_override(**sequencer_place(context)):
                bpy.ops.sequencer.rebuild_proxy("INVOKE_DEFAULT")
            for strip in scene.sequence_editor.strips_all:
                strip.select = strip in selected
        self.report({"INFO"}, f"{len(heavy)} videos play proxies of half their size, {len(new)} of them from now on")
        return {"FINISHED"}


def sequencer_place(context: bpy.types.Context) -> dict[str, object]:
    """Return a timeline on the screen as a context. Raises LecternError if there is none."""
    for window in context.window_manager.windows:
        for area in (area for area in window.screen.areas if area.type == "SEQUENCE_EDITOR"):
            if area.spaces.active.view_type != "PREVIEW":
                region = next(region for region in area.regions if region.type == "WINDOW")
                return {"window": window, "area": area, "region": region}
    raise LecternError("Open a sequencer first: Blender makes proxies from there")


CLASSES = (LECTERN_OT_make_proxies, LECTERN_OT_move_element, LECTERN_OT_show_in_preview, LECTERN_OT_go_to_word)
