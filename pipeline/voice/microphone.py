"""Records from the computer's microphone, by a program that every system has or can have: PulseAudio's, ALSA's, SoX or ffmpeg."""

import os
import shlex
import shutil
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ..base.arrays import MonoSamples
from ..base.audio import RATE
from ..base.errors import LecternError
from ..jobs.supervised import SupervisedProcess

SETTING = "LECTERN_MICROPHONE"
"""The environment variable with a command that records instead: raw mono samples of 16 bits, 48 kHz, to its standard output."""
LONGEST = 600
"""Seconds that one recording may last."""
SILENT = 0.001
"""The peak (full scale 1.0) below which a recording is silence: -60 dBFS, which no microphone that is on stays below."""
_BLOCK = 4800
"""Bytes that are read at once: 0.05 s."""
_RECORDERS = (
    ("parecord", "--raw", "--format=s16le", f"--rate={RATE}", "--channels=1", "--latency-msec=50"),  # PipeWire, too
    ("arecord", "-q", "-t", "raw", "-f", "S16_LE", "-r", str(RATE), "-c", "1"),
    ("rec", "-q", "-t", "raw", "-e", "signed", "-b", "16", "-r", str(RATE), "-c", "1", "-"),
)
_FFMPEG_INPUTS = {"darwin": ("-f", "avfoundation", "-i", ":default"), "linux": ("-f", "alsa", "-i", "default")}


def recorder(environment: Mapping[str, str]) -> Sequence[str]:
    """Return the command that records on this computer. Raises LecternError, with the way out, if there is none."""
    if named := environment.get(SETTING):
        return shlex.split(named)
    for command in _RECORDERS:
        if shutil.which(command[0], path=environment.get("PATH")):
            return command
    if sys.platform in _FFMPEG_INPUTS and shutil.which("ffmpeg", path=environment.get("PATH")):
        told = ("-nostdin", "-loglevel", "error", *_FFMPEG_INPUTS[sys.platform])
        return ("ffmpeg", *told, "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-")
    raise LecternError(
        "there is no program that records from a microphone: install pulseaudio-utils, alsa-utils, SoX or ffmpeg, or name "
        f"one in {SETTING}; or record with a program of yours, and take the file"
    )


class Microphone:
    """A recording that goes on until it is stopped, or for ten minutes. Close it in the end."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        """Begin to record. Raises LecternError if nothing can."""
        given = os.environ if environment is None else environment
        command = list(recorder(given))
        self._scratch = tempfile.TemporaryDirectory(prefix="lectern-record-", ignore_cleanup_errors=True)
        log = Path(self._scratch.name) / "log"
        try:
            self._process = SupervisedProcess(command, log, given, piped=True)
        except OSError as error:
            self._scratch.cleanup()
            raise LecternError(f"{command[0]}, which is to record, can't be started ({error.strerror})") from error
        self._pcm, self._peak = bytearray(), 0.0
        self._thread = threading.Thread(target=self._listen, args=(self._process.output,), daemon=True)
        self._thread.start()

    @property
    def seconds(self) -> float:
        """How long it has recorded."""
        return len(self._pcm) / 2 / RATE

    @property
    def level(self) -> float:
        """The peak of the last moment, of full scale 1.0."""
        return self._peak

    @property
    def goes_on(self) -> bool:
        """Whether it records still."""
        return self._thread.is_alive()

    def stop(self) -> MonoSamples:
        """Stop, and return what was recorded. Raises LecternError if that is nothing, or silence."""
        said = self._process.last_words().strip() if self._process.ended is not None else ""
        self.close()
        pcm = np.frombuffer(bytes(self._pcm[: len(self._pcm) // 2 * 2]), "<i2")
        sound: MonoSamples = np.divide(pcm, 32768, dtype=np.float32)
        if not len(sound):
            raise LecternError(
                f"nothing was recorded: {self._process.name} gave no sound {said or '(it said nothing)'}"
            )
        if np.abs(sound).max() < SILENT:
            raise LecternError(
                "nothing but silence was recorded, and nothing is kept: is the microphone muted, or another one meant? "
                f"{SETTING} can name the command that records"
            )
        return sound

    def close(self) -> None:
        """End the program that records; what was recorded is dropped unless `stop` has returned it."""
        self._process.close()
        self._thread.join()
        self._scratch.cleanup()

    def _listen(self, output: int) -> None:
        while self.seconds < LONGEST and (block := _read(output)):
            self._pcm += block
            whole = np.frombuffer(block[: len(block) // 2 * 2], "<i2")
            self._peak = float(np.abs(whole.astype(np.int32)).max(initial=0)) / 32768


def _read(output: int) -> bytes:
    try:
        return os.read(output, _BLOCK)
    except OSError:  # it is closed
        return b""
