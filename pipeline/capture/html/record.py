"""Draws an HTML clip frame by frame, for exactly those frames of the film in which it is seen, on a transparent background."""

import json
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import av

from ...base.assets import page_file
from ...base.clock import seconds_at
from ...base.errors import LecternError
from ...base.geometry import Size, box_of_pixels
from ...base.video import write_frames
from ...jobs.recipe import JobContext, Recipe
from ..devtools import NoAnswer
from ..fault import retry_on_browser_death
from ..stepped_page import NeverLoaded, PageError, SteppedPage, stepped_page
from ..take import TextBox, VisibleText
from .request import ClipFault, ClipRequest, ClipTake
from .site import HOME, ClipSite

VIDEO = "clip.mov"
TEXT_INTERVAL = 3
"""Frames between two looks at what can be read."""
FRAMES_AHEAD = 6
"""Frames that may wait to be encoded."""
ATTEMPTS = 3
"""Attempts at a clip whose browser is killed from outside."""
HANG_SECONDS = 15.0
"""Seconds that a frame may take; twice as many when the clip is tried again."""
ENDLESS = "its script does not finish: it runs in an endless loop, or takes half a minute for a frame"
UNREADY = "it is never ready to begin: a lectern.wait(…) is not settled, or something that it loads does not come"


class _ClipFailed(LecternError):
    """The clip can't be shown."""

    def __init__(self, fault: ClipFault) -> None:
        self.fault = fault
        super().__init__(fault.message)


def make_clip(request: ClipRequest, folder: Path, context: JobContext) -> ClipTake:
    """Draw the clip into `folder` and return its take. A page with a fault becomes a still card that names the fault."""
    return retry_on_browser_death(lambda: _make_or_explain(request, folder, context), ATTEMPTS)


def _make_or_explain(request: ClipRequest, folder: Path, context: JobContext) -> ClipTake:
    try:
        if request.fault:
            raise _ClipFailed(request.fault)
        return _retry_with_patience(request, folder, context)
    except _ClipFailed as error:
        fault = error.fault
    except NoAnswer as error:
        fault = ClipFault(message=UNREADY if isinstance(error, NeverLoaded) else ENDLESS)
    return _draw_clip(_fault_card_request(request, fault), folder, context, 3 * HANG_SECONDS).model_copy(
        update={"fault": fault}
    )


CLIP: Recipe[ClipRequest, ClipTake] = Recipe(
    kind="clip", version=1, request=ClipRequest, result=ClipTake, make=make_clip
)


def _retry_with_patience(request: ClipRequest, folder: Path, context: JobContext) -> ClipTake:
    """Draw the clip; if a frame doesn't come, draw it again with more patience: the machine may only have been busy."""
    try:
        return _draw_clip(request, folder, context, HANG_SECONDS)
    except NoAnswer:
        return _draw_clip(request, folder, context, 2 * HANG_SECONDS)


def _fault_card_request(request: ClipRequest, fault: ClipFault) -> ClipRequest:
    """Return the request for the card that is drawn in place of a clip with a fault."""
    line = f"line {fault.line}" if fault.line else ""
    where = (
        f"{fault.file}:{fault.line}" if fault.file and line else fault.file or (f"{line} of its HTML" if line else "")
    )
    variables = json.loads(request.variables) | {"with": {"message": fault.message, "where": where}}
    html = page_file("clip_fault.html").read_text(encoding="utf-8")
    return request.model_copy(update={"html": html, "address": "", "files": (), "variables": json.dumps(variables)})


def _draw_clip(request: ClipRequest, folder: Path, context: JobContext, hangs: float) -> ClipTake:
    site, text = ClipSite(request, context.episode), list[VisibleText]()
    scripts = (f"const LECTERN_CLIP = {request.variables};{_source('clip.js')}", _source("observe.js"))
    with stepped_page(request.size, request.fps, serve=site, scripts=scripts, hangs=hangs) as page:
        page.load(request.address or HOME, ready="lecternClip.ready()")
        shots = _frame_pngs(page, site, request, text, context)
        frames, drawn = _encode_frames(folder / VIDEO, _prefetched(shots), request)
    return ClipTake(video=VIDEO, size=request.size, frames=frames, text=tuple(text), drawn=drawn)


def _source(name: str) -> str:
    return page_file(name).read_text(encoding="utf-8")


def _frame_pngs(
    page: SteppedPage, site: ClipSite, request: ClipRequest, text: list[VisibleText], context: JobContext
) -> Iterator[bytes]:
    """Yield the PNG of each frame (the same object while nothing changes), and add what can be read to `text`."""
    changed = True
    for frame in range(request.frames):
        shot = page.step()
        _raise_page_errors(page, site)
        changed = changed or shot.changed
        last = frame == request.frames - 1
        if changed and (frame % TEXT_INTERVAL == 0 or last):
            _note_visible_text(text, page, max(0, frame - TEXT_INTERVAL + 1), request)
            changed = False
        if frame % 15 == 0:
            context.report(frame / request.frames)
        yield shot.png


def _raise_page_errors(page: SteppedPage, site: ClipSite) -> None:
    """Raise the first thing that went wrong: a missing file before the script errors that it causes."""
    if site.faults:
        raise _ClipFailed(site.faults[0])
    if page.faults:
        raise _ClipFailed(_clip_fault(page.faults[0]))


def _clip_fault(fault: PageError) -> ClipFault:
    message = fault.message.removeprefix("Uncaught ").removeprefix("Error: ")
    parts = urlsplit(fault.url)
    if parts.netloc != "episode":  # within a designed clip, which the author can't mend
        return ClipFault(message=message)
    return ClipFault(message=message, file=parts.path.lstrip("/"), line=fault.line)


def _note_visible_text(text: list[VisibleText], page: SteppedPage, frame: int, request: ClipRequest) -> None:
    """Add the text that the page shows now, as seen from `frame` on."""
    boxes = tuple(_box(entry, request.size) for entry in page.evaluate("lecternClip.boxes()"))
    time = round(seconds_at(frame, request.fps), 4)
    if not text or text[-1].boxes != boxes:
        if text and text[-1].time >= time:
            text.pop()
        text.append(VisibleText(time=time, boxes=boxes))


def _box(entry: Sequence[Any], size: Size) -> TextBox:
    text, x, y, w, h = entry
    return TextBox(text=text, box=box_of_pixels(round(x, 1), round(y, 1), round(w, 1), round(h, 1), size))


def _encode_frames(file: Path, shots: Iterable[bytes], request: ClipRequest) -> tuple[int, int]:
    """Write the video. Return how many frames it has, and how many of them differ from the one before."""
    drawn = 0

    def frames() -> Iterator[av.VideoFrame]:
        nonlocal drawn
        before = b""
        frame: av.VideoFrame | None = None
        for png in shots:
            if frame is None or png is not before:
                before, frame, drawn = png, _frame(png), drawn + 1
            yield frame

    return write_frames(file, frames(), request.size, request.fps), drawn


def _frame(png: bytes) -> av.VideoFrame:
    """Decode a PNG (ARGB), twice as fast as Pillow does.

    Each picture has a decoder of its own: one decoder would take them for frames of an animation.
    """
    decoder = av.CodecContext.create("png", "r")
    decoder.thread_count = 1
    return decoder.decode(av.Packet(png))[0].reformat(format="argb")


def _prefetched(shots: Iterator[bytes]) -> Iterator[bytes]:
    """Yield `shots`, which a thread of their own fetches while earlier ones are encoded."""
    with ThreadPoolExecutor(1) as worker:
        waiting = deque(worker.submit(next, shots, None) for _ in range(FRAMES_AHEAD))
        while (shot := waiting.popleft().result()) is not None:
            waiting.append(worker.submit(next, shots, None))
            yield shot
