"""Recordings that show nothing: where, and what a person should do about it."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from ..episode.capture_block import Capture
from ..episode.model import Scene
from ..episode.source import SCRIPT
from .pictures import read_pictures
from .pixels.painted import blank_spans
from .take import CaptureTake

_ADVICE = {
    "browser": 'Wait under hidden: for what the page draws ("- wait: {text: …}")',
    "ide": 'Wait under hidden: for what the page draws ("- wait: {text: …}")',
    "desktop": 'Wait under hidden: for what the program draws ("- wait: {text: …}")',
    "footage": "Name the part that shows something with start: and end:, or another file",
}
_USUAL_ADVICE = "Leave something on the screen"


def note_blanks(take: CaptureTake, folder: Path) -> CaptureTake:
    """Return the take with the stretches in which its pictures, which are in `folder`, show nothing.

    A film may be black for a while; footage counts where there is nothing else.
    """
    ends = [*take.times[1:], take.duration]
    blank = blank_spans(zip(take.times, ends, read_pictures(folder / take.pictures), strict=True))
    if take.kind == "footage" and blank != ((take.times[0], take.duration),):
        return take
    return take.model_copy(update={"blank": blank})


def blank_findings(scenes: Iterable[Scene], takes: Mapping[str, CaptureTake]) -> tuple[str, ...]:
    """Return a sentence for each capture (by id: its take) that shows nothing for a while."""
    filmed = ((s, c) for s in scenes for c in s.captures if c.id in takes and takes[c.id].blank)
    return tuple(_message(scene, capture, takes[capture.id]) for scene, capture in filmed)


def _message(scene: Scene, capture: Capture, take: CaptureTake) -> str:
    start, end = max(take.blank, key=lambda span: span[1] - span[0])
    step = next((event.line for event in take.events if event.start <= start < event.end and event.line), 0)
    when = "throughout" if end - start >= take.duration else f"for {end - start:.1f} s, {start:.1f} s into it"
    return (
        f'{SCRIPT}:{step or capture.line}: scene "{scene.id}": the recording shows nothing {when}: one empty colour. '
        f"{_ADVICE.get(capture.kind, _USUAL_ADVICE)}, and build again"
    )
