"""Runs code for the strip tests, which find here a scene, the functions under test, and rendered pictures.

A line of input is a folder: the code is `code.py` in it, and what goes wrong is told in `fault.txt`.
"""

import json  # noqa: F401
import sys
import traceback
from pathlib import Path

import bpy
import numpy as np
from PIL import Image
from strip_stage import *  # noqa: F403

from lectern.addon.output import set_still
from lectern.addon.sequencer.collect import collect  # noqa: F401
from lectern.addon.sequencer.compile import compile_timeline  # noqa: F401
from lectern.addon.sequencer.owned import owned_strips
from lectern.addon.sequencer.strip_transform import blender_frame
from lectern.pipeline.timeline.edits import Edits, apply_edits  # noqa: F401

scene: bpy.types.Scene
"""The scene of the file in which code runs at present."""


def strip(id: str) -> bpy.types.Strip:
    return owned_strips(scene)[id]


def picture(frame: int, root: Path) -> np.ndarray:
    """Render a frame of the film as RGB, shape (height, width, 3)."""
    set_still(scene, root / "still.png")
    scene.frame_set(blender_frame(frame))
    bpy.ops.render.render(write_still=True)
    return np.asarray(Image.open(root / "still.png").convert("RGB")).astype(int)


def pixel(image: np.ndarray, x: int, y: int) -> list[int]:
    return image[y, x].tolist()


def extent(image: np.ndarray, colour: tuple[int, int, int], near: int = 3) -> list[int]:
    """Return left, top, right, bottom of all pixels of a colour, or [] if there are none."""
    rows, columns = np.where((np.abs(image - colour) <= near).all(axis=2))
    return [int(v) for v in (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)] if len(rows) else []


def spot(strip: bpy.types.Strip) -> list[int]:
    """Return the channel and the handles."""
    return [strip.channel, int(strip.left_handle), int(strip.right_handle)]


def spots() -> dict[str, list[int]]:
    return {id: spot(found) for id, found in owned_strips(scene).items()}


def run(root: Path) -> None:
    """Runs the code in `root` in an empty file."""
    global scene
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    scene = bpy.context.scene
    try:
        exec(compile((root / "code.py").read_text(), str(root / "code.py"), "exec"), {**globals(), "root": root})
    except Exception:
        (root / "fault.txt").write_text(traceback.format_exc())


if __name__ == "__main__":
    for line in sys.stdin:
        run(Path(line.rstrip("\n")))
        print(f"\n{DONE}", end="", flush=True)  # noqa: F405
