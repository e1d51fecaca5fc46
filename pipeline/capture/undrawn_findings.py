"""What recordings show as boxes, because no font has its letters."""

from collections.abc import Iterable, Iterator, Mapping

from ..base.errors import FilmFinding
from ..base.fonts import own_face
from ..base.text_runs import unsettable
from ..base.undrawn import boxes_instead, undrawn
from ..episode.capture_block import Capture
from ..episode.capture_kinds import SHELLS
from ..episode.model import Scene
from .take import CaptureTake

_TITLE_FONT = "Inter-SemiBold.otf"


def undrawn_findings(scenes: Iterable[Scene], takes: Mapping[str, CaptureTake]) -> Iterator[FilmFinding]:
    """Yield a finding for each recording (by its capture's id) with letters that are drawn as boxes, in it or in its window's bar.

    Pages and desktops have fonts of their own, so nothing is known of the letters in them.
    """
    for scene in scenes:
        for capture in scene.captures:
            if capture.id in takes:
                yield from _of_take(scene, capture, takes[capture.id])


def _of_take(scene: Scene, capture: Capture, take: CaptureTake) -> Iterator[FilmFinding]:
    if capture.kind in SHELLS:
        shown = "".join({box.text: None for entry in take.text for box in entry.boxes})
        if letters := undrawn(shown):
            yield FilmFinding(f'scene "{scene.id}": the {capture.kind} shows {boxes_instead(letters)}', capture.line)
    titles = {take.title: None, **{title: None for bar in take.bars for title in (bar.address, *bar.tabs)}}
    if letters := unsettable("\n".join(titles), own_face(_TITLE_FONT)):
        yield FilmFinding(f'scene "{scene.id}": the window\'s bar shows {boxes_instead(letters)}', capture.line)
