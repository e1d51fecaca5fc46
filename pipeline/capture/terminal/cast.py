"""A terminal session as asciinema writes it: a line of JSON for the terminal, then one for each piece of output.

Sources: https://docs.asciinema.org/manual/asciicast/v2/ and /v3/
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from ...errors import LecternError
from ...model import Frozen


class Output(Frozen):
    """What the program wrote at `time` (seconds from the start)."""

    time: float
    text: str


class Scroll(Frozen):
    """The view moved by `lines` at `time` (up is negative; 0: back to the end)."""

    time: float
    lines: int


class Cast(Frozen):
    """A session of a terminal of `columns` by `rows` cells, ended at `duration` seconds."""

    columns: int
    rows: int
    duration: float
    outputs: tuple[Output, ...]
    scrolls: tuple[Scroll, ...] = ()


def write_cast(file: Path, cast: Cast) -> None:
    """Writes `cast` to `file` as version 2; scrolls are events of a kind of ours, which players pass over; a mark ends it."""
    header = {"version": 2, "width": cast.columns, "height": cast.rows, "env": {"TERM": "xterm-256color"}}
    events = [[o.time, "o", o.text] for o in cast.outputs] + [[s.time, _SCROLL, str(s.lines)] for s in cast.scrolls]
    lines = [header, *sorted(events, key=lambda event: event[0]), [cast.duration, "m", "end"]]
    sibling = file.with_name(file.name + ".part")
    sibling.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    os.replace(sibling, file)


def read_cast(file: Path) -> Cast:
    """The session in `file` (version 2 or 3); other kinds of events tell only how long it lasts. LecternError if it is none."""
    try:
        lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        return _cast(lines[0], [(float(time), kind, str(data)) for time, kind, data in lines[1:]], file)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise LecternError(f"{file.name} is not a recording of asciinema's ({type(error).__name__}: {error})") from error


_SCROLL = "lectern.scroll"


def _cast(header: dict, events: list[tuple[float, str, str]], file: Path) -> Cast:
    version = header.get("version")
    if version not in (2, 3):
        raise LecternError(f"{file.name} is not an asciinema v2 or v3 recording (its version is {version})")
    size = header if version == 2 else {"width": header["term"]["cols"], "height": header["term"]["rows"]}
    timed = list(_absolute(events) if version == 3 else events)
    return Cast(
        columns=int(size["width"]),
        rows=int(size["height"]),
        duration=max((time for time, *_ in timed), default=0.0),
        outputs=tuple(Output(time=time, text=text) for time, kind, text in timed if kind == "o"),
        scrolls=tuple(Scroll(time=time, lines=int(lines)) for time, kind, lines in timed if kind == _SCROLL),
    )


def _absolute(events: list[tuple[float, str, str]]) -> Iterator[tuple[float, str, str]]:
    """Version 3 counts the seconds from event to event."""
    now = 0.0
    for interval, kind, data in events:
        now += interval
        yield round(now, 6), kind, data
