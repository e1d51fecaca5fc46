"""Check that mouths move with their voices, from the film's own frames and sound."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import ceil

import numpy as np
from numpy.typing import NDArray

from ..avatar.meter import CLOSED, openness
from ..base import audio
from ..base.arrays import Samples
from ..base.clock import Span, seconds_at
from ..base.errors import FilmFinding
from ..base.frozen import Frozen
from ..base.geometry import Box
from .frames import DecodedFrame, FrameProbe, probe_each

AUDIBLE = 30.0
"""dB below the film's loudness at which a voice counts as silent."""
STEP = 0.01
"""Seconds over which a level is measured."""
SILENCE = 0.3
"""Seconds of silence beyond which a mouth must be shut."""
LATE = 2
"""Frames by which a mouth may miss its voice."""
FADES = 3
"""Frames by which a mouth may shut before its voice is silent: a last vowel fades."""
REACH = 15
"""Frames before and after an onset in which the mouth may be found to open."""
SAME = 0.25
"""Seconds by which a sound may miss its plan and still be taken for it."""
SHIFTED = 0.05
"""The share of the frames that has to be as planned, more than without, for all mouths to be early or late."""


class MouthArea(Frozen):
    """A mouth that is fully visible in `box` from frame `start` to `end` (exclusive); `inside` are its colours when open."""

    scene: str
    character: str
    start: int
    end: int
    box: Box
    inside: tuple[str, ...]


class SpeechSpan(Frozen):
    """`character` speaks from `start` to `end` (seconds of the film).

    The lips are shut (m, p, b) for the first `shut` seconds, the last `shuts` seconds, and in each span of `pressed`.
    """

    character: str
    start: float
    end: float
    shut: float = 0.0
    shuts: float = 0.0
    pressed: tuple[Span, ...] = ()


class SpeechOnset(Frozen):
    """At `seconds` a voice sets in or falls silent; the mouth is `late` frames late (negative: early; None: it never moves)."""

    seconds: float
    late: int | None


class LipSyncResult(Frozen):
    """One mouth compared with its voice. All times are seconds of the film.

    In `silent` seconds of silence, the mouth is open at the times `gaping`. Of `presses` sounds (m, p, b), the lips are not
    shut in those at the times `unpressed`. All mouths of the film are about `lag` frames late (negative: early).
    """

    scene: str
    character: str
    silent: float
    gaping: tuple[float, ...]
    onsets: tuple[SpeechOnset, ...]
    offsets: tuple[SpeechOnset, ...] = ()
    presses: int = 0
    unpressed: tuple[float, ...] = ()
    lag: int = 0


def lips_probe(mouths: Sequence[MouthArea]) -> FrameProbe[dict[int, float]]:
    """Return the probe that measures the openness (0..1) of every mouth in every frame, by the mouth's index."""

    def see(index: int, picture: DecodedFrame) -> float:
        return openness(picture.rgb(mouths[index].box), mouths[index].inside)

    return probe_each([range(mouth.start, mouth.end) for mouth in mouths], see)


def judge_lips(
    mouths: Sequence[MouthArea],
    speeches: Sequence[SpeechSpan],
    seen: Mapping[int, dict[int, float]],
    loud: Sequence[Span],
    fps: int,
) -> tuple[LipSyncResult, ...]:
    """Compare every mouth, `seen` by the probe, with its voice; `loud` is where in the film voices are heard (seconds)."""
    curves = [_curve(i, mouth, seen) for i, mouth in enumerate(mouths)]
    own = [[s for s in speeches if s.character == mouth.character] for mouth in mouths]
    lag = _lag(own, curves, fps)
    judged = zip(mouths, own, curves, strict=True)
    return tuple(_judge_mouth(mouth, spoken, loud, curve, fps, lag) for mouth, spoken, curve in judged)


def _lag(spoken: Sequence[Sequence[SpeechSpan]], curves: Sequence[Mapping[int, float]], fps: int) -> int:
    """Return by how many frames the mouths are later than their voices: where most frames are open or shut as they should be.

    A mouth opens and shuts all the time, so the nearest movement alone doesn't tell whether it is early or late.
    """
    shares = dict.fromkeys(range(-REACH, REACH + 1), 0.0)
    frames = sum(map(len, curves))
    for speeches, curve in zip(spoken, curves, strict=True):
        numbers = np.array(sorted(curve))
        seen = np.array([curve[n] >= CLOSED for n in numbers.tolist()])
        for lag in shares:
            shares[lag] += float((_should_open((numbers - lag + 0.5) / fps, speeches) == seen).sum()) / frames
    best = max(shares, key=lambda lag: (shares[lag], -abs(lag)))
    return best if shares[best] > shares[0] + SHIFTED else 0


def _should_open(times: NDArray[np.float64], speeches: Iterable[SpeechSpan]) -> NDArray[np.bool_]:
    """Return at which of some times (seconds) a mouth should be open."""
    should = np.zeros(len(times), bool)
    for one in speeches:
        should |= (one.start + one.shut <= times) & (times < one.end - one.shuts)
    for start, end in (span for one in speeches for span in one.pressed):
        should &= (times < start) | (end <= times)
    return should


def lips_findings(lips: Iterable[LipSyncResult]) -> tuple[FilmFinding, ...]:
    """Return what a viewer would notice."""
    return tuple(FilmFinding(message, at=at) for one in lips for message, at in _lips_messages(one))


def audible(sound: Samples) -> tuple[Span, ...]:
    """Return the spans in which `sound` is within AUDIBLE dB of its own loudness."""
    block = round(STEP * audio.RATE)
    blocks = sound[: len(sound) // block * block].reshape(-1, block * sound.shape[1])
    level = np.sqrt(np.mean(np.square(blocks, dtype=np.float64), axis=1))
    loud = level > audio.factor(audio.measure(sound).integrated - AUDIBLE)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], loud.astype(np.int8), [0]])))
    return tuple((a * STEP, b * STEP) for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _judge_mouth(
    mouth: MouthArea, speeches: list[SpeechSpan], loud: Sequence[Span], curve: Mapping[int, float], fps: int, lag: int
) -> LipSyncResult:
    own = [clipped for s in speeches for clipped in _clip_spans(loud, s.start - SAME, s.end + SAME)]
    silent = _silences(own, seconds_at(mouth.start, fps), seconds_at(mouth.end, fps))
    gaping = [n for start, end in silent for n in _inner(start, end, fps) if curve.get(n, 0.0) >= CLOSED]
    pressed = list(_presses(mouth, speeches, fps))
    return LipSyncResult(
        scene=mouth.scene,
        character=mouth.character,
        lag=lag,
        silent=round(sum(end - start for start, end in silent), 2),
        gaping=tuple(round(seconds_at(n, fps), 2) for n in gaping),
        onsets=tuple(_onset(seconds, speeches, curve, fps, lag) for seconds in _begins(mouth, silent, fps)),
        offsets=tuple(_offset(seconds, speeches, curve, fps, lag) for seconds in _ends(mouth, silent, fps)),
        presses=len(pressed),
        unpressed=tuple(round(start, 2) for start, end in pressed if not _pressed(start, end, curve, fps)),
    )


def _begins(mouth: MouthArea, silent: Iterable[Span], fps: int) -> Iterator[float]:
    """Yield when the voice sets in while the mouth is visible for long enough before and after."""
    for _, end in silent:
        if mouth.start < (end - SILENCE) * fps and end * fps < mouth.end - REACH:
            yield end


def _ends(mouth: MouthArea, silent: Iterable[Span], fps: int) -> Iterator[float]:
    """Yield when the voice falls silent while the mouth is visible for long enough before and after."""
    for start, _ in silent:
        if mouth.start + REACH < start * fps and (start + SILENCE) * fps < mouth.end:
            yield start


def _presses(mouth: MouthArea, speeches: Iterable[SpeechSpan], fps: int) -> Iterator[Span]:
    """Yield the sounds with shut lips during which the mouth is visible."""
    for start, end in (span for speech in speeches for span in speech.pressed):
        if mouth.start < start * fps and end * fps < mouth.end - 1:
            yield start, end


def _silences(own: Iterable[Span], start: float, end: float) -> list[Span]:
    """Return the spans longer than SILENCE in which nothing of `own` is heard."""
    last, gaps = start, []
    for begin, stop in [*sorted(own), (end, end)]:
        if min(begin, end) - last > SILENCE:
            gaps.append((last, min(begin, end)))
        last = max(last, stop)
    return gaps


def _clip_spans(spans: Iterable[Span], start: float, end: float) -> list[Span]:
    return [(max(a, start), min(b, end)) for a, b in spans if a < end and b > start]


def _inner(start: float, end: float, fps: int) -> range:
    """Return the frames of a silence, without those in which the mouth may still close or already open."""
    return range(ceil(start * fps) + LATE, int(end * fps) - LATE)


def _curve(index: int, mouth: MouthArea, seen: Mapping[int, dict[int, float]]) -> dict[int, float]:
    return {n: seen[n][index] for n in range(mouth.start, mouth.end) if n in seen}


def _onset(
    seconds: float, speeches: Iterable[SpeechSpan], curve: Mapping[int, float], fps: int, lag: int
) -> SpeechOnset:
    near = min(speeches, key=lambda s: abs(s.start - seconds), default=None)
    shut = near.shut if near and abs(near.start - seconds) < SAME else 0.0
    due = int((seconds + shut) * fps)
    return SpeechOnset(
        seconds=round(seconds, 2),
        late=_nearest(due, range(int(seconds * fps) - REACH, due + REACH + 1), curve, lag, opens=True),
    )


def _offset(
    seconds: float, speeches: Iterable[SpeechSpan], curve: Mapping[int, float], fps: int, lag: int
) -> SpeechOnset:
    near = min(speeches, key=lambda s: abs(s.end - seconds), default=None)
    humming = near and near.shuts and abs(near.end - seconds) < SAME
    due = ceil((near.end - near.shuts if near and humming else seconds) * fps)
    return SpeechOnset(
        seconds=round(seconds, 2),
        late=_nearest(due, range(due - REACH, int(seconds * fps) + REACH + 1), curve, lag, opens=False),
    )


def _nearest(due: int, window: range, curve: Mapping[int, float], lag: int, *, opens: bool) -> int | None:
    """Return how many frames from `due` the mouth opens (or shuts) within `window`; None where it doesn't.

    Of several times it is the one that is nearest to the `lag` of all mouths.
    """
    open_ = [(n, curve.get(n, 0.0) >= CLOSED) for n in window]
    turns = [n for (_, before), (n, now) in pairwise(open_) if now != before and now == opens]
    return min((n - due for n in turns), key=lambda late: (abs(late - lag), abs(late)), default=None)


def _pressed(start: float, end: float, curve: Mapping[int, float], fps: int) -> bool:
    """Return whether the lips are shut in a frame of the sound, or the one before or after it."""
    return any(curve.get(n, 0.0) < CLOSED for n in range(int(start * fps) - 1, int(end * fps) + 2))


def _lips_messages(lips: LipSyncResult) -> list[tuple[str, float]]:
    """Return what is wrong with a mouth, and when that is seen."""
    who = f'{lips.character} in scene "{lips.scene}"'
    where = lips.gaping[:1]
    gaping = [(f"{who} has the mouth open in silence at {at} s ({len(lips.gaping)} frames)", at) for at in where]
    missed = [onset for onset in lips.onsets if onset.late is None or abs(onset.late) > LATE]
    left = [offset for offset in lips.offsets if offset.late is not None and not -FADES <= offset.late <= LATE]
    return [
        *gaping,
        *((f"{who} {_onset_message(onset)} at {onset.seconds} s", onset.seconds) for onset in missed),
        *(
            (
                f"{who} shuts the mouth {_lateness(offset.late or 0)} the voice ends at {offset.seconds} s",
                offset.seconds,
            )
            for offset in left
        ),
        *((f"{who} says m, p or b without shutting the lips at {at} s", at) for at in lips.unpressed),
    ]


def _lateness(late: int) -> str:
    return f"{abs(late)} frames {'after' if late > 0 else 'before'}"


def _onset_message(onset: SpeechOnset) -> str:
    if onset.late is None:
        return "speaks with the mouth shut"
    return f"opens the mouth {_lateness(onset.late)} the voice"
