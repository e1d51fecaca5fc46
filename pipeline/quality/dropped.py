"""Is what moves on the screens smooth? Recordings in real time that lack frames even after a second try."""

from collections.abc import Iterable, Mapping

from ..capture.browser.smoothness import MAY_DROP
from ..capture.take import CaptureTake
from ..episode.later import SCRIPT
from ..episode.model import Scene
from ..episode.screen import Capture

_STEPPED = ("browser", "ide")
"""Kinds that can be filmed frame by frame, too."""


def dropped_findings(scenes: Iterable[Scene], takes: Mapping[str, CaptureTake], keys: Mapping[str, str]) -> tuple[str, ...]:
    """A sentence for each capture (by id: its take and the take's key) that lacks more of its frames than it may."""
    filmed = ((s, c) for s in scenes for c in s.captures if c.id in takes and takes[c.id].dropped > MAY_DROP)
    return tuple(_said(scene, capture, takes[capture.id], keys[capture.id]) for scene, capture in filmed)


def _said(scene: Scene, capture: Capture, take: CaptureTake, key: str) -> str:
    start, end = max(take.gaps, key=lambda gap: gap[1] - gap[0], default=(0.0, 0.0))
    step = next((event.line for event in take.events if event.start <= start < event.end and event.line), 0)
    worst = f" (for {end - start:.1f} s none at all, {start:.1f} s into it)" if end else ""
    return (
        f'{SCRIPT}:{step or capture.line}: scene "{scene.id}": {take.dropped:.1%} of the frames of what moves are missing in the '
        f"recording{worst}: this computer was too busy. "
        f"Close other programs, delete media/capture/{key} and build again{_or_stepped(capture)}"
    )


def _or_stepped(capture: Capture) -> str:
    return ', or write "deterministic: true"' if capture.kind in _STEPPED else ""
