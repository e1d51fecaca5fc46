"""Opening what was made, in the programs that the person uses for it."""

from pathlib import Path

import bpy
from bpy.props import EnumProperty

from .reasons import explains, no_episode

WHAT = (
    ("film", "Film", "The finished film"),
    ("subtitles", "Subtitles", "The film's subtitles"),
    ("folder", "Folder", "The episode's folder"),
)


class LECTERN_OT_open_film(bpy.types.Operator):
    """Open the film, its subtitles or the episode's folder in the program that belongs to it"""

    bl_idname = "lectern.open_film"
    bl_label = "Open Film"
    bl_options = {"INTERNAL"}

    what: EnumProperty(items=WHAT, name="What")

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return explains(cls, no_episode(context))

    def execute(self, context: bpy.types.Context) -> set[str]:
        path = getattr(context.window_manager.lectern, self.what)
        if not path or not Path(path).exists():
            self.report({"WARNING"}, f"There is no {self.what} yet: render the film")
            return {"CANCELLED"}
        return bpy.ops.wm.path_open(filepath=path)


CLASSES = (LECTERN_OT_open_film,)
