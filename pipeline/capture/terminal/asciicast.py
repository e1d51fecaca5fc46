"""A terminal session as asciinema writes it: a line of JSON for the terminal, then one for each piece of output.

Sources: https://docs.asciinema.org/manual/asciicast/v1/, /v2/ and /v3/
"""

import json
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

from pydantic import AliasChoices, AliasPath, BaseModel, Field, PositiveInt, TypeAdapter, ValidationError

from ...base.errors import LecternError, SourceError
from ...base.files import LARGEST_OWN_FILE, read_bounded, write_atomic
from ...base.frozen import Frozen


class CastOutput(Frozen):
    """What the program wrote at `time` (seconds from the start)."""

    time: float
    text: str


class CastScroll(Frozen):
    """The view moved by `lines` at `time` (up is negative; 0: back to the end)."""

    time: float
    lines: int


class CastMarker(Frozen):
    """Whoever recorded it marked `time`, perhaps with a `label`."""

    time: float
    label: str


class CastResize(Frozen):
    """From `time` on the terminal has `columns` by `rows` cells."""

    time: float
    columns: int
    rows: int


type CastItem = CastOutput | CastScroll | CastResize


class Asciicast(Frozen):
    """A session of a terminal of `columns` by `rows` cells, ended at `duration` seconds.

    Where its size changed, `resizes` tells all its sizes, from the one at the start, and `columns`, `rows` are the largest.
    `notes` say what of a file could not be read.
    """

    columns: int
    rows: int
    duration: float
    outputs: tuple[CastOutput, ...]
    scrolls: tuple[CastScroll, ...] = ()
    resizes: tuple[CastResize, ...] = ()
    markers: tuple[CastMarker, ...] = ()
    notes: tuple[str, ...] = ()


def write_cast(file: Path, cast: Asciicast) -> None:
    """Write `cast` to `file` as version 2; scrolls are events of a kind of ours, which players pass over; a mark ends it."""
    first = cast.resizes[0] if cast.resizes else cast
    header = {"version": 2, "width": first.columns, "height": first.rows, "env": {"TERM": "xterm-256color"}}
    lines = [header, *sorted(_events(cast), key=lambda event: event[0]), [cast.duration, "m", _END]]
    write_atomic(file, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), inside=None)


def read_cast(file: Path) -> Asciicast:
    """Return the session in `file` (version 1, 2 or 3, perhaps gzipped); of other kinds of events it keeps only how long they lasted.

    Where its end was cut off, what is whole is there, and a note. SourceError with the line that is none of asciinema's, LecternError
    where it is no text.
    """
    text, notes = _text(file)
    header, entries = _first_version(text, file) or _later_version(text, file, notes)
    events = list(entries if header.version == 2 else _with_absolute_times(entries))
    if header.idle_time_limit:
        events = list(_with_short_rests(events, header.idle_time_limit))
    sizes = _sizes(header, events)
    outputs = _without_surrogates([(time, text) for time, kind, text in events if kind == "o"], file, notes)
    return Asciicast(
        columns=max(size.columns for size in sizes),
        rows=max(size.rows for size in sizes),
        duration=max((time for time, *_ in events), default=0.0),
        outputs=tuple(CastOutput(time=time, text=text) for time, text in outputs),
        scrolls=tuple(CastScroll(time=time, lines=int(lines)) for time, kind, lines in events if kind == _SCROLL),
        resizes=sizes if len(sizes) > 1 else (),
        markers=tuple(
            CastMarker(time=time, label=label) for time, kind, label in events if kind == "m" and label != _END
        ),
        notes=tuple(notes),
    )


_SCROLL = "lectern.scroll"
_END = "end"
"""The label of the mark that ends a cast of ours."""

type _CastEvent = tuple[float, str, str]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _CastHeader(BaseModel):
    """The first line of version 2 (width, height) or 3 (term), or what else there is of version 1."""

    version: Annotated[int, Field(ge=1, le=3)]
    columns: PositiveInt = Field(validation_alias=AliasChoices("width", AliasPath("term", "cols")))
    rows: PositiveInt = Field(validation_alias=AliasChoices("height", AliasPath("term", "rows")))
    idle_time_limit: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None


class _FirstVersion(_CastHeader):
    """A recording of version 1: one object, in which the pieces of output have the seconds since the one before."""

    stdout: list[tuple[Seconds, str]]


_HEADER = TypeAdapter(_CastHeader)
_FIRST_VERSION = TypeAdapter(_FirstVersion)
_EVENT: TypeAdapter[_CastEvent] = TypeAdapter(tuple[Seconds, str, str])
_ESCAPED_SURROGATE = re.compile(r"\\(?:\\|u([dD][89a-fA-F][0-9a-fA-F]{2}))")
_KEPT_SURROGATE = 0x100000
"""Where half a letter is kept while JSON is read, which knows whole ones only: in a plane for private use."""


def _text(file: Path) -> tuple[str, list[str]]:
    """Return what is in a file, and notes of what isn't."""
    data, notes = read_bounded(file, LARGEST_OWN_FILE), list[str]()
    if data.startswith(b"\x1f\x8b"):
        data = _unzipped(data, file, notes)
    try:
        return data.decode("utf-8-sig"), notes
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":  # a letter that was cut off, and its line with it
            return data[: error.start].decode("utf-8-sig"), notes
        raise LecternError(f"{file.name} is not a recording of asciinema's: {error}") from error


def _unzipped(data: bytes, file: Path, notes: list[str]) -> bytes:
    unzip = zlib.decompressobj(wbits=31)
    try:
        text = unzip.decompress(data, LARGEST_OWN_FILE)
    except zlib.error as error:
        raise LecternError(f"{file.name} is not a recording of asciinema's: {error}") from error
    if unzip.unconsumed_tail or not text:
        raise LecternError(f"{file.name} is not a recording of asciinema's that Lectern can unzip")
    if not unzip.eof:
        notes.append(f"{file.name} is cut off; what is whole of it is shown")
    return text


def _first_version(text: str, file: Path) -> tuple[_CastHeader, list[_CastEvent]] | None:
    """Return a recording of version 1, which may be spread over many lines; None where it is none."""
    if not re.match(r'\s*\{[^{}\[\]]*"version"\s*:\s*1\s*[,}]', text):
        return None
    whole = _validated(_FIRST_VERSION, _keep_surrogates(text), file, 1, "an asciinema recording of version 1")
    return whole, [(delay, "o", output) for delay, output in whole.stdout]


def _later_version(text: str, file: Path, notes: list[str]) -> tuple[_CastHeader, list[_CastEvent]]:
    lines = _lines(text)
    number, first = lines[0] if lines else (1, "")
    header = _validated(_HEADER, first, file, number, "the first line of an asciinema recording of version 2 or 3")
    events: list[_CastEvent] = []
    for number, line in lines[1:]:
        try:
            events.append(_validated(_EVENT, _keep_surrogates(line), file, number, "an event of asciinema's"))
        except SourceError:
            if (number, line) != lines[-1] or text.endswith("\n") or _is_json(line):
                raise
            notes.append(f"{file.name}:{number} is cut off; what is before it is shown")
    return header, events


def _lines(text: str) -> list[tuple[int, str]]:
    """Return lines with their numbers: str.splitlines would break them at characters that JSON leaves as they are."""
    return [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip() and not line.startswith("#")]


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _keep_surrogates(line: str) -> str:
    """Return JSON with halves of letters (U+D800 to U+DFFF) as letters that `_without_surrogates` knows."""

    def kept(found: re.Match[str]) -> str:
        return chr(_KEPT_SURROGATE + int(found[1], 16) - 0xD800) if found[1] else found[0]

    return _ESCAPED_SURROGATE.sub(kept, line)


def _without_surrogates(outputs: list[tuple[float, str]], file: Path, notes: list[str]) -> list[tuple[float, str]]:
    """Return outputs with whole letters: programs write one in two pieces. A half that stays alone is U+FFFD, and a note."""
    whole, half, lost = list[tuple[float, str]](), "", False
    for time, text in outputs:
        letters = half + "".join(chr(ord(c) - _KEPT_SURROGATE + 0xD800) if _is_kept(c) else c for c in text)
        half = letters[-1:] if "\ud800" <= letters[-1:] <= "\udbff" else ""
        joined = letters[: len(letters) - len(half)].encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        lost = lost or "\ufffd" in joined
        whole.append((time, joined))
    if lost or half:
        notes.append(f"{file.name} holds halves of letters (lone surrogates); they are shown as \ufffd")
    return [*whole[:-1], (whole[-1][0], whole[-1][1] + "\ufffd")] if half else whole


def _is_kept(char: str) -> bool:
    return _KEPT_SURROGATE <= ord(char) < _KEPT_SURROGATE + 0x800


def _validated[T](form: TypeAdapter[T], line: str, file: Path, number: int, what: str) -> T:
    try:
        return form.validate_json(line)
    except ValidationError as error:
        fault = error.errors()[0]
        where = "".join(f"{part}: " for part in fault["loc"])
        raise SourceError(file.name, number, f"this is not {what}: {where}{fault['msg']}") from error


def _with_absolute_times(events: Iterable[_CastEvent]) -> Iterator[_CastEvent]:
    """Yield events of versions 1 and 3, which count the seconds from event to event, with their times."""
    now = 0.0
    for interval, kind, data in events:
        now += interval
        yield round(now, 6), kind, data


def _with_short_rests(events: Iterable[_CastEvent], limit: float) -> Iterator[_CastEvent]:
    """Yield the events at the times of asciinema's player: no rest is longer than the header allows."""
    before, saved = 0.0, 0.0
    for time, kind, data in events:
        saved += max(0.0, time - before - limit)
        before = max(before, time)
        yield round(time - saved, 6), kind, data


def _sizes(header: _CastHeader, events: Iterable[_CastEvent]) -> tuple[CastResize, ...]:
    """Return the sizes that the terminal had, one after the other."""
    sizes = [CastResize(time=0.0, columns=header.columns, rows=header.rows)]
    for time, kind, data in events:
        size = re.fullmatch(r"([1-9]\d*)x([1-9]\d*)", data, re.ASCII) if kind == "r" else None
        if size and (sizes[-1].columns, sizes[-1].rows) != (int(size[1]), int(size[2])):
            sizes.append(CastResize(time=time, columns=int(size[1]), rows=int(size[2])))
    return tuple(sizes)


def _events(cast: Asciicast) -> Iterator[tuple[float, str, str]]:
    yield from ((size.time, "r", f"{size.columns}x{size.rows}") for size in cast.resizes[1:])
    yield from ((output.time, "o", output.text) for output in cast.outputs)
    yield from ((scroll.time, _SCROLL, str(scroll.lines)) for scroll in cast.scrolls)
    yield from ((marker.time, "m", marker.label) for marker in cast.markers)
