"""When the narration of a scene is heard: its lines, words, phonemes and marks, with the pauses before words."""

import math
from collections.abc import Iterable, Mapping

from ..base.clock import frame_at, on_frame
from ..base.errors import SourceError
from ..base.frozen import Frozen
from ..episode.model import Line, Scene
from ..episode.source import SCRIPT
from ..services.voice import Phoneme, VoiceTake
from .fit import NarrationPause

NEW_THOUGHT, LONG_THOUGHT = 0.45, 0.55
"""Seconds between two lines of one speaker, and after a line that was long: a paragraph is a thought."""
QUESTIONS = ("?", "？", "؟")
"""What ends a question, by script."""
LONG_LINE = 25
"""Words from which on a line is long."""
OTHER_SPEAKER, ANSWER = 0.35, 0.2
"""Seconds before another speaker's line, and before one that answers a question: people wait no longer."""


class LinePart(Frozen):
    """A stretch of a line's recording, `source_start` to `source_end`, heard from `start` (on the frame grid)."""

    start: float
    source_start: float
    source_end: float

    @property
    def end(self) -> float:
        """Second of the scene at which the part is over."""
        return self.start + self.source_end - self.source_start


class TimedLine(Frozen):
    """A line as it is heard; it has more than one part where the voice pauses inside it."""

    id: str
    speaker: str
    start: float
    end: float
    parts: tuple[LinePart, ...]


class TimedWord(Frozen):
    """A word as captions write it, from `start` to `end`: seconds of the scene, or of the film in its subtitles."""

    written: str
    speaker: str
    scene: str
    start: float
    end: float
    emphasis: bool = False


class TimedPhoneme(Frozen):
    """A phoneme and who speaks it, in seconds of the scene."""

    speaker: str
    phoneme: Phoneme


class NarrationTiming(Frozen):
    """The narration of a scene in time: seconds of the scene, marks on the frame grid."""

    lines: tuple[TimedLine, ...] = ()
    words: tuple[TimedWord, ...] = ()
    phonemes: tuple[TimedPhoneme, ...] = ()
    marks: dict[str, float] = {}
    end: float = 0.0


Holds = dict[tuple[str, int], float]
"""Seconds for which the voice pauses before a word (line id, index of the word)."""


def time_narration(scene: Scene, recordings: Mapping[str, VoiceTake], holds: Holds, fps: int) -> NarrationTiming:
    """Place every line, word, phoneme and mark of `scene` on its clock.

    `recordings` are the voice takes by line id. Raises SourceError for a line without one.
    """
    timing, time = NarrationTiming(), scene.before
    for before, line in zip((None, *scene.lines), scene.lines, strict=False):
        gap = rest_between(before, line) if before else 0.0
        if line.id not in recordings:
            message = f'this line of scene "{scene.id}" has no recording; build the voices first'
            raise SourceError(SCRIPT, line.line, message)
        timing = _append_line(timing, scene.id, line, recordings[line.id], time + gap, holds, fps)
        time = timing.end
    return timing


def rest_between(before: Line, line: Line) -> float:
    """Return for how many seconds nobody speaks between two lines."""
    if line.speaker == before.speaker:
        return LONG_THOUGHT if len(before.words) > LONG_LINE else NEW_THOUGHT
    return ANSWER if before.words and before.words[-1].written.rstrip("\"'”’»)").endswith(QUESTIONS) else OTHER_SPEAKER


def _append_line(
    timing: NarrationTiming, scene: str, line: Line, take: VoiceTake, start: float, holds: Holds, fps: int
) -> NarrationTiming:
    """Return `timing` with `line` added, whose recording begins at `start` or after the pause before its first word."""
    count = len(line.words)
    starts = _word_starts(line, take)
    cuts = [(i, holds[line.id, i]) for i in range(1, count) if (line.id, i) in holds]
    parts = _line_parts(take, starts, cuts, start + holds.get((line.id, 0), 0.0), fps)
    part_of = [parts[sum(i >= cut for cut, _ in cuts)] for i in range(count)]
    ends = {word.index: word.end for word in take.words}
    words = tuple(
        TimedWord(
            written=word.written,
            speaker=line.speaker,
            scene=scene,
            start=_scene_time(part_of[i], starts[i]),
            end=_scene_time(part_of[i], ends.get(i, starts[i])),
            emphasis=word.emphasis,
        )
        for i, word in enumerate(line.words)
    )
    phonemes = tuple(TimedPhoneme(speaker=line.speaker, phoneme=_scene_phoneme(p, parts)) for p in take.phonemes)
    end = parts[-1].end
    last = on_frame(end + holds.get((line.id, count), 0.0), fps)
    marks = {m.name: on_frame(words[m.word].start, fps) if m.word < count else last for m in line.marks}
    return NarrationTiming(
        lines=(*timing.lines, TimedLine(id=line.id, speaker=line.speaker, start=parts[0].start, end=end, parts=parts)),
        words=timing.words + words,
        phonemes=timing.phonemes + phonemes,
        marks=timing.marks | marks,
        end=max(end, last) if (line.id, count) in holds else end,
    )


def _word_starts(line: Line, take: VoiceTake) -> list[float]:
    """Return the second of the recording at which each word is heard; a word without a time shares the next one's."""
    known = {word.index: word.start for word in take.words}
    starts = [take.duration] * (len(line.words) + 1)
    for i in reversed(range(len(line.words))):
        starts[i] = known.get(i, starts[i + 1])
    return starts[:-1]


def _line_parts(
    take: VoiceTake, starts: list[float], cuts: list[tuple[int, float]], start: float, fps: int
) -> tuple[LinePart, ...]:
    """Cut the recording before each word of `cuts` (index, seconds of the pause) and place the parts from `start` on."""
    parts, time, source = [], on_frame(start, fps), 0.0
    for word, seconds in cuts:
        cut = _cut_point(take, word, starts[word], source, fps)
        parts.append(LinePart(start=time, source_start=source, source_end=cut))
        time, source = on_frame(time + cut - source + seconds, fps), cut
    return (*parts, LinePart(start=time, source_start=source, source_end=take.duration))


def _cut_point(take: VoiceTake, word: int, start: float, source: float, fps: int) -> float:
    """Return where to cut the recording before a word: whole frames after `source`, in silence where there is any."""
    quiet = max((w.end for w in take.words if w.index < word), default=0.0)
    inside = source + math.floor((start - source) * fps + 1e-6) / fps
    return inside if inside >= quiet else source + frame_at(start - source, fps) / fps


def _scene_time(part: LinePart, source: float) -> float:
    return max(part.start, part.start + source - part.source_start)


def _scene_phoneme(phoneme: Phoneme, parts: tuple[LinePart, ...]) -> Phoneme:
    middle = (phoneme.start + phoneme.end) / 2
    part = next((p for p in parts if middle < p.source_end), parts[-1])
    shift = part.start - part.source_start
    return Phoneme(symbol=phoneme.symbol, start=max(part.start, phoneme.start + shift), end=phoneme.end + shift)


def mark_places(scene: Scene) -> dict[str, tuple[str, int]]:
    """Return where each mark of the scene is: the line's id and the index of the word."""
    return {m.name: (line.id, m.word) for line in scene.lines for m in line.marks}


def add_hold(scene: Scene, holds: Holds, pauses: Iterable[NarrationPause], fps: int) -> Holds:
    """Return `holds` with the earliest of `pauses` (at least one) added, in whole frames; it moves all later ones."""
    places = mark_places(scene)
    order = list(places)
    first = min(pauses, key=lambda pause: order.index(pause.mark))
    at = places[first.mark]
    return holds | {at: holds.get(at, 0.0) + math.ceil(first.seconds * fps - 1e-6) / fps}
