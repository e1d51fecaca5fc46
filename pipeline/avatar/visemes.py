"""Converts phonemes to visemes, one for each frame: the Rhubarb letters A-H, and X for rest.

The shapes are those of Rhubarb Lip Sync (github.com/DanielSWolf/rhubarb-lip-sync): A lips pressed, B teeth nearly together,
C open, D wide open, E rounded, F puckered, G teeth on the lip, H tongue up.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, zip_longest
from math import ceil
from typing import NamedTuple

from ..base.clock import frame_at
from ..services.voice import Phoneme
from .take import Viseme

LEAD = 0.033
"""Seconds by which the mouth precedes its sound."""

SILENCE = 0.3
"""The mouth is shut in silences of more than so many seconds."""

HOLD = 2
"""The fewest frames that a shape lasts, except closures."""

PARTED = 4
"""A rest of fewer frames parts the lips instead of shutting them."""

PRESSED = "A"
CLOSURES = PRESSED + "G"
WEIGHT: dict[Viseme, int] = {"A": 9, "G": 8, "F": 5, "D": 5, "E": 4, "H": 3, "C": 2, "B": 1, "X": 0}
"""How visible each shape is: the heavier one wins when two share a frame."""

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


class VisemeTarget(NamedTuple):
    """The mouth shape of a sound; times are seconds of the mouth, not of the sound."""

    start: float
    end: float
    shape: Viseme


def visemes(phonemes: Sequence[Phoneme], frames: int, fps: int) -> tuple[Viseme, ...]:
    """Return the viseme of every frame: ahead of the sound, with every closure, shut in silences and at both ends."""
    targets = list(_targets(phonemes))
    shapes = _majority_shapes(targets, frames, fps)
    kept = _enforce_closures(shapes, targets, fps)
    shapes = _merge_short_runs(shapes, kept)
    shapes = _fill_short_rests(shapes)
    return tuple(_close_in_silences(shapes, phonemes, fps))


def shapes_of(symbol: str) -> str:
    """Return the mouth shapes of an IPA symbol, in order; "" for a pause. An unknown sound opens the mouth a little."""
    sound = "".join(c for c in unicodedata.normalize("NFD", symbol) if unicodedata.category(c) in ("Ll", "Lo"))
    return "".join(_viseme_names(sound))


def silences(phonemes: Iterable[Phoneme], duration: float) -> list[tuple[float, float]]:
    """Return the spans within `duration` seconds, longer than `SILENCE`, in which nothing is said."""
    spoken = sorted((p.start, p.end) for p in phonemes if shapes_of(p.symbol))
    gaps, end = [], 0.0
    for start, stop in [*spoken, (duration, duration)]:
        if start - end > SILENCE:
            gaps.append((end, start))
        end = max(end, stop)
    return gaps


def _viseme_names(sound: str) -> Iterator[str]:
    while sound:
        size = next((n for n in range(min(LONGEST, len(sound)), 0, -1) if sound[:n] in SOUNDS), 0)
        yield SOUNDS[sound[:size]] if size else UNKNOWN
        sound = sound[max(size, 1) :]


def _targets(phonemes: Sequence[Phoneme]) -> Iterator[VisemeTarget]:
    """Yield the targets, ahead of their sounds; the last one before a silence stays until its sound has ended."""
    sounds = [p for p in phonemes if shapes_of(p.symbol)]
    for phoneme, following in zip_longest(sounds, sounds[1:]):
        last = following is None or following.start - phoneme.end > SILENCE
        shapes, start = shapes_of(phoneme.symbol), phoneme.start - LEAD
        part = (phoneme.end - (0 if last else LEAD) - start) / len(shapes)
        for i, shape in enumerate(shapes):
            yield VisemeTarget(start + i * part, start + (i + 1) * part, shape)


def _majority_shapes(targets: Iterable[VisemeTarget], frames: int, fps: int) -> list[Viseme]:
    """Return the shape that covers most of each frame, weighted by visibility."""
    votes: list[dict[str, float]] = [{} for _ in range(frames)]
    for start, end, shape in ((t.start * fps, t.end * fps, t.shape) for t in targets):
        for frame in range(max(0, int(start)), min(frames, ceil(end))):
            shared = min(end, frame + 1) - max(start, frame)
            votes[frame][shape] = votes[frame].get(shape, 0) + shared * (1 + 0.15 * WEIGHT[shape])
    return [max(vote, key=vote.__getitem__) if vote else "X" for vote in votes]


def _enforce_closures(shapes: list[Viseme], targets: Iterable[VisemeTarget], fps: int) -> set[int]:
    """Show every closure in at least one frame of `shapes`; return the frames that must stay."""
    kept: set[int] = set()
    for start, end, shape in targets:
        frame = int((start + end) / 2 * fps)
        if shape in CLOSURES and 0 <= frame < len(shapes):
            frames = [frame, frame + 1] if (end - start) * fps > 1.2 and frame + 1 <= int(end * fps) else [frame]
            for f in (f for f in frames if f < len(shapes)):
                shapes[f] = shape
                kept.add(f)
    return kept


def _merge_short_runs(shapes: list[Viseme], kept: set[int]) -> list[Viseme]:
    """Return the shapes after merging each run shorter than `HOLD` into its stronger neighbour, one after the other."""
    result = list(shapes)
    while short := next((run for run in _inner_runs(result) if _is_too_short(run, result, kept)), None):
        result[short.start : short.stop] = [_stronger_neighbour(short, result)] * len(short)
    return result


def _is_too_short(run: range, shapes: list[Viseme], kept: set[int]) -> bool:
    return len(run) < HOLD and kept.isdisjoint(run) and _stronger_neighbour(run, shapes) != shapes[run.start]


def _stronger_neighbour(run: range, shapes: list[Viseme]) -> Viseme:
    """Return the shape that replaces a run: the more visible neighbour that is not a closure, or else its own."""
    beside = (s for s in (shapes[run.start - 1], shapes[run.stop]) if s not in CLOSURES)
    return max(beside, key=WEIGHT.__getitem__, default=shapes[run.start])


def _fill_short_rests(shapes: list[Viseme]) -> list[Viseme]:
    result = list(shapes)
    for run in _inner_runs(shapes):
        if shapes[run.start] == "X" and len(run) < PARTED:
            result[run.start : run.stop] = ["B"] * len(run)
    return result


def _inner_runs(shapes: list[Viseme]) -> list[range]:
    """Return the frames of every run except the first and the last."""
    return [range(at, at + size) for _, at, size in runs(shapes)][1:-1]


def _close_in_silences(shapes: list[Viseme], phonemes: Sequence[Phoneme], fps: int) -> Iterator[Viseme]:
    """Yield the shapes, shut in every silence, and in the first and the last frame."""
    last = len(shapes) - 1
    quiet = {0, last}
    for start, end in silences(phonemes, len(shapes) / fps):
        quiet.update(range(frame_at(start, fps), min(last, frame_at(end - LEAD, fps) - 1) + 1))
    return ("X" if i in quiet else shape for i, shape in enumerate(shapes))


def runs(shapes: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Yield the runs of one shape: shape, first frame, number of frames."""
    at = 0
    for shape, run in groupby(shapes):
        size = sum(1 for _ in run)
        yield shape, at, size
        at += size
