"""What the child processes of the strip tests share: a scene, a compile, a rendered picture."""

import json  # noqa: F401
from pathlib import Path

import bpy
import numpy as np
from lectern.addon.output import set_still
from lectern.addon.sequencer.collect import collect  # noqa: F401
from lectern.addon.sequencer.compile import compile_timeline  # noqa: F401
from lectern.addon.sequencer.owned import owned_strips
from lectern.addon.sequencer.placement import blender_frame
from lectern.pipeline.timeline.edits import Edits, apply_edits  # noqa: F401
from PIL import Image
from strip_stage import *  # noqa: F403

bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
scene = bpy.context.scene


def strip(id: str) -> bpy.types.Strip:
    return owned_strips(scene)[id]


def picture(frame: int, root: Path) -> np.ndarray:
    """The film's frame as RGB."""
    set_still(scene, root / "still.png")
    scene.frame_set(blender_frame(frame))
    bpy.ops.render.render(write_still=True)
    return np.asarray(Image.open(root / "still.png").convert("RGB")).astype(int)


def pixel(image: np.ndarray, x: int, y: int) -> list[int]:
    return image[y, x].tolist()


def extent(image: np.ndarray, colour: tuple[int, int, int], near: int = 3) -> list[int]:
    """Left, top, right, bottom of all pixels of a colour; [] without any."""
    rows, columns = np.where((np.abs(image - colour) <= near).all(axis=2))
    return [int(v) for v in (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)] if len(rows) else []


def spot(strip: bpy.types.Strip) -> list[int]:
    """Channel and handles."""
    return [strip.channel, int(strip.left_handle), int(strip.right_handle)]


def spots() -> dict[str, list[int]]:
    return {id: spot(found) for id, found in owned_strips(scene).items()}
