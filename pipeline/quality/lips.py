"""Do the narrators' mouths go with their voices? Seen in the film's frames and heard in the film's sound."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import ceil

import numpy as np

from .. import audio
from ..avatar.meter import CLOSED, openness
from ..clock import seconds_at
from ..geometry import Box
from ..model import Frozen
from .frames import Look, Picture

AUDIBLE = 30.0
"""dB below the film's loudness from which a voice counts as silent."""
STEP = 0.01
"""Seconds over which the level is taken."""
SILENCE = 0.3
"""Seconds of silence beyond which a mouth must be shut."""
LATE = 2
"""Frames by which a mouth may miss its voice."""
FADES = 3
"""Frames by which a mouth may shut before its voice is silent: a last vowel fades."""
REACH = 15
"""Frames before and after an onset in which the mouth's opening is looked for."""
SAME = 0.25
"""Seconds by which what is heard may miss what was planned and still be taken for it."""

Span = tuple[float, float]


class Mouth(Frozen):
    """A mouth that is wholly seen in `box` from frame `start` to `end` (exclusive); `inside` are its colours when open."""

    scene: str
    character: str
    start: int
    end: int
    box: Box
    inside: tuple[str, ...]


class Speech(Frozen):
    """`character` speaks from `start` to `end` (seconds of the film).

    The lips are shut (m, p, b) for the first `shut` seconds and the last `shuts`, and in all of the spans `pressed`.
    """

    character: str
    start: float
    end: float
    shut: float = 0.0
    shuts: float = 0.0
    pressed: tuple[Span, ...] = ()


class Turn(Frozen):
    """A voice sets in after a silence, or falls silent, at `seconds`; the mouth is so many frames `late` (negative: early; None: never)."""

    seconds: float
    late: int | None


class Lips(Frozen):
    """One mouth against its voice: when (s) it gapes in silences, every onset and offset, and the m, p and b.

    `silent` seconds were looked at. Of `presses` (m, p, b) the lips were not seen shut at the times `unpressed`.
    """

    scene: str
    character: str
    silent: float
    gaping: tuple[float, ...]
    onsets: tuple[Turn, ...]
    offsets: tuple[Turn, ...] = ()
    presses: int = 0
    unpressed: tuple[float, ...] = ()


def lips_look(mouths: Sequence[Mouth]) -> Look[dict[int, float]]:
    """The openness (0..1) of every mouth in every frame, by the mouth's index."""
    by_frame: dict[int, list[int]] = {}
    for index, mouth in enumerate(mouths):
        for number in range(mouth.start, mouth.end):
            by_frame.setdefault(number, []).append(index)

    def see(number: int, picture: Picture) -> dict[int, float]:
        return {i: openness(picture.rgb(mouths[i].box), mouths[i].inside) for i in by_frame[number]}

    return Look(frozenset(by_frame), see)


def judge_lips(
    mouths: Sequence[Mouth],
    speeches: Sequence[Speech],
    seen: Mapping[int, dict[int, float]],
    sound: np.ndarray,
    fps: int,
) -> tuple[Lips, ...]:
    """Every mouth against the film's own `sound` (samples, channels)."""
    heard = audible(sound)
    return tuple(
        _lips(mouth, [s for s in speeches if s.character == mouth.character], heard, _curve(i, mouth, seen), fps)
        for i, mouth in enumerate(mouths)
    )


def lips_findings(lips: Iterable[Lips]) -> tuple[str, ...]:
    """What a viewer would notice."""
    return tuple(said for one in lips for said in _said(one))


def audible(sound: np.ndarray) -> tuple[Span, ...]:
    """The spans (seconds) in which `sound` is within AUDIBLE dB of its own loudness."""
    block = round(STEP * audio.RATE)
    blocks = sound[: len(sound) // block * block].reshape(-1, block * sound.shape[1])
    level = np.sqrt(np.mean(np.square(blocks, dtype=np.float64), axis=1))
    loud = level > audio.factor(audio.measure(sound).integrated - AUDIBLE)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], loud.astype(np.int8), [0]])))
    return tuple((a * STEP, b * STEP) for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _lips(mouth: Mouth, speeches: list[Speech], heard: Sequence[Span], curve: Mapping[int, float], fps: int) -> Lips:
    own = [clipped for s in speeches for clipped in _clipped(heard, s.start - SAME, s.end + SAME)]
    silent = _silences(own, seconds_at(mouth.start, fps), seconds_at(mouth.end, fps))
    begins = [end for _, end in silent if mouth.start < (end - SILENCE) * fps and end * fps < mouth.end - REACH]
    ends = [start for start, _ in silent if mouth.start + REACH < start * fps and (start + SILENCE) * fps < mouth.end]
    pressed = [span for s in speeches for span in s.pressed if mouth.start < span[0] * fps and span[1] * fps < mouth.end - 1]
    gaping = [n for start, end in silent for n in _inner(start, end, fps) if curve.get(n, 0.0) >= CLOSED]
    return Lips(
        scene=mouth.scene,
        character=mouth.character,
        silent=round(sum(end - start for start, end in silent), 2),
        gaping=tuple(round(seconds_at(n, fps), 2) for n in gaping),
        onsets=tuple(_onset(seconds, speeches, curve, fps) for seconds in begins),
        offsets=tuple(_offset(seconds, speeches, curve, fps) for seconds in ends),
        presses=len(pressed),
        unpressed=tuple(round(start, 2) for start, end in pressed if not _pressed(start, end, curve, fps)),
    )


def _silences(own: Iterable[Span], start: float, end: float) -> list[Span]:
    """The spans longer than SILENCE in which nothing of `own` is heard."""
    last, gaps = start, []
    for begin, stop in [*sorted(own), (end, end)]:
        if min(begin, end) - last > SILENCE:
            gaps.append((last, min(begin, end)))
        last = max(last, stop)
    return gaps


def _clipped(spans: Iterable[Span], start: float, end: float) -> list[Span]:
    return [(max(a, start), min(b, end)) for a, b in spans if a < end and b > start]


def _inner(start: float, end: float, fps: int) -> range:
    """The frames of a silence, without those in which the mouth may still close or already open."""
    return range(ceil(start * fps) + LATE, int(end * fps) - LATE)


def _curve(index: int, mouth: Mouth, seen: Mapping[int, dict[int, float]]) -> dict[int, float]:
    return {n: seen[n][index] for n in range(mouth.start, mouth.end) if n in seen}


def _onset(seconds: float, speeches: Iterable[Speech], curve: Mapping[int, float], fps: int) -> Turn:
    near = min(speeches, key=lambda s: abs(s.start - seconds), default=None)
    shut = near.shut if near and abs(near.start - seconds) < SAME else 0.0
    due = int((seconds + shut) * fps)
    return Turn(seconds=round(seconds, 2), late=_nearest(due, range(int(seconds * fps) - REACH, due + REACH + 1), curve, opens=True))


def _offset(seconds: float, speeches: Iterable[Speech], curve: Mapping[int, float], fps: int) -> Turn:
    near = min(speeches, key=lambda s: abs(s.end - seconds), default=None)
    humming = near and near.shuts and abs(near.end - seconds) < SAME
    due = ceil((near.end - near.shuts if near and humming else seconds) * fps)
    return Turn(seconds=round(seconds, 2), late=_nearest(due, range(due - REACH, int(seconds * fps) + REACH + 1), curve, opens=False))


def _nearest(due: int, window: range, curve: Mapping[int, float], opens: bool) -> int | None:
    """How far from frame `due` the mouth opens (or shuts) within `window`."""
    open_ = [(n, curve.get(n, 0.0) >= CLOSED) for n in window]
    turns = [n for (_, before), (n, now) in pairwise(open_) if now != before and now == opens]
    return min((n - due for n in turns), key=abs, default=None)


def _pressed(start: float, end: float, curve: Mapping[int, float], fps: int) -> bool:
    """Whether the lips are seen shut in a frame of the sound, or the one before or after it."""
    return any(curve.get(n, 0.0) < CLOSED for n in range(int(start * fps) - 1, int(end * fps) + 2))


def _said(lips: Lips) -> list[str]:
    who = f'{lips.character} in scene "{lips.scene}"'
    where = lips.gaping[:1]
    gaping = [f"{who} has the mouth open in silence at {at} s ({len(lips.gaping)} frames)" for at in where]
    missed = [onset for onset in lips.onsets if onset.late is None or abs(onset.late) > LATE]
    left = [offset for offset in lips.offsets if offset.late is not None and not -FADES <= offset.late <= LATE]
    return [
        *gaping,
        *(f"{who} {_missed(onset)} at {onset.seconds} s" for onset in missed),
        *(f"{who} shuts the mouth {_by(offset.late or 0)} the voice ends at {offset.seconds} s" for offset in left),
        *(f"{who} says m, p or b without shutting the lips at {at} s" for at in lips.unpressed),
    ]


def _by(late: int) -> str:
    return f"{abs(late)} frames {'after' if late > 0 else 'before'}"


def _missed(onset: Turn) -> str:
    if onset.late is None:
        return "speaks with the mouth shut"
    return f"opens the mouth {_by(onset.late)} the voice"
