"""Phonemes become mouth shapes, one a frame: the Rhubarb letters A-H, and X for rest.

Shapes after Rhubarb Lip Sync (github.com/DanielSWolf/rhubarb-lip-sync): A lips pressed, B teeth nearly together,
C open, D wide open, E rounded, F puckered, G teeth on the lip, H tongue up.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, zip_longest
from math import ceil
from typing import NamedTuple

from ..clock import frame_at
from ..services.voice import Phoneme
from .take import Viseme

LEAD = 0.033
"""Seconds by which a mouth is ahead of its sound."""

SILENCE = 0.3
"""Seconds of silence beyond which the mouth is shut."""

HOLD = 2
"""Frames that a shape lasts at least (closures excepted)."""

PARTED = 4
"""A pause of fewer frames parts the lips instead of shutting them."""

PRESSED = "A"
CLOSURES = PRESSED + "G"
WEIGHT = {"A": 9, "G": 8, "F": 5, "D": 5, "E": 4, "H": 3, "C": 2, "B": 1, "X": 0}
"""What wins where two sounds share a frame."""

UNKNOWN = "C"

SOUNDS: dict[str, str] = {
    **dict.fromkeys(("p", "b", "m", "ɓ", "ʙ", "β", "ɸ"), "A"),
    **dict.fromkeys(("f", "v", "ɱ", "ʋ", "ⱱ"), "G"),
    **dict.fromkeys("θðlɫɭʎɬɮʟɺ", "H"),
    **dict.fromkeys("tdsznkɡgŋxχɾɲcçɕqjrʁʀʔʑɽɟʈɖɣɗɠʄɢɴɳʝɰɧ", "B"),
    **dict.fromkeys("iɪᵻɨɯ", "B"),
    **dict.fromkeys("hɦħʕeɛæəɐʌɘɜ", "C"),
    **dict.fromkeys("aɑᴀ", "D"),
    **dict.fromkeys("ɹɻɚɝɒɔoøœɶɤɞ", "E"),
    **dict.fromkeys("ʃʒʂʐwʍɥuʊyʏʉɵ", "F"),
    **dict.fromkeys(("tʃ", "dʒ"), "F"),
    **{"ɜ": "E", "aɪ": "DB", "aʊ": "DF", "ɔɪ": "EB", "eɪ": "CB", "oʊ": "EF", "əʊ": "CF", "iə": "BC", "əl": "CH"},
    **{"aɪɚ": "DBE", "aʊɚ": "DFE", "aɪə": "DBC", "aʊə": "DFC", "eə": "CC", "ʊə": "FC"},
    **{"ɪɹ": "BE", "ʊɹ": "FE", "oɹ": "EE", "ɔɹ": "EE", "ɑɹ": "DE", "ɛɹ": "CE"},
}
"""IPA without length, stress and diacritics; a diphthong is two shapes."""

LONGEST = max(map(len, SOUNDS))


class Target(NamedTuple):
    """A mouth shape that a sound asks for; times are seconds of the mouth, not of the sound."""

    start: float
    end: float
    shape: str


def visemes(phonemes: Sequence[Phoneme], frames: int, fps: int) -> tuple[Viseme, ...]:
    """The mouth of every frame: ahead of the sound, closures always seen, shut in silences and at both ends."""
    targets = list(_targets(phonemes))
    shapes = _voted(targets, frames, fps)
    kept = _close(shapes, targets, fps)
    shapes = _held(shapes, kept)
    shapes = _parted(shapes)
    return tuple(_shut(shapes, phonemes, fps))


def shapes_of(symbol: str) -> str:
    """The mouth shapes of an IPA symbol, in order; none for a pause. What is not known opens the mouth a little."""
    sound = "".join(c for c in unicodedata.normalize("NFD", symbol) if unicodedata.category(c) in ("Ll", "Lo"))
    return "".join(_matched(sound))


def silences(phonemes: Iterable[Phoneme], duration: float) -> list[tuple[float, float]]:
    """The spans of `duration` seconds, longer than `SILENCE`, in which nothing is said."""
    spoken = sorted((p.start, p.end) for p in phonemes if shapes_of(p.symbol))
    gaps, end = [], 0.0
    for start, stop in [*spoken, (duration, duration)]:
        if start - end > SILENCE:
            gaps.append((end, start))
        end = max(end, stop)
    return gaps


def _matched(sound: str) -> Iterator[str]:
    while sound:
        size = next((n for n in range(min(LONGEST, len(sound)), 0, -1) if sound[:n] in SOUNDS), 0)
        yield SOUNDS[sound[:size]] if size else UNKNOWN
        sound = sound[max(size, 1) :]


def _targets(phonemes: Sequence[Phoneme]) -> Iterator[Target]:
    """Ahead of their sounds; what comes before a silence stays until its sound has ended."""
    sounds = [p for p in phonemes if shapes_of(p.symbol)]
    for phoneme, following in zip_longest(sounds, sounds[1:]):
        last = following is None or following.start - phoneme.end > SILENCE
        shapes, start = shapes_of(phoneme.symbol), phoneme.start - LEAD
        part = (phoneme.end - (0 if last else LEAD) - start) / len(shapes)
        for i, shape in enumerate(shapes):
            yield Target(start + i * part, start + (i + 1) * part, shape)


def _voted(targets: Iterable[Target], frames: int, fps: int) -> list[str]:
    """The shape that covers most of each frame, the more visible ones counting for more."""
    votes: list[dict[str, float]] = [{} for _ in range(frames)]
    for start, end, shape in ((t.start * fps, t.end * fps, t.shape) for t in targets):
        for frame in range(max(0, int(start)), min(frames, ceil(end))):
            shared = min(end, frame + 1) - max(start, frame)
            votes[frame][shape] = votes[frame].get(shape, 0) + shared * (1 + 0.15 * WEIGHT[shape])
    return [max(vote, key=vote.__getitem__) if vote else "X" for vote in votes]


def _close(shapes: list[str], targets: Iterable[Target], fps: int) -> set[int]:
    """Shows every closure for at least one frame; returns the frames that must stay."""
    kept: set[int] = set()
    for start, end, shape in targets:
        frame = int((start + end) / 2 * fps)
        if shape in CLOSURES and 0 <= frame < len(shapes):
            frames = [frame, frame + 1] if (end - start) * fps > 1.2 and frame + 1 <= int(end * fps) else [frame]
            for f in (f for f in frames if f < len(shapes)):
                shapes[f] = shape
                kept.add(f)
    return kept


def _held(shapes: list[str], kept: set[int]) -> list[str]:
    """Merges what lasts less than `HOLD` into its stronger neighbour, one after the other."""
    result = list(shapes)
    while short := next((run for run in _inner_runs(result) if _fleeting(run, result, kept)), None):
        result[short.start : short.stop] = [_stronger(short, result)] * len(short)
    return result


def _fleeting(run: range, shapes: list[str], kept: set[int]) -> bool:
    return len(run) < HOLD and kept.isdisjoint(run) and _stronger(run, shapes) != shapes[run.start]


def _stronger(run: range, shapes: list[str]) -> str:
    """The neighbour that takes a run over: the more visible one that is no closure, else the run itself."""
    beside = (s for s in (shapes[run.start - 1], shapes[run.stop]) if s not in CLOSURES)
    return max(beside, key=WEIGHT.__getitem__, default=shapes[run.start])


def _parted(shapes: list[str]) -> list[str]:
    result = list(shapes)
    for run in _inner_runs(shapes):
        if shapes[run.start] == "X" and len(run) < PARTED:
            result[run.start : run.stop] = ["B"] * len(run)
    return result


def _inner_runs(shapes: list[str]) -> list[range]:
    """The frames of every run but the first and the last."""
    return [range(at, at + size) for _, at, size in runs(shapes)][1:-1]


def _shut(shapes: list[str], phonemes: Sequence[Phoneme], fps: int) -> Iterator[str]:
    """Closes the mouth in every silence, and in the first and the last frame."""
    last = len(shapes) - 1
    quiet = {0, last}
    for start, end in silences(phonemes, len(shapes) / fps):
        quiet.update(range(frame_at(start, fps), min(last, frame_at(end - LEAD, fps) - 1) + 1))
    return ("X" if i in quiet else shape for i, shape in enumerate(shapes))


def runs(shapes: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """The runs of one shape: shape, first frame, number of frames."""
    at = 0
    for shape, run in groupby(shapes):
        size = sum(1 for _ in run)
        yield shape, at, size
        at += size
