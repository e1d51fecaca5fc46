"""What a button came to: what is wrong is reported, what was changed is shown."""

from collections.abc import Callable

import bpy

from ..addon import snapshot
from ..addon.properties import edited_scene
from ..pipeline.errors import LecternError


def changed(operator: bpy.types.Operator, context: bpy.types.Context, change: Callable[[], None]) -> set[str]:
    """Changes something of the episode; what an operator's `execute` returns."""
    try:
        change()
    except LecternError as error:
        operator.report({"ERROR"}, str(error))
        return {"CANCELLED"}
    snapshot.forget()
    snapshot.refresh(edited_scene(context))
    return {"FINISHED"}
