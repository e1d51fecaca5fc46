"""What a neural voice costs from its start on: CPU seconds a second of speech, and the memory of its process.

    python benchmarks/neural.py [VOICE …] [--episode DIR] [--words N]     (default: hibari kokoro:am_michael, assets/examples/full)

A VOICE is PROVIDER or PROVIDER:VOICE. It says all lines of the episode, as a build does, or with `--words` its words again and again,
N of them in one line. The start of the voice's process, loading its model, and all that makes a finished take of a line are counted.
The claims: at most 0.02 CPU seconds with hibari, and 0.7 with Kokoro; at most 700 MB. On a computer that has more to do than processors,
CPU seconds are dearer, so its load is told.
"""

import argparse
import os
from itertools import cycle, islice
from pathlib import Path

import psutil
from costs import say
from reading import cpu_now, request_of, sound_of

from lectern.pipeline.base import audio
from lectern.pipeline.base.scratch import own_scratch
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.services.registry import known_providers
from lectern.pipeline.voice.neural_process import neural_process

FULL = Path(__file__).resolve().parents[1] / "assets" / "examples" / "full"


def main() -> None:
    options = _options()
    lines = [
        " ".join(word.spoken for word in line.words)
        for scene in read_episode(options.episode).scenes
        for line in scene.lines
    ]
    if options.words:
        lines = [" ".join(islice(cycle(" ".join(lines).split()), options.words))]
    for voice in options.voices:
        with own_scratch():  # so nobody else has started its process
            report(voice, lines)


def report(voice: str, lines: list[str]) -> None:
    registry = known_providers()
    before, heard = cpu_now(), 0.0
    for line in lines:
        request = request_of(voice, line, registry)
        heard += len(sound_of(request, registry)) / audio.RATE
    spent, process = cpu_now() - before, neural_process(request.provider)
    say(
        f"{voice}: {len(lines)} lines, {heard:.0f} s of speech, {spent / heard:.4f} CPU seconds a second; "
        f"its process {peak(process.pid):.0f} MB at most; load {os.getloadavg()[0]:.1f}"
    )
    process.close()


def peak(pid: int) -> float:
    """Return the most memory that a process has had (Linux; elsewhere what it has), in MB."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return psutil.Process(pid).memory_info().rss / 1e6
    most = next(line for line in status.read_text("utf-8").splitlines() if line.startswith("VmHWM"))
    return int(most.split()[1]) * 1024 / 1e6


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("voices", metavar="VOICE", nargs="*", default=["hibari", "kokoro:am_michael"])
    parser.add_argument("--episode", type=Path, default=FULL)
    parser.add_argument("--words", metavar="N", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
