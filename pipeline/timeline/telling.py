"""When the narration of a scene is heard: lines, words, phonemes and marks, with the voice's waits."""

import math
from collections.abc import Iterable, Mapping

from ..capture.plan import Pause
from ..clock import frame_at, seconds_at
from ..episode.model import Line, Scene
from ..errors import LecternError
from ..model import Frozen
from ..services.voice import Phoneme, VoiceTake

SAME_SPEAKER = 0.35
"""Seconds between two lines of one speaker."""
OTHER_SPEAKER = 0.5
"""Seconds between two lines where the speaker changes."""


class Part(Frozen):
    """A stretch of a line's recording, `source_start` to `source_end`, heard from `start` (on the frame grid)."""

    start: float
    source_start: float
    source_end: float

    @property
    def end(self) -> float:
        return self.start + self.source_end - self.source_start


class TimedLine(Frozen):
    """A line as heard; more than one part where the voice waits for the picture."""

    id: str
    speaker: str
    start: float
    end: float
    parts: tuple[Part, ...]


class TimedWord(Frozen):
    """Word `index` of line `line` as captions write it."""

    line: str
    index: int
    written: str
    speaker: str
    start: float
    end: float
    emphasis: bool = False


class Heard(Frozen):
    """A phoneme of a speaker, in seconds of the scene."""

    speaker: str
    phoneme: Phoneme


class Told(Frozen):
    """The narration of a scene in time."""

    lines: tuple[TimedLine, ...] = ()
    words: tuple[TimedWord, ...] = ()
    heard: tuple[Heard, ...] = ()
    marks: dict[str, float] = {}
    end: float = 0.0


Waits = dict[tuple[str, int], float]
"""Seconds that the voice waits before a word (line id, index of the word)."""


def tell(scene: Scene, voices: Mapping[str, VoiceTake], waits: Waits, fps: int) -> Told:
    """The scene's narration in time; LecternError where a line has no recording (`voices` by line id)."""
    told, time, before = Told(), scene.before, None
    for line in scene.lines:
        gap = 0.0 if before is None else SAME_SPEAKER if before == line.speaker else OTHER_SPEAKER
        if line.id not in voices:
            raise LecternError(
                f'script.md:{line.line}: this line of scene "{scene.id}" has no recording; build the voices first'
            )
        told = _with_line(told, line, voices[line.id], time + gap, waits, fps)
        time, before = told.end, line.speaker
    return told


def _with_line(told: Told, line: Line, take: VoiceTake, start: float, waits: Waits, fps: int) -> Told:
    starts = _word_starts(line, take)
    cuts = [(i, waits[line.id, i]) for i in range(1, len(line.words)) if (line.id, i) in waits]
    parts = _parts(take, starts, cuts, start + waits.get((line.id, 0), 0.0), fps)
    part_of = [sum(i >= cut for cut, _ in cuts) for i in range(len(line.words))]
    spoken = {w.index: w for w in take.words}
    words = tuple(
        TimedWord(
            line=line.id,
            index=i,
            written=word.written,
            speaker=line.speaker,
            emphasis=word.emphasis,
            start=_heard_at(parts[part_of[i]], starts[i]),
            end=_heard_at(parts[part_of[i]], spoken[i].end if i in spoken else starts[i]),
        )
        for i, word in enumerate(line.words)
    )
    end = parts[-1].end
    last = on_frame(end + waits.get((line.id, len(line.words)), 0.0), fps)
    marks = {m.name: on_frame(words[m.word].start, fps) if m.word < len(words) else last for m in line.marks}
    return Told(
        lines=(*told.lines, TimedLine(id=line.id, speaker=line.speaker, start=parts[0].start, end=end, parts=parts)),
        words=told.words + words,
        heard=told.heard + tuple(Heard(speaker=line.speaker, phoneme=_moved(p, parts)) for p in take.phonemes),
        marks=told.marks | marks,
        end=max(end, last if (line.id, len(line.words)) in waits else end),
    )


def _word_starts(line: Line, take: VoiceTake) -> list[float]:
    """When each word is heard in the recording; a word without a time of its own comes with the next that has one."""
    known = {w.index: w.start for w in take.words}
    starts = [take.duration] * (len(line.words) + 1)
    for i in reversed(range(len(line.words))):
        starts[i] = known.get(i, starts[i + 1])
    return starts[:-1]


def _parts(
    take: VoiceTake, starts: list[float], cuts: list[tuple[int, float]], start: float, fps: int
) -> tuple[Part, ...]:
    parts, time, source = [], on_frame(start, fps), 0.0
    for word, seconds in cuts:
        cut = _cut(take, word, starts[word], source, fps)
        parts.append(Part(start=time, source_start=source, source_end=cut))
        time, source = on_frame(time + cut - source + seconds, fps), cut
    return (*parts, Part(start=time, source_start=source, source_end=take.duration))


def _cut(take: VoiceTake, word: int, start: float, source: float, fps: int) -> float:
    """Where the recording is cut before a word: whole frames after `source`, in silence where there is any."""
    quiet = max((w.end for w in take.words if w.index < word), default=0.0)
    inside = source + math.floor((start - source) * fps + 1e-6) / fps
    return inside if inside >= quiet else source + frame_at(start - source, fps) / fps


def _heard_at(part: Part, source: float) -> float:
    return max(part.start, part.start + source - part.source_start)


def _moved(phoneme: Phoneme, parts: tuple[Part, ...]) -> Phoneme:
    middle = (phoneme.start + phoneme.end) / 2
    part = next((p for p in parts if middle < p.source_end), parts[-1])
    by = part.start - part.source_start
    return Phoneme(symbol=phoneme.symbol, start=max(part.start, phoneme.start + by), end=phoneme.end + by)


def mark_places(scene: Scene) -> dict[str, tuple[str, int]]:
    """Where each mark stands: its line's id and the index of the word."""
    return {m.name: (line.id, m.word) for line in scene.lines for m in line.marks}


def wait_more(scene: Scene, waits: Waits, wanted: Iterable[Pause], fps: int) -> Waits:
    """`waits` with what this round asks for; only the earliest request, for it moves all later ones."""
    places = mark_places(scene)
    order = list(places)
    first = min((p for p in wanted), key=lambda p: order.index(p.mark))
    at = places[first.mark]
    return waits | {at: waits.get(at, 0.0) + math.ceil(first.seconds * fps - 1e-6) / fps}


def on_frame(seconds: float, fps: int) -> float:
    """The nearest time at which a frame starts: the one place where times of a scene are put on the grid."""
    return seconds_at(frame_at(seconds, fps), fps)
