"""The words that are said, where the strips of their recordings are now: as a row over the voices, and as captions."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import bpy

from ...pipeline.film.card import SubtitleCue
from ...pipeline.publish.subtitles import cues
from ...pipeline.quality.preview_data import LineWords
from ...pipeline.timeline.model import StripId
from ...pipeline.timing.narration import TimedWord
from ..sequencer.owned import ID
from .overview import known

PUNCTUATION = ".,;:!?…\"'“”‘’()"


class WordSpot(NamedTuple):
    """A word on the timeline: Blender's frames in which it is said, its strip's channel, and which word of which line it is."""

    written: str
    start: float
    end: float
    channel: int
    speaker: str
    scene: str
    line: str = ""
    number: int = 0


def word_spots(scene: bpy.types.Scene) -> Iterator[WordSpot]:
    """Yield the words that are heard, where their strips are now; those that are trimmed away or muted are not."""
    told = known()
    if told is None or not scene.sequence_editor:
        return
    for strip in scene.sequence_editor.strips_all:
        id = str(strip.get(ID, ""))
        if strip.type == "SOUND" and id and not strip.mute:
            parsed = StripId.parse(id.partition("#")[0])
            if line := told[1].lines.get(parsed.owner):
                yield from _spots(strip, parsed, line, told[0].fps)


def _spots(strip: bpy.types.Strip, id: StripId, line: LineWords, fps: int) -> Iterator[WordSpot]:
    left, right, begin = strip.left_handle, strip.right_handle, strip.content_start
    for word in line.words:
        start, end = begin + word.start * fps, begin + word.end * fps
        if left <= start < right:
            yield WordSpot(
                word.written, start, min(end, right), strip.channel, line.speaker, id.scene, id.owner, word.number
            )


def said_after(spots: tuple[WordSpot, ...], words: str, frame: int) -> WordSpot | None:
    """Return the first of `words` where they are said next after Blender's `frame`, else first in the film; None if nowhere."""
    wanted = [_plain(word) for word in words.split()]
    said = sorted(spots, key=lambda spot: spot.start)
    found = [
        spot
        for at, spot in enumerate(said)
        if wanted and [_plain(each.written) for each in said[at : at + len(wanted)]] == wanted
    ]
    return next((spot for spot in found if round(spot.start) > frame), found[0] if found else None)


def _plain(word: str) -> str:
    return word.casefold().strip(PUNCTUATION)


def caption_at(spots: tuple[WordSpot, ...], frame: int, fps: int) -> tuple[str, ...]:
    """Return the lines of the film's caption at Blender's `frame`, as its subtitles are written; none between two of them."""
    now = frame / fps
    return next((cue.lines for cue in _cues(spots, fps) if cue.start <= now < cue.end), ())


@lru_cache(maxsize=4)
def _cues(spots: tuple[WordSpot, ...], fps: int) -> tuple[SubtitleCue, ...]:
    """Return the captions; their times count from Blender's frame 0."""
    words = [
        TimedWord(
            written=spot.written, speaker=spot.speaker, scene=spot.scene, start=spot.start / fps, end=spot.end / fps
        )
        for spot in sorted(spots, key=lambda spot: spot.start)
    ]
    return cues(words, fps)
