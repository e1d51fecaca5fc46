"""Run a program that answers a question: within its time and size, ended as soon as its answer is no longer wanted."""

import os
import select
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from ...base.errors import LecternError
from ...jobs.supervised import SupervisedProcess
from ..answer import STOP_SECONDS, Stop, Stopped

MOST_OUTPUT = 16_000_000
"""The most bytes of an answer."""
_PIECE = 65536


class Ended(NamedTuple):
    """A program that has ended: its exit code, all it wrote to its output, and the last line of its complaints."""

    code: int
    output: str
    last_words: str


def run_program(
    argv: list[str],
    stdin: Path | None,
    folder: Path,
    environment: Mapping[str, str],
    seconds: float,
    line: Callable[[str], None],
    stop: Stop | None = None,
) -> Ended:
    """Run a program to its end, and give each line that it writes to `line` as it comes.

    Whatever it has started ends with it. Raises LecternError if it takes longer than `seconds` or writes too much, Stopped if `stop`
    says that it is no longer wanted.
    """
    with tempfile.TemporaryDirectory(prefix="lectern-log-") as place:
        log = Path(place) / "log"
        process = SupervisedProcess(argv, log, environment, folder, piped=True, name=argv[0], stdin=stdin)
        try:
            output = _read(process, seconds, line, stop)
            code = _code(process)
        finally:
            process.close()
        said = log.read_bytes()[-_PIECE:].decode("utf-8", "replace").strip()
    return Ended(code, output, said.rpartition("\n")[2])


def _read(process: SupervisedProcess, seconds: float, line: Callable[[str], None], stop: Stop | None) -> str:
    end, whole, rest = time.monotonic() + seconds, bytearray(), b""
    while True:
        if stop and stop():
            raise Stopped(f"{process.name} was stopped: its answer is no longer wanted")
        if time.monotonic() > end:
            raise LecternError(
                f"{process.name} did not answer within {seconds:.0f} s, and was ended; [model] timeout gives it more time"
            )
        if not select.select([process.output], [], [], STOP_SECONDS)[0]:
            continue
        piece = os.read(process.output, _PIECE)
        if not piece:
            break
        whole += piece
        if len(whole) > MOST_OUTPUT:
            raise LecternError(f"{process.name} wrote more than {MOST_OUTPUT / 1e6:g} MB, and was ended")
        *lines, rest = (rest + piece).split(b"\n")
        for each in lines:
            line(each.decode("utf-8", "replace"))
    return whole.decode("utf-8", "replace")


def _code(process: SupervisedProcess) -> int:
    """Return the exit code; a program that has closed its output ends a moment later."""
    end = time.monotonic() + 5.0
    while process.ended is None and time.monotonic() < end:
        time.sleep(0.02)
    return process.ended or 0
