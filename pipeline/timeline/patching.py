"""The strips over a scene's footage: close-ups, spotlights, outlines, key-caps, and what hides secrets."""

from collections.abc import Iterable

from .frames import fades, head
from .model import MovieStrip, SceneSpan
from .takes import SceneTakes


def patch_strips(take: SceneTakes, span: SceneSpan) -> Iterable[MovieStrip]:
    """A strip for every patch. Nothing moves them but a hand: what the camera does is drawn in the clips."""
    for patch in take.patches:
        start, end = span.start + patch.start, span.start + patch.end
        yield MovieStrip(
            **head(patch.id, patch.name, patch.track, span, start, end),
            source=patch.source,
            box=patch.box,
            opacity=fades(start, end) if patch.fades else (),
        )
