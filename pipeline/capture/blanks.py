"""What is seen in a recording's pictures: which look the same, and where they show nothing, or boxes, which a person should know."""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np

from ..base.errors import FilmFinding
from ..base.fonts import own_face
from ..base.text_runs import unsettable
from ..base.undrawn import boxes_instead, undrawn
from ..episode.capture_block import Capture
from ..episode.capture_kinds import SHELLS
from ..episode.model import Scene
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
_TITLE_FONT = "Inter-SemiBold.otf"


def note_seen(take: CaptureTake, folder: Path) -> CaptureTake:
    """Return the take with what is seen in its pictures, which are in `folder`: `looks`, and the stretches that are `blank`.

    A film may be black for a while; footage counts where there is nothing else, and nothing is done in it that could show.
    """
    ends, looks = [*take.times[1:], take.duration], list[int]()
    pictures = _noting_looks(read_pictures(folder / take.pictures), looks)
    blank = blank_spans(zip(take.times, ends, pictures, strict=True))
    if take.kind != "footage":
        return take.model_copy(update={"blank": blank, "looks": tuple(looks)})
    return take.model_copy(update={"blank": blank}) if blank == ((take.times[0], take.duration),) else take


def _noting_looks(pictures: Iterable[np.ndarray], looks: list[int]) -> Iterator[np.ndarray]:
    """Yield the pictures, and add to `looks` which is the first that looks like each, by checksums of 32 bits."""
    first: dict[int, int] = {}
    for index, picture in enumerate(pictures):
        looks.append(first.setdefault(zlib.crc32(picture.tobytes()), index))
        yield picture


def blank_findings(scenes: Iterable[Scene], takes: Mapping[str, CaptureTake]) -> tuple[FilmFinding, ...]:
    """Return a finding for each capture (by id: its take) that shows nothing for a while."""
    filmed = ((s, c) for s in scenes for c in s.captures if c.id in takes and takes[c.id].blank)
    return tuple(_finding(scene, capture, takes[capture.id]) for scene, capture in filmed)


def _finding(scene: Scene, capture: Capture, take: CaptureTake) -> FilmFinding:
    start, end = max(take.blank, key=lambda span: span[1] - span[0])
    step = next((event.line for event in take.events if event.start <= start < event.end and event.line), 0)
    when = "throughout" if end - start >= take.duration else f"for {end - start:.1f} s, {start:.1f} s into it"
    advice = f"{_ADVICE.get(capture.kind, _USUAL_ADVICE)}, and build again"
    message = f'scene "{scene.id}": the recording shows nothing {when}: one empty colour. {advice}'
    return FilmFinding(message, step or capture.line)


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
