"""Read what a person has changed on Lectern's strips, as edits by strip id."""

from typing import Any

import bpy

from ...pipeline.base.geometry import Size
from ...pipeline.timeline.edits import Edits, StripEdit, edits_of, merge_edits
from ...pipeline.timeline.model import Timeline
from .apply_strip import current_values
from .owned import compiled_edit, compiled_values, owned_strips, remembered


def collect(scene: bpy.types.Scene, timeline: Timeline, before: Edits | None = None) -> Edits:
    """Return all differences between the scene and what the script alone would make.

    `timeline` is the one that the scene was compiled from. A deleted strip counts as muted. Edits in `before` of strips
    that the scene doesn't contain are kept. Collecting twice returns the same edits.
    """
    before = before or Edits()
    owned, expected = owned_strips(scene), remembered(scene)
    changed = [merge_edits(compiled_edit(strip), _change(id, strip, timeline.size)) for id, strip in owned.items()]
    deleted = [before.of(id).model_copy(update={"muted": True}) for id in expected if id not in owned]
    elsewhere = [edit for edit in before.strips if edit.id not in owned and edit.id not in expected]
    return edits_of(changed + deleted + elsewhere)


def _change(id: str, strip: bpy.types.Strip, canvas: Size) -> StripEdit:
    """Return what a person has done to a strip since it was compiled."""
    if strip.type == "CROSS":
        return StripEdit(id=id, muted=strip.mute)
    compiled, current = compiled_values(strip), current_values(strip)
    shift = current["content"] - compiled["content"]
    edit: dict[str, Any] = {
        "start_delta": shift,
        "trim_start": current["start"] - compiled["start"] - shift,
        "trim_end": compiled["end"] - current["end"] + shift,
        "muted": strip.mute,
    }
    if strip.type == "SOUND":
        edit["volume"] = round(current["volume"] / compiled["volume"], 6) if compiled["volume"] else 1.0
    elif not any(path.startswith("transform") for path in compiled["curves"]):
        edit |= _transform_change(compiled, current, canvas)
    if strip.type == "TEXT" and current["text"] != compiled["text"]:
        edit |= {"text": current["text"], "text_before": compiled["text"]}
    return StripEdit(id=id, **edit)


def _transform_change(compiled: dict[str, float], current: dict[str, float], canvas: Size) -> dict[str, float]:
    """Return how far the strip's centre was moved, in fractions of the frame, and by which factor it was scaled."""
    right = (current["x"] - compiled["x"]) / canvas[0] + current.get("left", 0) - compiled.get("left", 0)
    up = (current["y"] - compiled["y"]) / canvas[1] + current.get("bottom", 0) - compiled.get("bottom", 0)
    scale = current["scale"] / compiled["scale"] * current.get("size", 1) / compiled.get("size", 1)
    return {"dx": round(right, 5), "dy": round(-up, 5), "scale": round(scale, 5)}
