"""A terminal session as asciinema v2 writes it: a line of JSON for the terminal, then one for each piece of output.

Source: https://docs.asciinema.org/manual/asciicast/v2/
"""

import json
import os
from pathlib import Path

from ...errors import LecternError
from ...model import Frozen


class Output(Frozen):
    """What the program wrote at `time` (seconds from the start)."""

    time: float
    text: str


class Cast(Frozen):
    """A session of a terminal of `columns` by `rows` cells, ended at `duration` seconds."""

    columns: int
    rows: int
    duration: float
    outputs: tuple[Output, ...]


def write_cast(file: Path, cast: Cast) -> None:
    """Writes `cast` to `file`; the last line marks its end."""
    header = {"version": 2, "width": cast.columns, "height": cast.rows, "env": {"TERM": "xterm-256color"}}
    lines = [header, *([output.time, "o", output.text] for output in cast.outputs), [cast.duration, "m", "end"]]
    sibling = file.with_name(file.name + ".part")
    sibling.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    os.replace(sibling, file)


def read_cast(file: Path) -> Cast:
    """The session in `file`; kinds of events other than output tell only how long it lasts."""
    lines = file.read_text(encoding="utf-8").splitlines()
    header, *events = (json.loads(line) for line in lines)
    if header.get("version") != 2:
        raise LecternError(f"{file} is not an asciinema v2 recording (its version is {header.get('version')})")
    outputs = tuple(Output(time=time, text=text) for time, kind, text in events if kind == "o")
    duration = max((event[0] for event in events), default=0.0)
    return Cast(columns=header["width"], rows=header["height"], duration=duration, outputs=outputs)
