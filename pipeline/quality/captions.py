"""Check the film's captions: those in the film, and those in the file beside it, against what is said and when."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import av

from ..base.errors import FilmFinding
from ..base.files import read_own
from ..base.frozen import Frozen
from ..film.card import SubtitleCue

LATE = 0.15
"""Seconds by which a caption may come early or late."""
SIDECAR = "film.srt"
_CUE = re.compile(
    r"(\d+):(\d\d):(\d\d)[,.](\d{3})\s*-->\s*(\d+):(\d\d):(\d\d)[,.](\d{3})[^\n]*\n(.*?)(?:\n\s*\n|\Z)", re.DOTALL
)


class CaptionMeasures(Frozen):
    """Captions in one `place` (the film or a file): how many are `right` of `wanted`.

    `missing` are those that aren't there (start in s, text), `late` those that come at another time (start, seconds late, text).
    """

    place: str
    wanted: int
    right: int
    missing: tuple[tuple[float, str], ...] = ()
    late: tuple[tuple[float, float, str], ...] = ()


def measure_captions(film: Path, folder: Path | None, expected: Sequence[SubtitleCue]) -> tuple[CaptionMeasures, ...]:
    """Compare the captions in `film`, and those in the file beside it, if it is there; `folder` is the episode's."""
    beside = read_own(film.with_name(SIDECAR), inside=folder)
    found = [_compared("the film", expected, _cues_in_film(film))]
    if beside:
        found.append(_compared(SIDECAR, expected, _cues_in_text(beside.decode("utf-8", "replace"))))
    return tuple(found) if expected else ()


def caption_findings(found: Iterable[CaptionMeasures]) -> tuple[FilmFinding, ...]:
    """Return what a reader would notice."""
    return tuple(FilmFinding(message, at=at) for one in found for message, at in _messages(one))


def _compared(place: str, expected: Sequence[SubtitleCue], found: Sequence[tuple[float, str]]) -> CaptionMeasures:
    left = list(found)
    missing, late = [], []
    for cue in expected:
        text = _plain(" ".join(cue.lines))
        same = [each for each in left if each[1] == text]
        nearest = min(same, key=lambda each: abs(each[0] - cue.start), default=None)
        if nearest is None:
            missing.append((round(cue.start, 2), text))
            continue
        left.remove(nearest)
        if abs(nearest[0] - cue.start) > LATE:
            late.append((round(cue.start, 2), round(nearest[0] - cue.start, 2), text))
    right = len(expected) - len(missing) - len(late)
    return CaptionMeasures(place=place, wanted=len(expected), right=right, missing=tuple(missing), late=tuple(late))


def _cues_in_film(film: Path) -> list[tuple[float, str]]:
    """Return start and text of the captions in a film (3GPP timed text: length, UTF-8)."""
    with av.open(str(film)) as file:
        stream = next((s for s in file.streams.subtitles), None)
        if stream is None:
            return []
        packets = [
            (float((p.pts or 0) * p.time_base), bytes(p)) for p in file.demux(stream) if p.size > 2 and p.time_base
        ]
    texts = [
        (start, data[2 : 2 + int.from_bytes(data[:2], "big")].decode("utf-8", "replace")) for start, data in packets
    ]
    return [(start, _plain(text)) for start, text in texts if text.strip()]


def _cues_in_text(text: str) -> list[tuple[float, str]]:
    found = []
    for match in _CUE.finditer(text.replace("\r\n", "\n")):
        hours, minutes, seconds, thousandths = map(int, match.groups()[:4])
        found.append((hours * 3600 + minutes * 60 + seconds + thousandths / 1000, _plain(match[9])))
    return found


def _plain(text: str) -> str:
    """Return a caption's letters: players' marks and line ends differ between files."""
    return " ".join(
        "".join(c for c in text if c.isprintable() or c == "\n").replace("｛", "{").replace("｝", "}").split()
    )


def _messages(one: CaptionMeasures) -> Iterable[tuple[str, float | None]]:
    """Yield what is wrong with captions, and when that is seen."""
    if one.wanted and len(one.missing) == one.wanted:
        yield f"the captions in {one.place} are missing", None
        return
    for start, text in one.missing[:3]:
        yield f'the caption "{text[:60]}" at {start:.1f} s is missing in {one.place}', start
    if one.late:
        start, by, text = max(one.late, key=lambda each: abs(each[1]))
        which = "all captions" if len(one.late) == one.wanted else f"{len(one.late)} captions"
        yield (
            f'{which} in {one.place} are shown {abs(by):.1f} s too {"late" if by > 0 else "early"}, like "{text[:60]}" at {start:.1f} s',
            start,
        )
    if len(one.missing) > 3:
        yield f"{len(one.missing)} captions are missing in {one.place}", None
