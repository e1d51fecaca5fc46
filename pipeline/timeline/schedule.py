"""When everything of a scene happens: lines, words, marks, and which moment of a capture is seen when."""

import math
from collections.abc import Mapping
from itertools import pairwise

from ..capture.fit import fit
from ..capture.plan import FitPlan, Pause
from ..capture.take import CaptureTake
from ..clock import frame_at, seconds_at
from ..episode.model import Capture, Line, Scene
from ..errors import LecternError
from ..layout.cues import filmed, opening_card, overlays_need
from ..model import Frozen
from ..services.voice import Phoneme, VoiceTake

SAME_SPEAKER = 0.35
"""Seconds between two lines of one speaker."""
OTHER_SPEAKER = 0.5
"""Seconds between two lines where the speaker changes."""
SHORTEST_SCENE = 2.0
SHORTEST_CARD = 2.4
"""An opening card stays at least so long before its capture comes into view."""
LEAD = 1.0
"""A capture comes into view so long before its first marked step."""
HOLD = 0.8
"""What a capture did last stays at least so long."""
NEGLIGIBLE = 0.02
"""Seconds by which a plan may end late: less than a frame."""
ROUNDS = 60


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


class View(Frozen):
    """Capture `capture` is seen from `start` to `end` by `plan`."""

    capture: str
    start: float
    end: float
    plan: FitPlan


class SceneSchedule(Frozen):
    """One scene in time. All values are seconds of the scene; marks, parts, views and the end lie on the frame grid."""

    scene: str
    fps: int
    duration: float
    lines: tuple[TimedLine, ...] = ()
    words: tuple[TimedWord, ...] = ()
    heard: tuple[Heard, ...] = ()
    mark_times: tuple[tuple[str, float], ...] = ()
    views: tuple[View, ...] = ()
    pauses: tuple[Pause, ...] = ()
    findings: tuple[str, ...] = ()

    @property
    def marks(self) -> dict[str, float]:
        return dict(self.mark_times)

    @property
    def plans(self) -> dict[str, FitPlan]:
        return {view.capture: view.plan for view in self.views}

    @property
    def frames(self) -> int:
        return frame_at(self.duration, self.fps)

    @property
    def speakers(self) -> tuple[str, ...]:
        """In the order in which they are first heard."""
        return tuple(dict.fromkeys(line.speaker for line in self.lines))

    def phonemes_of(self, speaker: str) -> tuple[Phoneme, ...]:
        return tuple(h.phoneme for h in self.heard if h.speaker == speaker)

    def stresses_of(self, speaker: str) -> tuple[float, ...]:
        """When an emphasised word of this speaker begins."""
        return tuple(w.start for w in self.words if w.speaker == speaker and w.emphasis)

    def speaking(self, speaker: str) -> tuple[tuple[float, float], ...]:
        """The spans in which this speaker is heard."""
        return tuple((p.start, p.end) for line in self.lines if line.speaker == speaker for p in line.parts)

    def listening(self, speaker: str) -> tuple[tuple[float, float], ...]:
        """The spans in which another is heard."""
        return tuple((p.start, p.end) for line in self.lines if line.speaker != speaker for p in line.parts)


class _Told(Frozen):
    """The narration of a scene in time."""

    lines: tuple[TimedLine, ...] = ()
    words: tuple[TimedWord, ...] = ()
    heard: tuple[Heard, ...] = ()
    marks: dict[str, float] = {}
    end: float = 0.0


_Waits = dict[tuple[str, int], float]
"""Seconds that the voice waits before a word (line id, index of the word)."""


def schedule(
    scene: Scene, voices: Mapping[str, VoiceTake], captures: Mapping[str, CaptureTake], fps: int
) -> SceneSchedule:
    """The scene in time: narration sets the pace and waits where footage can't be fitted to its marks.

    `voices` by line id, `captures` by capture id. Raises LecternError where a recording is missing.
    """
    waits: _Waits = {}
    for _round in range(ROUNDS):
        told = _tell(scene, voices, waits, fps)
        views, wanted = _show(scene, told, captures, fps)
        if not wanted:
            break
        waits = _wait_more(scene, waits, wanted, fps)
    late = tuple(
        f'script.md:{scene.line}: the footage of scene "{scene.id}" does not settle on its marks' for _ in wanted[:1]
    )
    return _assembled(scene, told, views, waits, late, fps)


def _assembled(
    scene: Scene, told: _Told, views: tuple[View, ...], waits: _Waits, late: tuple[str, ...], fps: int
) -> SceneSchedule:
    places = _mark_places(scene)
    pauses = tuple(Pause(mark=m, seconds=waits[at]) for m, at in places.items() if waits.get(at))
    return SceneSchedule(
        scene=scene.id,
        fps=fps,
        duration=_duration(scene, told, views, fps),
        lines=told.lines,
        words=told.words,
        heard=told.heard,
        mark_times=tuple(told.marks.items()),
        views=views,
        pauses=pauses,
        findings=late,
    )


def _duration(scene: Scene, told: _Told, views: tuple[View, ...], fps: int) -> float:
    spoken = told.end + scene.after if scene.lines else 0.0
    seen = max((v.end for v in views), default=0.0)
    return _grid(max(spoken, seen, overlays_need(scene, told.marks), SHORTEST_SCENE), fps)


# Narration


def _tell(scene: Scene, voices: Mapping[str, VoiceTake], waits: _Waits, fps: int) -> _Told:
    told, time, before = _Told(), scene.before, None
    for line in scene.lines:
        gap = 0.0 if before is None else SAME_SPEAKER if before == line.speaker else OTHER_SPEAKER
        if line.id not in voices:
            raise LecternError(
                f'script.md:{line.line}: this line of scene "{scene.id}" has no recording; build the voices first'
            )
        told = _with_line(told, line, voices[line.id], time + gap, waits, fps)
        time, before = told.end, line.speaker
    return told


def _with_line(told: _Told, line: Line, take: VoiceTake, start: float, waits: _Waits, fps: int) -> _Told:
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
    last = _grid(end + waits.get((line.id, len(line.words)), 0.0), fps)
    marks = {m.name: _grid(words[m.word].start, fps) if m.word < len(words) else last for m in line.marks}
    return _Told(
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
    parts, time, source = [], _grid(start, fps), 0.0
    for word, seconds in cuts:
        cut = _cut(take, word, starts[word], source, fps)
        parts.append(Part(start=time, source_start=source, source_end=cut))
        time, source = _grid(time + cut - source + seconds, fps), cut
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


def _mark_places(scene: Scene) -> dict[str, tuple[str, int]]:
    return {m.name: (line.id, m.word) for line in scene.lines for m in line.marks}


def _wait_more(scene: Scene, waits: _Waits, wanted: list[Pause], fps: int) -> _Waits:
    """`waits` with what this round asks for; only the earliest request, for it moves all later ones."""
    places = _mark_places(scene)
    order = list(places)
    first = min((p for p in wanted), key=lambda p: order.index(p.mark))
    at = places[first.mark]
    return waits | {at: waits.get(at, 0.0) + math.ceil(first.seconds * fps - 1e-6) / fps}


# Captures


def _show(
    scene: Scene, told: _Told, captures: Mapping[str, CaptureTake], fps: int
) -> tuple[tuple[View, ...], list[Pause]]:
    """The captures one after another, and the pauses they need."""
    shown = scene.captures if filmed(scene) else ()
    views: list[View] = []
    wanted: list[Pause] = []
    for capture, following in zip(shown, (*shown[1:], None), strict=False):
        if capture.id not in captures:
            raise LecternError(
                f'script.md:{capture.line}: capture "{capture.id}" of scene "{scene.id}" was not recorded'
            )
        start = _grid(_comes(scene, capture, views, told), fps)
        end = _grid(_goes(scene, capture, captures[capture.id], following, start, told), fps)
        plan = fit(captures[capture.id], told.marks, start, end, fps)
        wanted += _pauses(scene, capture, plan, start, told)
        views.append(View(capture=capture.id, start=start, end=_grid(max(plan.pieces[-1].end, end), fps), plan=plan))
    wanted += _collisions(scene, views, told)
    return _last_until(scene, tuple(views), told, captures, fps), wanted


def _first_mark(capture: Capture) -> str | None:
    return capture.at or next((s.at for s in capture.steps if s.at), None)


def _comes(scene: Scene, capture: Capture, views: list[View], told: _Told) -> float:
    """When a capture comes into view; the first one after the card that opens the scene."""
    first = next((told.marks[s.at] for s in capture.steps if s.at), math.inf)
    if capture.at:
        return told.marks[capture.at]
    if views:
        return (
            max(min(first - LEAD, math.inf), views[-1].start + SHORTEST_SCENE) if first < math.inf else views[-1].end
        )
    card = opening_card(scene, told.marks)
    return min(card, max(first - LEAD, SHORTEST_CARD)) if card else 0.0


def _goes(
    scene: Scene, capture: Capture, take: CaptureTake, following: Capture | None, start: float, told: _Told
) -> float:
    """When a capture is wanted to end: with its scene, or as the next comes."""
    if following is None:
        return max(told.end + scene.after, start + SHORTEST_SCENE) if scene.lines else start + take.duration + HOLD
    mark = _first_mark(following)
    if mark is None:
        last = max([told.marks[s.at] for s in capture.steps if s.at], default=start)
        return max(last + HOLD, start + take.duration)
    comes = told.marks[mark] - (0.0 if following.at else LEAD)
    return max(comes, start + SHORTEST_SCENE)


def _pauses(scene: Scene, capture: Capture, plan: FitPlan, start: float, told: _Told) -> list[Pause]:
    """What the footage asks for, and time for a step whose mark comes before its capture is in view."""
    early = [s.at for s in capture.steps if s.at and told.marks[s.at] < start - 1e-6]
    return [
        *_card_pause(scene, capture, told),
        *plan.pauses,
        *(Pause(mark=m, seconds=start - told.marks[m] + 0.5) for m in early[:1]),
    ]


def _card_pause(scene: Scene, capture: Capture, told: _Told) -> list[Pause]:
    """Time to read the card that opens the scene, where the words that end it come too early."""
    mark = _first_mark(capture)
    short = min(opening_card(scene, told.marks), SHORTEST_CARD) - told.marks.get(mark or "", math.inf)
    return [Pause(mark=mark, seconds=short)] if mark and capture is scene.captures[0] and short > 1e-6 else []


def _collisions(scene: Scene, views: list[View], told: _Told) -> list[Pause]:
    """A capture that is not done when the next comes into view delays the words that bring the next."""
    found = []
    for one, other in pairwise(views):
        mark = _first_mark(next(c for c in scene.captures if c.id == other.capture))
        if mark and one.plan.pieces[-1].end > other.start + NEGLIGIBLE:
            found.append(Pause(mark=mark, seconds=one.plan.pieces[-1].end - other.start))
    return found


def _last_until(
    scene: Scene, views: tuple[View, ...], told: _Told, captures: Mapping[str, CaptureTake], fps: int
) -> tuple[View, ...]:
    """The last capture stays until the scene ends; each one before until the next comes."""
    if not views:
        return ()
    duration = _duration(scene, told, views, fps)
    ends = [*(v.start for v in views[1:]), duration]
    last = views[-1]
    plan = fit(captures[last.capture], told.marks, last.start, duration, fps) if duration > last.end else last.plan
    plans = [*(v.plan for v in views[:-1]), plan]
    return tuple(
        v.model_copy(update={"end": end, "plan": plan}) for v, end, plan in zip(views, ends, plans, strict=True)
    )


def _grid(seconds: float, fps: int) -> float:
    return seconds_at(frame_at(seconds, fps), fps)
