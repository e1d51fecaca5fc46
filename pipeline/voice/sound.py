"""Sound of any format as samples, or a sentence about what it is instead."""

import base64
import binascii
import struct
import tempfile
from pathlib import Path
from typing import Any

import av
import numpy as np

from .. import audio
from ..errors import LecternError
from ..services.http import Answer
from ..services.said import said

AUDIBLE = 0.01
"""What is below this part of the peak counts as silence (-40 dB)."""

BEFORE, AFTER = 0.02, 0.08
"""Seconds that are kept around what is audible: consonants start and end below it."""

FASTEST = 0.02
"""Seconds a character takes at least; sound that is shorter broke off."""

SERVED = "is its address right, and does it have this voice and format?"
"""What to look after where a service sends something else than sound."""

STREAMED = 0x7FFFF000
"""A length in a WAV's header from here on means that its writer did not know it."""


def decoded(answer: Answer, who: str, characters: int = 0, mend: str = SERVED) -> np.ndarray:
    """The samples (mono, 48 kHz, float32) of a sound in any format; LecternError where it is none, or breaks off.

    `who` sent it; it says a text of so many `characters`; `mend` is what to look after where it is no sound.
    """
    if not answer.body:
        raise LecternError(f"{who} sent nothing; build again, and if it stays so, look at its log")
    _require_whole(answer.body, who)
    sound = _samples(answer, who, mend)
    if characters >= 40 and len(sound) < FASTEST * characters * audio.RATE:
        length = len(sound) / audio.RATE
        raise LecternError(f"{who} sent {length:.1f} s of sound for {characters} characters: it broke off; build again")
    if not np.abs(sound).max(initial=0.0) > 0:
        raise LecternError(f"{who} sent a sound without a sound in it; is there such a voice, with this language?")
    return sound


def audio_in(answer: Any, key: str, who: str) -> Answer:
    """The sound that an answer's JSON holds as base64 below `key`; LecternError where `who` sent none, or half of one."""
    try:
        return Answer(body=base64.b64decode(answer[key] or "", validate=True), kind="sound")
    except (KeyError, TypeError, binascii.Error):
        raise LecternError(f'{who} sent an answer without a whole "{key}" in it; is its version a newer one?') from None


def read_mono(file: Path, name: str) -> np.ndarray:
    """The samples (mono, 48 kHz, float32) of a recording in any format, which its author calls `name`; LecternError where it is none."""
    try:
        return audio.read(file).mean(axis=1)
    except (av.error.FFmpegError, EOFError) as error:
        raise LecternError(f"{name} is no recording that can be read; make it a WAV, MP3 or M4A") from error


def wav(sound: np.ndarray) -> bytes:
    """Samples (mono, 48 kHz) as the bytes of a WAV of 16 bits."""
    with tempfile.TemporaryDirectory() as folder:
        audio.write(Path(folder) / "sound.wav", sound[:, None])
        return (Path(folder) / "sound.wav").read_bytes()


def bounds(sound: np.ndarray) -> tuple[int, int]:
    """The samples at which what is heard starts and ends, with a little air."""
    heard = np.flatnonzero(np.abs(sound) > AUDIBLE * np.abs(sound).max(initial=0.0))
    if not len(heard):
        return 0, len(sound)
    start, end = heard[0] - round(BEFORE * audio.RATE), heard[-1] + 1 + round(AFTER * audio.RATE)
    return max(0, int(start)), min(len(sound), int(end))


def _samples(answer: Answer, who: str, mend: str) -> np.ndarray:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sound"
        file.write_bytes(answer.body)
        try:
            return audio.read(file).mean(axis=1)
        except (av.error.FFmpegError, EOFError, LecternError):
            words = said(answer.body[:4000])
            quoted = f': "{words}"' if words else ""
            raise LecternError(
                f"{who} sent {answer.kind or 'something'} that is no sound ({len(answer.body)} bytes){quoted}; {mend}"
            ) from None


def _require_whole(body: bytes, who: str) -> None:
    """A WAV tells its length, so a broken-off one is known."""
    if body[:4] != b"RIFF" or body[8:12] != b"WAVE":
        return
    at = 12
    while at + 8 <= len(body):
        name, size = struct.unpack("<4sI", body[at : at + 8])
        if name == b"data":
            break
        at += 8 + size + size % 2
    else:
        return
    if size < STREAMED and at + 8 + size > len(body):
        raise LecternError(f"{who} sent a sound that breaks off ({len(body) - at - 8} of {size} bytes); build again")
