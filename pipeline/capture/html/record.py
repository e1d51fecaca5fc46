"""A clip is drawn frame by frame for the exact frames of the film in which it is seen, with a transparent background."""

import json
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import av

from ...clock import seconds_at
from ...errors import LecternError
from ...geometry import Size, box_of_pixels
from ...jobs.recipe import Bench, Recipe
from ..devtools import NoAnswer
from ..died import outliving
from ..picture.clip import write_frames
from ..stepped import Fault, NeverLoaded, SteppedPage, stepped_page
from ..take import TextBox, VisibleText
from .request import ClipFault, ClipRequest, ClipTake
from .site import HOME, Site

PAGES = Path(__file__).parents[3] / "assets" / "pages"
VIDEO = "clip.mov"
SAMPLED = 3
"""Every so many frames of those that change, what can be read is looked up."""
AHEAD = 6
"""So many frames may wait to be encoded."""
ATTEMPTS = 3
"""So often a clip is begun whose browser is ended by somebody."""
HANGS = 15.0
"""Seconds after which a frame is not waited for any longer; twice as long when it is tried again."""
ENDLESS = "its script does not finish: it runs in an endless loop, or takes half a minute for a frame"
UNREADY = "it is never ready to begin: a lectern.wait(…) is not settled, or something that it loads does not come"


class _Faulty(LecternError):
    """The clip can't be shown."""

    def __init__(self, fault: ClipFault) -> None:
        self.fault = fault
        super().__init__(fault.message)


def make_clip(request: ClipRequest, folder: Path, bench: Bench) -> ClipTake:
    """Draws the clip into `folder`; one whose page has a fault becomes a still card that says which."""
    return outliving(lambda: _made(request, folder, bench), ATTEMPTS)


def _made(request: ClipRequest, folder: Path, bench: Bench) -> ClipTake:
    try:
        if request.fault:
            raise _Faulty(request.fault)
        return _patiently(request, folder, bench)
    except _Faulty as error:
        fault = error.fault
    except NoAnswer as error:
        fault = ClipFault(message=UNREADY if isinstance(error, NeverLoaded) else ENDLESS)
    return _drawn(_card(request, fault), folder, bench, 3 * HANGS).model_copy(update={"fault": fault})


CLIP = Recipe(kind="clip", version=1, request=ClipRequest, result=ClipTake, make=make_clip)


def _patiently(request: ClipRequest, folder: Path, bench: Bench) -> ClipTake:
    """Once more with more patience where a frame does not come: the machine may only have been busy."""
    try:
        return _drawn(request, folder, bench, HANGS)
    except NoAnswer:
        return _drawn(request, folder, bench, 2 * HANGS)


def _card(request: ClipRequest, fault: ClipFault) -> ClipRequest:
    """What is drawn in the place of a clip with a fault."""
    line = f"line {fault.line}" if fault.line else ""
    where = f"{fault.file}:{fault.line}" if fault.file and line else fault.file or (f"{line} of its HTML" if line else "")
    variables = json.loads(request.variables) | {"with": {"message": fault.message, "where": where}}
    html = (PAGES / "clip_fault.html").read_text(encoding="utf-8")
    return request.model_copy(update={"html": html, "address": "", "files": (), "variables": json.dumps(variables)})


def _drawn(request: ClipRequest, folder: Path, bench: Bench, hangs: float) -> ClipTake:
    site, text = Site(request, bench.episode), list[VisibleText]()
    scripts = (f"const LECTERN_CLIP = {request.variables};{_source('clip.js')}", _source("observe.js"))
    with stepped_page(request.size, request.fps, serve=site, scripts=scripts, hangs=hangs) as page:
        page.load(request.address or HOME, ready="lecternClip.ready()")
        shots = _shots(page, site, request, text, bench)
        frames, drawn = _encoded(folder / VIDEO, _in_advance(shots), request)
    return ClipTake(video=VIDEO, size=request.size, frames=frames, text=tuple(text), drawn=drawn)


def _source(name: str) -> str:
    return (PAGES / name).read_text(encoding="utf-8")


def _shots(page: SteppedPage, site: Site, request: ClipRequest, text: list[VisibleText], bench: Bench) -> Iterator[bytes]:
    """The PNG of each frame (the same object while nothing changes); what can be read is put into `text`."""
    changed = True
    for frame in range(request.frames):
        shot = page.step()
        _refuse(page, site)
        changed = changed or shot.changed
        last = frame == request.frames - 1
        if changed and (frame % SAMPLED == 0 or last):
            _note(text, page, max(0, frame - SAMPLED + 1), request)
            changed = False
        if frame % 15 == 0:
            bench.report(frame / request.frames)
        yield shot.png


def _refuse(page: SteppedPage, site: Site) -> None:
    """The first thing that went wrong; what could not be had comes before the errors that come of it."""
    if site.faults:
        raise _Faulty(site.faults[0])
    if page.faults:
        raise _Faulty(_located(page.faults[0]))


def _located(fault: Fault) -> ClipFault:
    message = fault.message.removeprefix("Uncaught ").removeprefix("Error: ")
    parts = urlsplit(fault.url)
    if parts.netloc != "episode":  # within a designed clip, which the author can't mend
        return ClipFault(message=message)
    return ClipFault(message=message, file=parts.path.lstrip("/"), line=fault.line)


def _note(text: list[VisibleText], page: SteppedPage, frame: int, request: ClipRequest) -> None:
    """What is there now was there since the last look at most."""
    boxes = tuple(_box(entry, request.size) for entry in page.evaluate("lecternClip.boxes()"))
    time = round(seconds_at(frame, request.fps), 4)
    if not text or text[-1].boxes != boxes:
        if text and text[-1].time >= time:
            text.pop()
        text.append(VisibleText(time=time, boxes=boxes))


def _box(entry: list, size: Size) -> TextBox:
    said, x, y, w, h = entry
    return TextBox(text=said, box=box_of_pixels(round(x, 1), round(y, 1), round(w, 1), round(h, 1), size))


def _encoded(file: Path, shots: Iterable[bytes], request: ClipRequest) -> tuple[int, int]:
    """Frames written, and how many of them differ from the one before."""
    drawn = 0

    def frames() -> Iterator[av.VideoFrame]:
        nonlocal drawn
        before, frame = b"", None
        for png in shots:
            if png is not before:
                before, frame, drawn = png, _frame(png), drawn + 1
            yield frame

    return write_frames(file, frames(), request.size, request.fps), drawn


def _frame(png: bytes) -> av.VideoFrame:
    """Twice as fast as Pillow; a decoder of its own for each picture, or it takes them for those of one animation."""
    decoder = av.CodecContext.create("png", "r")
    decoder.thread_count = 1
    return decoder.decode(av.Packet(png))[0].reformat(format="argb")


def _in_advance(shots: Iterator[bytes]) -> Iterator[bytes]:
    """`shots`, taken by a thread of their own while earlier ones are encoded."""
    with ThreadPoolExecutor(1) as worker:
        waiting = deque(worker.submit(next, shots, None) for _ in range(AHEAD))
        while (shot := waiting.popleft().result()) is not None:
            waiting.append(worker.submit(next, shots, None))
            yield shot
