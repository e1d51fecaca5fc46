"""What of footage can't be shown, found before anything is recorded: files that nobody can read, seconds that they don't have."""

from collections.abc import Iterator
from pathlib import Path

from ...base.errors import FaultDetails, LecternError, SourceError
from ...episode.capture_block import Capture
from ...episode.source import SCRIPT
from .decoding import cut_off_at, is_still, read_still, read_video, video_seconds
from .record import moment_fault, seconds_shown

_SMALL = (16, 9)
"""The size at which pictures are decoded to see whether they can be."""
_LAST_SECONDS = 1.0
"""How many seconds at a file's end are decoded: that is where files are cut off."""


def footage_faults(episode: Path, capture: Capture) -> Iterator[SourceError]:
    """Yield what is wrong with the file of a capture of footage, which is there, and with its moments."""
    file = episode / capture.file
    if capture.kind != "footage" or not file.is_file():
        return
    try:
        duration = seconds_shown(capture, file)
        _decode_ends(file)
        _require_whole(capture, file)
    except LecternError as error:
        yield SourceError(SCRIPT, capture.line, str(error), FaultDetails(found=capture.file))
        return
    for step in capture.steps:
        if fault := moment_fault(step, capture, duration):
            yield SourceError(SCRIPT, step.line, fault)


def _require_whole(capture: Capture, file: Path) -> None:
    """Raise LecternError for a file that ends before its header says, unless the capture does."""
    ends = None if is_still(file) else cut_off_at(file)
    if ends is not None and (capture.end is None or capture.end > ends):
        way = f"copy it again, or write end: {int(10 * ends) / 10:g} to show what is there"
        raise LecternError(f"{capture.file} was cut off: it ends at {ends:.1f} s, and says that it is longer; {way}")


def _decode_ends(file: Path) -> None:
    """Decode the first picture and the last ones. Raises LecternError where that fails."""
    if is_still(file):
        read_still(file, _SMALL, "#000000")
        return
    next(read_video(file, _SMALL, "#000000", 0.0, None), None)
    for _ in read_video(file, _SMALL, "#000000", max(0.0, video_seconds(file) - _LAST_SECONDS), None):
        pass
