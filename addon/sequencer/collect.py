"""What a person changed on Lectern's strips becomes edits, by strip id."""

import bpy

from ...pipeline.geometry import Size
from ...pipeline.timeline.edits import Edits, StripEdit, combined, edits_of
from ...pipeline.timeline.model import Timeline
from .owned import edit_made, made, owned_strips, remembered
from .show import now


def collect(scene: bpy.types.Scene, timeline: Timeline, before: Edits = Edits()) -> Edits:
    """All edits that the scene shows, against what the script alone would make.

    `timeline` is the one the scene was compiled from. A strip that was deleted counts as muted. Edits in `before` of
    strips that the scene doesn't have are kept. Collecting twice gives the same.
    """
    owned, expected = owned_strips(scene), remembered(scene)
    found = [combined(edit_made(strip), _change(id, strip, timeline.size)) for id, strip in owned.items()]
    deleted = [before.of(id).model_copy(update={"muted": True}) for id in expected if id not in owned]
    elsewhere = [edit for edit in before.strips if edit.id not in owned and edit.id not in expected]
    return edits_of(found + deleted + elsewhere)


def _change(id: str, strip: bpy.types.Strip, canvas: Size) -> StripEdit:
    """What was done to one strip since it was made."""
    if strip.type == "CROSS":
        return StripEdit(id=id, muted=strip.mute)
    was, is_now = made(strip), now(strip)
    moved = is_now["content"] - was["content"]
    edit = {
        "start_delta": moved,
        "trim_start": is_now["start"] - was["start"] - moved,
        "trim_end": was["end"] - is_now["end"] + moved,
        "muted": strip.mute,
    }
    if strip.type == "SOUND":
        edit["volume"] = round(is_now["volume"] / was["volume"], 6) if was["volume"] else 1.0
    elif not any(path.startswith("transform") for path in was["curves"]):
        edit |= _moved(was, is_now, canvas)
    if strip.type == "TEXT" and is_now["text"] != was["text"]:
        edit |= {"text": is_now["text"], "text_before": was["text"]}
    return StripEdit(id=id, **edit)


def _moved(was: dict[str, float], is_now: dict[str, float], canvas: Size) -> dict[str, float]:
    """How far its middle went, in fractions of the frame, and by which factor it grew."""
    right = (is_now["x"] - was["x"]) / canvas[0] + is_now.get("left", 0) - was.get("left", 0)
    up = (is_now["y"] - was["y"]) / canvas[1] + is_now.get("bottom", 0) - was.get("bottom", 0)
    scale = is_now["scale"] / was["scale"] * is_now.get("size", 1) / was.get("size", 1)
    return {"dx": round(right, 5), "dy": round(-up, 5), "scale": round(scale, 5)}
