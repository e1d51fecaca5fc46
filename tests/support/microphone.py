"""A program that records as `arecord` does: a tone, silence or nothing, for as long as somebody listens."""

import stat
import sys
from pathlib import Path

_PROGRAM = """#!{python}
import array, math, sys, time
if {amplitude} < 0:
    sys.exit("arecord: main:852: audio open error: No such file or directory")
block = array.array("h", [int({amplitude} * math.sin(2 * math.pi * 440 * n / 48000)) for n in range(4800)]).tobytes()
while True:
    sys.stdout.buffer.write(block)
    sys.stdout.buffer.flush()
    time.sleep(0.01)
"""


def write_microphone(folder: Path, amplitude: int) -> Path:
    """Write the program into `folder`, which is to be on PATH; `amplitude` is of 32767 (-1: there is no microphone)."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "arecord"
    program.write_text(_PROGRAM.format(python=sys.executable, amplitude=amplitude))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program
