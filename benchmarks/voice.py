"""What speech costs: CPU seconds a second of audio, the starts of its processes included, and what mastering adds.

`python benchmarks/voice.py` speaks a paragraph in lines of three lengths as a worker of a build does (synthesis in its
child process, treatment, levelling, writing), and masters what came out. The child is started and ended for each length, and
its copies are counted. The claim: at least 60 times real time. A short line is also spoken alone, as `lectern say` does.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from costs import cpu_seconds, say

from lectern.pipeline.base import audio
from lectern.pipeline.film.sound import master
from lectern.pipeline.jobs.recipe import JobContext
from lectern.pipeline.services.registry import known_providers
from lectern.pipeline.services.voice import VoiceRequest, VoiceTake
from lectern.pipeline.voice.espeak_process import espeak_process
from lectern.pipeline.voice.recipe import voice_recipe

WORDS = (
    "Welcome back to the workshop. Today we build a small robot in Blender, step by step. First, open the side panel and "
    "choose the physics tab; then press play. Don't worry if nothing moves yet. Version 5.2 shipped in 2026."
).split()
LINES = 12


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for words in (3, 6, 16, len(WORDS)):
            report(words, Path(folder) / str(words))
        alone = [cpu(lambda: speak(6, Path(folder) / f"alone-{n}")) for n in range(LINES)]
        say(f"a line of 6 words alone: {1000 * sum(alone) / LINES:.0f} CPU ms")


def report(words: int, folder: Path) -> None:
    takes: list[VoiceTake] = []
    spent = cpu(lambda: takes.extend(speak(words, folder / str(line)) for line in range(LINES)))
    heard = sum(take.duration for take in takes)
    film = np.concatenate([audio.read(folder / str(line) / "voice.wav") for line in range(LINES)])
    mastered = cpu(lambda: master(np.repeat(film, 2, axis=1)))
    say(
        f"{LINES} lines of {words:2} words, {heard:5.1f} s: {1000 * spent / heard:4.1f} CPU ms a second of speech, "
        f"{heard / spent:3.0f} times real time; mastering {1000 * mastered / heard:4.1f} CPU ms a second"
    )


def speak(words: int, folder: Path) -> VoiceTake:
    folder.mkdir(parents=True)
    request = VoiceRequest(provider="espeak", voice="en-us+f3", words=tuple(WORDS[:words]))
    return voice_recipe(known_providers()).make(request, folder, JobContext.scratch(folder.parent))


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of this process and of those it started, which have to end to be counted."""
    espeak_process.cache_clear()
    before = cpu_seconds()
    work()
    espeak_process.cache_clear()
    return cpu_seconds() - before


if __name__ == "__main__":
    main()
