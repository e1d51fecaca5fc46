"""A terminal session as asciinema writes it: a line of JSON for the terminal, then one for each piece of output.

Sources: https://docs.asciinema.org/manual/asciicast/v2/ and /v3/
"""

import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

from pydantic import AliasChoices, AliasPath, BaseModel, Field, PositiveInt, TypeAdapter, ValidationError

from ...errors import LecternError, SourceError
from ...model import Frozen


class Output(Frozen):
    """What the program wrote at `time` (seconds from the start)."""

    time: float
    text: str


class Scroll(Frozen):
    """The view moved by `lines` at `time` (up is negative; 0: back to the end)."""

    time: float
    lines: int


class Resize(Frozen):
    """From `time` on the terminal has `columns` by `rows` cells."""

    time: float
    columns: int
    rows: int


class Cast(Frozen):
    """A session of a terminal of `columns` by `rows` cells, ended at `duration` seconds.

    Where its size changed, `resizes` tells all its sizes, from the one at the start, and `columns`, `rows` are the largest.
    """

    columns: int
    rows: int
    duration: float
    outputs: tuple[Output, ...]
    scrolls: tuple[Scroll, ...] = ()
    resizes: tuple[Resize, ...] = ()


def write_cast(file: Path, cast: Cast) -> None:
    """Writes `cast` to `file` as version 2; scrolls are events of a kind of ours, which players pass over; a mark ends it."""
    first = cast.resizes[0] if cast.resizes else cast
    header = {"version": 2, "width": first.columns, "height": first.rows, "env": {"TERM": "xterm-256color"}}
    lines = [header, *sorted(_events(cast), key=lambda event: event[0]), [cast.duration, "m", "end"]]
    sibling = file.with_name(file.name + ".part")
    sibling.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    os.replace(sibling, file)


def read_cast(file: Path) -> Cast:
    """The session in `file` (version 2 or 3); of other kinds of events it keeps only how long they lasted.

    SourceError with the line that is none of asciinema's, LecternError where it is no text.
    """
    lines = _lines(file)
    number, first = next(lines, (1, ""))
    header = _checked(_HEADER, first, file, number, "the first line of an asciinema recording of version 2 or 3")
    said = [_checked(_EVENT, line, file, number, "an event of asciinema's") for number, line in lines]
    events = list(said if header.version == 2 else _absolute(said))
    sizes = _sizes(header, events)
    return Cast(
        columns=max(size.columns for size in sizes),
        rows=max(size.rows for size in sizes),
        duration=max((time for time, *_ in events), default=0.0),
        outputs=tuple(Output(time=time, text=text) for time, kind, text in events if kind == "o"),
        scrolls=tuple(Scroll(time=time, lines=int(lines)) for time, kind, lines in events if kind == _SCROLL),
        resizes=sizes if len(sizes) > 1 else (),
    )


_SCROLL = "lectern.scroll"

type _Event = tuple[float, str, str]


class _Header(BaseModel):
    """The first line of version 2 (width, height) or 3 (term)."""

    version: Annotated[int, Field(ge=2, le=3)]
    columns: PositiveInt = Field(validation_alias=AliasChoices("width", AliasPath("term", "cols")))
    rows: PositiveInt = Field(validation_alias=AliasChoices("height", AliasPath("term", "rows")))


_HEADER = TypeAdapter(_Header)
_EVENT: TypeAdapter[_Event] = TypeAdapter(tuple[Annotated[float, Field(ge=0, allow_inf_nan=False)], str, str])


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    """Lines with their numbers. (str.splitlines would break them at characters that JSON leaves as they are.)"""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise LecternError(f"{file.name} is not a recording of asciinema's: {error}") from error
    return ((n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip() and not line.startswith("#"))


def _checked[T](form: TypeAdapter[T], line: str, file: Path, number: int, what: str) -> T:
    try:
        return form.validate_json(line)
    except ValidationError as error:
        fault = error.errors()[0]
        where = "".join(f"{part}: " for part in fault["loc"])
        raise SourceError(file.name, number, f"this is not {what}: {where}{fault['msg']}") from error


def _absolute(events: Iterable[_Event]) -> Iterator[_Event]:
    """Version 3 counts the seconds from event to event."""
    now = 0.0
    for interval, kind, data in events:
        now += interval
        yield round(now, 6), kind, data


def _sizes(header: _Header, events: Iterable[_Event]) -> tuple[Resize, ...]:
    """The sizes that the terminal had, one after the other."""
    sizes = [Resize(time=0.0, columns=header.columns, rows=header.rows)]
    for time, kind, data in events:
        size = re.fullmatch(r"([1-9]\d*)x([1-9]\d*)", data, re.ASCII) if kind == "r" else None
        if size and (sizes[-1].columns, sizes[-1].rows) != (int(size[1]), int(size[2])):
            sizes.append(Resize(time=time, columns=int(size[1]), rows=int(size[2])))
    return tuple(sizes)


def _events(cast: Cast) -> Iterator[tuple[float, str, str]]:
    yield from ((size.time, "r", f"{size.columns}x{size.rows}") for size in cast.resizes[1:])
    yield from ((output.time, "o", output.text) for output in cast.outputs)
    yield from ((scroll.time, _SCROLL, str(scroll.lines)) for scroll in cast.scrolls)
