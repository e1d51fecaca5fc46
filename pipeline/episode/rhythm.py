"""How scenes follow one another where their author does not say: the rests between them, and their transitions.

A film whose scenes all end with the same silence and the same fade looks as if nobody had directed it. So scenes of one
chapter follow closely; a chapter takes its time. A window that goes on is cut, another window is pushed in, and what is
shown on the film's own ground fades.
"""

from collections.abc import Sequence
from typing import Any, Literal

from .capture_block import Capture
from .model import Scene

Transition = Literal["cut", "fade", "push", "slide", "wipe"]
"""How a picture gives way to the next."""

BEFORE, AFTER = 0.2, 0.25
"""Seconds of silence before the first and after the last word of a scene, within a chapter."""
CHAPTER_BEFORE, CHAPTER_AFTER = 0.6, 0.5
"""The same where a chapter begins and where one ends."""
FIRST_BEFORE, LAST_AFTER = 0.4, 0.8
"""Seconds before the film's first word, and after the last one before a scene without words, like the card at the end."""
SECONDS: dict[Transition, float] = {"cut": 0.0, "fade": 0.4, "push": 0.66, "slide": 0.6, "wipe": 0.5}
"""How long each transition takes."""
CHAPTER_FADE = 0.8
"""Seconds of the fade with which a chapter begins."""


def with_rhythm(scenes: Sequence[Scene]) -> tuple[Scene, ...]:
    """Return the scenes of a film with rests and transitions; what their author has set stays as it is."""
    neighbours = zip((None, *scenes), scenes, (*scenes[1:], None), strict=False)
    return tuple(_with_rhythm(scene, before, after) for before, scene, after in neighbours)


def opens_chapter(scene: Scene) -> bool:
    """Return whether the scene begins with a chapter's card."""
    cards = [o.at for o in scene.overlays if o.kind == "chapter"] + [c.at for c in scene.clips if c.name == "chapter"]
    return None in cards


def is_same_window(one: Capture, other: Capture) -> bool:
    """Return whether two captures look like one window in which work goes on."""
    looks = [(c.kind, c.title, c.environment.device, c.environment.size) for c in (one, other)]
    return looks[0] == looks[1] and one.kind not in ("footage", "desktop")


def _with_rhythm(scene: Scene, before: Scene | None, after: Scene | None) -> Scene:
    style = _transition(before, scene) if scene.transition == "auto" else scene.transition
    values: dict[str, Any] = {
        "transition_seconds": CHAPTER_FADE if style == "fade" and opens_chapter(scene) else SECONDS[style],
        "before": FIRST_BEFORE if before is None else CHAPTER_BEFORE if opens_chapter(scene) else BEFORE,
        "after": LAST_AFTER if after is None or not after.lines else CHAPTER_AFTER if opens_chapter(after) else AFTER,
    }
    own = scene.model_fields_set
    return scene.model_copy(update={"transition": style} | {k: v for k, v in values.items() if k not in own})


def _transition(before: Scene | None, scene: Scene) -> Transition:
    if before is None:
        return "cut"
    if not _ends_in_window(before) or not _begins_in_window(scene):
        return "fade"
    goes_on = before.layout == scene.layout and is_same_window(before.captures[-1], scene.captures[0])
    return "cut" if goes_on else "push"


def _ends_in_window(scene: Scene) -> bool:
    """Return whether it is a capture that is seen when the scene ends; a clip may lie over it."""
    return bool(scene.captures) and scene.layout != "narrator-only" and not scene.clips


def _begins_in_window(scene: Scene) -> bool:
    """Return whether it is a capture that is seen when the scene begins; a card or a clip may come first."""
    cards = any(o.kind in ("title", "chapter") and not o.at for o in scene.overlays)
    return _ends_in_window(scene) and not scene.captures[0].at and not cards
