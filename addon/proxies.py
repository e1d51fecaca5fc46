"""Proxies of heavy footage: smaller copies that Blender makes beside it and shows while it plays, never in the film."""

from collections.abc import Iterator

import bpy

from .preview.boxes import canvas_of

FRACTION = "PROXY_50"
"""The size of proxies: half as wide and high."""


def heavy_strips(scene: bpy.types.Scene) -> Iterator[bpy.types.Strip]:
    """Yield the strips whose video has more pixels than the film: what Lectern makes has as many at the most."""
    width, height = canvas_of(scene)
    for strip in scene.sequence_editor.strips_all if scene.sequence_editor else ():
        if strip.type == "MOVIE" and strip.elements and not strip.mute:
            element = strip.elements[0]
            if element.orig_width * element.orig_height > width * height:
                yield strip


def ask_for_proxies(strip: bpy.types.Strip) -> bool:
    """Have a strip play a proxy of half its size; return False if it does already."""
    if strip.use_proxy and strip.proxy.build_50:
        return False
    strip.use_proxy = True
    proxy = strip.proxy
    proxy.build_25 = proxy.build_75 = proxy.build_100 = False
    proxy.build_50 = True
    return True


def show_proxies(window_manager: bpy.types.WindowManager) -> None:
    """Have every preview play proxies where there are some."""
    for window in window_manager.windows:
        for area in (area for area in window.screen.areas if area.type == "SEQUENCE_EDITOR"):
            area.spaces.active.proxy_render_size, area.spaces.active.use_proxies = FRACTION, True
