"""What is being made, shown in place on the timeline: a bar over each scene with its stage, progress or error."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import bpy

from . import snapshot
from .properties import LecternPanel, edited_scene

COLOURS = {
    "running": (0.16, 0.46, 0.78, 0.9), "waiting": (0.35, 0.35, 0.35, 0.75), "failed": (0.75, 0.2, 0.16, 0.95),
}  # fmt: skip
HEIGHT = 20
"""Pixels of a bar, at a resolution scale of 1."""
RULER = 30
"""Pixels that the times above the strips take, at a resolution scale of 1."""
_handles: list[Any] = []


class SceneMark(NamedTuple):
    """What is shown over a scene: from one Blender frame to another, in which state, how far (0..1), and in which words."""

    start: int
    end: int
    state: str
    progress: float
    text: str


def scene_marks(panel: LecternPanel, fps: float) -> Iterator[SceneMark]:
    """Yield a mark for each scene for which something runs, waits or failed.

    Scenes that are not on the timeline yet get room behind the film, as long as they are expected to be.
    """
    jobs: dict[str, list[Any]] = {}
    for job in panel.jobs:
        if job.state in COLOURS and (job.state == "failed" or panel.is_building):
            jobs.setdefault(job.scene, []).append(job)
    for scene, start, end in _spans(panel, fps):
        if found := jobs.get(scene):
            yield _mark(found, start, end)


def _spans(panel: LecternPanel, fps: float) -> Iterator[tuple[str, int, int]]:
    """Yield every scene of the film with its first frame and the one after its last."""
    rows = [row for row in panel.scenes if row.number]
    laid = sorted((row.frame, row.name) for row in rows if row.frame)
    end = round(panel.duration * fps) + 1
    for (start, name), after in zip(laid, [*(frame for frame, _ in laid[1:]), end], strict=True):
        yield name, start, max(after, start + 1)
    for row in (row for row in rows if not row.frame):
        length = max(1, round(row.expected * fps))
        yield row.name, end, end + length
        end += length


def _mark(jobs: Iterable[Any], start: int, end: int) -> SceneMark:
    jobs = list(jobs)
    worst = next(state for state in COLOURS_BY_WEIGHT if any(job.state == state for job in jobs))
    job = next(job for job in jobs if job.state == worst)
    more = f" and {len(jobs) - 1} more" if len(jobs) > 1 else ""
    what = job.text.partition(": ")[2] or job.text
    told = (
        f"{what}: {job.error}"
        if worst == "failed"
        else f"{what} {job.progress:.0%}"
        if worst == "running"
        else f"{what}: waits"
    )
    return SceneMark(start, end, worst, job.progress if worst == "running" else 1.0, told + more)


COLOURS_BY_WEIGHT = ("failed", "running", "waiting")
"""The states, the one that is shown first where there are several."""


def _draw() -> None:
    """Draw the marks along the upper edge of the timeline, below the times."""
    scene, region = edited_scene(bpy.context), bpy.context.region
    if scene is None or bpy.context.space_data.view_type == "PREVIEW" or not snapshot.panel().jobs:
        return
    scale = bpy.context.preferences.system.ui_scale
    for mark in scene_marks(snapshot.panel(), scene.render.fps):
        left, right = (region.view2d.view_to_region(frame, 0, clip=False)[0] for frame in (mark.start, mark.end))
        if left < region.width and right > 0:
            bottom = region.height - (RULER + HEIGHT) * scale
            _draw_bar(max(left, 0), min(right, region.width), bottom, mark, scale)


def _draw_bar(left: float, right: float, bottom: float, mark: SceneMark, scale: float) -> None:
    import blf
    import gpu
    from gpu_extras.batch import batch_for_shader

    height, shader = HEIGHT * scale, gpu.shader.from_builtin("UNIFORM_COLOR")
    gpu.state.blend_set("ALPHA")
    for share, alpha in ((1.0, 0.35), (mark.progress, 1.0)):
        x = left + (right - left) * share
        corners = [(left, bottom), (x, bottom), (x, bottom + height), (left, bottom + height)]
        *colour, opacity = COLOURS[mark.state]
        shader.uniform_float("color", (*colour, opacity * alpha))
        batch_for_shader(shader, "TRIS", {"pos": corners}, indices=[(0, 1, 2), (0, 2, 3)]).draw(shader)
    gpu.state.blend_set("NONE")
    blf.size(0, 11 * scale)
    blf.color(0, 1, 1, 1, 1)
    blf.enable(0, blf.CLIPPING)
    blf.clipping(0, left + 4, bottom, right - 4, bottom + height)
    blf.position(0, left + 6 * scale, bottom + 6 * scale, 0)
    blf.draw(0, mark.text)
    blf.disable(0, blf.CLIPPING)


def register() -> None:
    """Show the marks in every timeline; without a window nothing is drawn."""
    if not bpy.app.background:
        _handles.append(bpy.types.SpaceSequenceEditor.draw_handler_add(_draw, (), "WINDOW", "POST_PIXEL"))


def unregister() -> None:
    """Show them no more."""
    while _handles:
        bpy.types.SpaceSequenceEditor.draw_handler_remove(_handles.pop(), "WINDOW")
