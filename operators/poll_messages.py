"""Why a button is greyed out: each function returns one sentence for the tooltip, or "" if nothing is in the way."""

import bpy

from ..addon.properties import NO_EPISODE, edited_scene, episode_folder
from ..pipeline.base.errors import LecternError
from ..pipeline.services.keys import is_local


def no_episode(context: bpy.types.Context) -> str:
    """Return why there is nothing to work on."""
    scene = edited_scene(context)
    return "" if scene and episode_folder(scene) else NO_EPISODE


def building(context: bpy.types.Context) -> str:
    """Return why nothing else can be started during a build."""
    return "A build is running: wait for it, or press Cancel" if context.window_manager.lectern.is_building else ""


def not_trusted(context: bpy.types.Context) -> str:
    """Return why the episode may not run its programs and contact its servers yet."""
    trusted = context.window_manager.lectern.trusted
    return "" if trusted else "You have not allowed what this episode runs: press Review and Trust"


def offline(context: bpy.types.Context) -> str:
    """Return why an episode that contacts servers can't be built while Blender's online access is off."""
    permissions = context.window_manager.lectern.permissions
    hosts = [row.host for row in permissions if row.host and not _is_this_computer(row.host)]
    if bpy.app.online_access or not hosts:
        return ""
    return f"It opens {hosts[0]}, and online access is off: allow it in Blender's Preferences, System"


def can_run(cls: type[bpy.types.Operator], *reasons: str) -> bool:
    """Return whether `cls` may run. The first reason against it becomes the tooltip of its button."""
    reason = next((reason for reason in reasons if reason), "")
    if reason:
        cls.poll_message_set(reason)
    return not reason


def _is_this_computer(host: str) -> bool:
    """Return whether a host is this computer; a pattern of hosts is not."""
    try:
        return is_local(f"//{host}")
    except LecternError:
        return False
