"""When a line's marks are met."""

from ..episode.model import Line
from ..services.voice import VoiceTake


def mark_times(line: Line, take: VoiceTake) -> dict[str, float]:
    """Seconds into the recording at which each mark's word starts; a mark at the line's end: when the last word ends."""
    return {mark.name: _start(mark.word, take) for mark in line.marks}


def _start(word: int, take: VoiceTake) -> float:
    return take.words[word].start if word < len(take.words) else take.words[-1].end
