"""Why a button is grey: one sentence a person reads in its tooltip."""

import bpy

from ..addon.properties import edited_scene, episode_folder
from ..pipeline.errors import LecternError
from ..pipeline.services.keys import is_local


def no_episode(context: bpy.types.Context) -> str:
    """Why there is nothing to work on ("" where there is)."""
    scene = edited_scene(context)
    return "" if scene and episode_folder(scene) else "No episode is open: choose its folder with Open Episode"


def busy(context: bpy.types.Context) -> str:
    """Why nothing can be started now ("" where it can)."""
    return "Lectern is at work: wait, or press Cancel" if context.window_manager.lectern.busy else ""


def not_trusted(context: bpy.types.Context) -> str:
    """Why the episode may not run what it wants to ("" where it may)."""
    trusted = context.window_manager.lectern.trusted
    return "" if trusted else "You have not allowed what this episode runs: Review and Trust"


def offline(context: bpy.types.Context) -> str:
    """Why an episode that contacts servers can't be built ("" where it can): Blender's setting is obeyed."""
    hosts = [d.what for d in context.window_manager.lectern.dangers if d.kind == "host" and not _is_here(d.what)]
    if bpy.app.online_access or not hosts:
        return ""
    return f"It opens {hosts[0]}, and online access is off: allow it in Blender's Preferences, System"


def _is_here(what: str) -> bool:
    """Whether the host that a danger begins with is this very computer."""
    try:
        return is_local(f"//{what.split()[0]}")
    except LecternError:
        return False


def explains(cls: type[bpy.types.Operator], *reasons: str) -> bool:
    """Whether `cls` may run; the first reason against it becomes its tooltip."""
    against = next((r for r in reasons if r), "")
    if against:
        cls.poll_message_set(against)
    return not against
