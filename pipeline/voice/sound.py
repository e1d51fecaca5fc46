"""Reads sound of any format, cuts the silence around it, and makes every line equally loud."""

import base64
import binascii
import struct
import tempfile
from pathlib import Path
from typing import Any

import av
import numpy as np

from ..base import audio
from ..base.arrays import MonoSamples, Samples
from ..base.errors import LecternError
from ..services.error_body import error_message_in
from ..services.http import HttpResponse

AUDIBLE = 0.01
"""Samples below this fraction of the peak count as silence (-40 dB)."""

BEFORE, AFTER = 0.02, 0.08
"""Seconds kept before and after the audible part: consonants start and end below the threshold."""

FASTEST = 0.02
"""The fewest seconds that a character takes; shorter sound has been cut off."""

SERVED = "is its address right, and does it have this voice and format?"
"""What to check if a service sends something that is not sound."""

STREAMED = 0x4000_0000
"""A length in a WAV's header from this value on means that its writer did not know the length: some write 2,000,000,000."""

FRAME = 0.01
"""Seconds of sound whose peaks are compared with the noise of a room."""

NOISE, NOISY = 2.0, 0.1
"""How many times as loud as a room's noise speech is at least, and the fraction of the peak from which on it is speech in any case."""

ROOM_BEFORE, ROOM_AFTER = 0.15, 0.3
"""Seconds kept before and after speech in a room with noise, in which soft consonants can't be told from it."""

CLICK, APART = 0.05, 0.3
"""Seconds that a click lasts at most, and that it is away from what is said at least: the mouse, as the recording is begun or ended."""

TARGET = -20.0
"""LUFS of every line; the whole film is mastered later."""

PEAK = -1.5
"""dBTP that no line exceeds."""

BETWEEN_SAMPLES = 2.0
"""dB that the true peak of speech may be above its highest sample; of a line that comes nearer to `PEAK`, it is measured."""

HEADROOM = 0.5
"""dB by which samples are held below `PEAK`: the sound between them is a little louder."""

LIMITER = "attack=5:release=60:level=false:latency=true"
"""How ffmpeg's limiter holds peaks down, without a delay."""

SHORTEST = 1.0
"""Seconds that a measurement needs (more than six differ by less than 0.15 LU); a shorter line is repeated for it."""

QUIET = 0.003
"""Samples below this fraction of the peak (-50 dB) count as silence at both ends."""


def fading(samples: int, rise: int, fall: int) -> MonoSamples:
    """Return what a piece of so many samples is multiplied by so that it begins and ends without a click.

    It is faded in for `rise` samples, and out for `fall`.
    """
    envelope = np.ones(samples, np.float32)
    envelope[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)
    envelope[samples - fall :] *= np.linspace(1, 0, fall, dtype=np.float32)
    return envelope


def decoded(answer: HttpResponse, who: str, characters: int = 0, mend: str = SERVED) -> MonoSamples:
    """Decode the sound that a service sent, in any format, to mono samples.

    Args:
        answer: The response with the sound.
        who: Names the service in messages.
        characters: The length of the text that the sound should contain; 0 if unknown.
        mend: What the message suggests if the response is not sound.

    Raises LecternError if the response is empty, silent, cut off, or not sound.
    """
    if not answer.body:
        raise LecternError(f"{who} sent nothing; build again, and if that does not help, look at its log")
    _require_whole(answer.body, who)
    sound = _samples(answer, who, mend)
    if characters >= 40 and len(sound) < FASTEST * characters * audio.RATE:
        length = len(sound) / audio.RATE
        raise LecternError(f"{who} sent only {length:.1f} s of sound for {characters} characters; build again")
    if not np.abs(sound).max(initial=0.0) > 0:
        raise LecternError(f"{who} sent silence; check that it has this voice, and that the voice speaks this language")
    return sound


def audio_in(answer: Any, key: str, who: str) -> HttpResponse:
    """Return the sound in the field `key` (base64) of a service's JSON response.

    Raises LecternError, which names the service as `who`, if the field is missing or incomplete.
    """
    try:
        return HttpResponse(body=base64.b64decode(answer[key] or "", validate=True), kind="sound")
    except (KeyError, TypeError, binascii.Error):
        raise LecternError(
            f'{who} sent a response without a complete "{key}"; check which version of its API it has'
        ) from None


def read_mono(file: Path, name: str) -> MonoSamples:
    """Read a recording in any format as mono samples.

    Raises LecternError, which calls the file `name`, if it is not a recording.
    """
    try:
        return audio.to_mono(audio.read(file))
    except (av.error.FFmpegError, EOFError) as error:
        raise LecternError(f"Lectern can't read {name} as sound; save it as WAV, MP3 or M4A") from error


def wav(sound: MonoSamples) -> bytes:
    """Return the bytes of a 16-bit WAV file."""
    with tempfile.TemporaryDirectory() as folder:
        audio.write(Path(folder) / "sound.wav", sound[:, None])
        return (Path(folder) / "sound.wav").read_bytes()


def bounds(sound: MonoSamples) -> tuple[int, int]:
    """Return the first sample of the audible part and the one after its last, with `BEFORE` and `AFTER` around it."""
    heard = np.flatnonzero(np.abs(sound) > AUDIBLE * np.abs(sound).max(initial=0.0))
    if not len(heard):
        return 0, len(sound)
    start, end = heard[0] - round(BEFORE * audio.RATE), heard[-1] + 1 + round(AFTER * audio.RATE)
    return max(0, int(start)), min(len(sound), int(end))


def recorded_bounds(sound: MonoSamples) -> tuple[int, int]:
    """Return the bounds of what is said in a recording: without the noise of the room, and without clicks at its ends."""
    peak, size = np.abs(sound).max(initial=0.0), round(FRAME * audio.RATE)
    frames = np.abs(sound[: len(sound) // size * size]).reshape(-1, size).max(axis=1)
    noise = NOISE * np.percentile(frames, 10) if len(frames) else 0.0
    limit = max(AUDIBLE * peak, min(noise, NOISY * peak))
    heard = np.flatnonzero(np.abs(sound) > limit)
    if not len(heard):
        return 0, len(sound)
    before, after = (BEFORE, AFTER) if limit <= AUDIBLE * peak else (ROOM_BEFORE, ROOM_AFTER)
    cuts = np.flatnonzero(np.diff(heard) > APART * audio.RATE)
    runs = list(zip(heard[np.append(0, cuts + 1)], heard[np.append(cuts, len(heard) - 1)], strict=True))
    said = [run for run in runs if run[1] - run[0] > CLICK * audio.RATE] or runs
    start, end = said[0][0] - round(before * audio.RATE), said[-1][1] + 1 + round(after * audio.RATE)
    return max(0, int(start)), min(len(sound), int(end))


def normalize_level(sound: Samples) -> Samples:
    """Return `sound` at the loudness of all lines; silence stays silence."""
    found = audio.measure(_long_enough(sound))
    if found.integrated <= audio.SILENCE:
        return sound
    gain = min(TARGET - found.integrated, PEAK - found.true_peak)
    return sound * np.float32(audio.factor(gain))


def limit_level(sound: Samples) -> Samples:
    """Return `sound` at the loudness of all lines, with peaks that would be too loud held down instead of the whole."""
    measured = _long_enough(sound)
    found = audio.integrated(measured)
    if found <= audio.SILENCE:
        return sound
    gain = TARGET - found
    louder = sound * np.float32(audio.factor(gain))
    highest = audio.decibels(float(np.abs(louder).max()))
    if highest <= PEAK - BETWEEN_SAMPLES or (highest <= PEAK and audio.measure(measured).true_peak + gain <= PEAK):
        return louder
    held = audio.apply_filter(louder, (("alimiter", f"limit={audio.factor(PEAK - HEADROOM):.3f}:{LIMITER}"),))
    return np.pad(held, ((0, max(0, len(sound) - len(held))), (0, 0)))[: len(sound)]


def _long_enough(sound: Samples) -> Samples:
    """Return the sound to measure: without the silence at its ends, by which a single word seems quiet; repeated if short."""
    strength = np.abs(sound).max(axis=1, initial=0.0)
    heard = np.flatnonzero(strength > QUIET * strength.max(initial=0.0))
    if not len(heard):
        return sound
    spoken = sound[heard[0] : heard[-1] + 1]
    return np.tile(spoken, (int(np.ceil(SHORTEST * audio.RATE / len(spoken))), 1))


def _samples(answer: HttpResponse, who: str, mend: str) -> MonoSamples:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sound"
        file.write_bytes(answer.body)
        try:
            return audio.to_mono(audio.read(file))
        except (av.error.FFmpegError, EOFError, LecternError):
            words = error_message_in(answer.body[:4000])
            quoted = f': "{words}"' if words else ""
            raise LecternError(
                f"{who} sent {answer.kind or 'something'} ({len(answer.body)} bytes) instead of sound{quoted}; {mend}"
            ) from None


def _require_whole(body: bytes, who: str) -> None:
    """Raise LecternError if a WAV is shorter than its header says."""
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
        raise LecternError(f"{who} sent an incomplete sound ({len(body) - at - 8} of {size} bytes); build again")
